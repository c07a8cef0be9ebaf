"""Routes of section 60: the list, one authorisation, how it stands now."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from rightplace.app.service.section_60_list import (
    GROUPS,
    ListWanted,
    list_section_60,
    section_60_csv,
)
from rightplace.app.service.section_60_page import read_section_60, read_section_60_live
from rightplace.app.service.section_60_review import read_after_use, read_publication
from rightplace.web.data import is_synthetic
from rightplace.web.downloads import csv_file
from rightplace.web.pages import render
from rightplace.web.sessions import glance, session_of

router = APIRouter(default_response_class=Response)
HERE = "section-60"
DAY = r"^(20\d{2}-\d{2}-\d{2})?$"


def wanted_of(
    state: Annotated[str, Query(max_length=20)] = "",
    bcu: Annotated[str, Query(max_length=200)] = "",
    first: Annotated[str, Query(alias="from", pattern=DAY)] = "",
    last: Annotated[str, Query(alias="to", pattern=DAY)] = "",
    search: Annotated[str, Query(max_length=100)] = "",
) -> ListWanted:
    """Return what the address of the list asks for; a state that there is not is no filter."""
    return ListWanted(
        group=state if state in GROUPS else "",
        bcu=bcu,
        first=_day(first),
        last=_day(last),
        search=search,
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:  # the thirtieth of February
        return None


@router.get("/section-60")
def listed(request: Request, wanted: Annotated[ListWanted, Depends(wanted_of)]) -> Response:
    """Show the authorisations, those in force first."""
    desk, session = request.app.state.desk, session_of(request)
    page = list_section_60(
        desk.shelf, wanted, person=session.person, at=desk.now(), rules=desk.section_60
    )
    return render(
        request,
        "section_60_list.html.j2",
        page=page,
        choices=[(key, heading) for key, (heading, _) in GROUPS.items()],
        kept=urlencode(_kept(wanted)),
        here=HERE,
        is_synthetic=is_synthetic(request),
    )


def _kept(wanted: ListWanted) -> dict[str, str]:
    return {
        "state": wanted.group,
        "bcu": wanted.bcu,
        "from": "" if wanted.first is None else wanted.first.isoformat(),
        "to": "" if wanted.last is None else wanted.last.isoformat(),
        "search": wanted.search,
    }


@router.get("/section-60/authorisations.csv")
def list_table(request: Request, wanted: Annotated[ListWanted, Depends(wanted_of)]) -> Response:
    """Send the list."""
    desk, session = request.app.state.desk, session_of(request)
    text = section_60_csv(
        desk.shelf,
        wanted,
        person=session.person,
        at=desk.now(),
        marking=desk.settings.marking,
    )
    return csv_file(text, name="section 60")


@router.get("/section-60/{reference}")
def one(request: Request, reference: str) -> Response:
    """Show an authorisation: how it stands, what it says, its log."""
    desk, session = request.app.state.desk, session_of(request)
    page = read_section_60(
        desk.shelf,
        reference,
        person=session.person,
        at=desk.now(),
        rules=desk.section_60,
    )
    return render(
        request, "section_60.html.j2", page=page, here=HERE, is_synthetic=is_synthetic(request)
    )


@router.get("/section-60/{reference}/live")
def live(
    request: Request, reference: str, seen: Annotated[str, Query(max_length=60)] = ""
) -> Response:
    """Send how it stands now; where that is otherwise than the page shows, that loads anew."""
    desk, session = request.app.state.desk, glance(request)
    told, mark = read_section_60_live(desk.shelf, reference, person=session.person, at=desk.now())
    shown = render(request, "section_60_live.html.j2", reference=reference, live=told, mark=mark)
    if mark != seen:
        shown.headers["hx-refresh"] = "true"
    return shown


@router.get("/section-60/{reference}/after-use")
def used(request: Request, reference: str) -> Response:
    """Show what came of an authorisation, with true counts, to the force's own."""
    desk, session = request.app.state.desk, session_of(request)
    page = read_after_use(
        desk.shelf,
        reference,
        person=session.person,
        at=desk.now(),
        workspace=None if desk.data is None else desk.data.workspace,
    )
    return render(
        request,
        "section_60_after_use.html.j2",
        page=page,
        here=HERE,
        is_synthetic=is_synthetic(request),
    )


@router.get("/section-60/{reference}/publication")
def publication(request: Request, reference: str) -> Response:
    """Show what the public sees of an authorisation."""
    desk, session = request.app.state.desk, session_of(request)
    page = read_publication(desk.shelf, reference, person=session.person, at=desk.now())
    return render(
        request,
        "section_60_publication.html.j2",
        page=page,
        here=HERE,
        is_synthetic=is_synthetic(request),
    )
