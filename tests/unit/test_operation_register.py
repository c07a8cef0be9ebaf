"""The register: what may be told, what is owed, and that nothing can be taken away."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from rightplace.errors import BadInputError, NotHeldError, RefusedError, RightplaceError
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
from rightplace.evaluate.operations.units import Formed
from tests.unit.test_operation_plan import PLAN

if TYPE_CHECKING:
    from rightplace.evaluate.operations.plan import OperationPlan

BY = "A Analyst"
UNIT = UnitTold(event=Formed(on=date(2018, 1, 1), unit_id=PLAN.unit_id, name="The taskforce"))
CHANGED = replace(PLAN, title="Lantern, five squares", supersedes=PLAN.id, because="One closed.")


def at(month: int, day: int = 1, year: int = 2018) -> datetime:
    return datetime(year, month, day, 12, tzinfo=UTC)


def lock(when: datetime, plan: OperationPlan = PLAN, by: str = BY) -> Locked:
    return Locked(
        op_id=plan.id, sha256=plan.sha256, locked_at=when, locked_by=by, results_held_to=None
    )


def result(run_id: str = "e-000000000001", plan: OperationPlan = PLAN) -> ResultNoted:
    return ResultNoted(
        op_id=plan.id, run_id=run_id, verdict="Cannot be told.", plan_sha256=plan.sha256
    )


def told(*contents: tuple[Content, datetime]) -> Register:
    register = Register()
    for content, when in contents:
        register = register.told(content, at=when, by=BY)
    return register


DRAFT = told((UNIT, at(6, 1)), (Registered(plan=PLAN), at(6, 2)))
LOCKED = DRAFT.told(lock(at(6, 20)), at=at(6, 20), by=BY)


def test_a_draft_cannot_be_judged_and_a_locked_plan_can() -> None:
    with pytest.raises(RefusedError, match="only by a plan that is locked"):
        DRAFT.locked_plan(PLAN.id)
    assert LOCKED.locked_plan(PLAN.id).plan == PLAN
    with pytest.raises(RefusedError, match="only by a plan that is locked"):
        DRAFT.told(result(), at=at(10), by=BY)
    with pytest.raises(NotHeldError, match="No operation 'op-0'"):
        LOCKED.locked_plan("op-0")


def test_a_locked_operation_runs_ends_and_is_overdue_until_a_result_is_noted() -> None:
    operation = LOCKED.operation(PLAN.id)
    assert operation.standing(date(2018, 6, 30)) is Standing.LOCKED
    assert operation.standing(date(2018, 7, 1)) is Standing.RUNNING
    assert operation.standing(date(2018, 9, 30)) is Standing.RUNNING
    assert operation.standing(date(2018, 10, 1)) is Standing.OVERDUE
    assert LOCKED.overdue(date(2018, 10, 1)) == (PLAN.id,)
    judged = LOCKED.told(result(), at=at(10, 5), by=BY)
    assert judged.operation(PLAN.id).standing(date(2018, 10, 5)) is Standing.JUDGED
    assert judged.overdue(date(2018, 10, 5)) == ()


def test_a_look_on_the_way_does_not_pay_the_result_that_is_owed() -> None:
    looked = LOCKED.told(result(), at=at(9, 30), by=BY)
    assert looked.overdue(date(2018, 10, 1)) == (PLAN.id,)
    after = looked.told(result("e-000000000002"), at=at(10, 1), by=BY)
    assert after.overdue(date(2018, 10, 1)) == ()
    longer = Ended(op_id=PLAN.id, on=date(2018, 10, 1), because="A day more was paid for.")
    assert after.told(longer, at=at(10, 2), by=BY).overdue(date(2018, 10, 2)) == (PLAN.id,)


def test_a_plan_is_locked_once_under_ones_own_name_and_time() -> None:
    with pytest.raises(RefusedError, match="is locked since 2018-06-20"):
        LOCKED.told(lock(at(6, 21)), at=at(6, 21), by=BY)
    with pytest.raises(RefusedError, match="dated or signed otherwise"):
        DRAFT.told(lock(at(6, 3)), at=at(6, 20), by=BY)
    with pytest.raises(RefusedError, match="dated or signed otherwise"):
        DRAFT.told(lock(at(6, 20), by="B Other"), at=at(6, 20), by=BY)
    with pytest.raises(BadInputError, match="not the one that was locked"):
        DRAFT.told(replace(lock(at(6, 20)), sha256="0" * 64), at=at(6, 20), by=BY)


def test_a_lock_taken_in_keeps_its_own_time_and_says_when_it_came() -> None:
    theirs = replace(lock(at(6, 10), by="B Other"), taken_in_from="service")
    operation = DRAFT.told(theirs, at=at(6, 20), by=BY).operation(PLAN.id)
    assert operation.lock is not None
    assert (operation.lock.locked_at, operation.lock.locked_by) == (at(6, 10), "B Other")
    assert (operation.taken_in_at, operation.taken_in_from) == (at(6, 20), "service")
    with pytest.raises(RefusedError, match="in time to come"):
        DRAFT.told(replace(theirs, locked_at=at(6, 25)), at=at(6, 20), by=BY)


def test_a_plan_is_withdrawn_before_it_begins_and_stays_to_be_seen() -> None:
    gone = Withdrawn(op_id=PLAN.id, because="No officers.")
    register = LOCKED.told(gone, at=at(6, 30), by=BY)
    assert register.operation(PLAN.id).withdrawn == "No officers."
    assert register.operation(PLAN.id).standing(date(2019, 1, 1)) is Standing.WITHDRAWN
    with pytest.raises(RefusedError, match="was withdrawn"):
        register.locked_plan(PLAN.id)
    with pytest.raises(RefusedError, match="it can be withdrawn no more"):
        LOCKED.told(gone, at=at(7, 1), by=BY)


def test_days_are_told_by_the_clock_at_home_also_in_summer() -> None:
    half_past_midnight = datetime(2018, 6, 30, 23, 30, tzinfo=UTC)  # 1 July, the first day
    gone = Withdrawn(op_id=PLAN.id, because="No officers.")
    with pytest.raises(RefusedError, match="it can be withdrawn no more"):
        LOCKED.told(gone, at=half_past_midnight, by=BY)
    begun = LOCKED.told(Started(op_id=PLAN.id, on=date(2018, 7, 1)), at=half_past_midnight, by=BY)
    assert begun.operation(PLAN.id).started_on == date(2018, 7, 1)
    late = DRAFT.told(lock(half_past_midnight), at=half_past_midnight, by=BY)
    assert late.locked_plan(PLAN.id).locked_after_start
    an_hour_before = datetime(2018, 6, 30, 22, 59, tzinfo=UTC)
    assert (
        not DRAFT.told(lock(an_hour_before), at=an_hour_before, by=BY)
        .locked_plan(PLAN.id)
        .locked_after_start
    )


def test_telling_a_later_start_does_not_open_the_way_out_again() -> None:
    late = LOCKED.told(Started(op_id=PLAN.id, on=date(2018, 7, 9)), at=at(7, 9), by=BY)
    with pytest.raises(RefusedError, match="began on 2018-07-01"):
        late.told(Withdrawn(op_id=PLAN.id, because="x"), at=at(7, 9), by=BY)


def replaced(on: datetime) -> Register:
    before = LOCKED.told(Registered(plan=CHANGED), at=at(6, 21), by=BY)
    return before.told(lock(on, CHANGED), at=on, by=BY)


def test_a_changed_plan_takes_the_place_of_the_old_one_when_it_is_locked() -> None:
    draft = LOCKED.told(Registered(plan=CHANGED), at=at(6, 21), by=BY)
    assert draft.operation(PLAN.id).superseded_by is None
    register = replaced(at(6, 22))
    assert register.operation(PLAN.id).superseded_by == CHANGED.id
    assert register.operation(PLAN.id).standing(date(2018, 10, 1)) is Standing.SUPERSEDED
    assert register.overdue(date(2018, 10, 1)) == (CHANGED.id,)
    third = replace(CHANGED, title="Third")
    with pytest.raises(RefusedError, match="took the place of"):
        register.told(Registered(plan=third), at=at(6, 23), by=BY)


def test_a_plan_replaced_after_its_operation_began_still_owes_its_result() -> None:
    register = replaced(at(7, 2))
    assert register.overdue(date(2018, 10, 1)) == (PLAN.id, CHANGED.id)


def test_a_draft_needs_no_successor() -> None:
    with pytest.raises(RefusedError, match="is a draft, which needs no successor"):
        DRAFT.told(Registered(plan=CHANGED), at=at(6, 3), by=BY)


def test_an_end_other_than_planned_needs_its_reason() -> None:
    early = Ended(op_id=PLAN.id, on=date(2018, 8, 1))
    with pytest.raises(RefusedError, match="no reason is given"):
        LOCKED.told(early, at=at(8, 2), by=BY)
    register = LOCKED.told(replace(early, because="Officers moved."), at=at(8, 2), by=BY)
    assert register.overdue(date(2018, 8, 2)) == (PLAN.id,)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (Started(op_id=PLAN.id, on=date(2018, 7, 2)), "yet to come"),
        (Ended(op_id=PLAN.id, on=date(2018, 9, 30)), "yet to come"),
        (Ended(op_id=PLAN.id, on=date(2018, 6, 1), because="x"), "it began on 2018-07-01"),
        (Registered(plan=PLAN), "This very plan is registered"),
        (Registered(plan=replace(PLAN, unit_id="nobody")), "No unit is 'nobody'"),
        (Withdrawn(op_id="op-0", because="x"), "No operation"),
        (replace(result(), plan_sha256="0" * 64), "by another plan"),
    ],
)
def test_what_cannot_be_so_is_refused(content: Content, why: str) -> None:
    with pytest.raises(RightplaceError, match=why):
        LOCKED.told(content, at=at(7, 1), by=BY)


def test_a_plan_whose_unit_does_not_stand_on_its_first_day_is_refused() -> None:
    late = UnitTold(event=Formed(on=date(2018, 7, 2), unit_id=PLAN.unit_id, name="Taskforce"))
    with pytest.raises(RefusedError, match="does not stand on 2018-07-01"):
        told((late, at(6, 1)), (Registered(plan=PLAN), at(6, 2)))


def test_an_entry_dated_back_is_refused() -> None:
    with pytest.raises(RefusedError, match="before the one before it"):
        LOCKED.told(Started(op_id=PLAN.id, on=date(2018, 6, 1)), at=at(6, 19), by=BY)


def test_lines_come_back_as_the_register_that_wrote_them() -> None:
    register = LOCKED.told(result(), at=at(10), by="Ö O'Neil & <b>")
    assert folded_lines([entry.line for entry in register.entries]) == register
    assert folded(register.entries) == register


def test_an_entry_that_is_missing_moved_or_altered_is_named() -> None:
    lines = [entry.line for entry in LOCKED.told(result(), at=at(10), by=BY).entries]
    with pytest.raises(BadInputError, match="Entry 3 does not follow entry 1"):
        folded_lines([lines[0], *lines[2:]])
    with pytest.raises(BadInputError, match="Entry 3 does not follow entry 1"):
        folded_lines([lines[0], lines[2], lines[1], lines[3]])
    altered = lines[2].replace("A Analyst", "B Analyst")
    with pytest.raises(BadInputError, match="Entry 3 was altered"):
        folded_lines([*lines[:2], altered, lines[3]])
    with pytest.raises(BadInputError, match="Entry 2 was altered"):
        folded_lines([lines[0], lines[1].replace('"number":2', '"number": 2'), *lines[2:]])


@pytest.mark.parametrize("hostile", ["\x1b[2J", "a\nb", "a\u202eb", "\ud800", "x" * 2001])
def test_words_that_could_not_be_read_again_never_get_in(hostile: str) -> None:
    with pytest.raises(BadInputError):
        Withdrawn(op_id=PLAN.id, because=hostile)
    with pytest.raises(BadInputError):
        lock(at(6, 20), by=hostile)
    with pytest.raises(BadInputError):
        DRAFT.told(Started(op_id=PLAN.id, on=date(2018, 6, 1)), at=at(6, 20), by=hostile)
    with pytest.raises(BadInputError, match="characters that cannot be printed"):
        replace(PLAN, supersedes=PLAN.id, because=hostile)
    with pytest.raises(BadInputError, match=r"delivery\.tactics\.0 has characters"):
        replace(PLAN, delivery=replace(PLAN.delivery, tactics=(hostile,)))
    with pytest.raises(BadInputError, match="cannot be put into the register"):
        DRAFT.told(Withdrawn(op_id=hostile, because="x"), at=at(6, 20), by=BY)


def test_a_name_with_spare_spaces_locks_under_the_tidy_one() -> None:
    register = DRAFT.told(lock(at(6, 20), by=" A  Analyst "), at=at(6, 20), by="A Analyst")
    assert register.locked_plan(PLAN.id).locked_by == "A Analyst"


def test_an_entry_rewritten_with_a_digest_of_its_own_breaks_the_chain_after_it() -> None:
    entries = LOCKED.entries
    forged = replace(entries[1], by="B Other")
    assert forged.sha256 != entries[1].sha256
    with pytest.raises(BadInputError, match="Entry 3 does not follow entry 2"):
        folded_lines([entries[0].line, forged.line, entries[2].line])
