"""The route that sets two plans side by side."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from rightplace.app.service.compare import read_comparison
from rightplace.errors import NotHeldError
from rightplace.web.pages import render
from rightplace.web.sessions import session_of

router = APIRouter(default_response_class=Response)
PLAN_ID = r"^p-[0-9a-f]{12}$"


@router.get("/plans/{plan_id}/compare")
def choose(
    request: Request, plan_id: str, other: Annotated[str, Query(pattern=PLAN_ID)]
) -> Response:
    """Go to the comparison of two plans that a form asked for.

    Raises
    ------
    NotHeldError
        If the first is no plan.
    """
    session_of(request)
    if not plan_id.startswith("p-") or not plan_id[2:].isalnum():
        msg = f"{plan_id} is no plan."
        raise NotHeldError(msg, value=plan_id, remedy="Start from a published plan.")
    return RedirectResponse(f"/plans/{plan_id}/compare/{other}", status_code=303)


@router.get("/plans/{plan_id}/compare/{other_id}")
def compare(request: Request, plan_id: str, other_id: str) -> Response:
    """Show what differs between two plans, and where to choose."""
    desk, session = request.app.state.desk, session_of(request)
    page = read_comparison(desk.shelf, plan_id, other_id, person=session.person, at=desk.now())
    return render(request, "compare.html.j2", page=page, here="plan")
