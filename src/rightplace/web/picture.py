"""Routes of the violence picture: the page, its chart, its table to take away."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import RedirectResponse, Response

from rightplace.app.service.picture import KIND
from rightplace.app.service.picture_change import Asked
from rightplace.app.service.picture_files import picture_chart, picture_csv
from rightplace.app.service.picture_page import read_picture
from rightplace.app.service.published_lines import published_lines
from rightplace.core.time import Month
from rightplace.records.accounts.roles import Permission
from rightplace.web.downloads import csv_file
from rightplace.web.pages import render
from rightplace.web.sessions import session_of

router = APIRouter(default_response_class=Response)
MONTH = r"^(\d{4}-(0[1-9]|1[0-2]))?$"
Unit = Annotated[str, Query(max_length=200)]


def asked_of(
    until: Annotated[str, Query(pattern=MONTH)] = "",
    months: Annotated[str, Query(pattern=r"^\d{0,2}$")] = "",
    against: Annotated[str, Query(pattern=MONTH)] = "",
) -> Asked:
    """Return the two periods that the address asks for."""
    return Asked(
        until=Month.parse(until) if until else None,
        months=int(months) if months else None,
        against=Month.parse(against) if against else None,
    )


@router.get("/pictures")
def pictures(request: Request) -> Response:
    """Go to the newest violence picture, or say that none is published."""
    desk, session = request.app.state.desk, session_of(request)
    session.person.check(Permission.SEE_PICTURE)
    lines = published_lines(desk.shelf, KIND, person=session.person, at=desk.now())
    usable = [line for line in lines if not line.stopped]
    if usable:
        return RedirectResponse(f"/pictures/{usable[0].id}", status_code=303)
    return render(request, "none.html.j2", kind="violence picture", lines=lines, here="picture")


@router.get("/pictures/{picture_id}")
def picture(
    request: Request,
    picture_id: str,
    asked: Annotated[Asked, Depends(asked_of)],
    unit: Unit = "",
) -> Response:
    """Show what changed, where and for whom; one BCU or borough in full where it is asked for."""
    desk, session = request.app.state.desk, session_of(request)
    page = read_picture(
        desk.shelf, picture_id, person=session.person, asked=asked, unit=unit, at=desk.now()
    )
    return render(request, "picture.html.j2", page=page, here="picture")


@router.get("/pictures/{picture_id}/months.svg")
def months_chart(
    request: Request, picture_id: str, asked: Annotated[Asked, Depends(asked_of)], unit: Unit
) -> Response:
    """Send the months of a BCU or borough as a drawing."""
    desk, session = request.app.state.desk, session_of(request)
    drawn = picture_chart(
        desk.shelf, picture_id, person=session.person, asked=asked, unit=unit, at=desk.now()
    )
    return Response(drawn, media_type="image/svg+xml")


@router.get("/pictures/{picture_id}/picture.csv")
def picture_table(
    request: Request, picture_id: str, asked: Annotated[Asked, Depends(asked_of)]
) -> Response:
    """Send the table of all BCUs and boroughs."""
    desk, session = request.app.state.desk, session_of(request)
    text = picture_csv(
        desk.shelf,
        picture_id,
        person=session.person,
        asked=asked,
        at=desk.now(),
        marking=desk.settings.marking,
    )
    return csv_file(text, name=f"picture {picture_id}")
