"""Table of decisions on proposed effect sizes."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from rightplace.records.database.base import Record
from rightplace.records.database.handling import Period, open_field, personal, sensitive


class EffectDecision(Record):
    """What a named person decided on a proposed effect size, as what, and why; never altered.

    The job that puts an approved one into force has the same id.
    """

    __tablename__ = "effect_decision"
    kept_from: ClassVar[str | None] = "decided_at"
    __table_args__ = (
        CheckConstraint("trim(reason) <> ''", name="reason"),
        CheckConstraint("verdict IN ('approved', 'declined')", name="verdict"),
        CheckConstraint(
            "(verdict = 'approved') = (in_force_from IS NOT NULL)", name="in_force_from"
        ),
        Index("ix_effect_decision_proposal_id", "proposal_id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, info=open_field(Period.DECISIONS))
    proposal_id: Mapped[str] = mapped_column(info=open_field(Period.DECISIONS))
    verdict: Mapped[str] = mapped_column(info=open_field(Period.DECISIONS))
    in_force_from: Mapped[date | None] = mapped_column(info=open_field(Period.DECISIONS))
    """First day for which plans read it, where it is approved."""
    reason: Mapped[str] = mapped_column(info=sensitive(Period.DECISIONS))
    role: Mapped[str] = mapped_column(info=open_field(Period.DECISIONS))
    name: Mapped[str] = mapped_column(info=personal(Period.DECISIONS))
    """As their account named them then."""
    decided_by: Mapped[str] = mapped_column(info=personal(Period.DECISIONS))
    decided_at: Mapped[datetime] = mapped_column(info=open_field(Period.DECISIONS))

    @property
    def product(self) -> str:
        """The proposal that is decided on."""
        return self.proposal_id
