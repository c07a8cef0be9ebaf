"""Routes of the workforce: published looks ahead, one with its charts, what to take away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from rightplace.app.service.workforce_files import (
    workforce_csv,
    workforce_data,
    workforce_html,
    workforce_paper,
)
from rightplace.app.service.workforce_page import (
    read_workforce,
    read_workforces,
    workforce_chart,
)
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


router = APIRouter(prefix="/workforce", default_response_class=Response)
RunId = Annotated[str, Path(max_length=40)]
Ident = Annotated[str, Path(max_length=40)]
HERE = "workforce"


def _asking(request: Request) -> Asking:
    return {"person": session_of(request).person, "at": request.app.state.desk.now()}


@router.get("")
def workforces(request: Request) -> Response:
    """Show how strong the force will be, and was, a sentence for each published run."""
    ahead, back = read_workforces(request.app.state.desk.shelf, **_asking(request))
    return render(request, "workforces.html.j2", ahead=ahead, back=back, here=HERE)


@router.get("/{workforce_id}")
def workforce(request: Request, workforce_id: RunId) -> Response:
    """Show when a target is met, what it rests on and what would change it."""
    desk = request.app.state.desk
    marking = desk.settings.marking
    page = read_workforce(desk.shelf, workforce_id, **_asking(request), marking=marking)
    return render(request, "workforce.html.j2", page=page, here=HERE)


@router.get("/{workforce_id}/charts/{ident}.svg")
def chart(request: Request, workforce_id: RunId, ident: Ident) -> Response:
    """Send one chart as a drawing."""
    drawn = workforce_chart(request.app.state.desk.shelf, workforce_id, ident, **_asking(request))
    return Response(drawn, media_type="image/svg+xml")


@router.get("/{workforce_id}/report.html")
def html_file(request: Request, workforce_id: RunId) -> Response:
    """Send the report as one file to open and to print."""
    desk = request.app.state.desk
    marking = desk.settings.marking
    text = workforce_html(desk.shelf, workforce_id, **_asking(request), marking=marking)
    headers = saved_as(f"workforce-{workforce_id}.html")
    return Response(text, media_type="text/html; charset=utf-8", headers=headers)


@router.get("/{workforce_id}/report.pdf")
def paper_file(request: Request, workforce_id: RunId) -> Response:
    """Send the report on paper."""
    desk = request.app.state.desk
    marking = desk.settings.marking
    content = workforce_paper(desk.shelf, workforce_id, **_asking(request), marking=marking)
    headers = saved_as(f"workforce-{workforce_id}.pdf")
    return Response(content, media_type="application/pdf", headers=headers)


@router.get("/{workforce_id}/report.json")
def data_file(request: Request, workforce_id: RunId) -> Response:
    """Send what was found, for programs."""
    desk = request.app.state.desk
    marking = desk.settings.marking
    text = workforce_data(desk.shelf, workforce_id, **_asking(request), marking=marking)
    headers = saved_as(f"workforce-{workforce_id}.json")
    return Response(text, media_type="application/json", headers=headers)


@router.get("/{workforce_id}/{ident}.csv")
def table_file(request: Request, workforce_id: RunId, ident: Ident) -> Response:
    """Send every month, or every table of the report."""
    desk = request.app.state.desk
    marking = desk.settings.marking
    text = workforce_csv(desk.shelf, workforce_id, ident, **_asking(request), marking=marking)
    return csv_file(text, name=f"workforce {workforce_id} {ident}")
