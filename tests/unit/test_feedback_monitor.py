"""The monitor on simulated truth: with and without a loop, with and without a hold-out."""

from __future__ import annotations

import numpy as np
import pytest

from rightplace.errors import BadInputError, UnsupportedByDataError, UsageError
from rightplace.forecast.feedback.monitor import HoldOut, association, hold_out_contrast

PLACES, WEEKS, LEVEL = 60, 12, 0.025


def lot_of(rng: np.random.Generator, size: int, *, chance: float = 0.5) -> HoldOut:
    treated = rng.random(size) < chance
    treated[:2] = [True, False]
    return HoldOut(
        treated=treated,
        probability=np.full(size, chance),
        drawn_together=np.arange(size),
    )


def test_the_contrast_is_the_difference_of_weighted_means() -> None:
    """By hand: treated (4/.8 + 2/.5) / (1/.8 + 1/.5) = 2.769; held out 1 and 3: see below."""
    lot = HoldOut(
        treated=np.array([True, True, False, False]),
        probability=np.array([0.8, 0.5, 0.8, 0.5]),
        drawn_together=np.arange(4),
    )
    found = hold_out_contrast(
        np.array([4, 2, 1, 3]), lot, alert_p=0.25, rng=np.random.default_rng(0)
    )
    assert found.treated_mean == pytest.approx(9 / 3.25)
    assert found.held_out_mean == pytest.approx((1 / 0.2 + 3 / 0.5) / (1 / 0.2 + 1 / 0.5))
    assert found.effect == pytest.approx(found.treated_mean - found.held_out_mean)


def test_without_a_loop_alerts_come_no_more_often_than_the_level_says() -> None:
    alerts = 0
    for seed in range(400):
        rng = np.random.default_rng(seed)
        # Places differ widely and patrols know it: chances follow the rates.
        rate = rng.gamma(1.0, 2.0, PLACES)
        chance = np.where(rate > np.median(rate), 0.7, 0.4)
        treated = rng.random(PLACES) < chance
        lot = HoldOut(treated=treated, probability=chance, drawn_together=np.arange(PLACES))
        seen = hold_out_contrast(rng.poisson(rate), lot, alert_p=LEVEL, rng=rng, draws=199)
        assert (seen.lo > 0) == (seen.p <= LEVEL)
        alerts += seen.lo > 0
    # 400 at 2.5 %: 10 expected, 18 is the 99th percentile of the binomial.
    assert alerts <= 18


def test_a_loop_is_seen_and_its_interval_holds_the_truth() -> None:
    covered = seen = 0
    for seed in range(100):
        rng = np.random.default_rng(seed)
        lot = lot_of(rng, PLACES * 3)
        records = rng.poisson(2.0, lot.treated.size) + rng.binomial(1, 1.0, lot.treated.size) * (
            lot.treated
        )
        found = hold_out_contrast(records, lot, alert_p=LEVEL, rng=rng, draws=199)
        covered += found.lo <= 1.0 <= found.hi
        seen += found.lo > 0
    assert seen >= 95
    assert covered >= 88  # 95 % of 100: 88 is below the 1st percentile


def targeted(seed: int, *, found_by_patrol: float) -> tuple[np.ndarray, ...]:
    """Return minutes, later records, forecasts and rates: patrols know more than the forecast."""
    rng = np.random.default_rng(seed)
    rate = rng.gamma(1.0, 2.0, PLACES)
    expected = np.repeat((rate * rng.lognormal(0, 0.8, PLACES))[:, None], WEEKS, axis=1)
    known = rate[:, None] * rng.lognormal(0, 0.2, (PLACES, WEEKS))
    minutes = np.where(known > np.median(known, axis=0), 45.0, 0.0)
    later = rng.poisson(rate[:, None], (PLACES, WEEKS)) + rng.poisson(
        found_by_patrol * minutes / 45
    )
    return minutes, later.astype(float), expected, rate


def test_good_targeting_without_a_loop_alerts_by_association_and_not_by_hold_out() -> None:
    by_association = by_hold_out = 0
    for seed in range(40):
        minutes, later, expected, rate = targeted(seed, found_by_patrol=0.0)
        rng = np.random.default_rng([seed, 1])
        told = association(minutes, later, expected, alert_p=LEVEL, rng=rng, draws=199)
        by_association += told.lo > 0
        # Among the places that patrols would visit, a lot holds half out; nothing else differs.
        chosen = np.flatnonzero(minutes[:, 0] > 0)
        lot = lot_of(rng, chosen.size)
        seen = hold_out_contrast(rng.poisson(rate[chosen]), lot, alert_p=LEVEL, rng=rng, draws=199)
        by_hold_out += seen.lo > 0
    assert by_association >= 36
    assert by_hold_out <= 4  # 40 at 2.5 %: more than 4 comes once in 250


def test_association_given_the_forecast_vanishes_where_patrols_follow_the_forecast_alone() -> None:
    alerts = 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        rate = rng.gamma(1.0, 2.0, PLACES)
        expected = np.repeat(rate[:, None], WEEKS, axis=1)
        minutes = rng.permuted(np.repeat([[0.0], [15.0], [30.0], [45.0]], 15, axis=0))
        minutes = rng.permuted(np.repeat(minutes, WEEKS, axis=1), axis=0)
        later = rng.poisson(rate[:, None], (PLACES, WEEKS)).astype(float)
        told = association(minutes, later, expected, alert_p=LEVEL, rng=rng, draws=199)
        alerts += told.lo > 0
    assert alerts <= 4


def test_records_that_are_minutes_over_again_correlate_fully() -> None:
    minutes = np.array([[0.0], [15.0], [30.0]])
    told = association(
        minutes, minutes, np.ones((3, 1)), alert_p=0.25, rng=np.random.default_rng(0), draws=20
    )
    assert told.plain == pytest.approx(1.0)
    assert told.units == 3


def test_places_without_data_are_left_out_and_not_zero() -> None:
    minutes = np.array([[0.0], [15.0], [30.0], [99.0]])
    later = np.array([[0.0], [15.0], [30.0], [np.nan]])
    told = association(
        minutes, later, np.ones((4, 1)), alert_p=0.25, rng=np.random.default_rng(0), draws=20
    )
    assert told.units == 3
    assert told.plain == pytest.approx(1.0)


def test_units_drawn_as_one_move_together() -> None:
    lot = HoldOut(
        treated=np.array([True, True, False, False]),
        probability=np.full(4, 0.5),
        drawn_together=np.array([7, 7, 9, 9]),
    )
    arms = lot.redrawn(np.random.default_rng(0), draws=50)
    assert (arms[:, 0] == arms[:, 1]).all()
    assert (arms[:, 2] == arms[:, 3]).all()
    assert (arms[:, 0] != arms[:, 2]).all()  # lots that leave an arm empty are thrown away


class TestWhatCannotBe:
    """Lots that nobody drew."""

    def test_certain_places_were_not_drawn(self) -> None:
        with pytest.raises(BadInputError, match="no lot was drawn"):
            HoldOut(
                treated=np.array([True, False]),
                probability=np.array([1.0, 0.5]),
                drawn_together=np.arange(2),
            )

    def test_an_arm_is_empty(self) -> None:
        with pytest.raises(UnsupportedByDataError, match="held out"):
            HoldOut(
                treated=np.array([True, True]),
                probability=np.array([0.5, 0.5]),
                drawn_together=np.arange(2),
            )

    def test_units_of_one_lot_in_two_arms(self) -> None:
        with pytest.raises(BadInputError, match="drawn as one"):
            HoldOut(
                treated=np.array([True, False]),
                probability=np.array([0.5, 0.5]),
                drawn_together=np.zeros(2, dtype=np.int64),
            )

    def test_too_few_draws_for_the_level(self) -> None:
        lot = lot_of(np.random.default_rng(0), 20)
        with pytest.raises(UsageError, match="cannot tell a chance"):
            hold_out_contrast(
                np.ones(20, dtype=np.int64), lot, alert_p=0.0005, rng=np.random.default_rng(0)
            )

    def test_patrol_that_is_the_same_everywhere_tells_nothing(self) -> None:
        same = np.full((4, 3), 15.0)
        later = np.arange(12.0).reshape(4, 3)
        with pytest.raises(UnsupportedByDataError, match="the same in all places"):
            association(same, later, later, alert_p=0.025, rng=np.random.default_rng(0))
