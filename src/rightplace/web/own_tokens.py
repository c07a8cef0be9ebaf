"""Routes of one's own tokens: the list, making one, revoking one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from rightplace.app.accounts.tokens import TokenWanted, end_token, new_token, own_tokens
from rightplace.errors import RightplaceError
from rightplace.web.pages import render
from rightplace.web.sessions import session_of
from rightplace.web.typed import failed_form, new_form, sent_fields

if TYPE_CHECKING:
    from rightplace.web.typed import Typed

router = APIRouter(default_response_class=Response)
ADDRESS = "/account/tokens"
MAY = "may-"
"""Start of the name of each box that is ticked."""


@router.get(ADDRESS)
def tokens(request: Request) -> Response:
    """Show one's own tokens."""
    return _page(request, new_form(request, days="30"))


def _page(request: Request, form: Typed, *, status: int = 200) -> Response:
    desk, session = request.app.state.desk, session_of(request)
    page = own_tokens(desk.shelf, session.person, at=desk.now(), settings=desk.accounts.tokens)
    return render(request, "tokens.html.j2", status=status, page=page, form=form, here="account")


@router.post(ADDRESS)
async def make(request: Request) -> Response:
    """Make a token and show it once."""
    return await run_in_threadpool(_make, request, await sent_fields(request))


def _make(request: Request, fields: dict[str, str]) -> Response:
    desk, session = request.app.state.desk, session_of(request)
    if session.signed_in is None:
        return RedirectResponse("/account", status_code=303)
    days = fields.get("days", "")
    wanted = TokenWanted(
        name=fields.get("name", ""),
        may=[name.removeprefix(MAY) for name in fields if name.startswith(MAY)],
        bcu=fields.get("bcu", ""),
        days=int(days) if days.isascii() and days.isdigit() and len(days) < 5 else 0,  # noqa: PLR2004 - years
    )
    try:
        made = new_token(
            desk.shelf.database,
            session.signed_in,
            wanted,
            at=desk.now(),
            settings=desk.accounts.tokens,
        )
    except RightplaceError as error:
        field = "name" if not wanted.name.strip() else "days" if not wanted.days else "may"
        return _page(request, failed_form(fields, error, at_field=field), status=422)
    return render(
        request,
        "secret.html.j2",
        title="Your new token",
        words=f"Send it as a bearer token with each request, until {made.expires_at:%d %B %Y}",
        secret=made.secret,
        back=ADDRESS,
        here="account",
    )


@router.post(f"{ADDRESS}/revoke")
async def revoke(request: Request) -> Response:
    """Revoke a token and go back to the list."""
    return await run_in_threadpool(_revoke, request, await sent_fields(request))


def _revoke(request: Request, fields: dict[str, str]) -> Response:
    desk, session = request.app.state.desk, session_of(request)
    end_token(desk.shelf.database, session.person, fields.get("id", ""), at=desk.now())
    return RedirectResponse(ADDRESS, status_code=303)
