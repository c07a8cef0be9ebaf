"""Routes of a draft of section 60: one question a page, what was typed kept when it fails."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from rightplace.app.service.section_60_draft import FORCES, Kept, begin_choices, begin_draft
from rightplace.app.service.section_60_draft_law import law_of_limb
from rightplace.app.service.section_60_draft_questions import (
    QUESTIONS,
    limb_of,
    limb_start,
    next_limb,
    read_drop,
    read_limb,
)
from rightplace.app.service.section_60_draft_tasks import (
    missing_of,
    missing_parts,
    tasks_of,
)
from rightplace.app.service.section_60_draft_words import (
    LIMB_QUESTIONS,
    moment_in_words,
    period_in_words,
)
from rightplace.app.service.section_60_words import GROUNDS, IMPACT
from rightplace.app.service.section_60_words import LIMBS as LIMB_WORDS
from rightplace.errors import NotHeldError
from rightplace.powers.section_60.grounds import LIMBS, Ground
from rightplace.web.section_60_draft_shared import (
    draft_page,
    failed,
    keep,
    law_for,
    sent_page,
    shown_draft,
    to_draft,
)
from rightplace.web.sessions import session_of
from rightplace.web.typed import Typed, new_form, sent_fields

if TYPE_CHECKING:
    from rightplace.app.service.section_60_draft import Draft
    from rightplace.powers.section_60.grounds import Limb

router = APIRouter(default_response_class=Response)


@router.get("/section-60/new")
def begin_page(request: Request) -> Response:
    """Ask for which force and BCU a draft is begun."""
    return _begin_page(request, new_form(request))


def _begin_page(request: Request, form: Typed) -> Response:
    desk, session = request.app.state.desk, session_of(request)
    bcus = begin_choices(desk.shelf, person=session.person, at=desk.now())
    return draft_page(
        request,
        "begin",
        forces=FORCES,
        choices=[(each, each) for each in bcus],
        form=form,
    )


@router.post("/section-60/new")
async def begin(request: Request) -> Response:
    """Begin a draft and show its task list, or show the form again with what is wrong."""
    fields = await sent_fields(request)
    return await run_in_threadpool(_begin, request, fields)


def _begin(request: Request, fields: dict[str, str]) -> Response:
    desk, session = request.app.state.desk, session_of(request)
    kept = begin_draft(desk.shelf, sent_page(request, "", fields), person=session.person)
    if kept.faults:
        return _begin_page(request, failed(fields, kept))
    return to_draft(kept.reference)


@router.get("/section-60/{reference}/draft")
def task_list(request: Request, reference: str) -> Response:
    """Show what is answered and what is missing."""
    draft = shown_draft(request, reference)
    return draft_page(
        request,
        "tasks",
        draft=draft,
        begun=moment_in_words(draft.begun_at),
        tasks=tasks_of(draft),
        missing=missing_of(draft),
        form=new_form(request),
    )


@router.get("/section-60/{reference}/draft/grounds")
def grounds(request: Request, reference: str) -> Response:
    """Ask on what the belief rests."""
    return _grounds_page(request, reference, new_form(request))


def _grounds_page(request: Request, reference: str, form: Typed) -> Response:
    draft = shown_draft(request, reference)
    return draft_page(
        request,
        "grounds",
        draft=draft,
        grounds=GROUNDS,
        limbs=LIMBS,
        limb_words=LIMB_WORDS,
        law=law_for(request, draft, "grounds"),
        form=form,
    )


@router.post("/section-60/{reference}/draft/grounds")
async def choose_ground(request: Request, reference: str) -> Response:
    """Go to the first limb of a ground that is not evidenced, or take the ground out."""
    fields = await sent_fields(request)
    return await run_in_threadpool(_choose_ground, request, reference, fields)


def _choose_ground(request: Request, reference: str, fields: dict[str, str]) -> Response:
    chosen = next((each for each in Ground if each.value == fields.get("ground")), None)
    if chosen is None:
        kept = Kept(reference=reference, faults=(("ground", "Choose a ground."),))
        return _grounds_page(request, reference, failed(fields, kept))
    if fields.get("act") == "drop":
        kept = keep(request, reference, fields, partial(read_drop, ground=chosen))
        if kept.faults:
            return _grounds_page(request, reference, failed(fields, kept))
        return to_draft(reference, "grounds")
    limb = next_limb(shown_draft(request, reference).answers, chosen) or LIMBS[chosen][0]
    return to_draft(reference, f"grounds/{chosen.value}/{limb.value}")


@router.get("/section-60/{reference}/draft/grounds/{ground}/{limb}")
def limb(request: Request, reference: str, ground: str, limb: str) -> Response:
    """Ask for the fact of a limb, its source, and why here and this long."""
    draft = shown_draft(request, reference)
    which = _which_limb(ground, limb)
    start = limb_start(draft.answers, *which)
    return _limb_page(request, draft, which, new_form(request, **start))


def _limb_page(request: Request, draft: Draft, which: tuple[Ground, Limb], form: Typed) -> Response:
    ground, limb = which
    return draft_page(
        request,
        "limb",
        draft=draft,
        ground=ground,
        ground_words=GROUNDS[ground],
        number=LIMBS[ground].index(limb) + 1,
        of=len(LIMBS[ground]),
        title=LIMB_QUESTIONS[limb],
        law=law_of_limb(ground),
        form=form,
    )


@router.post("/section-60/{reference}/draft/grounds/{ground}/{limb}")
async def state_limb(request: Request, reference: str, ground: str, limb: str) -> Response:
    """Keep what was stated and go to the next limb, or show the page again."""
    fields = await sent_fields(request)
    return await run_in_threadpool(
        _state_limb, request, reference, _which_limb(ground, limb), fields
    )


def _state_limb(
    request: Request, reference: str, which: tuple[Ground, Limb], fields: dict[str, str]
) -> Response:
    kept = keep(request, reference, fields, lambda typed, _: read_limb(typed, *which))
    draft = shown_draft(request, reference)
    if kept.faults:
        return _limb_page(request, draft, which, failed(fields, kept))
    following = next_limb(draft.answers, which[0])
    if following is not None:
        return to_draft(reference, f"grounds/{which[0].value}/{following.value}")
    if which[0] is Ground.AFTER_INCIDENT and draft.answers.incident is None:
        return to_draft(reference, "questions/incident")
    return to_draft(reference)


def _which_limb(ground: str, limb: str) -> tuple[Ground, Limb]:
    found = limb_of(ground, limb)
    if found is None:
        msg = f"Ground ({ground}) has no limb {limb!r}."
        raise NotHeldError(msg, value=limb, remedy="Go back to the list of what is asked.")
    return found


@router.get("/section-60/{reference}/draft/questions/{question}")
def question(request: Request, reference: str, question: str) -> Response:
    """Show one question."""
    draft = shown_draft(request, reference)
    asked = _asked(question)
    form = new_form(request, **QUESTIONS[asked].start(draft.answers))
    return _question_page(request, draft, asked, form)


def _question_page(request: Request, draft: Draft, asked: str, form: Typed) -> Response:
    period = draft.answers.period
    return draft_page(
        request,
        asked.replace("-", "_"),
        draft=draft,
        asked=asked,
        title=QUESTIONS[asked].title,
        period=None if period is None else period_in_words(period),
        parts=IMPACT,
        missing=missing_parts(draft.answers),
        impact_choices=[(part.value, words) for part, words in IMPACT.items()],
        law=law_for(request, draft, asked),
        form=form,
    )


@router.post("/section-60/{reference}/draft/questions/{question}")
async def answer(request: Request, reference: str, question: str) -> Response:
    """Keep an answer and go on, or show the page again with what is wrong."""
    fields = await sent_fields(request)
    return await run_in_threadpool(_answer, request, reference, _asked(question), fields)


def _answer(request: Request, reference: str, asked: str, fields: dict[str, str]) -> Response:
    kept = keep(request, reference, fields, QUESTIONS[asked].read)
    if kept.faults:
        return _question_page(request, shown_draft(request, reference), asked, failed(fields, kept))
    stays = asked in {"impact", "period"}  # another line may follow; the hours are shown
    return to_draft(reference, f"questions/{asked}" if stays else "")


def _asked(question: str) -> str:
    if question not in QUESTIONS:
        msg = f"A draft has no question {question!r}."
        raise NotHeldError(msg, value=question, remedy="Go back to the list of what is asked.")
    return question
