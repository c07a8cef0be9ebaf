"""Polygons as the API of data.police.uk takes them, and how one is halved."""

from __future__ import annotations

from math import cos, radians
from typing import TYPE_CHECKING

from rightplace.errors import UsageError

if TYPE_CHECKING:
    from shapely import Polygon

Ring = tuple[tuple[float, float], ...]
"""Corners as (longitude, latitude) in degrees, in order; the last one joins the first."""
_CORNERS = 3
_DECIMALS = 6  # as many as the publisher's own coordinates have


def as_parameter(ring: Ring) -> str:
    """Return a polygon as ``lat,lon:lat,lon:...``, to about ten centimetres."""
    return ":".join(f"{lat:.{_DECIMALS}f},{lon:.{_DECIMALS}f}" for lon, lat in ring)


def area_of(ring: Ring, *, name: str) -> Polygon:
    """Return a polygon as a geometry.

    Raises
    ------
    UsageError
        If it has fewer than three corners, leaves the globe, crosses itself or holds no ground.
    """
    from shapely import Polygon  # noqa: PLC0415 - heavy, and only needed here

    on_globe = all(-180 <= lon <= 180 and -90 <= lat <= 90 for lon, lat in ring)  # noqa: PLR2004 - degrees
    area = Polygon(ring) if len(ring) >= _CORNERS and on_globe else None
    if area is None or not area.is_valid or area.area <= 0:
        msg = f"The polygon {name!r} is not an area: {len(ring)} corners, or it crosses itself."
        remedy = "Give corners as longitude, latitude, in order round the area."
        raise UsageError(msg, value=name, remedy=remedy)
    return area


def halves(ring: Ring, *, name: str) -> tuple[Ring, ...]:
    """Return the pieces of a polygon on both sides of a line across its longer side.

    Together they cover the polygon and overlap in the line only. A winding polygon may give
    more than two.
    """
    from shapely import box  # noqa: PLC0415 - heavy, and only needed here

    area = area_of(ring, name=name)
    west, south, east, north = area.bounds
    wide = (east - west) * cos(radians((south + north) / 2)) >= north - south
    if wide:
        middle = round((west + east) / 2, _DECIMALS)
        sides = box(west, south, middle, north), box(middle, south, east, north)
    else:
        middle = round((south + north) / 2, _DECIMALS)
        sides = box(west, south, east, middle), box(west, middle, east, north)
    cut = [area.intersection(side) for side in sides]
    pieces = [piece for part in cut for piece in getattr(part, "geoms", [part])]
    return tuple(
        tuple((float(lon), float(lat)) for lon, lat in piece.exterior.coords[:-1])
        for piece in pieces
        if piece.area > 0
    )
