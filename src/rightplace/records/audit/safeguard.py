"""Nothing changes or is looked at through a session without its audit line.

Three listeners on the session hold this: each flush writes a line for each change; statements
that would change rows past the flush are refused; and personal or sensitive rows are read only
where the look is written too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import event, inspect
from sqlalchemy.orm import Session

from rightplace.core.canonical import bytes_digest, plain
from rightplace.errors import RefusedError
from rightplace.records.audit.actor import Operation
from rightplace.records.audit.pen import UNSHOWN, Pen, Subject
from rightplace.records.database.base import Record
from rightplace.records.database.words import MOST_CHARACTERS

if TYPE_CHECKING:
    from sqlalchemy.orm import ORMExecuteState

PEN = "rightplace_pen"


class AuditedSession(Session):
    """The session through which alone records are read and changed."""


def subject_of(record: Record) -> Subject:
    """Return what the audit chain calls a row."""
    return Subject(
        record_type=record.__table__.name,  # type: ignore[attr-defined]  # a Table, typed wider
        record_id=record.identity,
        product=record.product,
    )


def write_changes(session: Session, _context: object, _instances: object) -> None:
    """Write a line for each row that a flush will add, alter or remove.

    Raises
    ------
    RefusedError
        If nobody is named who makes the changes.
    """
    pen: Pen | None = session.info.get(PEN)
    added = [each for each in session.new if _is_audited(each)]
    altered = [each for each in session.dirty if _is_audited(each) and session.is_modified(each)]
    removed = [each for each in session.deleted if _is_audited(each)]
    if not (added or altered or removed):
        return
    if pen is None:
        msg = "Records change only in a transaction that names who acts and why."
        raise RefusedError(msg, remedy="Use `records.transaction`.")
    for record in added:
        pen.write(Operation.COLLECTION, subject_of(record), new=_values(record))
    for record in altered:
        old, new = _changes(record)
        pen.write(Operation.ALTERATION, subject_of(record), old=old, new=new)
    subjects = [subject_of(record) for record in removed]
    for record_type in {each.record_type for each in subjects}:
        ids = [each.record_id for each in subjects if each.record_type == record_type]
        pen.destroy_keys(record_type, ids)
    for subject in subjects:
        pen.write(Operation.ERASURE, subject)


def refuse_unwritten(state: ORMExecuteState) -> None:
    """Refuse statements that change rows past the flush, and looks that nobody writes down.

    Raises
    ------
    RefusedError
        If it is one.
    """
    if state.is_column_load or state.is_relationship_load:
        return
    if not (state.is_orm_statement and state.is_select):
        msg = "Records are changed one by one through the session, so that each change is audited."
        raise RefusedError(msg, remedy="Change the objects, not the table.")
    guarded = [
        mapper.class_.__tablename__
        for mapper in state.all_mappers
        if issubclass(mapper.class_, Record) and mapper.class_.is_guarded()
    ]
    if guarded and not state.execution_options.get(next(iter(UNSHOWN)), False):
        msg = f"A look at {guarded[0]} must be written to the audit chain."
        raise RefusedError(msg, remedy="Read it by `Transaction.view`.")


def forget_keys(session: Session, _previous: object) -> None:
    """Forget keys that were made in what was just rolled back."""
    pen: Pen | None = session.info.get(PEN)
    if pen is not None:
        pen.forget()


LISTENERS = (
    ("before_flush", write_changes),
    ("do_orm_execute", refuse_unwritten),
    ("after_soft_rollback", forget_keys),
)
for name, listener in LISTENERS:
    event.listen(AuditedSession, name, listener)


def _is_audited(record: object) -> bool:
    return isinstance(record, Record) and record.is_audited


def _values(record: Record) -> dict[str, Any]:
    return {each.key: _form(each.value) for each in inspect(record).attrs}


def _changes(record: Record) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return old and new values of what changed in a row."""
    changed = [each for each in inspect(record).attrs if each.history.has_changes()]
    old = {
        each.key: _form(each.history.deleted[0]) if each.history.deleted else None
        for each in changed
    }
    return old, {each.key: _form(each.value) for each in changed}


def _form(value: object) -> Any:  # noqa: ANN401 - JSON of any kind
    """Return a value as JSON; of files, and texts longer than people write, only the digest."""
    if isinstance(value, str) and len(value) > MOST_CHARACTERS:
        value = value.encode()
    if isinstance(value, bytes):
        return f"sha256:{bytes_digest([value])}"
    return plain(value)
