"""What somebody reads when something went wrong: plain words, one shape for scripts."""

from __future__ import annotations

import json
import logging
import secrets
import traceback
from typing import TYPE_CHECKING, Any, Final

from fastapi.exceptions import RequestValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse

from rightplace.app.service.refusals import note_refusal
from rightplace.errors import RefusedError, RightplaceError
from rightplace.web.forms import SAFE, StaleFormError
from rightplace.web.pages import render
from rightplace.web.sessions import MustFirstError, NotSignedInError
from rightplace.web.signing_in import own_address, sign_in_page

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from rightplace.app.service.person import Person

FAILED = logging.getLogger("rightplace.web.failed")
API: Final = "/api/"
TITLES: Final = {
    400: "This cannot be answered",
    401: "Sign in first",
    403: "You may not do this",
    404: "Page not found",
    405: "This address does not do that",
    409: "This cannot be done now",
    413: "This is too long",
    422: "Something in the address or form is not right",
    423: "Busy just now",
    500: "Something failed that we did not foresee",
    503: "Not reachable now",
    507: "The disk refused the write",
}
STALE: Final = "This form has to be opened again"


def install(app: FastAPI) -> None:
    """Let every failure of an application answer in this way."""
    # Each handler takes a narrower error than the framework's annotation says.
    app.add_exception_handler(NotSignedInError, _not_signed_in)  # type: ignore[arg-type]  # as said above
    app.add_exception_handler(MustFirstError, _must_first)  # type: ignore[arg-type]  # as said above
    app.add_exception_handler(RightplaceError, _ours)  # type: ignore[arg-type]  # as said above
    app.add_exception_handler(HTTPException, _http)  # type: ignore[arg-type]  # as above
    app.add_exception_handler(RequestValidationError, _invalid)  # type: ignore[arg-type]  # as above
    app.add_middleware(Unforeseen)


def answer(request: Request, status: int, *, code: str, message: str, remedy: str = "") -> Response:
    """Return a failure as a page, or as JSON below the interface's path."""
    if request.url.path.startswith(API):
        error: dict[str, Any] = {"code": code, "message": message, "remedy": remedy or None}
        return JSONResponse({"ok": False, "error": error}, status_code=status)
    title = TITLES.get(status, TITLES[500] if status >= 500 else TITLES[400])  # noqa: PLR2004 - HTTP
    if code == StaleFormError.code:
        title = STALE
    words = {"title": title, "message": message, "remedy": remedy}
    return render(request, "fault.html.j2", status=status, fault=words)


async def _ours(request: Request, error: RightplaceError) -> Response:
    fault = error.fault
    if isinstance(error, RefusedError):
        await run_in_threadpool(_note, request, fault.message)
    return answer(
        request,
        error.http_status,
        code=error.code,
        message=fault.message,
        remedy=fault.remedy or "",
    )


def _note(request: Request, said: str) -> None:
    """Write a refusal to the audit chain; it is answered as such even where that fails."""
    person: Person | None = getattr(request.state, "person", None)
    if person is None:
        return
    desk, asked = request.app.state.desk, f"{request.method} {request.url.path}"
    try:
        note_refusal(desk.shelf.database, person.actor, asked=asked, said=said, at=desk.now())
    except RightplaceError as error:
        FAILED.error(json.dumps({"unwritten": "refusal", "kind": type(error).__name__}))


async def _not_signed_in(request: Request, error: NotSignedInError) -> Response:
    if request.url.path.startswith(API) or request.method not in SAFE:
        return await _ours(request, error)
    return sign_in_page(request, to=own_address(request), status=error.http_status)


async def _must_first(request: Request, error: MustFirstError) -> Response:
    if request.url.path.startswith(API) or request.method not in SAFE:
        return await _ours(request, error)
    return RedirectResponse(str(error.fault.value), status_code=303)


async def _http(request: Request, error: HTTPException) -> Response:
    message = {
        404: "There is no page at this address. Check it, or start from Today.",
        405: "A page is read, a form is sent; this address takes the other.",
        413: "What was sent is longer than any form here.",
    }.get(error.status_code, "The request cannot be answered as it is.")
    return answer(request, error.status_code, code="http", message=message)


async def _invalid(request: Request, error: RequestValidationError) -> Response:
    names = sorted({str(each["loc"][-1]) for each in error.errors()})
    message = f"Not as it should be: {', '.join(names)}."
    return answer(
        request, 422, code="bad-input", message=message, remedy="Correct it and try again."
    )


class Unforeseen:
    """The outermost shell: what nobody foresaw is answered with a number that leads to the log."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; the log names where it failed and holds no value of a row."""
        has_begun = False

        async def send_noting(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self.app(scope, receive, send_noting)
        except Exception as error:
            if scope["type"] != "http" or has_begun:
                raise
            response = _unforeseen(Request(scope, receive), error)
            await response(scope, receive, send)


def _unforeseen(request: Request, error: Exception) -> Response:
    reference = secrets.token_hex(4)
    frames = [f"{f.name}:{f.lineno}" for f in traceback.extract_tb(error.__traceback__)]
    line = {"reference": reference, "kind": type(error).__name__, "frames": frames[-12:]}
    FAILED.error(json.dumps(line))
    message = f"The failure has the reference {reference}. Nothing was half done."
    remedy = "Try again; if it fails again, tell whoever runs this service the reference."
    return answer(request, 500, code="error", message=message, remedy=remedy)
