"""Routes of the written authority on paper: of a draft, and blank for when there is no service."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from rightplace.app.service.section_60_form import PaperWanted, blank_form, draft_form
from rightplace.records.accounts.roles import Permission
from rightplace.web.data import is_synthetic
from rightplace.web.sessions import session_of

router = APIRouter(default_response_class=Response)


@router.get("/section-60/form.pdf")
def paper(request: Request) -> Response:
    """Send the paper form."""
    desk, session = request.app.state.desk, session_of(request)
    session.person.check(Permission.SEE_SECTION_60)
    return _pdf(blank_form(marking=desk.settings.marking), name="section-60-paper-form")


@router.get("/section-60/{reference}/draft/form.pdf")
def authority(request: Request, reference: str) -> Response:
    """Send the written authority of a draft."""
    desk, session = request.app.state.desk, session_of(request)
    paper = PaperWanted(marking=desk.settings.marking, is_synthetic=is_synthetic(request))
    content = draft_form(desk.shelf, reference, person=session.person, at=desk.now(), paper=paper)
    return _pdf(content, name=f"section-60-{reference}")


def _pdf(content: bytes, *, name: str) -> Response:
    headers = {"content-disposition": f'inline; filename="{name}.pdf"'}
    return Response(content, media_type="application/pdf", headers=headers)
