"""The outline of a locality, GeoJSON in longitude and latitude: read, compared, asked."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING

import shapely
from pyproj import Geod

from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

EARTH = shapely.box(-180, -90, 180, 90)
_DRAW = "Draw it as one polygon or several, in longitude and latitude."


@lru_cache(maxsize=4096)
def shape_of(outline: str) -> BaseGeometry:
    """Return the shape of an outline.

    Parameters
    ----------
    outline
        GeoJSON geometry (Polygon or MultiPolygon) as text, WGS84.

    Raises
    ------
    BadInputError
        If it is no such geometry, crosses itself, holds no ground or leaves the Earth.
    """
    try:
        shape = shapely.from_geojson(outline)
    except shapely.errors.GEOSException as error:
        msg = "The outline is no GeoJSON geometry."
        raise BadInputError(msg, value=outline, remedy=_DRAW) from error
    if shape is None or shape.geom_type not in ("Polygon", "MultiPolygon"):
        kind = "nothing" if shape is None else shape.geom_type
        msg = f"The outline is {kind}, not a polygon."
        raise BadInputError(msg, value=kind, remedy=_DRAW)
    if shape.is_empty or not shape.is_valid or shape.area == 0:
        why = shapely.is_valid_reason(shape) if not shape.is_valid else "it holds no ground"
        msg = f"The outline cannot be used: {why}."
        raise BadInputError(msg, remedy=_DRAW)
    if not EARTH.covers(shape):
        west, _, east, _ = shape.bounds
        msg = f"The outline is not in longitude and latitude: it reaches from {west} to {east}."
        raise BadInputError(msg, remedy=_DRAW)
    return shape


def holds(outline: str, *, lon: float, lat: float) -> bool:
    """Return whether a point lies in an outline; its edge belongs to it."""
    return bool(shape_of(outline).covers(shapely.Point(lon, lat)))


def shared_share(one: str, other: str) -> float:
    """Return the share of the smaller of two outlines that lies in the other, 0 to 1."""
    first, second = shape_of(one), shape_of(other)
    shared = first.intersection(second).area
    return float(shared / min(first.area, second.area))


def area_km2(outline: str) -> float:
    """Return the area of an outline on the WGS84 ellipsoid, in square kilometres."""
    area, _ = Geod(ellps="WGS84").geometry_area_perimeter(
        shapely.orient_polygons(shape_of(outline))
    )
    return abs(float(area)) / 1e6


def as_text(geometry: object) -> str:
    """Return a GeoJSON geometry that was read from a file as text."""
    return json.dumps(geometry, sort_keys=True)
