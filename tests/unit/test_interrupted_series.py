"""Interrupted time series: worked cases, statsmodels' numbers, and worlds whose truth is known."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rightplace.errors import NotHeldError, UnsupportedByDataError, UsageError
from rightplace.evaluate.designs.evidence import evidence_of
from rightplace.evaluate.designs.finding import Check, Diagnostic, Finding
from rightplace.evaluate.designs.panel import NEVER, Panel
from rightplace.evaluate.designs.series import counted, false_breaks, interrupted_series
from rightplace.evaluate.designs.series_fit import fitted
from rightplace.evaluate.designs.series_memory import remembered
from rightplace.evaluate.designs.series_settings import SeriesSettings
from rightplace.evaluate.designs.verdict import verdict
from tests.difference_worlds import World, drawn, panel

DEFAULTS = SeriesSettings()
RUNS = 200
COVERED = range(180, 199)  # of 200 at a true 95 %, but once in a hundred on either side


def _by_day(per_day: list[float]) -> Panel:
    """Return one treated place with so many incidents a day, month by month, from 13 months on."""
    base = panel(np.ones((1, len(per_day))), np.array([12]))
    days = (base.ends - base.starts).astype(np.int64)
    return panel(days[None, :] * np.array(per_day), np.array([12]))


def _check(found: Finding, check: Check) -> Diagnostic:
    return next(each for each in found.diagnostics if each.check is check)


def test_fall_from_ten_a_day_to_eight_is_a_fifth_whatever_the_length_of_months() -> None:
    """12 months of 10 a day, then 91 days (January to March 2016) of 8: 728 against 910."""
    found = interrupted_series(_by_day([10.0] * 12 + [8.0] * 3), outcome="robbery")

    assert found.observed == pytest.approx(728)
    assert found.expected == pytest.approx(910)
    assert found.estimate.value == pytest.approx(-182)
    assert found.relative is not None
    assert found.relative.value == pytest.approx(-0.2)


def test_steady_growth_goes_on_and_is_no_effect() -> None:
    """A tenth more each month, before and since: expected as counted."""
    found = interrupted_series(_by_day([10 * 1.1**month for month in range(18)]), outcome="robbery")

    assert found.estimate.value == pytest.approx(0, abs=0.01)
    assert verdict(found).startswith("No effect could be told from chance")


def test_break_and_error_of_the_level_are_those_of_a_quasi_poisson_regression() -> None:
    sm = pytest.importorskip("statsmodels.api")
    rng = np.random.default_rng(2)
    of = counted(panel(rng.negative_binomial(20, 0.2, (1, 20)), np.array([15])))
    months = np.arange(20.0)
    x = sm.add_constant(np.column_stack([months, months >= 15]))

    found = fitted(of, DEFAULTS)

    glm = sm.GLM(of.treated, x, family=sm.families.Poisson(), offset=np.log(of.days))
    theirs = glm.fit(scale="X2")
    assert found.memory == 0  # of these draws; else errors would differ
    assert found.effect == pytest.approx(theirs.params[2], rel=1e-6)
    assert found.error == pytest.approx(theirs.bse[2], rel=1e-5)
    assert found.dispersion == pytest.approx(theirs.scale, rel=1e-5)


def test_whatever_moves_the_control_too_is_no_effect() -> None:
    """Both places halve when the treated one begins: nothing is left beside the control."""
    wave = 100 + 20 * np.sin(np.arange(18))
    both = np.where(np.arange(18) < 12, wave, wave / 2)

    alone = interrupted_series(panel(both[None, :], np.array([12])), outcome="robbery")
    beside = interrupted_series(
        panel(np.vstack([both, 3 * both]), np.array([12, NEVER])), outcome="x"
    )

    assert alone.estimate.value < -200
    assert beside.estimate.value == pytest.approx(0, abs=0.01)


def test_memory_of_what_is_left_over_is_found_although_regression_hides_part() -> None:
    """Errors that keep half of the month before: 0.5 on average over 100 series of 40 months."""
    rng = np.random.default_rng(1)
    x = np.column_stack([np.ones(40), np.arange(40), np.arange(40) >= 30])
    leaves = np.eye(40) - x @ np.linalg.pinv(x)
    found, plain = [], []
    for _ in range(100):
        errors = np.empty(40)
        errors[0] = rng.normal()
        for month in range(1, 40):
            errors[month] = 0.5 * errors[month - 1] + rng.normal(0, np.sqrt(0.75))
        left = leaves @ errors
        found.append(remembered(leaves, left).lag_one)
        plain.append(left[1:] @ left[:-1] / (left @ left))

    assert np.mean(plain) < 0.42
    assert np.mean(found) == pytest.approx(0.5, abs=0.08)


def test_place_whose_counts_wander_gets_a_wider_interval() -> None:
    steady, wandering = (
        interrupted_series(
            drawn(
                World(treated=5, controls=0, months=60, start=48, drift=0, memory=0.7, shock=shock),
                np.random.default_rng(2),
            ),
            outcome="robbery",
        ).relative
        for shock in (0.0, 0.3)
    )

    assert steady is not None and steady.lo is not None and steady.hi is not None  # noqa: PT018 - types
    assert wandering is not None and wandering.lo is not None  # noqa: PT018 - types
    assert wandering.hi is not None
    assert wandering.hi - wandering.lo > 1.5 * (steady.hi - steady.lo)


def _after_steps(levels: list[int], length: int, seed: int) -> Finding:
    """Return what is found where counts step of their own accord, and are 30 once it begins."""
    mean = np.concatenate([np.repeat(levels, length), [30] * 8])
    counts = np.random.default_rng(seed).poisson(mean)[None, :]
    return interrupted_series(panel(counts, np.array([66])), outcome="robbery")


def test_place_where_many_false_breaks_claim_an_effect_fails() -> None:
    found = _after_steps([100, 50, 100], 22, seed=1)

    assert _check(found, Check.PLACEBO_TIME).passed is False
    assert verdict(found).startswith("These data cannot tell")


def test_effect_that_false_breaks_match_fails_though_few_of_them_claim_one() -> None:
    found = _after_steps([100, 60], 33, seed=8)

    assert found.estimate.excludes_none
    assert "12% of the false ones claim" in _check(found, Check.PLACEBO_TIME).words
    assert _check(found, Check.PLACEBO_TIME).passed is False
    assert verdict(found).startswith("These data cannot tell")


def test_false_breaks_lie_before_the_operation_and_see_nothing_of_it() -> None:
    of = counted(drawn(World(treated=1, controls=0, months=60, start=48), np.random.default_rng(0)))

    parts = false_breaks(of, DEFAULTS)

    assert len(parts) == 24
    assert all(part.treated.size <= 48 for part in parts)
    assert all(12 <= part.begins < part.treated.size for part in parts)


def test_too_short_a_time_before_and_counts_of_nothing_are_refused() -> None:
    short = panel(np.ones((1, 14)), np.array([4]))
    with pytest.raises(UnsupportedByDataError, match="4 known periods before"):
        interrupted_series(short, outcome="robbery")
    nothing = panel(np.array([[5.0] * 12 + [0.0] * 3]), np.array([12]))
    with pytest.raises(UnsupportedByDataError, match="0 were counted"):
        interrupted_series(nothing, outcome="robbery")


def test_season_is_flagged_where_it_cannot_be_told_and_fitted_where_it_can() -> None:
    rng = np.random.default_rng(5)
    short = drawn(World(treated=2, controls=0, months=20, start=14), rng)
    found = interrupted_series(short, outcome="robbery")
    assert "no-season" in {each.code for each in found.flags}

    words = [
        fitted(
            counted(drawn(World(treated=2, controls=0, months=start + 6, start=start), rng)),
            DEFAULTS,
        )
        for start in (24, 36, 60)
    ]
    assert [each.season for each in words] == [
        "1 wave of a year",
        "2 waves of a year",
        "months of the year",
    ]


def test_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "statsmodels.api", None)
    with pytest.raises(NotHeldError, match="statsmodels") as caught:
        interrupted_series(_by_day([10.0] * 18), outcome="robbery")
    assert "rightplace[designs]" in str(caught.value)


def test_settings_out_of_range_are_refused() -> None:
    with pytest.raises(UsageError, match="placebo_share"):
        SeriesSettings(placebo_share=1.0)


@pytest.mark.parametrize(
    "world",
    [
        World(treated=5, controls=0, months=48, start=36, drift=0, ratio=0.8),
        World(treated=5, controls=0, months=60, start=48, drift=0, memory=0.6, shock=0.2),
        World(treated=5, controls=20, months=48, start=36, drift=0, memory=0.5, shock=0.1),
    ],
    ids=["overdispersed", "with memory", "beside a control"],
)
def test_intervals_hold_the_truth_and_residuals_alarm_as_often_as_they_say(world: World) -> None:
    rng, held, alarmed = np.random.default_rng(6), 0, 0
    for _ in range(RUNS):
        found = fitted(counted(drawn(world, rng)), DEFAULTS)
        held += abs(found.effect - np.log(world.ratio)) <= 2.02 * found.error
        alarmed += found.chance_left < 0.05

    assert held in COVERED
    assert 3 <= alarmed <= 21  # 5 %, but once in a hundred on either side


def test_series_is_level_two_at_best() -> None:
    world = World(treated=5, controls=0, months=60, start=48, drift=0, ratio=0.6)
    found = interrupted_series(drawn(world, np.random.default_rng(1)), outcome="robbery")

    assert found.estimate.excludes_none
    assert evidence_of(found).level == 2
    assert evidence_of(replace(found, replicated=True)).level == 2
    assert found.series is not None
    assert found.series.first_treated == 48
    outside = (found.series.observed < found.series.lo) | (found.series.observed > found.series.hi)
    assert outside[:48].mean() < 0.1
    assert outside[48:].mean() > 0.7


def test_settings_say_what_the_checks_ask_for() -> None:
    of = drawn(World(treated=3, controls=0, months=40, start=30), np.random.default_rng(3))

    usual, strict = (
        interrupted_series(of, outcome="robbery", settings=settings)
        for settings in (SeriesSettings(), SeriesSettings(false_alarm=0.999, fewest_false=30))
    )

    assert _check(usual, Check.PLACEBO_TIME).passed is not None
    assert _check(strict, Check.PLACEBO_TIME).passed is None
    assert "where 30 are needed" in _check(strict, Check.PLACEBO_TIME).words
    assert _check(strict, Check.RESIDUALS).passed is False


@pytest.mark.parametrize(("controls", "held"), [(0, "68 of 100"), (6, "86 of 100")])
def test_verdict_says_that_a_series_is_too_sure_of_itself(controls: int, held: str) -> None:
    """The share held in London's recorded counts stands in the page of benchmarks."""
    world = World(treated=5, controls=controls, months=60, start=48, drift=0, ratio=0.6)
    found = interrupted_series(drawn(world, np.random.default_rng(1)), outcome="robbery")

    told = verdict(found)
    assert "is too sure of itself" in told
    assert held in told
    assert "beyond the chance that the interval allows for" in told
    assert "chance alone hardly" not in told
    rows = Path("docs/benchmarks/difference.md").read_text(encoding="utf-8").splitlines()
    kind = "beside the others" if controls else "treated places alone"
    (row,) = (each for each in rows if each.startswith(f"| burglary, 8 boroughs, {kind} |"))
    assert f"| 100 | {held[:2]}.0% |" in row
