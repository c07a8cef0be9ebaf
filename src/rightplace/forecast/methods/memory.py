"""Weighted sums of the past: what every simple forecaster is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rightplace.errors import UnsupportedByDataError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.forecast.history import History


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Memory:
    """Weighted events and weighted time of each cell, and how far each leans on the area rate.

    The rate of a cell is ``(events + prior_days x area_rate) / (days + prior_days)``: the mean of
    a gamma distribution updated by Poisson counts. With ``prior_days`` 0 nothing is mixed in.

    Parameters
    ----------
    weights
        Shape (n_periods,). Weight of each period, 0 or more.
    events
        Shape (n_cells,). Weighted count of incidents.
    days
        Shape (n_cells,). Weighted days observed; 0 means no data in the periods that count.
    area_rate
        Incidents per cell and observed day over all cells, weighted likewise.
    prior_days
        Days at the area rate that each cell is credited with, 0 or more.

    References
    ----------
    Gelman et al. (2013), Bayesian Data Analysis, 3rd ed., section 2.7.
    """

    weights: NDArray[np.float64]
    events: NDArray[np.float64]
    days: NDArray[np.float64]
    area_rate: float
    prior_days: float = 0.0

    @property
    def has_data(self) -> NDArray[np.bool_]:
        """Shape (n_cells,). Cells observed for some time in the periods that count."""
        return self.days > 0

    @property
    def rate(self) -> NDArray[np.float64]:
        """Shape (n_cells,). Incidents per day; NaN marks a cell without data."""
        prior_events = self.prior_days * self.area_rate
        return self.per_day(self.events + prior_events)

    def per_day(self, events: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return weighted events, shape (n_cells,), as a rate per day; NaN without data."""
        rate = np.full(self.days.shape, np.nan)
        np.divide(events, self.days + self.prior_days, out=rate, where=self.has_data)
        return rate


def weighted_events(history: History, weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the weighted count of each cell, shape (n_cells,).

    Period after period is added to all cells at once, so that cells with the same past tie to
    the last bit; a matrix product does not promise that.
    """
    total = np.zeros(history.n_cells)
    for period in np.flatnonzero(weights):
        total += np.multiply(history.events[:, period], weights[period], dtype=np.float64)
    return total


def weighted_days(history: History, weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the weighted days that each cell was observed, shape (n_cells,)."""
    if history.observed.all() and history.exposure.ndim == 1:
        return np.full(history.n_cells, np.einsum("j,j->", history.exposure, weights))
    return np.asarray(np.einsum("ij,j->i", history.exposure_days, weights))


def remember(history: History, weights: NDArray[np.float64], *, shrunk: bool = False) -> Memory:
    """Return the memory of each cell under the given weights of periods.

    Parameters
    ----------
    history
        What is known.
    weights
        Shape (n_periods,). Weight of each period, 0 or more.
    shrunk
        Whether each cell leans on the area rate as far as the spread between cells warrants.

    Raises
    ------
    UnsupportedByDataError
        If no cell was observed in any period that counts.
    """
    events, days = weighted_events(history, weights), weighted_days(history, weights)
    if not days.any():
        msg = "No cell has data in the periods that this method looks at."
        raise UnsupportedByDataError(msg, remedy="Ingest a newer file, or name another method.")
    rate = float(events.sum() / days.sum())
    prior = prior_days(events, days, noise_days=weighted_days(history, weights**2)) if shrunk else 0
    return Memory(weights=weights, events=events, days=days, area_rate=rate, prior_days=prior)


def prior_days(
    events: NDArray[np.float64], days: NDArray[np.float64], *, noise_days: NDArray[np.float64]
) -> float:
    """Return for how many days at the area rate each cell is credited.

    Under a gamma distribution of rates with mean r and ``prior_days`` k the variance between
    cells is r / k, so k = r / (variance between cells). That variance is what is left of the
    weighted spread of observed rates after Poisson noise is taken off:

        sum_i W_i (S_i/W_i - r)^2  =  r sum_i Q_i / W_i  +  v sum_i W_i        (in expectation)

    with S weighted events, W weighted days and Q days weighted by the square. Never below a
    hundredth of the mean weighted days, so that no cell is given a forecast of exactly 0; at
    most 100 times it when cells hardly differ.

    Parameters
    ----------
    events, days
        Shape (n_cells,). Weighted events and weighted days.
    noise_days
        Shape (n_cells,). Days under the squared weights.

    Returns
    -------
    float
        Days, more than 0.

    References
    ----------
    Marshall (1991), Mapping disease and mortality rates using empirical Bayes estimators,
    Journal of the Royal Statistical Society C 40, 283-294.
    """
    seen = days > 0
    counted, observed = events[seen], days[seen]
    rate = counted.sum() / observed.sum()
    spread = (observed * (counted / observed - rate) ** 2).sum()
    noise = rate * (noise_days[seen] / observed).sum()
    between = (spread - noise) / observed.sum()
    least, most = 0.01 * observed.mean(), 100 * observed.mean()
    if between <= 0:
        return float(most)
    return float(np.clip(rate / between, least, most))
