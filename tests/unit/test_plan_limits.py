"""Limits beyond crews and caps: small worlds whose best plan is worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rightplace.deploy import PlanInfeasibleError, PlanProblem, VisitRules, read_effect_sizes, solve
from rightplace.deploy.weekly.breaches import breaches
from rightplace.deploy.weekly.limits import CarryOver, PlanLimits, neighbourhoods, no_limits
from rightplace.errors import BadInputError, UsageError

(EFFECT,) = read_effect_sizes()


def world(demand: list[list[float]], capacity: list[list[int]], **limits: object) -> PlanProblem:
    """Return a plan of one day; visits prevent 1/2 and 1/4; places lie in boroughs in turn."""
    n_cells, n_slots, n_boroughs = len(demand), len(demand[0]), len(capacity)
    free = no_limits(n_cells=n_cells, n_boroughs=n_boroughs, n_slots=n_slots)
    free = replace(free, specialist_capacity=np.array(capacity))
    return PlanProblem(
        demand=np.array(demand, dtype=float),
        gain=np.tile([0.5, 0.25], (n_slots, 1)),
        borough=np.arange(n_cells) % n_boroughs,
        capacity=np.array(capacity),
        day=np.zeros(n_slots, dtype=np.int64),
        visitable=np.ones(n_cells, dtype=np.bool_),
        minimum=np.zeros(n_cells, dtype=np.int64),
        cell_ids=tuple("ABCDEFGH"[:n_cells]),
        borough_names=("Camden", "Islington")[:n_boroughs],
        slot_names=tuple(f"slot {i}" for i in range(n_slots)),
        rules=VisitRules(cap_per_slot=2, cap_per_day=None),
        limits=replace(free, **limits),  # type: ignore[arg-type]  # fields of several kinds
    )


def test_without_specialists_a_place_that_needs_them_is_not_visited() -> None:
    problem = world(
        [[12], [8]],
        [[2]],
        specialist_share=np.array([1.0, 0.0]),
        specialist_capacity=np.array([[1]]),
    )

    solution = solve(problem)

    # One specialist visit to A (6) and one to B (4); a second to A (3) has no specialist.
    assert solution.visits.tolist() == [[1], [1]]
    assert (solution.objective, solution.bound) == pytest.approx((10, 10))
    none_at_all = replace(problem.limits or no_limits(n_cells=2, n_boroughs=1, n_slots=1),
                          specialist_total=0)  # fmt: skip
    assert solve(replace(problem, limits=none_at_all)).visits.tolist() == [[0], [2]]


def test_half_the_visits_by_specialists_is_rounded_up() -> None:
    limits = {"specialist_share": np.array([0.5]), "specialist_capacity": np.array([[1]])}

    # Of two visits one is a specialist's; of one visit one.
    assert solve(world([[12]], [[2]], **limits)).visits.tolist() == [[2]]
    nobody = limits | {"specialist_capacity": np.array([[0]])}
    assert solve(world([[12]], [[2]], **nobody)).visits.tolist() == [[0]]


def test_cover_of_a_bcu_is_kept_where_its_boroughs_lose_least() -> None:
    problem = world(
        [[12], [8]],
        [[2], [2]],
        bcu=np.array([0, 0]),
        bcu_names=("Central North",),
        bcu_most=np.array([[3]]),
    )

    # Camden's A: 6 + 3; Islington's B: 4 + 2. Of four visits three may be made: not B's second.
    solution = solve(problem)
    assert solution.visits.tolist() == [[2], [1]]
    assert (solution.objective, solution.gap) == pytest.approx((13, 0))


def test_floor_and_ceiling_of_boroughs_move_visits_between_slots_of_cover() -> None:
    problem = world(
        [[12], [8]],
        [[2], [2]],
        bcu=np.array([0, 0]),
        bcu_names=("Central North",),
        bcu_most=np.array([[2]]),
        borough_least=np.array([0, 1]),
        borough_most=np.array([1, 2]),
    )

    assert solve(problem).visits.tolist() == [[1], [1]]


def test_places_near_each_other_are_not_visited_in_the_same_slot() -> None:
    problem = world([[10, 9], [8, 2]], [[4, 4]], apart=(np.array([0, 1]),))

    # Early A (5 + 2.5) and late A (4.5 + 2.25) leave nothing to B; early B and late A give
    # 4 + 2 + 6.75 = 12.75, less than 14.25.
    assert solve(problem).visits.tolist() == [[2, 2], [0, 0]]
    once = replace(problem, rules=VisitRules(cap_per_slot=2, cap_per_day=2))
    assert solve(once).visits.tolist() == [[0, 2], [2, 0]]  # 6.75 + 6 against 7.5 + 1.5


def test_floors_and_caps_of_single_places_hold_on_every_day() -> None:
    problem = world(
        [[12, 12], [1, 1]],
        [[2, 2]],
        day_least=np.array([0, 1]),
        day_most=np.array([2, 9]),
        plan_most=np.array([9, 2]),
    )

    solution = solve(problem)

    assert solution.visits.sum(axis=1).tolist() == [2, 2]  # A once in each slot, B twice
    assert solution.objective == pytest.approx(12 + 1)


def test_carry_over_makes_a_visit_early_in_the_day_worth_more() -> None:
    hours = np.full(3, 8.0)
    problem = replace(
        world([[5, 5, 5]], [[1, 1, 1]]),
        rules=VisitRules(cap_per_slot=2, cap_per_day=1),
        carry_over=CarryOver(share=0.5, origin="a test", effect=EFFECT, slot_hours=hours),
    )

    solution = solve(problem)

    # One visit; 1/2 of its dose is left in the second slot, 1/4 in the third.
    assert solution.visits.tolist() == [[1, 0, 0]]
    prevented = EFFECT.prevented_share([1, 0.5, 0.25], slot_hours=8.0)
    assert solution.objective == pytest.approx(5 * prevented.sum())


def test_with_carry_over_two_visits_on_a_day_prevent_less_than_twice_one() -> None:
    carry = CarryOver(share=0.5, origin="a test", effect=EFFECT, slot_hours=np.full(2, 8.0))
    days = np.array([0, 0])

    one = carry.prevented_shares(np.array([[1, 0]]), slots=days).sum()
    two = carry.prevented_shares(np.array([[1, 1]]), slots=days).sum()
    last = carry.prevented_shares(np.array([[0, 1]]), slots=days).sum()

    assert two < one + last


def test_carry_over_without_an_origin_is_refused() -> None:
    with pytest.raises(UsageError, match="nobody says where"):
        CarryOver(share=0.3, origin=" ", effect=EFFECT, slot_hours=np.ones(1))
    with pytest.raises(UsageError, match="share from 0 to 1"):
        CarryOver(share=1.3, origin="x", effect=EFFECT, slot_hours=np.ones(1))


def test_a_floor_beyond_the_crews_is_named_with_both_numbers() -> None:
    problem = world([[12], [8]], [[2], [2]], borough_least=np.array([3, 0]))

    with pytest.raises(PlanInfeasibleError) as caught:
        solve(problem)

    assert caught.value.conflicts == (
        "Camden must have 3 visits over the plan, but its crews and places allow 2.",
    )


def test_demands_that_conflict_only_together_are_named_on_both_sides() -> None:
    problem = world(
        [[12], [8]],
        [[2], [2]],
        bcu=np.array([0, 0]),
        bcu_names=("Central North",),
        bcu_most=np.array([[3]]),
        borough_least=np.array([2, 2]),
    )

    with pytest.raises(PlanInfeasibleError) as caught:
        solve(problem)

    (said,) = caught.value.conflicts
    assert "of Camden (2), of Islington (2)" in said
    assert "the response cover of Central North, slot 0 (3 visits): 1 lack" in said


def test_a_floor_above_a_place_s_own_caps_is_named() -> None:
    problem = world([[12], [8]], [[4]], day_least=np.array([3, 0]))

    with pytest.raises(PlanInfeasibleError) as caught:
        solve(problem)

    assert caught.value.conflicts == (
        "A must have 3 visits every day, but its caps leave 2 on day 1.",
        "A must have 3 visits over the plan, but its caps leave 2.",
    )


def test_neighbourhoods_cover_every_near_pair_and_no_other() -> None:
    # A, B and C lie within 300 m of each other, D is near C alone, E is far away.
    xy = np.array([[0, 0], [100, 0], [0, 200], [0, 450], [5000, 5000]], dtype=float)

    groups = neighbourhoods(xy, metres=300)

    assert [group.tolist() for group in groups] == [[0, 1, 2], [2, 3]]
    assert neighbourhoods(xy, metres=0) == ()
    assert [g.tolist() for g in neighbourhoods(xy, metres=250)] == [[0, 1, 2]]  # C to D is 250


def test_the_checker_names_every_limit_that_is_broken() -> None:
    problem = world(
        [[12, 1], [8, 1]],
        [[2, 2]],
        specialist_share=np.array([1.0, 0.0]),
        specialist_capacity=np.array([[1, 1]]),
        specialist_total=1,
        borough_least=np.array([9]),
        borough_most=np.array([1]),
        bcu=np.array([0]),
        bcu_names=("Central North",),
        bcu_most=np.array([[1, 1]]),
        day_least=np.array([0, 2]),
        day_most=np.array([1, 9]),
        plan_most=np.array([1, 9]),
        apart=(np.array([0, 1]),),
    )
    problem = replace(
        problem,
        minimum=np.array([0, 2]),
        rules=VisitRules(cap_per_slot=1, cap_per_day=1, cap_per_plan=1),
    )

    found = breaches(problem, np.array([[2, 0], [1, 0]]))

    assert len(set(found)) == 14
    shut = replace(problem, visitable=np.array([False, True]))
    assert breaches(shut, np.array([[-1, 0], [0, 0]]))[:2] == (
        "a place has fewer than 0 visits",
        "a place that may not be visited is",
    )


def test_limits_that_cannot_be_are_refused() -> None:
    fine = no_limits(n_cells=2, n_boroughs=1, n_slots=1)
    for field, value in {
        "specialist_share": np.array([2.0, 0.0]),
        "borough_least": np.array([-1]),
        "day_most": np.array([1]),
        "bcu": np.array([1]),
        "apart": (np.array([0]),),
    }.items():
        with pytest.raises(BadInputError):
            replace(fine, **{field: value})  # type: ignore[arg-type]  # fields of several kinds
    with pytest.raises(UsageError, match="limits"):
        replace(world([[1]], [[1]]), limits=fine)


def test_limits_are_told_apart_from_none() -> None:
    problem = world([[1]], [[1]])
    assert isinstance(problem.limits, PlanLimits)
    assert not problem.is_separable
    assert replace(problem, limits=None).is_separable
