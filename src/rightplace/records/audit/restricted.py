"""Restricted records: kept, and shown to nobody but who answers the person they are about.

Every look goes through ``Transaction.view`` and ``view_one``, which ask here; so a restriction
holds in each function that shows records, without its doing (Data Protection Act 2018, s47(3)).
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from sqlalchemy import CheckConstraint, Index, select, text
from sqlalchemy.orm import Mapped, mapped_column

from rightplace.records.audit.pen import UNSHOWN
from rightplace.records.database.base import Record
from rightplace.records.database.handling import Period, open_field, personal, sensitive

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

OPEN, PERSONAL, SENSITIVE = (
    open_field(Period.RIGHTS), personal(Period.RIGHTS), sensitive(Period.RIGHTS)
)  # fmt: skip


class Restriction(Record):
    """That a record is kept and shown to nobody but who answers its subject; why, since when."""

    __tablename__ = "restriction"
    kept_from: ClassVar[str | None] = "lifted_at"
    __table_args__ = (
        CheckConstraint("trim(reason) <> ''", name="reason"),
        CheckConstraint("(lifted_at IS NULL) = (lifted_by IS NULL)", name="lifted"),
        CheckConstraint("(lifted_at IS NULL) = (lift_reason IS NULL)", name="lift_reason"),
        Index(
            "uq_restriction_now",
            "record_type",
            "record_id",
            unique=True,
            sqlite_where=text("lifted_at IS NULL"),
            postgresql_where=text("lifted_at IS NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True, info=OPEN)
    request_id: Mapped[str] = mapped_column(info=OPEN)
    """The subject's request that led to it."""
    record_type: Mapped[str] = mapped_column(info=OPEN)
    record_id: Mapped[str] = mapped_column(info=PERSONAL)
    reason: Mapped[str] = mapped_column(info=SENSITIVE)
    placed_by: Mapped[str] = mapped_column(info=PERSONAL)
    placed_at: Mapped[datetime] = mapped_column(info=OPEN)
    lifted_by: Mapped[str | None] = mapped_column(info=PERSONAL)
    lift_reason: Mapped[str | None] = mapped_column(info=SENSITIVE)
    lifted_at: Mapped[datetime | None] = mapped_column(info=OPEN)


def restricted_now(session: Session) -> frozenset[tuple[str, str]]:
    """Return type and id of every record that is restricted."""
    wanted = select(Restriction).where(Restriction.lifted_at.is_(None))
    found = session.scalars(wanted, execution_options=UNSHOWN)
    return frozenset((each.record_type, each.record_id) for each in found)


def is_restricted(record: Record, restricted: frozenset[tuple[str, str]]) -> bool:
    """Whether a record, or the whole that it is a part of, is restricted."""
    if not restricted:
        return False
    whole = (record.part_of or "", record.whole_id or "")
    return (record.__tablename__, record.identity) in restricted or whole in restricted
