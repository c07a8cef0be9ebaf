"""Tables of roles granted, ranks held, and log-ins by break-glass."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from rightplace.records.accounts.tables import OPEN, PERSONAL, SECRET, OfAccount
from rightplace.records.database.base import Record


class RoleGrant(OfAccount):
    """That somebody has a role for an area, from when until when, and who granted it."""

    __tablename__ = "role_grant"
    kept_from: ClassVar[str | None] = "until_at"
    __table_args__ = (
        CheckConstraint("scope IN ('everywhere', 'bcu', 'borough')", name="scope"),
        CheckConstraint("(scope = 'everywhere') = (area = '')", name="area"),
        CheckConstraint("until_at > from_at", name="until_at"),
        CheckConstraint("granted_by <> account_id", name="not_to_oneself"),
        CheckConstraint("approved_by <> granted_by", name="second_person"),
        CheckConstraint("approved_by <> account_id", name="not_approved_by_oneself"),
        CheckConstraint("(approved_by IS NULL) = (approved_at IS NULL)", name="approved"),
        CheckConstraint("(ended_by IS NULL) = (ended_at IS NULL)", name="ended"),
        CheckConstraint("trim(reason) <> ''", name="reason"),
    )

    role: Mapped[str] = mapped_column(info=PERSONAL)
    scope: Mapped[str] = mapped_column(info=PERSONAL)
    area: Mapped[str] = mapped_column(info=PERSONAL)
    """Name of the BCU or borough; empty for everywhere."""
    from_at: Mapped[datetime] = mapped_column(info=PERSONAL)
    until_at: Mapped[datetime] = mapped_column(info=PERSONAL)
    reason: Mapped[str] = mapped_column(info=SECRET)
    granted_by: Mapped[str] = mapped_column(info=PERSONAL)
    granted_at: Mapped[datetime] = mapped_column(info=OPEN)
    approved_by: Mapped[str | None] = mapped_column(info=PERSONAL)
    approved_at: Mapped[datetime | None] = mapped_column(info=OPEN)
    ended_by: Mapped[str | None] = mapped_column(info=PERSONAL)
    ended_at: Mapped[datetime | None] = mapped_column(info=PERSONAL)


class RankHeld(OfAccount):
    """That somebody holds a rank, of which kind, from when until when, by which source."""

    __tablename__ = "rank_held"
    kept_from: ClassVar[str | None] = "until_at"
    __table_args__ = (
        CheckConstraint("kind IN ('substantive', 'temporary', 'acting')", name="kind"),
        CheckConstraint("until_at >= from_at", name="until_at"),
        CheckConstraint("trim(source) <> ''", name="source"),
    )

    rank: Mapped[str] = mapped_column(info=PERSONAL)
    kind: Mapped[str] = mapped_column(info=PERSONAL)
    from_at: Mapped[datetime] = mapped_column(info=PERSONAL)
    until_at: Mapped[datetime | None] = mapped_column(info=PERSONAL)
    source: Mapped[str] = mapped_column(info=PERSONAL)
    """Where it is written: an order's number, or the personnel system."""
    recorded_by: Mapped[str] = mapped_column(info=PERSONAL)
    recorded_at: Mapped[datetime] = mapped_column(info=OPEN)


class BreakGlassCode(Record):
    """A code that opens one log-in by break-glass: in a sealed envelope, or just approved."""

    __tablename__ = "break_glass_code"
    kept_from: ClassVar[str | None] = "usable_until"
    __table_args__ = (
        CheckConstraint("made_by <> for_account", name="not_for_oneself"),
        CheckConstraint("trim(label) <> ''", name="label"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, info=OPEN)
    label: Mapped[str] = mapped_column(info=SECRET)
    """What stands on the envelope, or why it was approved."""
    code_hash: Mapped[bytes] = mapped_column(info=SECRET)
    for_account: Mapped[str | None] = mapped_column(info=PERSONAL)
    """Whom alone it lets in; None for an envelope."""
    made_by: Mapped[str] = mapped_column(info=PERSONAL)
    made_at: Mapped[datetime] = mapped_column(info=OPEN)
    usable_until: Mapped[datetime] = mapped_column(info=OPEN)
    used_at: Mapped[datetime | None] = mapped_column(info=OPEN)


class BreakGlass(Record):
    """A log-in by break-glass; it stays on the list until somebody else has reviewed it."""

    __tablename__ = "break_glass"
    kept_from: ClassVar[str | None] = "reviewed_at"
    __table_args__ = (
        CheckConstraint("trim(reason) <> ''", name="reason"),
        CheckConstraint("expires_at > opened_at", name="expires_at"),
        CheckConstraint("approved_by <> account_id", name="approved_by"),
        CheckConstraint("reviewed_by <> account_id", name="not_reviewed_by_oneself"),
        CheckConstraint("reviewed_by <> approved_by", name="second_person"),
        CheckConstraint("(reviewed_at IS NULL) = (reviewed_by IS NULL)", name="reviewed"),
        CheckConstraint("(reviewed_at IS NULL) = (review IS NULL)", name="review"),
        CheckConstraint("(reviewed_at IS NULL) = (was_proper IS NULL)", name="was_proper"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, info=OPEN)
    account_id: Mapped[str] = mapped_column(info=PERSONAL)
    session_id: Mapped[str] = mapped_column(info=OPEN)
    code_id: Mapped[str] = mapped_column(info=OPEN)
    approved_by: Mapped[str] = mapped_column(info=PERSONAL)
    """Who made the code: the approver, or who sealed the envelope."""
    reason: Mapped[str] = mapped_column(info=SECRET)
    opened_at: Mapped[datetime] = mapped_column(info=PERSONAL)
    expires_at: Mapped[datetime] = mapped_column(info=OPEN)
    reviewed_by: Mapped[str | None] = mapped_column(info=PERSONAL)
    reviewed_at: Mapped[datetime | None] = mapped_column(info=OPEN)
    was_proper: Mapped[bool | None] = mapped_column(info=OPEN)
    review: Mapped[str | None] = mapped_column(info=SECRET)
