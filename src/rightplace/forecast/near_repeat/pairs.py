"""Pairs of events by distance and elapsed time: how many there are, and how many to expect.

Times are whole units of any length (days, hours, minutes); every pair of events counts once,
whichever came first. Nothing here draws lots: the number to expect when times are dealt out at
random over the events is known without.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from rightplace.errors import UndefinedMetricError, UnsupportedByDataError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from rightplace.forecast.near_repeat.bands import Bands

Metric = Literal["euclidean", "manhattan"]
_MOST_PAIRS = 100_000_000  # 400 MB of neighbours
_MOST_STRIPS = 1_000_000
_BLOCK = 2_000_000  # pairs looked at together


@dataclass(frozen=True, slots=True, kw_only=True)
class NearPairs:
    """Every pair of events whose distance lies in a band with an end, looked up once.

    Parameters
    ----------
    order
        Shape (n_events,). The events by place; all else here counts in this order.
    starts
        Shape (n_events * n_bands + 1,). Where the neighbours of each event and band begin.
    neighbours
        Shape (n_pairs,). The other event of each pair.
    n_bands
        Bands with an end.
    """

    order: NDArray[np.int64]
    starts: NDArray[np.int64]
    neighbours: NDArray[np.int32]
    n_bands: int

    @property
    def by_band(self) -> NDArray[np.int64]:
        """Pairs in each band, whatever time lies between them; shape (n_bands,)."""
        found = np.diff(self.starts).reshape(self.order.size, self.n_bands).sum(axis=0)
        return np.asarray(found, dtype=np.int64)

    def blocks(self) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int32]]]:
        """Yield first event, band and second event of the pairs, some millions at a time."""
        if not self.neighbours.size:
            return
        runs = np.diff(self.starts)
        cuts = np.unique(np.searchsorted(self.starts, np.arange(0, self.starts[-1], _BLOCK)))
        for low, high in zip(cuts, [*cuts[1:], runs.size], strict=True):
            run = np.repeat(np.arange(low, high), runs[low:high])
            held = slice(self.starts[low], self.starts[high])
            yield run // self.n_bands, run % self.n_bands, self.neighbours[held]


@dataclass(frozen=True, slots=True, kw_only=True)
class PairCounts:
    """Pairs of events by band of distance and of elapsed time.

    Parameters
    ----------
    observed
        Shape (n_space, n_time). Pairs in each band.
    expected
        Shape (n_space, n_time). Mean number when times are dealt out at random over the events;
        exact, not drawn.
    has_earlier
        Shape (n_space with an end, n_time, n_events), in the order the events were given:
        whether an earlier event stands in this band before each. Of two in the same unit of
        time, the one that was given first counts as earlier.
    """

    observed: NDArray[np.int64]
    expected: NDArray[np.float64]
    has_earlier: NDArray[np.bool_]

    @property
    def ratio(self) -> NDArray[np.float64]:
        """Observed by expected pairs, shape (n_space, n_time); NaN where none can be expected."""
        possible = self.expected > 0
        found = np.full(self.expected.shape, np.nan)
        found[possible] = self.observed[possible] / self.expected[possible]
        return found


def near_pairs(xy: NDArray[np.float64], space: Bands, *, metric: Metric) -> NearPairs:
    """Return the pairs of events in each band of distance that has an end.

    Parameters
    ----------
    xy
        Shape (n_events, 2). Places in metres.
    space
        Bands of distance in metres.
    metric
        ``euclidean`` as the crow flies, or ``manhattan``, the sum of both differences.

    Raises
    ------
    UsageError
        If the last band is open-ended and the first does not begin at 0.
    UnsupportedByDataError
        If there are more than 100 million pairs.
    """
    from rightplace.forecast.near_repeat.kernels import walk  # noqa: PLC0415 - compiles on demand

    if space.is_open_ended and space.edges[0] > 0:
        msg = "Where the last band of distance has no end, the first must begin at 0."
        raise UsageError(msg, value=space.edges[0], remedy="Begin with 0, or end with a number.")
    edges = np.array(space.edges[:-1] if space.is_open_ended else space.edges)
    n_bands = edges.size - 1
    height = xy[:, 1] - xy[:, 1].min()
    # A little wider than the reach, so that rounding parts no neighbours by two strips.
    width = max(float(edges[-1]) * (1 + 1e-9), float(height.max()) / _MOST_STRIPS, 1.0)
    strip = np.floor(height / width).astype(np.int64)
    order = np.lexsort((xy[:, 0], strip))
    # Strips without events stand too, so that the next one is the neighbour.
    strips = np.searchsorted(strip[order], np.arange(strip.max() + 2))
    x, y = np.ascontiguousarray(xy[order].T)
    settings = (x, y, strips, edges, metric == "manhattan", space.closed == "right")
    found = np.zeros(len(xy) * n_bands, dtype=np.int64)
    if n_bands:
        walk(*settings, found, np.empty(0, np.int32))
    starts = np.concatenate([[0], np.cumsum(found)])
    if starts[-1] > _MOST_PAIRS:
        msg = f"{starts[-1]:,} pairs lie within {edges[-1]:g} m; {_MOST_PAIRS:,} can be held."
        raise UnsupportedByDataError(msg, remedy="Choose a smaller last edge in --space.")
    neighbours = np.empty(starts[-1], dtype=np.int32)
    if neighbours.size:
        walk(*settings, starts[:-1].copy(), neighbours)
    return NearPairs(order=order, starts=starts, neighbours=neighbours, n_bands=n_bands)


def elapsed_pairs(units: NDArray[np.int64], time: Bands) -> NDArray[np.int64]:
    """Return how many of all pairs of events fall in each band of elapsed time, shape (n_time,).

    Parameters
    ----------
    units
        Shape (n_events,). Time of each event in whole units.
    time
        Bands of elapsed time in the same units.
    """
    ordered = np.sort(units)
    after = np.arange(1, ordered.size + 1)
    within = [
        int((np.searchsorted(ordered, ordered + last, side="right") - after).sum())
        if last >= 0
        else 0
        for last in time.last_units()
    ]
    return np.asarray(np.diff(within), dtype=np.int64)


def pair_counts(
    xy: NDArray[np.float64],
    units: NDArray[np.int64],
    *,
    space: Bands,
    time: Bands,
    metric: Metric = "euclidean",
) -> PairCounts:
    """Return pairs by distance and elapsed time, with the number to expect.

    Parameters
    ----------
    xy
        Shape (n_events, 2). Places in metres.
    units
        Shape (n_events,). Time of each event in whole units (days, hours, minutes).
    space, time
        Bands of distance in metres, and of elapsed time in those units.
    metric
        How distance is measured.
    """
    check_events(units)
    return count_pairs(near_pairs(xy, space, metric=metric), units, space=space, time=time)


def check_events(units: NDArray[np.int64]) -> None:
    """Check that there are pairs of events, and times to tell them apart.

    Raises
    ------
    UndefinedMetricError
        If there are fewer than two events, or all are of one time.
    """
    if units.size < 2:  # noqa: PLR2004 - a pair
        msg = f"{units.size} event{'' if units.size == 1 else 's'} cannot make a pair."
        raise UndefinedMetricError(msg, remedy="Give a file with more events.")
    if units.min() == units.max():
        msg = f"All {units.size:,} events are of one date, so that no order of dates differs."
        raise UndefinedMetricError(msg, remedy="Give events of several days.")


def count_pairs(
    pairs: NearPairs, units: NDArray[np.int64], *, space: Bands, time: Bands
) -> PairCounts:
    """Return the counts for pairs that have been looked up; see ``pair_counts``."""
    n_events, n_time = units.size, len(time)
    ordered, last = units[pairs.order], time.last_units()
    observed = np.zeros((pairs.n_bands, n_time), dtype=np.int64)
    has_earlier = np.zeros((pairs.n_bands, n_time, n_events), dtype=np.bool_)
    for first, band, second in pairs.blocks():
        gap = ordered[first] - ordered[second]
        when = np.searchsorted(last, np.abs(gap), side="left") - 1
        held = (when >= 0) & (when < n_time)
        gap, where, when = gap[held], band[held], when[held]
        one, other = pairs.order[first[held]], pairs.order[second[held]]
        observed += np.bincount(where * n_time + when, minlength=observed.size).reshape(
            observed.shape
        )
        one_is_later = (gap > 0) | ((gap == 0) & (one > other))
        has_earlier[where, when, np.where(one_is_later, one, other)] = True
    of_all = elapsed_pairs(units, time)
    every = n_events * (n_events - 1) // 2
    by_distance = pairs.by_band
    if space.is_open_ended:
        by_distance = np.append(by_distance, every - by_distance.sum())
    return PairCounts(
        observed=with_the_rest(observed, of_all, space=space),
        # A permutation makes of each pair of events any pair of times, all equally likely.
        expected=np.outer(by_distance, of_all) / every,
        has_earlier=has_earlier,
    )


def with_the_rest(
    counts: NDArray[np.int64], of_all: NDArray[np.int64], *, space: Bands
) -> NDArray[np.int64]:
    """Return counts, shape (..., n_space, n_time), with the row of an open-ended last band.

    However times are dealt out, the number of pairs so far apart in time stays the same; what
    the nearer bands do not hold lies beyond.
    """
    if not space.is_open_ended:
        return counts
    rest = of_all - counts.sum(axis=-2)
    return np.concatenate([counts, rest[..., None, :]], axis=-2)
