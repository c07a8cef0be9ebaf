"""What follows incidents, counted by hand; ratios on simulated incidents whose truth is known."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest

from rightplace.errors import BadInputError, UnsupportedByDataError
from rightplace.forecast.aftermath.counts import (
    ELAPSED_HOURS,
    WEEKS,
    first_of_incident,
    followers,
    slipped_hours,
)
from rightplace.forecast.aftermath.ratios import (
    ALL,
    N_DISTANCES,
    N_ELAPSED,
    OTHER,
    Ratio,
    aftermath_ratios,
)

HOUR = 1 / 24
NEAREST = (0, N_ELAPSED)
SPELL = [(0.0, 400.0)]


def at(*places: tuple[float, float]) -> np.ndarray:
    return np.array(places, dtype=np.float64)


def test_rows_of_one_point_within_two_hours_of_the_first_are_one_incident() -> None:
    days = np.array([10.0, 10 + 1.9 * HOUR, 10 + 2.1 * HOUR, 10 + HOUR])
    xy = at((0, 0), (0.2, 0), (0, 0), (5, 0))
    # The third is 2.1 hours after the first; the fourth stands elsewhere.
    assert first_of_incident(days, xy).tolist() == [0, 0, 2, 3]
    assert first_of_incident(days, xy, within_hours=3).tolist() == [0, 0, 0, 3]


def test_what_follows_is_counted_by_ring_and_hours() -> None:
    days = np.array([100.0, 100 + 3 * HOUR, 100 + 25 * HOUR, 100 + 71 * HOUR, 100 + 1.5 * HOUR])
    xy = at((0, 0), (99, 0), (100, 0), (0, 799), (50, 0))
    found = followers(days, xy, spells=SPELL)
    expected = np.zeros((4, 3))
    expected[0, 0] = expected[1, 1] = expected[3, 2] = 1  # the last is too soon to be told apart
    assert found.observed[0].tolist() == expected.tolist()
    assert found.used.all()


def test_the_ends_of_rings_and_hours_belong_to_the_next() -> None:
    days = np.array([100.0, 100 + 24 * HOUR, 103.0, 100.5])
    xy = at((0, 0), (200, 0), (0, 0), (0, 800))
    found = followers(days, xy, spells=SPELL)
    assert found.observed[0].nonzero() == (np.array([2]), np.array([1]))
    # 72 hours later is out; 800 m away is far.
    assert found.observed[0].sum() == 1
    assert found.far_observed[0].tolist() == [1, 0, 0]


def test_ordinary_is_the_mean_of_the_same_hours_in_twelve_weeks_around() -> None:
    assert sorted(WEEKS) == [-8, -7, -6, -5, -4, -3, 3, 4, 5, 6, 7, 8]
    offsets = [3, -3, 8, -8, 2, -2, 9, 0]
    days = np.array([200.0, *(200.0 + 7 * week + 5 * HOUR for week in offsets)])
    found = followers(days, at((0, 0), *[(10.0, 0.0)] * 8), spells=SPELL)
    assert found.observed[0, 0].tolist() == [1, 0, 0]
    assert found.control[0, 0].tolist() == pytest.approx([4 / 12, 0, 0])


def test_a_week_is_compared_with_only_together_with_the_one_as_far_on_the_other_side() -> None:
    # Published from day 170: of the weeks before day 200 only three and four weeks are whole.
    days = np.array([200.0, 200 - 21 + 0.5, 200 + 56 + 0.5])
    found = followers(days, at(*[(0, 0)] * 3), spells=[(170.0, 400.0)])
    assert found.control[0, 0].tolist() == pytest.approx([1 / 4, 0, 0])
    assert found.used.tolist() == [True, False, True]
    # Neither are hours that reach beyond what is published.
    assert not followers(days, at(*[(0, 0)] * 3), spells=[(0.0, 202.9)]).used[0]


def test_gaps_are_no_quiet_weeks() -> None:
    days = np.array([200.0])
    spells = [(0.0, 200 - 7 * 5 + 3.0), (200 - 7 * 4, 400.0)]
    # Weeks 3 to 8 before all lie in one spell or the other; with a gap in week 5 it goes.
    assert followers(days, at((0, 0)), spells=spells).used[0]
    cut = [(0.0, 200 - 7 * 5.0), (200 - 7 * 4, 400.0)]
    follower = np.array([200.0, 200 - 28 + 0.5])
    with_gap = followers(follower, at((0, 0), (0, 0)), spells=cut)
    assert with_gap.control[0, 0, 0] == pytest.approx(1 / 10)


def test_times_and_places_must_be_known_and_fit() -> None:
    with pytest.raises(BadInputError, match="do not fit"):
        followers(np.zeros(2), np.zeros((3, 2)), spells=SPELL)
    with pytest.raises(BadInputError, match="lacks its time or its place"):
        followers(np.array([np.nan]), np.zeros((1, 2)), spells=SPELL)


def test_counts_do_not_depend_on_the_order_of_rows() -> None:
    rng = np.random.default_rng(3)
    days, xy = rng.uniform(0, 400, 500), rng.uniform(0, 3000, (500, 2))
    mixed = rng.permutation(500)
    one, other = followers(days, xy, spells=SPELL), followers(days[mixed], xy[mixed], spells=SPELL)
    assert (one.observed[mixed] == other.observed).all()
    assert np.allclose(one.control[mixed], other.control)
    assert (one.far_observed[mixed] == other.far_observed).all()


def test_compiled_counts_are_those_of_a_slow_loop() -> None:
    rng = np.random.default_rng(4)
    days, xy = np.sort(rng.uniform(0, 300, 300)), rng.uniform(-2000, 2000, (300, 2))
    found = followers(days, xy, spells=[(0.0, 300.0)])
    for i in range(0, 300, 17):
        observed, far = np.zeros((4, 3)), np.zeros(3)
        for j in range(300):
            lag, distance = (days[j] - days[i]) * 24, math.dist(xy[i], xy[j])
            part = [2 <= lag < 24, 24 <= lag < 48, 48 <= lag < 72]
            if any(part):
                ring = [k for k, end in enumerate((100, 200, 400, 800)) if distance < end]
                target = observed[ring[0]] if ring else far
                target[part.index(True)] += 1
        if found.used[i]:
            assert found.observed[i].tolist() == observed.tolist()
            assert found.far_observed[i].tolist() == far.tolist()


# --- hours that slipped


def test_rows_dated_by_another_clock_are_found_by_the_hours_between_them() -> None:
    rng = np.random.default_rng(5)
    hours = rng.integers(0, 24 * 700, 2000) / 24
    xy = rng.integers(0, 300, 2000)[:, None] * np.array([500.0, 0.0])
    assert slipped_hours(hours, xy) == ()
    twice = np.concatenate([hours, hours[:60] + 4 * HOUR])
    assert slipped_hours(twice, np.concatenate([xy, xy[:60]])) == (4,)


def test_a_place_busy_at_two_hours_of_each_day_has_not_slipped() -> None:
    # Noon and midnight are heaped, week after week: pairs 12 hours apart are ordinary there.
    rng = np.random.default_rng(6)
    hours = rng.integers(0, 700, 3000) + rng.choice([0.0, 0.5], 3000)
    xy = rng.integers(0, 40, 3000)[:, None] * np.array([500.0, 0.0])
    assert slipped_hours(hours, xy) == ()


def test_a_little_more_at_one_hour_is_no_other_clock() -> None:
    # Some 590 pairs of one point to each hour, and half as many more four hours apart: beyond
    # chance, yet not what rows of one incident look like.
    rng = np.random.default_rng(7)
    hours = rng.integers(0, 24 * 700, 20_000) / 24
    xy = rng.integers(0, 40, 20_000)[:, None] * np.array([500.0, 0.0])
    more, there = np.append(hours, hours[:300] + 4 * HOUR), np.concatenate([xy, xy[:300]])
    assert slipped_hours(more, there) == ()
    more, there = np.append(hours, hours[:900] + 4 * HOUR), np.concatenate([xy, xy[:900]])
    assert slipped_hours(more, there) == (4,)


# --- ratios


def busy_places(rng: np.random.Generator, *, days: int = 1000) -> tuple[np.ndarray, np.ndarray]:
    """Incidents without any aftermath: unequal places, season, weekend, hours."""
    n = 250
    rate = rng.gamma(0.6, 0.04 / 0.6, n)
    place = np.repeat(np.arange(n), rng.poisson(rate * days))
    spot = rng.uniform(0, 9000, (n, 2))
    when = rng.uniform(0, days, place.size)
    busy = (1 + 0.35 * np.cos(2 * np.pi * when / 365)) * (1 + 0.4 * np.cos(2 * np.pi * when))
    busy *= np.where(when % 7 > 5, 1.3, 1.0)
    kept = rng.uniform(0, busy.max(), place.size) < busy
    return when[kept], spot[place[kept]]


def test_where_nothing_follows_anything_intervals_hold_one_about_as_often_as_they_say() -> None:
    held, rare_held = [], []
    for seed in range(120):
        rng = np.random.default_rng(seed)
        days, xy = busy_places(rng)
        rare = rng.uniform(size=days.size) < 0.05
        found = aftermath_ratios(followers(days, xy, spells=[(0, 1000)]), {"rare": rare})
        bands = [(band, N_ELAPSED) for band in range(N_DISTANCES + 1)]
        held.append([found[ALL, *band].includes_one for band in bands])
        rare_held.append([found["rare", *band].includes_one for band in bands])
    # 95 % of 120, give or take three standard errors of .020; a rare class leans on all others.
    assert (np.mean(held, axis=0) > 0.89).all()
    assert 0.92 < np.mean(held) < 0.985
    assert np.mean(rare_held) > 0.95


# Hawkes (1971), Biometrika 58, 83-90: immigrants at MU, each event followed by SHARE others on
# average, exponentially with BETA a day. Rate and density of pairs are known.
MU, SHARE, BETA = 0.02, 0.1, 1.0


def hawkes_truth(first_hour: float, last_hour: float) -> float:
    rate, alpha = MU / (1 - SHARE), SHARE * BETA
    height, decay = alpha * (2 * BETA - alpha) / (2 * (BETA - alpha)), BETA - alpha
    mean = (math.exp(-decay * first_hour / 24) - math.exp(-decay * last_hour / 24)) / (
        decay * (last_hour - first_hour) / 24
    )
    return 1 + height / rate * mean


def hawkes(rng: np.random.Generator, days: float = 1000.0) -> tuple[np.ndarray, np.ndarray]:
    when: list[float] = []
    place: list[int] = []
    for number in range(100):
        waiting = list(rng.uniform(-30, days, rng.poisson(MU * (days + 30))))
        while waiting:
            parent = waiting.pop()
            if 0 <= parent < days:
                when.append(parent)
                place.append(number)
            waiting += list(parent + rng.exponential(1 / BETA, rng.poisson(SHARE)))
    grid = np.array(place)
    return np.array(when), np.column_stack([grid % 10, grid // 10]) * 2000.0


def test_a_known_aftermath_is_found_and_its_intervals_hold_the_truth() -> None:
    ends = (2.0, *ELAPSED_HOURS)
    truth = [hawkes_truth(a, b) for a, b in pairwise(ends)]
    truth.append(hawkes_truth(2, 72))
    assert truth == pytest.approx([4.00, 2.27, 1.52, 2.56], abs=0.01)
    held, ratios = [], []
    for seed in range(60):
        days, xy = hawkes(np.random.default_rng(seed))
        found = aftermath_ratios(followers(days, xy, spells=[(0, 1000)]), {})
        rows = [found[ALL, 0, part] for part in range(N_ELAPSED + 1)]
        held.append([row.lo95 <= t <= row.hi95 for row, t in zip(rows, truth, strict=True)])
        ratios.append([row.ratio for row in rows])
        assert found[ALL, *NEAREST].is_raised
    assert np.mean(held) > 0.89
    assert np.mean(ratios, axis=0) == pytest.approx(truth, rel=0.05)


def test_a_hot_week_of_the_whole_area_is_no_aftermath() -> None:
    # Half of all incidents fall into one week in ten, everywhere alike.
    rng = np.random.default_rng(8)
    n = 6000
    week = np.where(rng.uniform(size=n) < 0.5, rng.integers(0, 12, n) * 10, rng.integers(0, 120, n))
    days = week * 7 + rng.uniform(0, 7, n)
    xy = rng.integers(0, 60, n)[:, None] * np.array([1500.0, 0.0])
    counted = followers(days, xy, spells=[(0, 840)])
    assert counted.observed.sum() > 1.5 * counted.control.sum()
    found = aftermath_ratios(counted, {})[ALL, *NEAREST]
    assert found.includes_one
    assert found.ratio == pytest.approx(1, abs=0.1)


def test_a_class_with_few_incidents_leans_on_the_others_and_stays_wide() -> None:
    rng = np.random.default_rng(9)
    days, xy = hawkes(rng)
    few = np.zeros(days.size, dtype=np.bool_)
    few[:15] = True
    found = aftermath_ratios(
        followers(days, xy, spells=[(0, 1000)]), {"few": few, "none": few & False}
    )
    many, rare, none = (found[name, *NEAREST] for name in (ALL, "few", "none"))
    assert 0 < rare.incidents <= 15  # those at the edges have no weeks around them
    assert rare.hi95 - rare.lo95 > 3 * (many.hi95 - many.lo95)
    # Without any incident of its own only what all show is left, as wide as for an unknown class.
    unknown = found[OTHER, *NEAREST]
    assert (none.ratio, none.lo95, none.hi95) == pytest.approx(
        (unknown.ratio, unknown.lo95, unknown.hi95)
    )
    assert none.lo95 < 1.2 * unknown.lo95


def test_a_few_weeks_teach_nothing() -> None:
    days = np.arange(0.0, 19 * 7, 7) + 60
    with pytest.raises(UnsupportedByDataError, match="19 weeks; 20 are needed") as caught:
        aftermath_ratios(followers(days, np.zeros((19, 2)), spells=[(0, 300)]), {})
    assert caught.value.exit_code == 21


def test_a_ratio_is_not_raised_unless_its_whole_interval_is() -> None:
    def ratio(lo95: float, hi95: float) -> Ratio:
        return Ratio(
            incidents=9, observed=4, expected=3.0, scatter=1.0, ratio=1.3, lo95=lo95, hi95=hi95
        )

    assert ratio(1.01, 1.6).is_raised
    assert ratio(1.0, 1.6).includes_one
    assert not ratio(1.0, 1.6).is_raised
    with pytest.raises(BadInputError, match="no ratio with its interval"):
        ratio(1.6, 1.0)
