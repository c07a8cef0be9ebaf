"""Logging in: password, second factor, and a new session; every outcome in the audit chain.

A try is counted before it is checked, and the password is hashed outside any transaction, so that
one slow check keeps nobody else waiting.
"""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import select

from rightplace.records.accounts.attempts import count_try, take_back, waiting
from rightplace.records.accounts.passwords import hash_password, is_password, needs_new_hash
from rightplace.records.accounts.people import actor_of, find_account, held_account, normal_name
from rightplace.records.accounts.second_factor import use_code, use_recovery_code
from rightplace.records.accounts.sessions import (
    PROVIDER_TWICE,
    Opening,
    end_session,
    hash_token,
    open_session,
    session_of,
)
from rightplace.records.accounts.tables import Account, KnownDevice, parts_of
from rightplace.records.accounts.throttle import Count, counts_of
from rightplace.records.audit.actor import Actor, Operation
from rightplace.records.audit.pen import Subject
from rightplace.records.audit.transaction import transaction

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.records.accounts.settings import AccountSettings, LogInSettings
    from rightplace.records.audit.transaction import Transaction
    from rightplace.records.database.front import Database

NOBODY = Actor(id="nobody", name="Not logged in")
PURPOSE = "Log-in."
UNKNOWN = Subject(record_type="log_in", record_id="unknown")
"""What a failure under a name that nobody has is written under: the name may be a password."""


class LogInState(StrEnum):
    """How a try ended."""

    IN = "in"
    CODE_NEEDED = "code-needed"
    REFUSED = "refused"
    """Whichever of name, password and code was wrong is not told."""
    WAIT = "wait"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Origin:
    """Where a try comes from.

    Parameters
    ----------
    source
        The address.
    device_token
        What the browser was given at an earlier log-in, if it was.
    session_token
        The session in which it is tried, if any: it ends, and a new one begins.
    """

    source: str
    device_token: str | None = None
    session_token: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class LogInResult:
    """How a try ended, and what the browser is given.

    Parameters
    ----------
    state
        How it ended.
    session_token
        For the cookie of the session; with ``code-needed`` it serves only to give the code.
    device_token
        For the cookie that lasts, by which the device is known.
    until
        With ``wait``: when one may try again.
    """

    state: LogInState
    session_token: str | None = None
    device_token: str | None = None
    until: datetime | None = None


REFUSED = LogInResult(state=LogInState.REFUSED)


def log_in(
    database: Database,
    user_name: str,
    password: str,
    *,
    origin: Origin,
    at: datetime,
    settings: AccountSettings,
) -> LogInResult:
    """Check a user name and password; begin a session if they are right."""
    name = normal_name(user_name)
    with transaction(database, NOBODY, purpose=PURPOSE, at=at) as tx:
        account = find_account(tx, name)
        held = None if account is None else account.password_hash
        counts = _counts(tx, name, account, origin, settings.log_in)
        waits = count_try(tx, counts)
    if waits is not None:
        return LogInResult(state=LogInState.WAIT, until=waits)
    is_right = is_password(password, held, settings.passwords)
    anew = None
    if is_right and held is not None and needs_new_hash(held, settings.passwords):
        anew = hash_password(password, settings.passwords)
    actor = actor_of(account) if account is not None and is_right else NOBODY
    with transaction(database, actor, purpose=PURPOSE, at=at) as tx:
        account = find_account(tx, name)
        if account is None or not is_right or account.password_hash != held:
            _note_refusal(tx, account, origin, counts, why="password")
            return REFUSED
        take_back(tx, counts)
        account.password_hash = anew or held
        return admit(tx, account, origin, method="password", settings=settings)


def give_code(
    database: Database, code: str, *, origin: Origin, at: datetime, settings: AccountSettings
) -> LogInResult:
    """Check the second factor, or a recovery code, of a session that waits for it.

    Parameters
    ----------
    database
        The records.
    code
        As typed.
    origin
        Where from; its session token is the one that ``log_in`` gave.
    at
        Now.
    settings
        Limits and time-outs.
    """
    with transaction(database, NOBODY, purpose=PURPOSE, at=at) as tx:
        session = None if origin.session_token is None else session_of(tx, origin.session_token)
        if session is None or session.stage != "code" or session.expires_at <= at:
            return REFUSED
        account = held_account(tx, session.account_id)
        counts = _counts(tx, account.user_name, account, origin, settings.log_in)
        waits = count_try(tx, counts)
        if waits is not None:
            return LogInResult(state=LogInState.WAIT, until=waits)
        if use_code(tx, account, code, settings=settings.log_in):
            method = f"{session.method} and code"
        elif use_recovery_code(tx, account, code):
            method = f"{session.method} and recovery code"
        else:
            session.tries += 1
            if session.tries >= settings.log_in.code_tries:
                end_session(tx, session, because="wrong codes")
            _note_refusal(tx, account, origin, counts, why="code")
            return REFUSED
        take_back(tx, counts)
        end_session(tx, session, because="second factor given")
        return _enter(tx, account, origin, method=method, settings=settings)


def admit(
    tx: Transaction, account: Account, origin: Origin, *, method: str, settings: AccountSettings
) -> LogInResult:
    """Let somebody in whose first factor was right; the session waits for a code if one is set up.

    Parameters
    ----------
    tx
        The transaction of the log-in.
    account
        Who.
    origin
        Where from; the session in which they logged in anew ends.
    method
        By what; after a provider's second factor none of ours is asked.
    settings
        Limits and time-outs.
    """
    _end_earlier(tx, origin)
    if account.totp_since is None or method == PROVIDER_TWICE:
        return _enter(tx, account, origin, method=method, settings=settings)
    lasts = timedelta(seconds=settings.log_in.code_seconds)
    opening = Opening(method=method, source=origin.source, lasts=lasts, stage="code")
    token, _ = open_session(tx, account.id, opening)
    return LogInResult(state=LogInState.CODE_NEEDED, session_token=token)


def note_log_in(
    tx: Transaction, account: Account, *, method: str, source: str, session_id: str
) -> None:
    """Write the line of a log-in."""
    about = Subject(record_type=Account.__tablename__, record_id=account.id)
    tx.log(Operation.LOG_IN, about, method=method, source=source, session=session_id)


def _enter(
    tx: Transaction, account: Account, origin: Origin, *, method: str, settings: AccountSettings
) -> LogInResult:
    """Begin a full session, and know the device from now on."""
    lasts = timedelta(hours=settings.sessions.longest_hours)
    opening = Opening(method=method, source=origin.source, lasts=lasts)
    token, session = open_session(tx, account.id, opening)
    tx.pen.actor = actor_of(account)
    note_log_in(tx, account, method=method, source=origin.source, session_id=session.id)
    known_until = tx.at + timedelta(days=settings.log_in.device_days)
    device_token = _know_device(tx, account, origin, known_until=known_until)
    return LogInResult(state=LogInState.IN, session_token=token, device_token=device_token)


def _know_device(
    tx: Transaction, account: Account, origin: Origin, *, known_until: datetime
) -> str | None:
    """Know a device until a moment; return its token."""
    device = _device(tx, account, origin)
    for each in parts_of(tx, KnownDevice, account.id):
        if each.known_until <= tx.at:
            tx.erase(each)
    if device is not None:
        device.known_until = known_until
        tx.session.flush()
        return origin.device_token
    token = secrets.token_urlsafe(32)
    tx.add(
        KnownDevice(
            account_id=account.id,
            id=str(uuid.uuid4()),
            token_hash=hash_token(token),
            known_until=known_until,
        )
    )
    return token


def _device(tx: Transaction, account: Account | None, origin: Origin) -> KnownDevice | None:
    """Return the device of a try, if the account was used on it not too long ago."""
    if account is None or origin.device_token is None:
        return None
    wanted = select(KnownDevice).where(
        KnownDevice.account_id == account.id,
        KnownDevice.token_hash == hash_token(origin.device_token),
        KnownDevice.known_until > tx.at,
    )
    found = tx.unshown(wanted)
    return found[0] if found else None


def _counts(
    tx: Transaction, name: str, account: Account | None, origin: Origin, log_in: LogInSettings
) -> list[Count]:
    device = _device(tx, account, origin)
    return counts_of(name, origin.source, None if device is None else device.id, log_in)


def _end_earlier(tx: Transaction, origin: Origin) -> None:
    """End the session in which somebody logged in anew: no token outlives a log-in."""
    earlier = None if origin.session_token is None else session_of(tx, origin.session_token)
    if earlier is not None:
        end_session(tx, earlier, because="logged in anew")


def _note_refusal(
    tx: Transaction, account: Account | None, origin: Origin, counts: list[Count], *, why: str
) -> None:
    """Write the line of a failure, and until when the next try must wait, if it must."""
    about = UNKNOWN
    if account is not None:
        about = Subject(record_type=Account.__tablename__, record_id=account.id)
    waits = waiting(tx, counts)
    tx.log(
        Operation.LOG_IN_REFUSED,
        about,
        wrong=why,
        source=origin.source,
        waits_until=None if waits is None else waits.isoformat(),
    )
