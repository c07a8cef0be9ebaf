"""The one way to read and change records: a transaction that names who acts, why and when."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from rightplace.errors import BusyWorkspaceError, NotHeldError, RefusedError, UsageError
from rightplace.records.audit.actor import Actor, Operation
from rightplace.records.audit.keys import read_keyring
from rightplace.records.audit.lines import ONLY, AuditHead
from rightplace.records.audit.pen import UNSHOWN, Pen, Subject
from rightplace.records.audit.restricted import is_restricted, restricted_now
from rightplace.records.audit.safeguard import PEN, AuditedSession, subject_of
from rightplace.records.audit.sealed_head import SealedHead
from rightplace.records.database.base import Record
from rightplace.records.database.front import Database, database_faults

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from sqlalchemy import Select

R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A look at the database for checks whose rows are shown to nobody; it changes nothing."""

    session: AuditedSession

    def unshown(self, wanted: Select[R]) -> Sequence[R]:
        """Return rows for a check inside the product; none of them is to reach a person."""
        return self.session.scalars(wanted, execution_options=UNSHOWN).all()

    def unshown_one(self, model: type[R], *key: str | int) -> R | None:
        """Return the row of a primary key for a check inside the product, or None."""
        return self.session.get(model, key, execution_options=UNSHOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction(Reading):
    """Reads and changes by one actor for one purpose: all of it is kept, or nothing."""

    database: Database
    actor: Actor
    purpose: str
    at: datetime
    pen: Pen
    answers: bool = False
    """Whether restricted records are shown: to who answers the person they are about."""

    def add(self, record: R) -> R:
        """Keep a new row; a line of collection is written with it."""
        self.session.add(record)
        self.session.flush()
        return record

    def erase(self, record: Record) -> None:
        """Remove a row and destroy its key; a line of erasure is written with it."""
        self.session.delete(record)
        self.session.flush()

    def view(self, wanted: Select[R]) -> Sequence[R]:
        """Return rows that will be shown to the actor; a line of consultation for each.

        Restricted records are left out, unless the actor answers data subjects.
        """
        found = self._unrestricted(self.unshown(wanted))
        self._write(Operation.CONSULTATION, found)
        return found

    def view_one(self, model: type[R], *key: str | int) -> R:
        """Return the row of a primary key, which will be shown to the actor.

        Raises
        ------
        NotHeldError
            If there is none.
        RefusedError
            If it is restricted, and the actor does not answer data subjects.
        """
        found = self.unshown_one(model, *key)
        if found is None:
            shown = "/".join(map(str, key))
            msg = f"No {model.__tablename__.replace('_', ' ')} has the id {shown!r}."
            raise NotHeldError(msg, value=shown, remedy="Check the id.")
        if not self._unrestricted([found]):
            msg = f"This {model.__tablename__.replace('_', ' ')} is restricted: it is kept, unseen."
            remedy = "Ask the data protection officer, who answers the person it is about."
            raise RefusedError(msg, remedy=remedy)
        self._write(Operation.CONSULTATION, [found])
        return found

    def _unrestricted(self, records: Sequence[R]) -> Sequence[R]:
        """Return the records that may be shown to the actor."""
        if self.answers or not records:
            return records
        restricted = restricted_now(self.session)
        return [each for each in records if not is_restricted(each, restricted)]

    def consult(self, records: Sequence[Record]) -> None:
        """Write that rows, found by a check, are shown to the actor after all.

        Raises
        ------
        RefusedError
            If one is restricted, and the actor does not answer data subjects.
        """
        if len(self._unrestricted(records)) < len(records):
            msg = "One of the records is restricted: it is kept, unseen."
            remedy = "Ask the data protection officer, who answers the person it is about."
            raise RefusedError(msg, remedy=remedy)
        self._write(Operation.CONSULTATION, records)

    def disclose(self, records: Sequence[Record], *, recipients: Sequence[str]) -> None:
        """Write that rows were given to others, and to whom (DPA 2018 s62(3)).

        Raises
        ------
        UsageError
            If nobody is named.
        """
        if not any(each.strip() for each in recipients):
            msg = "Nobody is named to whom the records are disclosed."
            raise UsageError(msg, remedy="Name each recipient.")
        self._write(Operation.DISCLOSURE, records, recipients=list(recipients))

    def combine(self, records: Sequence[Record], *, into: str) -> None:
        """Write that rows were combined with others, and into what."""
        self._write(Operation.COMBINATION, records, into=into)

    def log(self, operation: Operation, subject: Subject, **content: Any) -> None:  # noqa: ANN401 - JSON of any kind
        """Write a line that goes with no row: a log-in, a refusal, a backup.

        Raises
        ------
        UsageError
            If it is an operation that goes with a change, which writes it by itself.
        """
        if operation in {Operation.COLLECTION, Operation.ALTERATION, Operation.ERASURE}:
            msg = f"A line of {operation} is written by the change itself."
            raise UsageError(msg, value=operation, remedy="Change the record.")
        self.pen.write(operation, subject, **content)

    def _write(self, operation: Operation, records: Sequence[Record], **content: Any) -> None:  # noqa: ANN401 - JSON of any kind
        about = [subject_of(each) for each in records]
        for record_type in {each.record_type for each in about}:
            ids = [each.record_id for each in about if each.record_type == record_type]
            self.pen.fetch_keys(record_type, ids)
        for subject in about:
            self.pen.write(operation, subject, **content)


@contextmanager
def transaction(
    database: Database, actor: Actor, *, purpose: str, at: datetime, answers: bool = False
) -> Iterator[Transaction]:
    """Give a transaction: one at a time, all of it kept with its audit lines, or nothing.

    Parameters
    ----------
    database
        An open database at this version's revision.
    actor
        Who acts.
    purpose
        Why, in words; sealed in each audit line.
    at
        When, with its zone: the caller's clock.
    answers
        Whether the actor answers data subjects, and so is shown restricted records.

    Raises
    ------
    UsageError
        If no purpose is given, or the time carries no zone.
    BusyWorkspaceError
        If a backup is being restored.
    """
    if not purpose.strip():
        msg = "No purpose is given."
        raise UsageError(msg, remedy="Say in words why records are read or changed.")
    if at.tzinfo is None:
        msg = "The time of a transaction carries no zone."
        raise UsageError(msg, value=at, remedy="Give a time with its offset.")
    if database.is_noted and database.restoring.exists():
        msg = "A backup is being restored."
        remedy = "Wait for it; if it was stopped in the middle, restore again."
        raise BusyWorkspaceError(msg, file=database.restoring, remedy=remedy)
    keyring, purpose = read_keyring(database.apart), actor.said(purpose)
    with database_faults():
        with AuditedSession(database.writing, expire_on_commit=False) as session, session.begin():
            database.take_turn(session.connection())
            pen = Pen(session=session, keyring=keyring, actor=actor, purpose=purpose, at=at)
            session.info[PEN] = pen
            yield Transaction(
                session=session,
                database=database,
                actor=actor,
                purpose=purpose,
                at=at,
                pen=pen,
                answers=answers,
            )
            session.flush()
            head = session.get(AuditHead, ONLY, execution_options=UNSHOWN)
            noted = None if head is None else head.end
        if noted is not None and database.is_noted:
            SealedHead(apart=database.apart, keyring=keyring).write(noted)


@contextmanager
def reading(database: Database) -> Iterator[Reading]:
    """Give a look for checks whose rows are shown to nobody; other transactions go on.

    Raises
    ------
    RefusedError
        If something was changed in it.
    """
    with database_faults(), AuditedSession(database.engine, expire_on_commit=False) as session:
        yield Reading(session=session)
        if session.new or session.dirty or session.deleted:
            msg = "A look changes nothing."
            raise RefusedError(msg, remedy="Use `transaction`.")
