"""The table of entries of the register of operations and units."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from rightplace.records.database.base import Record
from rightplace.records.database.handling import Period, open_field, personal, sensitive

OPEN = open_field(Period.LASTING)
PERSONAL = personal(Period.LASTING)
SENSITIVE = sensitive(Period.LASTING)


class OperationEntry(Record):
    """One entry of the register; never altered, never removed.

    Each entry names the digest of the one before it, so none can leave without all that follow:
    entries last as long as the database (a choice of ours: a register from which results could
    fall out in time would be none). They tell of places and units, and of persons only who on the
    staff entered them.
    """

    __tablename__ = "operation_entry"
    __table_args__ = (
        CheckConstraint("number > 0", name="number"),
        UniqueConstraint("form_id", name="uq_operation_entry_form_id"),
        Index("ix_operation_entry_about", "about"),
    )

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, info=OPEN)
    """Its place in the register, from 1."""
    kind: Mapped[str] = mapped_column(info=OPEN)
    """As in ``evaluate.operations.entries``."""
    about: Mapped[str] = mapped_column(info=OPEN)
    """Id of the operation's plan; ``units`` where it tells of units."""
    line: Mapped[str] = mapped_column(info=SENSITIVE)
    """``Entry.line``: the whole entry as JSON, with its digest and the one before it."""
    sha256: Mapped[str] = mapped_column(info=OPEN)
    entered_at: Mapped[datetime] = mapped_column(info=OPEN)
    entered_by: Mapped[str] = mapped_column(info=PERSONAL)
    form_id: Mapped[str | None] = mapped_column(info=OPEN)
    """Of the form that was sent, so that what is sent twice is kept once."""
