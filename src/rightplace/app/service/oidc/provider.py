"""The provider: its metadata and keys, where people sign in, and the exchange of a code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from threading import Lock
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import httpx
from authlib.oauth2.base import OAuth2Error
from authlib.oauth2.client import OAuth2Client
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from rightplace.app.service.oidc.calls import REMEDY, new_client
from rightplace.app.service.oidc.faults import AGAIN, SignInFailedError
from rightplace.app.service.oidc.settings import WHATEVER_AGE, is_safe, read_secret
from rightplace.errors import OfflineError

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.app.service.oidc.flow import Flow
    from rightplace.app.service.oidc.settings import OidcSettings

KEY_TYPES = {"RSA", "EC"}
UNREACHABLE = "The provider by which people sign in does not answer as it should."


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What the provider says of itself (OpenID Connect Discovery 3), and its keys.

    Parameters
    ----------
    sign_in, token
        Where people sign in, and where a code is exchanged.
    end_session
        Where people sign out there; empty where it offers that to nobody.
    by_post
        Whether it wants our secret in the form, and not as basic authentication.
    names_itself
        Whether its answers must name it (RFC 9207).
    keys
        By which it signs.
    read_at
        When all this was read.
    """

    sign_in: str
    token: str
    end_session: str
    by_post: bool
    names_itself: bool
    keys: KeySet
    read_at: datetime


class Provider:
    """One provider; what it says of itself is kept for a while."""

    def __init__(self, settings: OidcSettings, *, secret: str) -> None:
        """Name the provider; it is called first when somebody signs in by it."""
        self.settings = settings
        self._secret = secret
        self._lock = Lock()
        self._held: Metadata | None = None
        self._away_since: datetime | None = None

    def metadata(self, *, at: datetime, anew: bool = False) -> Metadata:
        """Return what the provider says of itself, asked for if what is held is too old.

        Parameters
        ----------
        at
            Now.
        anew
            Whether a key was missing; then it is asked for unless it was a moment ago.

        Raises
        ------
        OfflineError
            If it does not answer as it should, or did not a moment ago.
        """
        with self._lock:
            pause = timedelta(seconds=self.settings.away_pause_seconds)
            since = self._away_since
            if since is not None and timedelta(0) <= at - since < pause:
                raise OfflineError(UNREACHABLE, remedy=REMEDY)
            oldest = timedelta(minutes=self.settings.metadata_minutes)
            if anew:
                oldest = timedelta(seconds=self.settings.key_pause_seconds)
            if self._held is None or not timedelta(0) <= at - self._held.read_at < oldest:
                self._away_since = at
                self._held = self._read(at)
                self._away_since = None
            return self._held

    def sign_in_address(self, flow: Flow, *, at: datetime) -> str:
        """Return where the browser is sent to sign in (OpenID Connect Core 3.1.2.1)."""
        most_age = self.settings.most_age_seconds
        asked: dict[str, Any] = {"nonce": flow.nonce}
        if most_age != WHATEVER_AGE:
            asked |= {"max_age": most_age} | ({} if most_age else {"prompt": "login"})
        if self.settings.second_factor_acr:
            asked["acr_values"] = " ".join(
                self.settings.second_factor_acr.replace(",", " ").split()
            )
        client = self._protocol(session=None)
        address, _ = client.create_authorization_url(
            self.metadata(at=at).sign_in,
            state=flow.state,
            code_verifier=flow.verifier,
            **asked,
        )
        return str(address)

    def exchange(self, code: str, flow: Flow, *, at: datetime) -> str:
        """Return the ID token for a code; the access token that comes with it is dropped.

        Raises
        ------
        SignInFailedError
            If the provider refuses the code, or sends no ID token.
        OfflineError
            If it does not answer as it should.
        """
        held = self.metadata(at=at)
        name, secret = quote(self.settings.client_id, safe=""), quote(self._secret, safe="")
        how: dict[str, Any] = {"auth": httpx.BasicAuth(name, secret)}
        if held.by_post:
            how = {"auth": _no_auth, "client_id": self.settings.client_id}
            how |= {"client_secret": self._secret}
        try:
            with new_client(self.settings) as session:
                answer = self._protocol(session).fetch_token(
                    held.token, code=code, code_verifier=flow.verifier, **how
                )
        except OAuth2Error as error:
            msg = "The provider does not take back what it sent: it was used before, or is not its."
            raise SignInFailedError(msg, remedy=AGAIN) from error
        except (httpx.HTTPError, ValueError) as error:
            raise OfflineError(UNREACHABLE, remedy=REMEDY) from error
        token = answer.get("id_token")
        if not isinstance(token, str):
            msg = "The provider sent no ID token."
            raise SignInFailedError(msg, remedy=AGAIN)
        return token

    def _protocol(self, session: httpx.Client | None) -> Any:  # noqa: ANN401 - Authlib carries no types
        return OAuth2Client(
            session,
            client_id=self.settings.client_id,
            scope=self.settings.scope,
            redirect_uri=self.settings.redirect_address,
            code_challenge_method="S256",
        )

    def _read(self, at: datetime) -> Metadata:
        """Ask the provider.

        Raises
        ------
        OfflineError
            If it does not answer as it should.
        """
        issuer = self.settings.issuer
        try:
            with new_client(self.settings) as session:
                said = _json(session, f"{issuer.rstrip('/')}/.well-known/openid-configuration")
                if said.get("issuer") != issuer:
                    msg = "The provider's metadata are of another issuer."
                    raise OfflineError(msg, value=said.get("issuer"), remedy="See oidc.issuer.")
                keys = _json(session, _address(said, "jwks_uri"))
            methods = said.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
            return Metadata(
                sign_in=_address(said, "authorization_endpoint"),
                token=_address(said, "token_endpoint"),
                end_session=_address(said, "end_session_endpoint", needed=False),
                by_post="client_secret_basic" not in methods,
                names_itself=said.get("authorization_response_iss_parameter_supported") is True,
                keys=_keys(keys),
                read_at=at,
            )
        except (httpx.HTTPError, JoseError, ValueError, KeyError, TypeError) as error:
            raise OfflineError(UNREACHABLE, remedy=REMEDY) from error


def provider_of(settings: OidcSettings) -> Provider | None:
    """Return the provider that settings name, or None; nothing is called yet."""
    return Provider(settings, secret=read_secret(settings)) if settings.issuer else None


def _no_auth(request: httpx.Request) -> httpx.Request:
    return request


def _json(session: httpx.Client, address: str) -> dict[str, Any]:
    """Return a JSON object; any other answer raises what ``_read`` expects."""
    answer = session.get(address, headers={"accept": "application/json"})
    answer.raise_for_status()
    return dict(answer.json())


def _address(said: dict[str, Any], name: str, *, needed: bool = True) -> str:
    """Return an address that the metadata give.

    Raises
    ------
    ValueError
        If it is none, or unsafe.
    """
    address = said.get(name, "")
    if (address or needed) and not (isinstance(address, str) and is_safe(address)):
        msg = f"{name} is no safe address"
        raise ValueError(msg)
    return str(address)


def _keys(said: dict[str, Any]) -> KeySet:
    """Return the keys for signatures of the kinds that are taken; others are passed over."""
    usable = [
        each
        for each in said["keys"]
        if each.get("kty") in KEY_TYPES and each.get("use", "sig") == "sig"
    ]
    return KeySet.import_key_set({"keys": usable})
