"""The page of data: what is held, what is missing, what was refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from rightplace.app.service.data_page import MONTHS, DataWanted, read_data
from rightplace.errors import NotHeldError
from rightplace.web.pages import render
from rightplace.web.sessions import session_of

if TYPE_CHECKING:
    from rightplace.app.service.data_page import HeldData

router = APIRouter(default_response_class=Response)


def data_of(request: Request) -> HeldData:
    """Return the data of the workspace that is served.

    Raises
    ------
    NotHeldError
        If pages have published runs alone.
    """
    held: HeldData | None = request.app.state.desk.data
    if held is None:
        msg = "This service has published runs alone, and no workspace beside it."
        raise NotHeldError(msg, remedy="Ask where data are taken in.")
    return held


def is_synthetic(request: Request) -> bool:
    """Return whether jobs work on invented records here."""
    held: HeldData | None = request.app.state.desk.data
    return held is not None and held.is_synthetic


@router.get("/data")
def data(
    request: Request,
    source: Annotated[str, Query(max_length=200)] = "",
    search: Annotated[str, Query(max_length=100)] = "",
    only: Literal["", "refused", "quarantined"] = "",
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> Response:
    """Show what is held, missing and refused."""
    wanted = DataWanted(source=source, search=search, only=only, page=page)
    shown = read_data(data_of(request), person=session_of(request).person, wanted=wanted)
    return render(request, "data.html.j2", page=shown, months=MONTHS, here="data")
