"""Routes of programs that read: each takes who asks, calls one function, returns."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request

from rightplace.app.service.api_explain import Explanation, explanation
from rightplace.app.service.api_forecasts import (
    ForecastFacts,
    PlaceList,
    forecast_facts,
    forecast_places,
)
from rightplace.app.service.api_plans import (
    DecisionList,
    PlanFacts,
    VisitList,
    plan_decisions,
    plan_facts,
    plan_visits,
)
from rightplace.app.service.api_runs import (
    RunList,
    StopState,
    TodayFacts,
    WhoAsks,
    list_runs,
    stop_state,
    today_facts,
    who_asks,
)
from rightplace.web.api.bearer import Asking
from rightplace.web.api.shapes import PartAsked, PlacesAsked, RunId, VisitsAsked

router = APIRouter()


@router.get("/me", tags=["service"])
def me(person: Asking) -> WhoAsks:
    """Return whom the token stands for, and what may be done by it now."""
    return who_asks(person)


@router.get("/today", tags=["service"])
def today(request: Request, person: Asking) -> TodayFacts:
    """Return what needs the person now."""
    desk = request.app.state.desk
    return today_facts(desk.shelf, person=person, at=desk.now())


@router.get("/stops", tags=["service"])
def stops(request: Request, person: Asking) -> StopState:
    """Return what is suspended now: whatever rests on it is refused."""
    desk = request.app.state.desk
    return stop_state(desk.shelf, person=person, at=desk.now())


@router.get("/forecasts", tags=["forecasts"])
def forecasts(request: Request, person: Asking, asked: Annotated[PartAsked, Query()]) -> RunList:
    """Return the published forecasts, the newest first."""
    desk = request.app.state.desk
    return list_runs(desk.shelf, "forecast", person=person, part=asked.part(), at=desk.now())


@router.get("/forecasts/{forecast_id}", tags=["forecasts"])
def forecast(request: Request, forecast_id: RunId, person: Asking) -> ForecastFacts:
    """Return one forecast: totals with intervals, slots, drivers, verdict of the last backtest."""
    desk = request.app.state.desk
    return forecast_facts(desk.shelf, forecast_id, person=person, at=desk.now())


@router.get("/forecasts/{forecast_id}/places", tags=["forecasts"])
def places(
    request: Request, forecast_id: RunId, person: Asking, asked: Annotated[PlacesAsked, Query()]
) -> PlaceList:
    """Return places of a forecast with their expected count and harm, those with most first."""
    desk = request.app.state.desk
    return forecast_places(
        desk.shelf,
        forecast_id,
        person=person,
        wanted=asked.wanted(),
        part=asked.part(),
        at=desk.now(),
    )


@router.get("/plans", tags=["plans"])
def plans(request: Request, person: Asking, asked: Annotated[PartAsked, Query()]) -> RunList:
    """Return the published plans, the newest first."""
    desk = request.app.state.desk
    return list_runs(desk.shelf, "plan", person=person, part=asked.part(), at=desk.now())


@router.get("/plans/{plan_id}", tags=["plans"])
def plan(request: Request, plan_id: RunId, person: Asking) -> PlanFacts:
    """Return one plan: what it would prevent, at what cost, and what stands in each BCU."""
    desk = request.app.state.desk
    return plan_facts(desk.shelf, plan_id, person=person, at=desk.now())


@router.get("/plans/{plan_id}/visits", tags=["plans"])
def visits(
    request: Request, plan_id: RunId, person: Asking, asked: Annotated[VisitsAsked, Query()]
) -> VisitList:
    """Return visits of a plan as crews make them, in order of time."""
    desk = request.app.state.desk
    return plan_visits(
        desk.shelf, plan_id, person=person, bcu=asked.bcu, part=asked.part(), at=desk.now()
    )


@router.get("/plans/{plan_id}/decisions", tags=["plans"])
def decisions(request: Request, plan_id: RunId, person: Asking) -> DecisionList:
    """Return decisions on a plan, the newest first."""
    desk = request.app.state.desk
    return plan_decisions(desk.shelf, plan_id, person=person, at=desk.now())


Item = Annotated[
    str,
    Path(
        pattern="^[a-z]{1,12}-[0-9a-f]{12}(:[A-Za-z0-9_.-]{1,80})?$",
        description="A run, or a place of a forecast as RUN:CELL.",
    ),
]


@router.get("/explain/{item}", tags=["service"])
def explain(request: Request, item: Item, person: Asking) -> Explanation:
    """Return how a number came about: data, code, settings, seed."""
    desk = request.app.state.desk
    return explanation(desk.shelf, item, person=person, at=desk.now())
