"""The route of programs that decides on a plan, by the use case of the page."""

from fastapi import APIRouter, Request, Response

from rightplace.app.service.decisions import Decided, decide_on_plan
from rightplace.records.decided.deciding import DecisionGiven, Verdict
from rightplace.web.api.bearer import Asking
from rightplace.web.api.shapes import DecisionSent, RunId

router = APIRouter()


@router.post(
    "/plans/{plan_id}/decisions",
    tags=["plans"],
    status_code=201,
    responses={200: {"model": Decided, "description": "It was sent before."}},
)
def decide(
    request: Request, response: Response, plan_id: RunId, sent: DecisionSent, person: Asking
) -> Decided:
    """Accept or reject a plan for a BCU, with a reason."""
    desk = request.app.state.desk
    given = DecisionGiven(
        id=sent.id,
        plan_id=plan_id,
        bcu=sent.bcu,
        verdict=Verdict(sent.verdict),
        reason=sent.reason,
        seconds_reading=sent.seconds_reading,
    )
    done = decide_on_plan(desk.shelf, given, person=person, at=desk.now())
    response.status_code = 201 if done.is_new else 200
    return done
