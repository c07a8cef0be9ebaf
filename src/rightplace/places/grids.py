"""Square and hexagonal cells in metres: laid over ground once, then found by arithmetic."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import shapely

from rightplace.errors import BadInputError, UsageError
from rightplace.places.polygons import polygonal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

MOST_CELLS = 400_000
"""More cells than this are refused."""
MANY_CELLS = 100_000
"""More cells than this are slow to forecast, which the user is told."""
_LEAST_AREA_M2 = 1.0  # smaller pieces are rounding at the outline, not ground
_ROW_ROOT = math.sqrt(3) / 2
_HEXAGON_X = np.array([1, 0, -1, -1, 0, 1])  # corners from the centre, in half widths
_HEXAGON_Y = np.array([1, 2, 1, -1, -2, -1])  # and in half radii
_SQUARE_X = np.array([0, 1, 1, 0])
_SQUARE_Y = np.array([0, 0, 1, 1])
_NUMBER = r"-?\d+(?:\.\d+)?"
_TAIL = re.compile(rf"-({_NUMBER})-({_NUMBER})$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A grid over a whole projected plane; it knows nothing of the ground it is laid on.

    Parameters
    ----------
    kind
        Square, or hexagon standing on a corner.
    size_m
        Metres from a cell's centre to its neighbour's: the side of a square, the width of a
        hexagon between opposite sides. A hexagon has 0.866 of the square's area.
    origin_x, origin_y
        A corner of the squares, or a centre of the hexagons, in metres; the same origin gives
        the same cells for every area, so the default is the origin of the CRS.
    """

    kind: Literal["square", "hexagon"]
    size_m: float
    origin_x: float = 0.0
    origin_y: float = 0.0

    def __post_init__(self) -> None:
        """Check that cells of this size can exist.

        Raises
        ------
        UsageError
            If the size is not a positive number of metres.
        """
        if not (math.isfinite(self.size_m) and self.size_m > 0):
            msg = f"A cell cannot be {self.size_m} m wide."
            raise UsageError(msg, value=self.size_m, remedy="Give a cell size above 0 metres.")

    @property
    def cell_km2(self) -> float:
        """Area of a whole cell."""
        share = 1.0 if self.kind == "square" else _ROW_ROOT
        return share * self.size_m**2 / 1e6

    @property
    def half_radius_m(self) -> float:
        """Half the distance from a hexagon's centre to its corner; rows are three apart."""
        return self.size_m / math.sqrt(3) / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class GridCells:
    """Cells that touch some ground, in order of identifier, clipped to it.

    Parameters
    ----------
    ids
        Shape (n,). Identifiers that depend on the grid alone.
    shapes
        Shape (n,). Polygons cut to the ground.
    """

    ids: NDArray[np.str_]
    shapes: NDArray[np.object_]

    @property
    def area_km2(self) -> NDArray[np.float64]:
        """Shape (n,). Ground in each cell."""
        return np.asarray(shapely.area(self.shapes) / 1e6, dtype=np.float64)


def cell_indices(grid: Grid, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the column and row of the cell that holds each point, by arithmetic alone.

    A square holds its lower and left edge. A point on a hexagon's edge belongs to one of the
    two, always the same one.

    Parameters
    ----------
    grid
        The grid.
    x, y
        Shape (n,). Finite coordinates in metres.

    Returns
    -------
    NDArray
        Shape (n, 2). Column and row of a square; axial q and r of a hexagon.

    Raises
    ------
    BadInputError
        If a coordinate is not finite.

    References
    ----------
    Hexagons: Patel, "Hexagonal Grids" (redblobgames), axial coordinates, pointy top, rounding.
    """
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        msg = "A point without finite coordinates has no cell."
        raise BadInputError(msg, remedy="Leave out points without a place first.")
    across = (np.asarray(x, dtype=np.float64) - grid.origin_x) / grid.size_m
    up = (np.asarray(y, dtype=np.float64) - grid.origin_y) / grid.size_m
    if grid.kind == "square":
        return np.stack([np.floor(across), np.floor(up)], axis=1).astype(np.int64)
    r = up / _ROW_ROOT
    return _rounded_axial(across - r / 2, r)


def _rounded_axial(q: NDArray[np.float64], r: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the nearest hexagon: round q, r and s = -q-r, then mend the worst of the three."""
    cube = np.stack([q, r, -q - r], axis=1)
    nearest = np.rint(cube)
    worst = np.abs(nearest - cube).argmax(axis=1)
    others = nearest.sum(axis=1) - nearest[np.arange(worst.size), worst]
    nearest[np.arange(worst.size), worst] = -others
    return nearest[:, :2].astype(np.int64)


def cell_centres(grid: Grid, indices: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the centre of each whole cell, shape (n, 2), in metres."""
    first, second = indices[:, 0], indices[:, 1]
    if grid.kind == "square":
        steps = np.stack([first + 0.5, second + 0.5], axis=1) * grid.size_m
    else:
        half_widths, half_radii = 2 * first + second, 3 * second
        steps = np.stack([half_widths * (grid.size_m / 2), half_radii * grid.half_radius_m], axis=1)
    return np.asarray(steps + _origin(grid), dtype=np.float64)


def _origin(grid: Grid) -> NDArray[np.float64]:
    """Return the origin, shape (2,)."""
    return np.array([grid.origin_x, grid.origin_y])


def cell_polygons(grid: Grid, indices: NDArray[np.int64]) -> NDArray[np.object_]:
    """Return each whole cell as a polygon, shape (n,).

    Corners are whole numbers of steps from the origin, so that neighbours share them exactly
    and no sliver lies between.
    """
    first, second = indices[:, :1], indices[:, 1:]
    if grid.kind == "square":
        x, y = (first + _SQUARE_X) * grid.size_m, (second + _SQUARE_Y) * grid.size_m
    else:
        x = (2 * first + second + _HEXAGON_X) * (grid.size_m / 2)
        y = (3 * second + _HEXAGON_Y) * grid.half_radius_m
    corners = np.stack([x + grid.origin_x, y + grid.origin_y], axis=2)
    return np.asarray(shapely.polygons(corners), dtype=np.object_)


def cell_ids(grid: Grid, indices: NDArray[np.int64]) -> NDArray[np.str_]:
    """Return the identifier of each cell, shape (n,), the same whatever ground is covered.

    A square is named by size and lower left corner in metres (``S250-530250-180500``), a
    hexagon by size and axial coordinates (``H250-1711-831``), with the origin after ``@`` if
    it is not that of the CRS.
    """
    size = _plain_number(grid.size_m)
    if grid.kind == "square":
        xs = (indices[:, 0] * grid.size_m + grid.origin_x).tolist()
        ys = (indices[:, 1] * grid.size_m + grid.origin_y).tolist()
        names = [
            f"S{size}-{_plain_number(x)}-{_plain_number(y)}" for x, y in zip(xs, ys, strict=True)
        ]
    else:
        moved = grid.origin_x != 0 or grid.origin_y != 0
        origin = f"@{_plain_number(grid.origin_x)},{_plain_number(grid.origin_y)}" if moved else ""
        names = [f"H{size}{origin}-{q}-{r}" for q, r in indices.tolist()]
    return np.asarray(names, dtype=np.str_)


def _plain_number(value: float) -> str:
    """Return metres to the nearest tenth of a millimetre, without a needless fraction."""
    text = f"{value:.4f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def indices_of_ids(grid: Grid, ids: Sequence[str]) -> NDArray[np.int64]:
    """Return the column and row of each identifier, shape (n, 2); the inverse of ``cell_ids``.

    Raises
    ------
    BadInputError
        If an identifier does not end in two numbers.
    """
    found = [_TAIL.search(name) for name in ids]
    if None in found:
        bad = ids[found.index(None)]
        msg = f"{bad!r} is not the identifier of a grid cell."
        raise BadInputError(msg, value=bad, remedy="Cells read like S250-530250-180500.")
    pairs = np.array([match.groups() for match in found if match], dtype=np.float64)
    pairs = pairs.reshape(-1, 2)
    if grid.kind == "square":
        pairs = (pairs - _origin(grid)) / grid.size_m
    return np.rint(pairs).astype(np.int64)


def lay_cells(grid: Grid, ground: shapely.Geometry) -> GridCells:
    """Return every cell with at least a square metre of ground, clipped to it.

    Ground without an area is refused as bad input, and so are (as usage) cells so small that
    there would be more than ``MOST_CELLS``.

    Parameters
    ----------
    grid
        The grid.
    ground
        A valid polygon or multipolygon in the same plane, metres.
    """
    _check_number(grid, ground)
    indices, shapes = [], []
    for row, strip in _strips(grid, ground):
        of_row = _row_indices(grid, row, strip)
        cut = _cut(cell_polygons(grid, of_row), strip)
        large = shapely.area(cut) >= _LEAST_AREA_M2
        indices.append(of_row[large])
        shapes.append(cut[large])
    ids = cell_ids(grid, np.concatenate(indices))
    order = np.argsort(ids)
    return GridCells(ids=ids[order], shapes=np.concatenate(shapes)[order])


def _check_number(grid: Grid, ground: shapely.Geometry) -> None:
    """Check that there is ground, and that the cells on it are not too many.

    Raises
    ------
    BadInputError
        If the ground has no area.
    UsageError
        If more than about ``MOST_CELLS`` cells would be made.
    """
    if not ground.area > 0:
        msg = "There is no ground to lay cells on: the outline has no area."
        raise BadInputError(msg, remedy="Give polygons.")
    inside, at_edge = ground.area / (grid.cell_km2 * 1e6), ground.length / grid.size_m
    if inside + at_edge > MOST_CELLS:
        least = grid.size_m * math.sqrt((inside + at_edge) / MOST_CELLS)
        msg = (
            f"Cells of {grid.size_m:g} m would number about {inside + at_edge:,.0f}; "
            f"the most is {MOST_CELLS:,}."
        )
        remedy = f"Choose cells of at least {math.ceil(least / 10) * 10} m."
        raise UsageError(msg, value=grid.size_m, remedy=remedy)


def _row_edges(grid: Grid, row: int) -> tuple[float, float]:
    """Return the lowest and highest y of the cells in a row."""
    if grid.kind == "square":
        low, high, step = row, row + 1, grid.size_m
    else:
        low, high, step = 3 * row - 2, 3 * row + 2, grid.half_radius_m
    return low * step + grid.origin_y, high * step + grid.origin_y


def _strips(grid: Grid, ground: shapely.Geometry) -> Iterator[tuple[int, shapely.Geometry]]:
    """Yield each row with the ground that its cells may hold.

    The ground is halved again and again: each cut handles a small outline, where a cut per
    row would handle the whole of it each time.
    """
    west, south, east, north = ground.bounds
    ends = cell_indices(grid, np.array([west, west]), np.array([south, north]))[:, 1]
    waiting = [(int(ends.min()) - 1, int(ends.max()) + 1, ground)]
    while waiting:
        low, high, piece = waiting.pop()
        band = shapely.box(west, _row_edges(grid, low)[0], east, _row_edges(grid, high)[1])
        kept = polygonal(np.array([shapely.intersection(piece, band)]))[0]
        if kept.is_empty:
            continue
        if low == high:
            yield low, kept
            continue
        middle = (low + high) // 2
        waiting += [(low, middle, kept), (middle + 1, high, kept)]


def _row_indices(grid: Grid, row: int, strip: shapely.Geometry) -> NDArray[np.int64]:
    """Return the cells of a row that may meet the strip, one more on either side."""
    west, _, east, _ = strip.bounds
    lean = row / 2 if grid.kind == "hexagon" else 0.0  # axial columns run askew
    first = math.floor((west - grid.origin_x) / grid.size_m - lean) - 1
    last = math.ceil((east - grid.origin_x) / grid.size_m - lean) + 1
    columns = np.arange(first, last + 1, dtype=np.int64)
    return np.stack([columns, np.full_like(columns, row)], axis=1)


def _cut(whole: NDArray[np.object_], strip: shapely.Geometry) -> NDArray[np.object_]:
    """Return each cell cut to the strip; cells wholly inside are left as they are."""
    shapely.prepare(strip)
    cut = whole.copy()
    partly = ~shapely.covers(strip, whole)
    cut[partly] = polygonal(shapely.intersection(whole[partly], strip))
    return cut
