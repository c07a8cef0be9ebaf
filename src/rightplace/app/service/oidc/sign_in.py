"""Use cases: begin to sign in by the provider, come back from it, sign out there."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from rightplace.app.service.oidc.faults import AGAIN, SignInFailedError
from rightplace.app.service.oidc.flow import flow_of, new_flow
from rightplace.app.service.oidc.tokens import UnknownKeyError, identity_of
from rightplace.errors import RefusedError
from rightplace.records.accounts.oidc import log_in_by_provider, use_sign_in
from rightplace.records.audit.keys import read_keyring

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.app.service.oidc.flow import Flow
    from rightplace.app.service.oidc.provider import Provider
    from rightplace.records.accounts.log_in import LogInResult, Origin
    from rightplace.records.accounts.oidc import Identity
    from rightplace.records.accounts.settings import AccountSettings
    from rightplace.records.database.front import Database


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Begun:
    """A sign-in that begins.

    Parameters
    ----------
    address
        Where the browser goes.
    cookie
        What it keeps meanwhile.
    """

    address: str
    cookie: str


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Answer:
    """What the browser brings back from the provider.

    Parameters
    ----------
    cookie
        What it kept.
    state, code, error, issuer
        Parameters of the address it came to; empty where they are missing.
    """

    cookie: str
    state: str = ""
    code: str = ""
    error: str = ""
    issuer: str = ""


def begin(provider: Provider, database: Database, *, to: str, at: datetime) -> Begun:
    """Return where somebody signs in; a provider out of reach raises ``OfflineError``.

    Parameters
    ----------
    provider
        By which.
    database
        Whose key signs.
    to
        Address of this service to come to afterwards.
    at
        Now.
    """
    flow = new_flow(read_keyring(database.apart), to=to, at=at)
    return Begun(address=provider.sign_in_address(flow, at=at), cookie=flow.cookie)


def come_back(
    provider: Provider,
    database: Database,
    answer: Answer,
    *,
    origin: Origin,
    at: datetime,
    settings: AccountSettings,
) -> tuple[LogInResult, str]:
    """Return how a sign-in ended, and the address to come to; each is used up before it is checked.

    Parameters
    ----------
    provider
        By which.
    database
        The records.
    answer
        What the browser brings.
    origin
        Where it comes from.
    at
        Now.
    settings
        Of accounts.

    Raises
    ------
    SignInFailedError
        If the answer is forged, replayed, too old, or the provider refused.
    """
    chosen = provider.settings
    flow = flow_of(
        answer.cookie,
        answer.state,
        keyring=read_keyring(database.apart),
        at=at,
        minutes=chosen.flow_minutes,
    )
    try:
        use_sign_in(
            database,
            flow.number,
            source=origin.source,
            at=at,
            settings=settings.log_in,
            keep=chosen.flow_minutes,
        )
    except RefusedError as error:
        raise SignInFailedError(error.fault.message, remedy=error.fault.remedy) from error
    identity = _asked(provider, answer, flow, at=at)
    result = log_in_by_provider(
        database,
        identity,
        origin=origin,
        at=at,
        settings=settings,
        keeps_password=chosen.keeps_password,
    )
    return result, flow.to


def _asked(provider: Provider, answer: Answer, flow: Flow, *, at: datetime) -> Identity:
    """Return who the provider says it is.

    Raises
    ------
    SignInFailedError
        If the answer is of another provider, or an error; what else is wrong raises as it is found.
    """
    held, issuer = provider.metadata(at=at), provider.settings.issuer
    if (answer.issuer or held.names_itself) and not hmac.compare_digest(
        answer.issuer.encode(errors="replace"), issuer.encode()
    ):
        msg = "The answer is of another provider."
        raise SignInFailedError(msg, remedy=AGAIN)
    if answer.error or not answer.code:
        msg = "The provider did not sign you in."
        raise SignInFailedError(msg, remedy=AGAIN)
    token = provider.exchange(answer.code, flow, at=at)
    try:
        return identity_of(token, held.keys, flow, settings=provider.settings, at=at)
    except UnknownKeyError:
        keys = provider.metadata(at=at, anew=True).keys
        return identity_of(token, keys, flow, settings=provider.settings, at=at)


def sign_out_address(provider: Provider, *, at: datetime) -> str:
    """Return where one signs out at the provider; empty where it offers that to nobody.

    No token is kept, so none is sent along: the provider asks whether one means it.

    Parameters
    ----------
    provider
        Which.
    at
        Now.
    """
    address = provider.metadata(at=at).end_session
    if not address:
        return ""
    ours = urlsplit(provider.settings.redirect_address)
    after = f"{ours.scheme}://{ours.netloc}/sign-in"
    asked = {"client_id": provider.settings.client_id, "post_logout_redirect_uri": after}
    return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}"
