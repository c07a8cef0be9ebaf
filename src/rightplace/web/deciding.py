"""The route that changes something: deciding on a plan. What was typed is kept when it fails."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from rightplace.app.service.decisions import DecidedMeanwhileError, decide_on_plan
from rightplace.app.service.plan_page import read_plan
from rightplace.app.service.plan_shown import VisitsWanted
from rightplace.errors import BadInputError, UsageError
from rightplace.records.decided.deciding import DecisionGiven, Verdict
from rightplace.web.forms import FIELD, new_token
from rightplace.web.pages import render
from rightplace.web.sessions import session_of

if TYPE_CHECKING:
    from rightplace.web.forms import OpenedForm

router = APIRouter(default_response_class=Response)
OFFERED = (Verdict.ACCEPTED, Verdict.REJECTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The form to decide on a plan, with what was typed and what is wrong with it.

    Parameters
    ----------
    token
        What shows that the form is ours.
    faults
        Name of each field that is wrong, and what is wrong with it.
    """

    token: str
    verdict: str = ""
    reason: str = ""
    faults: tuple[tuple[str, str], ...] = ()

    def fault(self, field: str) -> str:
        """Return what is wrong with a field; empty where nothing is."""
        return dict(self.faults).get(field, "")


@router.post("/plans/{plan_id}/decisions")
async def decide(request: Request, plan_id: str) -> Response:
    """Keep a decision and go back to the plan, or show the form again with what is wrong."""
    sent = await request.form()
    fields = {name: value for name, value in sent.items() if isinstance(value, str)}
    return await run_in_threadpool(_decide, request, plan_id, fields)


def _decide(request: Request, plan_id: str, fields: dict[str, str]) -> Response:
    desk, session = request.app.state.desk, session_of(request)
    bcu = fields.get("bcu", "")
    form, given = _checked(request, plan_id, fields, seconds=desk.now().timestamp())
    if given is None:
        return _shown_again(request, plan_id, bcu, form, status=422)
    try:
        decide_on_plan(desk.shelf, given, person=session.person, at=desk.now())
    except DecidedMeanwhileError as error:
        said = error.fault.said
        again = replace(form, token=new_token(request), faults=(("verdict", said),))
        return _shown_again(request, plan_id, bcu, again, status=409)
    return RedirectResponse(f"/plans/{quote(plan_id)}?bcu={quote(bcu)}#decision", status_code=303)


def _shown_again(request: Request, plan_id: str, bcu: str, form: Form, *, status: int) -> Response:
    desk, session = request.app.state.desk, session_of(request)
    wanted = VisitsWanted(bcu=bcu)
    page = read_plan(desk.shelf, plan_id, person=session.person, wanted=wanted, at=desk.now())
    return render(request, "plan.html.j2", status=status, page=page, here="plan", form=form)


def _checked(
    request: Request, plan_id: str, fields: dict[str, str], *, seconds: float
) -> tuple[Form, DecisionGiven | None]:
    """Return the form as it was sent, with its faults, and the decision where there are none."""
    opened: OpenedForm = request.state.form
    verdict, reason = fields.get("verdict", ""), fields.get("reason", "")
    faults, given = [], None
    if verdict not in OFFERED:
        faults.append(("verdict", "Choose whether you accept or reject the plan."))
    try:
        given = DecisionGiven(
            id=opened.id,
            plan_id=plan_id,
            bcu=fields.get("bcu", ""),
            verdict=Verdict(verdict) if verdict in OFFERED else Verdict.REJECTED,
            reason=reason,
            seconds_reading=int(seconds) - opened.opened,
        )
    except (UsageError, BadInputError) as error:
        faults.append(("reason", error.fault.said))
    form = Form(token=fields.get(FIELD, ""), verdict=verdict, reason=reason, faults=tuple(faults))
    return form, None if faults else given
