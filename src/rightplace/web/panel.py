"""Routes of the scrutiny panel: what waits, draws by lot, ratings, questions and complaints."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from rightplace.app.service.panel import read_panel
from rightplace.app.service.panel_asking import (
    answer_question,
    ask_question,
    read_question,
    read_questions,
)
from rightplace.app.service.panel_complaints import (
    enter_complaint,
    explain_rise,
    read_complaints,
)
from rightplace.app.service.panel_draws import draw_searches, rate, read_draw, read_drawn
from rightplace.app.service.searches_record import SearchSent
from rightplace.app.service.searches_typed import capital
from rightplace.errors import BadInputError, NotHeldError
from rightplace.powers.searches.draw import DrawSettings
from rightplace.records.panel.complaints import ComplaintSettings
from rightplace.records.panel.videos import Rating
from rightplace.web.forms import FIELD
from rightplace.web.pages import render
from rightplace.web.sessions import session_of
from rightplace.web.typed import Typed, failed_form, new_form, sent_fields

if TYPE_CHECKING:
    from collections.abc import Mapping

router = APIRouter(default_response_class=Response)
HERE = "panel"
RATINGS = [(each.value, capital(each.value)) for each in Rating]
Section = TypeVar("Section")


def _settings(request: Request, name: str, section: type[Section]) -> Section:
    """Return a section of the workspace's settings; without a workspace what it is by default."""
    held = request.app.state.desk.data
    if held is None:
        return section()
    found: Section = held.workspace.settings(name, section)
    return found


def _again(fields: Mapping[str, str], faults: tuple[tuple[str, str], ...]) -> Typed:
    return Typed(token=fields.get(FIELD, ""), values=fields, faults=faults)


def _sent(request: Request, fields: Mapping[str, str]) -> SearchSent:
    return SearchSent(fields=fields, form_id=request.state.form.id)


@router.get("/panel")
def panel(request: Request) -> Response:
    """Show what waits for the panel."""
    return _panel(request, None)


def _panel(request: Request, form: Typed | None, *, status: int = 200) -> Response:
    desk, session = request.app.state.desk, session_of(request)
    page = read_panel(desk.shelf, person=session.person, at=desk.now())
    shown = form or new_form(request, first=page.first_day, last=page.last_day)
    return render(request, "panel.html.j2", status=status, page=page, form=shown, here=HERE)


@router.post("/panel/draws")
async def draw(request: Request) -> Response:
    """Draw searches by lot and go to the draw."""
    return await run_in_threadpool(_draw, request, await sent_fields(request))


def _draw(request: Request, fields: dict[str, str]) -> Response:
    desk, session = request.app.state.desk, session_of(request)
    settings = _settings(request, "panel_draw", DrawSettings)
    sent = _sent(request, fields)
    try:
        made = draw_searches(
            desk.shelf, sent, person=session.person, at=desk.now(), settings=settings
        )
    except (BadInputError, NotHeldError) as error:
        return _panel(request, failed_form(fields, error, at_field="first"), status=422)
    return RedirectResponse(f"/panel/draws/{quote(made)}", status_code=303)


@router.get("/panel/draws/{draw_id}")
def drawn(request: Request, draw_id: str) -> Response:
    """Show a draw with its searches."""
    desk, session = request.app.state.desk, session_of(request)
    page = read_draw(desk.shelf, draw_id, person=session.person, at=desk.now())
    return render(request, "panel_draw.html.j2", page=page, here=HERE)


@router.get("/panel/draws/{draw_id}/{reference}")
def one(request: Request, draw_id: str, reference: str) -> Response:
    """Show one search that was drawn, with the form to rate it."""
    return _one(request, draw_id, reference, new_form(request))


def _one(
    request: Request, draw_id: str, reference: str, form: Typed, *, status: int = 200
) -> Response:
    desk, session = request.app.state.desk, session_of(request)
    page = read_drawn(desk.shelf, draw_id, reference, person=session.person, at=desk.now())
    return render(
        request,
        "panel_rate.html.j2",
        status=status,
        page=page,
        form=form,
        asking=new_form(request, search_reference=reference),
        ratings=RATINGS,
        here=HERE,
    )


@router.post("/panel/draws/{draw_id}/{reference}")
async def rated(request: Request, draw_id: str, reference: str) -> Response:
    """Keep a rating and go back to the search, or show the form again."""
    fields = await sent_fields(request)
    return await run_in_threadpool(_rated, request, draw_id, reference, fields)


def _rated(request: Request, draw_id: str, reference: str, fields: dict[str, str]) -> Response:
    desk, session = request.app.state.desk, session_of(request)
    faults = rate(
        desk.shelf,
        draw_id,
        reference,
        sent=_sent(request, fields),
        person=session.person,
        at=desk.now(),
    )
    if faults:
        return _one(request, draw_id, reference, _again(fields, faults), status=422)
    address = f"/panel/draws/{quote(draw_id)}/{quote(reference)}#ratings"
    return RedirectResponse(address, status_code=303)


@router.get("/panel/questions")
def questions(request: Request) -> Response:
    """Show the panel's questions, with the form to ask one."""
    return _questions(request, new_form(request))


def _questions(request: Request, form: Typed, *, status: int = 200) -> Response:
    desk, session = request.app.state.desk, session_of(request)
    page = read_questions(desk.shelf, person=session.person, at=desk.now())
    return render(
        request, "panel_questions.html.j2", status=status, page=page, form=form, here=HERE
    )


@router.post("/panel/questions")
async def asked(request: Request) -> Response:
    """Keep a question and show the questions, or show the form again."""
    return await run_in_threadpool(_asked, request, await sent_fields(request))


def _asked(request: Request, fields: dict[str, str]) -> Response:
    desk, session = request.app.state.desk, session_of(request)
    sent = _sent(request, fields)
    faults = ask_question(desk.shelf, sent, person=session.person, at=desk.now())
    if faults:
        return _questions(request, _again(fields, faults), status=422)
    return RedirectResponse("/panel/questions", status_code=303)


@router.get("/panel/questions/{question_id}")
def question(request: Request, question_id: str) -> Response:
    """Show a question with its answers."""
    return _question(request, question_id, new_form(request))


def _question(request: Request, question_id: str, form: Typed, *, status: int = 200) -> Response:
    desk, session = request.app.state.desk, session_of(request)
    page = read_question(desk.shelf, question_id, person=session.person, at=desk.now())
    return render(request, "panel_question.html.j2", status=status, page=page, form=form, here=HERE)


@router.post("/panel/questions/{question_id}")
async def answered(request: Request, question_id: str) -> Response:
    """Keep an answer and show it, or show the form again."""
    fields = await sent_fields(request)
    return await run_in_threadpool(_answered, request, question_id, fields)


def _answered(request: Request, question_id: str, fields: dict[str, str]) -> Response:
    desk, session = request.app.state.desk, session_of(request)
    sent = _sent(request, fields)
    faults = answer_question(desk.shelf, question_id, sent, person=session.person, at=desk.now())
    if faults:
        return _question(request, question_id, _again(fields, faults), status=422)
    return RedirectResponse(f"/panel/questions/{quote(question_id)}", status_code=303)


@router.get("/panel/complaints")
def complaints(request: Request) -> Response:
    """Show complaints by quarter, with the forms of who answers."""
    return _complaints(request, new_form(request))


def _complaints(request: Request, form: Typed, *, status: int = 200) -> Response:
    desk, session = request.app.state.desk, session_of(request)
    settings = _settings(request, "complaints", ComplaintSettings)
    page = read_complaints(desk.shelf, person=session.person, at=desk.now(), settings=settings)
    return render(
        request,
        "panel_complaints.html.j2",
        status=status,
        page=page,
        form=form,
        blank=new_form(request),
        here=HERE,
    )


@router.post("/panel/complaints")
async def entered(request: Request) -> Response:
    """Keep a complaint, by reference, and show them, or show the form again."""
    return await run_in_threadpool(_entered, request, await sent_fields(request))


def _entered(request: Request, fields: dict[str, str]) -> Response:
    desk, session = request.app.state.desk, session_of(request)
    sent = _sent(request, fields)
    faults = enter_complaint(desk.shelf, sent, person=session.person, at=desk.now())
    if faults:
        return _complaints(request, _again(fields, faults), status=422)
    return RedirectResponse("/panel/complaints", status_code=303)


@router.post("/panel/complaints/{quarter}/explanation")
async def explained(request: Request, quarter: str) -> Response:
    """Keep how a rise is explained and show it, or show the form again."""
    fields = await sent_fields(request)
    return await run_in_threadpool(_explained, request, quarter, fields)


def _explained(request: Request, quarter: str, fields: dict[str, str]) -> Response:
    desk, session = request.app.state.desk, session_of(request)
    sent = _sent(request, fields)
    faults = explain_rise(desk.shelf, quarter, sent, person=session.person, at=desk.now())
    if faults:
        return _complaints(request, _again(fields, faults), status=422)
    return RedirectResponse("/panel/complaints", status_code=303)
