"""One sign-in by a provider: a random number in a cookie, from which all else follows.

State, nonce and verifier are signatures of the number by the key of the records, so that nothing
needs to be kept until the browser comes back, and every process of the service knows its own.
"""

from __future__ import annotations

import hmac
import re
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from rightplace.app.service.oidc.faults import AGAIN, SignInFailedError

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.records.audit.keys import Keyring

LONGEST = 2048
"""Longest address to come to afterwards, as the cookie holds it; after a longer one: the start."""
FORM = re.compile(r"([A-Za-z0-9_-]{43})\.(\d{1,11})\.([0-9a-f]{64})\.([\w.%-]{1,2048})", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Flow:
    """What was sent with somebody to the provider, and must come back.

    Parameters
    ----------
    number
        256 random bits, known to the browser and the service.
    begun
        When, in seconds since 1970.
    to
        The address of this service to come to afterwards.
    keyring
        Whose signatures state, nonce and verifier are.
    """

    number: str
    begun: int
    to: str
    keyring: Keyring

    def _derived(self, purpose: str) -> str:
        facts = {"sign-in": self.number, "begun": self.begun, "to": self.to, "purpose": purpose}
        return self.keyring.sign(facts)

    @property
    def state(self) -> str:
        """Return what the provider hands back with the browser: it is of this browser."""
        return self._derived("state")

    @property
    def nonce(self) -> str:
        """Return what the ID token must hold: it was made for this sign-in."""
        return self._derived("nonce")

    @property
    def verifier(self) -> str:
        """Return what the code is of no use without (RFC 7636): 64 characters."""
        return self._derived("verifier")

    @property
    def cookie(self) -> str:
        """Return what the browser keeps meanwhile."""
        return f"{self.number}.{self.begun}.{self._derived('cookie')}.{quote(self.to, safe='')}"


def new_flow(keyring: Keyring, *, to: str, at: datetime) -> Flow:
    """Return a sign-in that begins now.

    Parameters
    ----------
    keyring
        Of the records.
    to
        Address of this service to come to afterwards.
    at
        Now.
    """
    number = secrets.token_urlsafe(32)
    to = to if len(quote(to, safe="")) <= LONGEST else "/"
    return Flow(number=number, begun=int(at.timestamp()), to=to, keyring=keyring)


def flow_of(cookie: str, state: str, *, keyring: Keyring, at: datetime, minutes: int) -> Flow:
    """Return the sign-in that a browser came back from.

    Parameters
    ----------
    cookie
        What the browser kept.
    state
        What the provider handed back.
    keyring
        Of the records.
    at
        Now.
    minutes
        How long it may have taken.

    Raises
    ------
    SignInFailedError
        If the browser began no such sign-in, or too long ago, or the state is of another.
    """
    found = FORM.fullmatch(cookie)
    if found is not None:
        flow = Flow(number=found[1], begun=int(found[2]), to=unquote(found[4]), keyring=keyring)
        is_ours = hmac.compare_digest(flow.cookie.encode(), cookie.encode())
        is_its = hmac.compare_digest(flow.state.encode(), state.encode(errors="replace"))
        if is_ours and is_its and 0 <= at.timestamp() - flow.begun <= minutes * 60:
            return flow
    msg = "This browser began no such sign-in, or too long ago."
    raise SignInFailedError(msg, remedy=AGAIN)
