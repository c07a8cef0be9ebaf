"""Travel on a street network: points snapped to it, times between them, and the way in words."""

from __future__ import annotations

from itertools import groupby, pairwise
from operator import itemgetter
from typing import TYPE_CHECKING

import numpy as np
import shapely

from rightplace.errors import BadInputError
from rightplace.places.streets.links import Access, nodes_on_way, quickest_links, seconds_between
from rightplace.places.streets.network import build_network
from rightplace.places.streets.travel import (
    Journey,
    SnappedPoints,
    Stretch,
    checked_points,
    row_of,
)

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from rightplace.places.streets.network import StreetNetwork
    from rightplace.places.streets.settings import StreetSettings
    from rightplace.places.streets.street_lines import StreetLines
    from rightplace.places.streets.travel import Mode

_ROUNDING_METRES = 1e-6
_LIKELY_DETOUR, _LEAST_SECONDS = (
    2.0,
    60.0,
)  # how far a search goes at first; no answer depends on it
_Part = tuple[int, float, float]  # edge, metres along it at the begin and at the end


class StreetTravel:
    """Times and ways on the largest piece of a street network, for one mode of travel.

    Parameters
    ----------
    lines
        Streets in metres.
    mode
        ``foot`` or ``car``.
    settings
        Speeds, and how far from a street a point may lie.

    Notes
    -----
    A network without a street for the mode is refused as unsupported by the data. Cars turn
    wherever they may drive on: turn restrictions, lights and queues are not reckoned with.
    """

    def __init__(self, lines: StreetLines, *, mode: Mode, settings: StreetSettings) -> None:
        self.lines = lines
        self.mode = mode
        self.settings = settings
        self.network: StreetNetwork = build_network(lines, mode=mode, settings=settings)
        self._links = quickest_links(self.network)
        self._kept = np.flatnonzero(self.network.is_kept)
        self._slowest = self._slowest_seconds_per_metre()
        self._kept_tree = shapely.STRtree(self.network.shapes[self._kept])
        whole = self._kept.size == self.network.metres.size
        self._tree = self._kept_tree if whole else shapely.STRtree(self.network.shapes)

    @property
    def description(self) -> str:
        """A sentence that says what the times are reckoned from, and what is left out."""
        speeds = self.settings.car_metres_per_second()[:4]
        told = (
            f"Travel on foot at {self.settings.walk_metres_per_second:g} metres per second"
            if self.mode == "foot"
            else "Travel by car at "
            + ", ".join(f"{speed:g}" for speed in speeds)
            + " metres per second on motorways, main, local and service roads"
        )
        network = self.network
        return (
            f"{told}, over {network.metres.size:,} segments of {self.lines.file}; "
            f"{network.edges_left_out:,} of them ({network.share_left_out:.1%} of the length) "
            "lie on pieces cut off from the rest and are left out."
        )

    def snap(
        self,
        points: NDArray[np.float64],
        *,
        file: str | Path | None = None,
        rows: NDArray[np.int64] | None = None,
        what: str = "point",
    ) -> SnappedPoints:
        """Return the nearest place on a street for each point; of equals on the first edge.

        A point whose nearest street is cut off from the rest goes to the nearest that is not.

        Parameters
        ----------
        points
            Shape (n, 2). x and y in metres of the area's projected system.
        file, rows, what
            Where the points come from, for the message.

        Raises
        ------
        BadInputError
            If a point is not finite, too far from every street, or by a street that is cut off
            and too far from the rest; naming the first such row.
        """
        xy = checked_points(points, file=file, rows=rows, what=what)
        shapes = shapely.points(xy)
        position, off = _nearest(self._kept_tree, shapes)
        edge = self._kept[position]
        nearest = off if self._tree is self._kept_tree else _nearest(self._tree, shapes)[1]
        moved = off > nearest + _ROUNDING_METRES
        limit = np.where(moved, self.settings.move_metres, self.settings.snap_metres)
        refused = np.flatnonzero((off > limit) | (nearest > self.settings.snap_metres))
        if refused.size:
            at = int(refused[0])
            far = f"{what} {row_of(at, rows)} lies {nearest[at]:,.0f} m from the nearest street"
            if moved[at]:
                far += f", which is cut off, and {off[at]:,.0f} m from the rest of the network"
            msg = f"{refused.size} of {len(xy)} are off the street network: {far}."
            remedy = (
                "Check its coordinates, give a street file that covers it, or raise "
                "streets.snap_metres or streets.move_metres."
            )
            value = f"{off[at]:.0f} m"
            raise BadInputError(msg, file=file, row=row_of(at, rows), value=value, remedy=remedy)
        along = shapely.line_locate_point(self.network.shapes[edge], shapes)
        along = np.clip(along, 0.0, self.network.metres[edge])
        place = shapely.line_interpolate_point(self.network.shapes[edge], along)
        return SnappedPoints(
            xy=np.column_stack((shapely.get_x(place), shapely.get_y(place))),
            off_metres=off,
            moved=moved,
            edge=edge,
            along_metres=along,
        )

    def travel_seconds(self, sources: SnappedPoints, targets: SnappedPoints) -> NDArray[np.float64]:
        """Return shape (sources, targets): seconds from each source to each target."""
        by_ends = seconds_between(
            self._links,
            self._leaving(sources),
            self._reaching(targets),
            likely_seconds=self._likely_seconds(sources, targets),
        )
        return np.minimum(by_ends, self._along_edge(sources, targets))

    def path(self, points: SnappedPoints, start: int, end: int) -> Journey:
        """Return the quickest way from one of the points, by position, to another."""
        source, target = points.at(start), points.at(end)
        seconds = float(self.travel_seconds(source, target)[0, 0])
        a, b = float(source.along_metres[0]), float(target.along_metres[0])
        if self._along_edge(source, target)[0, 0] <= seconds:
            parts: list[_Part] = [(int(source.edge[0]), a, b)]
        else:
            parts = self._parts(source, target, seconds)
        return self._journey(parts, seconds)

    def _leaving(self, points: SnappedPoints) -> Access:
        """Return how the points reach the ends of their edges."""
        net, edge = self.network, points.edge
        share = points.along_metres / net.metres[edge]
        return Access(
            tail=net.tail[edge],
            head=net.head[edge],
            tail_seconds=_part_of(net.backward_seconds[edge], share),
            head_seconds=_part_of(net.forward_seconds[edge], 1 - share),
        )

    def _reaching(self, points: SnappedPoints) -> Access:
        """Return how the points are reached from the ends of their edges."""
        net, edge = self.network, points.edge
        share = points.along_metres / net.metres[edge]
        return Access(
            tail=net.tail[edge],
            head=net.head[edge],
            tail_seconds=_part_of(net.forward_seconds[edge], share),
            head_seconds=_part_of(net.backward_seconds[edge], 1 - share),
        )

    def _slowest_seconds_per_metre(self) -> float:
        """Return the time that a metre takes on the slowest street."""
        net = self.network
        quicker = np.minimum(net.forward_seconds, net.backward_seconds)
        return float((quicker / net.metres).max())

    def _likely_seconds(self, sources: SnappedPoints, targets: SnappedPoints) -> float:
        """Return a time within which most ways should be found, above 0."""
        if not len(sources) or not len(targets):
            return _LEAST_SECONDS
        both = np.concatenate((sources.xy, targets.xy))
        widest = float(np.hypot(*np.ptp(both, axis=0)))
        return _LEAST_SECONDS + _LIKELY_DETOUR * widest * self._slowest

    def _along_edge(self, sources: SnappedPoints, targets: SnappedPoints) -> NDArray[np.float64]:
        """Return seconds between points of one edge along it; infinite for all others."""
        seconds = np.full((len(sources), len(targets)), np.inf)
        i, j = np.nonzero(sources.edge[:, None] == targets.edge[None, :])
        edge = sources.edge[i]
        ahead = (targets.along_metres[j] - sources.along_metres[i]) / self.network.metres[edge]
        onward = _part_of(self.network.forward_seconds[edge], ahead)
        back = _part_of(self.network.backward_seconds[edge], -ahead)
        seconds[i, j] = np.where(ahead >= 0, onward, back)
        return seconds

    def _parts(self, source: SnappedPoints, target: SnappedPoints, seconds: float) -> list[_Part]:
        """Return the edges of the quickest way that passes an end of the source's edge."""
        leaving, reaching = self._leaving(source), self._reaching(target)
        nodes = nodes_on_way(self._links, leaving, reaching, within_seconds=seconds)
        metres = self.network.metres
        parts = [_to_node(source, leaving, nodes[0], metres)]
        for tail, head in pairwise(nodes):
            edge = self._links.edge_between(tail, head)
            whole = float(metres[edge])
            as_drawn = self.network.tail[edge] == tail
            parts.append((edge, 0.0, whole) if as_drawn else (edge, whole, 0.0))
        edge, along, end = _to_node(target, reaching, nodes[-1], metres)
        return [*parts, (edge, end, along)]

    def _journey(self, parts: list[_Part], seconds: float) -> Journey:
        """Return edges in order as a line, with the names of the streets."""
        passed = [part for part in parts if part[1] != part[2]] or parts[:1]
        xy = np.concatenate([_line(self.network.shapes[e], a, b) for e, a, b in passed])
        fresh = np.r_[True, (np.diff(xy, axis=0) != 0).any(axis=1)]
        names = [str(self.lines.usage.names[self.network.line[e]]) for e, _, _ in passed]
        lengths = [abs(b - a) for _, a, b in passed]
        stretches = tuple(
            Stretch(name=name, metres=sum(length for _, length in group))
            for name, group in groupby(zip(names, lengths, strict=True), key=itemgetter(0))
        )
        return Journey(
            seconds=seconds,
            metres=sum(stretch.metres for stretch in stretches),
            xy=xy[fresh] if fresh.sum() > 1 else xy[:2],
            stretches=stretches,
        )


def _nearest(
    tree: shapely.STRtree, shapes: NDArray[np.object_]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the first of the nearest lines of a tree for each point, and how far it is."""
    (point, line), apart = tree.query_nearest(shapes, all_matches=True, return_distance=True)
    order = np.lexsort((line, point))
    _, first = np.unique(point[order], return_index=True)
    chosen = order[first]
    return line[chosen].astype(np.int64), np.asarray(apart[chosen], dtype=np.float64)


def _part_of(seconds: NDArray[np.float64], share: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a share of each time; none takes no time even where the way is closed."""
    return np.multiply(seconds, share, where=share != 0, out=np.zeros_like(seconds))


def _to_node(point: SnappedPoints, access: Access, node: int, metres: NDArray[np.float64]) -> _Part:
    """Return the part of a point's edge between it and the end at a node, the quicker of two."""
    at_both = access.tail[0] == access.head[0]
    quicker = access.tail_seconds[0] <= access.head_seconds[0]
    to_tail = quicker if at_both else node == access.tail[0]
    edge = int(point.edge[0])
    return edge, float(point.along_metres[0]), 0.0 if to_tail else float(metres[edge])


def _line(shape: shapely.LineString, begin: float, end: float) -> NDArray[np.float64]:
    """Return the vertices of a line from so many metres along it to so many, either way."""
    xy = shapely.get_coordinates(shape)
    along = np.r_[0.0, np.cumsum(np.hypot(*np.diff(xy, axis=0).T))]
    low, high = min(begin, end), max(begin, end)
    at = np.r_[low, along[(along > low) & (along < high)], high]
    part = np.column_stack((np.interp(at, along, xy[:, 0]), np.interp(at, along, xy[:, 1])))
    return part if begin <= end else part[::-1]
