"""Routes to sign in and out: password, second factor, break-glass."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from rightplace.errors import RightplaceError
from rightplace.records.accounts.break_glass import BreakGlassAsked, break_glass
from rightplace.records.accounts.log_in import LogInState, Origin, give_code, log_in
from rightplace.records.accounts.sessions import log_out
from rightplace.records.audit.transaction import transaction
from rightplace.web.forms import keep_before, new_open_token
from rightplace.web.pages import render
from rightplace.web.sessions import COOKIE, drop_cookie, found_session, keep_cookie, session_of
from rightplace.web.typed import Typed, sent_fields

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rightplace.records.accounts.log_in import LogInResult

router = APIRouter(default_response_class=Response)
DEVICE: Final = "__Host-rightplace-device"
"""Cookie that lasts, by which a browser is known where somebody signed in before."""
PAGES: Final = {
    "password": ("sign_in.html.j2", "user_name"),
    "code": ("code.html.j2", "code"),
    "break-glass": ("break_glass.html.j2", "user_name"),
}
WRONG: Final = {
    "password": "The user name or the password is not right.",
    "code": "The code is not right, or the time for it is over. Begin again if it is.",
    "break-glass": "The user name or the code is not right.",
}


def own_address(request: Request) -> str:
    """Return the address asked for, to come back to; nothing of another site."""
    query = f"?{request.url.query}" if request.url.query else ""
    return own_path(f"{request.url.path}{query}")


def own_path(address: str) -> str:
    """Return an address if it is a path of this service, and its start if it is anything else."""
    is_own = address.startswith("/") and not address.startswith(("//", "/\\", "/sign-"))
    return address if is_own and address.isprintable() and "\\" not in address else "/"


def sign_in_page(
    request: Request,
    *,
    step: str = "password",
    to: str = "/",
    status: int = 200,
    values: Mapping[str, str] | None = None,
    fault: str = "",
) -> Response:
    """Return the page of a step of signing in.

    Parameters
    ----------
    request
        What is answered.
    step
        ``password``, ``code`` or ``break-glass``.
    to
        The address to come to afterwards.
    status
        HTTP status.
    values
        What was typed.
    fault
        What is wrong with it.
    """
    template, field = PAGES[step]
    form = Typed(
        token=new_open_token(request),
        values=dict(values or {}) | {"to": to},
        faults=((field, fault),) if fault else (),
    )
    response = render(request, template, status=status, form=form)
    keep_before(request, response)
    return response


@router.get("/sign-in")
def sign_in(request: Request, to: str = "/") -> Response:
    """Ask for user name and password."""
    if found_session(request) is not None:
        return RedirectResponse(own_path(to), status_code=303)
    return sign_in_page(request, to=own_path(to))


@router.get("/sign-in/break-glass")
def sign_in_by_break_glass(request: Request) -> Response:
    """Ask for the code of break-glass."""
    return sign_in_page(request, step="break-glass")


@router.post("/sign-in")
async def give_password(request: Request) -> Response:
    """Check a user name and password."""
    return await run_in_threadpool(_give, request, "password", await sent_fields(request))


@router.post("/sign-in/code")
async def give_second_factor(request: Request) -> Response:
    """Check the second factor."""
    return await run_in_threadpool(_give, request, "code", await sent_fields(request))


@router.post("/sign-in/break-glass")
async def give_break_glass(request: Request) -> Response:
    """Check the code of break-glass."""
    return await run_in_threadpool(_give, request, "break-glass", await sent_fields(request))


@router.post("/sign-out")
def sign_out(request: Request) -> Response:
    """End the session, here and in the records; the browser forgets what it was shown."""
    desk, session = request.app.state.desk, session_of(request)
    if session.signed_in is not None:
        actor = session.person.actor
        with transaction(desk.shelf.database, actor, purpose="Sign out.", at=desk.now()) as tx:
            log_out(tx, session.signed_in)
    response = RedirectResponse("/sign-in", status_code=303)
    drop_cookie(response)
    response.headers["clear-site-data"] = '"cache"'
    return response


def origin_of(request: Request) -> Origin:
    """Return where a try to sign in comes from."""
    return Origin(
        source="unknown" if request.client is None else request.client.host,
        device_token=request.cookies.get(DEVICE),
        session_token=request.cookies.get(COOKIE),
    )


def _give(request: Request, step: str, fields: dict[str, str]) -> Response:
    to = own_path(fields.get("to", "/"))
    try:
        result = _try(request, step, fields)
    except RightplaceError as error:
        words = error.fault.said
        return sign_in_page(request, step=step, to=to, status=422, values=fields, fault=words)
    if result.state is LogInState.WAIT and result.until is not None:
        words = f"Too many tries. Try again after {result.until:%H:%M:%S} UTC."
        return sign_in_page(request, step=step, to=to, status=429, values=fields, fault=words)
    if result.state is LogInState.REFUSED:
        words = WRONG[step]
        return sign_in_page(request, step=step, to=to, status=422, values=fields, fault=words)
    return entered(request, result, to=to)


def _try(request: Request, step: str, fields: dict[str, str]) -> LogInResult:
    desk, origin = request.app.state.desk, origin_of(request)
    database, name = desk.shelf.database, fields.get("user_name", "")
    at, settings = desk.now(), desk.accounts
    if step == "password":
        typed = fields.get("password", "")
        return log_in(database, name, typed, origin=origin, at=at, settings=settings)
    code = fields.get("code", "")
    if step == "code":
        return give_code(database, code, origin=origin, at=at, settings=settings)
    asked = BreakGlassAsked(user_name=name, code=code, reason=fields.get("reason", ""))
    return break_glass(database, asked, origin=origin, at=at, settings=settings)


def entered(request: Request, result: LogInResult, *, to: str) -> Response:
    """Return what follows a right password or code: the page asked for, or the next step.

    Parameters
    ----------
    request
        What is answered.
    result
        How the try ended: in, or a second factor is missing.
    to
        The address to come to.
    """
    if result.state is LogInState.CODE_NEEDED:
        response = sign_in_page(request, step="code", to=to)
    else:
        response = RedirectResponse(to, status_code=303)
    keep_cookie(response, result.session_token or "")
    if result.device_token is not None:
        days = request.app.state.desk.accounts.log_in.device_days
        response.set_cookie(
            DEVICE,
            result.device_token,
            max_age=days * 86_400,
            secure=True,
            httponly=True,
            samesite="strict",
            path="/",
        )
    return response
