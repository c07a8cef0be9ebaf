"""Operations that never were, placed in a past; and whether an estimate could have shown enough."""

from __future__ import annotations

import math

import numpy as np
import pytest

from rightplace.errors import BadInputError, UnsupportedByDataError
from rightplace.evaluate.designs.evidence import evidence_of
from rightplace.evaluate.designs.finding import Design, Estimate, Finding, Scale
from rightplace.evaluate.designs.panel import NEVER, Panel, Part
from rightplace.evaluate.power.check import power_check, standard_error
from rightplace.evaluate.power.designs import difference, randomised
from rightplace.evaluate.power.past import LotPlan, fake_lots, fake_starts

DRAWS = 400


def panel(counts: np.ndarray, *, treated: int = 0, first: int = NEVER) -> Panel:
    """Return months of units, of which the first ones are treated from a month on."""
    units, periods = counts.shape
    starts = np.datetime64("2015-01", "M") + np.arange(periods + 1)
    days = starts.astype("datetime64[D]")
    return Panel(
        units=tuple(f"u{number}" for number in range(units)),
        parts=tuple(Part.TREATED if n < treated else Part.CONTROL for n in range(units)),
        starts=days[:-1],
        ends=days[1:],
        counts=counts.astype(np.float64),
        known=np.ones(counts.shape, dtype=np.bool_),
        treated_from=np.where(np.arange(units) < treated, first, NEVER),
    )


def _rng() -> np.random.Generator:
    return np.random.default_rng(0)


def test_in_a_past_of_pure_chance_fake_operations_scatter_as_the_formula_says() -> None:
    counts = np.random.default_rng(7).poisson(20, (40, 60))
    made = fake_starts(
        panel(counts),
        Design.DIFFERENCE,
        treated=("u0", "u1", "u2", "u3"),
        periods=(6, 6),
        draws=DRAWS,
        rng=_rng(),
    )
    by_hand = difference(20, units=(4, 36), periods=(6, 6))
    # 400 draws: a standard error of 3.5 %, and the draws share records.
    assert made.standard_error() == pytest.approx(by_hand.standard_error(), rel=0.15)
    assert made.expected == pytest.approx(480, rel=0.05)


def test_weights_find_units_that_share_a_course_where_plain_comparisons_do_not() -> None:
    rng = np.random.default_rng(11)
    # Two kinds of units with opposite courses: weights can tell them apart, a plain mean cannot.
    course = 1 + 0.6 * np.sin(2 * np.pi * np.arange(48) / 24)
    means = 200 * np.stack([course if unit % 2 else 2 - course for unit in range(12)])
    table = panel(rng.poisson(means))
    errors = {
        design: fake_starts(
            table, design, treated=("u1",), periods=(12, 6), draws=60, rng=_rng()
        ).standard_error()
        for design in (Design.SYNTHETIC_CONTROL, Design.DIFFERENCE)
    }
    assert errors[Design.SYNTHETIC_CONTROL] < errors[Design.DIFFERENCE] / 3


def test_season_and_trend_make_before_and_after_noisy_and_a_comparison_not() -> None:
    months = np.arange(60)
    mean = 20 * (1 + 0.5 * np.sin(2 * np.pi * months / 12)) * np.exp(-0.01 * months)
    counts = np.random.default_rng(8).poisson(np.tile(mean, (40, 1)))
    table = panel(counts, treated=4, first=59)
    errors = {
        design: fake_starts(table, design, periods=(6, 6), draws=DRAWS, rng=_rng()).standard_error()
        for design in (Design.BEFORE_AFTER, Design.DIFFERENCE)
    }
    assert errors[Design.BEFORE_AFTER] > 4 * errors[Design.DIFFERENCE]


def test_what_came_after_the_start_is_not_looked_at() -> None:
    counts = np.random.default_rng(9).poisson(20, (12, 36))
    after = counts.copy()
    after[:, 30:] = 500
    found = [
        fake_starts(
            panel(each, treated=3, first=30),
            Design.DIFFERENCE,
            periods=(6, 6),
            draws=50,
            rng=_rng(),
        ).standard_error()
        for each in (counts, after)
    ]
    assert found[0] == found[1]


def test_lots_in_a_past_of_pure_chance_scatter_as_the_formula_says() -> None:
    counts = np.random.default_rng(10).poisson(8, (30, 60))
    plan = LotPlan(during=20)
    made = fake_lots(panel(counts), Design.PLACE_DAY, plan, draws=DRAWS, rng=_rng())
    by_hand = randomised(8, draws=(300, 300), design=Design.PLACE_DAY)
    assert made.standard_error() == pytest.approx(by_hand.standard_error(), rel=0.12)


def test_strata_and_crossovers_take_out_what_places_differ_by() -> None:
    rates = np.linspace(2, 40, 30)
    table = panel(np.random.default_rng(13).poisson(np.tile(rates, (48, 1)).T))

    def error(design: Design, strata: int) -> float:
        plan = LotPlan(during=12, strata=strata)
        noise = fake_lots(table, design, plan, draws=DRAWS, rng=_rng())
        return noise.standard_error() / noise.expected

    once = error(Design.RANDOMISED_UNITS, 1)
    # Rates have a standard deviation of 11.3 round 21; 15 against 15: .54 * sqrt(2 / 15) = .197.
    assert once == pytest.approx(0.197, rel=0.15)
    assert error(Design.RANDOMISED_UNITS, 10) < once / 3
    # Poisson alone: 30 places, 6 periods in either arm at 21: sqrt(2 * 3780) / 3780 = .023.
    assert error(Design.CROSSOVER, 1) == pytest.approx(0.023, rel=0.2)


def test_a_past_that_is_too_short_and_a_unit_that_is_not_there_are_refused() -> None:
    table = panel(np.ones((6, 10)), treated=2, first=8)
    with pytest.raises(UnsupportedByDataError, match="too few"):
        fake_starts(table, Design.DIFFERENCE, periods=(6, 6), draws=20, rng=_rng())
    with pytest.raises(UnsupportedByDataError, match="Nobody says which"):
        fake_starts(
            panel(np.ones((6, 10))), Design.BEFORE_AFTER, periods=(2, 2), draws=20, rng=_rng()
        )
    with pytest.raises(BadInputError, match="no unit"):
        fake_starts(
            table, Design.DIFFERENCE, treated=("Mars",), periods=(2, 2), draws=20, rng=_rng()
        )
    none = panel(np.zeros((6, 10)), treated=2, first=8)
    with pytest.raises(UnsupportedByDataError, match="nothing expected"):
        fake_starts(none, Design.DIFFERENCE, periods=(2, 2), draws=20, rng=_rng())


def _finding(lo: float | None, hi: float | None, *, expected: float | None = 100.0) -> Finding:
    return Finding(
        design=Design.BEFORE_AFTER,
        outcome="robbery",
        estimate=Estimate(value=-5.0, lo=lo, hi=hi, scale=Scale.INCIDENTS, method="Poisson"),
        expected=expected,
    )


def test_a_narrow_interval_could_have_shown_what_matters_and_a_wide_one_not() -> None:
    # Half a width of 7.84 is 4 standard errors of 1.96: s.e. 4 of 100; 2.8016 of them: 11.2 %.
    narrow = _finding(-12.84, 2.84)
    assert standard_error(narrow) == pytest.approx(0.04, abs=1e-4)
    assert power_check(narrow, 0.12).passed is True
    assert power_check(narrow, 0.11).passed is False
    assert "11.2%" in power_check(narrow, 0.11).words


def test_without_ends_or_anything_expected_the_check_is_not_possible() -> None:
    for finding in (
        _finding(None, None),
        _finding(-math.inf, 3.0),
        _finding(-9.0, 0.0, expected=None),
    ):
        assert power_check(finding, 0.2).passed is None


def test_lack_of_power_takes_no_level_away() -> None:
    weak = _finding(-60.0, 50.0)
    told = Finding(
        design=weak.design,
        outcome=weak.outcome,
        estimate=weak.estimate,
        diagnostics=(power_check(weak, 0.1),),
    )
    assert evidence_of(told).level == evidence_of(weak).level
