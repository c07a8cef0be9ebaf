"""Routes of stop and search: the newest scrutiny pack, its charts, and the pack to take away."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import RedirectResponse, Response

from rightplace.app.service.published_lines import published_lines
from rightplace.app.service.searches_page import (
    KIND,
    PackAsked,
    pack_chart,
    period_choices,
    read_pack,
)
from rightplace.app.service.searches_page_files import pack_csv, pack_html, pack_paper
from rightplace.records.accounts.roles import Permission
from rightplace.web.downloads import csv_file
from rightplace.web.pages import render
from rightplace.web.sessions import session_of

MORE = (
    ("the panel's draws, questions and complaints", "/panel", Permission.SCRUTINISE),
    ("questions of the panel", "/panel/questions", Permission.ANSWER_PANEL),
    ("section 60", "/section-60", Permission.SEE_SECTION_60),
)
"""Words and address of pages beside the pack, and what one must be allowed to see them."""
router = APIRouter(default_response_class=Response)
PackId = Annotated[str, Path(max_length=40)]


def asked_of(
    borough: Annotated[str, Query(max_length=20)] = "",
    power: Annotated[str, Query(max_length=20)] = "",
) -> PackAsked:
    """Return the borough and the kind of power that the address asks for."""
    return PackAsked(borough=borough, power=power)


Asked = Annotated[PackAsked, Depends(asked_of)]


@router.get("/searches")
def searches(
    request: Request, asked: Asked, pack: Annotated[str, Query(max_length=40)] = ""
) -> Response:
    """Go to the newest scrutiny pack, or to the one that is asked for."""
    desk, session = request.app.state.desk, session_of(request)
    session.person.check(Permission.SEE_SEARCHES)
    lines = published_lines(desk.shelf, KIND, person=session.person, at=desk.now())
    usable = [line.id for line in lines if not line.stopped]
    if not usable:
        return render(request, "none.html.j2", kind="scrutiny pack", lines=lines, here="searches")
    wanted = pack if pack in usable else usable[0]
    chosen = {"borough": asked.borough, "power": asked.power}
    query = urlencode({name: value for name, value in chosen.items() if value})
    address = f"/searches/packs/{wanted}"
    return RedirectResponse(f"{address}?{query}" if query else address, status_code=303)


@router.get("/searches/packs/{pack_id}")
def pack_page(request: Request, pack_id: PackId, asked: Asked) -> Response:
    """Show how powers were used, on whom, with what result, and how sure that is."""
    desk, session = request.app.state.desk, session_of(request)
    person, at = session.person, desk.now()
    marking = desk.settings.marking
    page = read_pack(desk.shelf, pack_id, person=person, asked=asked, at=at, marking=marking)
    lines = published_lines(desk.shelf, KIND, person=person, at=at)
    more = [(words, link) for words, link, permission in MORE if person.may(permission)]
    return render(
        request,
        "searches.html.j2",
        page=page,
        periods=period_choices(lines),
        more=more,
        here="searches",
    )


@router.get("/searches/packs/{pack_id}/charts/{ident}.svg")
def chart(
    request: Request,
    pack_id: PackId,
    ident: Annotated[str, Path(max_length=60)],
    asked: Asked,
) -> Response:
    """Send one chart as a drawing."""
    desk, session = request.app.state.desk, session_of(request)
    drawn = pack_chart(
        desk.shelf, pack_id, ident, person=session.person, asked=asked, at=desk.now()
    )
    return Response(drawn, media_type="image/svg+xml")


@router.get("/searches/packs/{pack_id}/pack.html")
def html_file(request: Request, pack_id: PackId, asked: Asked) -> Response:
    """Send the pack as one file to open and to print."""
    desk, session = request.app.state.desk, session_of(request)
    marking = desk.settings.marking
    text = pack_html(
        desk.shelf, pack_id, person=session.person, asked=asked, at=desk.now(), marking=marking
    )
    return Response(text, media_type="text/html; charset=utf-8", headers=_saved(pack_id, "html"))


@router.get("/searches/packs/{pack_id}/pack.pdf")
def paper_file(request: Request, pack_id: PackId, asked: Asked) -> Response:
    """Send the pack on paper."""
    desk, session = request.app.state.desk, session_of(request)
    marking = desk.settings.marking
    content = pack_paper(
        desk.shelf, pack_id, person=session.person, asked=asked, at=desk.now(), marking=marking
    )
    return Response(content, media_type="application/pdf", headers=_saved(pack_id, "pdf"))


@router.get("/searches/packs/{pack_id}/figures.csv")
def table_file(request: Request, pack_id: PackId, asked: Asked) -> Response:
    """Send every count that this reader sees."""
    desk, session = request.app.state.desk, session_of(request)
    marking = desk.settings.marking
    text = pack_csv(
        desk.shelf, pack_id, person=session.person, asked=asked, at=desk.now(), marking=marking
    )
    return csv_file(text, name=f"searches {pack_id}")


def _saved(pack_id: str, form: str) -> dict[str, str]:
    """Return headers with which a file is saved and not opened in the page."""
    return {"content-disposition": f'attachment; filename="searches-{pack_id}.{form}"'}
