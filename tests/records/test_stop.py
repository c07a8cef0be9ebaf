"""The stop switch: at once, with a reason, restarted by a second person."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from rightplace.errors import BadInputError, NotHeldError, RefusedError, UsageError
from rightplace.records.audit.transaction import reading, transaction
from rightplace.records.audit.verifying import verify
from rightplace.records.database.migrate import check_models, downgrade, upgrade
from rightplace.records.decided.deciding import decide
from rightplace.records.decided.in_force import in_force, put_in_force
from rightplace.records.published.publishing import publish
from rightplace.records.stop.switch import Target, TargetKind, check_running, restart, suspend
from tests.records.acting import COMMANDER, NOON, OFFICER_OF_DATA
from tests.records.published_world import (
    BCU,
    FORECAST,
    OTHER,
    OTHER_COPY,
    PLAN,
    SLOT,
    accepted,
    publish_all,
)

if TYPE_CHECKING:
    from rightplace.records.audit.actor import Actor
    from rightplace.records.database.front import Database

THE_PLAN = Target(kind=TargetKind.PLAN, name=PLAN)
THE_FORECAST = Target(kind=TargetKind.PRODUCT, name=FORECAST)
THE_MODEL = Target(kind=TargetKind.MODEL, name="additive_memory")
BRIEFS = Target(kind=TargetKind.PRODUCT, name="briefs")


@pytest.fixture
def service(database: Database) -> Database:
    publish_all(database)
    return database


def stop(database: Database, target: Target, reason: str = "Scores drift in one BCU.") -> str:
    with transaction(database, OFFICER_OF_DATA, purpose="Ethics.", at=NOON) as tx:
        return suspend(tx, target, reason=reason)


def let_run(database: Database, target: Target, *, by: Actor) -> None:
    with transaction(database, by, purpose="Ethics.", at=NOON) as tx:
        restart(tx, target, reason="Scores were recomputed.")


def runs(database: Database, product: str | Target) -> bool:
    with reading(database) as quiet:
        try:
            check_running(quiet, product)
        except RefusedError:
            return False
        return True


def test_what_is_suspended_is_refused_at_once_with_its_reason(service: Database) -> None:
    assert runs(service, PLAN)
    stop(service, THE_PLAN)
    with reading(service) as quiet, pytest.raises(RefusedError, match="Scores drift") as raised:
        check_running(quiet, PLAN)
    assert "04 May 2026 12:00 UTC" in str(raised.value)
    assert runs(service, OTHER)
    assert runs(service, FORECAST)


@pytest.mark.parametrize("target", [THE_MODEL, THE_FORECAST])
def test_what_rests_on_something_suspended_stops_with_it(service: Database, target: Target) -> None:
    stop(service, target)
    assert not runs(service, PLAN)
    assert not runs(service, OTHER)
    assert not runs(service, FORECAST)
    assert runs(service, "briefs")


def test_a_model_or_a_part_of_the_service_is_asked_for_by_name(service: Database) -> None:
    stop(service, THE_MODEL)
    stop(service, BRIEFS)
    assert not runs(service, THE_MODEL)
    assert not runs(service, "briefs")
    assert runs(service, Target(kind=TargetKind.MODEL, name="fading"))
    assert runs(service, "additive_memory"), "a product of that name is another thing"


def test_only_a_second_person_restarts(service: Database) -> None:
    stop(service, THE_PLAN)
    with pytest.raises(RefusedError, match="second person"):
        let_run(service, THE_PLAN, by=OFFICER_OF_DATA)
    assert not runs(service, PLAN)
    let_run(service, THE_PLAN, by=COMMANDER)
    assert runs(service, PLAN)
    with pytest.raises(NotHeldError):
        let_run(service, THE_PLAN, by=COMMANDER)


def test_the_database_itself_asks_for_a_second_person(service: Database) -> None:
    stop(service, THE_PLAN)
    alone = (
        "UPDATE suspension SET restarted_by = suspended_by, restarted_at = suspended_at, "
        "restart_reason = 'x'"
    )
    for statement in (alone, "DELETE FROM suspension"):
        with pytest.raises(IntegrityError), service.writing.begin() as connection:
            connection.exec_driver_sql(statement)


def test_suspended_twice_is_suspended_once_with_the_first_reason(service: Database) -> None:
    assert stop(service, THE_PLAN) == stop(service, THE_PLAN, "Another reason.")
    let_run(service, THE_PLAN, by=COMMANDER)
    again = stop(service, THE_PLAN, "Another reason.")
    with reading(service) as quiet, pytest.raises(RefusedError, match="Another reason"):
        check_running(quiet, PLAN)
    assert again


def test_nothing_suspended_is_published_or_put_in_force(service: Database) -> None:
    given = accepted()
    later = replace(OTHER_COPY, record={**OTHER_COPY.record, "id": "p-000000000003"})
    with transaction(service, COMMANDER, purpose="Tasking.", at=NOON) as tx:
        decide(tx, given)
    stop(service, THE_MODEL)
    with transaction(service, COMMANDER, purpose="Tasking.", at=NOON) as tx:
        with pytest.raises(RefusedError):
            put_in_force(tx, [SLOT], decision_id=given.id)
        with pytest.raises(RefusedError):
            publish(tx, later)
    let_run(service, THE_MODEL, by=COMMANDER)
    with transaction(service, COMMANDER, purpose="Tasking.", at=NOON) as tx:
        put_in_force(tx, [SLOT], decision_id=given.id)
        publish(tx, later)


def test_a_plan_that_is_suspended_is_not_in_force_and_says_why(service: Database) -> None:
    given = accepted()
    with transaction(service, COMMANDER, purpose="Tasking.", at=NOON) as tx:
        decide(tx, given)
        put_in_force(tx, [SLOT], decision_id=given.id)
    stop(service, THE_FORECAST)
    with reading(service) as quiet:
        state = in_force(quiet, BCU, at=SLOT.start)
    assert state.plan_id is None
    assert "Scores drift" in state.reason
    let_run(service, THE_FORECAST, by=COMMANDER)
    with reading(service) as quiet:
        assert in_force(quiet, BCU, at=SLOT.start).plan_id == PLAN
        expired = in_force(quiet, BCU, at=SLOT.end)
    assert expired.plan_id is None
    assert expired.reason == f"{PLAN} was in force until 04 May 2026 23:00 UTC; it expired."


def test_a_suspension_needs_a_reason_and_a_name(service: Database) -> None:
    with pytest.raises(UsageError):
        stop(service, THE_PLAN, " ")
    with pytest.raises(BadInputError):
        Target(kind=TargetKind.MODEL, name=" ")


def held(database: Database) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    with database.engine.connect() as connection:
        for table in ("published_run", "published_table", "audit_line", "record_key"):
            every: sa.Select[Any] = sa.select(sa.text("*")).select_from(sa.table(table))
            found[table] = [tuple(row) for row in connection.execute(every)]
    return found


def test_its_table_goes_down_and_up_with_all_else_in_place(bare: Database) -> None:
    publish_all(bare)
    stop(bare, THE_PLAN)
    before = held(bare)
    downgrade(bare, to="0002")
    assert held(bare) == before
    upgrade(bare)
    check_models(bare)
    assert held(bare) == before
    assert runs(bare, PLAN), "what the later table held is lost with it"
    assert not verify(bare).broken
