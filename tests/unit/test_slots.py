"""Shifts and weekdays: expected counts by slot add up and follow the days of area and cell."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from rightplace.errors import BadInputError, NotFittedError, UnsupportedByDataError
from rightplace.forecast import Noise
from rightplace.forecast.shifts.days import DayTable
from rightplace.forecast.shifts.slots import SlotForecaster, SlotHistory, part_noise


def days(
    n_days: int = 7, *, n_shifts: int = 3, kinds: dict[str, list[int]] | None = None
) -> DayTable:
    """Return days of three shifts of eight hours from a Monday on."""
    named = kinds or {}
    of = np.zeros((n_days, len(named)), dtype=bool)
    for column, on in enumerate(named.values()):
        of[on, column] = True
    return DayTable(
        weekdays=np.arange(n_days) % 7,
        hours=np.full((n_days, n_shifts), 24 / n_shifts),
        kinds=of,
        kind_names=tuple(named),
    )


def sparse(
    counts: np.ndarray[tuple[int, int, int], np.dtype[np.int64]], of: DayTable
) -> SlotHistory:
    """Return counts by cell, day and shift as events, all observed, week by week."""
    cell, day, shift = np.nonzero(counts)
    n_weeks = -(-of.n_days // 7)
    return SlotHistory(
        cell=cell,
        day=day,
        shift=shift,
        n=counts[cell, day, shift],
        days=of,
        observed=np.ones((len(counts), n_weeks), dtype=bool),
        span=np.arange(of.n_days) // 7,
    )


def busy_nights(
    n_weeks: int = 60, *, n_cells: int = 6
) -> np.ndarray[tuple[int, int, int], np.dtype[np.int64]]:
    """Return weeks in which nights are four times as busy, and weekends twice as busy."""
    intensity = np.ones((7 * n_weeks, 3))
    intensity[:, 2] *= 4
    intensity[np.arange(7 * n_weeks) % 7 >= 5] *= 2
    cells = np.arange(1, n_cells + 1)[:, None, None] * 0.1
    return np.random.default_rng(4).poisson(cells * intensity)


def history(n_weeks: int = 60) -> SlotHistory:
    return sparse(busy_nights(n_weeks), days(7 * n_weeks))


WEEK = days()


def test_slots_of_an_ordinary_week_sum_to_the_rate_of_the_cell() -> None:
    model = SlotForecaster().fit(history())
    np.testing.assert_allclose(model.days_alike(WEEK), 7, rtol=1e-12)
    np.testing.assert_allclose(model.predict(WEEK).sum(axis=(1, 2)), model.rate_ * 7)


def test_split_of_another_forecast_sums_to_it_exactly_and_never_below_zero() -> None:
    model = SlotForecaster().fit(history())
    expected = np.array([1.0, 2.0, 0.0, 4.0, np.nan, 6.0])
    slots = model.split(expected, days(2))
    np.testing.assert_allclose(slots.sum(axis=(1, 2)), expected)
    assert (slots[[0, 1, 2, 3, 5]] >= 0).all()


def test_busy_nights_and_weekends_of_the_area_are_found_again() -> None:
    slots = SlotForecaster().fit(history(300)).predict(WEEK).sum(axis=0)
    assert slots[:, 2].sum() / slots[:, 0].sum() == pytest.approx(4.0, rel=0.1)
    assert slots[5:].mean() / slots[:5].mean() == pytest.approx(2.0, rel=0.1)


def test_a_weekend_is_worth_more_mean_days_than_two_days_of_the_week() -> None:
    model = SlotForecaster().fit(history(300))
    weekend = DayTable(
        weekdays=np.array([5, 6]), hours=np.full((2, 3), 8.0), kinds=np.zeros((2, 0), dtype=bool)
    )
    # Weekends twice as busy: a week is 5 + 2 x 2 = 9 weekdays, of which a weekend holds 4.
    assert model.days_alike(weekend).mean() == pytest.approx(7 * 4 / 9, rel=0.05)
    np.testing.assert_allclose(model.days_alike(weekend) + model.days_alike(days(5)), 7, rtol=1e-12)


def test_a_cell_of_its_own_kind_keeps_its_mix_as_far_as_its_events_warrant() -> None:
    counts = busy_nights(300)
    by_day = counts[5].sum(axis=1)
    counts[5] = 0
    counts[5, :, 0] = by_day  # all by day, in an area of busy nights
    counts[0] = 0
    counts[0, -3:, 0] = 1  # three events only: no evidence of a mix
    slots = SlotForecaster().fit(sparse(counts, days(2100))).predict(WEEK)
    share_by_day = slots[:, :, 0].sum(axis=1) / slots.sum(axis=(1, 2))
    assert share_by_day[5] > 0.9
    assert share_by_day[0] < 0.5


def test_a_cell_busy_at_weekends_only_is_told_from_others() -> None:
    counts = busy_nights(300)
    counts[5, np.arange(2100) % 7 < 5] = 0
    slots = SlotForecaster().fit(sparse(counts, days(2100))).predict(WEEK)
    at_weekends = slots[:, 5:].sum(axis=(1, 2)) / slots.sum(axis=(1, 2))
    assert at_weekends[5] > 0.9
    assert at_weekends[4] == pytest.approx(4 / 9, abs=0.05)


def test_a_longer_night_expects_more_in_proportion() -> None:
    model = SlotForecaster().fit(history())
    hours = WEEK.hours.copy()
    hours[6, 2] = 9.0  # the clocks go back
    usual, longer = model.predict(WEEK), model.predict(replace(WEEK, hours=hours))
    np.testing.assert_allclose(longer[:, 6, 2], usual[:, 6, 2] * 9 / 8)
    np.testing.assert_allclose(longer[:, :6], usual[:, :6])


def test_days_without_data_carry_no_hours_and_a_cell_without_data_has_no_forecast() -> None:
    past = history()
    observed = past.observed.copy()
    observed[1, ::2] = False
    observed[2] = False
    model = SlotForecaster().fit(replace(past, observed=observed))
    seen = np.arange(420) // 7 % 2 == 1
    weight = np.exp2(-np.arange(419, -1, -1) / 7 / 104)[seen]
    kept = busy_nights()[1, seen].sum(axis=1)
    assert model.rate_[1] == pytest.approx((weight * kept).sum() / weight.sum())
    assert np.isnan(model.rate_[2])
    assert np.isnan(model.predict(WEEK)[2]).all()


def test_what_is_written_for_a_time_without_data_changes_nothing() -> None:
    past = history()
    observed = past.observed.copy()
    observed[:, 10:20] = False
    masked = replace(past, observed=observed)
    seen = observed[past.cell, past.span[past.day]]
    only = replace(
        masked, cell=past.cell[seen], day=past.day[seen], shift=past.shift[seen], n=past.n[seen]
    )
    np.testing.assert_array_equal(
        SlotForecaster().fit(masked).predict(WEEK), SlotForecaster().fit(only).predict(WEEK)
    )


def test_a_week_with_a_holiday_is_worth_more_where_holidays_were_busier() -> None:
    holidays = list(range(3, 2100, 77))  # every eleventh week, on a Thursday
    counts = busy_nights(300, n_cells=30)
    counts[:, holidays] *= 3
    known = days(2100, kinds={"holiday": holidays})
    model = SlotForecaster().fit(sparse(counts, known))
    assert model.factors_.kind.mean() == pytest.approx(3.0, rel=0.05)
    ordinary = model.days_alike(days(kinds={"holiday": []})).mean()
    special = model.days_alike(days(kinds={"holiday": [3]})).mean()
    # A week is 9 weekdays (weekends count double), a holiday two more; 28 of 300 weeks have one.
    assert special / ordinary == pytest.approx(11 / 9, rel=0.03)
    assert ordinary == pytest.approx(7 * 9 / (9 + 2 * 28 / 300), rel=0.02)


def test_an_area_without_any_event_spreads_by_hours_alone() -> None:
    nothing = np.zeros((2, 70, 3), dtype=np.int64)
    model = SlotForecaster().fit(sparse(nothing, days(70, kinds={"holiday": [3]})))
    week = days(kinds={"holiday": [0]})
    np.testing.assert_array_equal(model.rate_, [0, 0])
    np.testing.assert_allclose(model.split(np.array([21.0, 0.0]), week)[0], 1)
    assert (model.predict(week) == 0).all()
    assert (model.factors_.slot_swing, model.factors_.day_swing) == (0, 0)


def test_one_day_of_history_is_enough_to_learn_from() -> None:
    model = SlotForecaster().fit(sparse(np.ones((2, 1, 3), dtype=np.int64), days(1)))
    np.testing.assert_allclose(model.rate_, 3)
    assert np.isfinite(model.predict(WEEK)).all()


def test_noise_of_parts_adds_the_swing_within_weeks() -> None:
    noise = Noise(area=0.01, cell=0.02, scatter=0.3)
    part = part_noise(noise, swing=0.04)
    assert part.area == pytest.approx(1.01 * 1.04 - 1)
    assert (part.cell, part.scatter) == (0.02, 0.3)
    assert part_noise(noise, swing=0.04, parts=4).area == pytest.approx(1.01 * 1.01 - 1)
    assert part_noise(noise, swing=0.0).area == pytest.approx(0.01)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"cell": np.array([6])}, "cell outside 0 to 5"),
        ({"day": np.array([-1])}, "day outside"),
        ({"shift": np.array([3])}, "shift outside 0 to 2"),
        ({"n": np.array([-1])}, "0 or more"),
        ({"n": np.array([1, 2])}, "do not fit"),
        ({"span": np.zeros(3, dtype=int)}, "do not fit"),
        ({"span": np.full(7, 1)}, "span outside"),
        ({"observed": np.ones((0, 1), dtype=bool)}, "some of each"),
    ],
)
def test_events_outside_cells_days_and_shifts_are_refused(
    change: dict[str, Any], words: str
) -> None:
    one = np.zeros(1, dtype=np.int64)
    good = SlotHistory(
        cell=one,
        day=one,
        shift=one,
        n=one + 1,
        days=WEEK,
        observed=np.ones((6, 1), dtype=bool),
        span=np.zeros(7, dtype=np.int64),
    )
    with pytest.raises(BadInputError, match=words):
        replace(good, **change)


def test_what_cannot_be_is_refused() -> None:
    past = history(1)
    with pytest.raises(BadInputError, match="do not fit"):
        replace(WEEK, hours=WEEK.hours[:3])
    with pytest.raises(BadInputError, match="must last"):
        replace(WEEK, hours=np.zeros((7, 3)))
    with pytest.raises(BadInputError, match="Monday"):
        replace(WEEK, weekdays=np.arange(1, 8))
    with pytest.raises(BadInputError, match="weekend_prior_events"):
        SlotForecaster(weekend_prior_events=0)
    with pytest.raises(NotFittedError):
        SlotForecaster().predict(WEEK)
    with pytest.raises(UnsupportedByDataError):
        SlotForecaster().fit(replace(past, observed=~past.observed))
    with pytest.raises(BadInputError, match="0 kinds and 3 shifts"):
        SlotForecaster().fit(past).predict(days(kinds={"holiday": [0]}))
