"""The table of suspensions."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from rightplace.records.database.base import Record
from rightplace.records.database.handling import Period, open_field, personal, sensitive


class Suspension(Record):
    """That a model, plan or product must not be used, why, since when; and who let it run again."""

    __tablename__ = "suspension"
    kept_from: ClassVar[str | None] = "restarted_at"
    __table_args__ = (
        CheckConstraint("target_kind IN ('model', 'plan', 'product')", name="target_kind"),
        CheckConstraint("trim(reason) <> ''", name="reason"),
        CheckConstraint("restarted_by <> suspended_by", name="second_person"),
        CheckConstraint("(restarted_at IS NULL) = (restarted_by IS NULL)", name="restarted"),
        CheckConstraint("(restarted_at IS NULL) = (restart_reason IS NULL)", name="restart_reason"),
        Index(
            "uq_suspension_now",
            "target_kind",
            "target",
            unique=True,
            sqlite_where=text("restarted_at IS NULL"),
            postgresql_where=text("restarted_at IS NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True, info=open_field(Period.CONTROL))
    target_kind: Mapped[str] = mapped_column(info=open_field(Period.CONTROL))
    target: Mapped[str] = mapped_column(info=open_field(Period.CONTROL))
    reason: Mapped[str] = mapped_column(info=sensitive(Period.CONTROL))
    suspended_by: Mapped[str] = mapped_column(info=personal(Period.CONTROL))
    suspended_at: Mapped[datetime] = mapped_column(info=open_field(Period.CONTROL))
    restarted_by: Mapped[str | None] = mapped_column(info=personal(Period.CONTROL))
    restart_reason: Mapped[str | None] = mapped_column(info=sensitive(Period.CONTROL))
    restarted_at: Mapped[datetime | None] = mapped_column(info=open_field(Period.CONTROL))

    @property
    def product(self) -> str:
        """What is suspended."""
        return self.target
