"""How well a distribution foretold the counts that came."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import betaln, gammaln, hyp2f1, i0e, i1e, xlogy

from rightplace.errors import BadInputError, UndefinedMetricError
from rightplace.forecast.counts import cumulative, quantile

if TYPE_CHECKING:
    from numpy.typing import NDArray

FLOOR_SHARE = 0.01
# Below this share of the variance the negative binomial differs from Poisson by less than rounding.
_NO_EXTRA = 1e-9


def floored(forecast: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return 0.99 x forecast + 0.01 x mean forecast, shape (n_cells,).

    A single event where none was thought possible would make a log score minus infinity. The
    same floor is given to every method, for scoring only; no forecast that is published has it.
    """
    return (1 - FLOOR_SHARE) * forecast + FLOOR_SHARE * float(forecast.mean())


def poisson_log_score(events: NDArray[np.integer], mean: NDArray[np.float64]) -> float:
    """Return the mean Poisson log-likelihood per cell after the floor of ``floored``.

    Parameters
    ----------
    events
        Shape (n_cells,). Counts that came.
    mean
        Shape (n_cells,). Expected counts, 0 or more.

    Returns
    -------
    float
        0 or less, higher is better. Depends on the size of cells and periods: compare only
        methods on the same ones.

    Raises
    ------
    UndefinedMetricError
        If nothing was expected anywhere, yet events came: no floor can be had.
    """
    rate = floored(mean)
    if events[rate == 0].any():
        msg = f"Nothing is expected in any of {mean.size} cells; the log score is minus infinity."
        raise UndefinedMetricError(msg)
    return float((xlogy(events, rate) - rate - gammaln(events + 1.0)).mean())


def log_likelihood(
    events: NDArray[np.generic],
    mean: NDArray[np.float64],
    *,
    dispersion: float | NDArray[np.float64] = 0.0,
) -> NDArray[np.float64]:
    """Return the log of the chance of each count, broadcast over the arguments.

    Parameters
    ----------
    events
        Counts that came, 0 or more.
    mean
        Expected counts, 0 or more.
    dispersion
        Extra variance as a share of the squared mean: variance = mean + dispersion x mean^2.
        0 is Poisson.

    Returns
    -------
    ndarray
        0 or less; minus infinity for a count above 0 where none is expected.

    References
    ----------
    Cameron and Trivedi (2013), Regression Analysis of Count Data, 2nd ed., section 3.3 (NB2).
    """
    y, m, extra = np.broadcast_arrays(
        np.asarray(events, dtype=np.float64),
        np.asarray(mean, dtype=np.float64),
        np.asarray(dispersion, dtype=np.float64),
    )
    score = np.asarray(xlogy(y, m) - m - gammaln(y + 1))
    wide = extra * m > _NO_EXTRA
    y, t, r = y[wide], extra[wide] * m[wide], 1 / extra[wide]
    # log Gamma(y + r) / (Gamma(r) y!) + r log(1/(1 + t)) + y log(t/(1 + t)), with t = m/r; the
    # first term by the beta function, which does not lose small differences of large logarithms.
    score[wide] = (
        -betaln(r, y + 1) - np.log(r + y) - r * np.log1p(t) + y * (np.log(t) - np.log1p(t))
    )
    return score


def crps(
    events: NDArray[np.integer],
    mean: NDArray[np.float64],
    *,
    dispersion: float | NDArray[np.float64] = 0.0,
) -> NDArray[np.float64]:
    """Return the continuous ranked probability score of each forecast, shape (n_cells,).

    The sum over k of (P(Y <= k) - [y <= k])^2, in closed form.

    Parameters
    ----------
    events
        Shape (n_cells,). Counts that came.
    mean
        Shape (n_cells,). Expected counts, 0 or more.
    dispersion
        Extra variance as a share of the squared mean: variance = mean + dispersion x mean^2.
        0 is Poisson.

    Returns
    -------
    ndarray
        Incidents, 0 or more, lower is better. For a forecast without spread it is the
        absolute error.

    References
    ----------
    Wei and Held (2014), Calibration tests for count data, Test 23, 787-805.
    """
    y, m = np.asarray(events, dtype=np.float64), np.asarray(mean, dtype=np.float64)
    extra = np.broadcast_to(np.asarray(dispersion, dtype=np.float64), m.shape)
    score = _poisson_crps(y, m)
    wide = extra * m > _NO_EXTRA
    score[wide] = _negative_binomial_crps(y[wide], m[wide], extra[wide])
    # The hypergeometric function gives up on sizes above about 10,000 and on very large means.
    lost = np.isnan(score)
    if lost.any():
        score[lost] = _crps_by_sum(y[lost], m[lost], extra[lost])
    return score


def _poisson_crps(y: NDArray[np.float64], m: NDArray[np.float64]) -> NDArray[np.float64]:
    # (y - m)(2 F(y) - 1) + 2 m f(y) - m e^(-2m) (I0(2m) + I1(2m))
    density = np.exp(xlogy(y, m) - m - gammaln(y + 1))
    below = 2 * cumulative(y, m) - 1
    return np.asarray((y - m) * below + 2 * m * density - m * (i0e(2 * m) + i1e(2 * m)))


def _negative_binomial_crps(
    y: NDArray[np.float64], m: NDArray[np.float64], extra: NDArray[np.float64]
) -> NDArray[np.float64]:
    # With r = 1/extra and p = r/(r + m):
    # y (2 F_r(y) - 1) - m/p { p (2 F_(r+1)(y - 1) - 1) + 2F1(r + 1, 1/2; 2; -4 (1 - p)/p^2) }
    r = 1 / extra
    p = 1 / (1 + extra * m)
    # The negative binomial with size r + 1 and the same p has mean m + extra x m.
    grown = cumulative(y - 1, m * (1 + extra), dispersion=1 / (r + 1))
    spread = hyp2f1(r + 1, 0.5, 2, -4 * (1 - p) / p**2)
    below = 2 * cumulative(y, m, dispersion=extra) - 1
    return np.asarray(y * below - m / p * (p * (2 * grown - 1) + spread))


def _crps_by_sum(
    y: NDArray[np.float64], m: NDArray[np.float64], extra: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the sum itself, up to where less than 1e-12 of any distribution is left."""
    last = max(int(y.max()), int(quantile(1 - 1e-12, m, dispersion=extra).max()))
    score = np.zeros(y.shape)
    for k in range(last + 1):
        score += (cumulative(k, m, dispersion=extra) - (y <= k)) ** 2
    return score


def randomised_pit(
    events: NDArray[np.integer],
    mean: NDArray[np.float64],
    *,
    generator: np.random.Generator,
    dispersion: float | NDArray[np.float64] = 0.0,
) -> NDArray[np.float64]:
    """Return u = F(y - 1) + V (F(y) - F(y - 1)) for each cell, V uniform, shape (n_cells,).

    If counts come from the forecast distributions, u is uniform between 0 and 1. Plain
    intervals of rare counts cover far more than their level (a central 80 % interval of 0
    covers 97 %), so coverage is judged on u.

    References
    ----------
    Czado, Gneiting and Held (2009), Predictive model assessment for count data,
    Biometrics 65, 1254-1261.
    """
    return pit_between(
        cumulative(events - 1, mean, dispersion=dispersion),
        cumulative(events, mean, dispersion=dispersion),
        uniform=generator.random(events.shape),
    )


def pit_between(
    below: NDArray[np.float64], upto: NDArray[np.float64], *, uniform: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the point at a uniform share of the way from F(y - 1) to F(y), same shape."""
    return below + uniform * (upto - below)


def pit_histogram(pit: NDArray[np.float64], *, bins: int = 10) -> NDArray[np.float64]:
    """Return the share of PIT values in each of so many equal parts of 0 to 1, shape (bins,).

    Flat if distributions are right, hollow if they are too wide, high at both ends if too narrow.

    Raises
    ------
    UndefinedMetricError
        If there is no value.
    """
    if pit.size == 0:
        msg = "There is no forecast to draw a histogram of."
        raise UndefinedMetricError(msg)
    counts, _ = np.histogram(pit, bins=bins, range=(0.0, 1.0))
    return np.asarray(counts / pit.size)


def coverage(pit: NDArray[np.float64], *, level: float = 0.8) -> float:
    """Return the share of randomised PIT values inside the central part of the distribution.

    Parameters
    ----------
    pit
        Values from 0 to 1, at least one.
    level
        Size of the central part, 0.8 for the part from 0.1 to 0.9.

    Raises
    ------
    UndefinedMetricError
        If there is no value.
    """
    if pit.size == 0:
        msg = "There is no forecast to judge the coverage of."
        raise UndefinedMetricError(msg)
    return float((np.abs(pit - 0.5) <= level / 2).mean())


def coverage_by_decile(
    pit: NDArray[np.float64],
    mean: NDArray[np.float64],
    *,
    events: NDArray[np.integer],
    level: float = 0.8,
) -> list[dict[str, float]]:
    """Return coverage, expected and observed events in each tenth of forecasts, lowest first.

    Parameters
    ----------
    pit
        Shape (n,). Randomised PIT values.
    mean
        Shape (n,). Expected counts they belong to; n is at least 10.
    events
        Shape (n,). Counts that came.
    level
        Size of the central part.

    Returns
    -------
    list of dict
        Ten rows: ``decile`` 1 to 10, ``n``, ``expected`` and ``observed`` (summed
        counts), ``coverage`` (share). Judge only rows with 200 expected events or more.

    Raises
    ------
    BadInputError
        If shapes differ or there are fewer than 10 forecasts.
    """
    if pit.shape != mean.shape or pit.size < 10:  # noqa: PLR2004 - a tenth needs one
        msg = f"Ten tenths need 10 or more forecasts of one shape, got {pit.shape}, {mean.shape}."
        raise BadInputError(msg)
    tenths = np.array_split(np.argsort(mean, kind="stable"), 10)
    return [
        {
            "decile": decile,
            "n": tenth.size,
            "expected": float(mean[tenth].sum()),
            "observed": int(events[tenth].sum()),
            "coverage": coverage(pit[tenth], level=level),
        }
        for decile, tenth in enumerate(tenths, start=1)
    ]
