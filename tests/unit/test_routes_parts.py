"""Schedules, their verifier, repeats, breaks, the repeat-time index and variation of routes."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest

from rightplace.deploy.routes import (
    BreakTable,
    Duty,
    Effort,
    Refreshment,
    Stop,
    Variety,
    check_routes,
    repeat_time_index,
    repeat_windows,
    route_faults,
    solve_routes,
    varied,
)
from rightplace.deploy.routes.regularity import Begun
from rightplace.deploy.routes.schedule import latest_leave, leaving_window, route_of
from rightplace.deploy.routes.verifier import RouteFaultError
from rightplace.errors import BadInputError, UsageError
from tests.route_worlds import drawn, on_a_line

if TYPE_CHECKING:
    from rightplace.deploy.routes import Route

DUTY = Duty(
    base=0,
    opens=0,
    closes=200,
    limit=120,
    refreshment=Refreshment(point=0, opens=40, closes=100, length=20),
)
STOPS = [
    Stop(point=1, opens=10, closes=50, service=15, prize=1, spacing=30, group=0),
    Stop(point=1, opens=60, closes=150, service=15, prize=1, spacing=30, group=0),
    Stop(point=2, opens=0, closes=185, service=15, prize=2),
]
WORLD = on_a_line(0, 5, 20, stops=STOPS, duties=[DUTY])
# Base to the place at 5 (arrive 10, stay to 25), to the base (30), break from 40 to 60, to the
# place at 5 again (65 to 80), to the place at 20 (95 to 110), back at 130.
ROUND = route_of(WORLD, 0, [0, None, 1, 2], 5)


def test_a_round_is_timed_as_by_hand() -> None:
    times = [(e.arrives, e.starts, e.ends) for e in ROUND.events]
    assert times == [(10, 10, 25), (30, 40, 60), (65, 65, 80), (95, 95, 110)]
    assert (ROUND.leaves, ROUND.returns) == (5, 130)


def test_a_crew_may_leave_as_late_as_its_windows_allow() -> None:
    # The first stop closes at 50, so it leaves by 45: break at 70, 95, 125, back at 160.
    assert latest_leave(WORLD, 0, [0, None, 1, 2]) == 45
    # Leaving from 15 on it never waits: 115 in all. Before, it waits for the break.
    assert leaving_window(WORLD, 0, [0, None, 1, 2]) == (15, 45)


def test_an_order_that_breaks_a_window_or_the_limit_has_no_moment_to_leave() -> None:
    assert leaving_window(WORLD, 0, [2, None, 1, 0]) is None
    short = replace(WORLD, duties=(replace(DUTY, limit=114),))
    assert leaving_window(short, 0, [0, None, 1, 2]) is None


def test_an_order_in_which_a_late_opening_makes_the_next_too_late_cannot_be_made() -> None:
    # The break opens at 40 and lasts 20; the first stop closes at 50. Leaving sooner helps nobody.
    assert latest_leave(WORLD, 0, [None, 0, 1, 2]) == 25
    assert leaving_window(WORLD, 0, [None, 0, 1, 2]) is None


def test_a_break_is_asked_of_a_crew_that_has_none() -> None:
    bare = replace(WORLD, duties=(replace(DUTY, refreshment=None),))
    with pytest.raises(UsageError, match="no break"):
        route_of(bare, 0, [None], 0)


def test_a_round_that_holds_has_no_fault() -> None:
    assert route_faults(WORLD, [route_of(WORLD, 0, [0, None, 1, 2], 15)]) == ()


GOOD = route_of(WORLD, 0, [0, None, 1, 2], 15)
FIRST, REST, AGAIN, LAST = GOOD.events


@pytest.mark.parametrize(
    ("routes", "fault"),
    [
        ([GOOD, GOOD], "crew 0 goes 2 times"),
        ([GOOD, GOOD], "stop 0 is made 2 times"),
        ([ROUND], "out for 125; its limit is 120"),
        ([replace(GOOD, leaves=-1)], "beyond its duty"),
        ([replace(GOOD, leaves=16)], "reaches point 1 too fast"),
        ([replace(GOOD, returns=GOOD.returns - 1)], "back too fast"),
        ([replace(GOOD, events=(FIRST, AGAIN, LAST))], "takes 0 breaks"),
        ([replace(GOOD, events=(FIRST, REST, REST, AGAIN, LAST))], "takes 2 breaks"),
        ([replace(GOOD, events=(FIRST, REST, AGAIN, replace(LAST, ends=LAST.ends - 1)))], "spends"),
        ([replace(GOOD, events=(FIRST, replace(REST, starts=39), AGAIN, LAST))], "begins the brea"),
        ([replace(GOOD, events=(FIRST, REST, AGAIN, replace(LAST, point=1)))], "at point 1, not 2"),
        ([replace(GOOD, events=(FIRST, REST, replace(AGAIN, starts=54), LAST))], "begins stop 1"),
    ],
)
def test_each_fault_of_a_round_is_found(routes: list[Route], fault: str) -> None:
    assert any(fault in found for found in route_faults(WORLD, routes))


def test_repeats_too_near_each_other_are_found() -> None:
    tight = replace(WORLD, stops=tuple(replace(s, spacing=31) for s in STOPS))
    assert route_faults(tight, [GOOD]) == ("stops 0 and 1 lie 30 apart, not 31",)


def test_a_required_stop_left_out_and_too_much_load_are_found() -> None:
    must = replace(
        WORLD, stops=(*STOPS, Stop(point=2, opens=0, closes=9, service=1, required=True))
    )
    assert "stop 3 is required and missing" in route_faults(must, [GOOD])
    full = replace(
        WORLD,
        stops=tuple(replace(s, load=1) for s in STOPS),
        duties=(replace(DUTY, room=2),),
    )
    assert "crew 0 takes on 3; it has room for 2" in route_faults(full, [GOOD])


def test_a_route_that_cannot_be_made_is_never_returned() -> None:
    with pytest.raises(RouteFaultError, match="its limit is 120"):
        check_routes(WORLD, [ROUND])


def test_repeats_share_a_slot_in_parts_that_lie_apart() -> None:
    # 480 minutes, two visits of 15, an hour between: (480 + 60) / 2 = 270 for part and gap.
    assert repeat_windows(0, 480, service=15, times=2, spacing=60) == ((0, 195), (270, 465))
    assert repeat_windows(100, 580, service=15, times=1, spacing=60) == ((100, 565),)


def test_repeats_that_find_no_room_are_left_out() -> None:
    assert len(repeat_windows(0, 100, service=15, times=3, spacing=60)) == 2
    assert repeat_windows(0, 89, service=15, times=2, spacing=60) == ((0, 74),)
    assert repeat_windows(0, 14, service=15, times=1, spacing=60) == ()


@pytest.mark.parametrize("times", range(1, 6))
@pytest.mark.parametrize("spacing", [0, 7, 60])
def test_however_repeats_fall_in_their_parts_they_are_spaced(times: int, spacing: int) -> None:
    windows = repeat_windows(3, 403, service=15, times=times, spacing=spacing)
    assert all(opens <= closes for opens, closes in windows)
    assert windows[0][0] >= 3
    assert windows[-1][1] + 15 <= 403
    for (_, closes), (opens, _) in pairwise(windows):
        assert opens - (closes + 15) >= spacing


TABLE = BreakTable.read(
    "0:30, 6:35, 7:40, 8:45, 9:50, 10:60",
    on_round_minutes=240,
    earliest_share=0.35,
    latest_share=0.65,
)


@pytest.mark.parametrize(
    ("hours", "minutes"),
    [(5, 30), (6, 35), (6.9, 35), (7, 40), (8, 45), (9.99, 50), (10, 60), (12, 60)],
)
def test_breaks_follow_the_length_of_the_duty(hours: float, minutes: int) -> None:
    # DOMAIN 6.3.13.
    assert TABLE.minutes(hours * 60) == minutes


@pytest.mark.parametrize("text", ["", "6:35", "0:30,0:40", "0-30", "0:x", "0:-5"])
def test_a_table_of_breaks_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(BadInputError, match="table of breaks"):
        BreakTable.read(text, on_round_minutes=240, earliest_share=0.3, latest_share=0.6)
    with pytest.raises(BadInputError, match="share"):
        replace(TABLE, earliest_share=0.9)


def begun(day: int, minute: float, place: str = "a", shift: str = "late") -> Begun:
    return Begun(place=place, shift=shift, day=day, minute=minute)


def test_the_index_is_the_share_of_pairs_on_two_days_that_begin_alike() -> None:
    # Pairs over days: (10, 20) alike, (10, 100) and (20, 100) not; same day and others never.
    visits = [begun(1, 10), begun(2, 20), begun(3, 100), begun(1, 12, "b"), begun(1, 12, "b")]
    assert repeat_time_index(visits, within_minutes=15) == pytest.approx(1 / 3)
    assert repeat_time_index(visits, within_minutes=10) == 0
    assert repeat_time_index([begun(1, 5), begun(2, 5, shift="early")], within_minutes=15) is None
    assert repeat_time_index([begun(1, 5), begun(2, 5)], within_minutes=15) == 1
    with pytest.raises(UsageError):
        repeat_time_index(visits, within_minutes=0)


@pytest.mark.parametrize("seed", range(6))
def test_varied_routes_are_near_equal_and_the_same_for_a_seed(seed: int) -> None:
    problem = drawn(np.random.default_rng(seed), stops=14, crews=3, rest=True)
    effort = Effort(least=300)
    best = solve_routes(problem, seed=0, effort=effort)
    variety = Variety(prize_share=0.1, travel_share=0.2, tries=2)
    one, again = (
        varied(problem, best, variety=variety, rng=np.random.default_rng(9), effort=effort)
        for _ in range(2)
    )
    assert one == again
    assert one.prize >= 0.9 * best.prize
    assert one.travel <= 1.2 * best.travel
    assert route_faults(problem, one.routes) == ()


def test_days_differ_in_order_and_minute_although_the_problem_is_the_same() -> None:
    stops = [Stop(point=i, opens=0, closes=465, service=15, prize=10) for i in (1, 2, 3)]
    problem = on_a_line(
        0, 10, 20, 30, stops=stops, duties=[Duty(base=0, opens=0, closes=480, limit=120)]
    )
    best = solve_routes(problem, seed=0)
    days = [
        varied(problem, best, variety=Variety(), rng=np.random.default_rng(day), effort=Effort())
        for day in range(20)
    ]
    assert {plan.prize for plan in days} == {30}
    assert len({plan.routes[0].leaves for plan in days}) > 15
    assert len({plan.routes[0].stops for plan in days}) > 1


def test_without_any_share_only_equals_are_drawn() -> None:
    problem = drawn(np.random.default_rng(2), stops=10, crews=2, rest=False)
    best = solve_routes(problem, seed=0)
    none = Variety(prize_share=0, travel_share=0, tries=2)
    found = varied(problem, best, variety=none, rng=np.random.default_rng(0), effort=Effort())
    assert (found.prize, found.travel) == (best.prize, best.travel)
    with pytest.raises(UsageError):
        Variety(prize_share=1)
