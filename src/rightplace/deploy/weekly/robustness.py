"""How a plan stands when rates and effect are not what was expected: draws, and plans of draws.

Each draw of rates and effect is planned anew by greed. How often a visit is among those plans says
how far it rests on figures that are not known. What a plan prevents by the draw it was chosen by,
beside what it prevents by the others, is the optimiser's curse in numbers (METHODS D1).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from rightplace.deploy.weekly.breaches import prevented
from rightplace.deploy.weekly.preview import greedy_visits
from rightplace.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rightplace.deploy.effect import EffectSize
    from rightplace.deploy.weekly.problem import PlanProblem

_LEAST_REDUCTION = 1e-3  # a draw that visits do harm is planned as if they did next to nothing


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Robustness:
    """How a plan stands over draws.

    Parameters
    ----------
    stays_share
        Shape (n_cells, n_slots). Share of the draws in whose plan the place is visited in the
        slot, 0 to 1.
    place_stays_share
        Shape (n_cells,). The same for the place in any slot.
    draws
        Plans made.
    by_own_draw
        What a plan of one draw prevents by that draw, on average: too high.
    by_other_draws
        What it prevents by another draw, on average.
    plan_by_draws
        What the plan itself prevents by the draws, none of which it was chosen by, on average.
    """

    stays_share: NDArray[np.float64]
    place_stays_share: NDArray[np.float64]
    draws: int
    by_own_draw: float
    by_other_draws: float
    plan_by_draws: float


def robustness(
    problem: PlanProblem,
    visits: NDArray[np.int64],
    *,
    factors: NDArray[np.float64],
    effect: EffectSize,
    slot_hours: NDArray[np.float64],
    rng: np.random.Generator,
) -> Robustness:
    """Return how often each visit stays in the plan over draws, and what choosing flatters.

    Parameters
    ----------
    problem
        The plan's problem; places with a required minimum are planned without it, for the quick
        plan of a draw does not promise it.
    visits
        Shape (n_cells, n_slots). The plan.
    factors
        Shape (n_draws, n_cells). Drawn rate of each cell over its expected one; at least 2.
    effect
        Its log reduction is drawn anew for each draw.
    slot_hours
        Shape (n_slots,). Elapsed hours.
    rng
        Source of chance.

    Raises
    ------
    UsageError
        If there are fewer than two draws.
    """
    if len(factors) < 2:  # noqa: PLR2004 - own draw and another
        msg = f"{len(factors)} draws cannot tell a plan's own draw from others."
        raise UsageError(msg, remedy="Ask for 2 or more.")
    reductions = effect.draw_log_reductions(len(factors), rng=rng)
    drawn = [
        _drawn(problem, factor, _at(effect, reduction), slot_hours=slot_hours)
        for factor, reduction in zip(factors, reductions.tolist(), strict=True)
    ]
    plans = [greedy_visits(each) for each in drawn]
    others = drawn[1:] + drawn[:1]
    return Robustness(
        stays_share=np.mean([plan > 0 for plan in plans], axis=0),
        place_stays_share=np.mean([plan.any(axis=1) for plan in plans], axis=0),
        draws=len(drawn),
        by_own_draw=_mean(drawn, plans),
        by_other_draws=_mean(others, plans),
        plan_by_draws=_mean(drawn, [visits] * len(drawn)),
    )


def _mean(worlds: Sequence[PlanProblem], plans: Sequence[NDArray[np.int64]]) -> float:
    """Return what each plan prevents in its world, on average."""
    both = zip(worlds, plans, strict=True)
    return float(np.mean([prevented(world, plan) for world, plan in both]))


def _at(effect: EffectSize, reduction: float) -> EffectSize:
    """Return the effect with another log reduction at its anchor."""
    change = float(np.expm1(-max(reduction, _LEAST_REDUCTION)))
    return replace(
        effect,
        change_mean=change,
        change_lo=min(change, effect.change_lo),
        change_hi=max(change, effect.change_hi),
    )


def _drawn(
    problem: PlanProblem,
    factor: NDArray[np.float64],
    effect: EffectSize,
    *,
    slot_hours: NDArray[np.float64],
) -> PlanProblem:
    """Return the problem with drawn rates and effect."""
    carry = problem.carry_over
    return replace(
        problem,
        demand=problem.demand * np.nan_to_num(factor)[:, None],
        gain=effect.marginal_shares(slot_hours, visits=problem.gain.shape[1]),
        minimum=np.zeros_like(problem.minimum),
        carry_over=None if carry is None else replace(carry, effect=effect),
    )
