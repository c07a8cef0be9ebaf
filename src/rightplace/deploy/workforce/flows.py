"""Who joins and who leaves: planned intake, training places, and rates with their spread."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import numpy as np

from rightplace.deploy.workforce.checks import (
    MOST_OFFICERS,
    check_number,
    check_share,
    check_whole,
)
from rightplace.deploy.workforce.cohorts import COHORTS, Cohort
from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rightplace.deploy.workforce.cohorts import Route

MOST_ANNUAL_SHARE: Final = 0.99
"""Rates drawn above it are cut: in no year does a whole cohort leave."""
_Z95: Final = 1.959963984540054  # 0.975 quantile of the standard normal distribution
_MONTHS: Final = 12
_NO_SPREAD: Final = 1e-6


class Cause(StrEnum):
    """Why somebody leaves the force."""

    RESIGN = "resign"
    RETIRE = "retire"
    DISMISS = "dismiss"
    TRANSFER_OUT = "transfer_out"


CAUSES: Final = tuple(Cause)
"""In this order the arrays of a projection have their causes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """Share of each cohort that leaves within a year for one cause.

    Parameters
    ----------
    cause
        Why.
    initial_training, tutored, probation, established
        Annual share of the cohort, 0 to 1; those who wait for a tutor leave as the tutored do,
        those on leave as the established do.
    low, high
        Ends of a 95 % interval of the true rates, as factors of those given: low from above 0 to
        1, high 1 or more. One factor holds for all cohorts and months of a draw.
    origin
        Where the numbers come from.
    """

    cause: Cause
    initial_training: float
    tutored: float
    probation: float
    established: float
    low: float
    high: float
    origin: str

    def __post_init__(self) -> None:
        """Check the shares and factors; what cannot be raises ``BadInputError``."""
        for name in ("initial_training", "tutored", "probation", "established"):
            check_share(f"leaving, {self.cause.value}, {name}", getattr(self, name))
        check_number(f"leaving, {self.cause.value}, low", self.low, least=1e-6, most=1)
        check_number(f"leaving, {self.cause.value}, high", self.high, least=1, most=100)

    @property
    def annual(self) -> tuple[float, ...]:
        """Annual share of each cohort, in the order of ``COHORTS``."""
        return (
            self.initial_training,
            self.tutored,
            self.tutored,
            self.probation,
            self.established,
            self.established,
        )

    def factors(self, normals: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what the rates are multiplied by in each draw, of standard normal numbers.

        The factor is 1 in the middle; each half is lognormal, so that the ends of the interval
        are at its 2.5 and 97.5 % points.
        """
        below, above = -math.log(self.low) / _Z95, math.log(self.high) / _Z95
        return np.asarray(np.exp(normals * np.where(normals < 0, below, above)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave:
    """A leave from which officers come back: they count, but cannot be deployed.

    Parameters
    ----------
    name
        What it is called.
    annual_share
        Share of established officers that go on it within a year.
    months
        How long it lasts on average, 1 or more; whoever is away returns in any month with the
        chance 1 / months.
    origin
        Where the numbers come from.
    """

    name: str
    annual_share: float
    months: float
    origin: str

    def __post_init__(self) -> None:
        """Check the share and the length; what cannot be raises ``BadInputError``."""
        check_share(f"leave, {self.name}, annual_share", self.annual_share)
        check_number(f"leave, {self.name}, months", self.months, least=1, most=120)


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """Joiners planned on one route.

    Parameters
    ----------
    a_month
        Planned in each month of the horizon.
    filled
        Share of planned places that are really filled, on average.
    filled_spread
        Standard deviation of that share; 0, or less than a millionth, for one that is known.
    origin
        Where the numbers come from.
    """

    a_month: tuple[int, ...]
    filled: float
    filled_spread: float
    origin: str

    def __post_init__(self) -> None:
        """Check the numbers.

        Raises
        ------
        BadInputError
            If one of them cannot be, or no distribution of shares has that mean and spread.
        """
        for number in self.a_month:
            check_whole("planned intake of a month", number)
        check_share("share of places filled", self.filled)
        check_number("spread of the share filled", self.filled_spread, most=1)
        if self.filled_spread and self.filled_spread**2 >= self.filled * (1 - self.filled):
            msg = f"No share has the mean {self.filled:g} and the spread {self.filled_spread:g}."
            remedy = "Give a smaller filled_spread, or 0 where filled is 0 or 1."
            raise BadInputError(msg, value=f"{self.filled_spread:g}", remedy=remedy)

    def shares(self, uniforms: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the share of places filled in each draw, of numbers uniform in 0 to 1.

        A beta distribution of the mean and the spread given.
        """
        from scipy.special import betaincinv  # noqa: PLC0415 - heavy, and not always needed

        if self.filled_spread < _NO_SPREAD:
            return np.full(uniforms.shape, self.filled)
        weight = self.filled * (1 - self.filled) / self.filled_spread**2 - 1
        return np.asarray(betaincinv(self.filled * weight, (1 - self.filled) * weight, uniforms))


@dataclass(frozen=True, slots=True, kw_only=True)
class Admitted:
    """What training places leave of the planned intake.

    Parameters
    ----------
    joiners
        (routes, months): who is to begin in each month.
    put_off
        (routes, months): who is still put off at the end of it.
    """

    joiners: NDArray[np.int64]
    put_off: NDArray[np.int64]


def admitted(
    intakes: Sequence[Intake],
    routes: Sequence[Route],
    *,
    places_a_month: int | None,
    places_at_once: int | None = None,
    in_training: Sequence[Sequence[int]] = (),
) -> Admitted:
    """Return whom training places let begin, month by month.

    Parameters
    ----------
    intakes, routes
        One for each route; the earlier route goes first where places are short.
    places_a_month
        Places that open each month for routes with initial training; None for no limit.
    places_at_once
        Places for all who are in initial training at the same time; None for no limit.
    in_training
        For each route, officers at the start in each month of its training; empty for none.

    Notes
    -----
    Who is put off asks again in the next month and goes before those newly planned on the same
    route. A place is held for the whole of the training: one that nobody takes is lost, and so is
    what is left of one whose officer leaves.
    """
    planned = np.array([intake.a_month for intake in intakes], dtype=np.int64)
    joiners, put_off = np.zeros_like(planned), np.zeros_like(planned)
    backlog = np.zeros(len(routes), dtype=np.int64)
    for month in range(planned.shape[1]):
        held = _held(joiners, routes, in_training, month=month)
        left = _open(places_a_month, places_at_once, held=held, most=MOST_OFFICERS * len(routes))
        for i, route in enumerate(routes):
            wanted = backlog[i] + planned[i, month]
            taken = wanted if route.training_months == 0 else min(wanted, left)
            left -= taken if route.training_months else 0
            joiners[i, month], backlog[i] = taken, wanted - taken
        put_off[:, month] = backlog
    return Admitted(joiners=joiners, put_off=put_off)


def _held(
    joiners: NDArray[np.int64],
    routes: Sequence[Route],
    in_training: Sequence[Sequence[int]],
    *,
    month: int,
) -> int:
    """Return the places held in a month by who began before it and is not through it yet."""
    held = 0
    for i, route in enumerate(routes):
        held += int(joiners[i, max(month - route.training_months + 1, 0) : month].sum())
    for cells in in_training:
        held += sum(cells[: max(len(cells) - month - 1, 0)])
    return held


def _open(a_month: int | None, at_once: int | None, *, held: int, most: int) -> int:
    """Return the places that are open in a month, as far as there is a limit."""
    opening = most if a_month is None else a_month
    return opening if at_once is None else min(opening, max(at_once - held, 0))


def monthly_chances(annual: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the chance to leave within a month by cause, of annual shares by cause.

    Parameters
    ----------
    annual
        (..., causes); their sum over causes is cut at ``MOST_ANNUAL_SHARE``.

    Notes
    -----
    Of a cohort that nobody joins, the annual share has left after twelve months:
    1 - (1 - share)^(1/12) a month, split among causes in proportion.
    """
    total = annual.sum(axis=-1, keepdims=True)
    cut = np.minimum(total, MOST_ANNUAL_SHARE)
    month = -np.expm1(np.log1p(-cut) / _MONTHS)
    return np.asarray(np.divide(annual, total, out=np.zeros_like(annual), where=total > 0) * month)


def check_leaving(leaving: Sequence[Leaving]) -> None:
    """Check that causes are named once each, and that not all of a cohort leaves in a year.

    Raises
    ------
    BadInputError
        If a cause is doubled, or shares of a cohort sum to more than can be.
    """
    named = [each.cause for each in leaving]
    for cause in named:
        if named.count(cause) > 1:
            msg = f"The cause {cause.value!r} is named twice."
            raise BadInputError(msg, value=cause.value, remedy="Keep one of the tables.")
    for i, cohort in enumerate(COHORTS):
        total = sum(each.annual[i] for each in leaving)
        if total > MOST_ANNUAL_SHARE and cohort is not Cohort.WAITING:
            msg = f"Together {total:.0%} of {cohort.value} would leave in a year."
            raise BadInputError(msg, value=f"{total:g}", remedy="Correct the shares of the causes.")
