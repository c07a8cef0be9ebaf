"""Classic synthetic control of one or few areas: mixture, ranks, intervals, checks and flags."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.optimize import minimize

from rightplace.errors import BadInputError, UnsupportedByDataError
from rightplace.evaluate.designs.evidence import evidence_of
from rightplace.evaluate.designs.finding import Check, Finding
from rightplace.evaluate.designs.panel import NEVER, Panel, Part
from rightplace.evaluate.designs.synthetic.areas import critical, mixture, rank_chance
from rightplace.evaluate.designs.synthetic.control import synthetic_control
from rightplace.evaluate.designs.verdict import verdict
from tests.synthetic_worlds import areas_world


def control(panel: Panel) -> Finding:
    return synthetic_control(panel, outcome="robbery", rng=np.random.default_rng(0))


def test_a_point_inside_the_hull_is_mixed_exactly() -> None:
    # Three donors at the corners of a triangle; the middle of one side is half of each end.
    donors = np.array([[0.0, 0.0], [4.0, 0.0], [0.0, 4.0]])
    assert_allclose(mixture(np.array([2.0, 0.0]), donors), [0.5, 0.5, 0], atol=1e-12)
    assert_allclose(mixture(np.array([1.0, 2.0]), donors), [0.25, 0.25, 0.5], atol=1e-12)


def test_a_point_outside_the_hull_goes_to_the_nearest_corner_or_side() -> None:
    donors = np.array([[0.0, 0.0], [4.0, 0.0], [0.0, 4.0]])
    assert_allclose(mixture(np.array([9.0, -1.0]), donors), [0, 1, 0], atol=1e-12)
    assert_allclose(mixture(np.array([3.0, 3.0]), donors), [0, 0.5, 0.5], atol=1e-12)


def test_no_mixture_on_a_fine_grid_is_nearer() -> None:
    rng = np.random.default_rng(3)
    donors, series = rng.poisson(20, (3, 12)).astype(float), rng.poisson(20, 12).astype(float)
    found = mixture(series, donors)
    best = min(
        float(((np.array([a, b, 100 - a - b]) / 100 @ donors - series) ** 2).sum())
        for a, b in product(range(101), repeat=2)
        if a + b <= 100
    )
    assert found.min() >= 0
    assert found.sum() == pytest.approx(1)
    assert ((found @ donors - series) ** 2).sum() <= best + 1e-9


@pytest.mark.parametrize("seed", range(5))
def test_mixtures_agree_with_a_general_solver(seed: int) -> None:
    rng = np.random.default_rng(seed)
    donors, series = rng.normal(20, 4, (8, 30)), rng.normal(20, 4, 30)

    def distance(shares: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
        return float(((shares @ donors - series) ** 2).sum())

    general = minimize(
        distance,
        np.full(8, 1 / 8),
        method="SLSQP",
        bounds=[(0, 1)] * 8,
        constraints={"type": "eq", "fun": lambda shares: shares.sum() - 1},
        options={"ftol": 1e-12, "maxiter": 1000},
    )
    assert distance(mixture(series, donors)) == pytest.approx(general.fun, rel=1e-6)


def test_ranks_count_the_treated_area_and_few_areas_allow_a_lower_level() -> None:
    assert rank_chance(3.0, np.array([1.0, 2.0, 3.0])) == 2 / 4
    assert critical(np.arange(19.0), level=0.95) == (18.0, 0.95)
    assert critical(np.arange(39.0), level=0.95) == (37.0, 0.95)
    reach, level = critical(np.arange(9.0), level=0.95)
    assert reach == 8.0
    assert level == pytest.approx(0.9)


def test_a_drop_of_forty_per_cent_is_found_and_its_interval_holds_it() -> None:
    finding = control(areas_world(np.random.default_rng(4), change=-0.4))
    share = finding.relative
    assert share is not None
    assert share.lo is not None
    assert share.hi is not None
    assert share.lo < -0.4 < share.hi < 0
    assert finding.estimate.p == pytest.approx(1 / 40)
    assert evidence_of(finding).level == 3  # one treated area is never worth more
    assert "than expected without it" in verdict(finding)


def test_the_interval_leaves_out_none_exactly_where_the_chance_is_small() -> None:
    for seed in range(40):
        estimate = control(areas_world(np.random.default_rng(seed), change=-0.15)).estimate
        assert estimate.p is not None
        assert estimate.excludes_none == (estimate.p <= 0.05 + 1e-12)


def test_ten_areas_cannot_give_a_small_chance_and_it_is_said() -> None:
    finding = control(areas_world(np.random.default_rng(5), change=-0.8, donors=10))
    assert finding.estimate.p == pytest.approx(1 / 11)
    assert finding.estimate.level == pytest.approx(10 / 11)
    words = next(each.words for each in finding.flags if each.code == "few-areas-to-compare")
    assert "no chance below 0.091 can come out" in words
    passed = {each.check: each.passed for each in finding.diagnostics}
    assert passed[Check.PLACEBO_SPACE] is None
    # An interval of 91 % leaves out none; asked was 95 %, which ten areas can never give.
    assert finding.estimate.excludes_none
    assert verdict(finding).startswith("These data cannot tell whether it worked: with 10 areas")


def test_an_area_unlike_all_others_does_not_fit() -> None:
    panel = areas_world(np.random.default_rng(6))
    counts = panel.counts.copy()
    counts[0] *= 30
    finding = control(replace(panel, counts=counts))
    passed = {each.check: each.passed for each in finding.diagnostics}
    assert passed[Check.FIT] is False
    assert evidence_of(finding).level < 3


def test_a_drop_before_the_operation_fails_the_placebo_in_time() -> None:
    panel = areas_world(np.random.default_rng(7))
    counts = panel.counts.copy()
    counts[0, 24:] = np.floor(counts[0, 24:] * 0.4)
    finding = control(replace(panel, counts=counts))
    passed = {each.check: each.passed for each in finding.diagnostics}
    assert passed[Check.PLACEBO_TIME] is False
    assert verdict(finding).startswith("These data cannot tell")


def test_a_short_past_is_flagged() -> None:
    finding = control(areas_world(np.random.default_rng(8), before=12))
    assert "short-series-before" in {each.code for each in finding.flags}


def test_many_treated_places_weigh_one_by_one_where_there_are_enough_to_weigh() -> None:
    rng = np.random.default_rng(9)
    finding = control(areas_world(rng, treated=6, donors=60, before=12))
    assert finding.estimate.method.startswith("calibrated weights")
    assert finding.replicated
    finding = control(areas_world(rng, treated=6, donors=59, before=12))
    assert finding.estimate.method == "synthetic control, 250 placebo groups"


def test_series_and_estimate_tell_the_same_change() -> None:
    finding = control(areas_world(np.random.default_rng(10), treated=2))
    series = finding.series
    assert series is not None
    since = slice(series.first_treated, None)
    change = float((series.observed - series.expected)[since].sum())
    assert finding.estimate.value == pytest.approx(change)
    assert (series.lo <= series.expected).all()
    assert (series.expected <= series.hi).all()


def test_an_unknown_area_is_left_out_and_said_and_an_unknown_treated_one_refused() -> None:
    panel = areas_world(np.random.default_rng(11))
    known = panel.known.copy()
    known[5, 3] = False
    finding = control(replace(panel, known=known))
    assert "unknown-areas-left-out" in {each.code for each in finding.flags}
    assert "38 placebo areas" in finding.estimate.method
    known[0, 3] = False
    with pytest.raises(UnsupportedByDataError, match="no data is not zero"):
        control(replace(panel, known=known))


def test_several_starts_and_a_single_area_to_compare_with_are_refused() -> None:
    panel = areas_world(np.random.default_rng(12), treated=2)
    begun = panel.treated_from.copy()
    begun[1] += 1
    with pytest.raises(BadInputError, match="began at different times"):
        control(replace(panel, treated_from=begun))
    parts = tuple(part if number < 3 else Part.RING for number, part in enumerate(panel.parts))
    with pytest.raises(UnsupportedByDataError, match="Only 1 untreated areas"):
        control(replace(panel, parts=parts))
    assert (panel.treated_from[2:] == NEVER).all()


def test_one_period_before_shows_no_fit_and_is_said_to_show_none() -> None:
    """Weights that are free to match one sum nearly always do: that is no check."""
    rng = np.random.default_rng(12)
    for panel in (
        areas_world(rng, treated=6, donors=60, before=1),
        areas_world(rng, treated=2, donors=3, before=1),
    ):
        told = {each.check: each for each in control(panel).diagnostics}
        assert told[Check.FIT].passed is None
        assert "A single period" in told[Check.FIT].words
        assert told[Check.PLACEBO_TIME].passed is None
