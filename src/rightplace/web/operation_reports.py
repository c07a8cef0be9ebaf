"""Routes of published reports of operations: the list, one with its pictures, what to take away."""

from __future__ import annotations

from typing import Annotated

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
from rightplace.web.operations_shared import asking, asking_beside, shown

router = APIRouter(prefix="/operations/reports", default_response_class=Response)
ReportId = Annotated[str, Path(max_length=40)]
Ident = Annotated[str, Path(max_length=40)]


@router.get("")
def reports(request: Request) -> Response:
    """Show which operations were judged, in one's own area."""
    lines = read_reports(request.app.state.desk.shelf, **asking(request))
    return shown(request, "operation_reports.html.j2", lines=lines)


@router.get("/{report_id}")
def report(request: Request, report_id: ReportId) -> Response:
    """Show whether an operation worked, and how sure that is."""
    desk = request.app.state.desk
    marking = desk.settings.marking
    page = read_report(desk.shelf, report_id, **asking_beside(request), marking=marking)
    return shown(request, "operation_report.html.j2", page=page)


@router.get("/{report_id}/charts/{ident}.svg")
def chart(request: Request, report_id: ReportId, ident: Ident) -> Response:
    """Send one picture of a report."""
    drawn = report_chart(request.app.state.desk.shelf, report_id, ident, **asking(request))
    return Response(drawn, media_type="image/svg+xml")


@router.get("/{report_id}/report.html")
def html_file(request: Request, report_id: ReportId) -> Response:
    """Send the report as one file to open and to print."""
    desk = request.app.state.desk
    text = report_html(desk.shelf, report_id, **asking(request), marking=desk.settings.marking)
    headers = saved_as(f"operation-{report_id}.html")
    return Response(text, media_type="text/html; charset=utf-8", headers=headers)


@router.get("/{report_id}/report.pdf")
def paper_file(request: Request, report_id: ReportId) -> Response:
    """Send the report on paper."""
    desk = request.app.state.desk
    content = report_paper(desk.shelf, report_id, **asking(request), marking=desk.settings.marking)
    headers = saved_as(f"operation-{report_id}.pdf")
    return Response(content, media_type="application/pdf", headers=headers)


@router.get("/{report_id}/report.json")
def data_file(request: Request, report_id: ReportId) -> Response:
    """Send what was found, for programs."""
    text = report_data(request.app.state.desk.shelf, report_id, **asking(request))
    headers = saved_as(f"operation-{report_id}.json")
    return Response(text, media_type="application/json", headers=headers)


@router.get("/{report_id}/{ident}.csv")
def table_file(request: Request, report_id: ReportId, ident: Ident) -> Response:
    """Send counts by place, the series, or the checks."""
    desk = request.app.state.desk
    text = report_csv(
        desk.shelf, report_id, ident, **asking(request), marking=desk.settings.marking
    )
    return csv_file(text, name=f"operation {report_id} {ident}")
