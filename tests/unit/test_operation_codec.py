"""Plans, locks and unit events come back from JSON as they went, and nothing else is read."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from rightplace.errors import BadInputError
from rightplace.evaluate.operations.codec import (
    event_from_json,
    event_to_json,
    lock_from_json,
    lock_to_json,
    plan_from_json,
    plan_to_json,
)
from rightplace.evaluate.operations.plan import LockedPlan
from rightplace.evaluate.operations.units import (
    Ended,
    Formed,
    Merged,
    Part,
    Renamed,
    Split,
    UnitEvent,
)
from tests.unit.test_operation_plan import PLAN

ON = date(2019, 1, 1)
LOCK = LockedPlan(
    plan=PLAN,
    sha256=PLAN.sha256,
    locked_at=datetime(2018, 6, 20, 12, 30, 1, 20, tzinfo=UTC),
    locked_by="A Analyst",
    results_held_to=date(2018, 5, 31),
)


def test_a_plan_and_its_lock_come_back_with_their_digest() -> None:
    assert plan_from_json(plan_to_json(PLAN)) == PLAN
    assert plan_from_json(plan_to_json(PLAN)).sha256 == PLAN.sha256
    assert lock_from_json(lock_to_json(LOCK)) == LOCK


def test_whole_minutes_and_minutes_with_a_point_are_one_plan() -> None:
    whole = replace(PLAN, delivery=replace(PLAN.delivery, patrol_minutes=600, cost_pounds=5))
    assert plan_from_json(plan_to_json(whole)).id == whole.id
    point = replace(PLAN, delivery=replace(PLAN.delivery, patrol_minutes=600.0, cost_pounds=5.0))
    assert point.id == whole.id


@pytest.mark.parametrize(
    "event",
    [
        Formed(on=ON, unit_id="a", name="A & <b>"),
        Renamed(on=ON, unit_id="a", name="Équipe"),
        Merged(on=ON, units=("a", "b"), into="c", name="C"),
        Split(on=ON, unit_id="a", parts=(Part(unit_id="b", name="B"),), goes_on=True),
        Ended(on=ON, unit_id="a"),
    ],
)
def test_an_event_of_a_unit_comes_back(event: UnitEvent) -> None:
    assert event_from_json(event_to_json(event)) == event


def changed(path: str, value: object) -> str:
    content: dict[str, Any] = json.loads(plan_to_json(PLAN))
    *within, last = path.split(".")
    part = content
    for name in within:
        part = part[name]
    part[last] = value
    return json.dumps(content)


@pytest.mark.parametrize(
    ("path", "value", "why"),
    [
        ("surprise", 1, "unknown key 'surprise'"),
        ("where.surprise", 1, r"unknown key 'where\.surprise'"),
        ("title", "A\u202eB", "title has characters"),
        ("where.treated", ["a\nb"], r"where\.treated\.0 has characters"),
        ("judged.level", "0.95", r"judged\.level is '0\.95'"),
        ("when.starts", "2018-13-01", r"when\.starts is '2018-13-01'"),
        ("when.starts", "2019-12-01", "The windows run"),
        ("judged.design", "guess", r"judged\.design is 'guess'"),
    ],
)
def test_what_is_not_a_plan_is_refused_by_name(path: str, value: object, why: str) -> None:
    with pytest.raises(BadInputError, match=why):
        plan_from_json(changed(path, value))


def test_all_faults_are_named_at_once() -> None:
    content = json.loads(changed("when.starts", "soon"))
    del content["elsewhere"]
    content["title"] = "\u0007"
    with pytest.raises(BadInputError) as caught:
        plan_from_json(json.dumps(content))
    assert all(name in str(caught.value) for name in ("when.starts", "elsewhere", "title"))


@pytest.mark.parametrize("content", ["", "[]", '{"a":1,"a":2}', '{"title": "\\ud800"}', "nul"])
def test_what_is_no_object_is_refused(content: str) -> None:
    with pytest.raises(BadInputError):
        plan_from_json(content)


def test_a_locked_plan_altered_on_its_way_is_refused() -> None:
    content = json.loads(lock_to_json(LOCK))
    content["plan"]["judged"]["smallest_change"] = -0.2
    with pytest.raises(BadInputError, match="not the one that was locked"):
        lock_from_json(json.dumps(content))
