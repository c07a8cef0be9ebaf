"""Routes of statements by search reference, and of the register of breaches of section 60."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from rightplace.app.service.section_60_breach_acts import BreachActWanted, act_on_breach
from rightplace.app.service.section_60_breaches import list_breaches, read_breach
from rightplace.app.service.section_60_statements import Application, NotGivenError, give_paper
from rightplace.errors import BadInputError, NotHeldError, RefusedError, UsageError
from rightplace.powers.section_60.applications import Paper
from rightplace.records.accounts.roles import Permission
from rightplace.records.power_breaches.acts import Decision
from rightplace.web.data import is_synthetic
from rightplace.web.forms import new_token
from rightplace.web.pages import render
from rightplace.web.section_60 import HERE
from rightplace.web.sessions import session_of
from rightplace.web.typed import Typed, new_form, sent_fields

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rightplace.errors import RightplaceError

router = APIRouter(default_response_class=Response)
PAPERS = (
    (Paper.STATEMENT.value, "Statement of a search under section 60 (12 months)"),
    (Paper.RECORD_COPY.value, "Copy of the search record, under any power (3 months)"),
)
DECISIONS = tuple((each.value, each.value.capitalize()) for each in Decision)


@router.get("/section-60/statements")
def ask_for_statement(request: Request) -> Response:
    """Ask for the search reference, what is asked for, and when it was."""
    session_of(request).person.check(Permission.GIVE_STATEMENTS)
    day = request.app.state.desk.now().date().isoformat()
    return _statement_page(request, new_form(request, asked_on=day), status=200)


def _statement_page(request: Request, form: Typed, *, status: int) -> Response:
    return render(
        request,
        "section_60_statements.html.j2",
        status=status,
        form=form,
        papers=PAPERS,
        here=_room_of(request),
        is_synthetic=is_synthetic(request),
    )


def _room_of(request: Request) -> str:
    """Return which page of their menu leads somebody to statements."""
    sees = session_of(request).person.may(Permission.SEE_SECTION_60)
    return HERE if sees else "statements"


@router.post("/section-60/statements")
async def give_statement(request: Request) -> Response:
    """Give the letter, or say why it is not given."""
    return await run_in_threadpool(_give, request, await sent_fields(request))


def _give(request: Request, fields: Mapping[str, str]) -> Response:
    desk, session = request.app.state.desk, session_of(request)
    at_field = "paper"
    try:
        paper = _paper(fields.get("paper", ""))
        at_field = "asked_on"
        asked_on = _day(fields.get("asked_on", ""))
        at_field = "reference"
        reference = fields.get("reference", "").strip()
        wanted = Application(reference=reference, paper=paper, asked_on=asked_on)
        letter = give_paper(desk.shelf, wanted, person=session.person, at=desk.now())
    except (BadInputError, NotHeldError, NotGivenError) as error:
        if at_field == "reference" and isinstance(error, BadInputError):
            at_field = "asked_on"  # a day to come
        form = _again(request, fields, error, at_field=at_field)
        return _statement_page(request, form, status=error.http_status)
    return render(
        request,
        "section_60_letter.html.j2",
        letter=letter,
        here=_room_of(request),
        is_synthetic=is_synthetic(request),
    )


def _again(
    request: Request, fields: Mapping[str, str], error: RightplaceError, *, at_field: str
) -> Typed:
    """Return a form as it was sent, with what is wrong, and a token of its own."""
    words = error.fault.said
    return Typed(token=new_token(request), values=dict(fields), faults=((at_field, words),))


def _paper(text: str) -> Paper:
    """Return what is asked for.

    Raises
    ------
    BadInputError
        If nothing of the kind is given.
    """
    if text not in set(Paper):
        msg = "It is not chosen what is asked for."
        raise BadInputError(msg, value=text, remedy="Choose a statement or a copy.")
    return Paper(text)


def _day(text: str) -> date:
    """Return a day.

    Raises
    ------
    BadInputError
        If it is none.
    """
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        msg = "The day of the application is missing or no day."
        raise BadInputError(msg, value=text, remedy="Give it as 2026-05-03.") from error


@router.get("/section-60/breaches")
def breaches(request: Request) -> Response:
    """Show the register of breaches, the open ones first."""
    desk, session = request.app.state.desk, session_of(request)
    lines = list_breaches(desk.shelf, person=session.person, at=desk.now(), rules=desk.section_60)
    return render(
        request,
        "section_60_breaches.html.j2",
        lines=lines,
        here=HERE,
        is_synthetic=is_synthetic(request),
    )


@router.get("/section-60/breaches/{breach_id}")
def breach(request: Request, breach_id: str) -> Response:
    """Show one breach, with what may be done about it."""
    return _breach_page(request, breach_id, new_form(request), status=200)


def _breach_page(request: Request, breach_id: str, form: Typed, *, status: int) -> Response:
    desk, session = request.app.state.desk, session_of(request)
    line = read_breach(
        desk.shelf, breach_id, person=session.person, at=desk.now(), rules=desk.section_60
    )
    return render(
        request,
        "section_60_breach.html.j2",
        status=status,
        line=line,
        form=form,
        blank=Typed(token=form.token),
        decisions=[("", "choose"), *DECISIONS],
        here=HERE,
        is_synthetic=is_synthetic(request),
    )


@router.post("/section-60/breaches/{breach_id}/{act}")
async def act_on(request: Request, breach_id: str, act: str) -> Response:
    """Do something about a breach, and show it again."""
    fields = await sent_fields(request)
    return await run_in_threadpool(_act_on, request, breach_id, act, fields)


def _act_on(request: Request, breach_id: str, act: str, fields: Mapping[str, str]) -> Response:
    desk, session = request.app.state.desk, session_of(request)
    wanted = BreachActWanted(
        breach_id=breach_id,
        act=act,
        words=fields.get("reason", ""),
        decision=fields.get("decision", ""),
        form_id=request.state.form.id,
    )
    session.person.check(Permission.EXTEND_SECTION_60)
    try:
        act_on_breach(
            desk.shelf, wanted, person=session.person, at=desk.now(), rules=desk.section_60
        )
    except (BadInputError, UsageError, RefusedError) as error:
        form = _again(request, fields, error, at_field=act)
        return _breach_page(request, breach_id, form, status=422)
    return RedirectResponse(f"/section-60/breaches/{quote(breach_id)}", status_code=303)
