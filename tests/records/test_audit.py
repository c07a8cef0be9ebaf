"""What the audit chain holds of changes and looks, on both databases."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from rightplace.errors import BadInputError, NotHeldError, RefusedError, UsageError
from rightplace.records.audit.actor import STATUTORY, Actor, Operation
from rightplace.records.audit.keys import FILE_NAME as MASTER
from rightplace.records.audit.keys import Keyring, read_keyring, seal, unseal
from rightplace.records.audit.lines import AuditLine, RecordKey
from rightplace.records.audit.look_up import by_officer, by_product, by_record
from rightplace.records.audit.pen import Subject
from rightplace.records.audit.sealed_head import FILE_NAME as NOTE
from rightplace.records.audit.transaction import reading, transaction
from rightplace.records.audit.verifying import verify
from tests.records.acting import ANALYST, NOON, OFFICER_OF_DATA, SERGEANT

if TYPE_CHECKING:
    from rightplace.records.audit.transaction import Transaction
    from rightplace.records.database.front import Database

ALICE = Subject(record_type="wanted", record_id="w-1", product="p-1")
BOB = Subject(record_type="wanted", record_id="w-2", product="p-2")


def look(database: Database, subject: Subject = ALICE, *, times: int = 1) -> None:
    for _ in range(times):
        with transaction(database, ANALYST, purpose="Weekly review.", at=NOON) as tx:
            tx.log(Operation.CONSULTATION, subject, seen="all")


def tamper(database: Database, *statements: str) -> None:
    """Change rows as somebody would who owns the database: the triggers go first."""
    with database.writing.begin() as connection:
        if database.is_sqlite:
            for name in ("audit_line_no_update", "audit_line_no_delete"):
                connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
        else:
            connection.exec_driver_sql("SET session_replication_role = replica")
        for statement in statements:
            connection.exec_driver_sql(statement)


def first_bad(database: Database) -> int | None:
    broken = verify(database).broken
    return None if broken is None else broken.line


def test_a_chain_that_nobody_touched_is_intact(database: Database) -> None:
    assert verify(database).is_intact
    look(database, times=3)
    verdict = verify(database)
    assert verdict.is_intact
    assert verdict.lines == 3


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_line SET actor_id = 'x' WHERE number = 2",
        "UPDATE audit_line SET operation = 'x' WHERE number = 2",
        "UPDATE audit_line SET record_id = 'x' WHERE number = 2",
        "UPDATE audit_line SET product = 'x' WHERE number = 2",
        "UPDATE audit_line SET sealed = 'x' WHERE number = 2",
    ],
)
def test_an_altered_line_is_named(database: Database, statement: str) -> None:
    look(database, times=4)
    tamper(database, statement)
    assert first_bad(database) == 2


def test_a_removed_line_is_named(database: Database) -> None:
    look(database, times=4)
    tamper(database, "DELETE FROM audit_line WHERE number = 3")
    assert first_bad(database) == 3


def test_two_lines_that_changed_places_are_found_at_the_first(database: Database) -> None:
    look(database, times=4)
    tamper(
        database,
        "UPDATE audit_line SET number = 99 WHERE number = 2",
        "UPDATE audit_line SET number = 2 WHERE number = 4",
        "UPDATE audit_line SET number = 4 WHERE number = 99",
    )
    assert first_bad(database) == 2


def test_a_removed_last_line_is_named_even_with_the_head_put_back(database: Database) -> None:
    look(database, times=4)
    tamper(
        database,
        "DELETE FROM audit_line WHERE number = 4",
        "UPDATE audit_head SET lines = 3, hash = (SELECT hash FROM audit_line WHERE number = 3)",
    )
    assert first_bad(database) == 4
    (database.apart / NOTE).unlink()
    assert first_bad(database) is None, "only the note kept apart tells of it"


def test_a_note_that_somebody_else_wrote_is_no_note(database: Database) -> None:
    look(database)
    note = database.apart / NOTE
    forged = json.loads(note.read_text("utf-8")) | {"lines": 0}
    note.write_text(json.dumps(forged), "utf-8")
    verdict = verify(database)
    assert not verdict.is_intact
    look(database)
    assert json.loads(note.read_text("utf-8")) == forged, "evidence is left as it is"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_line SET actor_id = 'x'",
        "DELETE FROM audit_line",
        "DELETE FROM audit_head",
        "UPDATE record_key SET record_id = 'x'",
    ],
)
def test_the_database_itself_refuses_to_change_the_chain(
    database: Database, statement: str
) -> None:
    look(database)
    with pytest.raises(IntegrityError), database.writing.begin() as connection:
        connection.exec_driver_sql(statement)
    assert verify(database).is_intact


def test_postgresql_refuses_to_empty_the_chain(database: Database) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite has no TRUNCATE")
    look(database)
    with pytest.raises(IntegrityError), database.writing.begin() as connection:
        connection.exec_driver_sql("TRUNCATE audit_line")


def raw(database: Database, table: str) -> list[dict[str, Any]]:
    every = sa.select(sa.text("*")).select_from(sa.table(table))
    with database.engine.connect() as connection:
        return [dict(row) for row in connection.execute(every).mappings()]


def test_names_purposes_and_values_are_sealed(database: Database) -> None:
    look(database)
    (line,) = raw(database, "audit_line")
    assert "Ann" not in str(line)
    assert "Weekly" not in str(line)
    assert line["actor_id"] == "u-001"


def test_an_act_is_found_by_record_by_officer_and_by_product(database: Database) -> None:
    look(database, ALICE)
    look(database, BOB)
    with transaction(database, OFFICER_OF_DATA, purpose="Complaint 12.", at=NOON) as tx:
        (alice,) = by_record(tx, record_type="wanted", record_id="w-1")
        late = NOON.replace(hour=13)
        ann = by_officer(tx, "u-001", since=NOON, until=late)
        before = by_officer(tx, "u-001", since=NOON.replace(hour=11), until=NOON)
        (bob,) = by_product(tx, "p-2")
    assert alice.content == {"actor": "Ann Analyst", "purpose": "Weekly review.", "seen": "all"}
    assert [act.record_id for act in ann] == ["w-1", "w-2"]
    assert before == []
    assert bob.record_id == "w-2"


def test_a_look_at_the_log_is_logged(database: Database) -> None:
    look(database, ALICE)
    with transaction(database, OFFICER_OF_DATA, purpose="Complaint 12.", at=NOON) as tx:
        by_officer(tx, "u-001", since=NOON, until=NOON)
    with transaction(database, OFFICER_OF_DATA, purpose="Complaint 13.", at=NOON) as tx:
        (looked,) = by_record(tx, record_type="actor", record_id="u-001")
    assert looked.actor_id == "u-004"
    assert looked.content is not None
    assert looked.content["audit_log_by"] == "officer"


def log_and_fail(tx: Transaction) -> None:
    tx.log(Operation.CONSULTATION, ALICE)
    tx.session.flush()
    raise KeyError


def test_nothing_is_kept_of_a_transaction_that_fails(database: Database) -> None:
    with pytest.raises(KeyError), transaction(database, ANALYST, purpose="x", at=NOON) as tx:
        log_and_fail(tx)
    assert raw(database, "audit_line") == []
    look(database)
    assert verify(database).is_intact


def test_what_a_savepoint_takes_back_leaves_no_line_and_no_key(database: Database) -> None:
    with transaction(database, ANALYST, purpose="x", at=NOON) as tx:
        tx.log(Operation.CONSULTATION, BOB)
        tx.session.flush()
        with pytest.raises(KeyError), tx.session.begin_nested():
            log_and_fail(tx)
        tx.log(Operation.CONSULTATION, ALICE)
    assert [line["record_id"] for line in raw(database, "audit_line")] == ["w-2", "w-1"]
    assert verify(database).is_intact
    with transaction(database, OFFICER_OF_DATA, purpose="x", at=NOON) as tx:
        (act,) = by_record(tx, record_type="wanted", record_id="w-1")
    assert act.content is not None


def test_a_record_has_one_key_for_all_its_lines(database: Database) -> None:
    look(database, ALICE, times=3)
    look(database, BOB)
    keys = {line["record_id"]: line["key_id"] for line in raw(database, "audit_line")}
    assert len(raw(database, "record_key")) == 2
    assert keys["w-1"] != keys["w-2"]


def test_with_its_key_what_was_said_of_a_record_is_gone_and_the_chain_verifies(
    database: Database,
) -> None:
    look(database, ALICE)
    look(database, BOB)
    with transaction(database, ANALYST, purpose="Erasure request 3.", at=NOON) as tx:
        tx.pen.destroy_keys("wanted", ["w-1"])
        tx.pen.write(Operation.ERASURE, ALICE)
    assert "w-1" not in {key["record_id"] for key in raw(database, "record_key")}
    with transaction(database, OFFICER_OF_DATA, purpose="Complaint.", at=NOON) as tx:
        looked, erased = by_record(tx, record_type="wanted", record_id="w-1")
        (bob,) = by_record(tx, record_type="wanted", record_id="w-2")
    assert looked.content is None
    assert erased.operation is Operation.ERASURE
    assert erased.content == {"actor": "Ann Analyst", "purpose": "Erasure request 3."}
    assert bob.content is not None
    assert verify(database).is_intact


def test_a_key_that_goes_without_an_erasure_is_noticed(database: Database) -> None:
    look(database, ALICE)
    look(database, BOB)
    tamper(database, "DELETE FROM record_key WHERE record_id = 'w-2'")
    verdict = verify(database)
    assert verdict.broken is not None
    assert verdict.broken.line == 2
    assert "key is gone" in verdict.broken.finding


@pytest.mark.parametrize("operation", [Operation.COLLECTION, Operation.ALTERATION])
def test_a_change_cannot_be_claimed_without_being_made(
    database: Database, operation: Operation
) -> None:
    with (
        pytest.raises(UsageError),
        transaction(database, ANALYST, purpose="x", at=NOON) as tx,
    ):
        tx.log(operation, ALICE)


def test_a_transaction_needs_a_purpose_and_a_zone(database: Database) -> None:
    with pytest.raises(UsageError), transaction(database, ANALYST, purpose=" ", at=NOON):
        pass
    naive = NOON.replace(tzinfo=None)
    with pytest.raises(UsageError), transaction(database, ANALYST, purpose="x", at=naive):
        pass


@pytest.mark.parametrize(("number", "name"), [("", "Ann"), ("u-1", " ")])
def test_an_actor_has_an_id_and_a_name(number: str, name: str) -> None:
    with pytest.raises(UsageError):
        Actor(id=number, name=name)


def test_tables_and_raw_statements_are_no_way_round_the_chain(database: Database) -> None:
    with transaction(database, ANALYST, purpose="x", at=NOON) as tx:
        for statement in (
            sa.update(RecordKey).values(record_id="x"),
            sa.delete(AuditLine),
            sa.insert(RecordKey).values(id="x", record_type="x", record_id="x", wrapped=b""),
            sa.select(AuditLine.__table__),
            sa.text("SELECT * FROM audit_line"),
        ):
            with pytest.raises(RefusedError):
                tx.session.execute(statement)


def test_a_guarded_table_is_read_only_where_the_look_is_written(database: Database) -> None:
    look(database)
    with transaction(database, ANALYST, purpose="x", at=NOON) as tx:
        with pytest.raises(RefusedError):
            tx.session.scalars(sa.select(AuditLine)).all()
        with pytest.raises(RefusedError):
            tx.session.execute(sa.select(AuditLine.actor_id)).all()
        with pytest.raises(RefusedError):
            tx.session.get(AuditLine, 1)


def test_a_look_without_a_transaction_changes_nothing(database: Database) -> None:
    with pytest.raises(RefusedError), reading(database) as quiet:
        quiet.session.add(RecordKey(id="x", record_type="x", record_id="x", wrapped=b""))


def test_the_six_operations_of_section_62_have_their_names() -> None:
    assert [operation.value for operation in STATUTORY] == [
        "collection",
        "alteration",
        "consultation",
        "disclosure",
        "combination",
        "erasure",
    ]


def test_without_the_master_key_nothing_is_read_or_written(database: Database) -> None:
    (database.apart / MASTER).unlink()
    with pytest.raises(NotHeldError), transaction(database, ANALYST, purpose="x", at=NOON):
        pass
    (database.apart / MASTER).write_bytes(b"short")
    with pytest.raises(BadInputError):
        read_keyring(database.apart)


def test_another_master_key_opens_nothing(database: Database) -> None:
    look(database)
    (database.apart / MASTER).write_bytes(b"k" * 32)
    with (
        pytest.raises(BadInputError),
        transaction(database, SERGEANT, purpose="x", at=NOON) as tx,
    ):
        tx.log(Operation.CONSULTATION, ALICE)


def test_the_master_key_is_for_its_owner_alone(database: Database) -> None:
    assert (database.apart / MASTER).stat().st_mode & 0o777 == 0o600
    assert database.apart.stat().st_mode & 0o777 == 0o700


def test_what_is_sealed_opens_with_its_own_key_and_place_alone() -> None:
    ring = Keyring.from_master(b"m" * 32)
    wrapped = ring.wrap(b"k" * 32, key_id="a")
    assert ring.unwrap(wrapped, key_id="a") == b"k" * 32
    with pytest.raises(BadInputError):
        ring.unwrap(wrapped, key_id="b")
    sealed = seal({"old": 1}, b"k" * 32, key_id="a")
    assert unseal(sealed, b"k" * 32, key_id="a") == {"old": 1}
    for key, key_id in [(b"x" * 32, "a"), (b"k" * 32, "b")]:
        with pytest.raises(BadInputError):
            unseal(sealed, key, key_id=key_id)
    assert sealed != seal({"old": 1}, b"k" * 32, key_id="a"), "a nonce of its own each time"
