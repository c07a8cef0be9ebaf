"""Changing one's own password: the old one is asked for, and all other sessions end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rightplace.errors import BadInputError, NotHeldError, RefusedError
from rightplace.records.accounts.attempts import count_try, take_back
from rightplace.records.accounts.passwords import (
    check_password,
    hash_password,
    is_password,
    normal,
)
from rightplace.records.accounts.people import held_account
from rightplace.records.accounts.sessions import Opening, end_sessions, open_session
from rightplace.records.accounts.tables import LogInSession
from rightplace.records.accounts.throttle import Count
from rightplace.records.audit.transaction import transaction

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.records.accounts.sessions import SignedIn
    from rightplace.records.accounts.settings import AccountSettings
    from rightplace.records.database.front import Database

PURPOSE = "Change of one's own password."


def change_password(
    database: Database,
    signed_in: SignedIn,
    *,
    old: str,
    new: str,
    at: datetime,
    settings: AccountSettings,
) -> str:
    """Change the password of who is logged in; return the token of the session that is left.

    Parameters
    ----------
    database
        The records.
    signed_in
        Who, in which session.
    old, new
        As typed.
    at
        Now.
    settings
        What a password must be.

    Raises
    ------
    RefusedError
        If the old one is wrong, or was tried too often.
    BadInputError
        If the new one is the old one, or may not be used.
    NotHeldError
        If the session ended meanwhile.
    """
    counts = [Count(what="change", of=signed_in.session_id, limit=settings.log_in.per_device)]
    with transaction(database, signed_in.actor, purpose=PURPOSE, at=at) as tx:
        account = held_account(tx, signed_in.account_id)
        held = account.password_hash
        check_password(new, user_name=account.user_name, settings=settings.passwords)
        waits = count_try(tx, counts)
    if waits is not None:
        msg = f"The old password was wrong too often; try again after {waits:%H:%M:%S} UTC."
        raise RefusedError(msg, remedy="Wait until then.")
    if not is_password(old, held, settings.passwords):
        msg = "The old password is not right."
        raise RefusedError(msg, remedy="Type it again.")
    if normal(old) == normal(new):
        msg = "The new password is the old one."
        raise BadInputError(msg, remedy="Choose another.")
    hashed = hash_password(new, settings.passwords)
    with transaction(database, signed_in.actor, purpose=PURPOSE, at=at) as tx:
        take_back(tx, counts)
        account = held_account(tx, signed_in.account_id)
        session = tx.unshown_one(LogInSession, signed_in.account_id, signed_in.session_id)
        is_in = session is not None and session.ended_at is None and at < session.expires_at
        if session is None or not is_in or account.password_hash != held:
            msg = "The session ended meanwhile."
            raise NotHeldError(msg, remedy="Log in again.")
        account.password_hash, account.must_change = hashed, False
        end_sessions(tx, account.id, because="password changed")
        lasts = session.expires_at - at
        opening = Opening(method=session.method, source=session.source, lasts=lasts)
        token, _ = open_session(tx, account.id, opening)
        return token
