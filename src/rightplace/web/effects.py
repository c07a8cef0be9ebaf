"""Routes of effect sizes: those that plans read, a proposal with both plans, the decision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from rightplace.app.service.effects_acts import ActSent, check_act, do_act, read_act
from rightplace.app.service.effects_files import proposal_csv, proposal_data
from rightplace.app.service.effects_page import proposal_named, read_effects, read_proposal
from rightplace.errors import BadInputError, RefusedError
from rightplace.web.data import is_synthetic
from rightplace.web.downloads import csv_file, saved_as
from rightplace.web.forms import new_token
from rightplace.web.pages import render
from rightplace.web.sessions import session_of
from rightplace.web.typed import Typed, new_form, sent_fields

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from typing import TypedDict

    from rightplace.app.service.person import Person

    class Asking(TypedDict):
        """Who asks, and when."""

        person: Person
        at: datetime


router = APIRouter(prefix="/operations/effects", default_response_class=Response)
ProposalId = Annotated[str, Path(max_length=40)]
Act = Annotated[str, Path(max_length=40)]
HERE = "operations"


def _asking(request: Request) -> Asking:
    return {"person": session_of(request).person, "at": request.app.state.desk.now()}


@router.get("")
def effects(request: Request) -> Response:
    """Show what plans take a visit to prevent, and what is proposed instead."""
    page = read_effects(request.app.state.desk.shelf, **_asking(request))
    return render(
        request, "effects.html.j2", page=page, here=HERE, is_synthetic=is_synthetic(request)
    )


@router.get("/{proposal_id}")
def proposal(request: Request, proposal_id: ProposalId) -> Response:
    """Show a proposed effect size with both plans beside each other."""
    shelf, asking = request.app.state.desk.shelf, _asking(request)
    named = proposal_named(shelf, proposal_id, person=asking["person"])
    if named != proposal_id:
        return RedirectResponse(f"/operations/effects/{quote(named)}", status_code=303)
    page = read_proposal(shelf, proposal_id, **asking)
    return render(request, "effect.html.j2", page=page, here=HERE)


@router.get("/{proposal_id}/proposal.json")
def data_file(request: Request, proposal_id: ProposalId) -> Response:
    """Send a proposal with both plans in sum, for programs."""
    text = proposal_data(request.app.state.desk.shelf, proposal_id, **_asking(request))
    headers = saved_as(f"effect-{proposal_id}.json")
    return Response(text, media_type="application/json", headers=headers)


@router.get("/{proposal_id}/visits.csv")
def table_file(request: Request, proposal_id: ProposalId) -> Response:
    """Send where both plans differ, of the places where one sees plans."""
    desk = request.app.state.desk
    text = proposal_csv(desk.shelf, proposal_id, **_asking(request), marking=desk.settings.marking)
    return csv_file(text, name=f"effect {proposal_id} visits")


@router.get("/{proposal_id}/acts/{act}")
def ask(request: Request, proposal_id: ProposalId, act: Act) -> Response:
    """Show what follows from a decision, and ask for it."""
    session_of(request)  # whoever is not signed in is told that, whatever the address
    return _act_page(request, proposal_id, act, new_form(request))


def _act_page(
    request: Request, proposal_id: str, act: str, form: Typed, *, status: int = 200
) -> Response:
    page = read_act(request.app.state.desk.shelf, proposal_id, act, **_asking(request))
    return render(request, "effect_act.html.j2", status=status, page=page, form=form, here=HERE)


@router.post("/{proposal_id}/acts/{act}")
async def do(request: Request, proposal_id: ProposalId, act: Act) -> Response:
    """Keep a decision and show the proposal, or show the page again with what is wrong."""
    check_act(act)
    fields = await sent_fields(request)
    return await run_in_threadpool(_do, request, proposal_id, act, fields)


def _do(request: Request, proposal_id: str, act: str, fields: Mapping[str, str]) -> Response:
    shelf, asking = request.app.state.desk.shelf, _asking(request)
    sent = ActSent(proposal_id=proposal_id, act=act, fields=fields, form_id=request.state.form.id)
    read_act(shelf, proposal_id, act, **asking)
    try:
        do_act(shelf, sent, **asking)
    except (BadInputError, RefusedError) as error:
        at_field = "start" if error.fault.message == "That is no day." else _field(fields)
        form = Typed(
            token=new_token(request), values=dict(fields), faults=((at_field, error.fault.said),)
        )
        return _act_page(request, proposal_id, act, form, status=422)
    return RedirectResponse(f"/operations/effects/{quote(proposal_id)}", status_code=303)


def _field(fields: Mapping[str, str]) -> str:
    """Return the field at which a refusal is shown: the reason where none is written."""
    return "top" if fields.get("reason", "").strip() else "reason"
