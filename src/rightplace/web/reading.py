"""Routes that read: each parses, calls one function, shows."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import RedirectResponse, Response

from rightplace.app.service.explain_page import explain_published
from rightplace.app.service.forecast_files import places_csv
from rightplace.app.service.forecast_page import Measure, Wanted, read_forecast
from rightplace.app.service.map_layers import read_borough_layers, read_cells_layer
from rightplace.app.service.plan_files import visits_csv, visits_layers
from rightplace.app.service.plan_page import read_plan
from rightplace.app.service.plan_shown import VisitsWanted
from rightplace.app.service.today import read_today
from rightplace.web.deciding import Form
from rightplace.web.downloads import csv_file, packed_answer
from rightplace.web.forms import new_token
from rightplace.web.pages import render
from rightplace.web.sessions import session_of

router = APIRouter(default_response_class=Response)
GEOJSON = "application/geo+json"


def wanted_of(
    slot: Annotated[str, Query(pattern=r"^(\d{1,4})?$")] = "",
    measure: Measure = Measure.COUNT,
    bcu: Annotated[str, Query(max_length=200)] = "",
    search: Annotated[str, Query(max_length=100)] = "",
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> Wanted:
    """Return what the address of a forecast's page asks for."""
    return Wanted(
        slot=int(slot) if slot else None, measure=measure, bcu=bcu, search=search, page=page
    )


def visits_wanted_of(
    bcu: Annotated[str, Query(max_length=200)] = "",
    slot: Annotated[str, Query(pattern=r"^(\d{1,4})?$")] = "",
    search: Annotated[str, Query(max_length=100)] = "",
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> VisitsWanted:
    """Return which visits the address of a plan's page asks for."""
    return VisitsWanted(bcu=bcu, slot=int(slot) if slot else None, search=search, page=page)


@router.get("/")
def today(request: Request) -> Response:
    """Show what needs the person now."""
    desk, session = request.app.state.desk, session_of(request)
    page = read_today(
        desk.shelf,
        person=session.person,
        at=desk.now(),
        rules=desk.section_60,
        workspace=None if desk.data is None else desk.data.workspace,
    )
    return render(request, "today.html.j2", page=page, here="today")


@router.get("/forecasts")
def forecasts(request: Request) -> Response:
    """Go to the newest forecast, or say that none is published."""
    return _newest(request, "forecasts")


@router.get("/plans")
def plans(request: Request) -> Response:
    """Go to the newest plan, or say that none is published."""
    return _newest(request, "plans")


def _newest(request: Request, kind: str) -> Response:
    desk, session = request.app.state.desk, session_of(request)
    page = read_today(
        desk.shelf,
        person=session.person,
        at=desk.now(),
        rules=desk.section_60,
        workspace=None if desk.data is None else desk.data.workspace,
    )
    lines = page.forecasts if kind == "forecasts" else page.plans
    usable = [line for line in lines if not line.stopped]
    if usable:
        return RedirectResponse(f"/{kind}/{usable[0].id}", status_code=303)
    return render(request, "none.html.j2", kind=kind, lines=lines, here=kind.removesuffix("s"))


@router.get("/forecasts/{forecast_id}")
def forecast(
    request: Request, forecast_id: str, wanted: Annotated[Wanted, Depends(wanted_of)]
) -> Response:
    """Show a forecast: map, table, drivers, verdict."""
    desk, session = request.app.state.desk, session_of(request)
    page = read_forecast(
        desk.shelf, forecast_id, person=session.person, wanted=wanted, at=desk.now()
    )
    tiles = page.on_map > desk.tiles.settings.cells_from
    return render(request, "forecast.html.j2", page=page, tiles=tiles, here="forecast")


@router.get("/forecasts/{forecast_id}/places.csv")
def places_table(
    request: Request, forecast_id: str, wanted: Annotated[Wanted, Depends(wanted_of)]
) -> Response:
    """Send every place of the table."""
    desk, session = request.app.state.desk, session_of(request)
    text = places_csv(
        desk.shelf,
        forecast_id,
        person=session.person,
        wanted=wanted,
        at=desk.now(),
        marking=desk.settings.marking,
    )
    return csv_file(text, name=f"places {forecast_id}")


@router.get("/forecasts/{forecast_id}/cells.geojson")
def cells_layer(
    request: Request, forecast_id: str, wanted: Annotated[Wanted, Depends(wanted_of)]
) -> Response:
    """Send the shaded places of the map."""
    desk, session = request.app.state.desk, session_of(request)
    packed = read_cells_layer(
        desk.shelf, desk.tiles, forecast_id, person=session.person, wanted=wanted, at=desk.now()
    )
    return packed_answer(request, packed, media_type=GEOJSON)


@router.get("/forecasts/{forecast_id}/boroughs.geojson")
def borough_layer(
    request: Request, forecast_id: str, wanted: Annotated[Wanted, Depends(wanted_of)]
) -> Response:
    """Send the outlines of boroughs."""
    return Response(_boroughs(request, forecast_id, wanted)[0], media_type=GEOJSON)


@router.get("/forecasts/{forecast_id}/names.geojson")
def name_layer(
    request: Request, forecast_id: str, wanted: Annotated[Wanted, Depends(wanted_of)]
) -> Response:
    """Send the points at which names of boroughs stand."""
    return Response(_boroughs(request, forecast_id, wanted)[1], media_type=GEOJSON)


def _boroughs(request: Request, forecast_id: str, wanted: Wanted) -> tuple[str, str]:
    desk, session = request.app.state.desk, session_of(request)
    return read_borough_layers(
        desk.shelf, forecast_id, person=session.person, wanted=wanted, at=desk.now()
    )


@router.get("/plans/{plan_id}")
def plan(
    request: Request, plan_id: str, wanted: Annotated[VisitsWanted, Depends(visits_wanted_of)]
) -> Response:
    """Show a plan, and the visits of one BCU with the form to decide on it."""
    desk, session = request.app.state.desk, session_of(request)
    shown = read_plan(desk.shelf, plan_id, person=session.person, wanted=wanted, at=desk.now())
    return render(
        request, "plan.html.j2", page=shown, here="plan", form=Form(token=new_token(request))
    )


@router.get("/plans/{plan_id}/visits.geojson")
def visits_layer(
    request: Request, plan_id: str, wanted: Annotated[VisitsWanted, Depends(visits_wanted_of)]
) -> Response:
    """Send the places with visits of one BCU, numbered as in the table."""
    desk, session = request.app.state.desk, session_of(request)
    layers = visits_layers(desk.shelf, plan_id, person=session.person, wanted=wanted, at=desk.now())
    return Response(layers, media_type=GEOJSON)


@router.get("/plans/{plan_id}/visits.csv")
def visits_table(
    request: Request, plan_id: str, wanted: Annotated[VisitsWanted, Depends(visits_wanted_of)]
) -> Response:
    """Send the visits of one BCU."""
    desk, session = request.app.state.desk, session_of(request)
    text = visits_csv(
        desk.shelf,
        plan_id,
        person=session.person,
        wanted=wanted,
        at=desk.now(),
        marking=desk.settings.marking,
    )
    return csv_file(text, name=f"visits {plan_id} {wanted.bcu}")


@router.get("/explain/{item}")
def explain(request: Request, item: str) -> Response:
    """Show how a number came about."""
    desk, session = request.app.state.desk, session_of(request)
    page = explain_published(desk.shelf, item, person=session.person, at=desk.now())
    return render(request, "explain.html.j2", page=page, here="")
