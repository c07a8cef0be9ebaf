"""Routes of the locality of a draft: look for places, add and leave out, draw, keep."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from rightplace.app.service.section_60_locality import read_locality, read_locality_layer
from rightplace.app.service.section_60_locality_chosen import keep_locality
from rightplace.app.service.section_60_locality_shown import LocalityWanted
from rightplace.web.section_60_draft_shared import (
    draft_page,
    failed,
    law_for,
    rules_of,
    sent_page,
    to_draft,
)
from rightplace.web.sessions import session_of
from rightplace.web.typed import Typed, new_form, sent_fields

router = APIRouter(default_response_class=Response)
MOST_CELLS = 400
"""Places that one address can pick; a choice of ours: more than a borough has."""
Cells = Annotated[str, Query(max_length=20 * MOST_CELLS)]
Words = Annotated[str, Query(max_length=100)]


@router.get("/section-60/{reference}/draft/locality")
def locality(
    request: Request, reference: str, cells: Cells = "", find: Words = "", near: Words = ""
) -> Response:
    """Ask where it is needed: smallest first."""
    wanted = LocalityWanted(cells=_ids(cells), find=find, near=near)
    return _page(request, reference, wanted, new_form(request))


def _page(request: Request, reference: str, wanted: LocalityWanted, form: Typed) -> Response:
    desk, session = request.app.state.desk, session_of(request)
    page = read_locality(
        desk.shelf,
        reference,
        person=session.person,
        wanted=wanted,
        at=desk.now(),
        settings=rules_of(request).settings,
    )
    if page.fault[1] and not form.faults:
        form = replace(form, faults=(page.fault,))
    if page.taken is not None and "words" not in form.values:
        form = replace(form, values={**form.values, "words": page.taken.streets})
    return draft_page(
        request,
        "locality",
        draft=page.draft,
        page=page,
        law=law_for(request, page.draft, "locality"),
        form=form,
    )


@router.post("/section-60/{reference}/draft/locality")
async def choose_locality(request: Request, reference: str) -> Response:
    """Keep what was picked or drawn, or show what an outline would take in."""
    fields = await sent_fields(request)
    return await run_in_threadpool(_choose, request, reference, fields)


def _choose(request: Request, reference: str, fields: dict[str, str]) -> Response:
    desk, session = request.app.state.desk, session_of(request)
    outline = fields.get("outline", "")
    wanted = LocalityWanted(cells=_ids(fields.get("cells", "")), outline=outline)
    if fields.get("act") == "look":
        return _page(request, reference, wanted, new_form(request, outline=outline))
    sent = sent_page(request, reference, fields)
    kept = keep_locality(desk.shelf, sent, person=session.person)
    if kept.faults:
        return _page(request, reference, wanted, failed(fields, kept))
    return to_draft(reference)


@router.get("/section-60/{reference}/draft/locality.geojson")
def layer(request: Request, reference: str, cells: Cells = "") -> Response:
    """Send the places that are picked and those next to them, for the map."""
    desk, session = request.app.state.desk, session_of(request)
    text = read_locality_layer(
        desk.shelf, reference, person=session.person, cells=_ids(cells), at=desk.now()
    )
    return Response(text, media_type="application/geo+json")


def _ids(cells: str) -> tuple[str, ...]:
    return tuple(each for each in cells.split(",") if each)[:MOST_CELLS]
