"""Which cell of a study area holds a ping: fast enough for millions of points that never repeat."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import shapely

from rightplace.places import cells_of_points, to_metres

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from rightplace.places import StudyArea

    Holding = Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.int32]]

_TILES_PER_POLYGON = 4


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Placed:
    """Where some pings are.

    Parameters
    ----------
    x, y
        Shape (n,). Metres of the study area; not finite where there is no place.
    cell
        Shape (n,). Row of the study area's cells, -1 outside.
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    cell: NDArray[np.int32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Geofence:
    """The cells of a study area, ready to be asked many times.

    Recorded crime is snapped to a few places and ``places.locate`` asks each once; pings are
    each somewhere else. A point in the sliver between two simplified outlines is in neither.

    Parameters
    ----------
    crs
        EPSG code of the area's system in metres.
    holding
        From x and y to the row of the cell that holds each point, -1 where none does.
    """

    crs: int
    holding: Holding

    @classmethod
    def of(cls, area: StudyArea) -> Geofence:
        """Return the geofence of a study area; a grid needs no outlines, only arithmetic."""
        grid, ids = area.grid, area.cells["cell_id"].to_pylist()
        if grid is not None:
            return cls(crs=area.crs, holding=partial(cells_of_points, grid, ids))
        return cls(crs=area.crs, holding=_polygons(area.shapes).holding)

    def place(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> Placed:
        """Return where points are.

        Parameters
        ----------
        lon, lat
            Shape (n,). Degrees (WGS84).
        """
        x, y = to_metres(self.crs, lon, lat)
        return Placed(x=x, y=y, cell=self.holding(x, y))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Polygons:
    """Edges of polygons and the tiles they touch, as ``first_polygons`` reads them."""

    edges: NDArray[np.float64]
    edge_from: NDArray[np.int64]
    tiles: NDArray[np.int64]
    tile_from: NDArray[np.int64]
    frame: NDArray[np.float64]
    columns: int

    def holding(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.int32]:
        """Return the first polygon that holds each point, -1 where none does."""
        from rightplace.evaluate.geofence_kernels import (  # noqa: PLC0415 - compiled when needed
            first_polygons,
        )

        found: NDArray[np.int32] = first_polygons(
            x,
            y,
            self.edges,
            self.edge_from,
            self.tiles,
            self.tile_from,
            self.frame,
            self.columns,
        )
        return found


def _polygons(shapes: NDArray[np.object_]) -> _Polygons:
    """Return polygons as edges and tiles; holes are edges like any other."""
    edges, polygon = _edges(shapes)
    west, south, east, north = shapely.total_bounds(shapes)
    side = float(np.sqrt((east - west) * (north - south) / (_TILES_PER_POLYGON * len(shapes))))
    columns, rows = int((east - west) // side) + 1, int((north - south) // side) + 1
    left, bottom = np.meshgrid(west + side * np.arange(columns), south + side * np.arange(rows))
    boxes = shapely.box(left, bottom, left + side, bottom + side).ravel()
    tile, touching = shapely.STRtree(shapes).query(boxes, predicate="intersects")
    order = np.lexsort((touching, tile))
    return _Polygons(
        edges=edges,
        edge_from=np.searchsorted(polygon, np.arange(len(shapes) + 1)).astype(np.int64),
        tiles=touching[order].astype(np.int64),
        tile_from=np.searchsorted(tile[order], np.arange(boxes.size + 1)).astype(np.int64),
        frame=np.array([west, south, side]),
        columns=columns,
    )


def _edges(shapes: NDArray[np.object_]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return each edge, shape (e, 4), and the polygon that it bounds."""
    rings, part = shapely.get_rings(shapely.get_parts(shapes), return_index=True)
    _, polygon_of_part = shapely.get_parts(shapes, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    same = ring[1:] == ring[:-1]
    edges = np.hstack([points[:-1], points[1:]])[same]
    return np.ascontiguousarray(edges), polygon_of_part[part[ring[:-1][same]]].astype(np.int64)
