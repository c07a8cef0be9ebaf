"""Laws of what follows incidents, and of ratios with their intervals."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from rightplace.forecast.aftermath.counts import first_of_incident, followers
from rightplace.forecast.aftermath.ratios import ALL, N_DISTANCES, N_ELAPSED, aftermath_ratios

SEEDS = st.integers(0, 2**32 - 1)
SPELL = [(0.0, 400.0)]


def incidents(seed: int, n: int = 400) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.uniform(0, 400, n), rng.uniform(0, 1500, (n, 2))


@settings(max_examples=15, deadline=None)
@given(seed=SEEDS, east=st.integers(-(10**6), 10**6), weeks=st.integers(0, 50))
def test_moving_everything_changes_no_count(seed: int, east: int, weeks: int) -> None:
    # Times in 1024ths of a day and places in metres, and three hours an eighth of
    # a day, so that nothing is rounded by moving.
    days, xy = incidents(seed)
    days, xy = np.rint(days * 1024) / 1024, np.rint(xy)
    here = followers(days, xy, spells=SPELL, after_hours=3)
    span = [(start + 7 * weeks, end + 7 * weeks) for start, end in SPELL]
    there = followers(days + 7 * weeks, xy + np.array([east, 0]), spells=span, after_hours=3)
    assert (here.observed == there.observed).all()
    assert np.allclose(here.control, there.control)
    assert (here.far_observed == there.far_observed).all()
    assert (here.used == there.used).all()


@settings(max_examples=15, deadline=None)
@given(seed=SEEDS)
def test_all_that_happens_in_the_hours_after_is_near_or_far(seed: int) -> None:
    days, xy = incidents(seed)
    found = followers(days, xy, spells=SPELL)
    lag = days - days[:, None]
    for part, (start, end) in enumerate(((2 / 24, 1), (1, 2), (2, 3))):
        every = ((lag >= start) & (lag < end)).sum(axis=1) * found.used
        told = found.observed[:, :, part].sum(axis=1) + found.far_observed[:, part]
        assert (told == every).all()


@settings(max_examples=15, deadline=None)
@given(seed=SEEDS, hours=st.floats(0.5, 48))
def test_joining_twice_joins_nothing_more(seed: int, hours: float) -> None:
    rng = np.random.default_rng(seed)
    days, xy = rng.uniform(0, 30, 200), rng.integers(0, 4, (200, 2)).astype(np.float64) * 50
    kept = first_of_incident(days, xy, within_hours=hours) == np.arange(200)
    again = first_of_incident(days[kept], xy[kept], within_hours=hours)
    assert (again == np.arange(again.size)).all()


@settings(max_examples=10, deadline=None)
@given(seed=SEEDS)
def test_counts_of_bands_add_up_and_every_interval_holds_its_ratio(seed: int) -> None:
    days, xy = incidents(seed, 800)
    one = np.random.default_rng(seed).uniform(size=days.size) < 0.3
    found = aftermath_ratios(followers(days, xy, spells=SPELL), {"one": one, "rest": ~one})
    for ratio in found.values():
        assert ratio.lo95 < ratio.ratio < ratio.hi95
    for name in (ALL, "one", "rest"):
        for part in range(N_ELAPSED + 1):
            rings = [found[name, ring, part] for ring in range(N_DISTANCES)]
            whole = found[name, N_DISTANCES, part]
            assert sum(ring.observed for ring in rings) == whole.observed
            assert np.isclose(sum(ring.expected for ring in rings), whole.expected)
    for band in ((0, 0), (N_DISTANCES, N_ELAPSED)):
        assert found["one", *band].observed + found["rest", *band].observed == (
            found[ALL, *band].observed
        )
