"""Tables of log-in by a provider: who is who there, and which sign-ins were used."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from rightplace.records.accounts.tables import OPEN, PERSONAL, OfAccount
from rightplace.records.database.base import Record


class ProviderLink(OfAccount):
    """That somebody of an OpenID Connect provider is the person of an account, or was."""

    __tablename__ = "provider_link"
    kept_from: ClassVar[str | None] = "ended_at"
    __table_args__ = (
        CheckConstraint("trim(issuer) <> ''", name="issuer"),
        CheckConstraint("trim(subject) <> ''", name="subject"),
        CheckConstraint("(ended_at IS NULL) = (identity_hash IS NOT NULL)", name="ended"),
        UniqueConstraint("identity_hash"),
    )

    issuer: Mapped[str] = mapped_column(info=OPEN)
    subject: Mapped[str] = mapped_column(info=PERSONAL)
    """What the provider calls them; never given to anybody else there (OpenID Connect Core 2)."""
    identity_hash: Mapped[bytes | None] = mapped_column(info=PERSONAL)
    """Digest of both while the link is in force, so that nobody there is two people here."""
    keeps_password: Mapped[bool] = mapped_column(info=OPEN)
    linked_by: Mapped[str] = mapped_column(info=PERSONAL)
    linked_at: Mapped[datetime] = mapped_column(info=OPEN)
    ended_at: Mapped[datetime | None] = mapped_column(info=OPEN)

    def end(self, at: datetime) -> None:
        """End the link; the identity may then be linked anew."""
        if self.ended_at is None:
            self.ended_at, self.identity_hash = at, None


class UsedSignIn(Record):
    """That an answer of a provider to one sign-in was used; the row goes when it is too old anyway.

    It is not audited: what came of it has its own line.
    """

    __tablename__ = "used_sign_in"
    kept_from: ClassVar[str | None] = "used_at"
    is_audited: ClassVar[bool] = False

    key: Mapped[str] = mapped_column(primary_key=True, info=OPEN)
    """Signature of the sign-in's random number."""
    used_at: Mapped[datetime] = mapped_column(info=OPEN)


def identity_hash(issuer: str, subject: str) -> bytes:
    """Return the digest by which an identity is found: of two texts, each with its length."""
    return hashlib.sha256(f"{len(issuer)}:{issuer}{subject}".encode()).digest()
