"""Decisions, the plan in force, and what devices send."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from rightplace.errors import BadInputError, NotHeldError, RefusedError, UsageError
from rightplace.records.audit.transaction import reading, transaction
from rightplace.records.decided.deciding import DecisionGiven, Verdict, decide
from rightplace.records.decided.in_force import (
    NEVER_DECIDED,
    SlotOf,
    State,
    in_force,
    put_in_force,
    put_none_in_force,
    states_in_force,
)
from rightplace.records.decided.tables import InForce
from rightplace.records.delivery.sync import CalledAway, acknowledge, clock_offset, log_visit
from rightplace.records.delivery.tables import Acknowledgement, VisitLog
from tests.records.acting import COMMANDER, NOON, SERGEANT
from tests.records.published_world import (
    BCU,
    NEXT,
    OTHER,
    PLAN,
    SLOT,
    accepted,
    brief_read,
    publish_all,
    visit,
)

if TYPE_CHECKING:
    from rightplace.records.database.front import Database


@pytest.fixture
def service(database: Database) -> Database:
    publish_all(database)
    return database


def take(database: Database, given: DecisionGiven, *slots: SlotOf) -> bool:
    with transaction(database, COMMANDER, purpose="Tasking.", at=NOON) as tx:
        is_new = decide(tx, given)
        if slots:
            put_in_force(tx, slots, decision_id=given.id)
        return is_new


def state(database: Database, at: SlotOf = SLOT) -> State:
    with reading(database) as quiet:
        return in_force(quiet, at.bcu, at=at.start)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"reason": "  \n"}, UsageError),
        ({"reason": "x\x00y"}, BadInputError),
        ({"reason": "x" * 4001}, BadInputError),
        ({"verdict": Verdict.CHANGED}, UsageError),
        ({"changed_to": OTHER}, UsageError),
        ({"seconds_reading": -1}, BadInputError),
        ({"bcu": " "}, BadInputError),
        ({"id": "1"}, BadInputError),
    ],
)
def test_a_decision_that_cannot_be_meant_is_refused(
    changes: dict[str, object], error: type[Exception]
) -> None:
    with pytest.raises(error):
        accepted(**changes)


def test_only_published_plans_are_decided_on(service: Database) -> None:
    for given in (
        accepted(plan_id="p-ffffffffffff"),
        accepted(plan_id="f-000000000001"),
        accepted(verdict=Verdict.CHANGED, changed_to="p-ffffffffffff"),
    ):
        with pytest.raises(NotHeldError):
            take(service, given)


def test_a_decision_sent_twice_is_one_decision(service: Database) -> None:
    given = accepted()
    assert take(service, given)
    assert not take(service, given)
    assert not take(service, replace(given, id=given.id.upper()))
    with pytest.raises(BadInputError):
        take(service, replace(given, reason="Another."))


def test_an_accepted_plan_is_in_force_for_its_slots_and_no_other(service: Database) -> None:
    assert state(service) == State(plan_id=None, reason=NEVER_DECIDED)
    take(service, accepted(), SLOT)
    assert state(service) == State(plan_id=PLAN, reason="")
    assert state(service, NEXT).plan_id is None
    assert state(service, replace(SLOT, bcu="North")).plan_id is None


def test_the_next_plan_ends_the_one_before(service: Database) -> None:
    take(service, accepted(), SLOT)
    take(service, accepted(verdict=Verdict.CHANGED, changed_to=OTHER), SLOT)
    assert state(service).plan_id == OTHER
    with transaction(service, COMMANDER, purpose="Look back.", at=NOON) as tx:
        every = tx.view(sa.select(InForce).order_by(InForce.plan_id))
    assert [(row.plan_id, row.ended_at) for row in every] == [(PLAN, NOON), (OTHER, None)]


def test_none_in_force_has_its_reason(service: Database) -> None:
    take(service, accepted(), SLOT)
    with transaction(service, COMMANDER, purpose="Scene.", at=NOON) as tx:
        with pytest.raises(UsageError):
            put_none_in_force(tx, [SLOT], reason="")
        put_none_in_force(tx, [SLOT], reason="All crews are at a scene.")
        put_none_in_force(tx, [SLOT], reason="All crews are at a scene.")
    assert state(service) == State(plan_id=None, reason="All crews are at a scene.")


def test_what_is_in_force_in_many_bcus_at_once_is_what_is_in_each(service: Database) -> None:
    later = replace(SLOT, start=SLOT.end, end=SLOT.end + timedelta(hours=8))
    take(service, accepted(), SLOT, later)
    take(service, accepted(bcu="North"), replace(SLOT, bcu="North"))
    take(service, accepted(bcu="West", plan_id=OTHER), replace(SLOT, bcu="West"))
    bcus = [BCU, "North", "West", "East"]
    with transaction(service, COMMANDER, purpose="Scene.", at=NOON) as tx:
        put_none_in_force(tx, [replace(SLOT, bcu="West")], reason="All crews are at a scene.")
    for at in (SLOT.start, later.start, later.end):
        with reading(service) as quiet:
            together = states_in_force(quiet, bcus, at=at)
            assert together == {bcu: in_force(quiet, bcu, at=at) for bcu in bcus}
        assert together["East"].reason == NEVER_DECIDED
        assert (together[BCU].plan_id == PLAN) == (at < later.end)
        assert (together["North"].plan_id == PLAN) == (at < SLOT.end)
        assert together["West"].plan_id is None
    assert f"until {later.end:%d %B %Y %H:%M} UTC" in together[BCU].reason
    assert f"until {SLOT.end:%d %B %Y %H:%M} UTC" in together["North"].reason
    assert OTHER in together["West"].reason


def test_a_rejected_plan_or_another_bcu_is_not_put_in_force(service: Database) -> None:
    with pytest.raises(RefusedError):
        take(service, accepted(verdict=Verdict.REJECTED), SLOT)
    with pytest.raises(RefusedError):
        take(service, accepted(), replace(SLOT, bcu="North"))
    with (
        pytest.raises(NotHeldError),
        transaction(service, COMMANDER, purpose="x", at=NOON) as tx,
    ):
        put_in_force(tx, [SLOT], decision_id="none")
    assert state(service).reason == NEVER_DECIDED


def test_a_slot_that_cuts_into_another_is_refused(service: Database) -> None:
    take(service, accepted(), SLOT)
    with pytest.raises(BadInputError, match="cuts into"):
        take(service, accepted(), replace(SLOT, end=NEXT.end))
    with pytest.raises(BadInputError):
        replace(SLOT, end=SLOT.start)


def test_the_database_itself_allows_one_plan_for_a_slot(service: Database) -> None:
    take(service, accepted(), SLOT)
    second = (
        "INSERT INTO in_force SELECT 'second', bcu, slot_start, slot_end, plan_id, decision_id, "
        "reason, set_by, set_at, ended_at FROM in_force"
    )
    with pytest.raises(IntegrityError), service.writing.begin() as connection:
        connection.exec_driver_sql(second)


@pytest.mark.parametrize(
    "statement",
    ["UPDATE decision SET reason = 'x'", "DELETE FROM decision", "DELETE FROM in_force"],
)
def test_the_database_itself_refuses_to_alter_decisions(service: Database, statement: str) -> None:
    take(service, accepted(), SLOT)
    with pytest.raises(IntegrityError), service.writing.begin() as connection:
        connection.exec_driver_sql(statement)


def test_a_visit_keeps_both_clocks_and_is_kept_once(service: Database) -> None:
    made = visit(called_away=CalledAway.UNSAFE)
    received = made.sent_at + timedelta(minutes=7)
    for late in (timedelta(0), timedelta(hours=2)):
        with transaction(service, SERGEANT, purpose="Sync.", at=received + late) as tx:
            assert log_visit(tx, replace(made, sent_at=made.sent_at + late)) is (not late)
    with transaction(service, SERGEANT, purpose="Look.", at=NOON) as tx:
        (kept,) = tx.view(sa.select(VisitLog))
    assert (kept.sent_at, kept.received_at) == (made.sent_at, received)
    assert clock_offset(kept) == timedelta(minutes=7)
    assert kept.called_away == "unsafe"


def test_another_visit_or_another_officer_under_the_same_id_is_refused(
    service: Database,
) -> None:
    made = visit()
    with transaction(service, SERGEANT, purpose="Sync.", at=NOON) as tx:
        log_visit(tx, made)
        with pytest.raises(BadInputError):
            log_visit(tx, replace(made, activity="Something else."))
    with (
        pytest.raises(BadInputError),
        transaction(service, COMMANDER, purpose="Sync.", at=NOON) as tx,
    ):
        log_visit(tx, made)


def test_a_visit_that_cannot_be_true_is_refused() -> None:
    with pytest.raises(BadInputError):
        visit(ended_at=SLOT.start - timedelta(seconds=1))
    with pytest.raises(BadInputError):
        visit(sent_at=NOON.replace(tzinfo=None))
    with pytest.raises(BadInputError):
        brief_read(id="twelve")


def test_an_acknowledged_brief_is_kept_once(service: Database) -> None:
    read = brief_read()
    for is_new in (True, False):
        with transaction(service, SERGEANT, purpose="Read.", at=NOON) as tx:
            assert acknowledge(tx, read) is is_new
    with transaction(service, SERGEANT, purpose="Look.", at=NOON) as tx:
        (kept,) = tx.view(sa.select(Acknowledgement))
    assert (kept.acknowledged_by, kept.bcu) == ("u-003", BCU)
