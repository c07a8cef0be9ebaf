"""The tables of the audit chain: its lines, its head, where it was pruned, and records' keys."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from rightplace.records.audit.chain import Head, Line
from rightplace.records.database.base import Record
from rightplace.records.database.handling import Period, open_field, personal, sensitive

ONLY = 1
"""The number of the one row of a table that has one row."""


class AuditLine(Record):
    """One line of the chain; triggers refuse to alter any, and to remove any not yet pruned."""

    __tablename__ = "audit_line"
    kept_from: ClassVar[str | None] = "at"
    __table_args__ = (
        Index("ix_audit_line_record", "record_type", "record_id"),
        Index("ix_audit_line_actor", "actor_id", "at"),
        Index("ix_audit_line_product", "product"),
    )
    is_audited: ClassVar[bool] = False

    number: Mapped[int] = mapped_column(
        primary_key=True, autoincrement=False, info=open_field(Period.AUDIT)
    )
    at: Mapped[datetime] = mapped_column(info=open_field(Period.AUDIT))
    operation: Mapped[str] = mapped_column(info=open_field(Period.AUDIT))
    actor_id: Mapped[str] = mapped_column(info=personal(Period.AUDIT))
    record_type: Mapped[str] = mapped_column(info=open_field(Period.AUDIT))
    record_id: Mapped[str] = mapped_column(info=personal(Period.AUDIT))
    about: Mapped[str | None] = mapped_column("product", info=sensitive(Period.AUDIT))
    key_id: Mapped[str] = mapped_column(info=open_field(Period.AUDIT))
    sealed: Mapped[str] = mapped_column(info=sensitive(Period.AUDIT))
    previous: Mapped[str] = mapped_column(info=open_field(Period.AUDIT))
    hash: Mapped[str] = mapped_column(info=open_field(Period.AUDIT))

    @property
    def product(self) -> str | None:
        """The product that the record of the line is about, or None."""
        return self.about

    def as_hashed(self) -> Line:
        """Return the line as its hash covers it."""
        return Line(
            number=self.number,
            at=self.at,
            operation=self.operation,
            actor_id=self.actor_id,
            record_type=self.record_type,
            record_id=self.record_id,
            product=self.about,
            key_id=self.key_id,
            sealed=self.sealed,
            previous=self.previous,
        )


class AuditHead(Record):
    """Where the chain ends and where it was pruned: one row, altered with each line."""

    __tablename__ = "audit_head"
    __table_args__ = (CheckConstraint(f"id = {ONLY}", name="one_row"),)
    is_audited: ClassVar[bool] = False

    id: Mapped[int] = mapped_column(
        primary_key=True, autoincrement=False, info=open_field(Period.LASTING)
    )
    lines: Mapped[int] = mapped_column(info=open_field(Period.LASTING))
    hash: Mapped[str] = mapped_column(info=open_field(Period.LASTING))
    pruned_lines: Mapped[int] = mapped_column(info=open_field(Period.LASTING))
    pruned_hash: Mapped[str] = mapped_column(info=open_field(Period.LASTING))

    @property
    def end(self) -> Head:
        """Where the chain ends."""
        return Head(lines=self.lines, hash=self.hash)

    @property
    def start(self) -> Head:
        """Where what is left of the chain begins."""
        return Head(lines=self.pruned_lines, hash=self.pruned_hash)


class RecordKey(Record):
    """The key that seals what the chain holds of one record; removed when the record is."""

    __tablename__ = "record_key"
    __table_args__ = (UniqueConstraint("record_type", "record_id"),)
    is_audited: ClassVar[bool] = False

    id: Mapped[str] = mapped_column(primary_key=True, info=open_field(Period.LASTING))
    record_type: Mapped[str] = mapped_column(info=open_field(Period.LASTING))
    record_id: Mapped[str] = mapped_column(info=personal(Period.LASTING))
    wrapped: Mapped[bytes] = mapped_column(info=sensitive(Period.LASTING))
