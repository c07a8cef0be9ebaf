"""Tables of what is shared with partners and the public, and of the memory of what was released.

The memory lasts as long as the database: what was released cannot be taken back, and a later
release is safe only for whoever remembers the earlier ones. It names no person; who approved a
release stands in the sharing, which has its period, and in the audit chain.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from rightplace.records.database.base import Record
from rightplace.records.database.handling import Period, open_field, personal, sensitive


class Sharing(Record):
    """What a partner asked for: which product, for which area and months, and for what purpose."""

    __tablename__ = "sharing"
    kept_from: ClassVar[str | None] = "requested_at"
    __table_args__ = (
        CheckConstraint("trim(organisation) <> ''", name="organisation"),
        CheckConstraint("trim(purpose) <> ''", name="purpose"),
        CheckConstraint("from_month <= to_month", name="to_month"),
        Index("ix_sharing_requested_by", "requested_by"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, info=open_field(Period.DECISIONS))
    item: Mapped[str] = mapped_column(info=open_field(Period.DECISIONS))
    """Which product of the fixed set."""
    organisation: Mapped[str] = mapped_column(info=open_field(Period.DECISIONS))
    basis: Mapped[str] = mapped_column(info=open_field(Period.DECISIONS))
    purpose: Mapped[str] = mapped_column(info=sensitive(Period.DECISIONS))
    borough: Mapped[str] = mapped_column(info=open_field(Period.DECISIONS))
    """Empty for the whole study area."""
    from_month: Mapped[int] = mapped_column(info=open_field(Period.DECISIONS))
    to_month: Mapped[int] = mapped_column(info=open_field(Period.DECISIONS))
    """Indices of the first and last month (years x 12 + month)."""
    requested_by: Mapped[str] = mapped_column(info=personal(Period.DECISIONS))
    requested_at: Mapped[datetime] = mapped_column(info=open_field(Period.DECISIONS))

    @property
    def product(self) -> str:
        """The sharing itself."""
        return self.id


class SharingDecision(Record):
    """Who approved or refused a sharing, why, and until when it stands; never altered."""

    __tablename__ = "sharing_decision"
    kept_from: ClassVar[str | None] = "decided_at"
    part_of: ClassVar[str | None] = Sharing.__tablename__
    __table_args__ = (
        CheckConstraint("trim(reason) <> ''", name="reason"),
        CheckConstraint("until_at > decided_at", name="until_after"),
    )

    sharing_id: Mapped[str] = mapped_column(primary_key=True, info=open_field(Period.DECISIONS))
    reason: Mapped[str] = mapped_column(info=sensitive(Period.DECISIONS))
    until_at: Mapped[datetime | None] = mapped_column(info=open_field(Period.DECISIONS))
    """From when on it stands no more; None where it was refused."""
    decided_by: Mapped[str] = mapped_column(info=personal(Period.DECISIONS))
    decided_at: Mapped[datetime] = mapped_column(info=open_field(Period.DECISIONS))

    @property
    def product(self) -> str:
        """The sharing decided on."""
        return self.sharing_id


class SharingEnd(Record):
    """That a sharing was ended before its time; never altered."""

    __tablename__ = "sharing_end"
    kept_from: ClassVar[str | None] = "ended_at"
    part_of: ClassVar[str | None] = Sharing.__tablename__
    __table_args__ = (CheckConstraint("trim(reason) <> ''", name="reason"),)

    sharing_id: Mapped[str] = mapped_column(primary_key=True, info=open_field(Period.DECISIONS))
    reason: Mapped[str] = mapped_column(info=sensitive(Period.DECISIONS))
    ended_by: Mapped[str] = mapped_column(info=personal(Period.DECISIONS))
    ended_at: Mapped[datetime] = mapped_column(info=open_field(Period.DECISIONS))

    @property
    def product(self) -> str:
        """The sharing that ended."""
        return self.sharing_id


class MonthCounted(Record):
    """True counts of a month as they stood when first released; later releases keep to them.

    Were a count released again after it was revised, the difference would tell of single records.
    """

    __tablename__ = "month_counted"

    family: Mapped[str] = mapped_column(primary_key=True, info=open_field(Period.LASTING))
    month: Mapped[int] = mapped_column(
        primary_key=True, autoincrement=False, info=open_field(Period.LASTING)
    )
    content: Mapped[str] = mapped_column(info=sensitive(Period.LASTING))
    """JSON: count by leaf area and kind, null where there is no data."""
    areas: Mapped[str] = mapped_column(info=open_field(Period.LASTING))
    """JSON: parts of each wider area."""
    picture_id: Mapped[str] = mapped_column(info=open_field(Period.LASTING))
    """The published violence picture it was counted in."""
    releases: Mapped[str] = mapped_column(info=open_field(Period.LASTING))
    """JSON: data releases behind it, and the last day they tell of."""
    is_synthetic: Mapped[bool] = mapped_column(info=open_field(Period.LASTING))
    counted_at: Mapped[datetime] = mapped_column(info=open_field(Period.LASTING))


class Release(Record):
    """Figures that left the building together, shown or withheld; never altered, never removed."""

    __tablename__ = "figures_released"
    __table_args__ = (
        CheckConstraint("threshold >= 1", name="threshold"),
        CheckConstraint("width >= 1", name="width"),
        Index("ix_figures_released_sharing_id", "sharing_id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, info=open_field(Period.LASTING))
    sharing_id: Mapped[str] = mapped_column(info=open_field(Period.LASTING))
    family: Mapped[str] = mapped_column(info=open_field(Period.LASTING))
    content: Mapped[str] = mapped_column(info=sensitive(Period.LASTING))
    """JSON: figures shown with their values, withheld, and withheld with zeros beside them."""
    digest: Mapped[str] = mapped_column(info=open_field(Period.LASTING))
    threshold: Mapped[int] = mapped_column(info=open_field(Period.LASTING))
    width: Mapped[int] = mapped_column(info=open_field(Period.LASTING))
    made_at: Mapped[datetime] = mapped_column(info=open_field(Period.LASTING))

    @property
    def product(self) -> str:
        """The sharing that the figures went out under."""
        return self.sharing_id
