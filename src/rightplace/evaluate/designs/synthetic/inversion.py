"""Intervals that hold every effect the placebos cannot refute.

The test of no effect is made for each relative change r: the treated units' counts are divided by
1 + r and compared anew. What is not rejected is the interval. It has no coverage in sampling, for
nothing was sampled; what can be checked is the size of the test (METHODS B14).

References
----------
Firpo and Possebom (2018), Journal of Causal Inference 6(2), for synthetic control; Rosenbaum
(2002), Observational Studies, section 2.6, for the inversion of a permutation test.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from rightplace.evaluate.designs.synthetic.linearised import effect

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

_WIDEST: Final = 12.0
"""Logarithm of the largest ratio looked at: beyond it an end counts as infinite."""
_HALVINGS: Final = 50


def bounds(drawn: NDArray[np.float64], *, level: float) -> tuple[float, float] | None:
    """Return the lowest and highest statistic that the draws do not reject, two-sided.

    None where there are too few draws to reject anything at this level.
    """
    tail = math.floor((1 - level) / 2 * (drawn.size + 1) + 1e-9)
    if tail < 1:
        return None
    ranked = np.sort(drawn)
    return float(ranked[tail - 1]), float(ranked[drawn.size - tail])


def relative_interval(
    counts: NDArray[np.float64],
    weights: NDArray[np.float64],
    treated: NDArray[np.bool_],
    *,
    drawn: NDArray[np.float64],
    level: float,
) -> tuple[float, float] | None:
    """Return the relative changes that the draws do not reject; None where there are too few draws.

    Parameters
    ----------
    counts
        Shape (n_units, n_periods). After the start alone.
    weights, treated
        Shape (n_units,).
    drawn
        Shape (n_draws,). Statistics of placebo groups.
    level
        0 to 1.

    Returns
    -------
    tuple
        Ends as shares, -1 or more; the upper one infinite where no change upwards is rejected.
    """
    held = bounds(drawn, level=level)
    used = weights > 0
    counts, weights, treated = counts[used], weights[used], treated[used]
    if held is None or not counts[treated].any():
        return None

    def statistic(log_ratio: float) -> float:
        shrunk = np.where(treated[:, None], counts * math.exp(-log_ratio), counts)
        return effect(shrunk, weights, treated).statistic

    lowest, highest = held
    lo = _crossing(lambda each: statistic(each) > highest)
    hi = _crossing(lambda each: statistic(each) >= lowest)
    return (
        -1.0 if lo == -_WIDEST else math.expm1(lo),
        math.inf if hi == _WIDEST else math.expm1(hi),
    )


def _crossing(holds: Callable[[float], bool]) -> float:
    """Return where something that holds at first ceases to, by halving."""
    low, high = -_WIDEST, _WIDEST
    if not holds(low):
        return low
    if holds(high):
        return high
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return (low + high) / 2
