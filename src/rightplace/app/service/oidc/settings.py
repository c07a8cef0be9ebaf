"""Settings of signing in by a provider; its secret stands apart from them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from rightplace.errors import BadInputError, NotHeldError
from rightplace.records.accounts.settings import check_ranges

BACK = "/sign-in/oidc/back"
"""Where the provider sends the browser back to."""
SECRET = "RIGHTPLACE_OIDC_CLIENT_SECRET"  # noqa: S105 - the name of a variable, not its value
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
WHATEVER_AGE = -1
"""Value of ``most_age_seconds`` by which the provider's session may be of any age."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OidcSettings:
    """By which provider people sign in; without ``issuer`` by none, and nothing is ever called.

    Parameters
    ----------
    issuer
        The provider's address, as its own metadata give it; https, but on loopback.
    name
        What people call the provider, for the link on the sign-in page.
    client_id
        What the provider calls this service.
    client_secret_file
        File with the secret alone; empty: the variable RIGHTPLACE_OIDC_CLIENT_SECRET holds it. The
        secret itself is no setting, so that nothing prints it.
    redirect_address
        Address of this service with ``/sign-in/oidc/back``, as registered with the provider.
    scope
        What is asked for, between spaces; ``openid`` is always.
    user_name_claim
        Claim that is a user name here, by which somebody not linked yet is linked at the first
        sign-in, such as ``preferred_username``; ``email`` only if verified. Name only what people
        cannot change themselves at the provider. Empty: an administrator links every account.
    keeps_password
        Whether an account that is linked by its user name keeps its own password.
    second_factor_acr, second_factor_amr
        Values of ``acr``, or of ``amr`` (RFC 8176), between commas, any of which shows that the
        provider asked for a second factor; else, and where both are empty, ours is asked for.
    most_age_seconds
        How long ago somebody may have signed in at the provider; 0: they sign in anew each time,
        which befits machines that several people use; -1: however long ago.
    clock_skew_seconds
        How far the provider's clock may be off; a choice of ours.
    flow_minutes
        How long one has at the provider; a choice of ours.
    metadata_minutes
        How long the provider's metadata and keys are used before they are asked for anew.
    key_pause_seconds
        How soon its keys are asked for again because a token names one that is missing; a choice
        of ours: nobody makes us ask all the time.
    away_pause_seconds
        How long it is not asked again after it did not answer; a choice of ours: nobody waits for
        it in a row, and no other page waits for them.
    timeout_seconds, most_bytes
        How long an answer of the provider may take, and how long it may be; choices of ours.
    further_hosts
        Hosts but the issuer's, between commas, that its metadata may name.
    ca_file
        Certificates by which the provider's is checked; empty: those of the system.
    """

    issuer: str = ""
    name: str = "your force account"
    client_id: str = ""
    client_secret_file: str = ""
    redirect_address: str = ""
    scope: str = "openid profile"
    user_name_claim: str = ""
    keeps_password: bool = False
    second_factor_acr: str = ""
    second_factor_amr: str = ""
    most_age_seconds: int = 0
    clock_skew_seconds: int = 60
    flow_minutes: int = 10
    metadata_minutes: int = 60
    key_pause_seconds: int = 60
    away_pause_seconds: int = 10
    timeout_seconds: float = 5.0
    most_bytes: int = 262_144
    further_hosts: str = ""
    ca_file: str = ""

    def __post_init__(self) -> None:
        """Check that it can be used; a value below its least raises as in ``check_ranges``.

        Raises
        ------
        BadInputError
            If a provider is named and something about it is missing or unsafe.
        """
        least: dict[str, float] = {"most_age_seconds": WHATEVER_AGE, "clock_skew_seconds": 0}
        least |= {"key_pause_seconds": 1, "away_pause_seconds": 1}
        least |= dict.fromkeys(("flow_minutes", "metadata_minutes", "most_bytes"), 1)
        check_ranges(self, least | {"timeout_seconds": 0.1})
        if not self.issuer:
            return
        for each in (self.issuer, self.redirect_address):
            if not is_safe(each):
                msg = f"{each!r} of the provider is no address with https."
                raise BadInputError(msg, value=each, remedy="Plain http is for loopback alone.")
        if urlsplit(self.redirect_address).path != BACK or "?" in self.redirect_address:
            msg = f"The redirect address does not end with {BACK}."
            raise BadInputError(msg, value=self.redirect_address, remedy=f"End it with {BACK}.")
        if not self.client_id.strip() or "openid" not in self.scope.split():
            msg = "A provider needs a client id, and a scope with 'openid'."
            raise BadInputError(msg, value=self.scope, remedy="Give both in [oidc].")

    @property
    def hosts(self) -> frozenset[str]:
        """The only hosts, with their ports, that are ever called."""
        return frozenset({urlsplit(self.issuer).netloc, *split(self.further_hosts)})


def split(text: str) -> list[str]:
    """Return the parts of a text between commas."""
    return [part for part in (each.strip() for each in text.split(",")) if part]


def is_safe(address: str) -> bool:
    """Whether an address is whole, without user or fragment, and with https but on loopback."""
    parts = urlsplit(address)
    is_private = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    return is_private and bool(parts.hostname) and "@" not in parts.netloc and not parts.fragment


def read_secret(settings: OidcSettings) -> str:
    """Return the secret by which the provider knows this service.

    Raises
    ------
    NotHeldError
        If there is none.
    """
    if settings.client_secret_file:
        path = Path(settings.client_secret_file)
        secret = path.read_text("utf-8").strip() if path.is_file() else ""
    else:
        secret = os.environ.get(SECRET, "").strip()
    if not secret:
        msg = "There is no secret for the provider by which people sign in."
        remedy = f"Put it into the file of oidc.client_secret_file, or into {SECRET}."
        raise NotHeldError(msg, file=settings.client_secret_file or None, remedy=remedy)
    return secret
