"""Routes of jobs: the list, one job and how far it is, asking, cancelling, publishing its run."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from rightplace.app.service.jobs_acts import (
    Asking,
    ask_again,
    ask_for,
    cancel_job,
    publish_run_of,
)
from rightplace.app.service.jobs_asked import EvaluateAsked
from rightplace.app.service.jobs_choices import choices_for
from rightplace.app.service.jobs_page import JobsWanted, read_job, read_jobs, read_progress
from rightplace.app.service.jobs_words import STATES, VERBS
from rightplace.app.service.operation_judged import judgeable
from rightplace.records.jobs.settings import JobSettings
from rightplace.web.data import data_of, is_synthetic
from rightplace.web.forms import FIELD
from rightplace.web.jobs_typed import JobFields, read_asked
from rightplace.web.pages import render
from rightplace.web.sessions import MustFirstError, NotSignedInError, glance, session_of
from rightplace.web.typed import Typed, new_form

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rightplace.app.service.jobs_choices import Choices

router = APIRouter(default_response_class=Response)
ANEW = {"hx-refresh": "true"}
"""Header by which htmx loads the whole page anew."""


def wanted_of(
    state: Literal["", "queued", "running", "done", "failed", "cancelled"] = "",
    verb: Literal[
        "",
        "ingest",
        "forecast",
        "plan",
        "backtest",
        "publish",
        "evaluate",
        "approve-effect",
        "detectives",
    ] = "",
    mine: Literal["", "yes"] = "",
    search: Annotated[str, Query(max_length=100)] = "",
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> JobsWanted:
    """Return what the address of the list asks for."""
    return JobsWanted(state=state, verb=verb, mine=mine == "yes", search=search, page=page)


@router.get("/jobs")
def jobs(request: Request, wanted: Annotated[JobsWanted, Depends(wanted_of)]) -> Response:
    """Show the jobs asked for."""
    desk, session = request.app.state.desk, session_of(request)
    page = read_jobs(desk.shelf.database, person=session.person, wanted=wanted)
    words = {each.value: said for each, said in STATES.items()}
    return _shown(request, "jobs.html.j2", page=page, states=words, verbs=VERBS)


def _shown(request: Request, name: str, *, status: int = 200, **content: object) -> Response:
    """Return a page of jobs, marked where they work on invented records."""
    marked = is_synthetic(request)
    return render(request, name, status=status, is_synthetic=marked, here="jobs", **content)


@router.get("/jobs/new/{verb}")
def new_job(request: Request, verb: str) -> Response:
    """Show the form that asks for a job."""
    choices = _choices(request, verb)
    return _form_page(request, choices, new_form(request, **choices.defaults))


def _choices(request: Request, verb: str) -> Choices:
    """Return what a form offers; operations are those of both registers."""
    desk, person, held = request.app.state.desk, session_of(request).person, data_of(request)
    choices = choices_for(held, verb, person=person, at=desk.now().date())
    if verb != EvaluateAsked.verb:
        return choices
    database = desk.shelf.database
    offered = judgeable(held.workspace, database, person=person, at=desk.now())
    return replace(choices, runs=tuple(offered))


def _form_page(request: Request, choices: Choices, form: Typed, *, status: int = 200) -> Response:
    title = VERBS[choices.verb]
    return _shown(
        request, "job_new.html.j2", status=status, choices=choices, title=title, form=form
    )


@router.post("/jobs/new/{verb}")
async def ask_for_job(request: Request, verb: str) -> Response:
    """Put a job into the queue and show it, or show the form again with what is wrong."""
    sent = await request.form()
    fields: dict[str, list[str]] = {}
    for name, value in sent.multi_items():
        if isinstance(value, str):
            fields.setdefault(name, []).append(value)
    return await run_in_threadpool(_ask, request, verb, fields)


def _ask(request: Request, verb: str, sent: Mapping[str, list[str]]) -> Response:
    desk = request.app.state.desk
    choices = _choices(request, verb)
    fields = JobFields(workspace=data_of(request).workspace, sent=sent)
    asked = read_asked(verb, fields)
    if asked is None:
        values = {name: "\n".join(each) for name, each in sent.items()}
        form = Typed(token=values.get(FIELD, ""), values=values, faults=tuple(fields.faults))
        return _form_page(request, choices, form, status=422)
    return _to(ask_for(desk.shelf.database, asked, _asking(request)))


def _asking(request: Request) -> Asking:
    desk, session = request.app.state.desk, session_of(request)
    return Asking(
        person=session.person,
        form_id=request.state.form.id,
        at=desk.now(),
        most_waiting=data_of(request).workspace.settings("jobs", JobSettings).most_waiting,
    )


def _to(job_id: str) -> Response:
    return RedirectResponse(f"/jobs/{quote(job_id)}", status_code=303)


@router.get("/jobs/{job_id}")
def job(request: Request, job_id: str) -> Response:
    """Show one job."""
    desk, session = request.app.state.desk, session_of(request)
    page = read_job(desk.shelf.database, job_id, person=session.person, at=desk.now())
    return _shown(request, "job.html.j2", page=page, form=new_form(request))


@router.get("/jobs/{job_id}/progress")
def progress(
    request: Request, job_id: str, seen: Annotated[str, Query(max_length=20)] = ""
) -> Response:
    """Send how far a job is; where it stands otherwise than the page shows, that loads anew."""
    try:
        session = glance(request)
    except (NotSignedInError, MustFirstError):
        return Response(status_code=401, headers=ANEW)  # the page itself then says what to do
    database = request.app.state.desk.shelf.database
    found = read_progress(database, job_id, person=session.person)
    shown = render(request, "job_progress.html.j2", progress=found)
    if found.state != seen:
        shown.headers.update(ANEW)
    return shown


@router.post("/jobs/{job_id}/cancel")
def cancel(request: Request, job_id: str) -> Response:
    """Cancel a job and show it."""
    desk, session = request.app.state.desk, session_of(request)
    cancel_job(desk.shelf.database, job_id, person=session.person, at=desk.now())
    return _to(job_id)


@router.post("/jobs/{job_id}/again")
def again(request: Request, job_id: str) -> Response:
    """Ask anew for what a job asked for, and show the new one."""
    database = request.app.state.desk.shelf.database
    return _to(ask_again(database, job_id, _asking(request)))


@router.post("/jobs/{job_id}/publish")
def publish(request: Request, job_id: str) -> Response:
    """Ask for a job's run to be published, and show the job that does it."""
    database = request.app.state.desk.shelf.database
    return _to(publish_run_of(database, job_id, _asking(request)))
