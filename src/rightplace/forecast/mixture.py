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

MOST_STEPS = 400
# A step that adds less than this to the log-likelihood, in nats, is the last one.
_LEAST_GAIN = 0.01


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lesson:
    """What one past period says of the weights: only cells with events are kept one by one.

    Parameters
    ----------
    counts
        Shape (n_busy,). Events of the cells that had any.
    terms
        Shape (n_terms, n_busy). What each memory alone would have expected there.
    totals
        Shape (n_terms,). What each memory alone would have expected in all observed cells, those
        without events among them.
    """

    counts: NDArray[np.integer]
    terms: NDArray[np.floating]
    totals: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Mixture:
    """Weighted lessons, scaled so that the shares of the terms are what is sought.

    With E events in all and T_k the total of term k, a term of share p_k has weight p_k E / T_k:
    at the maximum the shares sum to 1 and expected events to those that came.

    Parameters
    ----------
    counts
        Shape (n_rows,). Weighted events.
    terms
        Shape (n_terms, n_rows). Terms scaled to expect E events in all; 0 for a term that never
        expects any.
    scale
        Shape (n_terms,). E / T_k; 0 for a term that never expects any.
    """

    counts: NDArray[np.float64]
    terms: NDArray[np.floating]
    scale: NDArray[np.float64]

    @classmethod
    def of(cls, lessons: Sequence[Lesson], *, weights: NDArray[np.float64]) -> Self:
        """Return the mixture of some lessons, each with its weight, shape (n_lessons,).

        Raises
        ------
        UnsupportedByDataError
            If they hold no event.
        """
        pairs = list(zip(lessons, weights, strict=True))
        counts = np.concatenate(
            [np.empty(0), *(lesson.counts * weight for lesson, weight in pairs)]
        )
        if not counts.any():
            msg = (
                "The weights of memories cannot be learned: no incident follows another in the "
                f"{len(pairs)} newest periods that could teach them."
            )
            raise UnsupportedByDataError(
                msg, remedy="Widen the classes or the study area, or name another method."
            )
        totals = np.sum([lesson.totals * weight for lesson, weight in pairs], axis=0)
        scale = np.zeros(totals.shape)
        np.divide(counts.sum(), totals, out=scale, where=totals > 0)
        terms = np.concatenate([lesson.terms for lesson in lessons], axis=1)
        terms *= scale.astype(terms.dtype)[:, None]
        return cls(counts=counts, terms=terms, scale=scale)

    def steps(self, *, prior_events: float) -> Iterator[tuple[float, NDArray[np.float64]]]:
        """Yield log posterior and shares, from equal shares on; each is at least the last.

        Each event is shared among the terms in proportion to what they expected (E-step), and
        the shares become what each term was given (M-step):

            p_k <- (a/K + p_k sum_r y_r g_kr / sum_j p_j g_jr) / (a + E)

        with g the scaled terms, K their number and a ``prior_events``, a Dirichlet prior that
        credits every term alike and keeps collinear half-lives from wandering. The log posterior
        is known up to a constant.

        Parameters
        ----------
        prior_events
            Events by which shares are pulled to equal ones, 0 or more.

        References
        ----------
        Dempster, Laird and Rubin (1977), Journal of the Royal Statistical Society B 39, 1-38;
        Mohler (2014), International Journal of Forecasting 30, 491-497.
        """
        able = self.scale > 0
        credit = np.where(able, prior_events / able.sum(), 0.0)
        share = able / able.sum()
        total = self.counts.sum()
        # Not a matrix product: its sums depend on how many threads a machine gives to it.
        while True:
            expected = np.einsum("k,kr->r", share.astype(self.terms.dtype), self.terms)
            fit = xlogy(self.counts, expected.astype(np.float64)).sum() - total * share.sum()
            yield float(fit + xlogy(credit, share).sum() - prior_events * share.sum()), share
            per_unit = (self.counts / expected).astype(self.terms.dtype)
            pull = np.einsum("kr,r->k", self.terms, per_unit)
            share = (credit + share * pull) / (total + prior_events)

    def weights(self, *, prior_events: float) -> NDArray[np.float64]:
        """Return the weight of each term, shape (n_terms,), 0 or more."""
        steps = islice(self.steps(prior_events=prior_events), MOST_STEPS)
        before, share = next(steps)
        for now, better in steps:
            share = better
            if now - before < _LEAST_GAIN:
                break
            before = now
        return share * self.scale
