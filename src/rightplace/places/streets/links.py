"""A network as quickest links between nodes, and the quickest times over them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.places.streets.network import StreetNetwork

_FLOATS_AT_ONCE = 1 << 24  # 128 MiB of seconds to every node


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Links:
    """One link for each pair of nodes with an edge between them: the quickest.

    Parameters
    ----------
    first
        Shape (nodes + 1,). Where the links that leave each node begin.
    head
        Shape (k,). Where each link leads, in rising order within a node.
    seconds
        Shape (k,). Time of each.
    edge
        Shape (k,). The edge that it follows.
    """

    first: NDArray[np.int64]
    head: NDArray[np.int64]
    seconds: NDArray[np.float64]
    edge: NDArray[np.int64]

    def edge_between(self, tail: int, head: int) -> int:
        """Return the quickest edge from one node to another that has one."""
        begin, end = self.first[tail], self.first[tail + 1]
        return int(self.edge[begin + np.searchsorted(self.head[begin:end], head)])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Access:
    """Where points inside edges reach the nodes, and how long that takes.

    Parameters
    ----------
    tail, head
        Shape (n,). The nodes at the two ends of each point's edge.
    tail_seconds, head_seconds
        Shape (n,). Time between the point and each; infinite where that is not allowed.
    """

    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    tail_seconds: NDArray[np.float64]
    head_seconds: NDArray[np.float64]

    def at(self, positions: NDArray[np.int64]) -> Access:
        """Return the access of the points at some positions."""
        return Access(
            tail=self.tail[positions],
            head=self.head[positions],
            tail_seconds=self.tail_seconds[positions],
            head_seconds=self.head_seconds[positions],
        )


def quickest_links(network: StreetNetwork) -> Links:
    """Return the links of the largest piece of a network; of equals the first edge."""
    kept = np.flatnonzero(network.is_kept & (network.tail != network.head))
    edge = np.r_[kept, kept]
    tail = np.r_[network.tail[kept], network.head[kept]]
    head = np.r_[network.head[kept], network.tail[kept]]
    seconds = np.r_[network.forward_seconds[kept], network.backward_seconds[kept]]
    order = np.lexsort((edge, seconds, head, tail))
    order = order[np.isfinite(seconds[order])]
    leads = np.ones(order.size, dtype=np.bool_)
    leads[1:] = (np.diff(tail[order]) != 0) | (np.diff(head[order]) != 0)
    chosen = order[leads]
    return Links(
        first=np.searchsorted(tail[chosen], np.arange(network.nodes + 1)),
        head=head[chosen],
        seconds=seconds[chosen],
        edge=edge[chosen],
    )


def seconds_between(
    links: Links, leaving: Access, reaching: Access, *, likely_seconds: float = np.inf
) -> NDArray[np.float64]:
    """Return seconds from each point by way of its edge's ends to each other, by way of theirs.

    Points on one edge are the caller's: no way along it without passing an end is looked at.

    Parameters
    ----------
    links
        Links between nodes.
    leaving, reaching
        n points to start from, and m points to get to.
    likely_seconds
        Time within which most are reached, above 0. The search goes no further at first, and
        without limit from the points for which that was too little; the answer is the same.

    Returns
    -------
    NDArray
        Shape (n, m). Infinite where there is no way.
    """
    found = np.empty((leaving.tail.size, reaching.tail.size))
    step = max(1, _FLOATS_AT_ONCE // links.first.size)
    for begin in range(0, leaving.tail.size, step):
        block = np.arange(begin, min(begin + step, leaving.tail.size))
        found[block] = _searched(links, leaving.at(block), reaching, limit=likely_seconds)
        again = block[(found[block] > likely_seconds).any(axis=1)]
        if again.size:
            found[again] = _searched(links, leaving.at(again), reaching, limit=np.inf)
    return found


def _searched(
    links: Links, leaving: Access, reaching: Access, *, limit: float
) -> NDArray[np.float64]:
    """Return seconds between points; those beyond the limit may be too long, or infinite."""
    graph = _with_starts(links, leaving)
    starts = np.arange(links.first.size - 1, graph.shape[0])
    to_nodes = csgraph.dijkstra(graph, indices=starts, limit=limit)
    by_tail = to_nodes[:, reaching.tail] + reaching.tail_seconds
    by_head = to_nodes[:, reaching.head] + reaching.head_seconds
    return np.asarray(np.minimum(by_tail, by_head), dtype=np.float64)


def nodes_on_way(
    links: Links, leaving: Access, reaching: Access, *, within_seconds: float
) -> list[int]:
    """Return the nodes passed, in order, from the first point of one to the first of the other.

    Parameters
    ----------
    links
        Links between nodes.
    leaving, reaching
        The first point of each is looked at.
    within_seconds
        Time that the way is known to take; a longer one is not looked for.
    """
    graph = _with_starts(links, leaving.at(np.array([0])))
    start = graph.shape[0] - 1
    limit = np.nextafter(within_seconds, np.inf)
    seconds, before = csgraph.dijkstra(graph, indices=start, return_predecessors=True, limit=limit)
    by_tail = seconds[reaching.tail[0]] + reaching.tail_seconds[0]
    by_head = seconds[reaching.head[0]] + reaching.head_seconds[0]
    node = int(reaching.tail[0] if by_tail <= by_head else reaching.head[0])
    passed = []
    while node != start:
        passed.append(node)
        node = int(before[node])
    return passed[::-1]


def _with_starts(links: Links, leaving: Access) -> sparse.csr_array:
    """Return the links as a graph with one more node for each point to start from.

    Nothing leads back into those nodes, so no way passes through one.
    """
    tail, head = leaving.tail, leaving.head
    by_tail, by_head = leaving.tail_seconds, leaving.head_seconds
    to_tail = np.isfinite(by_tail) & ((tail != head) | (by_tail <= by_head))
    to_head = np.isfinite(by_head) & ((tail != head) | ~to_tail)
    allowed = np.column_stack((to_tail, to_head))
    first = np.r_[links.first, links.first[-1] + np.cumsum(allowed.sum(axis=1))]
    nodes = np.r_[links.head, np.column_stack((tail, head))[allowed]]
    seconds = np.r_[links.seconds, np.column_stack((by_tail, by_head))[allowed]]
    size = first.size - 1
    return sparse.csr_array((seconds, nodes, first), shape=(size, size))
