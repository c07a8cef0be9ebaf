"""Routes of the ledger of weapons: the page, its CSV, and the form to enter one."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from rightplace.app.service.ledger_page import (
    enter_weapon,
    ledger_csv,
    read_ledger,
    read_weapon_form,
)
from rightplace.app.service.searches_record import SearchSent
from rightplace.web.downloads import csv_file
from rightplace.web.forms import FIELD
from rightplace.web.pages import render
from rightplace.web.sessions import session_of
from rightplace.web.typed import Typed, new_form, sent_fields

router = APIRouter(default_response_class=Response)
HERE = "weapons"


@router.get("/weapons")
def weapons(request: Request) -> Response:
    """Show the ledger of the last year."""
    desk, session = request.app.state.desk, session_of(request)
    page = read_ledger(desk.shelf, person=session.person, at=desk.now())
    return render(request, "weapons.html.j2", page=page, here=HERE)


@router.get("/weapons.csv")
def weapons_csv(request: Request) -> Response:
    """Hand out the ledger's figures as the page shows them."""
    desk, session = request.app.state.desk, session_of(request)
    at, person = desk.now(), session.person
    page = read_ledger(desk.shelf, person=person, at=at)
    text = ledger_csv(page, person=person, at=at, marking=desk.settings.marking)
    return csv_file(text, name="weapons ledger")


@router.get("/weapons/new")
def new(request: Request, done: Annotated[str, Query(max_length=60)] = "") -> Response:
    """Show the form to enter a weapon."""
    desk, session = request.app.state.desk, session_of(request)
    page = read_weapon_form(desk.shelf, person=session.person, at=desk.now())
    return _form(request, new_form(request, day=page.day, time=page.time), done=done)


def _form(request: Request, form: Typed, *, done: str = "", status: int = 200) -> Response:
    desk, session = request.app.state.desk, session_of(request)
    page = read_weapon_form(desk.shelf, person=session.person, at=desk.now())
    return render(
        request, "weapon_new.html.j2", status=status, page=page, form=form, done=done, here=HERE
    )


@router.post("/weapons/new")
async def enter(request: Request) -> Response:
    """Keep a weapon, or show the form again with what is wrong."""
    return await run_in_threadpool(_enter, request, await sent_fields(request))


def _enter(request: Request, fields: dict[str, str]) -> Response:
    desk, session = request.app.state.desk, session_of(request)
    sent = SearchSent(fields=fields, form_id=request.state.form.id)
    answer = enter_weapon(desk.shelf, sent, person=session.person, at=desk.now())
    if answer.faults:
        again = Typed(token=fields.get(FIELD, ""), values=fields, faults=answer.faults)
        return _form(request, again, status=422)
    return RedirectResponse(f"/weapons/new?done={quote(answer.reference)}", status_code=303)
