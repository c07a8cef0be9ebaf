"""Logging in by a provider of OpenID Connect: each sign-in once, as somebody linked, and in.

What the provider said was checked before (``app.service.oidc``); its tokens never come here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from rightplace.errors import RefusedError
from rightplace.records.accounts.attempts import count_try, take_back
from rightplace.records.accounts.log_in import (
    NOBODY,
    PURPOSE,
    UNKNOWN,
    LogInResult,
    LogInState,
    Origin,
    admit,
)
from rightplace.records.accounts.oidc_links import link, link_of_identity
from rightplace.records.accounts.oidc_tables import ProviderLink, UsedSignIn
from rightplace.records.accounts.people import actor_of, find_account, held_account
from rightplace.records.accounts.sessions import PROVIDER, PROVIDER_TWICE
from rightplace.records.accounts.tables import Account, parts_of
from rightplace.records.accounts.throttle import Count
from rightplace.records.audit.actor import Operation
from rightplace.records.audit.pen import Subject
from rightplace.records.audit.transaction import transaction

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.records.accounts.settings import AccountSettings, LogInSettings
    from rightplace.records.audit.transaction import Transaction
    from rightplace.records.database.front import Database

REFUSED = LogInResult(state=LogInState.REFUSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Somebody as a provider knows them; every signature and time was checked.

    Parameters
    ----------
    issuer, subject
        The provider, and what it calls them.
    user_name
        A claim by which an account may be found at the first log-in, if settings name one.
    has_second_factor
        Whether the provider says that it asked for a second factor, in a way settings accept.
    """

    issuer: str
    subject: str
    user_name: str | None = None
    has_second_factor: bool = False


def use_sign_in(
    database: Database,
    number: str,
    *,
    source: str,
    at: datetime,
    settings: LogInSettings,
    keep: float,
) -> None:
    """Use up a sign-in before its answer is looked at, and count it as a try until it is right.

    Parameters
    ----------
    database
        The records.
    number
        The sign-in's random number.
    source
        The address that it comes from.
    at
        Now.
    settings
        How often one address may fail.
    keep
        Minutes after which no answer to it would be taken anyway.

    Raises
    ------
    RefusedError
        If it was used before, or the address failed too often.
    """
    with transaction(database, NOBODY, purpose=PURPOSE, at=at) as tx:
        key = tx.pen.keyring.sign({"sign-in": number})
        was_used = tx.unshown_one(UsedSignIn, key) is not None
        waits = None if was_used else count_try(tx, [_count(source, settings)])
        if not was_used and waits is None:
            old = select(UsedSignIn).where(UsedSignIn.used_at < at - timedelta(minutes=keep))
            for each in tx.unshown(old):
                tx.session.delete(each)
            tx.add(UsedSignIn(key=key, used_at=at))
            return
        why = "sign-in used twice" if was_used else "too many tries by the provider"
        tx.log(Operation.LOG_IN_REFUSED, UNKNOWN, wrong=why, source=source)
    if waits is None:
        msg = "This sign-in was used before."
        raise RefusedError(msg, remedy="Start again from the sign-in page.")
    msg = f"Too many sign-ins failed from here; try again after {waits:%H:%M:%S} UTC."
    raise RefusedError(msg, remedy="Wait until then.")


def log_in_by_provider(
    database: Database,
    who: Identity,
    *,
    origin: Origin,
    at: datetime,
    settings: AccountSettings,
    keeps_password: bool,
) -> LogInResult:
    """Begin a session of whoever is linked with somebody of a provider.

    Parameters
    ----------
    database
        The records.
    who
        Somebody of the provider.
    origin
        Where from.
    at
        Now.
    settings
        Limits and time-outs.
    keeps_password
        Whether an account linked now, by its user name, keeps its own password.
    """
    with transaction(database, NOBODY, purpose=PURPOSE, at=at) as tx:
        account = _account(tx, who, keeps_password=keeps_password)
        if account is None or account.left_at is not None:
            about, why = UNKNOWN, "nobody linked with the provider"
            if account is not None:
                about = Subject(record_type=Account.__tablename__, record_id=account.id)
                why = "left"
            tx.log(Operation.LOG_IN_REFUSED, about, wrong=why, source=origin.source)
            return REFUSED
        take_back(tx, [_count(origin.source, settings.log_in)])
        tx.pen.actor = actor_of(account)
        return admit(
            tx,
            account,
            origin,
            method=PROVIDER_TWICE if who.has_second_factor else PROVIDER,
            settings=settings,
        )


def _account(tx: Transaction, who: Identity, *, keeps_password: bool) -> Account | None:
    """Return the account that is linked, or that its user name links now; None where none is."""
    linked = link_of_identity(tx, who.issuer, who.subject)
    if linked is not None:
        return held_account(tx, linked.account_id)
    account = None if who.user_name is None else find_account(tx, who.user_name)
    if account is None:
        return None
    if account.left_at is None:
        if parts_of(tx, ProviderLink, account.id):
            return None  # linked with somebody else, or an administrator ended the link
        tx.pen.actor = actor_of(account)
        issuer, subject = who.issuer, who.subject
        link(tx, account.id, issuer=issuer, subject=subject, keeps_password=keeps_password)
        tx.pen.actor = NOBODY
    return account


def _count(source: str, settings: LogInSettings) -> Count:
    return Count(what="provider", of=source, limit=settings.per_source)
