"""Two small counts compared: the E-test, which finds more than the exact test does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import gammaln

from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

_TAIL = 1e-13
"""Chance of all counts left out of the sum, at most: far below any p that is printed."""


def e_test(first: int, second: int, *, exposures: tuple[float, float] = (1.0, 1.0)) -> float:
    """Return the two-sided p of two Poisson counts with one rate, 0 to 1.

    The common rate is estimated from both; p is the chance, at that rate, of two counts whose
    standardised difference is at least as large. It keeps near its size and finds more than the
    test given the sum, which is too careful where counts are tiny.

    Parameters
    ----------
    first, second
        Counts, 0 or more.
    exposures
        Time or area that each was counted over, above 0.

    Raises
    ------
    BadInputError
        If a count is below 0 or an exposure not above it.

    References
    ----------
    Krishnamoorthy and Thomson (2004), Journal of Statistical Planning and Inference 119, 23-35,
    with the variance of the difference at the common rate, as Wheeler's tables have it.
    """
    if min(first, second) < 0 or min(exposures) <= 0:
        msg = f"Counts of {first} and {second} over {exposures} are not two rates."
        raise BadInputError(msg, remedy="Give counts of 0 or more, and time above 0.")
    if first + second == 0:
        return 1.0
    common = (first + second) / sum(exposures)
    (x, of_x), (y, of_y) = (_likely(common * exposure) for exposure in exposures)
    one, two = exposures

    # T(x, y) = |x/n1 - y/n2| / sqrt((x + y)/(n1 + n2) (1/n1 + 1/n2)), 0 where both are 0; the
    # factor without counts orders nothing and is left out.
    def standardised(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.abs(a / one - b / two) / np.sqrt(np.maximum(a + b, 1.0))

    seen = standardised(np.array([float(first)]), np.array([float(second)]))[0]
    as_far = standardised(x[:, None], y[None, :]) >= seen * (1 - 1e-12)
    return float(min(1.0, of_x @ as_far @ of_y))


def _likely(mean: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the counts that a Poisson mean gives with any chance worth counting, and chances."""
    reach = 9 * np.sqrt(mean) + 40
    counts = np.arange(max(0, int(mean - reach)), int(mean + reach) + 1, dtype=np.float64)
    chances = np.exp(counts * np.log(mean) - mean - gammaln(counts + 1))
    kept = chances > _TAIL / counts.size
    return counts[kept], chances[kept]
