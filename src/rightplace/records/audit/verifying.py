"""Verifying the audit chain of a database against itself and against what is noted apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import aliased

from rightplace.errors import BadInputError
from rightplace.records.audit.actor import Operation
from rightplace.records.audit.chain import Break, Head, Verdict, check_chain
from rightplace.records.audit.keys import read_keyring
from rightplace.records.audit.lines import AuditHead, AuditLine, RecordKey
from rightplace.records.audit.pen import UNSHOWN
from rightplace.records.audit.safeguard import AuditedSession
from rightplace.records.audit.sealed_head import SealedHead
from rightplace.records.database.front import database_faults

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

    from rightplace.records.audit.chain import Line
    from rightplace.records.database.front import Database

AT_ONCE, LEAST = 1000, -(2**31)
"""Lines held in memory at a time, and the least number that a column of the database holds."""


def verify(database: Database, *, by_note: bool = True) -> Verdict:
    """Return whether the audit chain is whole, and the first line that is not.

    The chain must pass through the head that stands in the database and the signed one that is
    noted apart from it; by the latter not where ``by_note`` is false, for a backup is older.
    """
    sealed = SealedHead(apart=database.apart, keyring=read_keyring(database.apart))
    with database_faults(), AuditedSession(_steady(database)) as session:
        # Before the lines: one committed meanwhile would else seem to be missing.
        try:
            noted = sealed.read() if by_note else None
        except BadInputError as error:
            return Verdict(lines=0, broken=Break(line=0, finding=error.fault.message))
        head = session.scalar(select(AuditHead))
        if head is None:
            return Verdict(lines=0, broken=Break(line=0, finding="the head was removed"))
        ends: list[Head] = [head.end, *([] if noted is None else [noted])]
        verdict = check_chain(_lines(session), start=head.start, ends=ends)
        if verdict.broken is not None:
            return verdict
        return Verdict(lines=verdict.lines, broken=_lost_key(session))


def _steady(database: Database) -> Engine:
    """Return an engine by which one transaction sees one state of the database throughout."""
    if database.is_sqlite:
        return database.engine
    return database.engine.execution_options(isolation_level="REPEATABLE READ")


def _lost_key(session: AuditedSession) -> Break | None:
    """Return the first line whose key is gone though its record was not erased, or None."""
    erasure = aliased(AuditLine)
    erased = select(erasure.number).where(
        erasure.operation == Operation.ERASURE.value,
        erasure.record_type == AuditLine.record_type,
        erasure.record_id == AuditLine.record_id,
        erasure.number > AuditLine.number,
    )
    keyless = select(AuditLine).where(
        AuditLine.key_id.not_in(select(RecordKey.id)), ~erased.exists()
    )
    first = session.scalars(
        keyless.order_by(AuditLine.number).limit(1), execution_options=UNSHOWN
    ).first()
    finding = "cannot be read: its key is gone, and its record was not erased"
    return None if first is None else Break(line=first.number, finding=finding)


def _lines(session: AuditedSession) -> Iterator[tuple[Line, str]]:
    last = LEAST
    while True:
        wanted = select(AuditLine).where(AuditLine.number > last).order_by(AuditLine.number)
        page = session.scalars(wanted.limit(AT_ONCE), execution_options=UNSHOWN).all()
        if not page:
            return
        for line in page:
            yield line.as_hashed(), line.hash
        last = page[-1].number
        session.expunge_all()
