"""Who did what: lines of the audit chain by record, by officer and by product.

A look at the log is itself written to it: one line that names what was asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from rightplace.records.audit.actor import Operation
from rightplace.records.audit.keys import unseal
from rightplace.records.audit.lines import AuditLine, RecordKey
from rightplace.records.audit.pen import Subject

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement

    from rightplace.records.audit.transaction import Transaction

AT_ONCE = 500
"""Keys asked for in one statement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedAct:
    """One line of the audit chain, as a data protection officer reads it.

    Parameters
    ----------
    content
        What was sealed (actor's name, purpose, old and new values, recipients); None where the
        record was erased and its key destroyed.
    """

    number: int
    at: datetime
    operation: Operation
    actor_id: str
    record_type: str
    record_id: str
    product: str | None
    content: dict[str, Any] | None


def by_record(tx: Transaction, *, record_type: str, record_id: str) -> list[LoggedAct]:
    """Return everything that was done to a record, looks included, oldest first."""
    asked = Subject(record_type=record_type, record_id=record_id)
    found = AuditLine.record_type == record_type, AuditLine.record_id == record_id
    return _acts(tx, *found, asked=asked, by="record")


def by_officer(
    tx: Transaction, actor_id: str, *, since: datetime, until: datetime
) -> list[LoggedAct]:
    """Return everything that somebody did in a half-open time, oldest first."""
    found = AuditLine.actor_id == actor_id, AuditLine.at >= since, AuditLine.at < until
    return _acts(tx, *found, asked=Subject(record_type="actor", record_id=actor_id), by="officer")


def by_product(tx: Transaction, product: str) -> list[LoggedAct]:
    """Return everything that was done to a product and what is about it, oldest first."""
    asked = Subject(record_type="product", record_id=product, product=product)
    return _acts(tx, AuditLine.about == product, asked=asked, by="product")


def _acts(
    tx: Transaction, *conditions: ColumnElement[bool], asked: Subject, by: str
) -> list[LoggedAct]:
    lines = tx.unshown(select(AuditLine).where(*conditions).order_by(AuditLine.number))
    keys = _keys(tx, [line.key_id for line in lines])
    acts = [
        LoggedAct(
            number=line.number,
            at=line.at,
            operation=Operation(line.operation),
            actor_id=line.actor_id,
            record_type=line.record_type,
            record_id=line.record_id,
            product=line.about,
            content=_content(line, keys.get(line.key_id)),
        )
        for line in lines
    ]
    tx.log(Operation.CONSULTATION, asked, audit_log_by=by, lines=len(acts))
    return acts


def _keys(tx: Transaction, key_ids: Sequence[str]) -> dict[str, bytes]:
    """Return the keys that are left, unwrapped, by id."""
    ids = sorted(set(key_ids))
    found: dict[str, bytes] = {}
    for first in range(0, len(ids), AT_ONCE):
        for key in tx.unshown(
            select(RecordKey).where(RecordKey.id.in_(ids[first : first + AT_ONCE]))
        ):
            found[key.id] = tx.pen.keyring.unwrap(key.wrapped, key_id=key.id)
    return found


def _content(line: AuditLine, key: bytes | None) -> dict[str, Any] | None:
    return None if key is None else unseal(line.sealed, key, key_id=line.key_id)
