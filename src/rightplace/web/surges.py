"""Routes of surges: the page, and postings by officer."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from rightplace.app.service.published_lines import published_lines
from rightplace.app.service.surge import KIND
from rightplace.app.service.surge_officers import PostingsWanted, read_postings
from rightplace.app.service.surge_page import read_surge
from rightplace.records.accounts.roles import Permission
from rightplace.web.pages import render
from rightplace.web.sessions import session_of

router = APIRouter(default_response_class=Response)
Borough = Annotated[str, Query(max_length=200)]
PageNumber = Annotated[int, Query(ge=1, le=100_000)]


@router.get("/surges")
def surges(request: Request) -> Response:
    """Go to the newest surge, or say that none is published."""
    desk, session = request.app.state.desk, session_of(request)
    session.person.check(Permission.SEE_SURGE)
    lines = published_lines(desk.shelf, KIND, person=session.person, at=desk.now())
    usable = [line for line in lines if not line.stopped]
    if usable:
        return RedirectResponse(f"/surges/{usable[0].id}", status_code=303)
    return render(request, "none.html.j2", kind="surge", lines=lines, here="surge")


@router.get("/surges/{surge_id}")
def surge(request: Request, surge_id: str) -> Response:
    """Show who moves, why, and who loses, as counts."""
    desk, session = request.app.state.desk, session_of(request)
    page = read_surge(desk.shelf, surge_id, person=session.person, at=desk.now())
    return render(request, "surge.html.j2", page=page, here="surge")


@router.get("/surges/{surge_id}/officers")
def officers(
    request: Request, surge_id: str, borough: Borough = "", page: PageNumber = 1
) -> Response:
    """Show postings by officer to who decides for the whole area."""
    desk, session = request.app.state.desk, session_of(request)
    shown = read_postings(
        desk.shelf,
        surge_id,
        person=session.person,
        wanted=PostingsWanted(borough=borough, page=page),
        at=desk.now(),
    )
    return render(request, "surge_officers.html.j2", page=shown, here="surge")
