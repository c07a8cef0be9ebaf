"""Rates of places behind their counts: gamma between places, Poisson within (empirical Bayes).

A place with a high count had, on average, some bad luck: its expected next count lies between its
own and the mean of all, the nearer to the mean the less places differ (Robbins 1956; Efron and
Morris 1977; for road sites Hauer 1997, Observational Before-After Studies in Road Safety, 11).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.optimize import minimize
from scipy.special import gammaln

from rightplace.errors import UnsupportedByDataError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Values = NDArray[np.float64]

_SHAPES: Final = (-6.0, 12.0)
"""Least and largest logarithm of the shape: beyond, all places differ wildly, or not at all."""
_STEP: Final = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlaceRates:
    """How rates of places are spread, by their counts.

    Parameters
    ----------
    mean
        Incidents per unit of time of a place, on average.
    shape
        Of the gamma distribution; small where places differ much.
    spread
        Shape (2, 2). Covariance of the logarithms of mean and shape.
    """

    mean: float
    shape: float
    spread: Values

    def expected(self, counts: Values, exposures: Values) -> tuple[Values, Values]:
        """Return the rate of each place given its count, and its variance.

        Parameters
        ----------
        counts, exposures
            Shape (n_places,). Incidents, and the time they were counted over, above 0.
        """
        rate = self.shape / self.mean
        known = (self.shape + counts) / (rate + exposures)
        return known, known / (rate + exposures)

    def doubt(self, counts: Values, exposures: Values, *, later: Values) -> float:
        """Return the variance of the summed expectation that comes from mean and shape.

        Parameters
        ----------
        later
            Shape (n_places,). Time over which each is expected.
        """

        def summed(step: Values) -> float:
            other = PlaceRates(
                mean=self.mean * float(np.exp(step[0])),
                shape=self.shape * float(np.exp(step[1])),
                spread=self.spread,
            )
            return float((other.expected(counts, exposures)[0] * later).sum())

        steps = _STEP * np.eye(2)
        slope = np.array([(summed(each) - summed(-each)) / (2 * _STEP) for each in steps])
        return float(slope @ self.spread @ slope)


def place_rates(counts: Values, exposures: Values) -> PlaceRates:
    """Return how rates of places are spread, by maximum likelihood.

    Parameters
    ----------
    counts
        Shape (n_places,). Whole numbers, 0 or more.
    exposures
        Shape (n_places,). Time that each was counted over, above 0.

    Raises
    ------
    UnsupportedByDataError
        If nothing was counted anywhere.
    """
    if not counts.any():
        msg = f"Nothing was counted in any of {counts.size} places; they have no rates."
        raise UnsupportedByDataError(msg, value=0, remedy="Take a longer time before.")

    def loss(logs: Values) -> float:
        mean, shape = np.exp(logs)
        expected = mean * exposures
        # Negative binomial with mean m and shape k: P(n) ~ G(n + k)/G(k) (m/(m+k))^n (k/(m+k))^k.
        each = gammaln(counts + shape) - gammaln(shape)
        each += counts * np.log(expected / (expected + shape))
        each -= shape * np.log1p(expected / shape)
        return -float(each.sum())

    first = np.array([np.log(counts.sum() / exposures.sum()), 0.0])
    # Two numbers and a smooth hill: the simplex finds its top without a gradient.
    found = minimize(
        loss,
        first,
        method="Nelder-Mead",
        bounds=[(None, None), _SHAPES],
        options={"xatol": 1e-6, "fatol": 1e-8, "maxiter": 1000},
    )
    return PlaceRates(
        mean=float(np.exp(found.x[0])),
        shape=float(np.exp(found.x[1])),
        spread=_covariance(loss, found.x),
    )


def _covariance(loss: Callable[[Values], float], at: Values) -> Values:
    """Return the covariance of the logarithms, from the curvature at the best of them.

    Where the shape lies at a bound, only the mean is in doubt.
    """
    steps = 1e-2 * np.eye(2)

    def curvature(one: Values, other: Values) -> float:
        corners = [
            loss(at + one + other),
            -loss(at + one - other),
            -loss(at - one + other),
            loss(at - one - other),
        ]
        return sum(corners) / (4 * 1e-4)

    bent = np.array([[curvature(one, other) for other in steps] for one in steps])
    low, high = _SHAPES
    at_bound = not low + 1e-2 < at[1] < high - 1e-2
    if at_bound or bent[1, 1] <= 0 or np.linalg.det(bent) <= 0:
        return np.array([[1 / bent[0, 0], 0.0], [0.0, 0.0]])
    return np.linalg.inv(bent)
