"""Forms that only our own pages can send: a signed token in each, checked before any route."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request  # noqa: TC002 - the framework reads the annotation

from rightplace.errors import RefusedError
from rightplace.web.sessions import found_session, session_of

if TYPE_CHECKING:
    from datetime import datetime

    from starlette.responses import Response

FIELD = "form_token"
SAFE = {"GET", "HEAD", "OPTIONS"}
BEFORE: Final = "__Host-rightplace-before"
"""Cookie that forms are bound to which are sent before anybody is signed in."""
OPEN: Final = ("/sign-in", "/sign-in/code", "/sign-in/break-glass")
"""Where such forms are sent."""


class StaleFormError(RefusedError):
    """A form was sent that was not opened here by whoever sends it, or too long ago."""

    code: ClassVar[str] = "stale-form"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedForm:
    """A form as it was handed out.

    Parameters
    ----------
    id
        UUID of what it will do, so that a form sent twice does it once.
    opened
        When it was handed out, in seconds since 1970.
    """

    id: str
    opened: int

    def token(self, key: bytes, session_id: str) -> str:
        """Return what the form carries: id, time, and a signature over both and the session."""
        said = f"{self.id}.{self.opened}"
        return f"{said}.{_signature(key, f'{session_id}.{said}')}"


def _signature(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def new_token(request: Request) -> str:
    """Return the token of a form that is about to be shown to whoever is signed in."""
    session = found_session(request)
    return _token(request, session_of(request).id if session is None else session.id)


def new_open_token(request: Request) -> str:
    """Return the token of a form to sign in by; ``keep_before`` must send what it is bound to."""
    if not hasattr(request.state, "before"):
        request.state.before = request.cookies.get(BEFORE) or secrets.token_urlsafe(16)
    return _token(request, f"before {request.state.before}")


def keep_before(request: Request, response: Response) -> None:
    """Send the cookie that an open form is bound to."""
    response.set_cookie(
        BEFORE, request.state.before, secure=True, httponly=True, samesite="strict", path="/"
    )


def _token(request: Request, owner: str) -> str:
    desk = request.app.state.desk
    form = OpenedForm(id=str(uuid.uuid4()), opened=int(desk.now().timestamp()))
    return form.token(desk.form_key, owner)


def opened_form(
    token: str, *, key: bytes, session_id: str, now: datetime, minutes: int
) -> OpenedForm:
    """Return the form that a token was made for.

    Parameters
    ----------
    token
        What came with the form.
    key, session_id
        What it must be signed with.
    now
        The time now.
    minutes
        How long it lasts.

    Raises
    ------
    StaleFormError
        If it is missing, of another session, altered or too old.
    """
    form_id, _, rest = token.partition(".")
    opened, _, _ = rest.partition(".")
    if opened.isascii() and opened.isdigit() and len(opened) < 12:  # noqa: PLR2004 - seconds since 1970
        form = OpenedForm(id=form_id, opened=int(opened))
        genuine = hmac.compare_digest(
            form.token(key, session_id).encode(), token.encode(errors="replace")
        )
        if genuine and 0 <= now.timestamp() - form.opened <= minutes * 60:
            return form
    msg = "This form was not opened here by you, or too long ago."
    raise StaleFormError(msg, remedy="Go back, load the page again and send the form once more.")


async def check_form(request: Request) -> None:
    """Check, before any route that changes something, that one of our own pages asked for it.

    Raises
    ------
    RefusedError
        If another site sent it.
    StaleFormError
        If it was not sent as a form by whoever is signed in; see ``opened_form``.
    """
    if request.method in SAFE:
        return
    site = request.headers.get("sec-fetch-site", "same-origin")
    if site not in {"same-origin", "none"}:
        msg = "Another site sent this form."
        raise RefusedError(msg, value=site, remedy="Fill in the form on the page of this service.")
    desk = request.app.state.desk
    owner = await run_in_threadpool(_owner, request)
    sent = await request.form()
    try:
        request.state.form = opened_form(
            str(sent.get(FIELD, "")),
            key=desk.form_key,
            session_id=owner,
            now=desk.now(),
            minutes=desk.settings.form_minutes,
        )
    except StaleFormError:
        await sent.close()  # files that came with it
        raise


def _owner(request: Request) -> str:
    """Return whom a form must have been handed to."""
    if request.url.path in OPEN:
        return f"before {request.cookies.get(BEFORE, '')}"
    return session_of(request).id
