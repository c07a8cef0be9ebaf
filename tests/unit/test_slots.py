"""Shifts and weekdays: expected counts by slot add up and follow the area's week."""

from __future__ import annotations

import numpy as np
import pytest

from rightplace.errors import BadInputError, NotFittedError, UnsupportedByDataError
from rightplace.forecast.slots import ShiftHistory, SlotForecaster

WEEKDAYS = np.arange(7)
HOURS = np.full((7, 3), 8.0)


def history(n_weeks: int = 60, *, nights: float = 4.0, n_cells: int = 6) -> ShiftHistory:
    """Return weeks in which nights are ``nights`` times as busy, weekends twice as busy."""
    weekdays = np.tile(WEEKDAYS, n_weeks)
    intensity = np.ones((len(weekdays), 3))
    intensity[:, 2] *= nights
    intensity[weekdays >= 5] *= 2
    cells = np.arange(1, n_cells + 1)[:, None, None] * 0.1
    counts = np.random.default_rng(4).poisson(cells * intensity)
    return ShiftHistory(
        counts=counts,
        hours=np.full((len(weekdays), 3), 8.0),
        weekdays=weekdays,
        observed=np.ones((n_cells, len(weekdays)), dtype=bool),
    )


def test_slots_of_an_ordinary_week_sum_to_the_rate_of_the_cell() -> None:
    model = SlotForecaster().fit(history())
    slots = model.predict(WEEKDAYS, HOURS)
    np.testing.assert_allclose(slots.sum(axis=(1, 2)), model.rate_ * 168)


def test_split_of_another_forecast_sums_to_it_exactly_and_never_below_zero() -> None:
    model = SlotForecaster().fit(history())
    expected = np.array([1.0, 2.0, 0.0, 4.0, np.nan, 6.0])
    slots = model.split(expected, weekdays=WEEKDAYS[4:6], hours=HOURS[4:6])
    np.testing.assert_allclose(slots.sum(axis=(1, 2)), expected)
    assert (slots[[0, 1, 2, 3, 5]] >= 0).all()


def test_busy_nights_and_weekends_of_the_area_are_found_again() -> None:
    slots = SlotForecaster().fit(history(300)).predict(WEEKDAYS, HOURS).sum(axis=0)
    assert slots[:, 2].sum() / slots[:, 0].sum() == pytest.approx(4.0, rel=0.1)
    assert slots[5:].mean() / slots[:5].mean() == pytest.approx(2.0, rel=0.1)


def test_a_cell_of_its_own_kind_keeps_its_mix_as_far_as_its_events_warrant() -> None:
    past = history(300)
    counts = past.counts.copy()
    total = counts[5].sum(axis=1)
    counts[5] = 0
    counts[5, :, 0] = total  # all by day, in an area of busy nights
    quiet = counts[0].sum(axis=1)
    counts[0] = 0
    counts[0, :3, 0] = quiet[:3] + 1  # three events only: no evidence of a mix
    changed = ShiftHistory(
        counts=counts, hours=past.hours, weekdays=past.weekdays, observed=past.observed
    )
    slots = SlotForecaster().fit(changed).predict(WEEKDAYS, HOURS)
    share_by_day = slots[:, :, 0].sum(axis=1) / slots.sum(axis=(1, 2))
    assert share_by_day[5] > 0.8
    assert share_by_day[0] < 0.5


def test_a_longer_night_expects_more_in_proportion() -> None:
    model = SlotForecaster().fit(history())
    long = HOURS.copy()
    long[6, 2] = 9.0  # the clocks go back
    usual, longer = model.predict(WEEKDAYS, HOURS), model.predict(WEEKDAYS, long)
    np.testing.assert_allclose(longer[:, 6, 2], usual[:, 6, 2] * 9 / 8)
    np.testing.assert_allclose(longer[:, :6], usual[:, :6])


def test_days_without_data_carry_no_hours_and_a_cell_without_data_has_no_forecast() -> None:
    past = history()
    observed = past.observed.copy()
    observed[1, ::2] = False
    observed[2] = False
    masked = ShiftHistory(
        counts=past.counts, hours=past.hours, weekdays=past.weekdays, observed=observed
    )
    rate = SlotForecaster().fit(masked).rate_
    kept = past.counts[1, 1::2].sum(axis=1) * np.exp2(-np.arange(419, -1, -1) / 7 / 104)[1::2]
    hours = 24 * np.exp2(-np.arange(419, -1, -1) / 7 / 104)[1::2]
    assert rate[1] == pytest.approx(kept.sum() / hours.sum())
    assert np.isnan(rate[2])
    assert np.isnan(SlotForecaster().fit(masked).predict(WEEKDAYS, HOURS)[2]).all()


def test_what_cannot_be_is_refused() -> None:
    past = history(1)
    with pytest.raises(BadInputError, match="do not fit"):
        ShiftHistory(
            counts=past.counts, hours=past.hours[:3], weekdays=WEEKDAYS, observed=past.observed
        )
    with pytest.raises(BadInputError, match="0 or more"):
        ShiftHistory(
            counts=-past.counts - 1, hours=past.hours, weekdays=WEEKDAYS, observed=past.observed
        )
    with pytest.raises(BadInputError, match="Monday"):
        SlotForecaster().fit(past).predict(np.array([7]), HOURS[:1])
    with pytest.raises(BadInputError, match="mix_prior_events"):
        SlotForecaster(mix_prior_events=0)
    with pytest.raises(NotFittedError):
        SlotForecaster().predict(WEEKDAYS, HOURS)
    nothing = ShiftHistory(
        counts=past.counts, hours=past.hours, weekdays=WEEKDAYS, observed=~past.observed
    )
    with pytest.raises(UnsupportedByDataError):
        SlotForecaster().fit(nothing)
