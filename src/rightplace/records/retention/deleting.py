"""Deleting records: at the end of their period each night, or because a request was granted.

Each deletion leaves a certificate (what, how many, under which period), a line of erasure for
each record, and an entry in the ledger kept apart; the key of each record is destroyed with it.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

import rightplace.records.database.tables  # noqa: F401 - makes every model known
from rightplace.errors import RefusedError
from rightplace.records.audit.keys import read_keyring
from rightplace.records.audit.lines import AuditLine
from rightplace.records.audit.transaction import reading, transaction
from rightplace.records.database.base import Record, models
from rightplace.records.database.front import database_faults, scrub
from rightplace.records.database.words import written
from rightplace.records.retention.holds import as_held, holds_in_force, is_held
from rightplace.records.retention.ledger import Entry, Ledger, Stage
from rightplace.records.retention.periods import period_of
from rightplace.records.retention.pruning import prune_chain
from rightplace.records.retention.tables import DeletionCertificate, DeletionPermit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement

    from rightplace.records.audit.actor import Actor
    from rightplace.records.audit.transaction import Transaction
    from rightplace.records.database.front import Database
    from rightplace.records.retention.periods import RetentionSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """What a deletion tells afterwards: nothing of what the records said."""

    id: str
    record_type: str
    records: int
    grounds: str
    before: datetime | None
    certified_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NightlyReport:
    """What a night's deletion did, and how many records holds kept though their time was over."""

    certificates: tuple[Certificate, ...]
    held_back: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Batch:
    """Records of one type that go together."""

    certificate: Certificate
    records: Sequence[Record]

    def entry(self, stage: Stage) -> Entry:
        return Entry(
            certificate_id=self.certificate.id,
            record_type=self.certificate.record_type,
            record_ids=tuple(each.identity for each in self.records),
            at=self.certificate.certified_at,
            stage=stage,
        )


def deletable() -> list[type[Record]]:
    """Return the models whose rows leave at the end of their period, parts before wholes."""
    found = [each for each in models() if each.kept_from is not None and each.is_audited]
    return sorted(found, key=lambda model: (model.part_of is None, model.__tablename__))


def delete_expired(
    database: Database, actor: Actor, *, at: datetime, settings: RetentionSettings
) -> NightlyReport:
    """Delete what is past its period and not held, prune the audit chain, certify both.

    Killed in the middle it has deleted all or nothing; ``settle`` then puts the ledger right.
    """
    ledger = Ledger(apart=database.apart, keyring=read_keyring(database.apart))
    batches: list[_Batch] = []
    held_back: dict[str, int] = {}
    with transaction(database, actor, purpose="End of the retention period.", at=at) as tx:
        for model in deletable():
            batch, held = _expired(tx, model, settings)
            held_back |= {model.__tablename__: held} if held else {}
            batches += [batch] if batch.records else []
        ledger.write(each.entry(Stage.BEGUN) for each in batches)
        for each in batches:
            _remove(tx, each)
        pruned = _prune(tx, settings)
    ledger.write(each.entry(Stage.DONE) for each in batches)
    ledger.forget(before=at - timedelta(days=settings.ledger_days))
    scrub(database)
    certificates = (*(each.certificate for each in batches), *pruned)
    return NightlyReport(certificates=certificates, held_back=held_back)


def due_to_go(
    database: Database, *, at: datetime, settings: RetentionSettings
) -> tuple[dict[str, int], dict[str, int]]:
    """Return how many records of each type the next deletion takes, and how many holds keep."""
    due: dict[str, int] = {}
    held: dict[str, int] = {}
    with reading(database) as quiet:
        holds = holds_in_force(quiet)
        for model in deletable():
            before = settings.before(period_of(model), at=at)
            rows = quiet.unshown(select(model).where(_is_past(model, before)))
            kept = sum(is_held(as_held(each), holds) for each in rows)
            due |= {model.__tablename__: len(rows) - kept} if len(rows) > kept else {}
            held |= {model.__tablename__: kept} if kept else {}
    return due, held


def delete_on_request(
    database: Database,
    actor: Actor,
    *,
    record_type: str,
    record_ids: Sequence[str],
    grounds: str,
    at: datetime,
) -> Certificate:
    """Delete records because a request was granted (DPA 2018 s47), with the parts they have.

    Raises
    ------
    RefusedError
        If a hold covers one, or records of the type are not deleted by themselves.
    """
    grounds = written(grounds, what="The grounds of the deletion")
    ledger = Ledger(apart=database.apart, keyring=read_keyring(database.apart))
    with transaction(database, actor, purpose=grounds, at=at) as tx:
        chosen = [m for m in deletable() if m.part_of == record_type]
        chosen += [m for m in deletable() if m.__tablename__ == record_type and not m.part_of]
        batches = [_asked(tx, model, set(record_ids), grounds) for model in chosen]
        batches = [each for each in batches if each.records]
        holds = holds_in_force(tx)
        held = [r for each in batches for r in each.records if is_held(as_held(r), holds)]
        if held or not batches:
            what = "is held for a case" if held else "is not there to be deleted"
            msg = f"A record of the type {record_type!r} {what}."
            raise RefusedError(msg, value=record_type, remedy="See the holds in force.")
        ledger.write(each.entry(Stage.BEGUN) for each in batches)
        for each in batches:
            _remove(tx, each)
    ledger.write(each.entry(Stage.DONE) for each in batches)
    scrub(database)
    return batches[-1].certificate


def settle(database: Database) -> list[str]:
    """Put right what a kill left open in the ledger; return what was found, in sentences."""
    ledger = Ledger(apart=database.apart, keyring=read_keyring(database.apart))
    open_ = [each for each in ledger.entries().values() if each.stage is Stage.BEGUN]
    settled: list[Entry] = []
    if open_:
        with database_faults(), database.writing.connect() as connection, connection.begin():
            database.take_turn(connection)  # a killed writer's commit may still be under way
            done = set(connection.scalars(select(DeletionCertificate.id)))
        settled = [
            replace(each, stage=Stage.DONE if each.certificate_id in done else Stage.ABANDONED)
            for each in open_
        ]
        ledger.write(settled)
    return [
        f"A deletion of {len(each.record_ids)} {each.record_type} was {each.stage}."
        for each in settled
    ]


def replay(database: Database, actor: Actor, *, at: datetime) -> int:
    """Delete from a restored backup what was deleted since it was made; return how many.

    A deletion that a kill left open counts as done: its records were due to go. Holds of the
    backup are not asked: the deletion was lawful when it was made.
    """
    ledger = Ledger(apart=database.apart, keyring=read_keyring(database.apart))
    gone: dict[str, set[str]] = {}
    entries = ledger.entries().values()
    for entry in entries:
        if entry.stage is not Stage.ABANDONED:
            gone.setdefault(entry.record_type, set()).update(entry.record_ids)
    count = 0
    with transaction(database, actor, purpose="Deletions since the backup.", at=at) as tx:
        for model in deletable():
            batch = _asked(
                tx, model, gone.get(model.__tablename__, set()), "deleted since the backup was made"
            )
            if batch.records:
                _remove(tx, batch)
                count += len(batch.records)
    ledger.write(replace(each, stage=Stage.DONE) for each in entries if each.stage is Stage.BEGUN)
    scrub(database)
    return count


def _expired(
    tx: Transaction, model: type[Record], settings: RetentionSettings
) -> tuple[_Batch, int]:
    """Return the rows of a model that are past their period, and how many of them are held."""
    period = period_of(model)
    before = settings.before(period, at=tx.at)
    due = tx.unshown(select(model).where(_is_past(model, before)))
    holds = holds_in_force(tx)
    free = [each for each in due if not is_held(as_held(each), holds)]
    grounds = f"{period}: {settings.days(period)} days from {model.kept_from}"
    batch = _Batch(certificate=_certificate(tx, model, len(free), grounds, before), records=free)
    return batch, len(due) - len(free)


def _is_past(model: type[Record], before: datetime | None) -> ColumnElement[bool]:
    """Return what is true of rows whose period is over; of a part, that its whole's is too."""
    clock: ColumnElement[bool] = model.__table__.columns[str(model.kept_from)] < before
    if not model.leaves_with_whole:
        return clock
    whole = next(each for each in models() if each.__tablename__ == model.part_of)
    wholes = select(whole.__mapper__.primary_key[0]).where(_is_past(whole, before))
    return clock & model.__mapper__.primary_key[0].in_(wholes)


def _asked(tx: Transaction, model: type[Record], wholes: set[str], grounds: str) -> _Batch:
    """Return the rows of a model by identity, or the parts of the wholes so named."""
    found: Sequence[Record] = []
    if wholes:
        key = model.__mapper__.primary_key[0]
        first = {each.split("/")[0] for each in wholes}
        named = tx.unshown(select(model).where(key.in_(first)))
        found = [each for each in named if each.identity in wholes or _whole(each) in wholes]
    return _Batch(certificate=_certificate(tx, model, len(found), grounds, None), records=found)


def _whole(record: Record) -> str | None:
    return as_held(record).record_id if record.part_of else None


def _certificate(
    tx: Transaction, model: type[Record], records: int, grounds: str, before: datetime | None
) -> Certificate:
    return Certificate(
        id=str(uuid.uuid4()),
        record_type=model.__tablename__,
        records=records,
        grounds=grounds,
        before=before,
        certified_at=tx.at,
    )


def _remove(tx: Transaction, batch: _Batch) -> None:
    """Remove rows, each by a permit that is gone with it, and certify it."""
    name = batch.certificate.record_type
    permits = [DeletionPermit(record_type=name, record_id=each.identity) for each in batch.records]
    tx.session.add_all(permits)
    tx.session.flush()
    for record in batch.records:
        tx.session.delete(record)
    tx.session.flush()
    for permit in permits:
        tx.session.delete(permit)
    _certify(tx, batch.certificate)


def _certify(tx: Transaction, certificate: Certificate) -> None:
    tx.add(
        DeletionCertificate(
            id=certificate.id,
            record_type=certificate.record_type,
            records=certificate.records,
            grounds=certificate.grounds,
            before=certificate.before,
            certified_at=certificate.certified_at,
        )
    )


def _prune(tx: Transaction, settings: RetentionSettings) -> list[Certificate]:
    """Prune the audit chain and certify it; nothing where no line is past its period."""
    period = period_of(AuditLine)
    before = settings.before(period, at=tx.at)
    count = prune_chain(tx, before=before) if before is not None else 0
    grounds = f"{period}: {settings.days(period)} days from at"
    if not count:
        return []
    certificate = _certificate(tx, AuditLine, count, grounds, before)
    _certify(tx, certificate)
    return [certificate]
