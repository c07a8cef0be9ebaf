"""Routes of search records: record one, review them as a supervisor, correct one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from rightplace.app.service.searches_places import SUPERVISES
from rightplace.app.service.searches_record import (
    SearchSent,
    correct,
    list_searches,
    read_correction,
    read_record_form,
    read_search_page,
    record_search,
)
from rightplace.app.service.searches_typed import options
from rightplace.web.forms import FIELD
from rightplace.web.pages import render
from rightplace.web.sessions import session_of
from rightplace.web.typed import Typed, new_form, sent_fields

if TYPE_CHECKING:
    from collections.abc import Mapping

router = APIRouter(default_response_class=Response)
HERE = "search-records"
ADDRESS = "/search-records"
Only = Annotated[str, Query(max_length=20)]
PageNumber = Annotated[int, Query(ge=1, le=100_000)]


@router.get(ADDRESS)
def listed(request: Request, only: Only = "", page: PageNumber = 1) -> Response:
    """Show the searches of a supervisor's area; an officer is led to the form."""
    desk, session = request.app.state.desk, session_of(request)
    if not all(session.person.may(each) for each in SUPERVISES):
        read_record_form(desk.shelf, person=session.person, at=desk.now())
        return RedirectResponse(f"{ADDRESS}/new", status_code=303)
    shown = list_searches(desk.shelf, person=session.person, at=desk.now(), only=only, page=page)
    return render(request, "search_records.html.j2", page=shown, here=HERE)


@router.get(f"{ADDRESS}/new")
def new(request: Request, done: Annotated[str, Query(max_length=60)] = "") -> Response:
    """Show the form to record a search, and that the one before was recorded."""
    desk, session = request.app.state.desk, session_of(request)
    page = read_record_form(desk.shelf, person=session.person, at=desk.now())
    form = new_form(request, day=page.day, time=page.time, officer=session.person.actor.name)
    return _form(request, form, done=done)


def _form(request: Request, form: Typed, *, done: str = "", status: int = 200) -> Response:
    desk, session = request.app.state.desk, session_of(request)
    page = read_record_form(desk.shelf, person=session.person, at=desk.now())
    supervises = all(session.person.may(each) for each in SUPERVISES)
    return render(
        request,
        "search_record_new.html.j2",
        status=status,
        page=page,
        form=form,
        options=options(),
        done=done,
        supervises=supervises,
        here=HERE,
    )


@router.post(f"{ADDRESS}/new")
async def record(request: Request) -> Response:
    """Keep a search, or show the form again with what is wrong."""
    return await run_in_threadpool(_record, request, await sent_fields(request))


def _record(request: Request, fields: dict[str, str]) -> Response:
    desk, session = request.app.state.desk, session_of(request)
    sent = SearchSent(fields=fields, form_id=request.state.form.id)
    answer = record_search(desk.shelf, sent, person=session.person, at=desk.now())
    if answer.faults:
        return _form(request, _again(fields, answer.faults), status=422)
    return RedirectResponse(f"{ADDRESS}/new?done={quote(answer.reference)}", status_code=303)


def _again(fields: Mapping[str, str], faults: tuple[tuple[str, str], ...]) -> Typed:
    return Typed(token=fields.get(FIELD, ""), values=fields, faults=faults)


@router.get(f"{ADDRESS}/{{reference}}")
def one(request: Request, reference: str) -> Response:
    """Show a search with its corrections to a supervisor."""
    desk, session = request.app.state.desk, session_of(request)
    page = read_search_page(desk.shelf, reference, person=session.person, at=desk.now())
    return render(request, "search_record.html.j2", page=page, here=HERE)


@router.get(f"{ADDRESS}/{{reference}}/correct")
def correction(request: Request, reference: str) -> Response:
    """Show the form to correct a search, filled with what stands."""
    desk, session = request.app.state.desk, session_of(request)
    values = read_correction(desk.shelf, reference, person=session.person, at=desk.now())
    return _correction(request, reference, new_form(request, **values))


def _correction(request: Request, reference: str, form: Typed, *, status: int = 200) -> Response:
    desk, session = request.app.state.desk, session_of(request)
    page = read_record_form(desk.shelf, person=session.person, at=desk.now())
    return render(
        request,
        "search_record_correct.html.j2",
        status=status,
        page=page,
        reference=reference,
        form=form,
        options=options(),
        here=HERE,
    )


@router.post(f"{ADDRESS}/{{reference}}/correct")
async def send_correction(request: Request, reference: str) -> Response:
    """Keep a correction and go to the search, or show the form again with what is wrong."""
    fields = await sent_fields(request)
    return await run_in_threadpool(_correct, request, reference, fields)


def _correct(request: Request, reference: str, fields: dict[str, str]) -> Response:
    desk, session = request.app.state.desk, session_of(request)
    sent = SearchSent(fields=fields, form_id=request.state.form.id)
    answer = correct(desk.shelf, reference, sent, person=session.person, at=desk.now())
    if answer.faults:
        return _correction(request, reference, _again(fields, answer.faults), status=422)
    return RedirectResponse(f"{ADDRESS}/{quote(reference)}", status_code=303)
