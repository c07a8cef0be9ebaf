"""Tables of legal holds and of what was deleted."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from rightplace.records.database.base import Record
from rightplace.records.database.handling import Period, open_field, personal, sensitive


class LegalHold(Record):
    """That records must not be deleted while a case needs them; reason, owner, review date."""

    __tablename__ = "legal_hold"
    kept_from: ClassVar[str | None] = "released_at"
    __table_args__ = (
        CheckConstraint("trim(reason) <> ''", name="reason"),
        CheckConstraint("trim(owner) <> ''", name="owner"),
        CheckConstraint("record_type IS NOT NULL OR record_id IS NULL", name="record_type"),
        CheckConstraint("record_type IS NOT NULL OR about IS NOT NULL", name="scope"),
        CheckConstraint("(released_at IS NULL) = (released_by IS NULL)", name="released"),
        CheckConstraint("(released_at IS NULL) = (release_reason IS NULL)", name="release_reason"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, info=open_field(Period.CONTROL))
    record_type: Mapped[str | None] = mapped_column(info=open_field(Period.CONTROL))
    record_id: Mapped[str | None] = mapped_column(info=personal(Period.CONTROL))
    about: Mapped[str | None] = mapped_column(info=open_field(Period.CONTROL))
    """The product whose records are held, whatever their type."""
    reason: Mapped[str] = mapped_column(info=sensitive(Period.CONTROL))
    owner: Mapped[str] = mapped_column(info=personal(Period.CONTROL))
    review_on: Mapped[date] = mapped_column(info=open_field(Period.CONTROL))
    placed_by: Mapped[str] = mapped_column(info=personal(Period.CONTROL))
    placed_at: Mapped[datetime] = mapped_column(info=open_field(Period.CONTROL))
    released_by: Mapped[str | None] = mapped_column(info=personal(Period.CONTROL))
    release_reason: Mapped[str | None] = mapped_column(info=sensitive(Period.CONTROL))
    released_at: Mapped[datetime | None] = mapped_column(info=open_field(Period.CONTROL))

    @property
    def product(self) -> str | None:
        """The product whose records are held, or None."""
        return self.about


class DeletionCertificate(Record):
    """What was deleted, how many and under which period; nothing of what it said."""

    __tablename__ = "deletion_certificate"
    kept_from: ClassVar[str | None] = "certified_at"
    __table_args__ = (CheckConstraint("records > 0", name="records"),)

    id: Mapped[str] = mapped_column(primary_key=True, info=open_field(Period.CONTROL))
    record_type: Mapped[str] = mapped_column(info=open_field(Period.CONTROL))
    records: Mapped[int] = mapped_column(info=open_field(Period.CONTROL))
    grounds: Mapped[str] = mapped_column(info=open_field(Period.CONTROL))
    """The period that ended, with its length; or the request that was granted."""
    before: Mapped[datetime | None] = mapped_column(info=open_field(Period.CONTROL))
    """What is older than this went; None where a request was granted."""
    certified_at: Mapped[datetime] = mapped_column(info=open_field(Period.CONTROL))


class DeletionPermit(Record):
    """That one record may be removed: without it, triggers refuse to remove the row.

    It is written, used and removed in one transaction, so the table is empty between them.
    """

    __tablename__ = "deletion_permit"
    is_audited: ClassVar[bool] = False  # the line of erasure tells of it

    record_type: Mapped[str] = mapped_column(primary_key=True, info=open_field(Period.LASTING))
    record_id: Mapped[str] = mapped_column(primary_key=True, info=personal(Period.LASTING))
