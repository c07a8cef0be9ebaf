"""Routes at the end of a draft: check it, give reasons, submit it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from rightplace.app.service.section_60_draft_check import read_check, submit_draft
from rightplace.web.section_60_draft_shared import (
    draft_page,
    failed,
    law_for,
    rules_of,
    sent_page,
    to_draft,
)
from rightplace.web.sessions import session_of
from rightplace.web.typed import new_form, sent_fields

if TYPE_CHECKING:
    from rightplace.web.typed import Typed

router = APIRouter(default_response_class=Response)


@router.get("/section-60/{reference}/draft/check")
def check(request: Request, reference: str) -> Response:
    """Show formal defects and questions."""
    return _page(request, reference, new_form(request))


def _page(request: Request, reference: str, form: Typed) -> Response:
    desk, session = request.app.state.desk, session_of(request)
    page = read_check(
        desk.shelf, reference, person=session.person, at=desk.now(), rules=rules_of(request)
    )
    return draft_page(
        request,
        "check",
        draft=page.draft,
        page=page,
        law=law_for(request, page.draft, "check"),
        form=form,
    )


@router.post("/section-60/{reference}/draft/check")
async def submit(request: Request, reference: str) -> Response:
    """Keep the reasons and submit the draft, or show the page again with what stops it."""
    fields = await sent_fields(request)
    return await run_in_threadpool(_submit, request, reference, fields)


def _submit(request: Request, reference: str, fields: dict[str, str]) -> Response:
    desk, session = request.app.state.desk, session_of(request)
    submits = fields.get("act") != "reasons"
    kept = submit_draft(
        desk.shelf,
        sent_page(request, reference, fields),
        person=session.person,
        rules=rules_of(request),
        submits=submits,
    )
    if kept.faults:
        return _page(request, reference, failed(fields, kept))
    if not submits:
        return to_draft(reference, "check")
    return RedirectResponse(f"/section-60/{quote(reference)}", status_code=303)
