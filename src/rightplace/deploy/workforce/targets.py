"""When a target is met: the month, how sure that is, and how often it is not met at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from rightplace.core.suggest import did_you_mean
from rightplace.deploy.workforce.checks import MOST_OFFICERS, check_number
from rightplace.deploy.workforce.stock import MEASURES
from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.deploy.workforce.stock import Projection

NEVER: Final = np.iinfo(np.int64).max
"""Stands for a target that a draw does not reach within the horizon."""
_HALVES: Final = {"80": (0.1, 0.9), "95": (0.025, 0.975)}
_ROUNDING: Final = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A strength to be reached.

    Parameters
    ----------
    measure
        One of ``MEASURES``.
    strength
        How many; above 0.
    name
        What people call it.
    """

    measure: str
    strength: float
    name: str = "target"

    def __post_init__(self) -> None:
        """Check the measure and the number.

        Raises
        ------
        BadInputError
            If there is no such measure, or nobody could be so many.
        """
        if self.measure not in MEASURES:
            msg = f"{self.name}: there is no measure {self.measure!r}."
            raise BadInputError(
                msg, value=self.measure, remedy=did_you_mean(self.measure, MEASURES)
            )
        check_number(f"{self.name}, strength", self.strength, least=1, most=MOST_OFFICERS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """When draws first reach a target.

    Parameters
    ----------
    target
        Which one.
    today
        Strength at the start, in the target's measure.
    first
        (draws,): months from the start until it is first reached, 1 or more; ``NEVER`` where a
        draw does not reach it within the horizon.
    by_month
        (months + 1,): share of draws that have reached it by each month.
    at_month
        (months + 1,): share of draws that are at it or above in each month; less than
        ``by_month`` where some have fallen below again.
    """

    target: Target
    today: float
    first: NDArray[np.int64]
    by_month: NDArray[np.float64]
    at_month: NDArray[np.float64]

    @property
    def never_share(self) -> float:
        """Share of draws that do not reach it within the horizon, 0 to 1."""
        return float(np.mean(self.first == NEVER))

    def month(self, share: float) -> int | None:
        """Return the month by which a share of draws has reached it, None if too few ever do.

        Parameters
        ----------
        share
            Above 0, up to 1.
        """
        found = int(np.quantile(self.first, share, method="inverted_cdf"))
        return None if found == NEVER else found

    @property
    def median(self) -> int | None:
        """Month by which half of the draws have reached it; None if fewer ever do."""
        return self.month(0.5)

    def interval(self, percent: int) -> tuple[int | None, int | None]:
        """Return the months between which 80 or 95 % of draws first reach it.

        An end is None where it lies beyond the horizon.
        """
        low, high = _HALVES[str(percent)]
        return self.month(low), self.month(high)


def reached(projection: Projection, target: Target) -> Reached:
    """Return when draws first reach a target.

    Raises
    ------
    BadInputError
        If today's strength is there already.
    """
    strength = projection.measured(target.measure)
    today = float(strength[0, 0])
    if today + _ROUNDING >= target.strength:
        msg = (
            f"{target.name}: {target.strength:,.0f} in {target.measure} is reached already; the "
            f"start, {projection.growth.start_month}, has {today:,.0f}."
        )
        remedy = "Name a target above the start, or another measure."
        raise BadInputError(msg, value=f"{target.strength:g}", remedy=remedy)
    at = strength + _ROUNDING >= target.strength
    ever = np.logical_or.accumulate(at, axis=1)
    first = np.where(ever[:, -1], ever.argmax(axis=1), NEVER)
    return Reached(
        target=target,
        today=today,
        first=first.astype(np.int64),
        by_month=ever.mean(axis=0),
        at_month=at.mean(axis=0),
    )
