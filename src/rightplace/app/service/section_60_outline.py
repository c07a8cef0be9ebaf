"""The outline of a locality as a small drawing: its shape and scale, without a map behind it."""

from __future__ import annotations

from dataclasses import dataclass

SIDE = 320.0
"""Width and height of the drawing, in its own units."""
EDGE = 20.0
SCALES_M = (50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """A locality drawn with north up.

    Parameters
    ----------
    path
        SVG path data.
    scale, scale_words
        Length of the scale bar in the drawing's units, and what it stands for.
    """

    path: str
    scale: float
    scale_words: str


def outline_of(geojson: str, *, crs: int = 27700) -> Outline | None:
    """Return the drawing of a locality; None where its outline cannot be read.

    Parameters
    ----------
    geojson
        Polygon or MultiPolygon in longitude and latitude.
    crs
        Projected system whose metres are drawn.
    """
    import shapely

    from rightplace.places.projection import to_metres

    shape = shapely.from_geojson(geojson, on_invalid="ignore")
    if (
        shape is None
        or shape.is_empty
        or not isinstance(shape, shapely.Polygon | shapely.MultiPolygon)
    ):
        return None
    metres = shapely.transform(shape, lambda x, y: to_metres(crs, x, y), interleaved=False)
    west, south, east, north = shapely.bounds(metres)
    widest = max(east - west, north - south, 1.0)
    unit = (SIDE - 2 * EDGE) / widest
    parts = []
    for ring in shapely.get_rings(metres):
        points = shapely.get_coordinates(ring)
        drawn = [
            f"{EDGE + (x - west) * unit:.1f} {EDGE + (north - y) * unit:.1f}" for x, y in points
        ]
        parts.append(f"M{'L'.join(drawn)}Z")
    length = max((each for each in SCALES_M if each <= widest / 2), default=SCALES_M[0])
    words = f"{length} metres" if length < 1000 else f"{length // 1000} km"  # noqa: PLR2004 - metres in a km
    return Outline(path="".join(parts), scale=round(length * unit, 1), scale_words=words)
