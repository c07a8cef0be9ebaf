"""Tables of decisions on plans and of the plan in force."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from rightplace.records.database.base import Record
from rightplace.records.database.handling import Period, open_field, personal, sensitive


class Decision(Record):
    """What a person decided on a plan for one BCU, why, and how long they read; never altered."""

    __tablename__ = "decision"
    kept_from: ClassVar[str | None] = "decided_at"
    __table_args__ = (
        CheckConstraint("verdict IN ('accepted', 'changed', 'rejected')", name="verdict"),
        CheckConstraint("trim(reason) <> ''", name="reason"),
        CheckConstraint("seconds_reading >= 0", name="seconds_reading"),
        CheckConstraint("(verdict = 'changed') = (changed_to IS NOT NULL)", name="changed_to"),
        Index("ix_decision_plan_id", "plan_id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, info=open_field(Period.DECISIONS))
    plan_id: Mapped[str] = mapped_column(info=open_field(Period.DECISIONS))
    bcu: Mapped[str] = mapped_column(info=open_field(Period.DECISIONS))
    verdict: Mapped[str] = mapped_column(info=open_field(Period.DECISIONS))
    changed_to: Mapped[str | None] = mapped_column(info=open_field(Period.DECISIONS))
    reason: Mapped[str] = mapped_column(info=sensitive(Period.DECISIONS))
    seconds_reading: Mapped[int] = mapped_column(info=personal(Period.DECISIONS))
    decided_by: Mapped[str] = mapped_column(info=personal(Period.DECISIONS))
    decided_at: Mapped[datetime] = mapped_column(info=open_field(Period.DECISIONS))

    @property
    def product(self) -> str:
        """The plan decided on."""
        return self.plan_id


class InForce(Record):
    """Which plan is, or was, in force for a BCU and slot; or that none is, with its reason."""

    __tablename__ = "in_force"
    kept_from: ClassVar[str | None] = "slot_end"
    __table_args__ = (
        CheckConstraint("slot_end > slot_start", name="slot"),
        CheckConstraint("plan_id IS NOT NULL OR trim(reason) <> ''", name="reason"),
        CheckConstraint("(plan_id IS NULL) = (decision_id IS NULL)", name="decision"),
        Index(
            "uq_in_force_now",
            "bcu",
            "slot_start",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True, info=open_field(Period.DECISIONS))
    bcu: Mapped[str] = mapped_column(info=open_field(Period.DECISIONS))
    slot_start: Mapped[datetime] = mapped_column(info=open_field(Period.DECISIONS))
    slot_end: Mapped[datetime] = mapped_column(info=open_field(Period.DECISIONS))
    plan_id: Mapped[str | None] = mapped_column(info=open_field(Period.DECISIONS))
    decision_id: Mapped[str | None] = mapped_column(info=open_field(Period.DECISIONS))
    reason: Mapped[str] = mapped_column(info=sensitive(Period.DECISIONS))
    set_by: Mapped[str] = mapped_column(info=personal(Period.DECISIONS))
    set_at: Mapped[datetime] = mapped_column(info=open_field(Period.DECISIONS))
    ended_at: Mapped[datetime | None] = mapped_column(info=open_field(Period.DECISIONS))

    @property
    def product(self) -> str | None:
        """The plan that is in force, or None."""
        return self.plan_id
