"""Which cell holds a point: by published code, by arithmetic, or by searching polygons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from rightplace.errors import UsageError
from rightplace.places.grids import cell_indices, indices_of_ids
from rightplace.places.headings import Unit
from rightplace.places.hierarchy import borough_codes_of_lsoas
from rightplace.places.projection import to_metres

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rightplace.places.grids import Grid
    from rightplace.places.study_area import StudyArea

NEAREST_WITHIN_M = 250.0
"""Points in the gaps between simplified polygons go to the nearest one this close."""
OUTSIDE = -1


@dataclass(frozen=True, slots=True)
class DistinctPoints:
    """Points without their repeats: recorded crime is snapped to a few places.

    Parameters
    ----------
    lon, lat
        Shape (m,). Each place once, in degrees, in order of first appearance.
    place_of
        Shape (n,). For each point given, its place in ``lon`` and ``lat``; -1 if it has none.
    """

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    place_of: NDArray[np.int64]


def distinct_points(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> DistinctPoints:
    """Return each place once and where each point belongs; points without a place apart.

    Parameters
    ----------
    lon, lat
        Shape (n,). Degrees; not a number where the point has no place.
    """
    placed = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
    xs = pc.dictionary_encode(pa.array(lon[placed]))
    ys = pc.dictionary_encode(pa.array(lat[placed]))
    width = max(len(ys.dictionary), 1)
    keys = xs.indices.to_numpy().astype(np.int64) * width + ys.indices.to_numpy()
    pairs = pc.dictionary_encode(pa.array(keys))
    distinct = pairs.dictionary.to_numpy()
    place_of = np.full(len(lon), OUTSIDE, dtype=np.int64)
    place_of[placed] = pairs.indices.to_numpy()
    return DistinctPoints(
        lon=xs.dictionary.to_numpy()[distinct // width],
        lat=ys.dictionary.to_numpy()[distinct % width],
        place_of=place_of,
    )


def rows_of_points(
    shapes: NDArray[np.object_],
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    *,
    nearest_within_m: float = NEAREST_WITHIN_M,
) -> NDArray[np.int32]:
    """Return which polygon holds each point, shape (n,), -1 where none does.

    A point on a shared border, or where polygons overlap, goes to the first of them. A point
    in none goes to the nearest, if that is near enough: simplified polygons leave gaps.

    Parameters
    ----------
    shapes
        Shape (m,). Polygons in metres.
    x, y
        Shape (n,). Coordinates in the same plane; not finite where there is no place.
    nearest_within_m
        How far from a polygon a point may lie and still be given to it; 0 for not at all.
    """
    rows = np.full(len(x), OUTSIDE, dtype=np.int32)
    placed = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
    points = shapely.points(x[placed], y[placed])
    polygon, point = shapely.STRtree(points).query(shapes, predicate="covers")
    _give_first(rows, placed[point], polygon)
    left = placed[rows[placed] == OUTSIDE]
    if left.size and nearest_within_m > 0:
        points = shapely.points(x[left], y[left])
        at, polygon = shapely.STRtree(shapes).query_nearest(points, max_distance=nearest_within_m)
        _give_first(rows, left[at], polygon)
    return rows


def _give_first(
    rows: NDArray[np.int32], points: NDArray[np.int64], polygons: NDArray[np.int64]
) -> None:
    """Write into ``rows`` the lowest polygon of each point."""
    last_first = np.argsort(-polygons, kind="stable")  # the last to be written stands
    rows[points[last_first]] = polygons[last_first]


def cells_of_points(
    grid: Grid, ids: Sequence[str], x: NDArray[np.float64], y: NDArray[np.float64]
) -> NDArray[np.int32]:
    """Return the row of the grid cell that holds each point, shape (n,), -1 where none does.

    Parameters
    ----------
    grid
        The grid on which the cells lie.
    ids
        m identifiers of cells, in any order; the answer counts in this order.
    x, y
        Shape (n,). Coordinates in metres; not finite where there is no place.
    """
    rows = np.full(len(x), OUTSIDE, dtype=np.int32)
    placed = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
    if not ids or not placed.size:
        return rows
    held = indices_of_ids(grid, ids)
    asked = cell_indices(grid, x[placed], y[placed])
    low, high = held.min(axis=0), held.max(axis=0)
    near = ((asked >= low) & (asked <= high)).all(axis=1)
    height = int(high[1] - low[1]) + 1
    keys = (held - low) @ (height, 1)
    wanted = (asked[near] - low) @ (height, 1)
    order = np.argsort(keys)
    spot = order[np.searchsorted(keys, wanted, sorter=order).clip(max=len(keys) - 1)]
    rows[placed[near]] = np.where(keys[spot] == wanted, spot, OUTSIDE)
    return rows


def locate(
    area: StudyArea,
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    *,
    codes: pa.Array | pa.ChunkedArray | Sequence[str | None] | None = None,
    nearest_within_m: float = NEAREST_WITHIN_M,
) -> NDArray[np.int32]:
    """Return the row in ``area.cells`` of each point, shape (n,), -1 outside the area.

    Parameters
    ----------
    area
        The study area.
    lon, lat
        Shape (n,). Degrees (WGS84); not a number where the point has no place.
    codes
        n published codes, null or empty where there is none. A code that is a cell of the area
        decides, whatever the point says: publishers code before they round and simplify. An
        LSOA code decides the borough likewise. Codes of another vintage are no cells of the
        area, and the point decides; a grid ignores codes.
    nearest_within_m
        For drawn units, how far outside every cell a point may lie and still be given to the
        nearest. Points outside a grid's cells are outside.

    Raises
    ------
    UsageError
        If there are not as many longitudes as latitudes and codes.
    """
    lengths = {len(lon), len(lat), len(lon if codes is None else codes)}
    if len(lengths) > 1:
        msg = f"Longitudes, latitudes and codes must be equally many, not {sorted(lengths)}."
        raise UsageError(msg)
    coded = np.full(len(lon), OUTSIDE, dtype=np.int32)
    if codes is not None and not area.unit.is_grid:
        coded = _rows_of_codes(area, codes)
    by_point = np.flatnonzero(coded == OUTSIDE)
    distinct = distinct_points(np.asarray(lon)[by_point], np.asarray(lat)[by_point])
    x, y = to_metres(area.crs, distinct.lon, distinct.lat)
    if area.grid is None:
        found = rows_of_points(area.shapes, x, y, nearest_within_m=nearest_within_m)
    else:
        found = cells_of_points(area.grid, area.cells["cell_id"].to_pylist(), x, y)
    coded[by_point] = np.append(found, np.int32(OUTSIDE))[distinct.place_of]
    return coded


def _rows_of_codes(
    area: StudyArea, codes: pa.Array | pa.ChunkedArray | Sequence[str | None]
) -> NDArray[np.int32]:
    """Return the row of each code, -1 where it is no cell of the area."""
    known = pa.array(area.cells["cell_id"].to_pylist(), pa.string())
    given = codes if isinstance(codes, pa.Array | pa.ChunkedArray) else pa.array(codes, pa.string())
    if isinstance(given, pa.ChunkedArray):
        given = given.combine_chunks()
    if pa.types.is_dictionary(given.type):
        words = _index(area, given.dictionary.cast(pa.string()), known)
        return np.append(words, np.int32(OUTSIDE))[_filled(given.indices)]
    return _index(area, given.cast(pa.string()), known)


def _index(area: StudyArea, codes: pa.Array, known: pa.Array) -> NDArray[np.int32]:
    """Return the row of each code, an LSOA's by its borough if boroughs are the cells."""
    rows = _filled(pc.index_in(codes, value_set=known))
    if area.unit is Unit.BOROUGH:
        pairs = borough_codes_of_lsoas()
        lsoas = pa.array(list(pairs), pa.string())
        borough = pa.array(list(pairs.values()), pa.string()).take(
            pc.index_in(codes, value_set=lsoas)
        )
        by_lsoa = _filled(pc.index_in(borough, value_set=known))
        rows = np.where(rows == OUTSIDE, by_lsoa, rows)
    return rows


def _filled(indices: pa.Array) -> NDArray[np.int32]:
    """Return indices with -1 for null."""
    return np.array(indices.cast(pa.int32()).fill_null(OUTSIDE), dtype=np.int32)
