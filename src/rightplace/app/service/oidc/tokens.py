"""Checking an ID token: signature, issuer, audience, times, nonce (OpenID Connect Core 3.1.3.7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError

from rightplace.app.service.oidc.faults import AGAIN, SignInFailedError
from rightplace.app.service.oidc.settings import WHATEVER_AGE, split
from rightplace.records.accounts.oidc import Identity

if TYPE_CHECKING:
    from datetime import datetime

    from joserfc.jwk import KeySet

    from rightplace.app.service.oidc.flow import Flow
    from rightplace.app.service.oidc.settings import OidcSettings

ALGORITHMS = ("RS256", "ES256")
"""By which alone a token may be signed, whatever it says itself."""


class UnknownKeyError(SignInFailedError):
    """A token names a key that the provider did not have when it was asked."""


def identity_of(
    token: str, keys: KeySet, flow: Flow, *, settings: OidcSettings, at: datetime
) -> Identity:
    """Return who a token is about, once everything about it was checked.

    Parameters
    ----------
    token
        The ID token in compact form.
    keys
        The provider's.
    flow
        The sign-in it must have been made for.
    settings
        What it must say.
    at
        Now.

    Raises
    ------
    UnknownKeyError
        If it names a key that is not among these.
    SignInFailedError
        If anything else about it is not as it must be.
    """
    try:
        opened = jwt.decode(token, keys, algorithms=list(ALGORITHMS))
    except InvalidKeyIdError as error:
        raise UnknownKeyError(_untrusted("its key"), remedy=AGAIN) from error
    except (JoseError, ValueError, TypeError) as error:
        raise SignInFailedError(_untrusted("its signature"), remedy=AGAIN) from error
    claims = opened.claims
    standard = CodeIDToken(
        claims,
        opened.header,
        options={
            "iss": {"essential": True, "value": settings.issuer},
            "sub": {"essential": True},
            "aud": {"essential": True, "value": settings.client_id},
        },
        params={"nonce": flow.nonce, "client_id": settings.client_id},
    )
    try:
        standard.validate(now=int(at.timestamp()), leeway=settings.clock_skew_seconds)
    except (JoseError, ValueError, TypeError) as error:
        what = str(getattr(error, "claim", None) or type(error).__name__)
        raise SignInFailedError(_untrusted(what), remedy=AGAIN) from error
    wrong = _wrong(claims, flow, settings)
    if wrong:
        raise SignInFailedError(_untrusted(wrong), remedy=AGAIN)
    return Identity(
        issuer=claims["iss"],
        subject=claims["sub"],
        user_name=_user_name(claims, settings.user_name_claim),
        has_second_factor=_has_second_factor(claims, settings),
    )


def _wrong(claims: dict[str, Any], flow: Flow, settings: OidcSettings) -> str:
    """Return what is wrong beyond the standard's least; empty where nothing is."""
    most_age, skew = settings.most_age_seconds, settings.clock_skew_seconds
    if claims["aud"] not in (settings.client_id, [settings.client_id]):
        return "aud"  # whoever else it is for might have passed it on
    if claims["iat"] < flow.begun - skew:
        return "iat"
    since = claims.get("auth_time")
    if most_age != WHATEVER_AGE and (
        isinstance(since, bool)
        or not isinstance(since, int | float)
        or since < flow.begun - most_age - skew
    ):
        return "auth_time"
    return ""


def _user_name(claims: dict[str, Any], claim: str) -> str | None:
    """Return the claim that is a user name here; of ``email`` only a verified one."""
    value = claims.get(claim) if claim else None
    if claim == "email" and claims.get("email_verified") is not True:
        return None
    return value if isinstance(value, str) and value else None


def _has_second_factor(claims: dict[str, Any], settings: OidcSettings) -> bool:
    methods = claims.get("amr")
    if not isinstance(methods, list):
        methods = []
    by_class = claims.get("acr") in split(settings.second_factor_acr)
    return by_class or any(each in methods for each in split(settings.second_factor_amr))


def _untrusted(what: str) -> str:
    return f"What the provider said of you cannot be trusted: {what} is not as it must be."
