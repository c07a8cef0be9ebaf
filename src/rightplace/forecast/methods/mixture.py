"""Weights of memories by likelihood: a Poisson mixture of non-negative terms, fitted by EM."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Self

import numpy as np
from scipy.special import xlogy

from rightplace.errors import UnsupportedByDataError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    Weights = NDArray[np.float64]

MOST_ROUNDS = 100
# A round that adds less than this to the log-likelihood, in nats per event, is the last one.
_LEAST_GAIN = 1e-6
# An extrapolated share falls to no less than this part of the one it started from.
_FLOOR = 0.01


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lesson:
    """What one past period says of the weights: only cells with events are kept one by one.

    Parameters
    ----------
    counts
        Shape (n_busy,). Events of the cells that had any.
    terms
        Shape (n_terms, n_busy). What each memory alone would have expected there.
    strata
        Shape (n_strata, n_busy). How far each of these cells belongs to each stratum.
    totals
        Shape (n_strata, n_terms). What each memory alone would have expected in all observed
        cells, those without events among them, as far as they belong to each stratum.
    """

    counts: NDArray[np.integer]
    terms: NDArray[np.float64]
    strata: NDArray[np.float64]
    totals: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Prior:
    """What is held of weights beforehand, as if so many events had been seen.

    Parameters
    ----------
    weights
        Shape (n_strata, n_terms). Weights that those events speak for; 0 for a term that is
        never to have any.
    events
        Shape (n_strata, n_terms). The events, more than 0 where weights are.
    """

    weights: NDArray[np.float64]
    events: NDArray[np.float64]

    @classmethod
    def resting_on(
        cls, events: float, *, weights: NDArray[np.float64], total: NDArray[np.float64]
    ) -> Self:
        """Return the prior of weights for which so many events speak in each stratum.

        Parameters
        ----------
        events
            More than 0; shared among terms as the terms share what they expect together.
        weights
            Shape (n_strata, n_terms). Weights, 0 or more.
        total
            Shape (1, n_terms). What each memory alone would have expected.
        """
        share = weights * total
        return cls(weights=weights, events=events * share / share.sum(axis=1, keepdims=True))

    @property
    def days(self) -> NDArray[np.float64]:
        """Shape (n_strata, n_terms). What the memory alone would have expected then."""
        days = np.zeros_like(self.events)
        return np.divide(self.events, self.weights, out=days, where=self.weights > 0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Mixture:
    """Weighted lessons of which memory foretold best, in each stratum of cells.

    A term of weight w in a stratum expects w times what the memory alone would have expected, as
    far as cells belong to the stratum. At the maximum expected events sum to those that came.

    Parameters
    ----------
    counts
        Shape (n_rows,). Weighted events.
    terms
        Shape (n_terms, n_rows). What each memory alone would have expected.
    strata
        Shape (n_strata, n_rows). How far each row belongs to each stratum.
    totals
        Shape (n_lessons, n_strata, n_terms). Weighted totals of each lesson.
    firsts
        Shape (n_lessons,). First row of each lesson.
    """

    counts: NDArray[np.float64]
    terms: NDArray[np.float64]
    strata: NDArray[np.float64]
    totals: NDArray[np.float64]
    firsts: NDArray[np.intp]

    @classmethod
    def of(cls, lessons: Sequence[Lesson], *, weights: NDArray[np.float64]) -> Self:
        """Return the mixture of some lessons, each with its weight, shape (n_lessons,).

        Raises
        ------
        UnsupportedByDataError
            If they hold no event.
        """
        pairs = [
            (lesson, weight)
            for lesson, weight in zip(lessons, weights, strict=True)
            if lesson.counts.size
        ]
        if not pairs:
            msg = (
                "The weights of memories cannot be learned: no incident follows another in the "
                f"{len(lessons)} newest periods that could teach them."
            )
            raise UnsupportedByDataError(
                msg, remedy="Widen the classes or the study area, or name another method."
            )
        sizes = [lesson.counts.size for lesson, _ in pairs]
        return cls(
            counts=np.concatenate([lesson.counts * weight for lesson, weight in pairs]),
            terms=np.concatenate([lesson.terms for lesson, _ in pairs], axis=1),
            strata=np.concatenate([lesson.strata for lesson, _ in pairs], axis=1),
            totals=np.array([lesson.totals * weight for lesson, weight in pairs]),
            firsts=np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.intp),
        )

    @property
    def total(self) -> NDArray[np.float64]:
        """Shape (n_strata, n_terms). What each memory alone would have expected in all."""
        return np.asarray(self.totals.sum(axis=0))

    def together(self) -> Self:
        """Return the same lessons with all cells in one stratum."""
        return type(self)(
            counts=self.counts,
            terms=self.terms,
            strata=self.strata.sum(axis=0, keepdims=True),
            totals=self.totals.sum(axis=1, keepdims=True),
            firsts=self.firsts,
        )

    def expected(self, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what weights of shape (n_strata, n_terms) expect in each row, shape (n_rows,)."""
        # Not a matrix product: its sums depend on how many threads a machine gives to it.
        each = np.einsum("sk,kr->sr", weights, self.terms)
        return np.asarray(np.einsum("sr,sr->r", each, self.strata))

    def step(self, weights: Weights, prior: Prior) -> tuple[float, Weights]:
        """Return the log posterior of some weights, and better ones.

        Each event is shared among the terms in proportion to what they expected (E-step), and
        weights become events given to a term over events it expects (M-step):

            w_sk <- (a_sk + w_sk sum_r b_sr y_r g_kr / e_r) / (a_sk / w0_sk + T_sk)

        with g the terms, b the strata, e what all expect together, T the totals, and a gamma
        prior of mean w0 that rests on a events. The log posterior is known up to a constant.

        Parameters
        ----------
        weights
            Shape (n_strata, n_terms). More than 0 where the prior is.
        prior
            What is held of the weights beforehand.

        References
        ----------
        Dempster, Laird and Rubin (1977), Journal of the Royal Statistical Society B 39, 1-38;
        Mohler (2014), International Journal of Forecasting 30, 491-497.
        """
        expected = self.expected(weights)
        against = self.total + prior.days
        fit = xlogy(self.counts, expected).sum() + xlogy(prior.events, weights).sum()
        per_unit = self.counts / expected
        pull = np.einsum("sr,kr->sk", self.strata * per_unit, self.terms)
        better = np.zeros_like(weights)
        np.divide(prior.events + weights * pull, against, out=better, where=prior.events > 0)
        return float(fit - (weights * against).sum()), better

    def rounds(self, prior: Prior) -> Iterator[tuple[float, Weights]]:
        """Yield log posterior and weights, from the prior's own on; each is at least the last.

        Two steps of EM show where it is heading; the next leaps ahead along that way, unless
        that is no better.

        References
        ----------
        Varadhan and Roland (2008), Scandinavian Journal of Statistics 35, 335-353 (SqS3).
        """
        weights = prior.weights
        while True:
            before, first = self.step(weights, prior)
            yield before, weights
            halfway, second = self.step(first, prior)
            slope, bend = first - weights, second - 2 * first + weights
            bent = np.sqrt((bend**2).sum())
            length = max(1.0, np.sqrt((slope**2).sum()) / bent) if bent > 0 else 1.0
            leap = np.maximum(weights + 2 * length * slope + length**2 * bend, _FLOOR * second)
            reached, beyond = self.step(leap, prior)
            weights = beyond if reached >= halfway else second

    def climbed(self, prior: Prior) -> Weights:
        """Return the weights at which another round gains next to nothing."""
        rounds = islice(self.rounds(prior), MOST_ROUNDS)
        before, best = next(rounds)
        for now, weights in rounds:
            best = weights
            if now - before < _LEAST_GAIN * self.counts.sum():
                break
            before = now
        return best

    def weights(self, *, prior_events: float, stratum_events: float) -> tuple[Weights, Prior]:
        """Return the weight of each term in each stratum, and what was held of it beforehand.

        First all cells are taken together, then each stratum on its own, held to what all cells
        together say: a stratum with few events keeps to the common weights.

        Parameters
        ----------
        prior_events
            Events by which common weights are pulled to equal shares, more than 0.
        stratum_events
            Events by which weights of each stratum are pulled to the common ones, more than 0.
        """
        together = self.together()
        total, events = together.total, self.counts.sum()
        able = total > 0
        even = np.zeros_like(total)
        np.divide(events / able.sum(), total, out=even, where=able)
        common = together.climbed(Prior.resting_on(prior_events, weights=even, total=total))
        in_strata = np.broadcast_to(common, self.total.shape)
        prior = Prior.resting_on(stratum_events, weights=in_strata, total=total)
        return self.climbed(prior), prior

    def covariance(self, weights: Weights, prior: Prior) -> NDArray[np.float64]:
        """Return how surely the weights are known, shape (n, n) with n = n_strata x n_terms.

        The sandwich  H^-1 (sum_l u_l u_l') H^-1  of the observed information H, the prior
        included, and the pull u_l of each lesson on the weights: periods are taken to be
        independent, cells of one period are not, and lessons of little weight teach little. A
        weight that its events cannot tell from 0 is taken to be known.

        Parameters
        ----------
        weights
            Shape (n_strata, n_terms). Weights at the maximum.
        prior
            What was held of them beforehand.

        References
        ----------
        White (1982), Econometrica 50, 1-25.
        """
        n, w = weights.size, weights.ravel()
        expected = self.expected(weights)
        rows = (self.strata[:, None] * self.terms[None]).reshape(n, -1)
        pulls = np.add.reduceat(rows * (self.counts / expected), self.firsts, axis=1)
        pulls -= self.totals.reshape(-1, n).T
        free = w * (self.total + prior.days).ravel() > _FLOOR
        rows = rows[free] * (np.sqrt(self.counts) / expected)
        held = prior.events.ravel()[free] / w[free] ** 2
        information = np.einsum("ir,jr->ij", rows, rows) + np.diag(held)
        half = np.linalg.solve(information, pulls[free])
        spread = np.zeros((n, n))
        spread[np.ix_(free, free)] = np.einsum("il,jl->ij", half, half)
        return spread
