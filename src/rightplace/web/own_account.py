"""Routes of one's own account: what one may do, the password, the second factor."""

from __future__ import annotations

import segno
from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from rightplace.app.accounts.own import (
    end_elsewhere,
    give_first_code,
    own_account,
    secret_for_codes,
)
from rightplace.errors import RightplaceError
from rightplace.records.accounts.own_password import change_password
from rightplace.web.pages import render
from rightplace.web.sessions import CHANGE_PAGE, keep_cookie, session_of
from rightplace.web.typed import Typed, failed_form, new_form, sent_fields

router = APIRouter(default_response_class=Response)


@router.get("/account")
def account(request: Request) -> Response:
    """Show one's own account."""
    desk, session = request.app.state.desk, session_of(request)
    page = own_account(desk.shelf.database, session.person, session_id=session.id)
    return render(request, "account.html.j2", page=page, form=new_form(request), here="account")


@router.post("/account/elsewhere")
def sign_out_elsewhere(request: Request) -> Response:
    """End one's sessions everywhere else."""
    desk, session = request.app.state.desk, session_of(request)
    end_elsewhere(desk.shelf.database, session.person, session_id=session.id, at=desk.now())
    return RedirectResponse("/account", status_code=303)


@router.get(CHANGE_PAGE)
def password(request: Request) -> Response:
    """Ask for the old and the new password."""
    session_of(request)
    return _password_page(request, new_form(request))


def _password_page(request: Request, form: Typed, *, status: int = 200) -> Response:
    least = request.app.state.desk.accounts.passwords.least_characters
    return render(request, "password.html.j2", status=status, form=form, least=least)


@router.post(CHANGE_PAGE)
async def new_password(request: Request) -> Response:
    """Change one's password; all other sessions end."""
    return await run_in_threadpool(_new_password, request, await sent_fields(request))


def _new_password(request: Request, fields: dict[str, str]) -> Response:
    desk, session = request.app.state.desk, session_of(request)
    if session.signed_in is None:
        return RedirectResponse("/account", status_code=303)
    old, new = fields.get("old", ""), fields.get("new", "")
    if new != fields.get("again", ""):
        faults = (("again", "The new password was typed in two ways. Type it the same twice."),)
        form = Typed(token=fields.get("form_token", ""), faults=faults)
        return _password_page(request, form, status=422)
    database, at = desk.shelf.database, desk.now()
    try:
        token = change_password(
            database, session.signed_in, old=old, new=new, at=at, settings=desk.accounts
        )
    except RightplaceError as error:
        field = "old" if error.exit_code == 20 else "new"  # noqa: PLR2004 - a refusal is of the old
        return _password_page(request, failed_form(fields, error, at_field=field), status=422)
    response = RedirectResponse("/account", status_code=303)
    keep_cookie(response, token)
    return response


@router.get("/account/codes")
def codes(request: Request) -> Response:
    """Ask whether a second factor shall be set up: the secret is shown when the form is sent."""
    session_of(request)
    return render(request, "codes.html.j2", form=new_form(request), secret=None, picture="")


@router.post("/account/codes")
async def set_up_codes(request: Request) -> Response:
    """Show the secret, or check the first code and show the recovery codes."""
    return await run_in_threadpool(_set_up, request, await sent_fields(request))


def _set_up(request: Request, fields: dict[str, str]) -> Response:
    desk, session = request.app.state.desk, session_of(request)
    database, at = desk.shelf.database, desk.now()
    if "code" in fields:
        try:
            given = give_first_code(
                database,
                session.person,
                fields["code"],
                at=at,
                settings=desk.accounts.log_in,
            )
        except RightplaceError as error:
            form = failed_form(fields, error, at_field="code")
            return render(request, "codes.html.j2", status=422, form=form, secret=None, picture="")
        return render(request, "recovery.html.j2", codes=given)
    secret = secret_for_codes(database, session.person, at=at)
    return render(
        request,
        "codes.html.j2",
        form=new_form(request),
        secret=secret,
        picture=_picture(secret.address),
    )


def _picture(address: str) -> str:
    """Return a QR code as a data address: it goes nowhere and is kept nowhere."""
    return segno.make(address, error="m", micro=False).svg_data_uri(scale=5, border=4)
