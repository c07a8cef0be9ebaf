"""A forecast is a distribution: point, interval, chance and draws come from one object."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np
from scipy.special import gammaincinv

from rightplace.errors import BadInputError
from rightplace.forecast.counts import cumulative, quantile

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """How far counts stray from expected counts beyond Poisson noise, the same for all cells.

    A count is Poisson with rate m x G x g: G is common to all cells of a period (a hot week, a
    quiet month), g is each cell's own; both are gamma with mean 1. What they hold together is
    errors of the estimated rates as well as real swings, since they are learned from forecasts
    that were made before the counts came.

    Parameters
    ----------
    area
        Variance of the common factor G, 0 or more.
    cell
        Variance of a cell's own factor g, 0 or more.
    """

    area: float = 0.0
    cell: float = 0.0

    def __post_init__(self) -> None:
        """Check that both are variances.

        Raises
        ------
        BadInputError
            If one is below 0 or not a number.
        """
        if not all(np.isfinite(v) and v >= 0 for v in (self.area, self.cell)):
            msg = f"Variances must be 0 or more, got area {self.area:g}, cell {self.cell:g}."
            raise BadInputError(msg)

    @property
    def dispersion(self) -> float:
        """Variance of G x g: a single cell has variance m + dispersion x m^2."""
        return self.area + self.cell + self.area * self.cell

    @classmethod
    def learned(cls, past: Iterable[tuple[NDArray[np.integer], NDArray[np.float64]]]) -> Self:
        """Return the noise that past one-step-ahead forecasts show, by moments.

        With residual e = y - m in each cell, sum(e^2 - y) estimates dispersion x sum(m^2), and
        the products of residuals of *different* cells estimate area x ((sum m)^2 - sum m^2).
        Both are pooled over periods and cells, never tuned to single cells, and an estimate
        below 0 is 0: without overdispersion the forecast is Poisson.

        Parameters
        ----------
        past
            For each past period (counts that came, expected counts), both (n_cells,) and
            without cells that had no data. None at all gives Poisson.
        """
        own = own_weight = shared = shared_weight = 0.0
        for events, mean in past:
            y, m = np.asarray(events, dtype=np.float64), np.asarray(mean, dtype=np.float64)
            extra, squares = float(((y - m) ** 2 - y).sum()), float((m**2).sum())
            total, expected = float(y.sum()), float(m.sum())
            own, own_weight = own + extra, own_weight + squares
            shared += (total - expected) ** 2 - total - extra
            shared_weight += expected**2 - squares
        area = max(0.0, shared / shared_weight) if shared_weight > 0 else 0.0
        together = max(0.0, own / own_weight) if own_weight > 0 else 0.0
        return cls(area=area, cell=max(0.0, (together - area) / (1 + area)))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ForecastDistribution:
    """Distribution of the counts of all cells in one coming period.

    Parameters
    ----------
    mean
        Shape (n_cells,). Expected counts, 0 or more; NaN marks a cell without data.
    noise
        Extra noise beyond Poisson.
    """

    mean: NDArray[np.float64]
    noise: Noise

    def __post_init__(self) -> None:
        """Check that expected counts are counts.

        Raises
        ------
        BadInputError
            If one is below 0 or infinite.
        """
        wrong = (self.mean < 0) | np.isinf(self.mean)
        if self.mean.ndim != 1 or wrong.any():
            msg = f"Expected counts must be 0 or more, one per cell; {wrong.sum()} are not."
            raise BadInputError(msg)

    @property
    def known(self) -> NDArray[np.bool_]:
        """Shape (n_cells,). Cells with data."""
        return ~np.isnan(self.mean)

    def interval(self, level: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the central interval of each cell's count: two arrays of shape (n_cells,).

        Whole numbers, smallest that reach the two tail chances exactly; at least ``level`` of
        the distribution lies within, for rare counts much more. NaN without data.

        Parameters
        ----------
        level
            Above 0 and below 1, such as 0.8.
        """
        ends = []
        for chance in _tails(level):
            end = np.full(self.mean.shape, np.nan)
            end[self.known] = quantile(
                chance, self.mean[self.known], dispersion=self.noise.dispersion
            )
            ends.append(end)
        return ends[0], ends[1]

    def probability_of_any(self) -> NDArray[np.float64]:
        """Return the chance of one incident or more in each cell, (n_cells,); NaN without data."""
        chance = np.full(self.mean.shape, np.nan)
        none = cumulative(0, self.mean[self.known], dispersion=self.noise.dispersion)
        chance[self.known] = 1 - none
        return chance

    def variance_of_sum(self, weights: NDArray[np.float64] | None = None) -> float:
        """Return the variance of the weighted total over cells with data.

        sum w^2 (m + cell (1 + area) m^2) + area (sum w m)^2: the last term does not average out
        over many cells.
        """
        w, m = self._weighted(weights)
        own = m + self.noise.cell * (1 + self.noise.area) * m**2
        return float((w**2 * own).sum() + self.noise.area * (w * m).sum() ** 2)

    def interval_of_sum(
        self, weights: NDArray[np.float64] | None = None, *, level: float
    ) -> tuple[float, float]:
        """Return the central interval of a weighted total over cells with data.

        A total of counts (weights 0 and 1, or none) is taken as negative binomial and gives
        whole numbers; other weights, such as harm, give the quantiles of a gamma distribution.
        Both have the exact mean and variance; that the shape fits is an approximation.

        Parameters
        ----------
        weights
            Shape (n_cells,), 0 or more; None counts all cells.
        level
            Above 0 and below 1.
        """
        w, m = self._weighted(weights)
        mean, variance = float((w * m).sum()), self.variance_of_sum(weights)
        if mean == 0:
            return 0.0, 0.0
        low, high = _tails(level)
        if np.isin(w, (0.0, 1.0)).all():
            extra, expected = max(0.0, (variance - mean) / mean**2), np.array([mean])
            return (
                float(quantile(low, expected, dispersion=extra)[0]),
                float(quantile(high, expected, dispersion=extra)[0]),
            )
        shape, scale = mean**2 / variance, variance / mean
        return float(gammaincinv(shape, low) * scale), float(gammaincinv(shape, high) * scale)

    def rate_draws(self, n: int, generator: np.random.Generator) -> NDArray[np.float64]:
        """Return draws of the *rates* of all cells, shape (n, n_cells), NaN without data.

        Each draw is a world in which expected counts are what they might truly have been. Draws
        not used to choose a plan judge it without the optimiser's curse.

        Parameters
        ----------
        n
            How many draws, 1 or more.
        generator
            Source of chance.
        """
        area = _factors(self.noise.area, (n, 1), generator)
        cell = _factors(self.noise.cell, (n, self.mean.size), generator)
        return self.mean * area * cell

    def count_draws(self, n: int, generator: np.random.Generator) -> NDArray[np.float64]:
        """Return draws of the *counts* of all cells, shape (n, n_cells), NaN without data.

        Parameters
        ----------
        n
            How many draws, 1 or more.
        generator
            Source of chance.
        """
        rates = self.rate_draws(n, generator)
        counts = np.full(rates.shape, np.nan)
        counts[:, self.known] = generator.poisson(rates[:, self.known])
        return counts

    def _weighted(
        self, weights: NDArray[np.float64] | None
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        w = np.ones(self.mean.shape) if weights is None else np.asarray(weights, dtype=np.float64)
        return w[self.known], self.mean[self.known]


def _tails(level: float) -> tuple[float, float]:
    """Return the two tail chances of a central interval.

    Raises
    ------
    BadInputError
        If the level is not between 0 and 1.
    """
    if not 0 < level < 1:
        msg = f"The level of an interval must be between 0 and 1, got {level:g}."
        raise BadInputError(msg, value=level)
    return (1 - level) / 2, (1 + level) / 2


def _factors(
    variance: float, shape: tuple[int, int], generator: np.random.Generator
) -> NDArray[np.float64]:
    """Return gamma factors of mean 1 and a variance; all 1 when it is 0."""
    if variance == 0:
        return np.ones(shape)
    return generator.gamma(1 / variance, variance, size=shape)
