"""Tables of section 60 authorisations and of what happened in the life of each."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from rightplace.records.database.base import Record
from rightplace.records.database.handling import Period, open_field, personal, sensitive

OPEN = open_field(Period.POWERS)
PERSONAL = personal(Period.POWERS)
SENSITIVE = sensitive(Period.POWERS)


class Section60(Record):
    """One authorisation, from its first draft; what it is follows from what happened to it."""

    __tablename__ = "section_60"
    kept_from: ClassVar[str | None] = "closed_at"
    __table_args__ = (CheckConstraint("trim(bcu) <> ''", name="bcu"),)

    reference: Mapped[str] = mapped_column(primary_key=True, info=OPEN)
    force: Mapped[str] = mapped_column(info=OPEN)
    bcu: Mapped[str] = mapped_column(info=OPEN)
    opened_at: Mapped[datetime] = mapped_column(info=OPEN)
    closed_at: Mapped[datetime | None] = mapped_column(info=OPEN)
    """When it was published, refused or left; None while something is still to be done."""


class Section60Event(Record):
    """Something that happened to an authorisation; never altered."""

    __tablename__ = "section_60_event"
    kept_from: ClassVar[str | None] = "entered_at"
    part_of: ClassVar[str | None] = Section60.__tablename__
    leaves_with_whole: ClassVar[bool] = True
    __table_args__ = (
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("entered_at >= at", name="entered_at"),
        UniqueConstraint("form_id", name="uq_section_60_event_form_id"),
        Index("ix_section_60_event_entered_at", "entered_at"),
    )

    reference: Mapped[str] = mapped_column(
        ForeignKey("section_60.reference"), primary_key=True, info=OPEN
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, info=OPEN)
    """Its place in the history, from 1."""
    kind: Mapped[str] = mapped_column(info=OPEN)
    content: Mapped[str] = mapped_column(info=SENSITIVE)
    """JSON of ``powers.section_60.codec``."""
    at: Mapped[datetime] = mapped_column(info=OPEN)
    entered_at: Mapped[datetime] = mapped_column(info=OPEN)
    entered_by: Mapped[str] = mapped_column(info=PERSONAL)
    form_id: Mapped[str | None] = mapped_column(info=OPEN)
    """Of the form that was sent, so that what is sent twice is kept once."""

    @property
    def whole_id(self) -> str:
        """The authorisation that it happened to."""
        return self.reference
