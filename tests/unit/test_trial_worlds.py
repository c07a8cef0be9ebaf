"""Weekly plans with a hold-out in stated worlds: a known effect is recovered, none is not invented.

200 trials a world here, 2,000 in ``benchmarks/trial.py``: a share of 5 % has a standard error of
1.5 points, and the bands are 3.3 of them.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rightplace.evaluate.designs.finding import Check
from rightplace.evaluate.designs.lot.worlds import World, drawn_trial, tally
from rightplace.evaluate.trial.looks import Spending
from rightplace.evaluate.trial.reading import Reading, Weeks, part_of, read_weeks
from rightplace.evaluate.trial.worlds import QUICK, WEEKLY_PLANS, looked_at

RUNS = 200
BAND = 0.051


def test_twelve_plans_recover_a_known_effect_within_the_interval() -> None:
    found = tally(replace(WEEKLY_PLANS, factor=0.7), QUICK, runs=RUNS, rng=np.random.default_rng(1))
    assert abs(found.relative_held - 0.95) < BAND
    assert found.told > 0.5
    assert abs(found.bias) < 0.03


def test_twelve_plans_without_an_effect_say_so() -> None:
    found = tally(WEEKLY_PLANS, QUICK, runs=RUNS, rng=np.random.default_rng(2))
    assert abs(found.told - 0.05) < BAND


def test_five_looks_that_spend_raise_five_per_cent_where_naive_looks_raise_fourteen() -> None:
    found = looked_at(
        replace(WEEKLY_PLANS, periods=5, places=12),
        (1, 2, 3, 4, 5),
        spendings=tuple(Spending),
        settings=QUICK,
        runs=RUNS,
        rng=np.random.default_rng(3),
    )
    for spending in Spending:
        assert abs(found.stopped[spending] - 0.05) < BAND
    assert found.naive > 2 * max(found.stopped.values())
    assert abs(found.naive - 0.142) < 0.081  # 3.3 standard errors of 2.5 points


def read(world: World, seed: int, *, given: float = 60.0, background: float = 0.0) -> Reading:
    """Read a trial in which treated places got so many minutes a week and others the background."""
    rows, _ = drawn_trial(world, np.random.default_rng(seed))
    minutes = np.where(rows.treated, given, background)
    planned = np.where(rows.treated, 60.0, 0.0)
    weeks = Weeks(
        rows=replace(rows, minutes=minutes, before=rows.count * 0 + 5),
        starts=tuple(f"week {number}" for number in range(world.periods)),
        place=rows.unit,
        by_place=True,
        planned_minutes=planned,
        expected=np.full(rows.count.size, world.mean),
        dose=np.where(rows.treated, 0.5, 0.0),
    )
    return read_weeks(
        weeks,
        outcome="incidents",
        settings=QUICK,
        rng=np.random.default_rng(9),
    )


def test_half_the_minutes_are_half_the_dose_and_twice_the_effect_of_an_hour() -> None:
    whole, half = (
        read(replace(WEEKLY_PLANS, factor=0.6), 4, given=minutes) for minutes in (60.0, 30.0)
    )
    assert whole.given.dose == pytest.approx(0.5)
    assert half.given.dose == pytest.approx(0.25)
    assert half.given.planned_dose == pytest.approx(0.5)
    assert whole.protocol is not None
    assert half.protocol is not None
    hour, hour_of_half = whole.protocol.per_hour, half.protocol.per_hour
    assert hour is not None
    assert hour_of_half is not None
    assert hour_of_half.value == pytest.approx(2 * hour.value)
    # An hour a row: the effect of an hour is the whole effect over the rows that were treated,
    # five of eight places in three strata and twelve plans.
    treated = 12 * 3 * round(8 * 0.6)
    assert hour.value == pytest.approx(whole.finding.estimate.value / treated)


def test_presence_in_places_held_out_takes_from_the_dose_and_from_the_evidence() -> None:
    seen = read(WEEKLY_PLANS, 5, given=60.0, background=30.0)
    assert seen.given.dose == pytest.approx(0.25)
    checks = {each.check: each for each in seen.finding.diagnostics}
    assert checks[Check.SEPARATION].passed is False


def test_arms_with_the_same_minutes_say_nothing_of_an_hour() -> None:
    assert read(WEEKLY_PLANS, 6, given=60.0, background=60.0).protocol is None


def test_the_estimate_is_made_again_without_each_plan() -> None:
    found = read(replace(WEEKLY_PLANS, factor=0.6, periods=4), 7)
    (less,) = [each for each in found.finding.refutations if each.name.startswith("without the pl")]
    rows, _ = drawn_trial(replace(WEEKLY_PLANS, factor=0.6, periods=4), np.random.default_rng(7))
    values = []
    for plan in range(4):
        part = part_of(rows, rows.block != plan)
        arms = [part.count[part.treated == arm].mean() for arm in (True, False)]
        values.append(arms[0] / arms[1] - 1)
    assert less.name.removeprefix("without the plan of ") in {f"week {n}" for n in range(4)}
    assert min(values) - 0.06 < less.estimate.value < max(values) + 0.06
    assert found.finding.series is not None
    assert found.finding.series.starts == ("week 0", "week 1", "week 2", "week 3")


def test_an_effect_that_lasts_into_the_next_week_is_seen_and_takes_a_level() -> None:
    world = replace(WEEKLY_PLANS, places=60, periods=16, mean=8, factor=0.3, lasts=1.0, strata=3)
    found = read(world, 8)
    checks = {each.check: each for each in found.finding.diagnostics}
    assert checks[Check.CARRY_OVER].passed is False
