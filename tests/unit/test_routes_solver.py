"""Routes: best on cases where everything can be tried, the same for a seed, prize before travel."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from ortools.sat.python import cp_model

from rightplace.deploy.routes import (
    Duty,
    Effort,
    Refreshment,
    RouteProblem,
    Stop,
    check_routes,
    prize_bound,
    solve_routes,
)
from rightplace.errors import BadInputError, InfeasibleError, UsageError
from tests.route_worlds import best_prize, drawn, on_a_line


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("rest", [False, True])
def test_the_prize_is_the_best_there_is_where_everything_can_be_tried(
    seed: int, *, rest: bool
) -> None:
    problem = drawn(np.random.default_rng(seed), stops=6, crews=2, rest=rest)
    found = solve_routes(problem, seed=0)
    best = best_prize(problem)
    assert found.prize == best
    assert prize_bound(problem) >= best


def by_constraints(problem: RouteProblem) -> int:
    """Return the largest prize there is, proven by CP-SAT: a circuit for each crew."""
    model = cp_model.CpModel()
    made: list[list[Any]] = [[] for _ in problem.stops]
    for duty in problem.duties:
        begins = [model.new_int_var(s.opens, s.closes, "") for s in problem.stops]
        leaves = model.new_int_var(duty.opens, duty.closes, "")
        returns = model.new_int_var(duty.opens, duty.closes, "")
        model.add(returns - leaves <= duty.limit)
        arcs = [(0, 0, model.new_bool_var(""))]
        for i, stop in enumerate(problem.stops):
            skipped = model.new_bool_var("")
            made[i].append(skipped.negated())
            out, back = model.new_bool_var(""), model.new_bool_var("")
            arcs += [(i + 1, i + 1, skipped), (0, i + 1, out), (i + 1, 0, back)]
            way = int(problem.travel[duty.base, stop.point])
            model.add(begins[i] >= leaves + way).only_enforce_if(out)
            way = int(problem.travel[stop.point, duty.base])
            model.add(returns >= begins[i] + stop.service + way).only_enforce_if(back)
            for j, other in enumerate(problem.stops):
                if i != j:
                    onward = model.new_bool_var("")
                    arcs.append((i + 1, j + 1, onward))
                    step = stop.service + int(problem.travel[stop.point, other.point])
                    model.add(begins[j] >= begins[i] + step).only_enforce_if(onward)
        model.add_circuit(arcs)
    for who in made:
        model.add(sum(who) <= 1)
    model.maximize(
        sum(stop.prize * sum(who) for stop, who in zip(problem.stops, made, strict=True))
    )
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    assert solver.solve(model) == cp_model.OPTIMAL
    return round(solver.objective_value)


@pytest.mark.parametrize("seed", range(4))
def test_the_prize_equals_the_optimum_that_cp_sat_proves(seed: int) -> None:
    problem = drawn(np.random.default_rng(100 + seed), stops=9, crews=2, rest=False)
    assert solve_routes(problem, seed=0).prize == by_constraints(problem)


def test_a_seed_gives_the_same_routes_again() -> None:
    problem = drawn(np.random.default_rng(5), stops=20, crews=3, rest=True)
    assert solve_routes(problem, seed=7) == solve_routes(problem, seed=7)


def test_no_prize_is_given_up_for_a_shorter_way() -> None:
    # The far place is worth 1 and takes 98 of the 100 there are; the near one is worth as much.
    far = Stop(point=1, opens=0, closes=100, service=1, prize=1)
    near = Stop(point=2, opens=0, closes=100, service=1, prize=1)
    duty = Duty(base=0, opens=0, closes=100, limit=100)
    both = on_a_line(0, 48, 10, stops=[far, near], duties=[duty])
    assert solve_routes(both, seed=0).dropped == ()


def test_of_equal_prizes_the_way_is_shortest() -> None:
    # Out and back along the line is 2 x 30; any other order goes some stretch again.
    stops = [Stop(point=i, opens=0, closes=500, service=1, prize=5) for i in (1, 2, 3)]
    duty = Duty(base=0, opens=0, closes=500, limit=500)
    problem = on_a_line(0, 20, 30, 10, stops=stops, duties=[duty])
    assert solve_routes(problem, seed=0).travel == 60


def test_least_prize_is_dropped_when_time_is_short() -> None:
    # 40 minutes: two visits of 15 and ways of 5 each fit, three do not; 7 goes.
    prizes = {1: 9, 2: 7, 3: 8}
    stops = [Stop(point=i, opens=0, closes=99, service=15, prize=p) for i, p in prizes.items()]
    duty = Duty(base=0, opens=0, closes=100, limit=41)
    problem = on_a_line(0, 2, 2, 2, stops=stops, duties=[duty])
    found = solve_routes(problem, seed=0)
    assert [problem.stops[i].prize for i in found.dropped] == [7]
    assert found.prize == 17


def test_each_crew_takes_its_break_at_its_own_base_inside_its_window() -> None:
    stops = [Stop(point=i % 4, opens=0, closes=460, service=15, prize=1) for i in range(24)]
    duties = [
        Duty(
            base=4 + k,
            opens=0,
            closes=480,
            limit=400,
            refreshment=Refreshment(point=4 + k, opens=180, closes=260, length=45),
        )
        for k in range(2)
    ]
    problem = on_a_line(0, 10, 40, 50, 5, 45, stops=stops, duties=duties)
    found = solve_routes(problem, seed=0)
    assert len(found.routes) == 2
    for route in found.routes:
        (rest,) = [event for event in route.events if event.stop is None]
        assert (rest.point, rest.ends - rest.starts) == (problem.duties[route.duty].base, 45)
        assert 180 <= rest.starts <= 260
        assert route.returns - route.leaves <= 400


def test_nothing_to_visit_or_nobody_to_go_gives_no_route() -> None:
    stop = Stop(point=0, opens=0, closes=9, service=1, prize=3)
    empty = on_a_line(0, stops=[stop], duties=[])
    found = solve_routes(empty, seed=0)
    assert (found.routes, found.dropped, found.prize) == ((), (0,), 0)
    assert prize_bound(empty) == 0


def test_a_required_stop_that_nobody_can_reach_is_infeasible() -> None:
    stop = Stop(point=1, opens=0, closes=9, service=1, required=True)
    duty = Duty(base=0, opens=0, closes=100, limit=100)
    with pytest.raises(InfeasibleError, match="every required stop"):
        solve_routes(on_a_line(0, 50, stops=[stop], duties=[duty]), seed=0)


def test_the_room_of_a_crew_limits_its_stops() -> None:
    stops = [Stop(point=0, opens=0, closes=99, service=1, prize=p, load=1) for p in (4, 6, 5)]
    duty = Duty(base=0, opens=0, closes=100, limit=100, room=2)
    found = solve_routes(on_a_line(0, stops=stops, duties=[duty]), seed=0)
    assert found.prize == 11


def test_prizes_too_large_for_the_solver_are_refused() -> None:
    stop = Stop(point=0, opens=0, closes=9, service=1, prize=1 << 50)
    duty = Duty(base=0, opens=0, closes=100, limit=100)
    with pytest.raises(UsageError, match="too large"):
        solve_routes(on_a_line(0, stops=[stop], duties=[duty]), seed=0)


def test_more_crews_never_lower_the_best_prize_or_the_bound() -> None:
    for seed in range(6):
        two = drawn(np.random.default_rng(seed), stops=6, crews=2, rest=False)
        one = replace(two, duties=two.duties[:1])
        assert best_prize(one) <= best_prize(two)
        assert prize_bound(one) <= prize_bound(two) + 1e-9


def test_the_bound_counts_a_stop_in_part_when_time_runs_out() -> None:
    # Each visit needs 10 and no way; 25 minutes hold two and a half of 8, 6, 4.
    stops = [Stop(point=0, opens=0, closes=99, service=10, prize=p) for p in (6, 8, 4)]
    duty = Duty(base=0, opens=0, closes=100, limit=25)
    assert prize_bound(on_a_line(0, stops=stops, duties=[duty])) == 8 + 6 + 2


def test_an_effort_grows_with_the_stops_up_to_its_most() -> None:
    effort = Effort(least=10, each=5, most=40)
    assert [effort.iterations(n) for n in (0, 2, 100)] == [10, 20, 40]
    with pytest.raises(UsageError):
        Effort(least=0)


def test_nonsense_is_refused() -> None:
    with pytest.raises(BadInputError, match="never"):
        Stop(point=0, opens=5, closes=4, service=1)
    with pytest.raises(BadInputError):
        Duty(base=0, opens=0, closes=100, limit=0)
    with pytest.raises(BadInputError):
        Refreshment(point=0, opens=5, closes=4, length=10)
    with pytest.raises(UsageError, match="do not fit"):
        on_a_line(0, stops=[Stop(point=3, opens=0, closes=1, service=1)], duties=[])


def test_what_the_solver_returns_is_verified() -> None:
    problem = drawn(np.random.default_rng(3), stops=15, crews=3, rest=True)
    check_routes(problem, solve_routes(problem, seed=1).routes)
