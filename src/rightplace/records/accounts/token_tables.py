"""Tables of tokens by which a person's programs work for them, and of when each was last used."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from rightplace.records.accounts.tables import OPEN, PERSONAL, SECRET, OfAccount


class ApiToken(OfAccount):
    """A token of an account: what it may, where, until when; the token itself is kept nowhere."""

    __tablename__ = "api_token"
    kept_from: ClassVar[str | None] = "expires_at"
    __table_args__ = (
        CheckConstraint("trim(name) <> ''", name="name"),
        CheckConstraint("trim(permissions) <> ''", name="permissions"),
        CheckConstraint("expires_at > made_at", name="expires_at"),
        CheckConstraint("(ended_at IS NULL) = (ended_because IS NULL)", name="ended"),
        UniqueConstraint("token_hash"),
    )

    name: Mapped[str] = mapped_column(info=SECRET)
    """What its owner calls it."""
    token_hash: Mapped[bytes] = mapped_column(info=SECRET)
    permissions: Mapped[str] = mapped_column(info=PERSONAL)
    """What it may do, in order, with a space between."""
    areas: Mapped[str] = mapped_column(info=PERSONAL)
    """JSON list of pairs of BCU and borough (or null); empty for wherever its owner may."""
    made_at: Mapped[datetime] = mapped_column(info=PERSONAL)
    expires_at: Mapped[datetime] = mapped_column(info=OPEN)
    ended_at: Mapped[datetime | None] = mapped_column(info=PERSONAL)
    ended_because: Mapped[str | None] = mapped_column(info=OPEN)


class ApiTokenUse(OfAccount):
    """When a token was last used; the row goes with the token's.

    It is not audited: that a token was used is no act, and what was done by it has its lines.
    """

    __tablename__ = "api_token_use"
    kept_from: ClassVar[str | None] = "used_at"
    is_audited: ClassVar[bool] = False

    used_at: Mapped[datetime] = mapped_column(info=PERSONAL)
