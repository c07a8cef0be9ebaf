"""A stack of methods: its weights by hand, and that nothing later moves them."""

from __future__ import annotations

import numpy as np
import pytest

from rightplace.errors import NotFittedError, UnsupportedByDataError, UsageError
from rightplace.forecast.drivers import drivers_of
from rightplace.forecast.judging.trial import one_step_ahead
from rightplace.forecast.methods.stack import Stack, pool_weights
from rightplace.forecast.model import SharesUnavailableError
from rightplace.forecast.registry import forecaster
from tests.unit.test_boosted import some_weeks, weekly

# Only the members that learn at once, so that a test is quick.
QUICK = "stack@additive_memory=0"


# Weights


def test_two_members_that_never_meet_share_the_weight_as_events_fell() -> None:
    # Each expects 4 in all; 3 events where only the first expects any, 1 where only the second.
    weights = pool_weights(
        np.array([3.0, 1.0]),
        np.array([[4.0, 0.0], [0.0, 4.0]]),
        totals=np.array([4.0, 4.0]),
        prior_events=0,
    )
    np.testing.assert_allclose(weights, [0.75, 0.25], atol=1e-3)


def test_a_member_that_expects_too_much_weighs_less() -> None:
    # One cell, 4 events: members say 2 and 6. Then w 2 + (1 - w) 6 = 4 is likeliest: w = 1/2.
    # With 3 events it is w = 3/4.
    for came, weight in ((4.0, 0.5), (3.0, 0.75), (9.0, 0.0), (1.0, 1.0)):
        weights = pool_weights(
            np.array([came]), np.array([[2.0], [6.0]]), totals=np.array([2.0, 6.0]), prior_events=0
        )
        assert weights[0] == pytest.approx(weight, abs=0.05)
        assert weights.sum() == pytest.approx(1.0)


def test_prior_events_credit_all_members_alike() -> None:
    # As above with 4 events of credit: (3 + 2) / 8 and (1 + 2) / 8.
    weights = pool_weights(
        np.array([3.0, 1.0]),
        np.array([[4.0, 0.0], [0.0, 4.0]]),
        totals=np.array([4.0, 4.0]),
        prior_events=4,
    )
    np.testing.assert_allclose(weights, [5 / 8, 3 / 8], atol=1e-3)


def test_with_nothing_to_judge_by_all_members_weigh_alike() -> None:
    weights = pool_weights(np.empty(0), np.empty((4, 0)), totals=np.zeros(4), prior_events=2)
    assert weights.tolist() == [0.25] * 4


# Forecasts


def test_the_forecast_is_the_weighted_mean_of_its_members() -> None:
    history = some_weeks()
    model = Stack(additive_memory=False).fit(history)
    long, short = (
        forecaster(f"fading@half_life_weeks={weeks},shrunk=1").fit(history).predict(7.0)
        for weeks in (104, 26)
    )
    weights = model.pooled_.weights
    assert weights.min() >= 0
    assert weights.sum() == pytest.approx(1.0)
    np.testing.assert_allclose(model.predict(7.0), weights[0] * short + weights[1] * long)


def test_one_walk_forecasts_as_fitting_anew_before_each_period_does() -> None:
    history = some_weeks()
    found = one_step_ahead(history, QUICK, periods=[1, 2, 60, 75])
    assert sorted(found) == [1, 2, 60, 75]
    for period, forecast in found.items():
        anew = forecaster(QUICK).fit(history.before(period)).predict(7.0)
        np.testing.assert_allclose(forecast, anew)


@pytest.mark.parametrize("spec", [QUICK, "stack@boosted=1,additive_memory=0"])
def test_what_comes_later_moves_no_earlier_weight(spec: str) -> None:
    history = some_weeks()
    later = history.events.copy()
    later[:, 70:] = later[::-1, 70:] + 5
    changed = weekly(later, observed=history.observed)
    ours = one_step_ahead(history, spec, periods=range(66, 76))
    theirs = one_step_ahead(changed, spec, periods=range(66, 76))
    for period in range(66, 71):
        np.testing.assert_array_equal(ours[period], theirs[period])
    assert not np.array_equal(ours[71], theirs[71])


def test_the_member_that_was_right_lately_is_believed() -> None:
    # Busy and quiet cells change places in week 100: the longer memory is of the old places.
    busy = (np.arange(156)[None, :] >= 100) == (np.arange(40)[:, None] < 20)
    events = np.random.default_rng(1).poisson(np.where(busy, 5.0, 0.2))
    weights = Stack(additive_memory=False).fit(weekly(events)).pooled_.weights
    assert weights[0] > 0.9


def test_parts_of_a_forecast_add_up_to_it() -> None:
    history = some_weeks()
    model = Stack(additive_memory=False).fit(history)
    drivers = drivers_of(model, history, exposure_days=3.0)
    np.testing.assert_allclose(drivers.expected, model.predict(3.0))


def test_a_period_that_a_member_cannot_forecast_is_left_out_and_refused_alone() -> None:
    history = some_weeks()
    assert sorted(one_step_ahead(history, "stack", periods=[40, 53])) == [53]
    with pytest.raises(UnsupportedByDataError, match="additive_memory needs 52 weeks"):
        Stack().fit(history.before(40))


# What it refuses


def test_shares_are_not_available_with_trees_among_the_members() -> None:
    history = some_weeks()
    model = Stack(additive_memory=False, boosted=True).fit(history)
    with pytest.raises(SharesUnavailableError):
        model.area_part(7.0)
    drivers = drivers_of(model, history, exposure_days=7.0)
    assert drivers.shares_unavailable is not None
    assert (drivers.rank_without_last_12_months >= drivers.rank).all()


def test_it_is_not_asked_before_it_is_fitted() -> None:
    with pytest.raises(NotFittedError):
        Stack().predict(7.0)


def test_one_member_is_no_stack() -> None:
    with pytest.raises(UsageError, match="two members or more"):
        forecaster("stack@fading_26=0,fading_104=0")
    with pytest.raises(UsageError, match="0 or more"):
        forecaster("stack@prior_events=-1")
