"""No model can be changed through the session without its line in the audit chain."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from sqlalchemy import event

import rightplace.records.database.tables  # noqa: F401 - makes every model known
from rightplace.errors import RefusedError, UsageError
from rightplace.records.audit.actor import Operation
from rightplace.records.audit.lines import AuditLine, RecordKey
from rightplace.records.audit.look_up import by_record
from rightplace.records.audit.safeguard import AuditedSession, write_changes
from rightplace.records.audit.transaction import transaction
from rightplace.records.database.base import Record, UtcTime, models
from rightplace.records.documents.tables import PublishedUnder
from rightplace.records.published.tables import PublishedRun, PublishedTable
from rightplace.records.section_60.tables import Section60, Section60Event
from tests.paths import ROOT
from tests.records.acting import ANALYST, NOON

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rightplace.records.database.front import Database

SOURCE = ROOT / "src" / "rightplace" / "records"
OF_THE_CHAIN = {"audit_head", "audit_line", "record_key", "deletion_permit"}
OF_JOBS = {"job_progress"}
OF_LOGGING_IN = {"log_in_tries", "session_seen", "used_sign_in", "api_token_use"}
"""What is counted and noted until it is forgotten; each act that counts has a line of its own."""
WHOLES: dict[type[Record], type[Record]] = {
    PublishedTable: PublishedRun,
    PublishedUnder: PublishedRun,
    Section60Event: Section60,
}
"""What must be there before a part of it."""
AUDITED = [model for model in models() if model.is_audited]
VALUES: dict[str, Any] = {
    "kind": "demo",
    "act": "closed",
    "verdict": "accepted",
    "changed_to": None,
    "called_away": "no",
    "released_by": None,
    "released_at": None,
    "release_reason": None,
    "restarted_by": None,
    "restarted_at": None,
    "restart_reason": None,
    "target_kind": "plan",
    "stage": "full",
    "state": "done",
    "verb": "forecast",
    "worker": None,
    "scope": "bcu",
    "made_by": "y",
    "granted_by": "y",
    "approved_by": "z",
    "asked_right": "access",
    "outcome": "refused",
    "likelihood": "risk",
    "ico_not_told_reason": None,
    "subjects_not_told_reason": None,
    "reviewed_by": "w",
    "expires_at": NOON.replace(hour=13),
    "until_at": NOON.replace(hour=13),
    "period_end": NOON.replace(hour=13),
}


def some(model: type[Record]) -> Record:
    """A row of a model that the database accepts."""
    made: dict[str, Any] = {}
    for column in model.__table__.columns:
        kinds: list[tuple[type[Any], Any]] = [
            (UtcTime, NOON),
            (sa.Boolean, False),
            (sa.Integer, 1),
            (sa.Float, 0.5),
            (sa.LargeBinary, b"x"),
            (sa.Date, date(2026, 5, 4)),
            (sa.Text, "x"),
        ]
        default = next(value for kind, value in kinds if isinstance(column.type, kind))
        made[column.key] = VALUES.get(column.key, default)
    if model.__tablename__ == "in_force":
        made["slot_end"] = NOON.replace(hour=13)
    if model.__tablename__ == "rank_held":
        made["kind"] = "acting"
    if model.__tablename__ == "provider_link":
        made["identity_hash"] = None  # its end is given
    if model.__tablename__ == "model_document":
        made["kind"] = "model-card"
    if model.__tablename__ == "effect_decision":
        made["verdict"] = "approved"  # it has a first day
    return model(**made)


def lines(database: Database) -> list[str]:
    with database.engine.connect() as connection:
        return list(connection.scalars(sa.text("SELECT operation FROM audit_line ORDER BY number")))


@contextmanager
def without(name: str, listener: Any) -> Iterator[None]:  # noqa: ANN401 - any function
    event.remove(AuditedSession, name, listener)
    try:
        yield
    finally:
        event.listen(AuditedSession, name, listener)


def add_one(database: Database, model: type[Record]) -> None:
    with transaction(database, ANALYST, purpose="x", at=NOON) as tx:
        if model in WHOLES:
            tx.session.add(some(WHOLES[model]))
            tx.session.flush()  # no relationship tells which of the two comes first
        tx.session.add(some(model))


def test_only_rows_of_the_chain_and_of_tries_to_log_in_are_not_audited() -> None:
    found = {model.__tablename__ for model in models() if not model.is_audited}
    assert found == OF_THE_CHAIN | OF_LOGGING_IN | OF_JOBS


@pytest.mark.parametrize("model", AUDITED, ids=lambda model: str(model.__tablename__))
def test_a_new_row_of_any_model_has_its_line(database: Database, model: type[Record]) -> None:
    add_one(database, model)
    expected = 2 if model in WHOLES else 1
    assert lines(database) == ["collection"] * expected


def test_without_its_listener_a_change_would_leave_no_line(database: Database) -> None:
    """The check above stands on the listener: without it, it would fail."""
    with without("before_flush", write_changes):
        add_one(database, PublishedRun)
    assert lines(database) == []


class Note(Record):
    """A model that can be altered, only in these tests."""

    __tablename__ = "test_note"
    id: Any = sa.Column(sa.Text(), primary_key=True)
    text: Any = sa.Column(sa.Text())


Record.metadata.remove(Note.__table__)  # type: ignore[arg-type]  # a Table, typed wider


@pytest.fixture
def noted(database: Database) -> Iterator[Database]:
    with database.writing.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE test_note (id TEXT PRIMARY KEY, text TEXT)")
    with transaction(database, ANALYST, purpose="x", at=NOON) as tx:
        tx.add(Note(id="n", text="before"))
    yield database
    with database.writing.begin() as connection:
        connection.exec_driver_sql("DROP TABLE test_note")


def test_an_alteration_tells_old_and_new(noted: Database) -> None:
    with transaction(noted, ANALYST, purpose="x", at=NOON) as tx:
        note = tx.unshown_one(Note, "n")
        assert note is not None
        note.text = "after"
    with transaction(noted, ANALYST, purpose="x", at=NOON) as tx:
        acts = by_record(tx, record_type="test_note", record_id="n")
    assert acts[1].operation is Operation.ALTERATION
    assert acts[1].content is not None
    assert (acts[1].content["old"], acts[1].content["new"]) == (
        {"text": "before"},
        {"text": "after"},
    )


def test_of_files_the_chain_holds_the_digest_alone(noted: Database) -> None:
    with transaction(noted, ANALYST, purpose="x", at=NOON) as tx:
        note = tx.unshown_one(Note, "n")
        assert note is not None
        note.text = "x" * 4001
    with transaction(noted, ANALYST, purpose="x", at=NOON) as tx:
        *_, act = by_record(tx, record_type="test_note", record_id="n")
    assert act.content is not None
    assert act.content["new"] == {"text": f"sha256:{sha256(b'x' * 4001).hexdigest()}"}


def test_an_erasure_destroys_the_key_of_the_record(noted: Database) -> None:
    with transaction(noted, ANALYST, purpose="x", at=NOON) as tx:
        note = tx.unshown_one(Note, "n")
        assert note is not None
        tx.erase(note)
        keys = tx.unshown(sa.select(RecordKey).where(RecordKey.record_type == "test_note"))
        assert keys == []
    assert lines(noted) == ["collection", "erasure"]


def test_a_row_touched_and_put_back_has_no_line(noted: Database) -> None:
    with transaction(noted, ANALYST, purpose="x", at=NOON) as tx:
        note = tx.unshown_one(Note, "n")
        assert note is not None
        note.text = "after"
        note.text = "before"
    assert lines(noted) == ["collection"]


def test_only_the_chain_itself_goes_past_the_session() -> None:
    found = {
        path.relative_to(SOURCE).as_posix()
        for path in SOURCE.rglob("*.py")
        for word in ("session.connection()", "engine.begin()", "writing.begin()")
        if word in path.read_text(encoding="utf-8")
    }
    assert found == {"audit/transaction.py", "database/migrate.py", "retention/pruning.py"}


def test_a_session_in_which_nobody_acts_changes_nothing(noted: Database) -> None:
    with AuditedSession(noted.writing) as session:
        session.add(Note(id="m", text="x"))
        with pytest.raises(RefusedError):
            session.flush()


def test_disclosure_names_its_recipients_and_combination_what_comes_of_it(
    noted: Database,
) -> None:
    with transaction(noted, ANALYST, purpose="x", at=NOON) as tx:
        note = tx.view_one(Note, "n")
        tx.disclose([note], recipients=["Camden Council"])
        tx.combine([note], into="p-000000000001")
        with pytest.raises(UsageError):
            tx.disclose([note], recipients=[" "])
        *_, disclosed, combined = by_record(tx, record_type="test_note", record_id="n")
    assert disclosed.content is not None
    assert disclosed.content["recipients"] == ["Camden Council"]
    assert combined.content is not None
    assert combined.content["into"] == "p-000000000001"


def test_lines_are_lines_of_the_transactions_actor(noted: Database) -> None:
    with transaction(noted, ANALYST, purpose="x", at=NOON) as tx:
        every = tx.unshown(sa.select(AuditLine))
    assert {line.actor_id for line in every} == {ANALYST.id}
