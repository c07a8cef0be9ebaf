"""Routes of published looks ahead at detective units: the list, one with its charts, its files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from rightplace.app.service.detectives_files import look_data, look_html, look_paper, look_table
from rightplace.app.service.detectives_page import look_chart, read_look, read_looks
from rightplace.records.accounts.roles import Permission
from rightplace.web.downloads import csv_file, saved_as
from rightplace.web.pages import render
from rightplace.web.sessions import session_of

if TYPE_CHECKING:
    from datetime import datetime
    from typing import TypedDict

    from rightplace.app.service.person import Person

    class Asking(TypedDict):
        """Who asks, and when."""

        person: Person
        at: datetime

    class Marked(Asking):
        """The same, and the protective marking."""

        marking: str


router = APIRouter(prefix="/detectives", default_response_class=Response)
InvestigationId = Annotated[str, Path(max_length=40)]
Ident = Annotated[str, Path(max_length=40)]
HERE = "detectives"


def _asking(request: Request) -> Asking:
    return {"person": session_of(request).person, "at": request.app.state.desk.now()}


def _marked(request: Request) -> Marked:
    return {**_asking(request), "marking": request.app.state.desk.settings.marking}


@router.get("")
def looks(request: Request) -> Response:
    """Show what was looked at, one answer each."""
    asked = _marked(request)
    lines = read_looks(request.app.state.desk.shelf, **asked)
    may_ask = asked["person"].may(Permission.RUN_JOBS)
    return render(request, "detectives.html.j2", lines=lines, may_ask=may_ask, here=HERE)


@router.get("/{investigation_id}")
def look(request: Request, investigation_id: InvestigationId) -> Response:
    """Show what units of detectives can carry, and both ends of each what-if."""
    page = read_look(request.app.state.desk.shelf, investigation_id, **_marked(request))
    return render(request, "detectives_look.html.j2", page=page, here=HERE)


@router.get("/{investigation_id}/charts/{ident}.svg")
def chart(request: Request, investigation_id: InvestigationId, ident: Ident) -> Response:
    """Send one picture of a look ahead."""
    drawn = look_chart(request.app.state.desk.shelf, investigation_id, ident, **_asking(request))
    return Response(drawn, media_type="image/svg+xml")


@router.get("/{investigation_id}/report.html")
def html_file(request: Request, investigation_id: InvestigationId) -> Response:
    """Send it as one file to open and to print."""
    text = look_html(request.app.state.desk.shelf, investigation_id, **_marked(request))
    headers = saved_as(f"detectives-{investigation_id}.html")
    return Response(text, media_type="text/html; charset=utf-8", headers=headers)


@router.get("/{investigation_id}/report.pdf")
def paper_file(request: Request, investigation_id: InvestigationId) -> Response:
    """Send it on paper."""
    content = look_paper(request.app.state.desk.shelf, investigation_id, **_marked(request))
    headers = saved_as(f"detectives-{investigation_id}.pdf")
    return Response(content, media_type="application/pdf", headers=headers)


@router.get("/{investigation_id}/report.json")
def data_file(request: Request, investigation_id: InvestigationId) -> Response:
    """Send what was found, for programs."""
    text = look_data(request.app.state.desk.shelf, investigation_id, **_marked(request))
    headers = saved_as(f"detectives-{investigation_id}.json")
    return Response(text, media_type="application/json", headers=headers)


@router.get("/{investigation_id}/{ident}.csv")
def table_file(request: Request, investigation_id: InvestigationId, ident: Ident) -> Response:
    """Send every figure, every change, or a curve."""
    shelf = request.app.state.desk.shelf
    text = look_table(shelf, investigation_id, ident, **_marked(request))
    return csv_file(text, name=f"detectives {investigation_id} {ident}")
