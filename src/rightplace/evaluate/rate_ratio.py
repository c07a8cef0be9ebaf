"""Two periods compared: the ratio of their rates, with an interval that chance alone explains."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import betaincinv

from rightplace.errors import BadInputError, UndefinedMetricError

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class RateRatio:
    """How often something happened later, relative to before.

    Parameters
    ----------
    value
        Later rate by earlier rate; infinite where there was none before.
    lo, hi
        Ends of its interval, 0 to infinity.
    level
        Chance, 0 to 1, with which such intervals hold the true ratio, at least.
    dispersion
        What variances were multiplied by, 1 or more; 1 is chance under Poisson.
    """

    value: float
    lo: float
    hi: float
    level: float
    dispersion: float

    @property
    def chance_could(self) -> bool:
        """Whether chance alone could do this: the interval holds 1."""
        return self.lo <= 1 <= self.hi


def rate_ratio(
    before: int,
    after: int,
    *,
    exposure_before: float,
    exposure_after: float,
    dispersion: float = 1.0,
    level: float = 0.95,
) -> RateRatio:
    """Return the later rate relative to the earlier one, with an exact interval.

    Given their sum, the later count is binomial; the interval is Clopper and Pearson's for its
    share, turned into a ratio. Where counts scatter more than chance does, both are divided by
    the dispersion first (quasi-likelihood), so that the interval widens by about its root.

    Parameters
    ----------
    before, after
        Counts, 0 or more.
    exposure_before, exposure_after
        Time that each was counted over, in one unit, above 0.
    dispersion
        From ``paired_dispersion``; 1 or more.
    level
        Above 0 and below 1.

    Raises
    ------
    BadInputError
        If a number lies outside its range.
    UndefinedMetricError
        If both counts are 0: the ratio is 0/0.

    References
    ----------
    Clopper and Pearson (1934), Biometrika 26, 404-413; Przyborowski and Wilenski (1940),
    Biometrika 31, 313-323; McCullagh and Nelder (1989), Generalized Linear Models, 4.5.
    """
    numbers = (exposure_before, exposure_after, dispersion)
    if min(before, after) < 0 or min(exposure_before, exposure_after) <= 0 or dispersion < 1:
        msg = f"Counts of {before} and {after} over {numbers} are not two rates."
        raise BadInputError(msg, remedy="Give counts of 0 or more, and time above 0.")
    if not 0 < level < 1:
        msg = f"An interval of level {level:g} is none."
        raise BadInputError(msg, value=level, remedy="Give a level between 0 and 1.")
    if before + after == 0:
        msg = "Nothing was counted in either period; the ratio of their rates is 0/0."
        raise UndefinedMetricError(msg)
    exposure = exposure_before / exposure_after
    x, y, tail = after / dispersion, before / dispersion, (1 - level) / 2
    lowest = float(betaincinv(x, y + 1, tail)) if after else 0.0
    highest = float(betaincinv(x + 1, y, 1 - tail)) if before else 1.0
    return RateRatio(
        value=after / before * exposure if before else math.inf,
        lo=lowest / (1 - lowest) * exposure,
        hi=highest / (1 - highest) * exposure if highest < 1 else math.inf,
        level=level,
        dispersion=dispersion,
    )


def paired_dispersion(before: NDArray[np.int64], after: NDArray[np.int64]) -> tuple[float, int]:
    """Return how far months of two periods scatter round one common ratio, and from how many.

    Each month is set beside the same month of the other period, so that what both share, such as
    the season, does not count as scatter. The sum of squares by its degrees of freedom is the
    dispersion: about 1 under chance alone, more where incidents come in spells.

    Parameters
    ----------
    before, after
        Shape (n_months,). Counts, month by month; pairs without any incident say nothing.

    Returns
    -------
    tuple
        Pearson's sum of squares, 0 or more, and its degrees of freedom, 0 or more.

    Raises
    ------
    BadInputError
        If the periods are not of one length.
    """
    if before.shape != after.shape:
        msg = f"Periods of {before.size} and {after.size} months do not pair."
        raise BadInputError(msg, remedy="Compare periods of one length.")
    both = (before + after).astype(np.float64)
    held = both > 0
    if not (before.any() and after.any()) or not held.any():
        return 0.0, 0
    share = float(after.sum() / both.sum())
    expected = both[held] * share
    squares = (after[held] - expected) ** 2 / (expected * (1 - share))
    return float(squares.sum()), int(held.sum()) - 1
