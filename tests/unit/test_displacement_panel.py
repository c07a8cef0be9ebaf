"""From a table of periods the difference knows its scatter; under spells Poisson's does not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rightplace.errors import BadInputError, UndefinedMetricError
from rightplace.evaluate.designs.displacement import Comparison, Counts
from rightplace.evaluate.designs.displacement_panel import (
    displacement_difference,
    panel_difference,
)
from rightplace.evaluate.designs.displacement_worlds import World, coverage, world
from rightplace.evaluate.designs.evidence import evidence_of
from rightplace.evaluate.designs.finding import Check, Finding
from rightplace.evaluate.designs.panel import NEVER, Panel, Part
from rightplace.evaluate.designs.verdict import verdict

FULL = (Part.TREATED, Part.CONTROL, Part.RING, Part.RING_CONTROL)


def panel(rows: list[list[float]], *, first: int, parts: tuple[Part, ...] = FULL) -> Panel:
    """Return a table of days."""
    counts = np.array(rows, dtype=np.float64)
    starts = np.datetime64("2018-01-01") + np.arange(counts.shape[1])
    used = parts[: counts.shape[0]]
    return Panel(
        units=tuple("abcdefgh"[: counts.shape[0]]),
        parts=used,
        starts=starts,
        ends=starts + 1,
        counts=counts,
        known=np.ones(counts.shape, dtype=np.bool_),
        treated_from=np.array([first if each is Part.TREATED else NEVER for each in used]),
    )


def passed(finding: Finding, check: Check) -> bool | None:
    return {each.check: each.passed for each in finding.diagnostics}[check]


def codes(finding: Finding) -> list[str]:
    return [each.code for each in finding.flags]


NOISY = panel(
    [
        [31, 28, 33, 29, 30, 32, 27, 31, 20, 22],
        [30, 30, 30, 30, 30, 30, 30, 30, 30, 30],
        [20, 22, 19, 21, 20, 18, 21, 20, 20, 20],
        [20, 20, 20, 20, 20, 20, 20, 20, 20, 20],
    ],
    first=8,
)


def test_the_estimate_is_the_one_of_the_counts_weighted_by_time() -> None:
    found = panel_difference(NOISY)
    counts = Comparison(
        treated=Counts(before=241, after=42),
        control=Counts(before=240, after=60),
        ring=Counts(before=161, after=40),
        ring_control=Counts(before=160, after=40),
        time_weights=(4, 1),
    ).difference()

    assert found.finding.estimate.value == pytest.approx(counts.total.value)
    assert found.local.value == pytest.approx(counts.local.value)
    assert found.finding.refutations[0].estimate == counts.total.estimate()
    assert found.finding.observed == 42
    assert found.finding.expected == pytest.approx(42 - counts.local.value)


def test_the_scatter_is_that_of_the_differences_before() -> None:
    """Differences 1, 0, 2, 0, 0, 0, -2, 1 have mean .25 and squares 9.5 of 7 degrees."""
    found = panel_difference(NOISY)

    assert found.standard_error**2 == pytest.approx(9.5 / 7 * 2 * (1 + 2 / 8))
    assert found.degrees_of_freedom == 7
    # Student's t of 7 degrees reaches 2.3646 (tables).
    assert found.finding.estimate.hi is not None
    reach = found.finding.estimate.hi - found.finding.estimate.value
    assert reach == pytest.approx(2.364624 * found.standard_error, rel=1e-6)
    assert found.dispersion == pytest.approx(9.5 / 7 / (802 / 8))


def test_the_series_expects_what_the_control_did_plus_the_level_before() -> None:
    series = displacement_difference(NOISY).series

    assert series is not None
    np.testing.assert_allclose(series.expected, 30 + 1 / 8)
    assert np.isnan(series.lo[:8]).all()
    assert (series.lo[8:] < series.expected[8:]).all()
    assert series.first_treated == 8


def test_longer_periods_weigh_by_their_days() -> None:
    """5 a day here and 4 there: 2 days before and 1 after give no difference."""
    base = panel([[10, 5, 10, 5, 5], [8, 4, 8, 4, 4]], first=4)
    starts = np.array(["2018-01-01", "2018-01-03", "2018-01-04", "2018-01-06", "2018-01-07"])
    table = replace(base, starts=starts.astype("datetime64[D]"), ends=np.append(
        starts[1:], "2018-01-08").astype("datetime64[D]"))  # fmt: skip

    with pytest.raises(UndefinedMetricError, match="same in every period"):
        panel_difference(table)
    table.counts[0, 0] += 1
    assert panel_difference(table).finding.estimate.value == pytest.approx(-1 / 6)


def test_few_periods_leave_poisson_chance_and_say_so() -> None:
    found = panel_difference(panel([[30, 31, 20], [30, 30, 30]], first=2))

    assert found.dispersion is None
    assert found.finding.estimate.method == "Poisson, normal"
    assert codes(found.finding) == ["one-treated-unit", "poisson-only", "no-ring"]
    assert passed(found.finding, Check.PRE_TREND) is None


def test_a_difference_on_its_way_already_fails_and_cannot_tell() -> None:
    rows: list[list[float]] = [[60, 57, 55, 51, 48, 46, 42, 39, 36, 33], [40.0] * 10]
    finding = displacement_difference(panel(rows, first=8))

    assert passed(finding, Check.PRE_TREND) is False
    assert verdict(finding).startswith("These data cannot tell")
    assert evidence_of(finding).level < 3


def test_spells_longer_than_a_period_are_seen() -> None:
    rows: list[list[float]] = [
        [36, 36, 36, 36, 24, 24, 24, 24, 36, 36, 36, 37, 24, 24, 24, 24, 30],
        [30.0] * 17,
    ]

    assert passed(displacement_difference(panel(rows, first=16)), Check.RESIDUALS) is False


def test_a_false_start_that_shows_an_effect_fails() -> None:
    rows: list[list[float]] = [[30, 31, 30, 29, 20, 21, 20, 19, 20], [30.0] * 9]
    finding = displacement_difference(panel(rows, first=8))

    assert passed(finding, Check.PLACEBO_TIME) is False
    assert finding.refutations[1].name == "placebo start 2018-01-05"


def test_periods_without_data_are_left_out_and_named() -> None:
    NOISY.known[1, 2] = False
    try:
        finding = displacement_difference(NOISY)
    finally:
        NOISY.known[1, 2] = True

    assert "periods-left-out" in codes(finding)


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ((Part.TREATED, Part.RING), "no unit that is control"),
        ((Part.TREATED, Part.CONTROL, Part.RING), "no unit that is ring-control"),
        ((Part.TREATED, Part.CONTROL, Part.RING_CONTROL), "no unit that is ring"),
    ],
)
def test_a_part_that_lacks_is_named(parts: tuple[Part, ...], said: str) -> None:
    with pytest.raises(BadInputError, match=said):
        displacement_difference(panel([[1.0, 2.0]] * len(parts), first=1, parts=parts))


def test_staggered_starts_and_no_time_before_are_refused() -> None:
    two = panel([[5, 5, 5], [5, 5, 5], [5, 5, 5]], first=1, parts=(*FULL[:1], *FULL[:2]))
    two.treated_from[1] = 2
    with pytest.raises(BadInputError, match="different times"):
        displacement_difference(two)
    with pytest.raises(BadInputError, match="No period before"):
        displacement_difference(panel([[5, 5], [5, 5]], first=0))


# 200 draws: under 95 % the binomial leaves 90.5 to 98.5 in 99.5 of 100 cases.
BAND = (0.905, 0.985)


def test_intervals_hold_under_poisson_and_under_spells_where_poissons_fail() -> None:
    rng = np.random.default_rng(10)

    calm = coverage(World(dispersion=0.0), draws=200, rng=rng)
    wild = coverage(World(dispersion=0.2), draws=200, rng=rng)

    for share in (calm.measured, calm.poisson, wild.measured):
        assert BAND[0] <= share <= BAND[1]
    assert wild.poisson < 0.75


def test_a_real_fall_is_covered_too() -> None:
    found = coverage(World(dispersion=0.1, effect=-0.3), draws=200, rng=np.random.default_rng(11))

    assert found.measured >= BAND[0]


def test_a_world_is_drawn_as_stated() -> None:
    drawn = world(World(dispersion=0.2, before=200, after=200), rng=np.random.default_rng(5))

    assert drawn.shape == (4, 400)
    counts = drawn.counts[0]
    # Mean 30, variance 30 + .2 x 900 = 210: standard error of the mean .72, of the variance 15.
    assert abs(counts.mean() - 30) < 3
    assert abs(counts.var() - 210) < 60


def test_nothing_before_cannot_be_told_and_a_single_place_is_flagged() -> None:
    none = displacement_difference(
        panel([[0, 0, 0, 0, 50, 60], [40, 50, 45, 48, 40, 50]], first=4, parts=FULL[:2])
    )
    assert verdict(none).startswith("These data cannot tell whether it worked: nothing was counted")
    assert "one-treated-unit" in codes(none)


def test_one_period_before_makes_the_checks_of_periods_impossible_and_says_so() -> None:
    finding = displacement_difference(panel([[30, 20], [30, 30]], first=1))

    told = {each.check: each for each in finding.diagnostics}
    for check in (Check.PRE_TREND, Check.RESIDUALS):
        assert told[check].passed is None
        assert told[check].words.startswith("1 period before the start, where 8 are needed")
    assert told[Check.PLACEBO_TIME].passed is None
    assert finding.refutations == ()
    assert "1 period before the start cannot show" in verdict_flags(finding)


def verdict_flags(finding: Finding) -> str:
    return " ".join(each.words for each in finding.flags)
