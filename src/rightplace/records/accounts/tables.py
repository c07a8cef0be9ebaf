"""Tables of accounts, their devices, recovery codes and sessions, and of tries to log in.

Secrets lie in columns of bytes, as hashes or encrypted; of bytes the audit chain holds a digest.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, TypeVar

from sqlalchemy import CheckConstraint, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from rightplace.records.audit.restricted import is_restricted, restricted_now
from rightplace.records.database.base import Record
from rightplace.records.database.handling import Period, open_field, personal, sensitive

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rightplace.records.audit.transaction import Reading

OPEN = open_field(Period.ACCOUNTS)
PERSONAL = personal(Period.ACCOUNTS)
SECRET = sensitive(Period.ACCOUNTS)


class Account(Record):
    """A person who may log in; nobody's account is used by another."""

    __tablename__ = "account"
    kept_from: ClassVar[str | None] = "left_at"
    __table_args__ = (
        CheckConstraint("trim(user_name) <> ''", name="user_name"),
        CheckConstraint("trim(display_name) <> ''", name="display_name"),
        CheckConstraint("(left_at IS NULL) = (left_reason IS NULL)", name="left"),
        UniqueConstraint("user_name"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, info=OPEN)
    user_name: Mapped[str] = mapped_column(info=PERSONAL)
    """In one form: compatibility-normal, without case."""
    display_name: Mapped[str] = mapped_column(info=PERSONAL)
    family_name: Mapped[str] = mapped_column(info=PERSONAL)
    """For the list of what stands out alone: who looks at records of their own name."""
    password_hash: Mapped[bytes | None] = mapped_column(info=SECRET)
    must_change: Mapped[bool] = mapped_column(info=OPEN)
    """Whether the password was given by somebody else and serves only to choose one's own."""
    totp_secret: Mapped[bytes | None] = mapped_column(info=SECRET)
    """Encrypted with the master key."""
    totp_since: Mapped[datetime | None] = mapped_column(info=OPEN)
    """Since when a code is asked for; None until the first was right."""
    totp_step: Mapped[int | None] = mapped_column(info=OPEN)
    """The last step of 30 s whose code was used: no code serves twice."""
    is_synthetic: Mapped[bool] = mapped_column(info=OPEN)
    created_by: Mapped[str] = mapped_column(info=PERSONAL)
    created_at: Mapped[datetime] = mapped_column(info=OPEN)
    left_at: Mapped[datetime | None] = mapped_column(info=PERSONAL)
    left_reason: Mapped[str | None] = mapped_column(info=SECRET)


class OfAccount(Record):
    """A row that is a part of an account: it is held and deleted with it."""

    __abstract__ = True
    part_of: ClassVar[str | None] = Account.__tablename__

    account_id: Mapped[str] = mapped_column(primary_key=True, info=OPEN)
    id: Mapped[str] = mapped_column(primary_key=True, info=OPEN)

    @property
    def whole_id(self) -> str:
        """The account."""
        return self.account_id


P = TypeVar("P", bound=OfAccount)


def known_as(quiet: Reading, account_id: str) -> str:
    """Return the name by which colleagues know who acted; their id where it is restricted or gone.

    It is a word of another record, whose look is written; the account itself is not shown.
    """
    account = quiet.unshown_one(Account, account_id)
    if account is None or is_restricted(account, restricted_now(quiet.session)):
        return account_id
    return account.display_name


def parts_of(quiet: Reading, model: type[P], account_id: str) -> Sequence[P]:
    """Return an account's rows of a model, in the order of their ids, for a check."""
    return quiet.unshown(select(model).where(model.account_id == account_id).order_by(model.id))


class KnownDevice(OfAccount):
    """A browser that an account was used on: failures elsewhere do not lock it out."""

    __tablename__ = "known_device"
    kept_from: ClassVar[str | None] = "known_until"
    __table_args__ = (UniqueConstraint("token_hash"),)

    token_hash: Mapped[bytes] = mapped_column(info=SECRET)
    known_until: Mapped[datetime] = mapped_column(info=OPEN)


class RecoveryCode(OfAccount):
    """A code that stands in for the second factor once."""

    __tablename__ = "recovery_code"
    kept_from: ClassVar[str | None] = "used_at"

    code_hash: Mapped[bytes] = mapped_column(info=SECRET)
    used_at: Mapped[datetime | None] = mapped_column(info=OPEN)


class LogInSession(OfAccount):
    """That somebody is logged in, or was: from when, until when at the latest, by what."""

    __tablename__ = "log_in_session"
    kept_from: ClassVar[str | None] = "expires_at"
    __table_args__ = (
        CheckConstraint("stage IN ('code', 'full')", name="stage"),
        CheckConstraint("expires_at > started_at", name="expires_at"),
        CheckConstraint("(ended_at IS NULL) = (ended_because IS NULL)", name="ended"),
        UniqueConstraint("token_hash"),
    )

    token_hash: Mapped[bytes] = mapped_column(info=SECRET)
    stage: Mapped[str] = mapped_column(info=OPEN)
    """``code``: the password was right, and nothing may be done but give the second factor."""
    method: Mapped[str] = mapped_column(info=OPEN)
    tries: Mapped[int] = mapped_column(info=OPEN)
    source: Mapped[str] = mapped_column(info=PERSONAL)
    """The address it came from."""
    started_at: Mapped[datetime] = mapped_column(info=PERSONAL)
    expires_at: Mapped[datetime] = mapped_column(info=OPEN)
    ended_at: Mapped[datetime | None] = mapped_column(info=PERSONAL)
    ended_because: Mapped[str | None] = mapped_column(info=OPEN)


class SessionSeen(OfAccount):
    """When a session was last used; the row goes when the session ends.

    It is not audited: that a session was used is no act, and what was done in it has its lines.
    """

    __tablename__ = "session_seen"
    kept_from: ClassVar[str | None] = "seen_at"
    is_audited: ClassVar[bool] = False

    seen_at: Mapped[datetime] = mapped_column(info=PERSONAL)


class LogInTries(Record):
    """Failures to log in that are not yet forgotten; the row goes when they are.

    It is not audited: each failure has its own line.
    """

    __tablename__ = "log_in_tries"
    kept_from: ClassVar[str | None] = "last_at"
    is_audited: ClassVar[bool] = False

    key: Mapped[str] = mapped_column(primary_key=True, info=PERSONAL)
    """Signature of what is counted; what was typed as a name may have been a password."""
    failures: Mapped[int] = mapped_column(info=OPEN)
    last_at: Mapped[datetime] = mapped_column(info=PERSONAL)
