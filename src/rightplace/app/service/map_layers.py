"""Use case: the layers of the forecast map, from the same facts as its table."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np

from rightplace.app.service.forecast_page import shade_of, shown
from rightplace.records.accounts.roles import Permission

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from rightplace.app.service.forecast_page import Shown, Wanted
    from rightplace.app.service.person import Person
    from rightplace.app.service.shelf import Shelf


def read_cells_layer(
    shelf: Shelf,
    forecast_id: str,
    *,
    person: Person,
    wanted: Wanted,
    at: datetime,
) -> str:
    """Return GeoJSON of the places a person may see, each with its shade and words.

    Parameters
    ----------
    shelf, forecast_id, person, wanted, at
        As in ``read_forecast``.
    """
    cut = _cut(shelf, forecast_id, person=person, wanted=wanted, at=at)
    edges, values = cut.edges(wanted.measure), cut.shaded(wanted.measure)
    outlines, words = cut.forecast.area.outlines, cut.forecast.words
    return _collection(
        _feature(
            outlines[i],
            name=words[i],
            shade=shade_of(float(values[i]), edges),
            words=cut.place_words(i),
        )
        for i in np.flatnonzero(cut.mine).tolist()
    )


def read_borough_layers(
    shelf: Shelf,
    forecast_id: str,
    *,
    person: Person,
    wanted: Wanted,
    at: datetime,
) -> tuple[str, str]:
    """Return GeoJSON of borough outlines, and of points at which their names stand.

    Parameters
    ----------
    shelf, forecast_id, person, wanted, at
        As in ``read_forecast``.
    """
    cut = _cut(shelf, forecast_id, person=person, wanted=wanted, at=at)
    area = cut.forecast.area
    boroughs = area.cells["borough"].to_pylist()
    mine = sorted({boroughs[i] for i in np.flatnonzero(cut.mine).tolist() if boroughs[i]})
    outlines = [_feature(area.boroughs[name][0], name=name) for name in mine]
    points = [
        _feature(json.dumps({"type": "Point", "coordinates": area.boroughs[name][1]}), name=name)
        for name in mine
    ]
    return _collection(outlines), _collection(points)


def _cut(
    shelf: Shelf,
    forecast_id: str,
    *,
    person: Person,
    wanted: Wanted,
    at: datetime,
) -> Shown:
    from rightplace.records.audit.transaction import transaction

    person.check(Permission.SEE_FORECAST)
    with transaction(shelf.database, person.actor, purpose="Draw the forecast map.", at=at) as tx:
        forecast = shelf.forecast(tx, forecast_id)
    return shown(forecast, person, wanted)


def _feature(geometry: str, **properties: str | int) -> str:
    return f'{{"type":"Feature","properties":{json.dumps(properties)},"geometry":{geometry}}}'


def _collection(features: Iterable[str]) -> str:
    return f'{{"type":"FeatureCollection","features":[{",".join(features)}]}}'
