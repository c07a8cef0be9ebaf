"""The Knox test on events that can be counted by hand."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

import numpy as np
import pytest

from rightplace.errors import UndefinedMetricError, UnsupportedByDataError, UsageError
from rightplace.forecast.near_repeat import pairs as near_repeat_pairs
from rightplace.forecast.near_repeat.bands import Bands, Closed
from rightplace.forecast.near_repeat.chance import permuted_counts
from rightplace.forecast.near_repeat.knox import NearRepeat, near_repeat, nearest, preventable
from rightplace.forecast.near_repeat.pairs import Metric, PairCounts, near_pairs, pair_counts

if TYPE_CHECKING:
    from numpy.typing import NDArray

# A and B at one place, C 100 m off, D 1 km off. Days apart: AB 3, AC 10, BC 7, AD 10, BD 7, CD 0.
XY = np.array([[0.0, 0.0], [0.0, 0.0], [100.0, 0.0], [1000.0, 0.0]])
DAYS = np.array([0, 3, 10, 10])


def bands(*edges: float, closed: Closed = "left") -> Bands:
    return Bands(edges=edges, closed=closed)


@pytest.mark.parametrize(
    ("closed", "expected"),
    [("left", [[1, 0], [0, 2], [1, 2]]), ("right", [[1, 0], [1, 1], [2, 1]])],
)
def test_each_pair_counts_once_in_its_band(closed: Closed, expected: list[list[int]]) -> None:
    space, time = bands(0, 0.1, 200, inf, closed=closed), bands(0, 7, 14, closed=closed)
    assert pair_counts(XY, DAYS, space=space, time=time).observed.tolist() == expected


def test_expected_pairs_are_those_of_the_distance_times_those_of_the_time_by_all() -> None:
    counts = pair_counts(XY, DAYS, space=bands(0, 0.1, 200, inf), time=bands(0, 7, 14))
    # 1, 2 and 3 pairs by distance; 2 and 4 by time; 6 in all.
    assert counts.expected == pytest.approx(np.array([[1, 2], [2, 4], [3, 6]]) / 3)
    assert counts.ratio == pytest.approx(np.array([[3, 0], [0, 1.5], [1, 1]]))


def test_where_no_pair_can_be_expected_there_is_no_ratio() -> None:
    counts = pair_counts(XY, DAYS, space=bands(0, 0.1, 50), time=bands(0, 7))
    assert np.isnan(counts.ratio).tolist() == [[False], [True]]


@pytest.mark.parametrize(("metric", "row"), [("euclidean", 0), ("manhattan", 1)])
def test_manhattan_adds_both_differences(metric: Metric, row: int) -> None:
    xy = np.array([[0.0, 0.0], [30.0, 40.0]])
    space = bands(0, 60, 80)
    counts = pair_counts(xy, np.array([0, 1]), space=space, time=bands(0, 7), metric=metric)
    assert counts.observed[:, 0].tolist() == [int(row == 0), int(row == 1)]


def test_hours_are_as_good_a_unit_as_days() -> None:
    counts = pair_counts(XY, DAYS * 24, space=bands(0, 200), time=bands(0, 72, 73))
    assert counts.observed.tolist() == [[0, 1]]


def test_the_later_event_of_a_pair_has_an_earlier_one() -> None:
    backwards = pair_counts(XY[::-1], DAYS[::-1], space=bands(0, 0.1), time=bands(0, 7))
    assert backwards.has_earlier[0, 0].tolist() == [False, False, True, False]  # D C B A


def test_of_two_events_on_one_day_the_first_given_is_the_earlier() -> None:
    xy, days = np.zeros((3, 2)), np.array([5, 5, 9])
    counts = pair_counts(xy, days, space=bands(0, 1), time=bands(0, 1))
    assert counts.has_earlier[0, 0].tolist() == [False, True, False]


def knox(observed: list[list[int]], permuted: list[list[list[int]]]) -> NearRepeat:
    shape = np.shape(observed)
    counts = PairCounts(
        observed=np.array(observed),
        expected=np.mean(permuted, axis=0),
        has_earlier=np.zeros((*shape, 10), dtype=bool),
    )
    edges = [bands(*range(n + 1)) for n in shape]
    return NearRepeat(space=edges[0], time=edges[1], counts=counts, permuted=np.array(permuted))


def test_p_is_the_share_of_permutations_that_reach_the_count_the_observed_among_them() -> None:
    found = knox([[5, 0]], [[[4, 0]], [[5, 0]], [[6, 0]]])
    assert found.p.tolist() == [[0.75, 1.0]]


def test_p_allows_for_the_number_of_bands_by_holms_steps() -> None:
    # p = .01, .02, .5 of 99 permutations: times 3, 2 and 1, and never below the one before.
    chance = np.zeros((99, 1, 3), dtype=int)
    chance[0, 0, 1] = chance[:49, 0, 2] = 9
    found = knox([[9, 9, 9]], chance.tolist())
    assert found.p[0].tolist() == [0.01, 0.02, 0.5]
    assert found.p_holm[0] == pytest.approx([0.03, 0.04, 0.5])
    assert found.significant().tolist() == [[True, True, False]]


def test_bands_without_an_end_are_never_near() -> None:
    chance = np.zeros((999, 2, 2), dtype=int)
    counts = PairCounts(
        observed=np.full((2, 2), 9), expected=np.ones((2, 2)), has_earlier=np.zeros((1, 2, 4), bool)
    )
    found = NearRepeat(
        space=bands(0, 1, inf), time=bands(0, 7, inf), counts=counts, permuted=chance
    )
    assert found.significant().tolist() == [[True, False], [False, False]]
    assert nearest(found.significant()) == (0, 0)
    assert nearest(np.zeros((2, 2), bool)) is None


def test_preventable_share_is_excess_pairs_by_first_events() -> None:
    # Ten events; 3 pairs where 1 is expected; two events have an earlier one, eight are first.
    has_earlier = np.zeros((1, 1, 10), dtype=bool)
    has_earlier[0, 0, :2] = True
    counts = PairCounts(
        observed=np.array([[3]]), expected=np.array([[1.0]]), has_earlier=has_earlier
    )
    permuted = np.repeat([0, 1, 2], 333)[:, None, None]
    found = NearRepeat(space=bands(0, 1), time=bands(0, 7), counts=counts, permuted=permuted)
    could = preventable(found, np.array([[True]]))
    assert (could.excess_pairs, could.first_events, could.share) == (2.0, 8, 0.25)
    assert (could.excess_lo95, could.excess_hi95) == (1.0, 3.0)
    assert (could.share_lo95, could.share_hi95) == (0.125, 0.375)
    assert could.share_of_events == 0.2  # two of ten


def test_no_more_events_can_go_than_have_an_earlier_one() -> None:
    # Four events on four days at one place: six pairs, one first event, three that follow.
    counts = pair_counts(np.zeros((4, 2)), np.arange(4), space=bands(0, 1), time=bands(0, 9))
    nothing = np.zeros((99, 1, 1), dtype=int)
    rare = PairCounts(
        observed=counts.observed, expected=np.zeros((1, 1)), has_earlier=counts.has_earlier
    )
    found = NearRepeat(space=bands(0, 1), time=bands(0, 9), counts=rare, permuted=nothing)
    could = preventable(found, np.array([[True]]))
    assert (could.excess_pairs, could.first_events) == (6.0, 1)
    assert (could.share, could.share_of_events) == (1.0, 0.75)


def test_nothing_chosen_prevents_nothing() -> None:
    could = preventable(knox([[5]], [[[1]], [[2]]]), np.array([[False]]))
    assert (could.excess_pairs, could.share, could.first_events) == (0.0, 0.0, 10)


def run(xy: NDArray[np.float64], days: NDArray[np.int64], permutations: int = 9) -> NearRepeat:
    return near_repeat(
        xy,
        days,
        bands=(bands(0, 200), bands(0, 7)),
        metric="euclidean",
        permutations=permutations,
        generator=np.random.default_rng(0),
    )


@pytest.mark.parametrize(
    ("xy", "days", "words"),
    [
        (XY[:0], DAYS[:0], "0 events cannot make a pair"),
        (XY[:1], DAYS[:1], "1 event cannot make a pair"),
        (XY, np.full(4, 7), "All 4 events are of one date"),
        (XY[[0, 3]], DAYS[[0, 3]], "No two of 2 events lie 0 to 200 m apart"),
    ],
)
def test_events_that_cannot_be_tested_are_refused_with_the_reason(
    xy: NDArray[np.float64], days: NDArray[np.int64], words: str
) -> None:
    with pytest.raises(UndefinedMetricError, match=words):
        run(xy, days)


def test_without_permutations_there_is_no_test() -> None:
    with pytest.raises(UsageError, match="0 permutations give no chance"):
        run(XY, DAYS, permutations=0)


def test_an_open_end_needs_bands_from_nought() -> None:
    with pytest.raises(UsageError, match="must begin at 0"):
        near_pairs(XY, bands(5, inf), metric="euclidean")


def test_too_many_pairs_are_refused_before_they_are_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(near_repeat_pairs, "_MOST_PAIRS", 5)
    with pytest.raises(UnsupportedByDataError, match="6 pairs lie within 2000 m; 5 can be held"):
        near_pairs(XY, bands(0, 2000), metric="euclidean")


def test_one_band_without_an_end_holds_every_pair() -> None:
    counts = pair_counts(XY, DAYS, space=bands(0, inf), time=bands(0, 7, inf))
    assert counts.observed.tolist() == [[2, 4]]


@pytest.mark.parametrize("step", [1, 10_000])
def test_counts_do_not_depend_on_threads_nor_on_how_wide_the_days_are_held(step: int) -> None:
    """Days 10,000 apart need 32 bits, those one apart 16; the same pairs are as near."""
    pairs = near_pairs(XY, bands(0, 200, 2000), metric="euclidean")
    time = bands(0, 5 * step, 9 * step)
    one, two = (
        permuted_counts(
            pairs,
            DAYS * step,
            time,
            permutations=130,
            generator=np.random.default_rng(7),
            threads=threads,
        )
        for threads in (1, 2)
    )
    assert (one == two).all()
    days_apart = permuted_counts(
        pairs, DAYS, bands(0, 5, 9), permutations=130, generator=np.random.default_rng(7)
    )
    assert (one == days_apart).all()
    assert one.shape == (130, 2, 2)
    assert len(np.unique(one, axis=0)) > 1
