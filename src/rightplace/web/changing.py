"""Routes that change a plan: the form, sending it, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from rightplace.app.changed.changes import Changes
from rightplace.app.service.changes import (
    ChangeWanted,
    ask_for_change,
    read_change,
    read_change_state,
)
from rightplace.app.service.changes_form import read_change_form
from rightplace.errors import BadInputError, UsageError
from rightplace.web.forms import FIELD
from rightplace.web.pages import render
from rightplace.web.sessions import glance, session_of
from rightplace.web.typed import Typed, new_form

if TYPE_CHECKING:
    from collections.abc import Mapping

router = APIRouter(default_response_class=Response)
MOST_DIGITS = 4


@router.get("/plans/{plan_id}/change")
def change_form(
    request: Request, plan_id: str, bcu: Annotated[str, Query(min_length=1, max_length=200)]
) -> Response:
    """Show what may be changed in a plan for a BCU."""
    return _form_page(request, plan_id, bcu, new_form(request), frozenset())


def _form_page(
    request: Request,
    plan_id: str,
    bcu: str,
    form: Typed,
    left_out: frozenset[str],
) -> Response:
    desk, session = request.app.state.desk, session_of(request)
    page = read_change_form(desk.shelf, plan_id, person=session.person, bcu=bcu, at=desk.now())
    return render(
        request,
        "change.html.j2",
        status=422 if form.faults else 200,
        page=page,
        form=form,
        left_out=left_out,
        here="plan",
    )


@router.post("/plans/{plan_id}/change")
async def change(request: Request, plan_id: str) -> Response:
    """Keep a change and show how far it is, or show the form again with what is wrong."""
    sent = await request.form()
    fields = {name: value for name, value in sent.items() if isinstance(value, str)}
    left_out = tuple(each for each in sent.getlist("left_out") if isinstance(each, str))
    return await run_in_threadpool(_change, request, plan_id, fields, left_out)


def _change(
    request: Request, plan_id: str, fields: Mapping[str, str], left_out: tuple[str, ...]
) -> Response:
    desk, session = request.app.state.desk, session_of(request)
    bcu, form_id = fields.get("bcu", ""), request.state.form.id
    faults: list[tuple[str, str]] = []
    changes = _changes(fields, left_out, faults)
    if not fields.get("reason", "").strip():
        faults.append(("reason", "Say why, in your own words."))
    if changes is not None and not faults:
        wanted = ChangeWanted(
            id=form_id, plan_id=plan_id, bcu=bcu, changes=changes, reason=fields["reason"]
        )
        try:
            ask_for_change(desk.shelf, wanted, person=session.person, at=desk.now())
        except (UsageError, BadInputError) as error:
            faults.append(("reason", error.fault.said))
        else:
            return RedirectResponse(f"/plans/{quote(plan_id)}/changes/{form_id}", status_code=303)
    form = Typed(token=fields.get(FIELD, ""), values=dict(fields), faults=tuple(faults))
    return _form_page(request, plan_id, bcu, form, frozenset(left_out))


def _changes(
    fields: Mapping[str, str], left_out: tuple[str, ...], faults: list[tuple[str, str]]
) -> Changes | None:
    """Return the changes of a form; what is wrong with them is added to the faults."""
    place, crew = fields.get("wanted", ""), fields.get("crew", "")
    visits = _number(fields.get("least", "")) if place else None
    minutes = _number(fields.get("minutes", "")) if crew else None
    if place and visits is None:
        faults.append(("least", "Give the visits as a number, 1 or more."))
    if crew and fields.get("minutes", "").strip() and minutes is None:
        faults.append(("minutes", "Give the minutes as a number, or leave them empty."))
    if not (left_out or place or crew):
        faults.append(("left_out", "Choose at least one change."))
    if faults:
        return None
    try:
        return Changes(
            left_out=left_out,
            wanted=((place, visits),) if place and visits is not None else (),
            without=(crew,) if crew and minutes is None else (),
            minutes=((crew, minutes),) if crew and minutes is not None else (),
        )
    except UsageError as error:
        faults.append(("left_out", error.fault.said))
        return None


def _number(text: str) -> int | None:
    """Return a whole number that somebody typed; None where it is none."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else None


@router.get("/plans/{plan_id}/changes/{change_id}")
def change_page(request: Request, plan_id: str, change_id: str) -> Response:
    """Show a change: how far it is, and where the new plan is compared."""
    desk, session = request.app.state.desk, session_of(request)
    page = read_change(desk.shelf, plan_id, change_id, person=session.person, at=desk.now())
    return render(request, "change_asked.html.j2", page=page, here="plan")


@router.get("/plans/{plan_id}/changes/{change_id}/progress")
def change_progress(
    request: Request,
    plan_id: str,
    change_id: str,
    seen: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """Send how far a change is; where it stands otherwise than the page shows, that loads anew."""
    desk, session = request.app.state.desk, glance(request)
    line, said = read_change_state(desk.shelf, plan_id, change_id, person=session.person)
    shown = render(request, "change_progress.html.j2", plan_id=plan_id, line=line, said=said)
    if line.state != seen:
        shown.headers["hx-refresh"] = "true"
    return shown
