"""A street network: which lines meet where, and which pieces hang together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy import sparse
from scipy.sparse import csgraph
from scipy.spatial import KDTree

from rightplace.errors import UnsupportedByDataError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.places.streets.settings import StreetSettings
    from rightplace.places.streets.street_lines import StreetLines
    from rightplace.places.streets.travel import Mode


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StreetNetwork:
    """Edges between junctions, for one mode of travel.

    Parameters
    ----------
    nodes
        Number of junctions and ends.
    shapes
        Shape (m,). The LineString of each edge, from its tail to its head, in metres.
    metres
        Shape (m,). Their lengths, above 0.
    tail, head
        Shape (m,). The nodes at which each begins and ends.
    line
        Shape (m,). Position of the street line that it is a part of.
    forward_seconds, backward_seconds
        Shape (m,). Time from tail to head and back; infinite where that is not allowed.
    is_kept
        Shape (m,). Whether it lies on the largest piece; the rest is left out.
    """

    nodes: int
    shapes: NDArray[np.object_]
    metres: NDArray[np.float64]
    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    line: NDArray[np.int64]
    forward_seconds: NDArray[np.float64]
    backward_seconds: NDArray[np.float64]
    is_kept: NDArray[np.bool_]

    @property
    def edges_left_out(self) -> int:
        """Number of edges that the largest piece does not reach."""
        return int((~self.is_kept).sum())

    @property
    def share_left_out(self) -> float:
        """Share of all length, 0 to 1, that the largest piece does not reach."""
        return float(self.metres[~self.is_kept].sum() / self.metres.sum())


def build_network(lines: StreetLines, *, mode: Mode, settings: StreetSettings) -> StreetNetwork:
    """Return the network of the lines that one mode of travel may use.

    Ends within ``settings.join_metres`` of each other, directly or by way of further ends, are
    one node. Where lines meet at vertices (OpenStreetMap) a vertex that is used twice is a node,
    and it must be the very same point. Lines that cross without one are not joined: one passes
    over the other.

    Everything on the largest piece, by length, is reachable from everything else on it: for cars
    by the directions in which they may drive.

    Raises
    ------
    UnsupportedByDataError
        If no line is open to the mode, or for cars none that can be left and reached again.
    """
    usage = lines.usage
    on_foot = mode == "foot"
    forward = usage.on_foot if on_foot else usage.car_forward
    backward = usage.on_foot if on_foot else usage.car_backward
    used = np.flatnonzero(forward | backward)
    remedy = "Give a file of streets, or travel by the other mode."
    if not used.size:
        msg = f"None of {len(lines)} streets is open to travel by {mode}."
        raise UnsupportedByDataError(msg, file=lines.file, remedy=remedy)
    at_vertices = lines.joined_at == "vertices"
    shapes, ends, which = _edges(lines.lines[used], settings.join_metres, at_vertices=at_vertices)
    line, metres = used[which], shapely.length(shapes)
    speed = np.full(line.size, settings.walk_metres_per_second)
    if not on_foot:
        speed = np.asarray(settings.car_metres_per_second())[usage.kinds[line]]
    network = StreetNetwork(
        nodes=int(ends.max()) + 1,
        shapes=shapes,
        metres=metres,
        tail=ends[:, 0],
        head=ends[:, 1],
        line=line,
        forward_seconds=np.where(forward[line], metres / speed, np.inf),
        backward_seconds=np.where(backward[line], metres / speed, np.inf),
        is_kept=_largest_piece(ends, metres, forward=forward[line], backward=backward[line]),
    )
    if not network.is_kept.any():
        msg = "One-way streets leave no place that a car could leave and reach again."
        raise UnsupportedByDataError(msg, file=lines.file, remedy=remedy)
    return network


def joined(points: NDArray[np.float64], metres: float) -> NDArray[np.int64]:
    """Return the number of the junction at each point, the same for points that are joined.

    Points no further apart than ``metres`` are joined, and so are those joined to the same one.

    Parameters
    ----------
    points
        Shape (n, 2). x and y in metres.
    metres
        Tolerance, 0 or more; 0 joins only the very same points.
    """
    places, which = np.unique(points[:, 0] + 1j * points[:, 1], return_inverse=True)
    if metres == 0:
        return which.astype(np.int64)
    xy = np.column_stack((places.real, places.imag))
    near = KDTree(xy).query_pairs(metres, output_type="ndarray")
    links = sparse.coo_array(
        (np.ones(len(near)), (near[:, 0], near[:, 1])), shape=(len(xy), len(xy))
    )
    _, group = csgraph.connected_components(links, directed=False)
    return np.asarray(group[which], dtype=np.int64)


def _edges(
    lines: NDArray[np.object_], join_metres: float, *, at_vertices: bool
) -> tuple[NDArray[np.object_], NDArray[np.int64], NDArray[np.int64]]:
    """Return the edges, their two nodes (shape (m, 2)), and the line each is a part of."""
    xy, owner = shapely.get_coordinates(lines, return_index=True)
    starts = np.flatnonzero(np.r_[True, owner[1:] != owner[:-1]])
    stops = np.r_[starts[1:], owner.size] - 1
    if not at_vertices:
        ends = joined(xy[np.r_[starts, stops]], join_metres)
        return lines, ends.reshape(2, -1).T, np.arange(lines.size)
    vertex = joined(xy, 0.0)
    is_node = np.bincount(vertex)[vertex] > 1
    is_node[starts] = is_node[stops] = True
    at = np.flatnonzero(is_node)
    within = owner[at[:-1]] == owner[at[1:]]
    first, last = at[:-1][within], at[1:][within]
    _, number = np.unique(vertex[at], return_inverse=True)
    ends = np.column_stack((number[:-1][within], number[1:][within]))
    return _cut(xy, first, last), ends.astype(np.int64), owner[first]


def _cut(
    xy: NDArray[np.float64], first: NDArray[np.int64], last: NDArray[np.int64]
) -> NDArray[np.object_]:
    """Return a line of the vertices from each first to each last, both included."""
    sizes = last - first + 1
    begins = np.cumsum(sizes) - sizes
    vertices = np.arange(sizes.sum()) + np.repeat(first - begins, sizes)
    pieces = np.repeat(np.arange(first.size), sizes)
    return np.asarray(shapely.linestrings(xy[vertices], indices=pieces), dtype=np.object_)


def _largest_piece(
    ends: NDArray[np.int64],
    metres: NDArray[np.float64],
    *,
    forward: NDArray[np.bool_],
    backward: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """Return which edges lie on the longest strongly connected piece, the first of equals."""
    nodes = int(ends.max()) + 1
    tail = np.r_[ends[forward, 0], ends[backward, 1]]
    head = np.r_[ends[forward, 1], ends[backward, 0]]
    links = sparse.coo_array((np.ones(tail.size), (tail, head)), shape=(nodes, nodes))
    _, piece = csgraph.connected_components(links.tocsr(), directed=True, connection="strong")
    inside = piece[ends[:, 0]] == piece[ends[:, 1]]
    length = np.bincount(piece[ends[inside, 0]], weights=metres[inside], minlength=1)
    return np.asarray(inside & (piece[ends[:, 0]] == np.argmax(length)), dtype=np.bool_)
