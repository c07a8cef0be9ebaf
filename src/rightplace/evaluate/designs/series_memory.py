"""What a regression on a series leaves over: how far it scatters and what it remembers.

Regression hides part of the memory, so every expectation below is of residuals and not of errors:
with M the matrix that leaves the residuals over and R the correlations of the errors, products of
residuals k periods apart have the expectation tr(M R M S_k), S_k shifting by k.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.stats import chi2

from rightplace.evaluate.designs.series_settings import SeriesSettings

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FADES: Final = tuple(np.arange(0.1, 0.95, 0.1).tolist())
"""Factors that are tried: a grid, finer than any series of counts can tell them apart."""
_MOST_SHARE: Final = 0.95
"""Below 1, so that correlations can be taken out again."""
_FIT_ONE_IN, _CHECK_ONE_IN = 4, 5
"""Correlations far back rest on few products, so that no further is looked than a quarter, or a
fifth, of a series: rules of thumb, which bound ``lags_fitted`` and ``lags_checked``."""
_NOTHING: Final = 1e-6
"""A residual, in standard deviations of chance, that is none."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Memory:
    """What is left over.

    Parameters
    ----------
    together
        Shape (n_periods, n_periods). Correlations of the errors.
    lag_one
        Of neighbours, 0 to below 1.
    dispersion
        Variance over that of chance, at least 1.
    chance_left
        Chance, 0 to 1, that residuals would remember so much more than that.
    """

    together: NDArray[np.float64]
    lag_one: float
    dispersion: float
    chance_left: float


def remembered(
    leaves: NDArray[np.float64],
    residuals: NDArray[np.float64],
    settings: SeriesSettings | None = None,
) -> Memory:
    """Return scatter and memory of residuals.

    Errors are chance of which a share fades from period to period by one factor: correlation
    share x factor^k of periods k apart. Counts do so where a hidden rate wanders and chance comes
    on top. For each of nine factors the share is that which fits the lags best; the factor
    is the best of them. Memory below none is taken as none.

    Parameters
    ----------
    leaves
        Shape (n_periods, n_periods). What makes residuals of errors: I less the hat matrix.
    residuals
        Shape (n_periods,). Pearson's.
    settings
        How far back is looked; the defaults where None.
    """
    rules = settings or SeriesSettings()
    size = residuals.size
    if not (np.abs(residuals) > _NOTHING).any():
        return Memory(together=np.eye(size), lag_one=0.0, dispersion=1.0, chance_left=1.0)
    lags = range(1, min(rules.lags_fitted, size // _FIT_ONE_IN) + 1)
    seen = _products(np.outer(residuals, residuals), lags)
    white = _products(leaves, lags)
    best, share, factor = np.inf, 0.0, 0.0
    for fade in _FADES:
        pure = _products(leaves @ _fading(size, 1.0, fade) @ leaves, lags)
        tried, misfit = _share(seen, white, pure)
        if misfit < best:
            best, share, factor = misfit, tried, fade
    together = _fading(size, share, factor)
    expected = leaves @ together @ leaves
    dispersion = max(float(residuals @ residuals / np.trace(expected)), 1.0)
    return Memory(
        together=together,
        lag_one=share * factor,
        dispersion=dispersion,
        chance_left=_chance_left(together, expected, residuals, most=rules.lags_checked),
    )


def _fading(size: int, share: float, factor: float) -> NDArray[np.float64]:
    apart = np.abs(np.subtract.outer(np.arange(size), np.arange(size)))
    result: NDArray[np.float64] = share * factor**apart
    np.fill_diagonal(result, 1.0)
    return result


def _products(table: NDArray[np.float64], lags: range) -> NDArray[np.float64]:
    """Return squares, then products of neighbours at each lag, added up."""
    return np.array([np.trace(table, offset=lag) for lag in (0, *lags)])


def _share(
    seen: NDArray[np.float64], white: NDArray[np.float64], pure: NDArray[np.float64]
) -> tuple[float, float]:
    """Return the share of fading errors whose expected lags are nearest to those seen.

    The ratio of lag k to the squares is that of white + share (pure - white); multiplied out it is
    linear in the share.
    """
    ratio = seen[1:] / seen[0]
    wanted = ratio * white[0] - white[1:]
    moved = (pure - white)[1:] - ratio * (pure - white)[0]
    share = float(np.clip(wanted @ moved / (moved @ moved), 0.0, _MOST_SHARE))
    total = white + share * (pure - white)
    return share, float(((ratio - total[1:] / total[0]) ** 2).sum())


def _chance_left(
    together: NDArray[np.float64],
    expected: NDArray[np.float64],
    residuals: NDArray[np.float64],
    *,
    most: int,
) -> float:
    """Return the chance of the correlations that remain once memory is taken out.

    Box and Pierce's sum with each correlation's own mean and variance in place of 0 and 1/n
    (Dufour and Roy 1986, Communications in Statistics A 15, 2953-2973): residuals of a regression
    are correlated where errors are not, and Ljung and Box's sum then sees memory too often.
    """
    undo = np.linalg.inv(np.linalg.cholesky(together))
    left, spread = undo @ residuals, undo @ expected @ undo.T
    size = residuals.size
    total, lags = 0.0, min(most, size // _CHECK_ONE_IN)
    for lag in range(1, lags + 1):
        shift = (np.eye(size, k=lag) + np.eye(size, k=-lag)) / 2
        mean = float(np.trace(shift @ spread) / np.trace(spread))
        apart = (shift - mean * np.eye(size)) @ spread
        variance = 2 * float(np.trace(apart @ apart)) / float(np.trace(spread)) ** 2
        total += (float(left @ shift @ left / (left @ left)) - mean) ** 2 / variance
    return float(chi2.sf(total, lags))
