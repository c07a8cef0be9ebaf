"""Routes of rosters: the page, its cover to take away, rows of officers, handing one out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from rightplace.app.service.published_lines import published_lines
from rightplace.app.service.roster import KIND
from rightplace.app.service.roster_acts import cover_csv, hand_out_roster
from rightplace.app.service.roster_officers import OfficersWanted, read_roster_officers
from rightplace.app.service.roster_page import CoverWanted, read_roster
from rightplace.errors import BadInputError, UsageError
from rightplace.records.accounts.roles import Permission
from rightplace.web.downloads import csv_file
from rightplace.web.pages import render
from rightplace.web.sessions import session_of
from rightplace.web.typed import failed_form, new_form, sent_fields

if TYPE_CHECKING:
    from rightplace.web.forms import OpenedForm
    from rightplace.web.typed import Typed

router = APIRouter(default_response_class=Response)
Name = Annotated[str, Query(max_length=400)]
Day = Annotated[str, Query(pattern=r"^(\d{4}-\d{2}-\d{2})?$")]
Lacking = Annotated[Literal["", "yes"], Query()]
PageNumber = Annotated[int, Query(ge=1, le=100_000)]


@router.get("/rosters")
def rosters(request: Request) -> Response:
    """Go to the newest roster, or say that none is published."""
    desk, session = request.app.state.desk, session_of(request)
    session.person.check(Permission.SEE_ROSTER)
    lines = published_lines(desk.shelf, KIND, person=session.person, at=desk.now())
    usable = [line for line in lines if not line.stopped]
    if usable:
        return RedirectResponse(f"/rosters/{usable[0].id}", status_code=303)
    return render(request, "none.html.j2", kind="roster", lines=lines, here="roster")


@router.get("/rosters/{roster_id}")
def roster(
    request: Request, roster_id: str, teams: Name = "", lacking: Lacking = "", page: PageNumber = 1
) -> Response:
    """Show whether a roster is legal, fair and covered."""
    wanted = CoverWanted(teams=teams, lacking=bool(lacking), page=page)
    return _page(request, roster_id, wanted, form=new_form(request))


def _page(
    request: Request, roster_id: str, wanted: CoverWanted, *, form: Typed, status: int = 200
) -> Response:
    desk, session = request.app.state.desk, session_of(request)
    page = read_roster(desk.shelf, roster_id, person=session.person, wanted=wanted, at=desk.now())
    return render(request, "roster.html.j2", status=status, page=page, form=form, here="roster")


@router.get("/rosters/{roster_id}/cover.csv")
def cover(request: Request, roster_id: str, teams: Name = "", lacking: Lacking = "") -> Response:
    """Send the cover by day and shift."""
    desk, session = request.app.state.desk, session_of(request)
    text = cover_csv(
        desk.shelf,
        roster_id,
        person=session.person,
        wanted=CoverWanted(teams=teams, lacking=bool(lacking)),
        at=desk.now(),
        marking=desk.settings.marking,
    )
    return csv_file(text, name=f"cover {roster_id}")


@router.get("/rosters/{roster_id}/officers")
def officers(
    request: Request, roster_id: str, team: Name = "", day: Day = "", page: PageNumber = 1
) -> Response:
    """Show rows of officers to the resource planner."""
    desk, session = request.app.state.desk, session_of(request)
    shown = read_roster_officers(
        desk.shelf,
        roster_id,
        person=session.person,
        wanted=OfficersWanted(team=team, day=day, page=page),
        at=desk.now(),
    )
    return render(request, "roster_officers.html.j2", page=shown, here="roster")


@router.post("/rosters/{roster_id}/handing-out")
async def hand_out(request: Request, roster_id: str) -> Response:
    """Keep that a roster is handed out, or show the form again with what is wrong."""
    fields = await sent_fields(request)
    return await run_in_threadpool(_hand_out, request, roster_id, fields)


def _hand_out(request: Request, roster_id: str, fields: dict[str, str]) -> Response:
    desk, session = request.app.state.desk, session_of(request)
    opened: OpenedForm = request.state.form
    now = desk.now()
    try:
        hand_out_roster(
            desk.shelf,
            roster_id,
            person=session.person,
            form=(opened.id, int(now.timestamp()) - opened.opened),
            reason=fields.get("reason", ""),
            at=now,
        )
    except (UsageError, BadInputError) as error:
        form = failed_form(fields, error, at_field="reason")
        return _page(request, roster_id, CoverWanted(), form=form, status=422)
    return RedirectResponse(f"/rosters/{quote(roster_id)}#handed-out", status_code=303)
