"""Use case: what is kept how long, what was deleted, what a case holds back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightplace.app.accountability.holds import HoldShown, hold_shown
from rightplace.errors import RefusedError
from rightplace.records.accounts.roles import Permission
from rightplace.records.audit.transaction import transaction
from rightplace.records.database.base import models
from rightplace.records.database.handling import Handling
from rightplace.records.retention.holds import (
    HoldWanted,
    place_hold,
    release_hold,
    review_hold,
)
from rightplace.records.retention.periods import register
from rightplace.records.retention.tables import DeletionCertificate, LegalHold

if TYPE_CHECKING:
    from datetime import date

    from rightplace.app.accountability.office import Office
    from rightplace.records.audit.transaction import Reading, Transaction
    from rightplace.records.retention.periods import Field

CERTIFICATES = 20
"""Newest certificates shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableLine:
    """One table of the register of retention.

    Parameters
    ----------
    table
        Its name.
    kept
        How long its rows are kept, from when on, in words.
    open, personal, sensitive
        Its fields by how they are handled.
    """

    table: str
    kept: str
    open: tuple[str, ...]
    personal: tuple[str, ...]
    sensitive: tuple[str, ...]

    @property
    def row(self) -> tuple[str, ...]:
        """The cells of its row."""
        fields = (self.open, self.personal, self.sensitive)
        return self.table, self.kept, *(", ".join(each) or "none" for each in fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateLine:
    """What was deleted: when, how many of which type, why."""

    id: str
    at: str
    records: str
    grounds: str

    @property
    def row(self) -> tuple[str, ...]:
        """The cells of its row."""
        return self.at, self.records, self.grounds, self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepingPage:
    """What is kept how long.

    Parameters
    ----------
    last
        The newest certificate in a sentence; empty where nothing was deleted yet.
    certificates
        The newest ones.
    holds
        Holds in force, the next review first; None where the person may not see them.
    held_types
        Record types that can be held by themselves, as a form offers them, and any first.
    tables
        Every table with its fields.
    fields, personal, sensitive
        How many fields there are, and of the last two kinds.
    """

    last: str
    certificates: tuple[CertificateLine, ...]
    holds: tuple[HoldShown, ...] | None
    held_types: tuple[tuple[str, str], ...]
    tables: tuple[TableLine, ...]
    fields: int
    personal: int
    sensitive: int


def read_keeping(office: Office) -> KeepingPage:
    """Return the register of retention, certificates and holds.

    Raises
    ------
    RefusedError
        If the person may neither read the audit chain nor hold records.
    """
    may_hold = office.may(Permission.HOLD)
    if not (may_hold or office.may(Permission.READ_AUDIT)):
        msg = f"Your roles ({office.person.role}) do not include the register of retention."
        raise RefusedError(msg, remedy="Ask the data protection officer.")
    purpose = "See what is kept how long."
    with transaction(office.database, office.person.actor, purpose=purpose, at=office.at) as tx:
        certificates = _certificates(tx, office)
        holds = _holds(tx, office) if may_hold else None
    tables = _tables(office)
    newest = certificates[0] if certificates else None
    return KeepingPage(
        last="" if newest is None else f"{newest.at}: {newest.records} ({newest.grounds})",
        certificates=certificates,
        holds=holds,
        held_types=(("", "Any"), *((name, name) for name in _wholes())),
        tables=tables,
        fields=sum(len((*each.open, *each.personal, *each.sensitive)) for each in tables),
        personal=sum(len(each.personal) for each in tables),
        sensitive=sum(len(each.sensitive) for each in tables),
    )


def _wholes() -> list[str]:
    """Return the record types that can be held by themselves."""
    return [model.__tablename__ for model in models() if model.kept_from and not model.part_of]


def _certificates(quiet: Reading, office: Office) -> tuple[CertificateLine, ...]:
    from sqlalchemy import select

    order = DeletionCertificate.certified_at.desc(), DeletionCertificate.record_type
    wanted = select(DeletionCertificate).order_by(*order).limit(CERTIFICATES)
    return tuple(
        CertificateLine(
            id=each.id,
            at=office.moment(each.certified_at),
            records=f"{each.records:,} {each.record_type}",
            grounds=each.grounds,
        )
        for each in quiet.unshown(wanted)
    )


def _holds(tx: Transaction, office: Office) -> tuple[HoldShown, ...]:
    from sqlalchemy import select

    wanted = select(LegalHold).where(LegalHold.released_at.is_(None))
    found = tx.view(wanted.order_by(LegalHold.review_on, LegalHold.id))
    return tuple(hold_shown(each, on=office.today) for each in found)


def _tables(office: Office) -> tuple[TableLine, ...]:
    clocks = {model.__tablename__: model.kept_from for model in models()}
    by_table: dict[str, list[Field]] = {}
    for each in register():
        by_table.setdefault(each.table, []).append(each)
    return tuple(_table(name, fields, clocks[name], office) for name, fields in by_table.items())


def _table(name: str, fields: list[Field], counts_from: str | None, office: Office) -> TableLine:
    days = office.retention.days(fields[0].period)  # rows leave whole: all share it
    kept = "as long as the service" if days is None else f"{days:,} days from {counts_from}"
    by_handling = {
        handling: tuple(each.column for each in fields if each.handling is handling)
        for handling in Handling
    }
    return TableLine(
        table=name,
        kept=f"{kept} ({fields[0].period})",
        open=by_handling[Handling.OPEN],
        personal=by_handling[Handling.PERSONAL],
        sensitive=by_handling[Handling.SENSITIVE],
    )


def place(office: Office, wanted: HoldWanted) -> None:
    """Hold records back from deletion from now on."""
    with office.acting(Permission.HOLD, "Place a legal hold.") as tx:
        place_hold(tx, wanted)


def keep_on(office: Office, hold_id: str, *, reason: str, next_review: date) -> None:
    """Keep a hold on until its next review."""
    with office.acting(Permission.HOLD, "Review a legal hold.") as tx:
        review_hold(tx, hold_id, reason=reason, next_review=next_review)


def let_go(office: Office, hold_id: str, *, reason: str) -> None:
    """Release a hold: what is past its period goes with the next night."""
    with office.acting(Permission.HOLD, "Release a legal hold.") as tx:
        release_hold(tx, hold_id, reason=reason)
