"""Routes of what might follow nearby: after the grounds, and never one of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from rightplace.app.aftermath.use_case import TypedIncident
from rightplace.app.service.section_60_draft_aftermath import read_aftermath
from rightplace.web.section_60_draft_shared import draft_page
from rightplace.web.sessions import session_of
from rightplace.web.typed import new_form

router = APIRouter(default_response_class=Response)
Words = Annotated[str, Query(max_length=100)]


@router.get("/section-60/{reference}/draft/aftermath")
def aftermath(
    request: Request, reference: str, place: Words = "", time: Words = "", kind: Words = ""
) -> Response:
    """Show what might follow an incident within 800 metres and 72 hours."""
    desk, session = request.app.state.desk, session_of(request)
    asked = place.strip() or time.strip()
    page = read_aftermath(
        desk.shelf,
        reference,
        person=session.person,
        typed=TypedIncident(place=place, time=time, class_id=kind) if asked else None,
        held=desk.data,
        at=desk.now(),
    )
    form = new_form(request, place=place, time=time, kind=kind)
    if page.fault[1]:
        form = replace(form, faults=(page.fault,))
    return draft_page(
        request,
        "aftermath",
        draft=page.draft,
        page=page,
        law=(),
        form=form,
    )
