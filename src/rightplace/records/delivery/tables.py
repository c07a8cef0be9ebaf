"""Tables of acknowledged briefs and of visits made, each with the device's clock and ours."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from rightplace.records.database.base import Record
from rightplace.records.database.handling import Period, open_field, personal, sensitive


class Acknowledgement(Record):
    """That somebody read a brief; never altered."""

    __tablename__ = "acknowledgement"
    kept_from: ClassVar[str | None] = "received_at"
    __table_args__ = (Index("ix_acknowledgement_plan_id", "plan_id"),)

    id: Mapped[str] = mapped_column(primary_key=True, info=open_field(Period.DELIVERY))
    plan_id: Mapped[str] = mapped_column(info=open_field(Period.DELIVERY))
    bcu: Mapped[str] = mapped_column(info=open_field(Period.DELIVERY))
    slot_start: Mapped[datetime] = mapped_column(info=open_field(Period.DELIVERY))
    acknowledged_by: Mapped[str] = mapped_column(info=personal(Period.DELIVERY))
    acknowledged_at: Mapped[datetime] = mapped_column(info=personal(Period.DELIVERY))
    """By the device's clock."""
    sent_at: Mapped[datetime] = mapped_column(info=open_field(Period.DELIVERY))
    """When the device sent it, by its own clock."""
    received_at: Mapped[datetime] = mapped_column(info=open_field(Period.DELIVERY))
    """When it came in first, by ours."""

    @property
    def product(self) -> str:
        """The plan that the brief is of."""
        return self.plan_id


class VisitLog(Record):
    """That a crew was at a place, or was called away; never altered."""

    __tablename__ = "visit_log"
    kept_from: ClassVar[str | None] = "received_at"
    __table_args__ = (
        CheckConstraint("ended_at >= started_at", name="ended_at"),
        CheckConstraint("called_away IN ('no', 'unsafe', 'urgent')", name="called_away"),
        Index("ix_visit_log_plan_id", "plan_id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, info=open_field(Period.DELIVERY))
    plan_id: Mapped[str] = mapped_column(info=open_field(Period.DELIVERY))
    visit_id: Mapped[str] = mapped_column(info=open_field(Period.DELIVERY))
    started_at: Mapped[datetime] = mapped_column(info=sensitive(Period.DELIVERY))
    """By the device's clock, as is the end."""
    ended_at: Mapped[datetime] = mapped_column(info=sensitive(Period.DELIVERY))
    activity: Mapped[str] = mapped_column(info=sensitive(Period.DELIVERY))
    called_away: Mapped[str] = mapped_column(info=personal(Period.DELIVERY))
    logged_by: Mapped[str] = mapped_column(info=personal(Period.DELIVERY))
    sent_at: Mapped[datetime] = mapped_column(info=open_field(Period.DELIVERY))
    """When the device sent it, by its own clock."""
    received_at: Mapped[datetime] = mapped_column(info=open_field(Period.DELIVERY))
    """When it came in first, by ours."""

    @property
    def product(self) -> str:
        """The plan that the visit is of."""
        return self.plan_id
