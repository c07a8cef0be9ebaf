"""Randomisation tests in drawn worlds: 5 % false alarms and intervals that hold, scatter or not.

200 trials a world here, 2,000 in ``benchmarks/lot.py``: a share of 5 % has a standard error of
1.5 points, and the bands are 3.3 of them.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from rightplace.evaluate.designs.finding import Design
from rightplace.evaluate.designs.lot.settings import LotSettings
from rightplace.evaluate.designs.lot.worlds import World, drawn_trial, judged_in, tally
from rightplace.evaluate.power.designs import randomised
from rightplace.evaluate.power.noise import Asked, power_of

RUNS = 200
BAND = 0.051
SETTINGS = LotSettings(redraws=199, listed=199, carry_periods=1, left_out=0)
UNITS = World(design=Design.RANDOMISED_UNITS, places=40, mean=8, scatter=0.3)
SLOW = World(
    design=Design.PLACE_DAY,
    places=12,
    periods=24,
    mean=1,
    between=0.5,
    scatter=0.5,
    memory=0.9,
    swing=0.5,
)
WORLDS = {
    "scattered places": UNITS,
    "a fifth held out in strata": replace(UNITS, places=60, between=0.5, strata=3, share=0.8),
    "days with a memory": SLOW,
    "blocks with a memory": replace(SLOW, design=Design.WEEK_BLOCK, periods=32, block=8),
    "crossover": replace(SLOW, design=Design.CROSSOVER, places=20, periods=8, block=4),
}


@pytest.mark.parametrize("name", WORLDS)
def test_without_an_effect_one_trial_in_twenty_tells_one(name: str) -> None:
    found = tally(WORLDS[name], SETTINGS, runs=RUNS, rng=np.random.default_rng(1))
    assert abs(found.told - 0.05) < BAND
    assert abs(found.relative_held - 0.95) < BAND


@pytest.mark.parametrize("name", ["scattered places", "blocks with a memory", "crossover"])
def test_intervals_hold_an_effect_that_is_there(name: str) -> None:
    world = replace(WORLDS[name], factor=0.6)
    found = tally(world, SETTINGS, runs=RUNS, rng=np.random.default_rng(2))
    assert abs(found.held - 0.95) < BAND
    assert abs(found.relative_held - 0.95) < BAND


def test_a_test_that_knows_poisson_only_raises_alarms_where_ours_does_not() -> None:
    rng = np.random.default_rng(3)
    alarms = 0
    for _ in range(RUNS):
        rows, _ = drawn_trial(UNITS, rng)
        treated = int(rows.count[rows.treated].sum())
        alarms += stats.binomtest(treated, int(rows.count.sum()), 0.5).pvalue < 0.05
    assert alarms / RUNS > 0.05 + 2 * BAND


def test_power_by_formula_is_that_of_the_randomisation_test() -> None:
    world = replace(UNITS, factor=0.6)
    found = tally(world, SETTINGS, runs=RUNS, rng=np.random.default_rng(4))
    # Variance 8 + .3 * 64 by mean 8: a dispersion of 3.4.
    by_formula = power_of(randomised(8, draws=(20, 20), dispersion=3.4), 0.4, Asked())
    assert abs(found.told - by_formula) < 0.12  # 3.3 standard errors of 3.5 points


def test_an_effect_that_lasts_a_day_makes_place_days_look_weaker_than_they_are() -> None:
    world = replace(SLOW, factor=0.5, lasts=1.0, periods=60)
    rng = np.random.default_rng(5)
    found = [judged_in(world, SETTINGS, rng)[0].relative for _ in range(20)]
    assert np.mean([each.value for each in found if each is not None]) > -0.45
