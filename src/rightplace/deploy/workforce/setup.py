"""A workforce as a planner writes it down, before its start and its horizon are fixed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rightplace.deploy.workforce.checks import check_share, check_whole
from rightplace.deploy.workforce.cohorts import COHORTS, Cohort, Strength, shared_out
from rightplace.deploy.workforce.flows import Intake
from rightplace.deploy.workforce.growth import Growth
from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rightplace.core.time import Month
    from rightplace.deploy.workforce.cohorts import Deployable, PartTime, Route
    from rightplace.deploy.workforce.flows import Leave, Leaving
    from rightplace.deploy.workforce.targets import Target
    from rightplace.deploy.workforce.tutors import Tutors
    from rightplace.deploy.workforce.what_ifs import WhatIf

_TO_ONE: Final = 1e-6
_YEARS: Final = range(1829, 2200)  # since there are police forces, and further than any plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Joiners planned in each month of a span.

    Parameters
    ----------
    first
        Its first month.
    last
        Its last month; None for a span that goes on.
    a_month
        Planned in each of them.
    """

    first: Month
    last: Month | None
    a_month: int

    def __post_init__(self) -> None:
        """Check that it does not end before it begins.

        Raises
        ------
        BadInputError
            If it does, or the number cannot be.
        """
        check_whole("a_month", self.a_month)
        if self.last is not None and self.last < self.first:
            msg = f"An intake from {self.first} cannot end in {self.last}."
            raise BadInputError(msg, value=str(self.last), remedy="Correct from or to.")

    def holds(self, month: Month) -> bool:
        """Return whether a month lies in the span."""
        return self.first <= month and (self.last is None or month <= self.last)


def planned(periods: Sequence[Period], first: Month, months: int) -> tuple[int, ...]:
    """Return the joiners planned in each month of a horizon.

    Parameters
    ----------
    periods
        Spans, in any order.
    first
        First month of the horizon.
    months
        How many there are.

    Raises
    ------
    BadInputError
        If a month lies in no span or in two.
    """
    found = []
    for month in (first.plus(i) for i in range(months)):
        held = [period for period in periods if period.holds(month)]
        if len(held) != 1:
            what = "is missing" if not held else "stands twice"
            msg = f"The intake of {month} {what}."
            remedy = "Let the spans follow each other; one without `to` goes on to the end."
            raise BadInputError(msg, value=str(month), remedy=remedy)
        found.append(held[0].a_month)
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRoute:
    """A way in with its planned intake.

    Parameters
    ----------
    route
        The way in.
    periods
        Its planned intake.
    filled, filled_spread
        As of an ``Intake``.
    """

    route: Route
    periods: tuple[Period, ...]
    filled: float
    filled_spread: float

    def intake(self, first: Month, months: int) -> Intake:
        """Return the intake of a horizon.

        Raises
        ------
        BadInputError
            If a month of it is missing or doubled; the route is named.
        """
        try:
            a_month = planned(self.periods, first, months)
        except BadInputError as error:
            fault = error.fault
            msg = f"{self.route.title}: {fault.message}"
            raise BadInputError(msg, value=fault.value, remedy=fault.remedy) from error
        return Intake(
            a_month=a_month,
            filled=self.filled,
            filled_spread=self.filled_spread,
            origin=self.route.origin,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """Who is there at the start, as far as the file says.

    Parameters
    ----------
    month, headcount
        The month at whose end officers were counted, and how many there were; None where both
        come from the strength that the store holds.
    numbers
        Officers by cohort; empty where shares are given. What is left of the headcount is
        established.
    shares
        Share of the headcount by cohort, likewise.
    origin
        Where the split comes from.
    """

    month: Month | None
    headcount: int | None
    numbers: tuple[tuple[Cohort, int], ...]
    shares: tuple[tuple[Cohort, float], ...]
    origin: str

    def __post_init__(self) -> None:
        """Check that there is one split, of cohorts that can be.

        Raises
        ------
        BadInputError
            If there are two or none, or a month, number or share cannot be.
        """
        if bool(self.numbers) == bool(self.shares) or (self.month is None and self.numbers):
            msg = "The start is split by [start.cohorts] or by [start.shares], not by both."
            remedy = "Numbers need month and headcount; strength from the store needs shares."
            raise BadInputError(msg, remedy=remedy)
        if self.month is not None and self.month.year not in _YEARS:
            msg = f"No officers are counted in {self.month}."
            raise BadInputError(msg, value=str(self.month), remedy="Correct the month.")
        for cohort, number in self.numbers:
            check_whole(f"{cohort.value} at the start", number)
        for cohort, share in self.shares:
            check_share(f"share of {cohort.value} at the start", share)
        total = sum(share for _, share in self.shares)
        if total > 1 + _TO_ONE:
            msg = f"The shares of cohorts at the start sum to {total:g}, more than 1."
            raise BadInputError(msg, value=f"{total:g}", remedy="Correct them.")

    def strength(self, headcount: int) -> Strength:
        """Return the officers by cohort.

        Parameters
        ----------
        headcount
            All officers.

        Raises
        ------
        BadInputError
            If cohorts have more officers than there are, or do not sum to what there are.
        """
        given = dict(self.numbers)
        if self.shares:
            shares = dict(self.shares)
            shares.setdefault(Cohort.ESTABLISHED, max(0.0, 1 - sum(shares.values())))
            parts = shared_out(headcount, [shares.get(cohort, 0.0) for cohort in COHORTS])
            given = dict(zip(COHORTS, parts, strict=True))
        rest = headcount - sum(given.values())
        given.setdefault(Cohort.ESTABLISHED, max(rest, 0))
        if sum(given.values()) != headcount:
            msg = f"Cohorts at the start sum to {sum(given.values()):,}, not to {headcount:,}."
            remedy = "Correct them, or leave out established: it is what is left."
            raise BadInputError(msg, value=str(sum(given.values())), remedy=remedy)
        return Strength(
            officers=tuple(given.get(cohort, 0) for cohort in COHORTS), origin=self.origin
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumption:
    """Numbers that were put in, and where they come from.

    Parameters
    ----------
    table
        Table of the file.
    numbers
        What it says, as ``name = value`` with commas between.
    origin
        Where that comes from.
    verified
        Whether the table says that its numbers were checked; one that does not say so was not.
    """

    table: str
    numbers: str
    origin: str
    verified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What a setup file holds.

    Parameters
    ----------
    title
        What people read.
    start
        Who is there.
    routes
        Ways in with their intake.
    leaving, leaves, tutors, part_time, deployable, places_a_month, places_at_once
        As of ``Growth``.
    targets
        Strengths to be reached.
    what_ifs
        Changes to look at.
    assumptions
        Every number with its origin.
    synthetic
        Whether it says of itself that it is invented.
    """

    title: str
    start: Start
    routes: tuple[PlannedRoute, ...]
    leaving: tuple[Leaving, ...]
    leaves: tuple[Leave, ...]
    tutors: Tutors
    part_time: PartTime
    deployable: Deployable
    places_a_month: int | None
    places_at_once: int | None
    targets: tuple[Target, ...]
    what_ifs: tuple[WhatIf, ...]
    assumptions: tuple[Assumption, ...]
    synthetic: bool

    def growth(self, months: int, *, held: tuple[Month, int] | None = None) -> Growth:
        """Return the workforce over a horizon; parts that do not fit are ``BadInputError``.

        Parameters
        ----------
        months
            Months of the horizon.
        held
            Last month that the store holds and its officers; None to take those of the file.

        Raises
        ------
        BadInputError
            If neither the file nor the store says how many officers there are, or more are taught
            at the start than can be.
        """
        month, headcount = held or (self.start.month, self.start.headcount)
        if month is None or headcount is None:
            msg = "The start has no strength."
            remedy = "Give month and headcount, or take in the strength and say from_store = true."
            raise BadInputError(msg, remedy=remedy)
        found = Growth(
            title=self.title,
            start_month=month,
            start=self.start.strength(headcount),
            routes=tuple(each.route for each in self.routes),
            intakes=tuple(each.intake(month.plus(1), months) for each in self.routes),
            leaving=self.leaving,
            leaves=self.leaves,
            tutors=self.tutors,
            part_time=self.part_time,
            deployable=self.deployable,
            places_a_month=self.places_a_month,
            places_at_once=self.places_at_once,
        )
        found.check_start()
        return found
