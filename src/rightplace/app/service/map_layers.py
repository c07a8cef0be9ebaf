"""Use case: the layers of the forecast map, from the same facts as its table."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

import numpy as np

from rightplace.app.service.forecast_page import shade_of, shown
from rightplace.app.service.tiles import map_key
from rightplace.records.accounts.roles import Permission

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from rightplace.app.service.forecast_page import Shown, Wanted
    from rightplace.app.service.person import Person
    from rightplace.app.service.shelf import PublishedForecast, Shelf
    from rightplace.app.service.tiles import TileShelf

PACKING = 5
"""Level of gzip; a choice of ours: a map of London takes a quarter of the time of level 9 and 5 %
more room."""


def read_cells_layer(
    shelf: Shelf,
    tiles: TileShelf,
    forecast_id: str,
    *,
    person: Person,
    wanted: Wanted,
    at: datetime,
) -> bytes:
    """Return GeoJSON, packed by gzip, of the places a person may see, with shade and words.

    It is made once for each map and area of permission, and kept with the tiles.

    Parameters
    ----------
    shelf, forecast_id, person, wanted, at
        As in ``read_forecast``.
    tiles
        Where it is kept.
    """
    forecast = _looked_at(shelf, forecast_id, person=person, at=at)

    def pack() -> bytes:
        layer = _cells_layer(shown(forecast, person, wanted), wanted)
        return gzip.compress(layer.encode(), PACKING, mtime=0)

    packed: bytes = tiles.get(("layer", *map_key(forecast, person, wanted)), pack)
    return packed


def _cells_layer(cut: Shown, wanted: Wanted) -> str:
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
    cut = shown(_looked_at(shelf, forecast_id, person=person, at=at), person, wanted)
    area = cut.forecast.area
    boroughs = area.cells["borough"].to_pylist()
    mine = sorted({boroughs[i] for i in np.flatnonzero(cut.mine).tolist() if boroughs[i]})
    outlines = [_feature(area.boroughs[name][0], name=name) for name in mine]
    points = [
        _feature(json.dumps({"type": "Point", "coordinates": area.boroughs[name][1]}), name=name)
        for name in mine
    ]
    return _collection(outlines), _collection(points)


def _looked_at(
    shelf: Shelf, forecast_id: str, *, person: Person, at: datetime
) -> PublishedForecast:
    from rightplace.records.audit.transaction import transaction

    person.check(Permission.SEE_FORECAST)
    with transaction(shelf.database, person.actor, purpose="Draw the forecast map.", at=at) as tx:
        return shelf.forecast(tx, forecast_id)


def _feature(geometry: str, **properties: str | int) -> str:
    return f'{{"type":"Feature","properties":{json.dumps(properties)},"geometry":{geometry}}}'


def _collection(features: Iterable[str]) -> str:
    return f'{{"type":"FeatureCollection","features":[{",".join(features)}]}}'
