"""Routes of the report of an operation: the page, its drawings, and files to take away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from starlette.responses import Response

from rightplace.app.service.operations_report import (
    KINDS,
    ReportAsked,
    read_report,
    report_drawing,
    report_file,
)
from rightplace.web.operations import HERE, workspace_of
from rightplace.web.pages import render
from rightplace.web.sessions import session_of

if TYPE_CHECKING:
    from rightplace.app.service.operations_report import PublishedReport

router = APIRouter(default_response_class=Response)


def _report(request: Request, report_id: str) -> PublishedReport:
    desk, session = request.app.state.desk, session_of(request)
    return read_report(
        desk.shelf,
        ReportAsked(run_id=report_id, marking=desk.settings.marking),
        person=session.person,
        at=desk.now(),
        workspace=workspace_of(request),
    )


@router.get("/operations/reports/{report_id}")
def page(request: Request, report_id: str) -> Response:
    """Show a report, its verdict first."""
    report = _report(request, report_id).document
    return render(request, "operation_report.html.j2", report=report, here=HERE)


@router.get("/operations/reports/{report_id}/drawings/{drawing}.svg")
def drawing(request: Request, report_id: str, drawing: str) -> Response:
    """Send a picture of a report."""
    svg = report_drawing(_report(request, report_id).document, drawing)
    return Response(svg, media_type="image/svg+xml")


@router.get("/operations/reports/{report_id}/report.{form}")
def file(request: Request, report_id: str, form: str) -> Response:
    """Send a report as a file."""
    content = report_file(_report(request, report_id), form)
    name = f"{report_id[:20]}.{form}" if report_id.replace("-", "").isalnum() else f"report.{form}"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=KINDS[form], headers=headers)
