"""A registered plan names its places once, and a locked one can no longer be another."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from rightplace.errors import BadInputError
from rightplace.evaluate.designs.finding import Design
from rightplace.evaluate.operations.plan import (
    ChosenBy,
    Delivery,
    Judged,
    LockedPlan,
    OperationPlan,
    Outcome,
    Step,
    When,
    Where,
)

PLAN = OperationPlan(
    title="Operation Lantern",
    unit_id="violence-taskforce",
    question="Do visits to the six squares lower recorded robbery there?",
    where=Where(area_id="area-000000000001", treated=("a", "b"), control=("c", "d")),
    when=When(
        before_from=date(2018, 1, 1),
        starts=date(2018, 7, 1),
        ends=date(2018, 9, 30),
        step=Step.MONTH,
    ),
    outcome=Outcome(classes=("robbery",), words="Robbery, recorded"),
    judged=Judged(design=Design.DIFFERENCE, smallest_change=-0.1),
    delivery=Delivery(tactics=("visits of 15 minutes",)),
    chosen_by=ChosenBy.HIGH_COUNTS,
    chosen_because="They had the most robberies in the year before.",
    elsewhere="none known",
)
LOCKED_AT = datetime(2018, 6, 20, 12, tzinfo=UTC)


def test_the_id_follows_from_the_content_alone() -> None:
    assert PLAN.id == replace(PLAN).id
    assert PLAN.id != replace(PLAN, title="Operation Lantern 2").id


@pytest.mark.parametrize("part", ["control", "ring", "ring_control"])
def test_a_cell_in_two_parts_is_refused_by_name(part: str) -> None:
    change: dict[str, Any] = {"control": (), part: ("b",)}
    with pytest.raises(BadInputError, match=f"Cell b stands in treated and in {part}"):
        replace(PLAN.where, **change)


def test_a_design_that_compares_needs_control_cells() -> None:
    with pytest.raises(BadInputError, match="needs control cells"):
        replace(PLAN, where=replace(PLAN.where, control=()))


def test_slips_of_the_pen_are_refused_and_no_message_repeats_a_long_one() -> None:
    with pytest.raises(BadInputError, match="together they have 30 years at most"):
        replace(PLAN.when, before_from=date(1, 1, 1))
    first, last = date(9998, 1, 1), date(9999, 12, 31)  # no day comes after it
    for before_from in (PLAN.when.before_from, first):
        with pytest.raises(BadInputError, match="together they have 30 years at most"):
            replace(PLAN.when, before_from=before_from, starts=last, ends=last)
    with pytest.raises(BadInputError, match="looks from 1 to 1,000"):
        replace(PLAN.judged, looks=10**21)
    with pytest.raises(BadInputError, match="cost_pounds"):
        replace(PLAN.delivery, cost_pounds=1e308)
    with pytest.raises(BadInputError) as told:
        replace(PLAN, title="A" * 10_000)
    assert len(told.value.fault.message) < 300


def test_a_plan_that_takes_the_place_of_another_says_why() -> None:
    with pytest.raises(BadInputError, match="supersedes and because"):
        replace(PLAN, supersedes="op-000000000001")


def test_a_locked_plan_that_was_altered_is_refused() -> None:
    lock = LockedPlan(
        plan=PLAN,
        sha256=PLAN.sha256,
        locked_at=LOCKED_AT,
        locked_by="A Analyst",
        results_held_to=None,
    )
    with pytest.raises(BadInputError, match="not the one that was locked"):
        replace(lock, plan=replace(PLAN, title="Another"))


@pytest.mark.parametrize(
    ("held_to", "seen"),
    [(None, False), (date(2018, 6, 30), False), (date(2018, 7, 1), True)],
)
def test_results_could_be_seen_once_records_of_its_time_are_held(
    *, held_to: date | None, seen: bool
) -> None:
    lock = LockedPlan(
        plan=PLAN,
        sha256=PLAN.sha256,
        locked_at=LOCKED_AT,
        locked_by="A Analyst",
        results_held_to=held_to,
    )
    assert lock.results_could_be_seen is seen


@pytest.mark.parametrize(
    ("locked_at", "late"),
    [
        ("2018-06-30T22:59:00+00:00", False),  # 23:59 in London, whose summer is an hour ahead
        ("2018-06-30T23:00:00+00:00", True),
        ("2018-06-30T18:30:00-05:00", True),  # half past midnight in London
        ("2018-07-01T00:30:00+02:00", False),  # half past eleven the evening before
    ],
)
def test_a_plan_is_locked_late_by_the_day_in_london_whatever_offset_the_lock_has(
    locked_at: str, *, late: bool
) -> None:
    lock = LockedPlan(
        plan=PLAN,
        sha256=PLAN.sha256,
        locked_at=datetime.fromisoformat(locked_at),
        locked_by="A Analyst",
        results_held_to=None,
    )
    assert PLAN.when.starts == date(2018, 7, 1)
    assert lock.locked_after_start is late
