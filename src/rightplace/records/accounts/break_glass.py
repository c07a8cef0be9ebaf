"""Break-glass: getting in when one is locked out at two in the morning (NEEDS A11).

It needs a code that another named person made: sealed in an envelope beforehand, or approved a
moment ago. It opens a short session with one's own roles, less what is not for the shift, and
stays on a list until somebody else than the two has reviewed it.
"""

from __future__ import annotations

import hmac
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from rightplace.errors import NotHeldError, RefusedError
from rightplace.records.accounts.access_tables import BreakGlass, BreakGlassCode
from rightplace.records.accounts.attempts import count_try, take_back
from rightplace.records.accounts.log_in import (
    NOBODY,
    REFUSED,
    UNKNOWN,
    LogInResult,
    LogInState,
    note_log_in,
)
from rightplace.records.accounts.people import actor_of, find_account, held_account
from rightplace.records.accounts.second_factor import hash_code, new_code
from rightplace.records.accounts.sessions import (
    BREAK_GLASS,
    Opening,
    end_session,
    open_session,
    session_of,
)
from rightplace.records.accounts.tables import Account
from rightplace.records.accounts.throttle import Count
from rightplace.records.audit.actor import Operation
from rightplace.records.audit.pen import Subject
from rightplace.records.audit.transaction import transaction
from rightplace.records.database.words import written

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from rightplace.records.accounts.log_in import Origin
    from rightplace.records.accounts.settings import AccountSettings, SessionSettings
    from rightplace.records.audit.transaction import Transaction
    from rightplace.records.database.front import Database

PURPOSE = "Log-in by break-glass."


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class BreakGlassAsked:
    """What somebody gives to get in by break-glass.

    Parameters
    ----------
    user_name
        Whose account.
    code
        As read from the envelope, or told by the approver.
    reason
        Why, in one's own words; a missing one raises ``UsageError``.
    """

    user_name: str
    code: str
    reason: str

    def __post_init__(self) -> None:
        """Check that a reason is given; a missing one raises ``UsageError``."""
        written(self.reason, what="The reason")


def seal_code(tx: Transaction, *, label: str, settings: SessionSettings) -> str:
    """Make a code for a sealed envelope; return it once, for it is kept nowhere."""
    lasts = timedelta(days=settings.sealed_code_days)
    return _make_code(tx, label=label, for_account=None, lasts=lasts)


def approve_break_glass(
    tx: Transaction, account_id: str, *, reason: str, settings: SessionSettings
) -> str:
    """Approve that somebody else gets in now; return the code to tell them.

    Raises
    ------
    RefusedError
        If it is for oneself, or for somebody who left.
    """
    account = held_account(tx, account_id)
    if account.id == tx.actor.id or account.left_at is not None:
        msg = "Nobody approves break-glass for themselves, nor for somebody who left."
        raise RefusedError(msg, value=account_id, remedy="Ask another person who may approve it.")
    lasts = timedelta(minutes=settings.approved_code_minutes)
    return _make_code(tx, label=reason, for_account=account.id, lasts=lasts)


def _make_code(tx: Transaction, *, label: str, for_account: str | None, lasts: timedelta) -> str:
    code = new_code()
    tx.add(
        BreakGlassCode(
            id=str(uuid.uuid4()),
            label=written(label, what="The reason or label"),
            code_hash=_hash(tx, code),
            for_account=for_account,
            made_by=tx.actor.id,
            made_at=tx.at,
            usable_until=tx.at + lasts,
            used_at=None,
        )
    )
    return code


def break_glass(
    database: Database,
    asked: BreakGlassAsked,
    *,
    origin: Origin,
    at: datetime,
    settings: AccountSettings,
) -> LogInResult:
    """Let somebody in for a short time by a code that another person made; open its review."""
    counts = [Count(what=BREAK_GLASS, of=origin.source, limit=settings.log_in.per_source)]
    with transaction(database, NOBODY, purpose=PURPOSE, at=at) as tx:
        waits = count_try(tx, counts)
        if waits is not None:
            return LogInResult(state=LogInState.WAIT, until=waits)
        account = find_account(tx, asked.user_name)
        code = _usable_code(tx, account, asked.code)
        if account is None or code is None:
            about = UNKNOWN if account is None else _about(account)
            tx.log(Operation.LOG_IN_REFUSED, about, wrong=BREAK_GLASS, source=origin.source)
            return REFUSED
        take_back(tx, counts)
        tx.pen.actor = actor_of(account)
        return _enter(tx, account, code, asked, origin=origin, settings=settings.sessions)


def _enter(
    tx: Transaction,
    account: Account,
    code: BreakGlassCode,
    asked: BreakGlassAsked,
    *,
    origin: Origin,
    settings: SessionSettings,
) -> LogInResult:
    code.used_at = tx.at
    earlier = None if origin.session_token is None else session_of(tx, origin.session_token)
    if earlier is not None:
        end_session(tx, earlier, because="logged in anew")
    lasts = timedelta(minutes=settings.break_glass_minutes)
    opening = Opening(method=BREAK_GLASS, source=origin.source, lasts=lasts)
    token, session = open_session(tx, account.id, opening)
    tx.add(
        BreakGlass(
            id=str(uuid.uuid4()),
            account_id=account.id,
            session_id=session.id,
            code_id=code.id,
            approved_by=code.made_by,
            reason=written(asked.reason, what="The reason"),
            opened_at=tx.at,
            expires_at=session.expires_at,
            reviewed_by=None,
            reviewed_at=None,
            was_proper=None,
            review=None,
        )
    )
    note_log_in(tx, account, method=BREAK_GLASS, source=origin.source, session_id=session.id)
    return LogInResult(state=LogInState.IN, session_token=token)


def to_review(tx: Transaction) -> Sequence[BreakGlass]:
    """Return every log-in by break-glass that nobody reviewed yet, oldest first, to be shown."""
    wanted = select(BreakGlass).where(BreakGlass.reviewed_at.is_(None))
    return tx.view(wanted.order_by(BreakGlass.opened_at, BreakGlass.id))


def review_break_glass(tx: Transaction, opening_id: str, *, was_proper: bool, review: str) -> None:
    """Close a log-in by break-glass, as somebody who had no part in it.

    Raises
    ------
    NotHeldError
        If it is not there, or was reviewed.
    RefusedError
        If one got in by it, or made its code.
    """
    opening = tx.unshown_one(BreakGlass, opening_id)
    if opening is None or opening.reviewed_at is not None:
        msg = f"No log-in by break-glass {opening_id!r} waits for its review."
        raise NotHeldError(msg, value=opening_id, remedy="See the list of those that do.")
    if tx.actor.id in {opening.account_id, opening.approved_by}:
        msg = "A log-in by break-glass is reviewed by somebody who had no part in it."
        raise RefusedError(msg, value=opening_id, remedy="Ask another person.")
    opening.review, opening.was_proper = written(review, what="The review"), was_proper
    opening.reviewed_by, opening.reviewed_at = tx.actor.id, tx.at
    tx.session.flush()


def withdraw_code(tx: Transaction, code_id: str) -> None:
    """Let a code be of no more use, as when its envelope is found open.

    Raises
    ------
    NotHeldError
        If there is no such code.
    """
    code = tx.unshown_one(BreakGlassCode, code_id)
    if code is None:
        msg = f"No break-glass code has the id {code_id!r}."
        raise NotHeldError(msg, value=code_id, remedy="See the list of codes.")
    code.usable_until = min(code.usable_until, tx.at)
    tx.session.flush()


def codes(tx: Transaction) -> Sequence[BreakGlassCode]:
    """Return the codes that can still be used, soonest end first, to be shown: not the codes."""
    usable = BreakGlassCode.used_at.is_(None), BreakGlassCode.usable_until > tx.at
    return tx.view(select(BreakGlassCode).where(*usable).order_by(BreakGlassCode.usable_until))


def _usable_code(tx: Transaction, account: Account | None, typed: str) -> BreakGlassCode | None:
    """Return the code that was typed, if it lets this account in now."""
    given = _hash(tx, typed)
    if account is None or account.left_at is not None:
        return None
    usable = BreakGlassCode.used_at.is_(None), BreakGlassCode.usable_until > tx.at
    for each in tx.unshown(select(BreakGlassCode).where(*usable)):
        is_for = each.for_account in {None, account.id} and each.made_by != account.id
        if is_for and hmac.compare_digest(each.code_hash, given):
            return each
    return None


def _hash(tx: Transaction, code: str) -> bytes:
    return hash_code(code, of=BREAK_GLASS, keyring=tx.pen.keyring)


def _about(account: Account) -> Subject:
    return Subject(record_type=Account.__tablename__, record_id=account.id)
