"""From metres on the ground to millimetres on the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self, TypeAlias

import shapely

from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Sequence

Geometry: TypeAlias = Any
"""A shapely geometry."""

_FINEST_MM: Final = 0.08
"""Detail below this vanishes on paper, and is left out."""
_CRACK_MM: Final = 0.25
"""Half the width of cracks that are closed: generalised outlines do not meet exactly."""
_SPECK_MM2: Final = 0.6
"""Holes and islands below this area are left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A rectangle of the page and the ground it shows, north up.

    Parameters
    ----------
    width_mm, height_mm
        Size on the page.
    west, north
        Ground coordinates of the upper left corner, metres.
    metres_per_mm
        Scale, above 0.
    """

    width_mm: float
    height_mm: float
    west: float
    north: float
    metres_per_mm: float

    @classmethod
    def around(
        cls, shapes: Sequence[Geometry], *, width_mm: float, height_mm: float, margin_mm: float
    ) -> Self:
        """Return the frame that shows all the shapes, centred, as large as it can.

        Raises
        ------
        BadInputError
            If the shapes cover no ground.
        """
        west, south, east, north = (float(v) for v in shapely.total_bounds(list(shapes)))
        across, up = east - west, north - south
        if not (across > 0 and up > 0):
            msg = "The outlines for the map cover no ground."
            raise BadInputError(msg, remedy="Give polygons in metres.")
        scale = max(across / (width_mm - 2 * margin_mm), up / (height_mm - 2 * margin_mm))
        return cls(
            width_mm=width_mm,
            height_mm=height_mm,
            west=(west + east - width_mm * scale) / 2,
            north=(south + north + height_mm * scale) / 2,
            metres_per_mm=scale,
        )

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Return the place on the page of a point on the ground."""
        return (x - self.west) / self.metres_per_mm, (self.north - y) / self.metres_per_mm

    def merged(self, shapes: Sequence[Geometry]) -> Geometry:
        """Return the shapes as one, without the cracks between neighbours."""
        crack = _CRACK_MM * self.metres_per_mm
        whole = shapely.union_all(shapes)
        swollen = shapely.buffer(whole, crack, join_style="mitre", mitre_limit=2.0)
        return shapely.buffer(swollen, -crack, join_style="mitre", mitre_limit=2.0)

    def path(self, shape: Geometry) -> str:
        """Return the ``d`` of an SVG path for a polygon or many, without invisible detail."""
        plainer = shapely.simplify(shape, _FINEST_MM * self.metres_per_mm)
        rings = (
            ring
            for polygon in shapely.get_parts(plainer)
            if polygon.geom_type == "Polygon"
            for ring in (polygon.exterior, *polygon.interiors)
        )
        speck = _SPECK_MM2 * self.metres_per_mm**2
        seen = (ring for ring in rings if shapely.polygons(ring).area > speck)
        return "".join(self._ring(shapely.get_coordinates(ring)[:-1].tolist()) for ring in seen)

    def _ring(self, coordinates: list[list[float]]) -> str:
        places = (self.point(x, y) for x, y in coordinates)
        words = " ".join(f"{x:.2f} {y:.2f}" for x, y in places)
        return f"M{words}Z" if words else ""


def outline(wkb: bytes, *, of: str) -> Geometry:
    """Return the valid shape of a WKB outline.

    Raises
    ------
    BadInputError
        If the bytes are no polygon; the message names whose outline it is.
    """
    try:
        shape = shapely.from_wkb(wkb)
    except shapely.errors.GEOSException as error:
        msg = f"The outline of {of} is not WKB."
        raise BadInputError(msg, value=wkb[:20].hex()) from error
    valid = shapely.make_valid(shape)
    if valid is None or valid.is_empty or valid.area <= 0:
        msg = f"The outline of {of} covers no ground."
        raise BadInputError(msg, remedy="Give a polygon in metres.")
    return valid
