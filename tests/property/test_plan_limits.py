"""Laws of plans with shared limits, against every plan tried and against one whole programme."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from rightplace.deploy import (
    PlanInfeasibleError,
    PlanProblem,
    PlanSolution,
    VisitRules,
    greedy,
    read_effect_sizes,
    solve,
)
from rightplace.deploy.weekly.breaches import breaches, prevented
from rightplace.deploy.weekly.limits import UNLIMITED, CarryOver, no_limits
from rightplace.deploy.weekly.place_days import place_days
from rightplace.deploy.weekly.priced import NoPlanFoundError, solve_priced
from rightplace.deploy.weekly.shared_limits import SharedLimits
from rightplace.deploy.weekly.whole_plan import best_within

Visits = NDArray[np.int64]
(EFFECT,) = read_effect_sizes()


@st.composite
def problems(
    draw: st.DrawFn, *, places: int = 3, slots: int = 2, floors: bool = False
) -> PlanProblem:
    """Return a small world with every kind of limit, each likely to bind."""
    n_cells, n_slots = draw(st.integers(1, places)), draw(st.integers(1, slots))
    n_boroughs, cap = draw(st.integers(1, 2)), draw(st.integers(1, 2))

    def whole(most: int, *shape: int, least: int = 0) -> Visits:
        size = int(np.prod(shape))
        drawn = draw(st.lists(st.integers(least, most), min_size=size, max_size=size))
        return np.array(drawn, dtype=np.int64).reshape(shape)

    limits = replace(
        no_limits(n_cells=n_cells, n_boroughs=n_boroughs, n_slots=n_slots),
        specialist_share=whole(2, n_cells) / 2,
        specialist_capacity=whole(2, n_boroughs, n_slots),
        specialist_total=draw(st.sampled_from([1, 3, UNLIMITED])),
        borough_most=whole(5, n_boroughs, least=2),
        bcu=np.zeros(n_boroughs, dtype=np.int64),
        bcu_names=("Central North",),
        bcu_most=whole(4, 1, n_slots),
        day_most=whole(3, n_cells, least=1),
        plan_most=whole(3, n_cells, least=1),
        apart=(np.arange(2),) if n_cells > 1 and draw(st.booleans()) else (),
    )
    if floors:
        limits = replace(
            limits, borough_least=whole(2, n_boroughs), day_least=whole(1, n_cells) * (n_cells < 2)
        )
    share = draw(st.sampled_from([0.0, 0.3, 1.0]))
    hours = np.full(n_slots, 8.0)
    carry = CarryOver(share=share, origin="drawn", effect=EFFECT, slot_hours=hours)
    demand = st.sampled_from([0.0, 0.5, 1.0, 1.0, 3.0, 7.0])
    size = n_cells * n_slots
    return PlanProblem(
        demand=np.array(draw(st.lists(demand, min_size=size, max_size=size))).reshape(
            n_cells, n_slots
        ),
        gain=EFFECT.marginal_shares(hours, visits=cap + 1),
        borough=whole(n_boroughs - 1, n_cells),
        capacity=whole(3, n_boroughs, n_slots),
        day=np.sort(whole(1, n_slots)) * 1,
        visitable=whole(5, n_cells) > 0,
        minimum=whole(1, n_cells) if floors else np.zeros(n_cells, dtype=np.int64),
        cell_ids=tuple(f"cell {i}" for i in range(n_cells)),
        borough_names=("Camden", "Islington")[:n_boroughs],
        slot_names=tuple(f"slot {i}" for i in range(n_slots)),
        rules=VisitRules(cap_per_slot=cap, cap_per_day=draw(st.none() | st.integers(1, 3))),
        limits=limits,
        carry_over=carry if share else None,
    )


def best_by_trying_all(problem: PlanProblem) -> float | None:
    shape = problem.demand.shape
    tried = itertools.product(range(problem.rules.cap_per_slot + 1), repeat=problem.demand.size)
    plans = (np.array(plan, dtype=np.int64).reshape(shape) for plan in tried)
    return max((prevented(problem, p) for p in plans if not breaches(problem, p)), default=None)


def found(problem: PlanProblem, *, small: int) -> PlanSolution | None:
    """Return a plan, or None where none is found."""
    try:
        return solve_priced(problem, small=small)
    except (PlanInfeasibleError, NoPlanFoundError):
        return None


@settings(deadline=None, max_examples=60)
@given(problems(floors=True))
def test_small_plans_are_the_best_of_all_plans_and_their_bound_holds(problem: PlanProblem) -> None:
    best, solution = best_by_trying_all(problem), found(problem, small=10**6)

    assert (best is None) == (solution is None)
    if best is not None and solution is not None:
        assert solution.objective == pytest.approx(best)
        assert solution.objective == pytest.approx(prevented(problem, solution.visits))
        assert solution.bound >= best - 1e-9
        assert breaches(problem, solution.visits) == ()


@settings(deadline=None, max_examples=60)
@given(problems(floors=True))
def test_priced_plans_keep_every_limit_and_bound_the_best_of_all(problem: PlanProblem) -> None:
    best, solution = best_by_trying_all(problem), found(problem, small=0)

    if best is None:
        assert solution is None
    elif solution is not None:
        assert breaches(problem, solution.visits) == ()
        assert solution.objective <= best + 1e-9
        assert solution.bound >= best - 1e-9


@settings(deadline=None, max_examples=30)
@given(problems(places=6, slots=4))
def test_priced_plans_agree_with_the_whole_programme_within_their_gap(problem: PlanProblem) -> None:
    whole, priced = found(problem, small=10**6), found(problem, small=0)

    assert whole is not None
    assert priced is not None
    assert priced.objective - 1e-9 <= whole.objective <= priced.bound + 1e-9
    assert whole.bound >= whole.objective
    preview = greedy(problem)
    assert breaches(problem, preview.visits) == ()
    assert preview.objective - 1e-9 <= whole.objective <= preview.bound + 1e-9


@settings(deadline=None, max_examples=40)
@given(problems(places=4, slots=4), st.data())
def test_any_prices_bound_every_plan(problem: PlanProblem, data: st.DataObject) -> None:
    shared = SharedLimits(problem, place_days(problem))
    drawn = data.draw(st.lists(st.floats(0, 2), min_size=7, max_size=7))
    prices = np.resize(np.array(drawn), shared.most.size)
    prices[shared.parts["place"]] = 0

    assert shared.pick(prices).bound >= solve(problem).objective - 1e-9


@settings(deadline=None, max_examples=40)
@given(problems(places=4, slots=3), st.data())
def test_more_crew_minutes_never_lower_the_optimum(
    problem: PlanProblem, data: st.DataObject
) -> None:
    size = problem.capacity.size
    more = data.draw(st.lists(st.integers(0, 2), min_size=size, max_size=size))
    added = np.reshape(more, problem.capacity.shape)
    stronger = replace(problem, capacity=problem.capacity + added)

    assert solve(stronger).objective >= solve(problem).objective - 1e-9


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 2**32 - 1))
def test_the_best_patterns_within_limits_are_those_of_all_tried(seed: int) -> None:
    rng = np.random.default_rng(seed)
    net, totals = rng.normal(size=(2, 3, 4)), np.array([0, 1, 1, 2])
    least, most = rng.integers(0, 3, 2).astype(float), rng.integers(3, 7, 2).astype(float)

    choice = best_within(net, totals, least=least, most=most)

    for place in range(2):
        worths = {
            picked: sum(net[place, day, one] for day, one in enumerate(picked))
            for picked in itertools.product(range(4), repeat=3)
            if least[place] <= sum(totals[one] for one in picked) <= most[place]
        }
        assert worths[tuple(choice[place].tolist())] == pytest.approx(max(worths.values()))
