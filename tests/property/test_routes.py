"""Laws of routes: when a crew may leave, and what is always true of routes that are returned."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from rightplace.deploy.routes import (
    Duty,
    Effort,
    Refreshment,
    RouteProblem,
    Stop,
    Variety,
    prize_bound,
    repeat_windows,
    route_faults,
    solve_routes,
    varied,
)
from rightplace.deploy.routes.schedule import leaving_window, route_of
from tests.route_worlds import drawn, on_a_line

small = st.integers(0, 25)


@st.composite
def one_crew(draw: st.DrawFn) -> RouteProblem:
    """Return two or three stops and perhaps a break on a line, in a duty of 60."""
    count = draw(st.integers(2, 3))
    stops = []
    for point in range(1, count + 1):
        opens = draw(st.integers(0, 40))
        closes = opens + draw(st.integers(0, 30))
        stops.append(Stop(point=point, opens=opens, closes=closes, service=draw(st.integers(0, 9))))
    rest = None
    if draw(st.booleans()):
        opens = draw(st.integers(10, 30))
        rest = Refreshment(point=0, opens=opens, closes=opens + draw(small), length=5)
    duty = Duty(base=0, opens=draw(small), closes=60, limit=draw(st.integers(15, 60)))
    places = [0, *(draw(st.integers(0, 10)) for _ in range(count))]
    return on_a_line(*places, stops=stops, duties=[replace(duty, refreshment=rest)])


@given(one_crew(), st.randoms(use_true_random=False))
@settings(max_examples=200, deadline=None)
def test_a_crew_may_leave_exactly_when_trying_every_moment_says_so(
    problem: RouteProblem, chance: object
) -> None:
    order: list[int | None] = [*range(len(problem.stops))]
    if problem.duties[0].refreshment is not None:
        order.append(None)
    chance.shuffle(order)  # type: ignore[attr-defined] # Hypothesis hands over a Random
    tried = {t: route_of(problem, 0, order, t) for t in range(problem.duties[0].opens, 61)}
    whole = {t: r for t, r in tried.items() if not route_faults(problem, [r])}
    window = leaving_window(problem, 0, order)
    if not whole:
        assert window is None
        return
    shortest = min(r.returns - r.leaves for r in whole.values())
    best = [t for t, r in whole.items() if r.returns - r.leaves == shortest]
    assert window == (min(best), max(best))


@given(st.integers(0, 10**6), st.booleans())
@settings(max_examples=15, deadline=None)
def test_routes_hold_collect_no_more_than_the_bound_and_stay_near_equal(
    seed: int,
    rest: bool,  # noqa: FBT001 - drawn
) -> None:
    problem = drawn(np.random.default_rng(seed), stops=8, crews=2, rest=rest)
    effort, variety = Effort(), Variety(prize_share=0.05, travel_share=0.1, tries=1)
    best = solve_routes(problem, seed=0, effort=effort)
    other = varied(problem, best, variety=variety, rng=np.random.default_rng(seed), effort=effort)
    for plan in (best, other):
        assert route_faults(problem, plan.routes) == ()
        assert plan.prize <= prize_bound(problem) + 1e-6
        made = {stop for route in plan.routes for stop in route.stops}
        assert made.isdisjoint(plan.dropped)
        assert len(made) + len(plan.dropped) == len(problem.stops)
    assert other.prize >= 0.95 * best.prize
    assert other.travel <= 1.1 * best.travel


@given(st.integers(1, 600), st.integers(1, 40), st.integers(0, 6), st.integers(0, 120))
def test_repeats_are_as_many_as_can_be_and_spaced(
    room: int, service: int, times: int, spacing: int
) -> None:
    windows = repeat_windows(0, room, service=service, times=times, spacing=spacing)
    assert len(windows) == min(times, (room + spacing) // (service + spacing))
    for opens, closes in windows:
        assert 0 <= opens <= closes <= room - service
    for (_, before), (after, _) in pairwise(windows):
        assert after - (before + service) >= spacing
