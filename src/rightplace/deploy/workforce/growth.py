"""A workforce as it is asked about: who is there, who is to come, who leaves, who teaches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rightplace.deploy.workforce.checks import MOST_MONTHS, check_whole
from rightplace.deploy.workforce.cohorts import Cohort, Deployable, shared_out
from rightplace.deploy.workforce.flows import check_leaving
from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from rightplace.core.time import Month
    from rightplace.deploy.workforce.cohorts import PartTime, Route, Strength
    from rightplace.deploy.workforce.flows import Intake, Leave, Leaving
    from rightplace.deploy.workforce.tutors import Tutors

MOST_ROUTES: Final = 16
MOST_LEAVES: Final = 16
MOST_CELLS: Final = 1000
"""Months of service of all routes together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """A workforce and what is to become of it.

    Parameters
    ----------
    title
        What people read.
    start_month
        Month at whose end the officers of ``start`` are counted.
    start
        Those officers, by cohort.
    routes, intakes
        Ways in, and how many are to come by each; in one order.
    leaving
        Shares that leave, by cause.
    leaves
        Leaves from which officers come back.
    tutors
        Who may tutor.
    part_time
        For the full-time equivalent.
    deployable
        Share of each cohort that can be deployed.
    places_a_month
        Places for initial training that open each month; None for no limit.
    places_at_once
        Places for all who are in initial training at the same time; None for no limit.
    """

    title: str
    start_month: Month
    start: Strength
    routes: tuple[Route, ...]
    intakes: tuple[Intake, ...]
    leaving: tuple[Leaving, ...]
    leaves: tuple[Leave, ...]
    tutors: Tutors
    part_time: PartTime
    deployable: Deployable
    places_a_month: int | None
    places_at_once: int | None = None

    def __post_init__(self) -> None:
        """Check that the parts fit together.

        Raises
        ------
        BadInputError
            If they do not; with which, and what to do.
        """
        self._check_size()
        check_leaving(self.leaving)
        if self.places_a_month is not None:
            check_whole("training places a month", self.places_a_month)
        if self.places_at_once is not None:
            check_whole("training places at once", self.places_at_once)
        if self.start.of(Cohort.AWAY) and not self.leaves:
            msg = f"{self.start.of(Cohort.AWAY):,} officers are on leave, and there is no leave."
            raise BadInputError(msg, remedy="Add a [[leave]] table with how long it lasts.")

    def check_start(self) -> None:
        """Check that no more are taught at the start than can be.

        Of a workforce as it is, not of a what-if: there fewer tutors or places than are taken
        take nobody new until some are free.

        Raises
        ------
        BadInputError
            If more officers are tutored than there are tutors for, or more are in initial training
            than there are places at once.
        """
        training, places = self.start.of(Cohort.TRAINING), self.places_at_once
        if places is not None and training > places:
            msg = (
                f"{training:,} officers are in initial training at the start; there are "
                f"{places:,} places at once."
            )
            remedy = "Correct initial_training or places_at_once."
            raise BadInputError(msg, value=str(training), remedy=remedy)
        tutored = self.start.of(Cohort.TUTORED)
        students = self.tutors.students(self.start.of(Cohort.ESTABLISHED))
        if tutored > students:
            msg = (
                f"{tutored:,} officers are tutored at the start; the tutors can take "
                f"{students:,.0f}."
            )
            remedy = "Count those without a tutor as waiting_for_tutor, or name more tutors."
            raise BadInputError(msg, value=str(tutored), remedy=remedy)

    def _check_size(self) -> None:
        """Check how many parts there are.

        Raises
        ------
        BadInputError
            If there are none, too many, or not one intake for each route.
        """
        lengths = {len(intake.a_month) for intake in self.intakes}
        if not self.routes or len(self.routes) != len(self.intakes) or len(lengths) != 1:
            msg = "Each route needs its intake, all of one length."
            raise BadInputError(msg, remedy="Name one route or more, each with its intake.")
        check_whole("months of the horizon", self.months, least=1, most=MOST_MONTHS)
        check_whole("routes", len(self.routes), most=MOST_ROUTES)
        check_whole("kinds of leave", len(self.leaves), most=MOST_LEAVES)
        cells = sum(route.probation_months for route in self.routes)
        check_whole("months of probation of all routes", cells, most=MOST_CELLS)

    @property
    def months(self) -> int:
        """Months of the horizon, 1 or more."""
        return len(self.intakes[0].a_month)

    def month(self, number: int) -> Month:
        """Return the month so many after the start; 0 is the start itself."""
        return self.start_month.plus(number)

    def line_at_start(self) -> list[int]:
        """Return officers at the start in each month of service of each route, in one row.

        Training, tutor phase and the rest of probation follow each other, route by route. Each
        cohort is spread evenly over its months, and over routes as their planned intake.
        """
        weights = self._route_weights()
        cells = [
            (cohort, weights[i])
            for i, route in enumerate(self.routes)
            for cohort, months in (
                (Cohort.TRAINING, route.training_months),
                (Cohort.TUTORED, route.tutored_months),
                (Cohort.PROBATION, route.rest_months),
            )
            for _ in range(months)
        ]
        line = [0] * len(cells)
        for cohort in (Cohort.TRAINING, Cohort.TUTORED, Cohort.PROBATION):
            shares = [weight if which is cohort else 0.0 for which, weight in cells]
            for i, number in enumerate(shared_out(self.start.of(cohort), shares)):
                line[i] += number
        return line

    def training_at_start(self) -> list[list[int]]:
        """Return officers at the start in each month of initial training, for each route."""
        line, at, found = self.line_at_start(), 0, []
        for route in self.routes:
            found.append(line[at : at + route.training_months])
            at += route.probation_months
        return found

    def pools_at_start(self) -> list[int]:
        """Return who waits for a tutor by route, the established, and who is away by leave."""
        weights = [
            weight if route.tutored_months else 0.0
            for route, weight in zip(self.routes, self._route_weights(), strict=True)
        ]
        waiting = shared_out(self.start.of(Cohort.WAITING), weights)
        lasting = [leave.annual_share * leave.months for leave in self.leaves]
        even = lasting if sum(lasting) > 0 else [1.0] * len(lasting)
        away = shared_out(self.start.of(Cohort.AWAY), even)
        return [*waiting, self.start.of(Cohort.ESTABLISHED), *away]

    def _route_weights(self) -> list[float]:
        planned = [float(sum(intake.a_month)) for intake in self.intakes]
        return planned if sum(planned) > 0 else [1.0] * len(planned)
