"""Routes of My shift: the crew's visits, logging them, and what a phone sends later."""

from __future__ import annotations

from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, RedirectResponse, Response

from rightplace.app.service.shift import ShiftWanted, plan_in_force_now, read_shift
from rightplace.app.service.shift_logging import (
    DONE_WORDS,
    NOT_DONE_WORDS,
    Kept,
    VisitSent,
    log_visits,
)
from rightplace.app.service.shift_typed import VisitTyped, log_typed
from rightplace.errors import BadInputError
from rightplace.web.assets import asset_folder
from rightplace.web.forms import FIELD, new_token
from rightplace.web.pages import render
from rightplace.web.sessions import session_of
from rightplace.web.typed import Typed, new_form, sent_fields

router = APIRouter(default_response_class=Response)
ENDS: Final = "rightplace-shift-ends"
"""Header of a page that a phone may keep, and until when."""
OVER: Final = "over"
"""Its value where there is nothing to keep, and what was kept is to go."""
WORKER: Final = "shift-worker.js"
MOST_SENT: Final = 50
"""Visits that a phone sends at once; a choice of ours: more than any shift has."""
Name = Annotated[str, Field(min_length=1, max_length=80)]


class SentEntry(BaseModel):
    """A visit as a phone sends it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Name
    logged_by: Name
    plan_id: Name
    visit_id: Name
    started_at: AwareDatetime
    ended_at: AwareDatetime
    outcome: Name


class SentBatch(BaseModel):
    """What a phone sends, with its clock at that moment."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sent_at: AwareDatetime
    visits: Annotated[list[SentEntry], Field(max_length=MOST_SENT)]


BATCH: Final = TypeAdapter(SentBatch)


def wanted_of(
    bcu: Annotated[str, Query(max_length=200)] = "",
    shift: Annotated[str, Query(max_length=80)] = "",
    crew: Annotated[str, Query(max_length=200)] = "",
    visit: Annotated[str, Query(max_length=80)] = "",
    arrived: Annotated[str, Query(max_length=10)] = "",
) -> ShiftWanted:
    """Return what the address of a shift asks for."""
    return ShiftWanted(bcu=bcu, shift=shift, crew=crew, visit=visit, arrived=arrived)


@router.get("/shift")
def shift(
    request: Request,
    wanted: Annotated[ShiftWanted, Depends(wanted_of)],
    start: Annotated[str, Query(pattern="^(now)?$")] = "",
) -> Response:
    """Show the crew's next visit and how to log it; ``start=now`` notes the hour of arrival."""
    session_of(request)
    form = new_form(request, arrived=wanted.arrived)
    return _page(request, wanted, form=form, starts_now=bool(start))


@router.post("/shift/visits")
async def visits(request: Request) -> Response:
    """Keep a visit that was typed, and go on to the next, or show the form with what is wrong."""
    fields = await sent_fields(request)
    return await run_in_threadpool(_log, request, fields)


@router.get("/shift/pulse")
def pulse(request: Request, bcu: Annotated[str, Query(max_length=200)] = "") -> Response:
    """Tell a phone that is back what to send its visits with, and which plan is in force."""
    desk, session = request.app.state.desk, session_of(request)
    held = plan_in_force_now(desk.shelf, bcu, person=session.person, at=desk.now())
    told = {"token": new_token(request), "account_id": session.person.actor.id, "plan_id": held}
    return JSONResponse(told)


@router.post("/shift/sync")
async def sync(request: Request) -> Response:
    """Keep the visits that a phone sends, and tell what became of each."""
    fields = await sent_fields(request)
    return await run_in_threadpool(_sync, request, fields)


@router.get("/shift/worker.js")
def worker() -> Response:
    """Send the script that serves the page of a shift while there is no connection."""
    script = (asset_folder() / WORKER).read_bytes()
    headers = {"service-worker-allowed": "/shift"}
    return Response(script, media_type="text/javascript", headers=headers)


def _page(
    request: Request,
    wanted: ShiftWanted,
    *,
    form: Typed,
    status: int = 200,
    starts_now: bool = False,
) -> Response:
    desk, session = request.app.state.desk, session_of(request)
    page = read_shift(desk.shelf, wanted, person=session.person, at=desk.now(), settings=desk.shift)
    if starts_now:
        return _back_to(page.wanted, arrived=page.hour)
    told = render(
        request,
        "shift.html.j2",
        status=status,
        page=page,
        here="shift",
        form=form,
        done=DONE_WORDS,
        not_done=NOT_DONE_WORDS,
    )
    if page.crew_shift is not None and not form.faults:
        told.headers[ENDS] = page.slot.end.isoformat()
    elif page.none:
        told.headers[ENDS] = OVER
    return told


def _back_to(wanted: ShiftWanted, **changes: str) -> Response:
    """Return the way to a crew's shift."""
    names = ("bcu", "shift", "crew", "visit")
    address = {name: getattr(wanted, name) for name in names} | changes
    told = {name: value for name, value in address.items() if value}
    return RedirectResponse(f"/shift?{urlencode(told)}#now", status_code=303)


def _log(request: Request, fields: dict[str, str]) -> Response:
    desk, session = request.app.state.desk, session_of(request)
    is_done = fields.get("kind") == "done"
    typed = VisitTyped(
        id=request.state.form.id,
        plan_id=fields.get("plan_id", ""),
        visit_id=fields.get("visit", ""),
        arrived=fields.get("arrived", "").strip(),
        left=fields.get("left", "").strip(),
        outcome=fields.get("outcome" if is_done else "reason", ""),
        is_done=is_done,
    )
    told = log_typed(desk.shelf, typed, person=session.person, at=desk.now(), settings=desk.shift)
    faults = told.faults
    if told.answer is not None and told.answer.kept is Kept.REFUSED:
        faults = (("visit", told.answer.words),)
    names = ("bcu", "shift", "crew", "visit")
    wanted = ShiftWanted(**{name: fields.get(name, "") for name in names})
    if not faults:
        return _back_to(wanted, visit="")
    form = Typed(token=fields.get(FIELD, ""), values=fields, faults=faults)
    return _page(request, wanted, form=form, status=422)


def _sync(request: Request, fields: dict[str, str]) -> Response:
    desk, session = request.app.state.desk, session_of(request)
    batch = _batch(fields.get("sent", ""))
    answers = log_visits(
        desk.shelf,
        [VisitSent(**entry.model_dump()) for entry in batch.visits],
        sent_at=batch.sent_at,
        person=session.person,
        at=desk.now(),
        settings=desk.shift,
    )
    told = [{"id": each.id, "kept": each.kept.value, "words": each.words} for each in answers]
    return JSONResponse({"answers": told})


def _batch(text: str) -> SentBatch:
    """Return what a phone sent.

    Raises
    ------
    BadInputError
        If it is not of that form.
    """
    try:
        return BATCH.validate_json(text)
    except ValidationError as error:
        named = sorted({".".join(map(str, each["loc"])) for each in error.errors()})
        msg = f"What the phone sent is not as it should be: {', '.join(named[:5]) or 'no JSON'}."
        raise BadInputError(msg, remedy="Load the page anew; nothing is lost.") from error
