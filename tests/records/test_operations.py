"""The register of operations: a locked plan never changes, nothing leaves, all of it is audited."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from rightplace.errors import BadInputError, RefusedError
from rightplace.evaluate.operations.entries import Locked, Registered, UnitTold, Withdrawn
from rightplace.evaluate.operations.units import Formed
from rightplace.records.audit.pen import UNSHOWN
from rightplace.records.audit.transaction import Transaction, reading, transaction
from rightplace.records.operations.log import look_at, read_register, register_head, tell
from tests.records.acting import ANALYST, COMMANDER, NOON
from tests.unit.test_operation_plan import PLAN

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from datetime import datetime

    from rightplace.evaluate.operations.register import Register
    from rightplace.records.database.front import Database

UNIT = UnitTold(event=Formed(on=date(2017, 1, 1), unit_id=PLAN.unit_id, name="Violence taskforce"))
LATER = NOON + timedelta(hours=1)


def acting(database: Database, at: datetime = NOON) -> AbstractContextManager[Transaction]:
    return transaction(database, ANALYST, purpose="Operations.", at=at)


def lock(at: datetime = LATER, by: str = ANALYST.name) -> Locked:
    return Locked(
        op_id=PLAN.id, sha256=PLAN.sha256, locked_at=at, locked_by=by, results_held_to=None
    )


def locked(database: Database) -> None:
    with acting(database) as tx:
        tell(tx, [UNIT, Registered(plan=PLAN)])
    with acting(database, LATER) as tx:
        tell(tx, [lock()])


def held(database: Database) -> Register:
    with reading(database) as quiet:
        return read_register(quiet)


def without_triggers(database: Database, statement: str) -> None:
    """Do to the table what its triggers refuse."""
    with database.writing.connect() as connection, connection.begin():
        if connection.dialect.name == "sqlite":
            for change in ("update", "delete"):
                connection.execute(sa.text(f"DROP TRIGGER operation_entry_no_{change}"))
        else:
            connection.execute(sa.text("ALTER TABLE operation_entry DISABLE TRIGGER ALL"))
        connection.execute(sa.text(statement))


def put_back(database: Database) -> None:
    """Leave the tables as they were, for the next test of this server."""
    if database.engine.dialect.name != "sqlite":
        with database.writing.connect() as connection, connection.begin():
            connection.execute(sa.text("ALTER TABLE operation_entry ENABLE TRIGGER ALL"))


def test_a_plan_is_registered_and_locked_by_name_and_read_back(database: Database) -> None:
    locked(database)
    plan = held(database).locked_plan(PLAN.id)
    assert (plan.plan, plan.locked_by, plan.locked_at) == (PLAN, ANALYST.name, LATER)
    assert held(database).units.name_of(PLAN.unit_id, NOON.date()) == "Violence taskforce"
    with reading(database) as quiet:
        assert register_head(quiet) == (3, held(database).head)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE operation_entry SET line = replace(line, 'Lantern', 'Torch')",
        "DELETE FROM operation_entry WHERE number = 3",
    ],
)
def test_the_database_alters_and_removes_nothing(database: Database, statement: str) -> None:
    locked(database)
    with (
        pytest.raises(sa.exc.DBAPIError, match="rows are not for"),
        database.writing.connect() as connection,
        connection.begin(),
    ):
        connection.execute(sa.text(statement))
    assert held(database).operation(PLAN.id).lock is not None


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("UPDATE operation_entry SET line = replace(line, 'Lantern', 'Torch')", "Entry 2 was"),
        ("DELETE FROM operation_entry WHERE number = 3", "Entry 3 of the register .* is missing"),
        ("DELETE FROM operation_entry WHERE number >= 2", "Entry 2 of the register .* is missing"),
        ("DELETE FROM operation_entry WHERE number = 1", "does not follow"),
    ],
)
def test_what_is_done_past_the_triggers_is_found_and_nothing_is_added(
    database: Database, statement: str, named: str
) -> None:
    locked(database)
    without_triggers(database, statement)
    try:
        with pytest.raises(BadInputError, match=named):
            held(database)
        with pytest.raises(BadInputError, match=named), acting(database, LATER) as tx:
            tell(tx, [Withdrawn(op_id=PLAN.id, because="Away with it.")])
    finally:
        put_back(database)


def test_a_locked_plan_is_not_locked_again_and_a_changed_one_is_another(
    database: Database,
) -> None:
    locked(database)
    with pytest.raises(RefusedError, match="locked since"), acting(database, LATER) as tx:
        tell(tx, [lock()])
    changed = replace(PLAN, title="Lantern 2", supersedes=PLAN.id, because="Rain.")
    with acting(database, LATER) as tx:
        tell(tx, [Registered(plan=changed)])
    assert list(held(database).operations) == [PLAN.id, changed.id]


def test_nobody_locks_in_the_name_of_another(database: Database) -> None:
    with acting(database) as tx:
        tell(tx, [UNIT, Registered(plan=PLAN)])
    with pytest.raises(RefusedError, match="otherwise"), acting(database, LATER) as tx:
        tell(tx, [lock(by=COMMANDER.name)])


def test_a_form_sent_twice_tells_it_once(database: Database) -> None:
    form = str(uuid.uuid4())
    for _ in range(2):
        with acting(database) as tx:
            tell(tx, [UNIT, Registered(plan=PLAN)], form_id=form)
    assert len(held(database).entries) == 2


def test_refused_entries_leave_nothing_behind(database: Database) -> None:
    with pytest.raises(BadInputError, match="No unit"), acting(database) as tx:
        tell(tx, [Registered(plan=PLAN)])
    assert held(database).entries == ()


def test_each_entry_and_each_look_has_its_line_in_the_audit_chain(database: Database) -> None:
    locked(database)
    with acting(database, LATER) as tx:
        assert look_at(tx, [PLAN.id, "op-000000000000"]) == {PLAN.id}
    lines = sa.text(
        "SELECT operation, record_id FROM audit_line "
        "WHERE record_type = 'operation_entry' ORDER BY number"
    )
    with database.engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(lines, execution_options=UNSHOWN)]
    added = [("collection", str(n)) for n in (1, 2, 3)]
    assert found == [*added, ("consultation", "2")]
