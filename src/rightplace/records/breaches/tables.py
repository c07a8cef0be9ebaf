"""The table of personal data breaches."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from rightplace.records.audit.restricted import OPEN, PERSONAL, SENSITIVE
from rightplace.records.database.base import Record


class Breach(Record):
    """A personal data breach: its facts, its effects, what was done, and who was told or why not.

    Every breach is recorded, also one of which nobody need be told (DPA 2018 s67(6)).
    """

    __tablename__ = "breach"
    kept_from: ClassVar[str | None] = "closed_at"
    __table_args__ = (
        CheckConstraint("trim(what) <> ''", name="what"),
        CheckConstraint("people_affected >= 0", name="people_affected"),
        CheckConstraint("likelihood IN ('unlikely', 'risk', 'high risk')", name="likelihood"),
        CheckConstraint("(assessed_at IS NULL) = (likelihood IS NULL)", name="assessed"),
        CheckConstraint("(assessed_at IS NULL) = (assessment IS NULL)", name="assessment"),
        CheckConstraint(
            "ico_told_at IS NULL OR ico_not_told_reason IS NULL", name="ico_told_or_not"
        ),
        CheckConstraint(
            "subjects_told_at IS NULL OR subjects_not_told_reason IS NULL",
            name="subjects_told_or_not",
        ),
        CheckConstraint("(closed_at IS NULL) = (closed_by IS NULL)", name="closed"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, info=OPEN)
    what: Mapped[str] = mapped_column(info=SENSITIVE)
    happened: Mapped[str] = mapped_column(info=SENSITIVE)
    """When it happened, in words: often it is not known to the day."""
    aware_at: Mapped[datetime] = mapped_column(info=OPEN)
    """When we became aware of it: the 72 hours count from then."""
    people_affected: Mapped[int | None] = mapped_column(info=OPEN)
    """About how many; None where unknown."""
    effects: Mapped[str] = mapped_column(info=SENSITIVE)
    action: Mapped[str] = mapped_column(info=SENSITIVE)
    recorded_by: Mapped[str] = mapped_column(info=PERSONAL)
    recorded_at: Mapped[datetime] = mapped_column(info=OPEN)
    likelihood: Mapped[str | None] = mapped_column(info=OPEN)
    assessment: Mapped[str | None] = mapped_column(info=SENSITIVE)
    assessed_by: Mapped[str | None] = mapped_column(info=PERSONAL)
    assessed_at: Mapped[datetime | None] = mapped_column(info=OPEN)
    ico_told_at: Mapped[datetime | None] = mapped_column(info=OPEN)
    ico_reference: Mapped[str | None] = mapped_column(info=OPEN)
    late_reason: Mapped[str | None] = mapped_column(info=SENSITIVE)
    ico_not_told_reason: Mapped[str | None] = mapped_column(info=SENSITIVE)
    subjects_told_at: Mapped[datetime | None] = mapped_column(info=OPEN)
    subjects_told_how: Mapped[str | None] = mapped_column(info=SENSITIVE)
    subjects_not_told_reason: Mapped[str | None] = mapped_column(info=SENSITIVE)
    closed_by: Mapped[str | None] = mapped_column(info=PERSONAL)
    closed_at: Mapped[datetime | None] = mapped_column(info=OPEN)
