"""Table of rosters that were handed out to the officers on them."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from rightplace.records.database.base import Record
from rightplace.records.database.handling import Period, open_field, personal, sensitive


class RosterHandedOut(Record):
    """That a person handed out a roster, why, and with how many flags; once, never altered."""

    __tablename__ = "roster_handed_out"
    kept_from: ClassVar[str | None] = "handed_out_at"
    __table_args__ = (
        CheckConstraint("trim(reason) <> ''", name="reason"),
        CheckConstraint("short_notice >= 0 AND lacking >= 0", name="flags"),
        CheckConstraint("seconds_reading >= 0", name="seconds_reading"),
        UniqueConstraint("roster_id", name="uq_roster_handed_out_roster_id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, info=open_field(Period.DECISIONS))
    roster_id: Mapped[str] = mapped_column(info=open_field(Period.DECISIONS))
    short_notice: Mapped[int] = mapped_column(info=open_field(Period.DECISIONS))
    """Shifts changed with less notice than asked, that the roster flags."""
    lacking: Mapped[int] = mapped_column(info=open_field(Period.DECISIONS))
    """Demands that the roster does not meet."""
    reason: Mapped[str] = mapped_column(info=sensitive(Period.DECISIONS))
    seconds_reading: Mapped[int] = mapped_column(info=personal(Period.DECISIONS))
    handed_out_by: Mapped[str] = mapped_column(info=personal(Period.DECISIONS))
    handed_out_at: Mapped[datetime] = mapped_column(info=open_field(Period.DECISIONS))

    @property
    def product(self) -> str:
        """The roster."""
        return self.roster_id
