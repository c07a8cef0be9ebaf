"""Officers by months of service: who is trained, who is tutored, who can be deployed.

Officers are numbers in cohorts. A person has no row, no name and no score here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from rightplace.deploy.workforce.checks import check_share, check_whole
from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_SERVICE_MONTHS: Final = 60
"""Longer than any probation."""


class Cohort(StrEnum):
    """What months of service make of an officer, in this order."""

    TRAINING = "initial_training"
    WAITING = "waiting_for_tutor"
    """Through initial training, while no tutor is free."""
    TUTORED = "tutored"
    PROBATION = "probation"
    """What is left of it after the tutor phase."""
    ESTABLISHED = "established"
    AWAY = "on_leave"
    """On a career break or parental leave: counted in headcount, not deployable."""


COHORTS: Final = tuple(Cohort)
"""In this order the arrays of a projection have their cohorts."""


class Entry(StrEnum):
    """How somebody comes into the force."""

    CONSTABLE = "constable"
    """A new constable, who is trained, tutored and on probation."""
    TRANSFEREE = "transferee"
    """From another force, trained already."""
    RETURNER = "returner"
    """Back after having left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A way into the force with its own training and probation.

    Parameters
    ----------
    key
        Short name, for files.
    title
        The name that people read.
    entry
        Who comes by it.
    training_months
        Whole months of initial training; whoever has some takes a training place.
    tutored_months
        Whole months with a tutor after it.
    probation_months
        Whole months from joining to the end of probation, training and tutor phase within; time
        spent waiting for a tutor comes on top.
    origin
        Where the lengths come from.
    """

    key: str
    title: str
    entry: Entry
    training_months: int
    tutored_months: int
    probation_months: int
    origin: str

    def __post_init__(self) -> None:
        """Check that the phases fit into the probation.

        Raises
        ------
        BadInputError
            If a number cannot be, or the phases are longer than the probation.
        """
        for name in ("training_months", "tutored_months", "probation_months"):
            value = getattr(self, name)
            check_whole(f"{self.title}, {name}", value, most=MOST_SERVICE_MONTHS)
        phases = self.training_months + self.tutored_months
        if phases > self.probation_months:
            msg = (
                f"{self.title}: training and tutor phase take {phases} months, the probation "
                f"{self.probation_months}."
            )
            remedy = "Count probation_months from joining, with both phases within."
            raise BadInputError(msg, value=str(self.probation_months), remedy=remedy)

    @property
    def rest_months(self) -> int:
        """Months of probation that are left after the tutor phase."""
        return self.probation_months - self.training_months - self.tutored_months


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployable:
    """Share of each cohort that can be deployed (DOMAIN 6.5.31, a recommendation).

    Parameters
    ----------
    initial_training
        Of those in initial training; 0 by default.
    tutored
        Of those with a tutor; 0.5 by default.

    Notes
    -----
    Of probation after the tutor phase and of the established it is 1, of those on leave and of
    those who wait for a tutor 0.
    """

    initial_training: float = 0.0
    tutored: float = 0.5

    def __post_init__(self) -> None:
        """Check that both are shares; what is none raises ``BadInputError``."""
        check_share("deployable share of initial training", self.initial_training)
        check_share("deployable share of the tutored", self.tutored)

    @property
    def weights(self) -> tuple[float, ...]:
        """Share of each cohort, in the order of ``COHORTS``."""
        return (self.initial_training, 0.0, self.tutored, 1.0, 1.0, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartTime:
    """How much less than full time officers work, for the full-time equivalent.

    Parameters
    ----------
    share
        Share of established officers, those on leave with them, who work part time.
    hours
        What they work, as a share of full time.
    origin
        Where the numbers come from.
    """

    share: float
    hours: float
    origin: str

    def __post_init__(self) -> None:
        """Check that both are shares; what is none raises ``BadInputError``."""
        check_share("share of officers part time", self.share)
        check_share("hours of officers part time", self.hours)

    @property
    def weights(self) -> tuple[float, ...]:
        """Full-time equivalent of one officer of each cohort, in the order of ``COHORTS``."""
        worked = 1 - self.share * (1 - self.hours)
        return (1.0, 1.0, 1.0, 1.0, worked, worked)


@dataclass(frozen=True, slots=True, kw_only=True)
class Strength:
    """How many officers there are at the end of a month, by cohort.

    Parameters
    ----------
    officers
        Number in each cohort, in the order of ``COHORTS``.
    origin
        Where the numbers come from.
    """

    officers: tuple[int, ...]
    origin: str

    def __post_init__(self) -> None:
        """Check that there is one number for each cohort; what cannot be is ``BadInputError``."""
        for cohort, number in zip(COHORTS, self.officers, strict=True):
            check_whole(f"officers in {cohort.value} at the start", number)

    @property
    def headcount(self) -> int:
        """All officers."""
        return sum(self.officers)

    def of(self, cohort: Cohort) -> int:
        """Return the number in a cohort."""
        return self.officers[COHORTS.index(cohort)]


def shared_out(number: int, weights: Sequence[float]) -> list[int]:
    """Return a whole number shared out by weights, so that the parts sum to it exactly.

    Parameters
    ----------
    number
        0 or more.
    weights
        0 or more each; their sum is above 0 unless the number is 0.

    Raises
    ------
    BadInputError
        If there is something to share and nothing to share it by.

    Notes
    -----
    Largest remainders (Hamilton); where two are equal the earlier one gets the unit.
    """
    total = sum(weights)
    if total <= 0:
        if number == 0:
            return [0] * len(weights)
        msg = f"{number} officers have no place to be counted in."
        raise BadInputError(msg, value=str(number), remedy="Name a route that has such months.")
    exact = [number * weight / total for weight in weights]
    whole = [int(value) for value in exact]
    by_remainder = sorted(range(len(exact)), key=lambda i: (whole[i] - exact[i], i))
    for i in by_remainder[: number - sum(whole)]:
        whole[i] += 1
    return whole
