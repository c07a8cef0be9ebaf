"""Routes of published reports of operations: the list, one with its pictures, what to take away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from rightplace.app.service.operation_report import read_report, read_reports, report_chart
from rightplace.app.service.operation_report_files import (
    report_csv,
    report_data,
    report_html,
    report_paper,
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


router = APIRouter(prefix="/operations/reports", default_response_class=Response)
ReportId = Annotated[str, Path(max_length=40)]
Ident = Annotated[str, Path(max_length=40)]
HERE = "operations"


def _asking(request: Request) -> Asking:
    return {"person": session_of(request).person, "at": request.app.state.desk.now()}


@router.get("")
def reports(request: Request) -> Response:
    """Show which operations were judged, in one's own area."""
    lines = read_reports(request.app.state.desk.shelf, **_asking(request))
    return render(request, "operation_reports.html.j2", lines=lines, here=HERE)


@router.get("/{report_id}")
def report(request: Request, report_id: ReportId) -> Response:
    """Show whether an operation worked, and how sure that is."""
    desk = request.app.state.desk
    page = read_report(desk.shelf, report_id, **_asking(request), marking=desk.settings.marking)
    return render(request, "operation_report.html.j2", page=page, here=HERE)


@router.get("/{report_id}/charts/{ident}.svg")
def chart(request: Request, report_id: ReportId, ident: Ident) -> Response:
    """Send one picture of a report."""
    drawn = report_chart(request.app.state.desk.shelf, report_id, ident, **_asking(request))
    return Response(drawn, media_type="image/svg+xml")


@router.get("/{report_id}/report.html")
def html_file(request: Request, report_id: ReportId) -> Response:
    """Send the report as one file to open and to print."""
    desk = request.app.state.desk
    text = report_html(desk.shelf, report_id, **_asking(request), marking=desk.settings.marking)
    headers = saved_as(f"operation-{report_id}.html")
    return Response(text, media_type="text/html; charset=utf-8", headers=headers)


@router.get("/{report_id}/report.pdf")
def paper_file(request: Request, report_id: ReportId) -> Response:
    """Send the report on paper."""
    desk = request.app.state.desk
    content = report_paper(desk.shelf, report_id, **_asking(request), marking=desk.settings.marking)
    headers = saved_as(f"operation-{report_id}.pdf")
    return Response(content, media_type="application/pdf", headers=headers)


@router.get("/{report_id}/report.json")
def data_file(request: Request, report_id: ReportId) -> Response:
    """Send what was found, for programs."""
    text = report_data(request.app.state.desk.shelf, report_id, **_asking(request))
    headers = saved_as(f"operation-{report_id}.json")
    return Response(text, media_type="application/json", headers=headers)


@router.get("/{report_id}/{ident}.csv")
def table_file(request: Request, report_id: ReportId, ident: Ident) -> Response:
    """Send counts by place, the series, or the checks."""
    desk = request.app.state.desk
    text = report_csv(
        desk.shelf, report_id, ident, **_asking(request), marking=desk.settings.marking
    )
    return csv_file(text, name=f"operation {report_id} {ident}")
