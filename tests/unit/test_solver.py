"""A plan is the best there is, says so with a bound, and names what conflicts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rightplace.deploy import (
    PlanInfeasibleError,
    PlanProblem,
    PlanSolution,
    VisitRules,
    constraint_costs,
    greedy,
    solve,
)
from rightplace.deploy.weekly.certificate import Prices
from rightplace.deploy.weekly.solver import _difference
from rightplace.deploy.weekly.visit_model import BoroughSolution
from rightplace.errors import UsageError


def one_borough(
    demand: list[list[float]],
    *,
    capacity: list[int],
    rules: VisitRules | None = None,
    minimum: list[int] | None = None,
) -> PlanProblem:
    """Return a borough whose visits prevent 1/2, 1/4 and 1/8 of a slot; all slots on one day."""
    n_cells, n_slots = len(demand), len(demand[0])
    return PlanProblem(
        demand=np.array(demand, dtype=float),
        gain=np.tile([0.5, 0.25, 0.125], (n_slots, 1)),
        borough=np.zeros(n_cells, dtype=np.int64),
        capacity=np.array([capacity]),
        day=np.zeros(n_slots, dtype=np.int64),
        visitable=np.ones(n_cells, dtype=np.bool_),
        minimum=np.array(minimum or [0] * n_cells),
        cell_ids=tuple("ABCDEFGH"[:n_cells]),
        borough_names=("Camden",),
        slot_names=tuple(f"slot {i}" for i in range(n_slots)),
        rules=rules or VisitRules(cap_per_slot=2, cap_per_day=None),
    )


# A is best in both slots; with one visit a day it must leave the early slot to B, or the late one.
RIVALS = one_borough(
    [[10, 8], [9, 1]],
    capacity=[1, 1],
    rules=VisitRules(cap_per_slot=1, cap_per_day=1),
)


def test_a_second_visit_is_made_where_it_prevents_more_than_a_first_elsewhere() -> None:
    solution = solve(one_borough([[12], [8], [2]], capacity=[3]))

    # 6 + 4 + 3 (second visit to A) beats 6 + 4 + 1.
    assert solution.visits.tolist() == [[2], [1], [0]]
    assert solution.objective == pytest.approx(13)


def test_the_cap_per_day_is_weighed_over_slots_where_greed_is_not() -> None:
    best, fast = solve(RIVALS), greedy(RIVALS)

    assert best.visits.tolist() == [[0, 1], [1, 0]]  # (9 + 8) / 2
    assert best.objective == pytest.approx(8.5)
    assert fast.visits.tolist() == [[1, 0], [0, 1]]  # (10 + 1) / 2
    assert fast.objective == pytest.approx(5.5)
    assert (best.status, fast.status) == ("optimal", "gap")
    assert best.bound == pytest.approx(8.5)
    assert fast.bound >= best.objective


def test_a_plan_says_what_binds_and_what_a_visit_is_worth() -> None:
    solution = solve(one_borough([[12], [8], [2]], capacity=[3]))

    said = {limit.name: (limit.at_limit, limit.of) for limit in solution.binding}
    assert said == {
        "crew visits per borough and slot": (1, 1),
        "visits per place and slot (cap 2)": (1, 2),
    }
    # The next visit would be the second to B, worth 2; the last one made is worth 3.
    assert 2 <= solution.visit_price[0, 0] <= 3


def test_constraint_costs_are_what_solving_again_gives() -> None:
    rules = VisitRules(cap_per_slot=2, cap_per_day=3, cap_per_plan=2)
    problem = one_borough([[16, 16], [4, 0]], capacity=[2, 2], rules=rules)

    costs = constraint_costs(problem)

    # A has its 2 visits of the plan, one in each slot (8 + 8), and B one early (2): 18.
    # One crew-hour: B's second early visit, +1. Caps per slot and day: +0, the plan allows A no
    # third visit. Cap per plan 3: A once more late, +4.
    assert solve(problem).objective == pytest.approx(18)
    assert [cost.name for cost in costs] == [
        "one more crew-hour in Camden (2 visits, slot 0)",
        "one more visit per place and slot (cap 2)",
        "one more visit per place and day (cap 3)",
        "one more visit per place and plan (cap 2)",
    ]
    assert [cost.lo for cost in costs] == pytest.approx([1, 0, 0, 4])
    assert [cost.hi for cost in costs] == pytest.approx([1, 0, 0, 4])


def test_a_crew_hour_is_priced_in_the_slot_where_it_prevents_most() -> None:
    problem = one_borough([[10, 20], [10, 16]], capacity=[1, 1])

    (hour, *_) = constraint_costs(problem)

    # Early: B's first and then A's second: 5 + 2.5. Late: 8 + 5.
    assert hour.name == "one more crew-hour in Camden (2 visits, slot 1)"
    assert (hour.lo, hour.hi) == pytest.approx((13, 13))


def test_a_crew_hour_may_be_worth_most_where_one_visit_is_not() -> None:
    rules = VisitRules(cap_per_slot=1, cap_per_day=None)
    problem = one_borough([[20, 16], [20, 16], [0, 16]], capacity=[1, 1], rules=rules)

    (hour, *_) = constraint_costs(problem)

    # One visit more is worth 10 in slot 0 and 8 in slot 1; two are worth 10 + 0 and 8 + 8.
    assert hour.name.endswith("slot 1)")
    assert (hour.lo, hour.hi) == pytest.approx((16, 16))


def test_a_crew_hour_may_go_to_places_that_the_plan_does_not_need() -> None:
    rules = VisitRules(cap_per_slot=1, cap_per_day=None)
    problem = one_borough([[8], [6], [4], [2]], capacity=[1], rules=rules)

    (hour, *_) = constraint_costs(problem)

    assert (hour.lo, hour.hi) == pytest.approx((5, 5))  # (6 + 4) / 2


def test_a_crew_hour_is_not_held_back_by_a_cap_that_is_not_set() -> None:
    (hour, *_) = constraint_costs(one_borough([[8, 8]], capacity=[1, 0]))

    assert (hour.lo, hour.hi) == pytest.approx((6, 6))  # two visits in slot 1: 4 + 2


def test_places_are_kept_for_when_better_ones_are_used_up_in_other_slots() -> None:
    rules = VisitRules(cap_per_slot=1, cap_per_day=None, cap_per_plan=1)
    problem = one_borough(
        [[8, 8, 8], [6, 6, 6], [4, 4, 4], [2, 2, 2]], capacity=[1] * 3, rules=rules
    )

    solution = solve(problem)

    assert solution.visits.sum(axis=1).tolist() == [1, 1, 1, 0]
    assert (solution.objective, solution.gap) == pytest.approx((9, 0))


def test_a_difference_of_two_gapped_plans_is_an_interval() -> None:
    def known_to_lie(objective: float, bound: float) -> BoroughSolution:
        nothing = np.zeros((1, 1))
        prices = Prices(slot=nothing[0], place_day=nothing, place=nothing[0])
        return BoroughSolution(
            visits=nothing.astype(np.int64), objective=objective, bound=bound, prices=prices
        )

    now = known_to_lie(10, 11)

    assert _difference(known_to_lie(13, 15), now) == (2, 5)
    assert _difference(known_to_lie(10, 12), now) == (0, 2)  # wider limits never cost


def test_a_required_minimum_is_kept_at_its_price() -> None:
    free = solve(one_borough([[12], [8], [2]], capacity=[3]))
    bound = solve(one_borough([[12], [8], [2]], capacity=[3], minimum=[0, 0, 2]))

    assert bound.visits.tolist() == [[1], [0], [2]]  # 6 + 1 + 1/2
    assert bound.objective == pytest.approx(7.5)
    assert bound.status == "optimal"
    assert bound.objective < free.objective


def test_minima_beyond_the_crews_are_named_with_place_and_slot() -> None:
    problem = one_borough([[1, 1], [1, 1], [1, 1]], capacity=[2, 1], minimum=[2, 2, 0])

    with pytest.raises(PlanInfeasibleError) as caught:
        solve(problem)

    assert caught.value.exit_code == 40
    assert caught.value.conflicts == (
        (
            "In Camden the minimum visits of A (2), B (2) are 4; 3 can be made "
            "(crews used up in: slot 0, slot 1)."
        ),
    )


def test_minima_beyond_the_caps_and_of_closed_places_are_named() -> None:
    rules = VisitRules(cap_per_slot=2, cap_per_day=None, cap_per_plan=3)
    problem = one_borough([[1, 1], [1, 1], [1, 1]], capacity=[9, 9], rules=rules)
    closed = replace(
        problem,
        minimum=np.array([5, 2, 1]),
        visitable=np.array([True, True, False]),
    )

    with pytest.raises(PlanInfeasibleError) as caught:
        solve(closed)

    assert caught.value.conflicts == (
        "C must have 1 visits but may not be visited.",
        (
            "In Camden the minimum visits of A (5) are 5; 3 can be made "
            "(crews used up in: none; the caps leave no more)."
        ),
    )


def test_a_minimum_that_can_just_be_met_is_met() -> None:
    problem = one_borough([[1, 1], [5, 5]], capacity=[2, 1], minimum=[3, 0])

    assert solve(problem).visits.tolist() == [[2, 1], [0, 0]]


def test_the_preview_refuses_minima_it_would_not_promise() -> None:
    with pytest.raises(UsageError, match="preview"):
        greedy(one_borough([[1]], capacity=[1], minimum=[1]))


def test_nothing_to_gain_is_optimal_and_empty() -> None:
    nowhere = one_borough([[0, 0]], capacity=[3, 3])
    no_crews = one_borough([[5, 5]], capacity=[0, 0])
    no_places = replace(no_crews, visitable=np.array([False]))

    for problem in (nowhere, no_crews, no_places):
        for found in (solve(problem), greedy(problem)):
            assert (found.objective, found.bound, found.gap) == (0, 0, 0)
            assert found.status == "optimal"
    assert constraint_costs(no_crews)[1:] == ()


def test_the_same_problem_gives_the_same_visits() -> None:
    rng = np.random.default_rng(3)
    alike = one_borough(rng.integers(1, 4, (8, 6)).tolist(), capacity=[5] * 6)

    assert (solve(alike).visits == solve(alike).visits).all()


def test_a_solution_whose_objective_beats_its_bound_is_refused() -> None:
    with pytest.raises(UsageError, match="bound"):
        PlanSolution(
            visits=np.zeros((1, 1), dtype=np.int64),
            objective=2,
            bound=1,
            visit_price=np.zeros((1, 1)),
            binding=(),
            method="guess",
        )
