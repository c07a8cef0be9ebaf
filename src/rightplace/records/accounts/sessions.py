"""Sessions: a random token of which only the hash is kept, with an idle and a last end."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from rightplace.records.accounts.granting import standing
from rightplace.records.accounts.tables import Account, LogInSession, SessionSeen
from rightplace.records.audit.actor import Actor, Operation
from rightplace.records.audit.pen import Subject

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.records.accounts.allowed import Standing
    from rightplace.records.accounts.settings import AccountSettings, SessionSettings
    from rightplace.records.audit.transaction import Reading, Transaction

BREAK_GLASS = "break-glass"
PROVIDER = "provider"
"""Method of a session by a provider of OpenID Connect, which may go on with our own code."""
PROVIDER_TWICE = "provider with a second factor"
"""Method of a session by a provider that asked for a second factor itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """Somebody who is logged in.

    Parameters
    ----------
    account_id, session_id
        Who, in which session.
    actor
        As the audit chain names them.
    standing
        As permission sees them.
    expires_at
        When the session ends at the latest.
    must_change_password, must_set_up_codes
        What is to be done before anything else may be.
    seen_at
        When it was last noted that the session is used.
    """

    account_id: str
    session_id: str
    actor: Actor
    standing: Standing
    expires_at: datetime
    must_change_password: bool
    must_set_up_codes: bool
    seen_at: datetime

    @property
    def is_ready(self) -> bool:
        """Whether anything may be done but what must come first."""
        return not (self.must_change_password or self.must_set_up_codes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """How a session begins.

    Parameters
    ----------
    method
        By what somebody logged in.
    source
        The address they came from.
    lasts
        How long at the latest.
    stage
        ``full``, or ``code`` while the second factor is missing.
    """

    method: str
    source: str
    lasts: timedelta
    stage: str = "full"


def hash_token(token: str) -> bytes:
    """Return what is kept of a random token of 256 bits; nobody guesses one from its hash."""
    return hashlib.sha256(token.encode()).digest()


def open_session(tx: Transaction, account_id: str, opening: Opening) -> tuple[str, LogInSession]:
    """Begin a session under a new token; return the token, which is kept nowhere."""
    token = secrets.token_urlsafe(32)
    session = tx.add(
        LogInSession(
            account_id=account_id,
            id=str(uuid.uuid4()),
            token_hash=hash_token(token),
            stage=opening.stage,
            method=opening.method,
            tries=0,
            source=opening.source,
            started_at=tx.at,
            expires_at=tx.at + opening.lasts,
            ended_at=None,
            ended_because=None,
        )
    )
    tx.add(SessionSeen(account_id=account_id, id=session.id, seen_at=tx.at))
    return token, session


def session_of(quiet: Reading, token: str) -> LogInSession | None:
    """Return the session of a token that was not ended, whatever its stage and age, or None."""
    wanted = select(LogInSession).where(LogInSession.token_hash == hash_token(token))
    found = quiet.unshown(wanted.where(LogInSession.ended_at.is_(None)))
    return found[0] if found else None


def find_session(
    quiet: Reading, token: str, *, at: datetime, settings: AccountSettings
) -> SignedIn | None:
    """Return who is logged in by a token; None where nobody is, or no longer."""
    session = session_of(quiet, token)
    if session is None or session.stage != "full":
        return None
    seen = quiet.unshown_one(SessionSeen, session.account_id, session.id)
    account = quiet.unshown_one(Account, session.account_id)
    if seen is None or account is None or account.left_at is not None:
        return None
    if _is_over(session, seen, at=at, settings=settings.sessions):
        return None
    by_break_glass = session.method == BREAK_GLASS
    needs_codes = settings.log_in.needs_second_factor and not account.is_synthetic
    needs_codes = needs_codes and session.method not in {BREAK_GLASS, PROVIDER_TWICE}
    by_password = not by_break_glass and not session.method.startswith(PROVIDER)
    return SignedIn(
        account_id=account.id,
        session_id=session.id,
        actor=Actor(id=account.id, name=account.display_name),
        standing=standing(quiet, account, by_break_glass=by_break_glass),
        expires_at=session.expires_at,
        must_change_password=account.must_change and by_password,
        must_set_up_codes=needs_codes and account.totp_since is None,
        seen_at=seen.seen_at,
    )


def is_noting_due(signed_in: SignedIn, *, at: datetime, settings: SessionSettings) -> bool:
    """Whether it should be noted that a session is used: not at each request."""
    return at - signed_in.seen_at >= timedelta(seconds=settings.noted_seconds)


def note_seen(tx: Transaction, signed_in: SignedIn) -> None:
    """Note that a session is used now; one that ended meanwhile stays ended."""
    seen = tx.unshown_one(SessionSeen, signed_in.account_id, signed_in.session_id)
    if seen is not None and seen.seen_at < tx.at:
        seen.seen_at = tx.at
        tx.session.flush()


def log_out(tx: Transaction, signed_in: SignedIn) -> None:
    """End a session because its owner wants it; a line of log-out is written."""
    end_sessions(tx, signed_in.account_id, because="log-out", only=signed_in.session_id)
    about = Subject(record_type=Account.__tablename__, record_id=signed_in.account_id)
    tx.log(Operation.LOG_OUT, about, session=signed_in.session_id)


def end_sessions(tx: Transaction, account_id: str, *, because: str, only: str | None = None) -> int:
    """End an account's sessions, or one of them; return how many were not ended before."""
    wanted = select(LogInSession).where(
        LogInSession.account_id == account_id, LogInSession.ended_at.is_(None)
    )
    if only is not None:
        wanted = wanted.where(LogInSession.id == only)
    found = tx.unshown(wanted)
    for session in found:
        end_session(tx, session, because=because)
    return len(found)


def end_session(tx: Transaction, session: LogInSession, *, because: str) -> None:
    """End one session."""
    session.ended_at, session.ended_because = tx.at, because
    seen = tx.unshown_one(SessionSeen, session.account_id, session.id)
    if seen is not None:
        tx.session.delete(seen)
    tx.session.flush()


def end_overdue(tx: Transaction, *, settings: SessionSettings) -> int:
    """End the sessions whose time is over; return how many. They let nobody in before either."""
    count = 0
    for session in tx.unshown(select(LogInSession).where(LogInSession.ended_at.is_(None))):
        seen = tx.unshown_one(SessionSeen, session.account_id, session.id)
        if seen is None or _is_over(session, seen, at=tx.at, settings=settings):
            end_session(tx, session, because="time-out")
            count += 1
    for seen in tx.unshown(select(SessionSeen)):
        left = tx.unshown_one(LogInSession, seen.account_id, seen.id)
        if left is None or left.ended_at is not None:  # its account was deleted
            tx.session.delete(seen)
    tx.session.flush()
    return count


def _is_over(
    session: LogInSession, seen: SessionSeen, *, at: datetime, settings: SessionSettings
) -> bool:
    idle = at - seen.seen_at >= timedelta(minutes=settings.idle_minutes)
    return idle or at >= session.expires_at
