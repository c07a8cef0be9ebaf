"""What a plan may prevent, with an interval: planned, not achieved.

Three things are not known, and the interval joins them: the rate of each place, the effect of a
visit, and chance in the counts. With rate ``r_c`` over the plan, share ``w_cs`` of it in slot s,
log reduction B and dose ``g(v, h)`` (see ``effect``), the mean prevented in cell c is

    r_c sum_s w_cs (1 - exp(-B g(v_cs, h_s)))

and the count prevented is Poisson about it, or negative binomial: each incident that would have
come is prevented or not. Rates must be draws from their posterior, shrunk, and not the very
figures by which the plan was chosen: choosing the highest of uncertain figures picks those that
are too high (METHODS D1, the optimiser's curse).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rightplace.errors import UnsupportedByDataError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from rightplace.deploy.effect import EffectSize

PLANNED = "planned, not achieved"
RATES, EFFECT, COUNTS = "rates of the places", "effect of a visit", "chance in the counts"
_TAILS_80 = (0.1, 0.9)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlannedVisits:
    """The visits of a plan and what was expected when it was chosen.

    Parameters
    ----------
    visits, expected_count, expected_harm
        Shape (n_cells, n_slots). Visits; expected without them, as the plan was chosen by.
    slot_hours
        Shape (n_slots,). Elapsed hours.
    standing
        Shape (n_cells, n_slots). Visits with what is left of earlier ones of the day; None where
        nothing is.
    """

    visits: NDArray[np.int64]
    expected_count: NDArray[np.float64]
    expected_harm: NDArray[np.float64]
    slot_hours: NDArray[np.float64]
    standing: NDArray[np.float64] | None = None

    def __post_init__(self) -> None:
        """Check that the arrays fit together.

        Raises
        ------
        UsageError
            If they do not, or a visit goes to a cell without a figure.
        """
        shapes = {self.visits.shape, self.expected_count.shape, self.expected_harm.shape}
        if len(shapes) > 1 or self.slot_hours.shape != self.visits.shape[1:]:
            msg = f"Visits, counts and harm have different shapes: {sorted(shapes)}."
            raise UsageError(msg)
        visited = self.visits > 0
        if not np.isfinite([self.expected_count[visited], self.expected_harm[visited]]).all():
            msg = "A visit goes to a cell without an expected count or harm."
            raise UsageError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A mean with its central 80 % interval and where the uncertainty comes from.

    Parameters
    ----------
    mean, lo80, hi80
        In incidents, or in units of harm.
    sources
        Share of the variance by source, 0 to 1, summing to 1 (law of total variance: effect,
        then rates given the effect, then chance given both).
    """

    mean: float
    lo80: float
    hi80: float
    sources: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prospect:
    """What is expected where the plan goes, and what it may prevent of it.

    Parameters
    ----------
    visited_count, visited_harm
        Expected without visits in the visited places, during the slots they are visited in.
    prevented_count, prevented_harm
        What the visits may prevent of it; planned, not achieved. Harm counts each incident at
        the mean of its place, so its interval lacks how far incidents differ in harm.
    prevented_as_chosen
        Incidents prevented by the figures the plan was chosen by; beside ``prevented_count``
        it shows how much choosing flatters.
    """

    visited_count: Estimate
    visited_harm: Estimate
    prevented_count: Estimate
    prevented_harm: Estimate
    prevented_as_chosen: float
    label: str = PLANNED


def prospect(
    rate_draws: NDArray[np.float64],
    *,
    planned: PlannedVisits,
    effect: EffectSize,
    rng: np.random.Generator,
    dispersion: float | None = None,
) -> Prospect:
    """Return what is expected in the visited places and what the plan may prevent, by simulation.

    Parameters
    ----------
    rate_draws
        Shape (n_draws, n_cells). Draws from the posterior of each cell's expected count over the
        whole plan; at least 2, and they must differ.
    planned
        The plan.
    effect
        The effect-size record the plan was made with.
    rng
        Source of chance.
    dispersion
        Shape of the negative binomial count of a cell over the plan, above 0; None for Poisson.

    Raises
    ------
    UsageError
        If the draws do not fit the cells, or are no rates where visits go.
    UnsupportedByDataError
        If no visit is planned, or the draws do not differ where visits go: the rates would be
        taken for known.
    """
    if rate_draws.ndim != 2 or rate_draws.shape[1] != planned.visits.shape[0]:  # noqa: PLR2004 - a matrix
        msg = f"Draws of shape {rate_draws.shape} do not fit {planned.visits.shape[0]} cells."
        raise UsageError(msg)
    cells = np.flatnonzero(planned.visits.any(axis=1))
    rates = rate_draws[:, cells]
    if not (np.isfinite(rates).all() and (rates >= 0).all()):
        msg = "A draw of a visited place is no rate: it must be a number of 0 or more."
        raise UsageError(msg)
    if not (rates != rates[:1]).any():
        msg = "The plan has no visit, or the draws of the rates do not differ."
        remedy = "Hand in draws from the posterior of the rates, not the rates themselves."
        raise UnsupportedByDataError(msg, remedy=remedy)
    chance = _Chance(dispersion=dispersion, rng=rng)
    chosen = _Chosen.of(planned, cells, effect)
    prevented = chosen.prevented_shares(effect.draw_log_reductions(len(rates), rng=rng))
    visited = np.broadcast_to(chosen.visited_share, rates.shape)
    one_each = np.ones(cells.size)
    return Prospect(
        visited_count=_estimate(rates, visited, weight=one_each, chance=chance),
        visited_harm=_estimate(rates, visited, weight=chosen.harm_each, chance=chance),
        prevented_count=_estimate(rates, prevented, weight=one_each, chance=chance),
        prevented_harm=_estimate(rates, prevented, weight=chosen.harm_each, chance=chance),
        prevented_as_chosen=chosen.prevented_at(effect.log_reduction),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chance:
    """How counts scatter about their means."""

    dispersion: float | None
    rng: np.random.Generator

    def __post_init__(self) -> None:
        """Check that the dispersion is one.

        Raises
        ------
        UsageError
            If it is not above 0.
        """
        if self.dispersion is not None and not self.dispersion > 0:
            msg = f"The dispersion is {self.dispersion}; it must be above 0, or None for Poisson."
            raise UsageError(msg)

    def counts(self, means: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return one count for each mean; below 0 where visits are drawn to do harm."""
        size = np.abs(means)
        if self.dispersion is not None:
            size = size * self.rng.gamma(self.dispersion, 1 / self.dispersion, size=means.shape)
        return np.sign(means) * self.rng.poisson(size)

    def variance(self, means: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the variance of the count about each mean."""
        extra = 0.0 if self.dispersion is None else means**2 / self.dispersion
        return np.abs(means) + extra


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Chosen:
    """The visited cells: count as chosen by, slot shares and doses, harm of an incident."""

    count: NDArray[np.float64]  # (n_visited,) over the plan
    slot_share: NDArray[np.float64]  # (n_visited, n_slots)
    dose: NDArray[np.float64]  # (n_visited, n_slots)
    visited: NDArray[np.bool_]  # (n_visited, n_slots)
    harm_each: NDArray[np.float64]  # (n_visited,)

    @classmethod
    def of(cls, planned: PlannedVisits, cells: NDArray[np.int64], effect: EffectSize) -> _Chosen:
        """Return the part of a plan that lies in some cells.

        Harm per incident is that of the cell over all its slots.
        """
        by_slot = planned.expected_count[cells]
        standing = planned.visits if planned.standing is None else planned.standing
        count = by_slot.sum(axis=1)
        some = np.where(count > 0, count, 1)
        return cls(
            count=count,
            slot_share=by_slot / some[:, None],
            dose=effect.dose(standing[cells], slot_hours=planned.slot_hours),
            visited=planned.visits[cells] > 0,
            harm_each=planned.expected_harm[cells].sum(axis=1) / some,
        )

    @property
    def visited_share(self) -> NDArray[np.float64]:
        """Share of each cell's count that falls into slots with a visit."""
        shares: NDArray[np.float64] = np.where(self.visited, self.slot_share, 0).sum(axis=1)
        return shares

    def prevented_shares(self, reductions: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the share of each cell's count prevented, shape (n_draws, n_visited)."""
        doses, which = np.unique(self.dose, return_inverse=True)
        by_dose = np.zeros((self.count.size, doses.size))
        which = which.reshape(self.dose.shape)
        np.add.at(by_dose, (np.arange(self.count.size)[:, None], which), self.slot_share)
        prevented: NDArray[np.float64] = -np.expm1(-np.outer(reductions, doses))
        shares: NDArray[np.float64] = prevented @ by_dose.T
        return shares

    def prevented_at(self, reduction: float) -> float:
        """Return the incidents prevented at one log reduction, by the counts as chosen by."""
        return float(self.count @ self.prevented_shares(np.array([reduction]))[0])


def _estimate(
    rates: NDArray[np.float64],
    shares: NDArray[np.float64],
    *,
    weight: NDArray[np.float64],
    chance: _Chance,
) -> Estimate:
    """Return the weighted sum over cells of counts whose means are ``rates * shares``.

    Rates and shares are drawn independently, so the mean given the effect alone is the sum over
    cells of mean rate times share; what rates add to its variance is the rest.
    """
    means = rates * shares
    drawn = chance.counts(means) @ weight
    known = means @ weight
    given_effect = shares @ (rates.mean(axis=0) * weight)
    parts = {
        RATES: float(np.var(known - given_effect)),
        EFFECT: float(np.var(given_effect)),
        COUNTS: float((chance.variance(means) @ weight**2).mean()),
    }
    total = sum(parts.values())
    low, high = np.quantile(drawn, _TAILS_80)
    return Estimate(
        mean=float(known.mean()),
        lo80=float(low),
        hi80=float(high),
        sources={name: part / total if total else 0.0 for name, part in parts.items()},
    )
