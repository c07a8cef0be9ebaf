"""Verifying the audit chain of a database against itself and against what is noted apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from rightplace.errors import BadInputError
from rightplace.records.audit.chain import Break, Head, Verdict, check_chain
from rightplace.records.audit.keys import read_keyring
from rightplace.records.audit.lines import AuditHead, AuditLine
from rightplace.records.audit.pen import UNSHOWN
from rightplace.records.audit.safeguard import AuditedSession
from rightplace.records.audit.sealed_head import SealedHead
from rightplace.records.database.front import database_faults

if TYPE_CHECKING:
    from collections.abc import Iterator

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
    with database_faults(), AuditedSession(database.engine) as session:
        # Before the lines: one committed meanwhile would else seem to be missing.
        try:
            noted = sealed.read() if by_note else None
        except BadInputError as error:
            return Verdict(lines=0, broken=Break(line=0, finding=error.fault.message))
        head = session.scalar(select(AuditHead))
        if head is None:
            return Verdict(lines=0, broken=Break(line=0, finding="the head was removed"))
        ends: list[Head] = [head.end, *([] if noted is None else [noted])]
        return check_chain(_lines(session), start=head.start, ends=ends)


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
