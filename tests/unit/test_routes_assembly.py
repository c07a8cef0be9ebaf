"""A plan's visits and crews in one slot become a problem, and its routes become visits again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from rightplace.deploy import Crew
from rightplace.deploy.routes import BreakTable, solve_routes
from rightplace.deploy.routes.assembly import (
    RoundRules,
    SlotRounds,
    Task,
    Team,
    slot_rounds,
    tasks_in_time,
)
from rightplace.deploy.routes.problem import plan_of
from rightplace.deploy.routes.schedule import route_of
from rightplace.errors import BadInputError, UsageError

START = datetime(2018, 7, 2, 14, tzinfo=UTC)
RULES = RoundRules(
    spacing_minutes=60,
    breaks=BreakTable.read(
        "0:30,6:35,7:40,8:45", on_round_minutes=240, earliest_share=0.25, latest_share=0.75
    ),
)
# Two places and a base, a minute and a half from each other.
SECONDS = np.where(np.eye(3, dtype=bool), 0.0, 89.5)


def crew(minutes: float, *, hours: float = 8) -> Crew:
    return Crew(
        crew_id="C1",
        borough="Camden",
        slot_start=START,
        slot_end=START + timedelta(hours=hours),
        minutes=minutes,
        officers=2,
        specialist=False,
        base_lon=0.0,
        base_lat=51.5,
    )


def task(number: int, cell: str, prize: float, minutes: int = 15) -> Task:
    return Task(
        visit_id=f"v-{number}",
        cell_id=cell,
        point="ab".index(cell),
        minutes=minutes,
        prize=prize,
    )


def rounds(*tasks: Task, minutes: float = 100, hours: float = 8) -> SlotRounds:
    return slot_rounds(
        tasks,
        Team(crews=(crew(minutes, hours=hours),), bases=(2,)),
        seconds=SECONDS,
        slot=(START, START + timedelta(hours=hours)),
        rules=RULES,
    )


def test_a_short_round_leaves_its_break_beside_it() -> None:
    (duty,) = rounds(task(1, "a", 1.0)).problem.duties
    assert (duty.refreshment, duty.limit) == (None, 100 * 60)


def test_a_long_round_holds_its_break_on_top_of_the_crews_minutes() -> None:
    # 8 hours: 45 minutes, beginning between 2 and 6 hours; 300 and 45 make 345.
    (duty,) = rounds(task(1, "a", 1.0), minutes=300).problem.duties
    assert duty.limit == 345 * 60
    assert duty.refreshment is not None
    rest = duty.refreshment
    assert (rest.point, rest.length, rest.opens, rest.closes) == (2, 2700, 7200, 21600)


def test_minutes_that_leave_no_room_for_a_break_are_cut_by_it() -> None:
    # All 480 minutes were offered: the break comes out of them.
    (duty,) = rounds(task(1, "a", 1.0), minutes=480).problem.duties
    assert duty.limit == 480 * 60
    # A duty of four hours with 230 minutes: 30 of break leave 210.
    (short,) = rounds(task(1, "a", 1.0), minutes=230, hours=4).problem.duties
    assert (short.refreshment, short.limit) == (None, 210 * 60)


def test_prizes_are_scaled_to_the_largest_and_none_is_worth_nothing() -> None:
    found = rounds(task(1, "a", 0.004), task(2, "b", 0.002), task(3, "b", 0.0))
    assert [stop.prize for stop in found.problem.stops] == [10_000, 5_000, 1]
    assert [stop.prize for stop in rounds(task(1, "a", 0.0)).problem.stops] == [1]


def test_travel_is_rounded_up_to_whole_seconds() -> None:
    assert rounds(task(1, "a", 1.0)).problem.travel[0, 1] == 90


def test_repeats_have_parts_of_the_slot_the_most_worth_first() -> None:
    found = rounds(task(1, "a", 1.0), task(2, "a", 3.0))
    assert [t.visit_id for t in found.tasks] == ["v-2", "v-1"]
    windows = [(stop.opens, stop.closes) for stop in found.problem.stops]
    assert windows == [(0, 195 * 60), (270 * 60, 465 * 60)]
    assert {stop.group for stop in found.problem.stops} == {0}


def test_repeats_without_room_are_named() -> None:
    found = rounds(*(task(n, "a", float(n)) for n in range(1, 9)))
    # (480 + 60) / (15 + 60) = 7.2: seven fit, the least worth does not.
    assert [t.visit_id for t in found.unspaced] == ["v-1"]


def test_a_place_seen_once_counts_as_its_first_visit() -> None:
    found = rounds(task(1, "a", 3.0), task(2, "a", 1.0))
    second_only = plan_of(found.problem, (route_of(found.problem, 0, [1], 270 * 60),))
    assert {s: t.visit_id for s, t in tasks_in_time(found, second_only).items()} == {1: "v-1"}


def test_a_visit_longer_than_its_slot_is_refused() -> None:
    with pytest.raises(BadInputError, match=r"v-1 takes 300 minutes; its slot has 240"):
        rounds(task(1, "a", 1.0, minutes=300), hours=4)


def test_nonsense_is_refused() -> None:
    with pytest.raises(BadInputError, match="v-1"):
        task(1, "a", float("nan"))
    with pytest.raises(BadInputError, match="v-1"):
        task(1, "a", 1.0, minutes=0)
    with pytest.raises(UsageError, match="bases"):
        Team(crews=(crew(10),), bases=())


def test_a_whole_slot_is_routed_from_end_to_end() -> None:
    found = rounds(task(1, "a", 3.0), task(2, "b", 1.0), minutes=40)
    plan = solve_routes(found.problem, seed=0)
    # Two visits of 15 minutes and three ways of a minute and a half fit into 40.
    assert len(plan.routes) == 1
    assert plan.routes[0].returns - plan.routes[0].leaves == 2 * 900 + 3 * 90
    assert set(tasks_in_time(found, plan)) == {0, 1}
