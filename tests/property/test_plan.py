"""Laws of the plan: it is the best there is, keeps its limits, and more crews never lower it."""

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
    VisitRules,
    constraint_costs,
    greedy,
    solve,
)
from rightplace.deploy.weekly.borough import boroughs_of
from rightplace.deploy.weekly.certificate import Prices, upper_bound
from rightplace.deploy.weekly.solution import borough_visits, place_day_visits

Visits = NDArray[np.int64]
DEMANDS = st.sampled_from([0.0, 0.5, 1.0, 1.0, 3.0, 7.0])
CAPS = st.none() | st.integers(1, 4)


@st.composite
def problems(
    draw: st.DrawFn, *, places: int = 4, slots: int = 3, minima: bool = False
) -> PlanProblem:
    """Return a small world: few places and slots, one or two boroughs, ties and zeros likely."""
    n_cells, n_slots = draw(st.integers(1, places)), draw(st.integers(1, slots))
    n_boroughs = draw(st.integers(1, 2))
    cap = draw(st.integers(1, 2))
    rules = VisitRules(cap_per_slot=cap, cap_per_day=draw(CAPS), cap_per_plan=draw(CAPS))

    def whole(most: int, *shape: int) -> Visits:
        size = int(np.prod(shape))
        drawn = draw(st.lists(st.integers(0, most), min_size=size, max_size=size))
        return np.array(drawn, dtype=np.int64).reshape(shape)

    size = n_cells * n_slots
    demand = draw(st.lists(DEMANDS, min_size=size, max_size=size))
    ratio = draw(st.sampled_from([0.3, 0.5, 1.0]))
    return PlanProblem(
        demand=np.array(demand).reshape(n_cells, n_slots),
        gain=np.tile(0.25 * ratio ** np.arange(cap + 1), (n_slots, 1)),
        borough=whole(n_boroughs - 1, n_cells),
        capacity=whole(4, n_boroughs, n_slots),
        day=np.sort(whole(1, n_slots)),
        visitable=whole(5, n_cells) > 0,
        minimum=whole(2, n_cells) if minima else np.zeros(n_cells, dtype=np.int64),
        cell_ids=tuple(f"cell {i}" for i in range(n_cells)),
        borough_names=("Camden", "Hackney")[:n_boroughs],
        slot_names=tuple(f"slot {i}" for i in range(n_slots)),
        rules=rules,
    )


def allowed(problem: PlanProblem, visits: Visits) -> bool:
    rules = problem.rules
    per_day = place_day_visits(visits, problem.day)
    per_plan = visits.sum(axis=1)
    return bool(
        (visits >= 0).all()
        and not visits[~problem.visitable].any()
        and (borough_visits(problem, visits) <= problem.capacity).all()
        and visits.max(initial=0) <= rules.cap_per_slot
        and (rules.cap_per_day is None or (per_day <= rules.cap_per_day).all())
        and (rules.cap_per_plan is None or (per_plan <= rules.cap_per_plan).all())
        and (per_plan >= problem.minimum).all()
    )


def prevented(problem: PlanProblem, visits: Visits) -> float:
    """Return what visits prevent, by adding one visit at a time."""
    return sum(
        float(problem.demand[cell, slot] * problem.gain[slot, visit])
        for cell, slot in np.ndindex(visits.shape)
        for visit in range(visits[cell, slot])
    )


def best_by_trying_all(problem: PlanProblem) -> float | None:
    shape = problem.demand.shape
    tried = itertools.product(range(problem.rules.cap_per_slot + 1), repeat=problem.demand.size)
    plans = (np.array(plan, dtype=np.int64).reshape(shape) for plan in tried)
    return max((prevented(problem, p) for p in plans if allowed(problem, p)), default=None)


@settings(deadline=None, max_examples=40)
@given(problems(places=3, slots=2))
def test_the_plan_prevents_as_much_as_the_best_of_all_plans(problem: PlanProblem) -> None:
    solution = solve(problem)

    assert allowed(problem, solution.visits)
    assert solution.objective == pytest.approx(prevented(problem, solution.visits))
    assert solution.objective == pytest.approx(best_by_trying_all(problem))
    assert solution.status == "optimal"


@settings(deadline=None, max_examples=40)
@given(problems(places=3, slots=2, minima=True))
def test_minima_are_kept_at_the_optimum_or_refused_when_no_plan_keeps_them(
    problem: PlanProblem,
) -> None:
    best = best_by_trying_all(problem)
    if best is None:
        with pytest.raises(PlanInfeasibleError) as caught:
            solve(problem)
        assert all("cell" in conflict for conflict in caught.value.conflicts)
    else:
        solution = solve(problem)
        assert allowed(problem, solution.visits)
        assert solution.objective == pytest.approx(best)
        assert solution.status == "optimal"


@settings(deadline=None, max_examples=40)
@given(problems(places=8, slots=6))
def test_no_limit_is_broken_and_no_plan_beats_its_bound(problem: PlanProblem) -> None:
    best, fast = solve(problem), greedy(problem)

    assert allowed(problem, best.visits)
    assert allowed(problem, fast.visits)
    assert best.status == "optimal"
    assert best.bound >= best.objective >= fast.objective - 1e-9
    assert fast.bound >= best.objective - 1e-9


@settings(deadline=None, max_examples=40)
@given(problems(places=6, slots=4), st.data())
def test_any_prices_bound_every_plan(problem: PlanProblem, data: st.DataObject) -> None:
    price = st.floats(0, 2)
    best = solve(problem)
    bound = 0.0
    for part in boroughs_of(problem):
        n_places, n_slots = part.value.shape[:2]
        drawn = data.draw(st.lists(price, min_size=40, max_size=40))
        prices = Prices(
            slot=np.array(drawn[:n_slots]),
            place_day=np.resize(drawn[6:], (n_places, part.n_days)),
            place=np.resize(drawn[::-1], n_places) - 1,
        )
        bound += upper_bound(part, prices)

    assert bound >= best.objective - 1e-9


@settings(deadline=None, max_examples=40)
@given(problems(places=6, slots=4), st.data())
def test_more_crew_minutes_never_lower_the_optimum(
    problem: PlanProblem, data: st.DataObject
) -> None:
    size = problem.capacity.size
    more = data.draw(st.lists(st.integers(0, 2), min_size=size, max_size=size))
    stronger = replace(
        problem, capacity=problem.capacity + np.reshape(more, problem.capacity.shape)
    )

    assert solve(stronger).objective >= solve(problem).objective - 1e-9


@settings(deadline=None, max_examples=40)
@given(problems(places=6, slots=4), st.floats(1e-6, 1e6))
def test_the_unit_of_demand_scales_the_objective_and_nothing_else(
    problem: PlanProblem, unit: float
) -> None:
    here, there = solve(problem), solve(replace(problem, demand=problem.demand * unit))

    assert there.objective == pytest.approx(here.objective * unit)
    assert there.bound == pytest.approx(here.bound * unit)
    assert there.gap == pytest.approx(here.gap, abs=1e-6)


@settings(deadline=None, max_examples=40)
@given(problems(places=6, slots=4), st.integers(0, 10))
def test_the_order_of_places_does_not_matter(problem: PlanProblem, seed: int) -> None:
    order = np.random.default_rng(seed).permutation(problem.demand.shape[0])
    turned = replace(
        problem,
        demand=problem.demand[order],
        borough=problem.borough[order],
        visitable=problem.visitable[order],
        cell_ids=tuple(problem.cell_ids[i] for i in order),
    )

    assert solve(turned).objective == pytest.approx(solve(problem).objective)


@settings(deadline=None, max_examples=40)
@given(problems(places=6, slots=4))
def test_a_constraint_costs_what_the_wider_problem_prevents_more(problem: PlanProblem) -> None:
    rules = problem.rules
    now = solve(problem).objective
    wider = {
        "slot": replace(rules, cap_per_slot=rules.cap_per_slot + 1),
        "day": replace(rules, cap_per_day=rules.cap_per_day and rules.cap_per_day + 1),
        "plan": replace(rules, cap_per_plan=rules.cap_per_plan and rules.cap_per_plan + 1),
    }
    costs = {cost.name: cost for cost in constraint_costs(problem)}

    for what, changed in wider.items():
        name = f"one more visit per place and {what} (cap "
        cost = next((c for n, c in costs.items() if n.startswith(name)), None)
        more = solve(replace(problem, rules=changed)).objective - now
        assert cost is None or cost.lo - 1e-9 <= more <= cost.hi + 1e-9


@settings(deadline=None, max_examples=40)
@given(problems(places=12, slots=3))
def test_places_left_out_as_never_needed_are_never_needed(problem: PlanProblem) -> None:
    # The bound is taken over every place, so a place left out in error would open a gap.
    few = replace(problem, capacity=np.minimum(problem.capacity, 1))

    assert solve(few).gap <= 1e-9
