"""Use cases of a GIS: published forecasts, plans and boroughs as layers, in GeoJSON.

A layer holds what the asker may see, no more; a look at it is written in the audit chain.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, NoReturn

from rightplace.app.service.features_rows import (
    Rows,
    borough_rows,
    forecast_rows,
    shift_rows,
    visit_rows,
)
from rightplace.app.service.published_lines import newest_runs, why_stopped
from rightplace.app.service.shelf import PublishedArea
from rightplace.errors import NotHeldError, RefusedError
from rightplace.records.accounts.roles import Permission

if TYPE_CHECKING:
    from rightplace.app.service.features_asked import ItemsAsked
    from rightplace.app.service.person import Person
    from rightplace.app.service.shelf import Shelf
    from rightplace.records.audit.transaction import Transaction
    from rightplace.records.published.tables import PublishedRun

BOROUGHS: Final = "boroughs"
SHIFTS: Final = "-shifts"
"""End of the name of the layer of a forecast shift by shift."""
LAYERS: Final = (Permission.SEE_FORECAST, Permission.SEE_PLAN)
"""Who may see any layer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """A layer that can be asked for.

    Parameters
    ----------
    id
        Its name in addresses.
    title, description
        In words.
    bounds
        West, south, east, north of the study area, in degrees.
    since, until
        From when until when it tells; None where that is not known, or of all times.
    """

    id: str
    title: str
    description: str
    bounds: tuple[float, float, float, float]
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """Features of a layer, in GeoJSON.

    Parameters
    ----------
    features
        Each as the text of a GeoJSON feature.
    matched
        How many there are in all that were asked for.
    """

    features: tuple[str, ...]
    matched: int


def list_layers(shelf: Shelf, *, person: Person, at: datetime) -> tuple[Layer, ...]:
    """Return the layers that somebody may see: boroughs, the newest forecasts and plans.

    Parameters
    ----------
    shelf
        Where they are published.
    person
        Who asks.
    at
        The time now.
    """
    from rightplace.records.audit.transaction import transaction

    _check(person)
    with transaction(shelf.database, person.actor, purpose="List layers.", at=at) as tx:
        return _layers(tx, shelf, person)


def read_layer(shelf: Shelf, layer_id: str, *, person: Person, at: datetime) -> Layer:
    """Return one of the layers that ``list_layers`` returns; another is not held.

    Parameters
    ----------
    shelf, person, at
        As in ``list_layers``.
    layer_id
        Its name.
    """
    layers = {each.id: each for each in list_layers(shelf, person=person, at=at)}
    if layer_id not in layers:
        _refuse(layer_id)
    return layers[layer_id]


def read_items(
    shelf: Shelf, layer_id: str, asked: ItemsAsked, *, person: Person, at: datetime
) -> Items:
    """Return features of a layer; the look is written in the audit chain.

    Parameters
    ----------
    shelf, layer_id, person, at
        As in ``read_layer``.
    asked
        Which of them.
    """
    rows = _rows(shelf, layer_id, person=person, at=at)
    found = rows.found(asked)
    page = found[asked.offset : asked.offset + asked.limit]
    return Items(features=tuple(rows.features(page)), matched=len(found))


def read_item(shelf: Shelf, layer_id: str, feature_id: str, *, person: Person, at: datetime) -> str:
    """Return one feature of a layer in GeoJSON; the look is written in the audit chain.

    Parameters
    ----------
    shelf, layer_id, person, at
        As in ``read_layer``.
    feature_id
        Its id.

    Raises
    ------
    NotHeldError
        If the layer has none of that id that the asker may see.
    """
    rows = _rows(shelf, layer_id, person=person, at=at)
    found = rows.position(feature_id)
    if found is None:
        msg = f"The layer {layer_id} has no feature {feature_id[:100]!r}."
        raise NotHeldError(msg, value=feature_id, remedy="Choose one of its items.")
    (feature,) = rows.features([found])
    return feature


def _check(person: Person) -> None:
    """Check that somebody may see a layer at all.

    Raises
    ------
    RefusedError
        If not.
    """
    if not any(person.may(each) for each in LAYERS):
        msg = f"Your roles ({person.role}) include no layer."
        raise RefusedError(msg, remedy="Ask the administrator, if it is part of your task.")


def _layers(tx: Transaction, shelf: Shelf, person: Person) -> tuple[Layer, ...]:
    area, found = shelf.newest_area(tx), list[Layer]()
    if area is not None:
        name = f"Boroughs of {area.record['name']}"
        about = "Outlines as maps on a screen show them."
        found.append(Layer(id=BOROUGHS, title=name, description=about, bounds=_bounds(area)))
    for kind, permission, make in (
        ("forecast", Permission.SEE_FORECAST, _forecast_layers),
        ("plan", Permission.SEE_PLAN, _plan_layers),
    ):
        if person.may(permission):
            runs = [run for run in newest_runs(tx, kind) if not why_stopped(tx, run.id)]
            found += [layer for run in runs for layer in make(tx, shelf, run)]
    return tuple(found)


def _forecast_layers(tx: Transaction, shelf: Shelf, run: PublishedRun) -> list[Layer]:
    from rightplace.briefing.stamp import PLACE_NOT_PERSON

    record = json.loads(run.content)
    bounds = _bounds(_area(tx, shelf, record))
    since, until = _period(record)
    what = f"{_mark(run)}{record['result']['title']}, as of {record['as_of']}"
    return [
        Layer(
            id=f"{run.id}{ending}",
            title=f"{what}{words}",
            description=f"Expected count and harm, 80 % interval of counts. {PLACE_NOT_PERSON}",
            bounds=bounds,
            since=since,
            until=until,
        )
        for ending, words in (("", ""), (SHIFTS, ", shift by shift"))
    ]


def _plan_layers(tx: Transaction, shelf: Shelf, run: PublishedRun) -> list[Layer]:
    from rightplace.app.service.opened import behind
    from rightplace.briefing.stamp import PLACE_NOT_PERSON, PLANNED_NOT_ACHIEVED

    record = json.loads(run.content)
    forecast = json.loads(behind(tx, str(record["settings"]["forecast"])).content)
    since, until = _period(forecast)
    return [
        Layer(
            id=run.id,
            title=f"{_mark(run)}Visits of plan {run.id}, as of {record['as_of']}",
            description=f"A point for each visit. {PLANNED_NOT_ACHIEVED} {PLACE_NOT_PERSON}",
            bounds=_bounds(_area(tx, shelf, forecast)),
            since=since,
            until=until,
        )
    ]


def _mark(run: PublishedRun) -> str:
    return "SYNTHETIC: " if run.is_synthetic else ""


def _period(record: dict[str, Any]) -> tuple[datetime | None, datetime | None]:
    period = record["result"].get("period")
    if period is None:
        return None, None
    return datetime.fromisoformat(period["start"]), datetime.fromisoformat(period["end"])


def _area(tx: Transaction, shelf: Shelf, record: dict[str, Any]) -> PublishedArea:
    """Return the study area of a forecast: nearly always the newest."""
    area_id, newest = str(record["settings"]["area"]), shelf.newest_area(tx)
    if newest is not None and newest.record["id"] == area_id:
        return newest
    return shelf.opened(
        tx,
        area_id,
        kind="area",
        read=lambda run: PublishedArea(record=run.record, cells=run.table("cells")),
    )


def _bounds(area: PublishedArea) -> tuple[float, float, float, float]:
    import shapely

    west, south, east, north = (float(each) for each in shapely.total_bounds(area.shapes))
    return west, south, east, north


def _rows(shelf: Shelf, layer_id: str, *, person: Person, at: datetime) -> Rows:
    """Return the features of a layer that somebody may see."""
    from rightplace.records.audit.transaction import transaction

    _check(person)
    with transaction(shelf.database, person.actor, purpose="Read a layer.", at=at) as tx:
        if layer_id == BOROUGHS:
            return borough_rows(shelf.newest_area(tx))
        run_id = layer_id.removesuffix(SHIFTS)
        kind, is_whole = _kind(tx, run_id, person), layer_id == run_id
        if not kind or (kind == "plan" and not is_whole):
            _refuse(layer_id)
        if kind == "plan":
            return visit_rows(shelf.plan(tx, run_id), person)
        forecast = shelf.forecast(tx, run_id)
        return forecast_rows(forecast, person) if is_whole else shift_rows(forecast, person)


def _kind(tx: Transaction, run_id: str, person: Person) -> str:
    """Return the kind of a run that is offered as a layer; empty where none of the id is."""
    for kind, permission in (
        ("forecast", Permission.SEE_FORECAST),
        ("plan", Permission.SEE_PLAN),
    ):
        if person.may(permission) and run_id in {run.id for run in newest_runs(tx, kind)}:
            return kind
    return ""


def _refuse(layer_id: str) -> NoReturn:
    """Say that there is no such layer.

    Raises
    ------
    NotHeldError
        Always.
    """
    msg = f"There is no layer {layer_id[:100]!r}."
    raise NotHeldError(msg, value=layer_id, remedy="Choose one of the collections.")
