"""What a hold-out costs, against every plan there is, on worlds small enough to try them all."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from rightplace.deploy.holdout.price import price_of, with_hold_out
from rightplace.deploy.weekly.problem import PlanProblem, VisitRules
from rightplace.deploy.weekly.solution import PlanSolution
from rightplace.deploy.weekly.solver import solve

GAIN = (0.3, 0.1)


def problem(rng: np.random.Generator) -> PlanProblem:
    """One borough, four places, two slots of one day, two visits of crews in each."""
    return PlanProblem(
        demand=rng.gamma(1.0, 2.0, (4, 2)),
        gain=np.array([GAIN, GAIN]),
        borough=np.zeros(4, dtype=np.int64),
        capacity=np.array([[2, 2]]),
        day=np.array([0, 0]),
        visitable=np.ones(4, dtype=bool),
        minimum=np.zeros(4, dtype=np.int64),
        cell_ids=("a", "b", "c", "d"),
        borough_names=("Camden",),
        slot_names=("early", "late"),
        rules=VisitRules(cap_per_slot=2, cap_per_day=3),
    )


def best_by_trying(
    world: PlanProblem, *, held_out: tuple[int, ...] = (), treated: tuple[int, ...] = ()
) -> float:
    """Return the most that any allowed plan prevents."""
    best = -1.0
    for tried in product(range(3), repeat=8):
        visits = np.array(tried).reshape(4, 2)
        if (visits.sum(axis=0) > 2).any() or (visits.sum(axis=1) > 3).any():
            continue
        if visits[list(held_out)].any() or not all(visits[place].any() for place in treated):
            continue
        worth = np.array([0.0, GAIN[0], sum(GAIN)])[visits] * world.demand
        best = max(best, float(worth.sum()))
    return best


@pytest.mark.parametrize("seed", range(6))
def test_the_price_is_the_difference_of_the_best_plans(seed: int) -> None:
    world = problem(np.random.default_rng(seed))
    held_out, treated = (
        (int(np.argmax(world.demand.sum(axis=1))),),
        (int(world.demand.sum(axis=1).argmin()),),
    )
    changed = with_hold_out(world, held_out=np.array(held_out), treated=np.array(treated))
    full, held = solve(world), solve(changed)
    assert not held.visits[list(held_out)].any()
    assert held.visits[list(treated)].any()
    price = best_by_trying(world) - best_by_trying(world, held_out=held_out, treated=treated)
    found = price_of(full, held)
    assert found.lo - 1e-9 <= price <= found.hi + 1e-9
    assert found.hi - found.lo == pytest.approx(0.0, abs=1e-6)
    assert price > 0


def solution(objective: float, bound: float) -> PlanSolution:
    return PlanSolution(
        visits=np.zeros((1, 1), dtype=np.int64),
        objective=objective,
        bound=bound,
        visit_price=np.zeros((1, 1)),
        binding=(),
        method="by hand",
    )


def test_between_plans_with_gaps_the_price_is_an_interval_of_bounds() -> None:
    found = price_of(solution(10.0, 10.5), solution(9.0, 9.2))
    assert (found.lo, found.hi) == pytest.approx((0.8, 1.5))


def test_where_the_gaps_overlap_the_price_is_only_less_than_something() -> None:
    found = price_of(solution(10.0, 10.5), solution(9.9, 10.4))
    assert (found.lo, found.hi) == pytest.approx((0.0, 0.6))


def test_a_floor_that_stood_before_stays() -> None:
    world = problem(np.random.default_rng(0))
    floor = with_hold_out(world, held_out=np.array([0]), treated=np.array([1, 2]))
    again = with_hold_out(
        PlanProblem(
            **{
                name: getattr(world, name)
                for name in world.__dataclass_fields__
                if name != "minimum"
            },
            minimum=np.array([0, 3, 0, 0]),
        ),
        held_out=np.array([0]),
        treated=np.array([1, 2]),
    )
    assert floor.minimum.tolist() == [0, 1, 1, 0]
    assert again.minimum.tolist() == [0, 3, 1, 0]
    assert again.visitable.tolist() == [False, True, True, True]
