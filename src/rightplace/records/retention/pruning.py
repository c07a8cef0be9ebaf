"""Pruning the audit chain: its oldest lines go when their period ends; the rest verifies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from rightplace.records.audit.actor import Operation
from rightplace.records.audit.lines import ONLY, AuditHead, AuditLine, RecordKey
from rightplace.records.audit.pen import Subject
from rightplace.records.retention.holds import Held, holds_in_force, is_held

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.records.audit.transaction import Transaction


def prune_chain(tx: Transaction, *, before: datetime) -> int:
    """Remove the oldest lines up to the first that is younger, or held; return how many.

    Keys that seal nothing any more go with them.
    """
    last = _last_to_go(tx, before=before)
    if last is None:
        return 0
    head = tx.unshown_one(AuditHead, ONLY)
    if head is None:
        return 0
    number, count = last.number, last.number - head.pruned_lines
    head.pruned_lines, head.pruned_hash = number, last.hash
    tx.session.flush()
    connection = tx.session.connection()
    # Not row by row: lines of the chain are no records that the chain itself tells of.
    connection.execute(delete(AuditLine.__table__).where(AuditLine.number <= number))  # type: ignore[arg-type]  # a Table, typed wider
    sealing = select(AuditLine.key_id)
    connection.execute(delete(RecordKey.__table__).where(RecordKey.id.not_in(sealing)))  # type: ignore[arg-type]  # a Table, typed wider
    tx.session.expire_all()
    tx.pen.forget()
    chain = Subject(record_type=AuditLine.__tablename__, record_id=str(number))
    tx.log(Operation.MAINTENANCE, chain, pruned=count)
    return count


def _last_to_go(tx: Transaction, *, before: datetime) -> AuditLine | None:
    """Return the last line of the oldest that may go, or None."""
    young = select(AuditLine).where(AuditLine.at >= before).order_by(AuditLine.number).limit(1)
    first_young = tx.unshown(young)
    wanted = select(AuditLine).order_by(AuditLine.number)
    if first_young:
        wanted = wanted.where(AuditLine.number < first_young[0].number)
    holds = holds_in_force(tx)
    last = None
    for line in tx.unshown(wanted):
        about = Held(record_type=line.record_type, record_id=line.record_id, product=line.about)
        if is_held(about, holds):
            break
        last = line
    return last
