"""Routes by which who manages accounts links one with somebody of the provider."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from rightplace.app.service.oidc.linking import Linking
from rightplace.errors import NotHeldError, RightplaceError
from rightplace.web.oidc import provider_of_desk
from rightplace.web.pages import render
from rightplace.web.sessions import session_of
from rightplace.web.typed import Typed, failed_form, new_form, sent_fields

router = APIRouter(default_response_class=Response)


@router.get("/accounts/{account_id}/provider")
def account_link(request: Request, account_id: str) -> Response:
    """Show whom of the provider an account is linked with."""
    session_of(request)
    return _page(request, account_id, new_form(request))


@router.post("/accounts/{account_id}/provider")
async def change_link(request: Request, account_id: str) -> Response:
    """Link an account, or end its link, and show it again."""
    fields = await sent_fields(request)
    return await run_in_threadpool(_change, request, account_id, fields)


def _change(request: Request, account_id: str, fields: dict[str, str]) -> Response:
    linking = _linking(request)
    try:
        if fields.get("act") == "end":
            linking.unlink(account_id)
        else:
            linking.link(account_id, fields.get("subject", ""))
    except NotHeldError:
        raise
    except RightplaceError as error:
        return _page(request, account_id, failed_form(fields, error, at_field="subject"), 422)
    return RedirectResponse(f"/accounts/{quote(account_id)}/provider", status_code=303)


def _page(request: Request, account_id: str, form: Typed, status: int = 200) -> Response:
    linking = _linking(request)
    shown = linking.page(account_id)
    keeps = linking.settings.keeps_password
    return render(
        request,
        "provider_link.html.j2",
        status=status,
        page=shown,
        form=form,
        keeps=keeps,
        here="accounts",
    )


def _linking(request: Request) -> Linking:
    desk, session = request.app.state.desk, session_of(request)
    return Linking(
        database=desk.shelf.database,
        person=session.person,
        settings=provider_of_desk(request).settings,
        at=desk.now(),
    )
