"""What a difference-in-differences must survive, and worlds in which it should not."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from rightplace.evaluate.designs.difference import checks
from rightplace.evaluate.designs.difference.cohorts import cohorts
from rightplace.evaluate.designs.difference.finding import difference
from rightplace.evaluate.designs.difference.group_time import group_time
from rightplace.evaluate.designs.difference.inference import by_ratio, clustered
from rightplace.evaluate.designs.difference.settings import DifferenceSettings
from rightplace.evaluate.designs.finding import Check, Diagnostic, Finding
from rightplace.evaluate.designs.panel import NEVER, Part
from rightplace.evaluate.designs.verdict import verdict
from tests.difference_worlds import World, drawn, panel

QUICK = DifferenceSettings(draws=199)
RUNS = 200
# Of 200 runs at a true 95 %, 181 or fewer, or 199 or more, come out once in a hundred each side.
COVERED = range(180, 199)


def _found(world: World, seed: int = 0) -> Finding:
    return difference(
        drawn(world, np.random.default_rng(seed)),
        outcome="robbery",
        rng=np.random.default_rng(1),
        settings=QUICK,
    )


def _check(found: Finding, check: Check) -> Diagnostic:
    return next(each for each in found.diagnostics if each.check is check)


def test_areas_that_drifted_apart_before_fail_and_the_verdict_says_so() -> None:
    found = _found(World(slope=-0.03, drift=0.0))

    assert _check(found, Check.PRE_TREND).passed is False
    assert _check(found, Check.PLACEBO_TIME).passed is False
    assert verdict(found).startswith("These data cannot tell")


def test_trend_check_says_which_drift_it_would_have_missed() -> None:
    words = _check(_found(World()), Check.PRE_TREND).words

    assert "steady drift apart" in words
    assert "four times in five" in words


def test_time_before_too_short_for_blocks_or_false_starts_is_not_passed() -> None:
    found = _found(World(months=4, start=1))

    assert _check(found, Check.PRE_TREND).passed is None
    assert _check(found, Check.PLACEBO_TIME).passed is None


def test_blocks_before_are_of_one_length_and_end_at_the_start() -> None:
    first = np.array([11, NEVER])
    of = cohorts(panel(np.ones((2, 12)), first), treated=Part.TREATED, control=Part.CONTROL)

    made = checks.block_windows(of, 4)

    assert [windows[0].before for windows in made] == [(3, 5), (5, 7), (7, 9)]
    assert {windows[0].after for windows in made} == {(9, 11)}


def test_unit_that_carries_the_answer_is_named() -> None:
    counts = np.full((12, 8), 20.0) + np.random.default_rng(0).integers(-2, 3, (12, 8))
    counts[3, 4:] = 200
    first = np.array([4] * 6 + [NEVER] * 6)

    found = difference(
        panel(counts, first), outcome="robbery", rng=np.random.default_rng(0), settings=QUICK
    )

    assert "(without area 3)" in _check(found, Check.LEAVE_ONE_OUT).words


def test_parallel_numbers_are_not_parallel_shares_and_the_difference_is_told() -> None:
    """Small areas and large ones each gain 20: nothing by difference, a great rise by ratio."""
    before = np.array([10.0] * 6 + [100.0] * 6)
    counts = np.repeat(before[:, None], 8, axis=1) + np.tile([0, 1, 0, 1, 20, 21, 20, 21], (12, 1))
    first = np.array([4] * 6 + [NEVER] * 6)

    found = difference(
        panel(counts, first), outcome="robbery", rng=np.random.default_rng(0), settings=QUICK
    )

    other = next(each for each in found.refutations if each.name == "by difference")
    assert other.estimate.value == pytest.approx(0)
    assert found.estimate.value > 300
    assert _check(found, Check.SENSITIVITY).passed is False


def test_replicated_needs_two_on_either_side() -> None:
    assert _found(World(treated=2, controls=20)).replicated
    assert not _found(World(treated=2, controls=1)).replicated


@pytest.mark.parametrize(
    "world",
    [
        World(treated=6, controls=10, ratio=0.8),
        World(
            treated=8, controls=10, memory=0.6, shock=0.2, starts=(18, 18, 18, 20, 24, 24, 26, 28)
        ),
        World(treated=3, controls=20, ratio=0.8),
    ],
    ids=["wild", "staggered with memory", "permuted"],
)
def test_intervals_hold_the_truth_as_often_as_they_say(world: World) -> None:
    rng, held = np.random.default_rng(7), 0
    for _ in range(RUNS):
        of = cohorts(drawn(world, rng), treated=Part.TREATED, control=Part.CONTROL)
        found = by_ratio(of, of.windows(), settings=QUICK, rng=rng)
        assert found is not None
        assert found.lo is not None
        assert found.hi is not None
        held += found.lo <= np.log(world.ratio) <= found.hi

    assert held in COVERED


def test_plain_clustered_errors_are_too_narrow_where_few_are_treated_and_the_bootstrap_is_not() -> (
    None
):
    """5 treated beside 35: errors clustered by unit rest on 5 units and do not know it."""
    world, rng = World(treated=5, controls=35, drift=0.2), np.random.default_rng(8)
    plain = wild = 0
    for _ in range(RUNS):
        of = cohorts(drawn(world, rng), treated=Part.TREATED, control=Part.CONTROL)
        found = by_ratio(of, of.windows(), settings=QUICK, rng=rng)
        assert found is not None
        narrow = clustered(found.contrast, level=0.95)
        wild += found.lo <= 0 <= found.hi  # type: ignore[operator]  # the bootstrap has ends
        plain += narrow.lo <= 0 <= narrow.hi  # type: ignore[operator]  # so have clustered errors

    assert wild in COVERED
    assert plain < 178


def test_checks_of_time_fail_about_as_often_as_they_may_where_nothing_is_wrong() -> None:
    """Each at 5 %: 3 to 21 of 200 (1 % either side)."""
    rng, failed = np.random.default_rng(9), {Check.PRE_TREND: 0, Check.PLACEBO_TIME: 0}
    world = replace(World(), treated=6, controls=10)
    for _ in range(RUNS):
        of = cohorts(drawn(world, rng), treated=Part.TREATED, control=Part.CONTROL)
        p = checks.largest_by_chance(of, checks.block_windows(of, 4), settings=QUICK, rng=rng)
        failed[Check.PRE_TREND] += p is not None and p < 0.05
        p = checks.largest_by_chance(
            of, checks.false_starts(of, QUICK.false_starts), settings=QUICK, rng=rng
        )
        failed[Check.PLACEBO_TIME] += p is not None and p < 0.05

    assert all(3 <= many <= 21 for many in failed.values())


def test_bound_of_drift_is_that_of_rambachan_and_roth() -> None:
    """Steps of blocks before are worked out by hand, and diff-diff gives the same set."""
    diff_diff = pytest.importorskip("diff_diff")
    # Controls level at 100; treated 100, 110, 100 before, 80 and 70 since.
    counts = np.array([[100.0, 110, 100, 80, 70], [100.0] * 5])
    of = cohorts(panel(counts, np.array([3, NEVER])), treated=Part.TREATED, control=Part.CONTROL)
    made = checks.block_windows(of, 3)

    found = checks.relative_magnitudes(of, made)

    step, mean = np.log(1.1), (np.log(0.8) + np.log(0.7)) / 2
    assert found == pytest.approx((mean - 1.5 * step, mean + 1.5 * step))
    effects = {-2: 0.0, -1: step, 1: np.log(0.8), 2: np.log(0.7)}
    theirs = _honest(diff_diff, effects)
    assert found == pytest.approx((theirs.lb, theirs.ub), abs=1e-6)


def _honest(diff_diff: Any, effects: dict[int, float]) -> Any:  # noqa: ANN401 - no types there
    periods = {
        at: diff_diff.PeriodEffect(at, value, 0.01, value / 0.01, 0.0, (value, value))
        for at, value in effects.items()
    }
    results = diff_diff.MultiPeriodDiDResults(
        period_effects=periods,
        avg_att=0.0,
        avg_se=0.01,
        avg_t_stat=0.0,
        avg_p_value=1.0,
        avg_conf_int=(0.0, 0.0),
        n_obs=10,
        n_treated=1,
        n_control=1,
        pre_periods=[-2, -1],
        post_periods=[1, 2],
        vcov=np.eye(4) * 1e-4,
        interaction_indices={at: place for place, at in enumerate(effects)},
        reference_period=0,
    )
    return diff_diff.HonestDiD(method="relative_magnitude", M=1.0).fit(results)


def test_staggered_starts_are_judged_twice() -> None:
    """Callaway and Sant'Anna by hand: each group and period against never treated, from the last.

    First group, from the third period: 8 - 10, 6 - 10, controls +1 and +2: -3, -6. Second, from
    the fourth: 12 - 20 less (12 - 11): -9, in two units. Together -3 - 6 - 18 = -27.
    """
    pytest.importorskip("diff_diff")
    first = np.array([2, 3, 3, NEVER, NEVER])
    counts = np.array(
        [[10.0, 10, 8, 6], [20, 20, 20, 12], [20, 20, 20, 12], [10, 10, 11, 12], [10, 10, 11, 12]]
    )
    of = cohorts(panel(counts, first), treated=Part.TREATED, control=Part.CONTROL)

    assert group_time(of, level=0.95).value == pytest.approx(-27)


def test_staggered_starts_without_the_extra_are_judged_once_and_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = World(starts=(18, 18, 18, 18, 24, 24, 24, 24))
    assert "group-time effects" in {each.name for each in _found(world).refutations}
    monkeypatch.setitem(sys.modules, "diff_diff", None)

    found = _found(world)

    flag = next(each for each in found.flags if each.code == "not-judged-twice")
    assert "rightplace[designs]" in flag.words


def test_settings_say_how_many_false_starts_are_made_and_how_rarely_a_check_may_fail() -> None:
    of = drawn(World(), np.random.default_rng(0))
    two, strict = (
        difference(of, outcome="robbery", rng=np.random.default_rng(1), settings=settings)
        for settings in (replace(QUICK, false_starts=2), replace(QUICK, false_alarm=0.999))
    )

    names = [each.name for each in two.refutations if each.name.startswith("false start")]
    assert names == [f"false start after {share} of the time before" for share in ("33%", "67%")]
    assert _check(strict, Check.PLACEBO_TIME).passed is False
    assert (
        _check(strict, Check.PLACEBO_TIME).value
        == _check(_found(World()), Check.PLACEBO_TIME).value
    )
