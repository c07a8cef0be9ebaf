"""What additive memory learned at one origin: its rates, and what they rest on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from rightplace.errors import BadInputError
from rightplace.forecast.methods.memories import OWN_WEEKS
from rightplace.forecast.methods.memory import weighted_events

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from rightplace.forecast.history import History
    from rightplace.forecast.methods.memories import Faded, Surroundings
    from rightplace.forecast.methods.mixture import Mixture, Prior

SHARES_OF = ("last month", "last year", "long past", "neighbours", "area")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SharesOf:
    """Shares of what a forecast rests on, with how surely they are known.

    Parameters
    ----------
    share
        Shape (n_rows, 5). Columns as `SHARES_OF`; each row sums to 1. NaN without data.
    low, high
        Shape (n_rows, 5). Ends of the interval of each share, from 0 to 1.
    """

    share: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Weighed:
    """What was learned at one origin.

    Parameters
    ----------
    past
        What the cells saw.
    surroundings
        Who neighbours whom.
    terms
        Shape (n_terms, n_cells). The memories, incidents per day of usual level: own, then near,
        then area.
    strata
        Shape (n_strata, n_cells). How far each cell belongs to each stratum.
    mixture
        The lessons.
    weights
        Shape (n_strata, n_terms). Weight of each memory in each stratum, 0 or more.
    prior
        What was held of the weights beforehand.
    """

    past: Faded
    surroundings: Surroundings
    terms: NDArray[np.float64]
    strata: NDArray[np.float64]
    mixture: Mixture
    weights: NDArray[np.float64]
    prior: Prior

    def rate(self) -> NDArray[np.float64]:
        """Return incidents per day of usual level, shape (n_cells,); NaN without data."""
        return self._known(self._sum(self.terms, first=0))

    def area(self) -> NDArray[np.float64]:
        """Return how much of the rate rests on the area, shape (n_cells,)."""
        first = len(OWN_WEEKS) + self.surroundings.n_near
        return self._known(self._sum(self.terms[first:], first=first))

    def own_and_near(
        self, history: History, periods: NDArray[np.bool_]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return how much of the rate rests on events of some periods: own and neighbours'.

        Parameters
        ----------
        history
            The history that was learned from.
        periods
            Shape (n_periods,). The periods in question.
        """
        rates = self._rates(history, periods)
        near = self.surroundings.near(rates, known=self.past.has_data)
        own, around = self._sum(rates, first=0), self._sum(near, first=len(OWN_WEEKS))
        return self._known(own), self._known(around)

    def shares(self, history: History, *, level: float, area_wide: bool) -> SharesOf:
        """Return what the forecast of each cell, or of all together, rests on.

        The interval holds what is not known of the weights (see ``Mixture.covariance``), by the
        delta method; the memories themselves are facts.

        Parameters
        ----------
        history
            The history that was learned from.
        level
            Chance of the interval, above 0 and below 1.
        area_wide
            Whether all cells are taken together; there is one row then.

        Raises
        ------
        BadInputError
            If the level is not between 0 and 1.
        """
        if not 0 < level < 1:
            msg = f"The level of an interval must be between 0 and 1, got {level:g}."
            raise BadInputError(msg, value=level)
        slopes = [self._slope(group, area_wide=area_wide) for group in self._groups(history)]
        flat = self.weights.ravel()
        total = np.einsum("n,nc->c", flat, np.sum(slopes, axis=0))
        spread, columns, errors = self.mixture.covariance(self.weights, self.prior), [], []
        for slope in slopes:
            share = np.einsum("n,nc->c", flat, slope) / total
            turn = (slope - share * np.sum(slopes, axis=0)) / total
            columns.append(share)
            errors.append(np.sqrt(np.maximum(np.einsum("nc,nc->c", turn, spread @ turn), 0.0)))
        shares, reach = np.column_stack(columns), ndtri((1 + level) / 2) * np.column_stack(errors)
        low, high = np.maximum(shares - reach, 0.0), np.minimum(shares + reach, 1.0)
        return SharesOf(share=shares, low=low, high=high)

    def _groups(self, history: History) -> Iterator[NDArray[np.float64]]:
        """Yield the part of all memories, shape (n_terms, n_cells), that is of each group."""
        n_own, n_near = len(OWN_WEEKS), self.surroundings.n_near
        recent, year = history.window("recent"), history.window("year")
        for periods in (recent, year & ~recent, ~year):
            part = np.zeros_like(self.terms)
            part[:n_own] = self._rates(history, periods)
            yield part
        for among in (slice(n_own, n_own + n_near), slice(n_own + n_near, None)):
            part = np.zeros_like(self.terms)
            part[among] = self.terms[among]
            yield part

    def _slope(self, part: NDArray[np.float64], *, area_wide: bool) -> NDArray[np.float64]:
        """Return what a part of the memories adds per unit of weight, (n_weights, n_rows)."""
        per_cell = self._known(self.strata[:, None] * part[None])
        if area_wide:
            per_cell = np.nansum(per_cell, axis=2, keepdims=True)
        return per_cell.reshape(self.weights.size, -1)

    def _rates(self, history: History, periods: NDArray[np.bool_]) -> NDArray[np.float64]:
        ages = history.ages_weeks
        events = [weighted_events(history, np.exp2(-ages / h) * periods) for h in OWN_WEEKS]
        return self.past.rates(np.array(events))

    def _known(self, rate: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.where(self.past.has_data, rate, np.nan)

    def _sum(self, terms: NDArray[np.float64], *, first: int) -> NDArray[np.float64]:
        # Term after term for all cells at once, so that cells with the same past tie exactly.
        total = np.zeros(self.strata.shape[1])
        for k, term in enumerate(terms, start=first):
            for stratum, belongs in enumerate(self.strata):
                total += self.weights[stratum, k] * belongs * term
        return total
