"""The table of what was done about breaches of the law of powers.

A breach itself is not stored: it follows from what happened and from the law (decision 20), so
none can be left out. Stored is who owns it, what remedy is noted, and how it was closed.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from rightplace.records.database.base import Record
from rightplace.records.database.handling import Period, open_field, personal, sensitive

OPEN = open_field(Period.POWERS)
PERSONAL = personal(Period.POWERS)
SENSITIVE = sensitive(Period.POWERS)


class PowersBreachAct(Record):
    """Something done about one breach; never altered."""

    __tablename__ = "powers_breach_act"
    kept_from: ClassVar[str | None] = "done_at"
    __table_args__ = (
        CheckConstraint("act IN ('owned', 'remedy', 'closed')", name="act"),
        CheckConstraint("trim(words) <> ''", name="words"),
        CheckConstraint("(act = 'closed') = (decision IS NOT NULL)", name="decision"),
        UniqueConstraint("form_id", name="uq_powers_breach_act_form_id"),
        Index("ix_powers_breach_act_breach", "breach"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, info=OPEN)
    breach: Mapped[str] = mapped_column(info=OPEN)
    """Which: what it is about, and what was breached."""
    about: Mapped[str] = mapped_column(info=OPEN)
    """Reference of the authorisation or of the search."""
    bcu: Mapped[str] = mapped_column(info=OPEN)
    act: Mapped[str] = mapped_column(info=OPEN)
    """``owned``, ``remedy`` or ``closed``."""
    decision: Mapped[str | None] = mapped_column(info=OPEN)
    words: Mapped[str] = mapped_column(info=SENSITIVE)
    done_at: Mapped[datetime] = mapped_column(info=OPEN)
    done_by: Mapped[str] = mapped_column(info=PERSONAL)
    form_id: Mapped[str | None] = mapped_column(info=OPEN)
    """Of the form that was sent, so that what is sent twice is kept once."""
