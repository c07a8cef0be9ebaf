"""Which polygon holds a point, by counting edges crossed: compiled, a point at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numba
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray


def _first_polygons(  # noqa: PLR0913, PLR0917 - flat arrays, as compiled code takes them
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    edges: NDArray[np.float64],
    edge_from: NDArray[np.int64],
    tiles: NDArray[np.int64],
    tile_from: NDArray[np.int64],
    frame: NDArray[np.float64],
    columns: int,
) -> NDArray[np.int32]:
    """Return the first polygon that holds each point, -1 where none does.

    A point is inside where a ray to the east crosses an odd number of edges; of two polygons
    that share an edge, one holds the points on it.

    Parameters
    ----------
    x, y
        Shape (n,). Metres; not finite where there is no place.
    edges, edge_from
        Shape (e, 4): x1, y1, x2, y2. Those of polygon p stand from ``edge_from[p]``.
    tiles, tile_from
        Polygons that touch each tile, in order. Those of tile t stand from ``tile_from[t]``.
    frame
        West, south and side of the tiles, in metres.
    columns
        Tiles in a row.
    """
    found = np.full(x.size, -1, np.int32)
    rows = (tile_from.size - 1) // columns
    for i in range(x.size):
        across, up = (x[i] - frame[0]) / frame[2], (y[i] - frame[1]) / frame[2]
        if not (0 <= across < columns and 0 <= up < rows):
            continue
        tile = int(up) * columns + int(across)
        for k in range(tile_from[tile], tile_from[tile + 1]):
            inside = False
            for e in range(edge_from[tiles[k]], edge_from[tiles[k] + 1]):
                y1, y2 = edges[e, 1], edges[e, 3]
                if (y1 > y[i]) != (y2 > y[i]):
                    at = edges[e, 0] + (y[i] - y1) * (edges[e, 2] - edges[e, 0]) / (y2 - y1)
                    inside ^= x[i] < at
            if inside:
                found[i] = tiles[k]
                break
    return found


first_polygons: Callable[..., NDArray[np.int32]] = numba.njit(nogil=True)(_first_polygons)
