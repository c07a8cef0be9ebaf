"""Who did what: lines of the audit chain by record, person, officer and product.

A look at the log is itself written to it: one line that names what was asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, or_, select

from rightplace.records.audit.actor import Operation
from rightplace.records.audit.keys import unseal
from rightplace.records.audit.lines import AuditLine, RecordKey
from rightplace.records.audit.pen import UNSHOWN, Subject

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Select

    from rightplace.records.audit.transaction import Reading, Transaction

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


def by_person(
    tx: Transaction, person_id: str, *, records: Collection[tuple[str, str]]
) -> list[LoggedAct]:
    """Return everything that was done to records of a person, looks included, oldest first.

    Parameters
    ----------
    tx
        The transaction of whoever asks.
    person_id
        Who; lines about records of this id, or of parts of it, are found also where they are gone.
    records
        Type and id of each record that is held about them.
    """
    by_type: dict[str, set[str]] = {}
    for record_type, record_id in records:
        by_type.setdefault(record_type, set()).add(record_id)
    own = or_(
        AuditLine.record_id == person_id,
        AuditLine.record_id.startswith(f"{person_id}/", autoescape=True),
    )
    conditions = [own]
    for record_type, ids in sorted(by_type.items()):
        wanted = sorted(ids)
        for first in range(0, len(wanted), AT_ONCE):
            some = AuditLine.record_id.in_(wanted[first : first + AT_ONCE])
            conditions.append(and_(AuditLine.record_type == record_type, some))
    asked = Subject(record_type="person", record_id=person_id)
    lines = {line.number: line for each in conditions for line in tx.unshown(_lines(each))}
    return _opened(tx, [lines[number] for number in sorted(lines)], asked=asked, by="person")


def _lines(*conditions: ColumnElement[bool]) -> Select[AuditLine]:
    return select(AuditLine).where(*conditions).order_by(AuditLine.number)


def _acts(
    tx: Transaction, *conditions: ColumnElement[bool], asked: Subject, by: str
) -> list[LoggedAct]:
    return _opened(tx, tx.unshown(_lines(*conditions)), asked=asked, by=by)


def _opened(
    tx: Transaction, lines: Sequence[AuditLine], *, asked: Subject, by: str
) -> list[LoggedAct]:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """Which of the acts found are opened and returned, of the newest on.

    Parameters
    ----------
    since, until
        Only acts of this half-open time; None for no bound.
    skip
        Newest ones that are left out.
    most
        How many are returned.
    """

    since: datetime | None = None
    until: datetime | None = None
    skip: int = 0
    most: int


def newest(
    tx: Transaction, *, asked: Subject, by: str, wanted: Slice
) -> tuple[int, list[LoggedAct]]:
    """Return how many acts there are of an actor, product or record, and some, newest first.

    Parameters
    ----------
    tx
        The transaction of whoever asks; a line of consultation is written.
    asked
        Of the type ``actor`` or ``product``, or the record itself.
    by
        By what is asked, for that line.
    wanted
        Which of them.
    """
    about = AuditLine.record_type == asked.record_type, AuditLine.record_id == asked.record_id
    conditions: list[ColumnElement[bool]] = {
        "actor": [AuditLine.actor_id == asked.record_id],
        "product": [AuditLine.about == asked.record_id],
    }.get(asked.record_type, list(about))
    conditions += [] if wanted.since is None else [AuditLine.at >= wanted.since]
    conditions += [] if wanted.until is None else [AuditLine.at < wanted.until]
    count = select(func.count()).select_from(AuditLine).where(*conditions)
    found = tx.session.scalar(count, execution_options=UNSHOWN) or 0
    lines = select(AuditLine).where(*conditions).order_by(AuditLine.number.desc())
    some = tx.unshown(lines.offset(wanted.skip).limit(wanted.most))
    return found, _opened(tx, some, asked=asked, by=by)


def acts_since(tx: Reading, since: datetime) -> list[LoggedAct]:
    """Return every act since a moment, oldest first, without what is sealed, for a check.

    Whoever shows something of it writes that down.
    """
    asked = select(
        AuditLine.number,
        AuditLine.at,
        AuditLine.operation,
        AuditLine.actor_id,
        AuditLine.record_type,
        AuditLine.record_id,
        AuditLine.about,
    )
    wanted = asked.where(AuditLine.at >= since).order_by(AuditLine.number)
    return [
        LoggedAct(
            number=number,
            at=at,
            operation=Operation(operation),
            actor_id=actor_id,
            record_type=record_type,
            record_id=record_id,
            product=about,
            content=None,
        )
        for number, at, operation, actor_id, record_type, record_id, about in tx.session.execute(
            wanted, execution_options=UNSHOWN
        )
    ]
