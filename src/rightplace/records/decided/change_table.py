"""Table of changes of published plans."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from rightplace.records.database.base import Record
from rightplace.records.database.handling import Period, open_field, personal, sensitive


class PlanChange(Record):
    """What a person changed in a plan for one BCU, and why; never altered.

    The job that makes the plan anew has the same id.
    """

    __tablename__ = "plan_change"
    kept_from: ClassVar[str | None] = "asked_at"
    __table_args__ = (
        CheckConstraint("trim(reason) <> ''", name="reason"),
        Index("ix_plan_change_plan_id", "plan_id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, info=open_field(Period.DECISIONS))
    plan_id: Mapped[str] = mapped_column(info=open_field(Period.DECISIONS))
    bcu: Mapped[str] = mapped_column(info=open_field(Period.DECISIONS))
    items: Mapped[str] = mapped_column(info=sensitive(Period.DECISIONS))
    """JSON of places left out and wanted, crews taken away and shortened."""
    reason: Mapped[str] = mapped_column(info=sensitive(Period.DECISIONS))
    asked_by: Mapped[str] = mapped_column(info=personal(Period.DECISIONS))
    asked_at: Mapped[datetime] = mapped_column(info=open_field(Period.DECISIONS))

    @property
    def product(self) -> str:
        """The plan that is changed."""
        return self.plan_id
