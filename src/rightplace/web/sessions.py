"""Who is signed in: the cookie that carries a session, and the session of a request."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, Final, Protocol

from rightplace.app.service.person import Person
from rightplace.errors import RightplaceError
from rightplace.records.accounts.sessions import find_session, is_noting_due, note_seen
from rightplace.records.audit.transaction import reading, transaction

if TYPE_CHECKING:
    from datetime import datetime

    from starlette.requests import Request
    from starlette.responses import Response

    from rightplace.records.accounts.sessions import SignedIn
    from rightplace.records.accounts.settings import AccountSettings
    from rightplace.records.database.front import Database

COOKIE: Final = "__Host-rightplace"
"""The prefix binds it to this host, to ``/`` and to a secure connection (RFC 6265bis 4.1.3)."""
CHANGE_PAGE: Final = "/account/password"
CODES_PAGE: Final = "/account/codes"
ALWAYS: Final = (CHANGE_PAGE, CODES_PAGE, "/sign-out")
"""What may be done before what must come first is done."""


class NotSignedInError(RightplaceError):
    """A page was asked for that only somebody signed in may see."""

    code: ClassVar[str] = "not-signed-in"
    exit_code: ClassVar[int] = 20
    http_status: ClassVar[int] = 401


class MustFirstError(RightplaceError):
    """Something must be done before anything else: its page is the fault's value."""

    code: ClassVar[str] = "must-first"
    exit_code: ClassVar[int] = 20
    http_status: ClassVar[int] = 403


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One person at one browser.

    Parameters
    ----------
    id
        Known to the service alone; forms are bound to it, pages never show it.
    person
        Who it is.
    signed_in
        The session as the records hold it; None where something else than accounts gave it.
    """

    id: str
    person: Person
    signed_in: SignedIn | None = None

    @property
    def must_first(self) -> str:
        """Return the page of what must be done before anything else; empty where nothing must."""
        if self.signed_in is None or self.signed_in.is_ready:
            return ""
        return CHANGE_PAGE if self.signed_in.must_change_password else CODES_PAGE


class Sessions(Protocol):
    """Finds the session that a request belongs to."""

    def find(self, cookie: str, *, at: datetime) -> Session | None:
        """Return the session of a cookie's value, or None where there is none in force."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountSessions:
    """The sessions of accounts.

    Parameters
    ----------
    database
        Where they are kept.
    settings
        When they end.
    keeps_alive
        Whether it is noted that one is used, so that it does not end for idleness.
    """

    database: Database
    settings: AccountSettings
    keeps_alive: bool = True

    def find(self, cookie: str, *, at: datetime) -> Session | None:
        """Return the session of a cookie's value; that it is used is noted now and then."""
        with reading(self.database) as quiet:
            found = find_session(quiet, cookie, at=at, settings=self.settings)
        if found is None:
            return None
        if self.keeps_alive and is_noting_due(found, at=at, settings=self.settings.sessions):
            with transaction(self.database, found.actor, purpose="Session in use.", at=at) as tx:
                note_seen(tx, found)
        person = Person(actor=found.actor, standing=found.standing, at=at)
        return Session(id=found.session_id, person=person, signed_in=found)


def keep_cookie(response: Response, value: str) -> None:
    """Send a session's cookie: unseen by scripts, unsent from other sites, gone with the window."""
    response.set_cookie(COOKIE, value, secure=True, httponly=True, samesite="strict", path="/")


def drop_cookie(response: Response) -> None:
    """Take a session's cookie back."""
    response.delete_cookie(COOKIE, secure=True, httponly=True, samesite="strict", path="/")


def found_session(request: Request) -> Session | None:
    """Return the session of a request, looked up once, or None where nobody is signed in."""
    if not hasattr(request.state, "session"):
        desk, value = request.app.state.desk, request.cookies.get(COOKIE, "")
        request.state.session = desk.sessions.find(value, at=desk.now()) if value else None
    found: Session | None = request.state.session
    request.state.person = None if found is None else found.person  # for what is refused
    return found


def glance(request: Request) -> Session:
    """Return the session of a request that a page makes by itself: it keeps no session alive.

    Where nobody is signed in, or something must be done first, it raises as ``session_of``.
    """
    sessions, value = request.app.state.desk.sessions, request.cookies.get(COOKIE, "")
    if isinstance(sessions, AccountSessions):
        at = request.app.state.desk.now()
        request.state.session = replace(sessions, keeps_alive=False).find(value, at=at)
    return session_of(request)


def session_of(request: Request) -> Session:
    """Return the session of a request.

    Raises
    ------
    NotSignedInError
        If nobody is signed in.
    MustFirstError
        If something must be done before this.
    """
    found = found_session(request)
    if found is None:
        msg = "Nobody is signed in."
        raise NotSignedInError(msg, remedy="Sign in, then come back to this address.")
    if found.must_first and request.url.path not in ALWAYS:
        msg = "Before anything else your account has to be made safe."
        raise MustFirstError(msg, value=found.must_first, remedy=f"Go to {found.must_first}.")
    return found
