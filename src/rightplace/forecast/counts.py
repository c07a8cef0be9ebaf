"""Poisson and negative binomial counts: probabilities and exact whole-number quantiles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import betainc, gammaincc

from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.generic] | float

# Extra variance below this share of the variance is lost in rounding: the count is Poisson.
_NO_EXTRA = 1e-9


def cumulative(
    count: Numbers, mean: Numbers, *, dispersion: float | NDArray[np.float64] = 0.0
) -> NDArray[np.float64]:
    """Return the chance of at most so many incidents, broadcast over the arguments.

    Parameters
    ----------
    count
        Whole numbers; below 0 the chance is 0.
    mean
        Expected counts, 0 or more.
    dispersion
        Extra variance as a share of the squared mean, 0 or more; 0 is Poisson.

    Returns
    -------
    ndarray
        Chances from 0 to 1.
    """
    k, m, extra = np.broadcast_arrays(
        np.asarray(count, dtype=np.float64),
        np.asarray(mean, dtype=np.float64),
        np.asarray(dispersion, dtype=np.float64),
    )
    chance = np.zeros(k.shape)
    some = k >= 0
    poisson = some & (extra * m <= _NO_EXTRA)
    chance[poisson] = gammaincc(k[poisson] + 1, m[poisson])
    wide = some & ~poisson
    # Negative binomial of size r = 1/extra: F(k) = I_p(r, k + 1), p = r/(r + m).
    chance[wide] = betainc(1 / extra[wide], k[wide] + 1, 1 / (1 + extra[wide] * m[wide]))
    return chance


def quantile(
    chance: float, mean: NDArray[np.float64], *, dispersion: float | NDArray[np.float64] = 0.0
) -> NDArray[np.int64]:
    """Return the smallest count that is reached with at least a chance, shape of ``mean``.

    Parameters
    ----------
    chance
        Above 0 and below 1.
    mean
        Expected counts, 0 or more.
    dispersion
        Extra variance as a share of the squared mean.

    Raises
    ------
    BadInputError
        If the chance is not between 0 and 1.
    """
    if not 0 < chance < 1:
        msg = f"A quantile needs a chance between 0 and 1, got {chance:g}."
        raise BadInputError(msg, value=chance)
    m = np.asarray(mean, dtype=np.float64)
    # F(low) < chance <= F(high) holds throughout; halving the gap ends at neighbours.
    low = np.full(m.shape, -1, dtype=np.int64)
    high = np.ceil(m + 10 * np.sqrt(m + np.asarray(dispersion) * m**2)).astype(np.int64) + 1
    while (short := cumulative(high, m, dispersion=dispersion) < chance).any():
        high[short] *= 2
    while (open_ := high - low > 1).any():
        middle = (low + high) // 2
        enough = cumulative(middle, m, dispersion=dispersion) >= chance
        high = np.where(open_ & enough, middle, high)
        low = np.where(open_ & ~enough, middle, low)
    return np.asarray(high, dtype=np.int64)
