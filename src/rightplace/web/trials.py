"""Routes of published trials: the list, one with its looks, what to take away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path, Request
from starlette.responses import RedirectResponse, Response

from rightplace.app.service.trials_files import trial_csv, trial_data
from rightplace.app.service.trials_page import read_trial, read_trials, trial_chart, trial_named
from rightplace.web.downloads import csv_file, saved_as
from rightplace.web.pages import render
from rightplace.web.sessions import session_of

if TYPE_CHECKING:
    from datetime import datetime
    from typing import TypedDict

    from rightplace.app.service.person import Person

    class Asking(TypedDict):
        """Who asks, and when."""

        person: Person
        at: datetime


router = APIRouter(prefix="/operations/trials", default_response_class=Response)
TrialId = Annotated[str, Path(max_length=40)]
Ident = Annotated[str, Path(max_length=40)]
HERE = "operations"


def _asking(request: Request) -> Asking:
    return {"person": session_of(request).person, "at": request.app.state.desk.now()}


@router.get("")
def trials(request: Request) -> Response:
    """Show which weekly plans are fair tests, and what they found."""
    lines = read_trials(request.app.state.desk.shelf, **_asking(request))
    return render(request, "trials.html.j2", lines=lines, here=HERE)


@router.get("/{trial_id}")
def trial(request: Request, trial_id: TrialId) -> Response:
    """Show what a trial found so far, and by which rule it is looked at."""
    shelf, asking = request.app.state.desk.shelf, _asking(request)
    named = trial_named(shelf, trial_id, person=asking["person"])
    if named != trial_id:
        return RedirectResponse(f"/operations/trials/{quote(named)}", status_code=303)
    page = read_trial(shelf, trial_id, **asking)
    return render(request, "trial.html.j2", page=page, here=HERE)


@router.get("/{trial_id}/charts/{ident}.svg")
def chart(request: Request, trial_id: TrialId, ident: Ident) -> Response:
    """Send the picture of its looks."""
    drawn = trial_chart(request.app.state.desk.shelf, trial_id, ident, **_asking(request))
    return Response(drawn, media_type="image/svg+xml")


@router.get("/{trial_id}/trial.json")
def data_file(request: Request, trial_id: TrialId) -> Response:
    """Send what was locked and found, for programs."""
    text = trial_data(request.app.state.desk.shelf, trial_id, **_asking(request))
    headers = saved_as(f"trial-{trial_id}.json")
    return Response(text, media_type="application/json", headers=headers)


@router.get("/{trial_id}/{ident}.csv")
def table_file(request: Request, trial_id: TrialId, ident: Ident) -> Response:
    """Send its looks, or the plans that each judged."""
    desk = request.app.state.desk
    text = trial_csv(desk.shelf, trial_id, ident, **_asking(request), marking=desk.settings.marking)
    return csv_file(text, name=f"trial {trial_id} {ident}")
