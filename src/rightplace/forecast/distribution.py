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

# Two terms whose correlation leaves less than this share apart cannot be told from each other.
_ALIKE = 1e-9
# An expected count below this is none at all; shares of it would only overflow.
_NOTHING = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """How far counts stray from expected counts beyond Poisson noise, by one rule for all cells.

    A count is Poisson with rate m x G x g: G is common to all cells of a period (a hot week, a
    quiet month), g is each cell's own; both are gamma with mean 1. What they hold together is
    errors of the estimated rates as well as real swings, since they are learned from forecasts
    that were made before the counts came.

    Parameters
    ----------
    area
        Variance of the common factor G, 0 or more.
    cell
        Variance of a busy cell's own factor g, 0 or more.
    scatter
        Extra variance per expected incident, 0 or more: the variance of g is
        ``cell + scatter / m``, so that quiet cells may stray further in proportion.
    """

    area: float = 0.0
    cell: float = 0.0
    scatter: float = 0.0

    def __post_init__(self) -> None:
        """Check that all are variances.

        Raises
        ------
        BadInputError
            If one is below 0 or not a number.
        """
        if not all(np.isfinite(v) and v >= 0 for v in (self.area, self.cell, self.scatter)):
            msg = (
                "Variances must be 0 or more, got "
                f"area {self.area:g}, cell {self.cell:g}, scatter {self.scatter:g}."
            )
            raise BadInputError(msg)

    def own(self, mean: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the variance of each cell's own factor g, shape of ``mean``."""
        share = np.zeros_like(mean)
        np.divide(self.scatter, mean, out=share, where=mean > _NOTHING)
        return self.cell + share

    def dispersion(self, mean: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the variance of G x g: a cell has variance m + dispersion x m^2."""
        own = self.own(mean)
        return self.area + own + self.area * own

    def within(self, share: float) -> Self:
        """Return the noise of a part of the period from which this noise was learned.

        A week strays further from its expectation than a month of such weeks: swings that last
        the whole period leave the variances of both factors as they are, swings of single days
        divide them by the share. Neither can be known from the period's totals, so the geometric
        mean of the two, 1 / sqrt(share), is assumed. On Toronto's totals of 2016 to 2021, with
        noise learned from four weeks, 80 % intervals of single weeks then hold in 79 % of 296
        weeks; unchanged they hold in 71 %.

        Parameters
        ----------
        share
            Length of the part, above 0 and at most 1; 1 changes nothing.

        Raises
        ------
        BadInputError
            If it is no such share.
        """
        if not 0 < share <= 1:
            msg = f"A part of a period is above 0 and at most 1 of it, not {share:g}."
            raise BadInputError(msg, value=share)
        wider = share**-0.5
        return type(self)(area=self.area * wider, cell=self.cell * wider, scatter=self.scatter)

    @classmethod
    def learned(cls, past: Iterable[tuple[NDArray[np.integer], NDArray[np.float64]]]) -> Self:
        """Return the noise that past one-step-ahead forecasts show, by moments.

        With residual e = y - m in each cell, e^2 - y has mean a m + b m^2. The two are fitted by
        least squares over all cells and periods, never tuned to single cells, each weighing
        1 / (m + 2 m^2), the inverse of the variance of e^2 under Poisson. The products of
        residuals of *different* cells have mean area x m m', so their sum over
        (sum m)^2 - sum m^2 gives ``area``, which is part of b. An estimate below 0 is 0: without
        overdispersion the forecast is Poisson.

        Parameters
        ----------
        past
            For each past period (counts that came, expected counts), both (n_cells,) and
            without cells that had no data. None at all gives Poisson.

        References
        ----------
        Cameron and Trivedi (2013), Regression Analysis of Count Data, 2nd ed., section 3.4.
        """
        normal, target = np.zeros((2, 2)), np.zeros(2)
        shared = shared_weight = 0.0
        for events, mean in past:
            y, m = np.asarray(events, dtype=np.float64), np.asarray(mean, dtype=np.float64)
            y, m = y[m > _NOTHING], m[m > _NOTHING]
            extra, terms = (y - m) ** 2 - y, np.stack([m, m**2])
            weighted = terms / (m + 2 * m**2)
            normal += weighted @ terms.T
            target += weighted @ extra
            shared += (y.sum() - m.sum()) ** 2 - y.sum() - extra.sum()
            shared_weight += m.sum() ** 2 - (m**2).sum()
        linear, square = _not_below_zero(normal, target)
        area = max(0.0, float(shared / shared_weight)) if shared_weight > 0 else 0.0
        cell = max(0.0, (square - area) / (1 + area))
        return cls(area=area, cell=cell, scatter=linear / (1 + area))


def _not_below_zero(
    normal: NDArray[np.float64], target: NDArray[np.float64]
) -> tuple[float, float]:
    """Return the least-squares fit of two terms, neither below 0.

    Where all means are alike the two cannot be told apart, and the square takes it all.
    """
    (first, both), (_, second) = normal
    if second == 0:
        return 0.0, 0.0
    square_alone = max(0.0, float(target[1] / second))
    distinct = first * second - both**2
    if distinct <= _ALIKE * first * second:
        return 0.0, square_alone
    linear = float(second * target[0] - both * target[1]) / distinct
    square = float(first * target[1] - both * target[0]) / distinct
    if linear < 0:
        return 0.0, square_alone
    if square < 0:
        return max(0.0, float(target[0] / first)), 0.0
    return linear, square


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
            mean = self.mean[self.known]
            end[self.known] = quantile(chance, mean, dispersion=self.noise.dispersion(mean))
            ends.append(end)
        return ends[0], ends[1]

    def probability_of_any(self) -> NDArray[np.float64]:
        """Return the chance of one incident or more in each cell, (n_cells,); NaN without data."""
        chance = np.full(self.mean.shape, np.nan)
        mean = self.mean[self.known]
        chance[self.known] = 1 - cumulative(0, mean, dispersion=self.noise.dispersion(mean))
        return chance

    def variance_of_sum(self, weights: NDArray[np.float64] | None = None) -> float:
        """Return the variance of the weighted total over cells with data.

        sum w^2 (m + own (1 + area) m^2) + area (sum w m)^2, with own the variance of a cell's
        own factor: the last term does not average out over many cells.
        """
        w, m = self._weighted(weights)
        own = m + self.noise.own(m) * (1 + self.noise.area) * m**2
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
        if mean < _NOTHING:
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
        area = _factors(np.array([self.noise.area]), n, generator)
        own = self.noise.own(np.where(self.known, self.mean, 0.0))
        return self.mean * area * _factors(own, n, generator)

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
    variance: NDArray[np.float64], n: int, generator: np.random.Generator
) -> NDArray[np.float64]:
    """Return n gamma factors of mean 1 for each variance; all 1 where it is 0."""
    factors = np.ones((n, variance.size))
    some = variance > 0
    factors[:, some] = generator.gamma(
        1 / variance[some], variance[some], size=(n, int(some.sum()))
    )
    return factors
