"""How large the effect on one outcome is, and its standard error by linearisation.

The counts of all units and periods after the start are regressed, with the weights, on a level for
each period and one for treatment; the standard error is the sandwich of the weighted residuals.
The published method takes units' periods as independent of each other, which they are not: the
same with each unit's periods taken together (``by_unit``) is the safer reading. Tests by
permutation need neither, for they compare the statistic with its own draws.

References
----------
Robbins, Saunders and Kilmer (2017), Journal of the American Statistical Association 112, 109-126,
section 5; Binder (1983), International Statistical Review 51, 279-292.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import expm1
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """The effect on one outcome after the start.

    Parameters
    ----------
    treated, control
        Counted in the treated units, and in the weighted others.
    statistic
        Difference over its standard error; negative is a reduction; NaN where it is 0/0.
    log_ratio, log_error
        Logarithm of treated over control and its standard error; NaN where either is 0.
    """

    treated: float
    control: float
    statistic: float
    log_ratio: float
    log_error: float

    @property
    def relative(self) -> float:
        """Change as a share of the control; NaN where that is 0."""
        return self.treated / self.control - 1 if self.control > 0 else float("nan")

    @property
    def one_sided(self) -> float:
        """Chance of a reduction as large as this or larger where there was no effect."""
        return NormalDist().cdf(self.statistic)

    def limits(self, *, level: float) -> tuple[float, float]:
        """Return the ends of an interval of the relative change; NaN where a count is 0."""
        reach = NormalDist().inv_cdf((1 + level) / 2) * self.log_error
        return expm1(self.log_ratio - reach), expm1(self.log_ratio + reach)


def effect(
    counts: NDArray[np.float64],
    weights: NDArray[np.float64],
    treated: NDArray[np.bool_],
    *,
    by_unit: bool = False,
) -> Effect:
    """Return the effect on one outcome.

    Parameters
    ----------
    counts
        Shape (n_units, n_periods). After the start alone.
    weights
        Shape (n_units,). 1 for treated units.
    treated
        Shape (n_units,).
    by_unit
        Whether each unit's periods are taken together.
    """
    used = weights > 0
    rows = int(treated.size if by_unit else counts.size)
    counts, weights, treated = counts[used], weights[used], treated[used]
    periods = counts.shape[1]
    inverse = np.linalg.inv(_crossed(weights, treated, periods))
    sums = np.append(weights @ counts, weights[treated] @ counts[treated].sum(axis=1))
    fitted = inverse @ sums
    levels, change = fitted[:periods], fitted[periods]
    residuals = counts - levels - np.outer(treated, np.full(periods, change))

    def error(contrast: NDArray[np.float64]) -> float:
        pull = inverse @ contrast
        moved = weights[:, None] * residuals * (pull[:periods] + np.outer(treated, pull[periods:]))
        moved = moved.sum(axis=1) if by_unit else moved
        return float(np.sqrt((moved**2).sum() * rows / (rows - 1)))

    alone = np.zeros(periods + 1)
    alone[periods] = 1.0
    deviation, control = error(alone), float(levels.mean())
    there = control + change
    log_ratio = log_error = float("nan")
    if control > 0 and there > 0:
        log_ratio = float(np.log(there / control))
        slope = np.full(periods + 1, (1 / there - 1 / control) / periods)
        slope[periods] = 1 / there
        log_error = error(slope)
    return Effect(
        treated=float(weights[treated] @ counts[treated].sum(axis=1)),
        control=float(weights[~treated] @ counts[~treated].sum(axis=1)),
        statistic=float(change / deviation) if deviation > 0 else float("nan"),
        log_ratio=log_ratio,
        log_error=log_error,
    )


def _crossed(
    weights: NDArray[np.float64], treated: NDArray[np.bool_], periods: int
) -> NDArray[np.float64]:
    """Return X'WX for a level in each period and one for treatment."""
    inside = float(weights[treated].sum())
    crossed = np.diag(np.full(periods + 1, float(weights.sum())))
    crossed[periods, :periods] = crossed[:periods, periods] = inside
    crossed[periods, periods] = inside * periods
    return crossed
