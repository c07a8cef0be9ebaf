"""Weighted comparison of many small places: what is found, checked, refuted and flagged."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from rightplace.errors import BadInputError
from rightplace.evaluate.designs.finding import Check, Finding
from rightplace.evaluate.designs.synthetic.calibrate import calibrate
from rightplace.evaluate.designs.synthetic.calibrated import calibrated_findings
from rightplace.evaluate.designs.synthetic.draws import (
    jackknife,
    lower_chance,
    placebos,
    two_sided_chance,
)
from rightplace.evaluate.designs.synthetic.inversion import bounds, relative_interval
from rightplace.evaluate.designs.synthetic.linearised import effect
from rightplace.evaluate.designs.synthetic.matching import (
    Kind,
    Matching,
    UnitTable,
    constraints,
)
from rightplace.evaluate.designs.synthetic.settings import SyntheticSettings
from rightplace.evaluate.designs.verdict import CANNOT_TELL
from tests.synthetic_worlds import blocks_world

FEW = SyntheticSettings(permutations=79)


def blocks(seed: int, *, change: float = 0.0, treated: int = 10) -> UnitTable:
    return blocks_world(np.random.default_rng(seed), change=change, treated=treated)


def found(table: UnitTable, settings: SyntheticSettings = FEW) -> Finding:
    matching = Matching.each_period(table, ("crime",))
    rng = np.random.default_rng(0)
    (finding,) = calibrated_findings(
        table, matching, outcomes=("crime",), settings=settings, rng=rng
    )
    return finding


def test_a_halving_is_found_with_an_interval_that_holds_it() -> None:
    finding = found(blocks(1, change=-0.5))
    share = finding.relative
    assert share is not None
    assert share.lo is not None
    assert share.hi is not None
    assert share.lo < -0.5 < share.hi < 0
    assert finding.estimate.p == pytest.approx(2 / 80)  # none of 79 placebos came out as low
    assert finding.replicated


def test_interval_and_chance_are_of_one_test() -> None:
    for seed in range(8):
        estimate = found(blocks(seed, change=-0.15)).estimate
        assert estimate.p is not None
        assert estimate.excludes_none == (estimate.p <= 0.05 + 1e-12)


def test_change_and_share_say_the_same() -> None:
    finding = found(blocks(2, change=-0.3))
    assert finding.observed is not None
    assert finding.expected is not None
    assert finding.relative is not None
    assert finding.estimate.value == pytest.approx(finding.observed - finding.expected)
    assert finding.relative.value == pytest.approx(finding.observed / finding.expected - 1)
    lo = finding.relative.lo
    assert lo is not None
    assert finding.estimate.lo == pytest.approx(finding.observed * lo / (1 + lo), rel=1e-6)


def test_every_check_that_the_evidence_level_wants_is_made() -> None:
    finding = found(blocks(3))
    made = {each.check for each in finding.diagnostics}
    assert {Check.FIT, Check.PLACEBO_SPACE, Check.PLACEBO_TIME, Check.LEAVE_ONE_OUT} <= made
    assert finding.refutations[0].name == "placebo start Q4"
    assert len(finding.refutations) == 6


def test_a_drop_that_came_before_the_operation_fails_the_placebo_in_time() -> None:
    table = blocks(4)
    counts = table.outcomes["crime"].copy()
    counts[:10, 4:] = np.floor(counts[:10, 4:] * 0.4)
    finding = found(replace(table, outcomes={"crime": counts}))
    checked = {each.check: each.passed for each in finding.diagnostics}
    assert checked[Check.PLACEBO_TIME] is False


def test_a_single_treated_place_is_flagged_and_no_replication() -> None:
    finding = found(blocks(5, treated=1))
    assert not finding.replicated
    assert "one-treated-area" in {each.code for each in finding.flags}


def test_where_next_to_nothing_was_expected_the_data_cannot_tell() -> None:
    table = blocks(6)
    finding = found(replace(table, outcomes={"crime": np.zeros((200, 8))}))
    assert CANNOT_TELL in {each.code for each in finding.flags}
    assert finding.estimate.lo is None


def test_too_few_placebos_give_no_interval() -> None:
    finding = found(blocks(7), SyntheticSettings(permutations=9))
    assert finding.estimate.lo is None
    assert "no-interval" in {each.code for each in finding.flags}


def test_what_no_weights_can_match_is_flagged() -> None:
    table = blocks(8)
    counts = table.outcomes["crime"].copy()
    counts[:10] *= 50
    finding = found(replace(table, outcomes={"crime": counts}))
    assert "not-everything-matched" in {each.code for each in finding.flags}
    fit = next(each for each in finding.diagnostics if each.check is Check.FIT)
    assert fit.passed is False


def test_spans_are_counted_back_from_the_operation() -> None:
    table = blocks(9)
    wanted = constraints(table, Matching(outcomes={"crime": (2, 1)}))
    counts = table.outcomes["crime"]
    assert wanted.names == ("number of places", "crime, all spans", "crime, Q4 to Q5", "crime, Q3")
    assert wanted.kind.tolist() == [Kind.SIZE, Kind.SUM, Kind.SPAN, Kind.SPAN]
    assert_allclose(wanted.features[:, 2], counts[:, 4] + counts[:, 5])
    assert_allclose(wanted.features[:, 3], counts[:, 3])


def test_what_the_table_does_not_hold_is_refused() -> None:
    table = blocks(10)
    with pytest.raises(BadInputError, match="nothing called people"):
        constraints(table, Matching(outcomes={"crime": (1,)}, covariates=("people",)))
    with pytest.raises(BadInputError, match="do not fit the 6 periods"):
        constraints(table, Matching(outcomes={"crime": (4, 3)}))
    with pytest.raises(BadInputError, match="some units must be treated and some not"):
        replace(table, treated=np.zeros(200, dtype=np.bool_))


def test_effect_of_two_units_by_hand() -> None:
    # One treated (4), two controls of weight 1/2 (6 and 10): 4 against 8. Residuals 0, -2, 2;
    # the sandwich of the difference is sqrt(3/2) sqrt((2/2)^2 + (2/2)^2) = sqrt(3).
    counts, weights = np.array([[4.0], [6.0], [10.0]]), np.array([1.0, 0.5, 0.5])
    one = effect(counts, weights, np.array([True, False, False]))
    assert (one.treated, one.control, one.relative) == (4, 8, -0.5)
    assert one.statistic == pytest.approx(-4 / np.sqrt(3))
    assert one.log_ratio == pytest.approx(np.log(0.5))
    assert one.log_error == pytest.approx(np.sqrt(3) / 8)  # only the control's mean is uncertain


def test_units_that_keep_their_level_are_surer_by_periods_than_taken_together() -> None:
    rng = np.random.default_rng(1)
    counts = np.repeat(rng.poisson(5.0, (40, 1)), 4, axis=1).astype(np.float64)
    treated = np.arange(40) < 20
    alone = effect(counts, np.ones(40), treated)
    together = effect(counts, np.ones(40), treated, by_unit=True)
    assert alone.statistic / together.statistic == pytest.approx(2, rel=0.02)  # root of 4 periods


def test_chances_count_the_real_group_among_the_draws() -> None:
    drawn = np.array([-2.0, -1.0, 0.0, 1.0])
    assert lower_chance(-1.5, drawn) == 2 / 5
    assert lower_chance(-9.0, drawn) == 1 / 5
    assert two_sided_chance(0.5, drawn) == 4 / 5


def test_bounds_need_enough_draws() -> None:
    assert bounds(np.arange(38.0), level=0.95) is None
    assert bounds(np.arange(39.0), level=0.95) == (0.0, 38.0)
    assert bounds(np.arange(79.0), level=0.95) == (1.0, 77.0)


def test_no_interval_of_a_ratio_where_nothing_was_counted() -> None:
    treated = np.array([True, False, False])
    counts = np.array([[0.0], [1.0], [2.0]])
    drawn = np.linspace(-2, 2, 99)
    assert relative_interval(counts, np.ones(3), treated, drawn=drawn, level=0.95) is None


def test_jackknife_leaves_out_each_group_and_is_near_the_scatter_of_worlds() -> None:
    changes, errors = [], []
    for seed in range(30):
        table = blocks(100 + seed)
        wanted = constraints(table, Matching.each_period(table, ("crime",)))
        whole = calibrate(wanted, table.treated)
        after = table.outcomes["crime"][:, 6:]
        error, groups = jackknife(
            wanted, after, table.treated, whole=whole, rng=np.random.default_rng(seed)
        )
        one = effect(after, whole.weights, table.treated)
        changes.append((one.treated - one.control) / 20)  # per unit and period
        errors.append(error)
        assert groups == 10
    assert 0.7 < np.mean(errors) / np.std(changes) < 1.5


def test_placebo_groups_come_out_about_nothing() -> None:
    table = blocks(11, change=-0.5)
    wanted = constraints(table, Matching.each_period(table, ("crime",)))
    drawn = placebos(
        wanted, table.outcomes, after=slice(6, 8), size=10, draws=99, rng=np.random.default_rng(2)
    )
    assert abs(np.median(drawn.relative["crime"])) < 0.05
    assert drawn.differences["crime"].shape == (99, 8)
    assert_allclose(drawn.differences["crime"][:, :6], 0, atol=1e-5)  # matched before
