"""Who is signed in: what accounts must provide, and the cookie that carries a session."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final, Protocol

from rightplace.errors import RightplaceError

if TYPE_CHECKING:
    from datetime import datetime

    from starlette.requests import Request
    from starlette.responses import Response

    from rightplace.app.service.person import Person

COOKIE: Final = "__Host-rightplace"
"""The prefix binds it to this host, to ``/`` and to a secure connection (RFC 6265bis 4.1.3)."""


class NotSignedInError(RightplaceError):
    """A page was asked for that only somebody signed in may see."""

    code: ClassVar[str] = "not-signed-in"
    exit_code: ClassVar[int] = 20
    http_status: ClassVar[int] = 401


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One person at one browser.

    Parameters
    ----------
    id
        Known to the service alone; forms are bound to it, pages never show it.
    person
        Who it is.
    """

    id: str
    person: Person


class Sessions(Protocol):
    """Finds the session that a request belongs to."""

    def find(self, cookie: str, *, at: datetime) -> Session | None:
        """Return the session of a cookie's value, or None where there is none in force."""


class NobodySignsIn:
    """No accounts: every page that needs somebody is refused."""

    def find(self, cookie: str, *, at: datetime) -> Session | None:  # noqa: ARG002 - the protocol's signature
        """Return None, whatever is sent."""
        return None


def keep_cookie(response: Response, value: str) -> None:
    """Send a session's cookie: unseen by scripts, unsent from other sites, gone with the window."""
    response.set_cookie(COOKIE, value, secure=True, httponly=True, samesite="strict", path="/")


def drop_cookie(response: Response) -> None:
    """Take a session's cookie back."""
    response.delete_cookie(COOKIE, secure=True, httponly=True, samesite="strict", path="/")


def session_of(request: Request) -> Session:
    """Return the session of a request.

    Raises
    ------
    NotSignedInError
        If nobody is signed in.
    """
    desk = request.app.state.desk
    value = request.cookies.get(COOKIE, "")
    found: Session | None = desk.sessions.find(value, at=desk.now()) if value else None
    if found is None:
        msg = "Nobody is signed in."
        raise NotSignedInError(msg, remedy="Sign in, then come back to this address.")
    return found
