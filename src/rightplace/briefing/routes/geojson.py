"""Rounds as one GeoJSON file: the way of each crew as a line, each visit as a point."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from rightplace.briefing.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rightplace.briefing.routes.sheet import RouteSheet
    from rightplace.briefing.stamp import Stamp

_DECIMALS = 6
"""Of a degree: 0.1 m."""


def routes_geojson(sheets: Sequence[RouteSheet], stamp: Stamp) -> str:
    """Return rounds as GeoJSON, a feature on each line; the notice stands first.

    Parameters
    ----------
    sheets
        Rounds.
    stamp
        Marking and provenance, on the file and on every feature.
    """
    head = {
        "type": "FeatureCollection",
        "name": "routes",
        "notice": stamp.notice,
        "marking": clean(stamp.marking),
        "synthetic": stamp.synthetic,
        "plan_id": clean(stamp.plan_id),
    }
    features = ",\n".join(_json(f) for sheet in sheets for f in _features(sheet))
    return f'{_json(head)[:-1]},"features":[\n{features}\n]}}\n'


def _features(sheet: RouteSheet) -> Iterator[dict[str, Any]]:
    common = {
        "crew_id": clean(sheet.crew_id),
        "borough": clean(sheet.borough),
        "routes_id": sheet.routes_id,
        "synthetic": sheet.stamp.synthetic,
        "notice": sheet.stamp.notice,
    }
    way = [[round(v, _DECIMALS) for v in point] for point in sheet.path_degrees.tolist()]
    yield {
        "type": "Feature",
        "properties": common
        | {
            "kind": "round",
            "leaves": sheet.leaves.isoformat(),
            "returns": sheet.returns.isoformat(),
        },
        "geometry": {"type": "LineString", "coordinates": way},
    }
    for line in sheet.lines:
        properties = {
            "kind": "break" if line.number is None else "visit",
            "number": line.number,
            "place": clean(line.place),
            "starts": line.starts.isoformat(),
            "ends": line.ends.isoformat(),
            "way": clean(line.way),
            "why": clean(line.why),
        }
        where = [round(line.lon, _DECIMALS), round(line.lat, _DECIMALS)]
        yield {
            "type": "Feature",
            "properties": common | properties,
            "geometry": {"type": "Point", "coordinates": where},
        }


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
