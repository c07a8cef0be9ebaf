"""Places chosen for high counts fall by themselves; that fall is expected and is no effect."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rightplace.errors import BadInputError, UnsupportedByDataError, UsageError
from rightplace.evaluate.designs.before_after import (
    before_after,
    beyond_return,
)
from rightplace.evaluate.designs.before_after_settings import BeforeAfterSettings
from rightplace.evaluate.designs.before_after_worlds import ChosenWorld, chosen_world, fooled
from rightplace.evaluate.designs.evidence import evidence_of
from rightplace.evaluate.designs.finding import Check, Finding
from rightplace.evaluate.designs.panel import NEVER, Part
from rightplace.evaluate.designs.place_rates import PlaceRates, place_rates

WORLD = ChosenWorld(places=1000, treated=50, shape=2, mean=10)


def passed(finding: Finding, check: Check) -> bool | None:
    return {each.check: each.passed for each in finding.diagnostics}[check]


def test_a_place_is_expected_between_its_own_count_and_the_mean() -> None:
    """By hand: gamma of shape 2 and mean 10 has rate .2; (2 + 32)/(.2 + 1), by 1.2 again."""
    rates = PlaceRates(mean=10.0, shape=2.0, spread=np.zeros((2, 2)))

    rate, variance = rates.expected(np.array([32.0, 64.0]), np.array([1.0, 2.0]))

    np.testing.assert_allclose(rate, [34 / 1.2, 66 / 2.2])
    np.testing.assert_allclose(variance, [34 / 1.2**2, 66 / 2.2**2])


def test_the_spread_of_places_is_found_again() -> None:
    rng = np.random.default_rng(3)
    counts = rng.poisson(rng.gamma(2.0, 5.0, 4000)).astype(np.float64)

    rates = place_rates(counts, np.ones(4000))

    assert rates.mean == pytest.approx(counts.mean(), rel=1e-4)
    errors = np.sqrt(np.diag(rates.spread))
    assert abs(np.log(rates.shape / 2)) < 3 * errors[1]
    # Variance of a count is 10 + 100/2: the mean of 4,000 has standard error sqrt(60/4000).
    assert errors[0] == pytest.approx(np.sqrt(60 / 4000) / 10, rel=0.1)


def test_places_that_do_not_differ_go_all_the_way_to_the_mean() -> None:
    counts = np.array([4.0, 6.0] * 20)

    rate, _ = place_rates(counts, np.ones(40)).expected(counts, np.ones(40))

    np.testing.assert_allclose(rate, 5.0, rtol=1e-3)


def test_the_top_fifty_of_a_thousand_fall_about_eleven_percent_without_treatment() -> None:
    """DOMAIN 10.2.7; places of gamma rates of shape 2 and mean 10, counted for two years."""
    found = fooled(WORLD, draws=60, rng=np.random.default_rng(1))

    assert found.fall == pytest.approx(-0.11, abs=0.01)
    assert found.expected_fall == pytest.approx(-0.11, abs=0.01)
    assert found.plain_alarms > 0.8


def test_the_finding_tells_the_expected_fall_and_what_a_plain_comparison_would_have_told() -> None:
    panel, _ = chosen_world(WORLD, rng=np.random.default_rng(1))
    found = beyond_return(panel)
    counts = panel.counts[panel.rows(Part.TREATED)].sum(axis=0)
    check = found.finding.diagnostics[1]

    assert check.check is Check.REGRESSION_TO_THE_MEAN
    assert "without any treatment" in check.words
    assert "fooled" in check.words
    assert found.plain.value == counts[1] - counts[0]
    assert found.finding.observed == counts[1]
    assert found.finding.estimate.value == pytest.approx(
        counts[1] - counts[0] * (1 + found.expected_change.value)
    )
    assert not found.finding.estimate.excludes_none
    assert evidence_of(found.finding).level == 2
    assert (found.places, found.treated) == (1000, 50)


def test_a_real_fall_is_told_beyond_the_return() -> None:
    world = replace(WORLD, effect=-0.25)
    panel, truth = chosen_world(world, rng=np.random.default_rng(4))

    finding = before_after(panel)

    assert finding.estimate.excludes_none
    assert finding.estimate.lo is not None
    assert finding.estimate.hi is not None
    assert finding.estimate.lo <= truth <= finding.estimate.hi
    assert passed(finding, Check.SENSITIVITY) is True


def test_what_moved_every_place_is_not_told_from_the_operation() -> None:
    panel, _ = chosen_world(WORLD, rng=np.random.default_rng(6))
    panel.counts[:, 1] = np.round(0.75 * panel.counts[:, 1])

    found = beyond_return(panel)

    assert found.finding.estimate.excludes_none
    assert found.beside_others is not None
    assert not found.beside_others.excludes_none
    assert passed(found.finding, Check.SENSITIVITY) is False
    assert evidence_of(found.finding).level == 1


def test_rates_that_move_by_themselves_widen_the_interval() -> None:
    still, _ = chosen_world(WORLD, rng=np.random.default_rng(7))
    moving, _ = chosen_world(replace(WORLD, drift=0.4), rng=np.random.default_rng(7))
    calm, wild = beyond_return(still), beyond_return(moving)

    assert calm.drift < 0.15
    assert wild.drift == pytest.approx(0.4, abs=0.12)
    assert "drift" in [each.code for each in wild.finding.flags]


def test_places_without_counts_before_or_after_are_left_out_and_named() -> None:
    panel, _ = chosen_world(WORLD, rng=np.random.default_rng(1))
    panel.known[7, 1] = False

    found = beyond_return(panel)

    assert found.places == 999
    words = {each.code: each.words for each in found.finding.flags}
    assert panel.units[7] in words["places-left-out"]


def test_few_places_several_starts_and_nothing_counted_are_refused() -> None:
    panel, _ = chosen_world(replace(WORLD, places=19, treated=2), rng=np.random.default_rng(1))
    with pytest.raises(UnsupportedByDataError, match="19 places"):
        before_after(panel)
    panel, _ = chosen_world(replace(WORLD, places=40, treated=4), rng=np.random.default_rng(1))
    panel.counts[:] = 0
    with pytest.raises(UnsupportedByDataError, match="Nothing was counted"):
        before_after(panel)
    panel.treated_from[panel.treated_from != NEVER] = 0
    with pytest.raises(BadInputError, match="before and after"):
        before_after(panel)
    panel.treated_from[panel.rows(Part.TREATED)[0]] = 1
    with pytest.raises(BadInputError, match="different times"):
        before_after(panel)
    with pytest.raises(UsageError):
        BeforeAfterSettings(fewest_places=2)


def test_few_incidents_cost_a_level() -> None:
    world = ChosenWorld(places=100, treated=3, shape=1, mean=0.5)
    finding = before_after(chosen_world(world, rng=np.random.default_rng(2))[0])

    assert passed(finding, Check.ENOUGH_COUNTS) is False
    assert evidence_of(finding).level == 1


# 200 draws: under 95 % the binomial leaves 90.5 to 98.5 in 99.5 of 100 cases.
@pytest.mark.parametrize(
    "world",
    [
        ChosenWorld(places=300, treated=30),
        ChosenWorld(places=300, treated=30, effect=-0.2),
        ChosenWorld(places=300, treated=30, drift=0.3),
    ],
    ids=["nothing", "a fall", "drift"],
)
def test_intervals_hold_the_truth_where_plain_ones_are_fooled(world: ChosenWorld) -> None:
    found = fooled(world, draws=200, rng=np.random.default_rng(8))

    assert 0.905 <= found.covered <= 0.985
    if world.effect == 0:
        assert found.alarms < 0.1
        assert found.plain_alarms > 0.4


def test_checks_of_the_time_before_are_not_possible_and_said_to_be() -> None:
    """One period holds no trend; of several, the choice for high counts has coloured each."""
    one, _ = chosen_world(WORLD, rng=np.random.default_rng(1))
    halves = np.concatenate([np.floor(one.counts[:, :1] / 2), np.ceil(one.counts / 2)], axis=1)
    several = replace(
        one,
        counts=halves,
        known=np.ones(halves.shape, dtype=np.bool_),
        starts=np.array(["2016-01-01", "2017-01-01", "2018-01-01"], dtype="datetime64[D]"),
        ends=np.array(["2017-01-01", "2018-01-01", "2019-01-01"], dtype="datetime64[D]"),
        treated_from=np.where(one.treated_from == NEVER, NEVER, 2),
    )

    for panel, why in ((one, "One period"), (several, "chosen for what was counted")):
        told = {each.check: each for each in before_after(panel).diagnostics}
        for check in (Check.PRE_TREND, Check.PLACEBO_TIME):
            assert told[check].passed is None
            assert why in told[check].words
