"""Laws of the register and of units that hold for every sequence of entries and events."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rightplace.app.evaluation.register import read_register
from rightplace.app.evaluation.register.kept import register_path, tell
from rightplace.app.workspace import Workspace
from rightplace.errors import BadInputError, NotHeldError, RefusedError
from rightplace.evaluate.operations.entries import (
    Content,
    Ended,
    Locked,
    Registered,
    ResultNoted,
    Started,
    UnitTold,
    Withdrawn,
)
from rightplace.evaluate.operations.operation import Standing
from rightplace.evaluate.operations.register import Register, folded, folded_lines
from rightplace.evaluate.operations.unit_history import UnitHistory
from rightplace.evaluate.operations.units import (
    Ended as UnitEnded,
)
from rightplace.evaluate.operations.units import (
    Formed,
    Merged,
    Part,
    Renamed,
    Split,
    UnitEvent,
)
from tests.unit.test_operation_plan import PLAN

if TYPE_CHECKING:
    from rightplace.evaluate.operations.plan import OperationPlan

START = datetime(2018, 6, 1, 12, tzinfo=UTC)
UNIT = UnitTold(event=Formed(on=date(2018, 1, 1), unit_id=PLAN.unit_id, name="Taskforce"))
SECOND = replace(PLAN, title="Second", supersedes=PLAN.id, because="One closed.")
THIRD = replace(PLAN, title="Third")
PLANS = (PLAN, SECOND, THIRD)
days = st.dates(min_value=date(2018, 6, 1), max_value=date(2018, 12, 31))


def content_of(plan: OperationPlan, kind: str, on: date, at: datetime) -> Content:
    digest, run = plan.sha256, f"e-{on.toordinal():012x}"
    made: dict[str, Content] = {
        "registered": Registered(plan=plan),
        "locked": Locked(
            op_id=plan.id, sha256=digest, locked_at=at, locked_by="x", results_held_to=on
        ),
        "withdrawn": Withdrawn(op_id=plan.id, because="No officers."),
        "started": Started(op_id=plan.id, on=on),
        "ended": Ended(op_id=plan.id, on=on, because="Moved."),
        "result": ResultNoted(op_id=plan.id, run_id=run, verdict="None.", plan_sha256=digest),
    }
    return made[kind]


KINDS = ("registered", "locked", "withdrawn", "started", "ended", "result")
tries = st.lists(
    st.tuples(st.sampled_from(PLANS), st.sampled_from(KINDS), days, st.integers(0, 30)),
    max_size=30,
)


def told(asked: list[tuple[OperationPlan, str, date, int]]) -> Register:
    """Return the register after telling it what it takes of a list; the rest is refused."""
    register, at = Register().told(UNIT, at=START, by="x"), START
    for plan, kind, on, later in asked:
        at += timedelta(days=later)
        try:
            register = register.told(content_of(plan, kind, on, at), at=at, by="x")
        except (RefusedError, NotHeldError):
            continue
    return register


@settings(deadline=None)
@given(tries)
def test_lawful_entries_fold_to_one_state_however_they_are_read(
    asked: list[tuple[OperationPlan, str, date, int]],
) -> None:
    register = told(asked)
    assert folded(register.entries) == register
    assert folded_lines([entry.line for entry in register.entries]) == register


@settings(deadline=None)
@given(tries, days)
def test_every_locked_plan_is_judged_overdue_under_way_or_was_dropped_before_it_began(
    asked: list[tuple[OperationPlan, str, date, int]], on: date
) -> None:
    register = told(asked)
    for op_id, operation in register.operations.items():
        if operation.lock is None:
            continue
        if operation.withdrawn_at is not None:
            assert operation.withdrawn_at.date() < operation.plan.when.starts
        if operation.standing(on) is Standing.SUPERSEDED:
            assert operation.superseded_on is not None
            assert operation.superseded_on < operation.plan.when.starts
        is_over = operation.owes_result and on > operation.finishes and not operation.is_judged
        assert (op_id in register.overdue(on)) == is_over


@settings(deadline=None)
@given(tries, st.data())
def test_an_entry_taken_out_of_the_chain_is_found(
    asked: list[tuple[OperationPlan, str, date, int]], data: st.DataObject
) -> None:
    lines = [entry.line for entry in told(asked).entries]
    if len(lines) > 1:
        gone = data.draw(st.integers(0, len(lines) - 2))
        with pytest.raises(BadInputError):
            folded_lines([*lines[:gone], *lines[gone + 1 :]])


@cache
def whole() -> tuple[bytes, bytes]:
    """Return the files of a register with seven entries."""
    with tempfile.TemporaryDirectory() as folder:
        workspace, at = Workspace(root=Path(folder)), START
        tell(workspace, lambda _: [UNIT], at=at, by="Ö O'Neil")
        for kind in ("registered", "locked", "started", "ended", "result"):
            at += timedelta(days=30)
            content = content_of(PLAN, kind, at.date(), at)
            tell(workspace, lambda _, c=content: [c], at=at, by="x")  # type: ignore[misc]  # a default binds the loop's value
        path = register_path(workspace)
        return path.read_bytes(), path.with_name("register.head").read_bytes()


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_byte_altered_anywhere_in_the_register_is_found(data: st.DataObject) -> None:
    content, head = whole()
    place = data.draw(st.integers(0, len(content) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda b: b != content[place]))
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace(root=Path(folder))
        path = register_path(workspace)
        path.parent.mkdir()
        path.with_name("register.head").write_bytes(head)
        path.write_bytes(content[:place] + bytes([byte]) + content[place + 1 :])
        with pytest.raises(BadInputError):
            read_register(workspace)


unit_ids = st.sampled_from("abcdef")
unit_days = st.dates(min_value=date(2018, 1, 1), max_value=date(2018, 1, 20))
unit_events: st.SearchStrategy[UnitEvent] = st.one_of(
    st.builds(Formed, on=unit_days, unit_id=unit_ids, name=st.sampled_from("ABCDEFGH")),
    st.builds(Renamed, on=unit_days, unit_id=unit_ids, name=st.sampled_from("ABCDEFGH")),
    st.builds(UnitEnded, on=unit_days, unit_id=unit_ids),
    st.builds(
        lambda on, pair: Merged(on=on, units=(pair[0],), into=pair[1]),
        unit_days,
        st.permutations("abcdef"),
    ),
    st.builds(
        lambda on, pair, name: Split(
            on=on, unit_id=pair[0], parts=(Part(unit_id=pair[1], name=name),), goes_on=True
        ),
        unit_days,
        st.permutations("abcdef"),
        st.sampled_from("ABCDEFGH"),
    ),
)


@settings(deadline=None)
@given(st.lists(unit_events, max_size=40), unit_days)
def test_what_came_of_a_unit_is_what_the_others_are_made_of(
    events: list[UnitEvent], on: date
) -> None:
    history = UnitHistory()
    for event in events:
        try:
            history = history.plus([event])
        except BadInputError:
            continue
    before = date(2017, 12, 31)
    for unit in history.names:
        heirs = history.came_of(unit, worked_on=before, by=on)
        assert unit not in heirs
        for other in history.names:
            assert (other in heirs) == (unit in history.made_of(other, on))
    called = [history.name_of(unit, on) for unit in history.standing(on)]
    assert len(set(called)) == len(called)
    for unit in history.standing(on):
        assert history.unit_named(history.name_of(unit, on), on) == unit
