"""Laws of counting pairs that hold for all events."""

from __future__ import annotations

from itertools import combinations, permutations
from math import inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rightplace.forecast.near_repeat.bands import Bands, Closed
from rightplace.forecast.near_repeat.chance import permuted_counts
from rightplace.forecast.near_repeat.pairs import Metric, near_pairs, pair_counts

# Whole metres on a small grid, so that distances often fall on an edge, in strips above and below.
event = st.tuples(st.integers(-40, 40), st.integers(-40, 40), st.integers(0, 12))
events = st.lists(event, min_size=2, max_size=25).filter(lambda e: len({day for *_, day in e}) > 1)
closed = st.sampled_from(["left", "right"])
metric = st.sampled_from(["euclidean", "manhattan"])
edges = st.sampled_from([(0, 1, 5, 13), (0, 1, 10, inf), (5, 10, 25), (0, 3), (0, 100)])
DAYS = (0, 1, 4, 9)


def arrays(rows: list[tuple[int, int, int]]) -> tuple[np.ndarray, np.ndarray]:
    table = np.array(rows)
    return table[:, :2].astype(float), table[:, 2]


@given(events, edges, closed, metric)
@settings(deadline=None)
def test_counts_are_those_of_looking_at_every_pair(
    rows: list[tuple[int, int, int]], space: tuple[float, ...], side: Closed, how: Metric
) -> None:
    in_space, in_time = Bands(edges=space, closed=side), Bands(edges=DAYS, closed=side)
    expected = np.zeros((len(in_space), len(in_time)), dtype=int)
    followers = np.zeros((*expected.shape, len(rows)), dtype=bool)
    for (i, (x, y, day)), (j, (u, v, other)) in combinations(enumerate(rows), 2):
        far = (
            abs(x - u) + abs(y - v) if how == "manhattan" else ((x - u) ** 2 + (y - v) ** 2) ** 0.5
        )
        s = int(in_space.which(np.array([far]))[0])
        t = int(in_time.which(np.array([abs(float(day - other))]))[0])
        if s >= 0 and t >= 0:
            expected[s, t] += 1
            followers[s, t, i if day > other else j] = True
    counts = pair_counts(*arrays(rows), space=in_space, time=in_time, metric=how)
    assert counts.observed.tolist() == expected.tolist()
    assert (counts.has_earlier == followers[: len(counts.has_earlier)]).all()


@given(st.lists(event, min_size=2, max_size=5).filter(lambda e: len({d for *_, d in e}) > 1), edges)
@settings(deadline=None, max_examples=40)
def test_expected_pairs_are_the_mean_over_every_possible_permutation(
    rows: list[tuple[int, int, int]], space: tuple[float, ...]
) -> None:
    xy, days = arrays(rows)
    in_space, in_time = Bands(edges=space, closed="left"), Bands(edges=DAYS, closed="left")
    every = [
        pair_counts(xy, np.array(dealt), space=in_space, time=in_time).observed
        for dealt in permutations(days)
    ]
    assert pair_counts(xy, days, space=in_space, time=in_time).expected == pytest.approx(
        np.mean(every, axis=0)
    )


@given(events, edges, st.integers(0, 2**32))
@settings(deadline=None)
def test_place_of_origin_first_day_and_order_do_not_matter(
    rows: list[tuple[int, int, int]], space: tuple[float, ...], seed: int
) -> None:
    xy, days = arrays(rows)
    mixed = np.random.default_rng(seed).permutation(len(rows))
    in_space, in_time = Bands(edges=space, closed="left"), Bands(edges=DAYS, closed="left")
    here = pair_counts(xy, days, space=in_space, time=in_time)
    there = pair_counts(
        xy[mixed] + (512, -4096), days[mixed] + 16_000, space=in_space, time=in_time
    )
    assert (here.observed == there.observed).all()
    assert here.expected == pytest.approx(there.expected)


@given(events, closed, st.integers(0, 2**32), st.integers(1, 70))
@settings(deadline=None, max_examples=40)
def test_each_permutation_is_the_count_of_some_order_of_the_dates(
    rows: list[tuple[int, int, int]], side: Closed, seed: int, n: int
) -> None:
    """The compiled loop agrees with counting plainly: pairs near in space keep their number."""
    xy, days = arrays(rows)
    space, time = Bands(edges=(0, 1, 30), closed=side), Bands(edges=(0, 1, 4, inf), closed=side)
    pairs = near_pairs(xy, space, metric="euclidean")
    found = permuted_counts(
        pairs, days, time, permutations=n, generator=np.random.default_rng(seed), threads=1
    )
    assert found.shape == (n, 2, 3)
    assert (found.sum(axis=2) == pairs.by_band).all()
    child = np.random.default_rng(seed).spawn(1)[0]
    offsets = (days[pairs.order] - days.min()).astype(np.int16)
    dealt = np.empty(len(days), dtype=np.int64)
    dealt[pairs.order] = child.permutation(offsets)
    first = pair_counts(xy, dealt, space=space, time=time).observed
    assert found[0].tolist() == first.tolist()
