"""Difference-in-differences: numbers worked by hand, and those of statsmodels and diff-diff."""

from __future__ import annotations

import itertools
import math
import warnings
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from rightplace.errors import BadInputError, UnsupportedByDataError, UsageError
from rightplace.evaluate.designs.difference import permuted, wild
from rightplace.evaluate.designs.difference.cohorts import Cohorts, cohorts
from rightplace.evaluate.designs.difference.contrast import linear_contrast, ratio_contrast
from rightplace.evaluate.designs.difference.finding import difference
from rightplace.evaluate.designs.difference.settings import DifferenceSettings
from rightplace.evaluate.designs.evidence import evidence_of
from rightplace.evaluate.designs.finding import Check
from rightplace.evaluate.designs.panel import NEVER, Panel, Part
from rightplace.evaluate.designs.verdict import verdict
from tests.difference_worlds import World, drawn, panel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.evaluate.designs.difference.contrast import Contrast

SMALL = np.array(
    [[10.0, 10, 8, 8], [20, 20, 14, 14], [30, 30, 33, 33], [40, 40, 44, 44]], dtype=np.float64
)
FIRST = np.array([2, 2, NEVER, NEVER])
FEWER_DRAWS = DifferenceSettings(draws=199)


def _cohorts(of: Panel) -> Cohorts:
    return cohorts(of, treated=Part.TREATED, control=Part.CONTROL)


def _dummies(of: Cohorts) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
    """Return the regression with effects for units and periods, treatment in the first column."""
    n_units, n_periods = of.counts.shape
    unit, period = np.divmod(np.arange(of.counts.size), n_periods)
    on = of.treated[unit] & (period >= of.begins[0])
    columns = [on, *(unit == each for each in range(n_units))]
    columns += [period == each for each in range(1, n_periods)]
    return np.column_stack(columns).astype(np.float64), of.counts.ravel(), unit


def test_two_by_two_by_ratio_is_what_paper_and_pencil_give() -> None:
    """Controls 140 to 154: x 1.1; treated 60 would be 66 and were 44: 22 fewer, a third.

    Treated units add 16/44 - 20/60 = 1/33 and 28/44 - 40/60 = -1/33, controls nothing; the error
    is the root of 2 (1/33)^2 4/3.
    """
    of = _cohorts(panel(SMALL, FIRST))

    found = ratio_contrast(of, of.windows())

    assert found.expected == pytest.approx(66)
    assert found.change == pytest.approx(-22)
    assert found.effect == pytest.approx(math.log(2 / 3))
    assert found.standard_error() == pytest.approx(math.sqrt(8 / 3) / 33)


def test_two_by_two_by_difference_is_what_paper_and_pencil_give() -> None:
    """Treated change by -4 and -12, controls by +6 and +8, 7 on average: -16 - 2 x 7 = -30."""
    of = _cohorts(panel(SMALL, FIRST))

    found = linear_contrast(of, of.windows())

    assert found.change == pytest.approx(-30)
    assert found.observed == 44
    assert found.expected == pytest.approx(74)
    # Residuals +-4 of 2 treated and +-1 of 2 controls: (32 + 2) / 4, times 4/3, for two units.
    assert found.standard_error() == pytest.approx(2 * math.sqrt(34 / 4 * 4 / 3))


@pytest.mark.parametrize("seed", [1, 2])
def test_estimates_and_clustered_errors_are_those_of_regressions_with_all_effects(
    seed: int,
) -> None:
    sm = pytest.importorskip("statsmodels.api")
    of = _cohorts(
        drawn(World(treated=4, controls=6, months=8, start=5), np.random.default_rng(seed))
    )
    x, y, unit = _dummies(of)
    clustered = {"groups": unit, "use_correction": False}
    scale = math.sqrt(10 / 9)  # G / (G - 1)

    by_ratio = ratio_contrast(of, of.windows())
    poisson = sm.GLM(y, x, family=sm.families.Poisson()).fit(cov_type="cluster", cov_kwds=clustered)
    assert by_ratio.effect == pytest.approx(poisson.params[0], rel=1e-6)
    assert by_ratio.standard_error() == pytest.approx(poisson.bse[0] * scale, rel=1e-5)

    linear = linear_contrast(of, of.windows())
    ols = sm.OLS(y, x).fit(cov_type="cluster", cov_kwds=clustered)
    assert linear.change == pytest.approx(ols.params[0] * 4 * 3, rel=1e-6)
    assert linear.standard_error() == pytest.approx(ols.bse[0] * scale * 4 * 3, rel=1e-5)


def test_wild_bootstrap_on_unit_totals_is_that_of_the_whole_table() -> None:
    """All 256 signs of 8 units: the same chance as diff-diff's bootstrap of the regression.

    diff-diff does not count the two draws that are the data again; here they count.
    """
    utils = pytest.importorskip("diff_diff.utils")
    world = World(treated=4, controls=4, months=6, start=3, ratio=0.8)
    of = _cohorts(drawn(world, np.random.default_rng(3)))
    x, y, unit = _dummies(of)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = utils.wild_bootstrap_se(x, y, y, unit, 0, n_bootstrap=256)
    contrast = linear_contrast(of, of.windows())
    signs = np.array(list(itertools.product([-1.0, 1.0], repeat=8)))

    t, others = wild.studentised(contrast, 0.0, signs)

    assert (np.abs(others) > abs(t) * (1 + 1e-9)).mean() == pytest.approx(theirs.p_value)
    assert wild.interval(
        lambda null: _share(contrast, null, signs), effect=contrast.effect, step=10, level=0.95
    ) == pytest.approx((theirs.ci_lower * 12, theirs.ci_upper * 12), rel=0.001)


def _share(contrast: Contrast, null: float, signs: NDArray[np.float64]) -> float:
    t, others = wild.studentised(contrast, null, signs)
    return float((np.abs(others) > abs(t) * (1 + 1e-9)).mean())


def test_each_area_moves_the_estimate_by_what_its_error_counts_it_for() -> None:
    """A thousandth more incidents in one area moves the logarithm by u / sum(u) - w / sum(w)."""
    world = World(treated=4, controls=5, months=12, start=6, starts=(3, 3, 6, 9))
    of = _cohorts(drawn(world, np.random.default_rng(5)))
    found = ratio_contrast(of, of.windows())
    for row in range(9):
        side = found.treated == found.treated[row]
        influence = found.u[row] / found.u[side].sum() - found.w[row] / found.w[side].sum()
        counts = of.counts.copy()
        counts[row] *= 1.001
        moved = ratio_contrast(replace(of, counts=counts), of.windows()).effect - found.effect
        sign = 1 if found.treated[row] else -1
        assert moved / 0.001 == pytest.approx(sign * influence, rel=0.01, abs=1e-4)


def test_webb_draws_six_weights_of_mean_none_and_variance_one() -> None:
    drawn_weights = wild.weights(8, draws=20_000, webb_below=12, rng=np.random.default_rng(0))

    assert np.unique((2 * drawn_weights**2).round(6)).tolist() == [1, 2, 3]
    assert drawn_weights.mean() == pytest.approx(0, abs=0.01)
    assert (drawn_weights**2).mean() == pytest.approx(1, abs=0.01)
    signs = wild.weights(12, draws=10, webb_below=12, rng=np.random.default_rng(0))
    assert set(signs.ravel().tolist()) == {-1.0, 1.0}


def test_a_big_steady_area_stands_out_among_small_unsteady_ones() -> None:
    """A tenth fewer of 10,000 is no chance; small areas of 10 halve and double by themselves."""
    rng = np.random.default_rng(6)
    big = np.full((5, 10), 2000.0)
    big[0, 5:] = 1800
    counts = np.vstack([big, rng.poisson(2, (20, 10))])
    first = np.array([5] + [NEVER] * 24)

    found = difference(panel(counts, first), outcome="robbery", rng=rng, settings=FEWER_DRAWS)

    assert found.relative is not None
    assert found.estimate.p == pytest.approx(1 / 25)


def test_staggered_starts_find_growing_effects_where_two_way_effects_have_the_wrong_sign() -> None:
    """Without noise: an operation that adds 3 a month more each month, in 10 + 10 of 21 areas."""
    sm = pytest.importorskip("statsmodels.api")
    months, first = np.arange(12), np.array([2] * 10 + [6] * 10 + [NEVER])
    since = np.where(first[:, None] == NEVER, -1, months - first[:, None])
    gain = np.where(since >= 0, 3.0 * since, 0.0)
    counts = 50 + months + gain
    of = _cohorts(panel(counts, first))
    x, y, _ = _dummies(of)
    x[:, 0] = (since >= 0).ravel()

    found = linear_contrast(of, of.windows())

    assert sm.OLS(y, x).fit().params[0] < 0
    assert found.change == pytest.approx(gain.sum())
    # By ratio, controls grow from their own mean before to their own after, cohort by cohort.
    alike = 50 * (1 + months / 100) * np.where(since >= 0, 1.0 + 0.05 * since, 1.0)
    ratio = ratio_contrast(_cohorts(panel(alike, first)), of.windows())
    assert ratio.expected == pytest.approx(float((50 * (1 + months / 100) * (since >= 0)).sum()))


def test_unknown_periods_are_left_out_and_told() -> None:
    counts = np.hstack([SMALL, SMALL[:, 2:]])
    known = np.ones(counts.shape, dtype=np.bool_)
    known[3, 4] = False

    found = difference(
        panel(counts, FIRST, known),
        outcome="robbery",
        rng=np.random.default_rng(0),
        settings=FEWER_DRAWS,
    )

    assert found.observed == 66  # 22 in each of the three months since that are known
    assert found.expected == pytest.approx(99)
    assert "unknown-periods-dropped" in {each.code for each in found.flags}


def test_table_without_controls_or_without_time_before_is_refused() -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(BadInputError, match="no control unit"):
        difference(panel(SMALL, np.array([2, 2, 2, 2])), outcome="robbery", rng=rng)
    known = np.ones(SMALL.shape, dtype=np.bool_)
    known[0, :2] = False
    with pytest.raises(UnsupportedByDataError, match="without a period before"):
        difference(panel(SMALL, FIRST, known), outcome="robbery", rng=rng)


def test_settings_out_of_range_are_refused() -> None:
    with pytest.raises(UsageError, match="draws"):
        DifferenceSettings(draws=10)


def test_counts_of_nothing_cannot_tell() -> None:
    counts = SMALL.copy()
    counts[:2, :2] = 0

    found = difference(panel(counts, FIRST), outcome="robbery", rng=np.random.default_rng(0))

    assert verdict(found).startswith("These data cannot tell")
    assert found.relative is None


def test_one_treated_area_is_flagged_and_judged_by_letting_areas_change_places() -> None:
    world = World(treated=1, controls=24, ratio=0.3, drift=0.05)

    found = difference(
        drawn(world, np.random.default_rng(4)), outcome="robbery", rng=np.random.default_rng(0)
    )

    assert found.estimate.p == pytest.approx(1 / 25)
    assert "one-treated-unit" in {each.code for each in found.flags}
    assert not found.replicated
    assert evidence_of(found).level <= 3


def test_so_few_arrangements_that_no_chance_is_small_leave_the_interval_open() -> None:
    world = World(treated=1, controls=5, ratio=0.3)

    found = difference(
        drawn(world, np.random.default_rng(4)), outcome="robbery", rng=np.random.default_rng(0)
    )

    assert not found.estimate.excludes_none
    assert found.estimate.lo == -math.inf
    clusters = next(each for each in found.diagnostics if each.check is Check.CLUSTERS)
    assert clusters.passed is False
    assert "wild bootstrap fails" in clusters.words
    assert verdict(found).startswith(
        "These data cannot tell whether it worked: 1 treated and 5 compared units can change "
        "places in 6 ways, so that no p below 0.167 can come out"
    )


@pytest.mark.parametrize(
    ("sides", "smallest"),
    [((1, 18), 1 / 19), ((1, 19), 1 / 20), ((3, 3), 1 / 10), ((2, 5), 1 / 21)],
)
def test_data_cannot_tell_where_fewer_than_twenty_arrangements_count(
    sides: tuple[int, int], smallest: float
) -> None:
    """C(6, 3) is 20, but three against three has a mirror image of each: 10, by hand."""
    treated, controls = sides
    counts = np.full((treated + controls, 4), 30.0) + np.arange(treated + controls)[:, None] % 5
    counts[:treated, 2:] = 1
    of = panel(counts, np.array([2] * treated + [NEVER] * controls))

    found = difference(of, outcome="robbery", rng=np.random.default_rng(0))

    # The strongest result there can be: it has the smallest chance that can come out.
    assert found.estimate.p == pytest.approx(smallest)
    assert verdict(found).startswith("These data cannot tell") is (smallest > 0.05)
    assert found.estimate.excludes_none is (smallest <= 0.05)


def test_drawn_arrangements_allow_no_smaller_chance_than_their_number() -> None:
    of = _cohorts(drawn(World(treated=3, controls=40), np.random.default_rng(0)))

    assert permuted.smallest_chance(of, draws=199) == 1 / 200
    assert permuted.too_few(of, draws=199, level=0.999)
    assert not permuted.too_few(of, draws=199, level=0.95)


def test_ring_beside_its_own_control_is_displacement() -> None:
    """The ring goes from 60 to 44, its control from 140 to 154: the same 22 fewer."""
    level = np.vstack([SMALL[:2], np.full((2, 4), 50.0)])
    base = panel(np.vstack([level, SMALL]), np.concatenate([FIRST, [NEVER] * 4]))
    parts = (*base.parts[:4], Part.RING, Part.RING, Part.RING_CONTROL, Part.RING_CONTROL)
    both = Panel(
        units=base.units,
        parts=parts,
        starts=base.starts,
        ends=base.ends,
        counts=base.counts,
        known=base.known,
        treated_from=base.treated_from,
    )

    found = difference(both, outcome="robbery", rng=np.random.default_rng(0))

    assert found.displacement is not None
    assert found.displacement.value == pytest.approx(-22)
    assert found.estimate.value == pytest.approx(-16)  # 44 of 60, beside controls that stay


def test_series_expects_the_course_of_the_controls() -> None:
    found = difference(panel(SMALL, FIRST), outcome="robbery", rng=np.random.default_rng(0))

    assert found.series is not None
    assert found.series.expected == pytest.approx([30, 30, 33, 33])
    assert found.series.observed.tolist() == [30, 30, 22, 22]
    assert found.series.starts[2] == "2015-03-01"
    assert found.series.first_treated == 2
