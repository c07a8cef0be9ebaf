"""Places so near each other that what happens in one reaches the other: one unit of the lot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray


def neighbour_units(outlines: NDArray[np.object_], *, metres: float) -> NDArray[np.int64]:
    """Return a unit for each place; places within the distance of each other share one.

    Neighbours of neighbours belong together too (connected components). Units are numbered from
    0 in the order of their first place.

    Parameters
    ----------
    outlines
        Shape (n,). Polygons in metres.
    metres
        Places whose outlines lie so near, or nearer, are one; 0 joins those that touch.
    """
    from scipy import sparse  # noqa: PLC0415 - slow to import
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415 - slow to import

    n = outlines.size
    if n == 0:
        return np.zeros(0, dtype=np.int64)
    one, other = shapely.STRtree(outlines).query(outlines, predicate="dwithin", distance=metres)
    near = sparse.csr_matrix((np.ones(one.size, dtype=np.int8), (one, other)), shape=(n, n))
    _, label = connected_components(near, directed=False)
    _, first, which = np.unique(label, return_index=True, return_inverse=True)
    rank = np.empty(first.size, dtype=np.int64)
    rank[np.argsort(first)] = np.arange(first.size)
    return np.asarray(rank[which.reshape(-1)])
