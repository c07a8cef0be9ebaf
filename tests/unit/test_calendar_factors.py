"""What the calendar says of a period, and how the level of the whole area is carried forward."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from rightplace.errors import BadInputError
from rightplace.forecast.additive import AdditiveMemory
from rightplace.forecast.calendar import (
    DatedDays,
    calendar_terms,
    coming_ends,
    period_starts,
    prior_sds,
)
from rightplace.forecast.history import History
from rightplace.forecast.level import AreaLevel, _mode

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.forecast.calendar import Dates
    from rightplace.forecast.history import Kind


def dates(*days: str) -> Dates:
    return np.array(days, dtype="datetime64[D]")


def weeks_of(expected: NDArray[np.float64], *, cells: int = 4) -> History:
    """Return cells that share the expected totals of weeks from January 2014 on, by chance."""
    chance = np.random.default_rng(3)
    weeks = len(expected)
    events = chance.poisson(np.broadcast_to(expected / cells, (cells, weeks)))
    return History(
        events=events,
        exposure=np.full(weeks, 7.0),
        observed=np.ones(events.shape, dtype=bool),
        period_ends=np.datetime64("2014-01-13") + 7 * np.arange(weeks),
        kind="week",
        area_km2=np.full(cells, 0.0625),
        xy=np.column_stack([250.0 * np.arange(cells), np.zeros(cells)]),
    )


# The calendar


def test_months_start_on_their_first_and_are_followed_by_the_next() -> None:
    ends = dates("2020-02-01", "2020-02-20")  # the second stops short
    assert period_starts(ends, "month").tolist() == dates("2020-01-01", "2020-02-01").tolist()
    found = coming_ends(ends[1], "month", periods=2)
    assert found.tolist() == dates("2020-04-01", "2020-05-01").tolist()
    assert coming_ends(ends[0], "month", periods=1).tolist() == dates("2020-03-01").tolist()
    assert coming_ends(ends[0], "week", periods=2).tolist() == (
        dates("2020-02-08", "2020-02-15").tolist()
    )


def test_a_month_of_five_weekends_stands_out_by_its_share_of_weekend_days() -> None:
    # August 2020: 31 days from a Saturday, 5 Saturdays and 5 Sundays; February 2021: 28 days, 8.
    terms = calendar_terms(dates("2020-09-01", "2021-03-01"), "month")
    np.testing.assert_allclose(terms[:, 4], [10 / 31 - 2 / 7, 8 / 28 - 2 / 7], atol=1e-12)


def test_the_season_turns_once_and_twice_a_year() -> None:
    # The week from 28 June 2021 has its middle on 1 July, day 181 of the year: just past half.
    turn = 2 * np.pi * 181 / 365.25
    terms = calendar_terms(dates("2021-07-05"), "week")
    wanted = [np.cos(turn), np.sin(turn), np.cos(2 * turn), np.sin(2 * turn)]
    np.testing.assert_allclose(terms[0], wanted)


def test_days_know_their_weekday() -> None:
    # 22 November 2026 is a Sunday; the period that ends on the 23rd is that day.
    terms = calendar_terms(dates("2026-11-23"), "day")[0, 4:]
    np.testing.assert_allclose(terms, np.arange(7) // 6 - 1 / 7)


def test_given_days_count_by_their_share_of_each_period() -> None:
    holidays = DatedDays(name="school holidays", days=dates("2021-07-05", "2021-07-03"))
    terms = calendar_terms(dates("2021-07-05", "2021-07-12"), "week", dated=[holidays])
    np.testing.assert_allclose(terms[:, -1], [1 / 7, 1 / 7])
    assert prior_sds("week", n_dated=1).shape == (terms.shape[1],)


@pytest.mark.parametrize("kind", ["month", "week", "day"])
def test_every_term_has_a_prior(kind: Kind) -> None:
    terms = calendar_terms(dates("2021-07-01"), kind)
    assert prior_sds(kind).shape == (terms.shape[1],)


@pytest.mark.parametrize("days", [[], ["NaT"]])
def test_days_without_a_date_are_refused(days: list[str]) -> None:
    with pytest.raises(BadInputError, match="'fairs' must be dates"):
        DatedDays(name="fairs", days=np.array(days, dtype="datetime64[D]"))


# The level


def test_the_likeliest_level_after_a_total_balances_prior_and_count() -> None:
    # (e - 0)/1 = 3 - exp(e) has its root at 0.792059968...: 0.79206 = 3 - 2.20794.
    found = _mode(3.0, 1.0, before=np.zeros(1), spread=np.ones(1), stray=np.zeros(1))
    np.testing.assert_allclose(found, 0.792059968, atol=1e-8)


def test_a_burst_after_nothing_moves_the_level_no_further_than_the_burst() -> None:
    found = _mode(1000.0, 0.01, before=np.zeros(1), spread=np.ones(1), stray=np.zeros(1))
    assert 0 < found[0] < np.log(1000 / 0.01)
    assert np.isfinite(found).all()


def levels(history: History) -> tuple[AreaLevel, list[float]]:
    """Return the level against an offset of 100 a week, and what each week taught."""
    level = AreaLevel.of(history)
    totals = history.events.sum(axis=0)
    return level, [
        level.learn(week, total=float(total), offset=100.0, known_events=1e6)
        for week, total in enumerate(totals)
    ]


def test_a_lasting_change_of_level_is_followed() -> None:
    history = weeks_of(np.where(np.arange(160) < 130, 100.0, 60.0))
    level, found = levels(history)
    assert found[128] == pytest.approx(1.0, abs=0.06)
    assert level.outlook(159).factor() == pytest.approx(0.6, abs=0.06)


def test_a_season_is_learned_from_years_and_hardly_from_weeks() -> None:
    day = (np.arange(312) * 7 + 4) % 365.25
    history = weeks_of(100 * np.exp(0.2 * np.cos(2 * np.pi * day / 365.25)))
    level, _ = levels(history)
    credit = level.credit.reshape(5, 2, 4).sum(axis=(0, 2))
    assert credit[1] > 0.95
    season = level.credit @ level.outlook(311).state[:, 1]
    assert season == pytest.approx(0.2, abs=0.04)
    short, _ = levels(history.before(6))
    assert abs(short.credit @ short.outlook(5).state[:, 1]) < 0.1


def test_a_steady_area_keeps_a_steady_level_without_a_season() -> None:
    level, _ = levels(weeks_of(np.full(312, 100.0)))
    assert level.outlook(311).factor() == pytest.approx(1.0, abs=0.04)
    assert level.credit.reshape(5, 8).sum(axis=1)[:2].sum() > 0.8  # drift of 1 % a week or less


def test_a_period_without_data_teaches_nothing() -> None:
    history = weeks_of(np.full(20, 100.0))
    level = AreaLevel.of(history)
    level.learn(0, total=0.0, offset=0.0, known_events=0.0)
    assert level.outlook(0).factor() == pytest.approx(1.0)


# What it does to the forecast


def test_a_drop_of_the_whole_area_is_in_the_next_forecast() -> None:
    history = weeks_of(np.where(np.arange(160) < 152, 100.0, 50.0))
    expected = AdditiveMemory().fit(history).predict(7.0)
    assert expected.sum() == pytest.approx(50, rel=0.12)


def test_days_given_by_date_raise_the_weeks_that_hold_them() -> None:
    weeks = 208
    fairs = np.arange(3, weeks + 1, 8)  # every eighth week; the one to come is among them
    expected = np.full(weeks, 200.0)
    expected[fairs[fairs < weeks]] *= 1.5
    history = weeks_of(expected)
    starts = np.datetime64("2014-01-06") + 7 * fairs[:, None]
    fair = DatedDays(name="fair", days=(starts + np.arange(7)).ravel())
    at = int(fairs[-1])
    before = history.before(at)
    with_fair = AdditiveMemory().given(fair).fit(before)
    assert with_fair.predict(7.0).sum() == pytest.approx(300, rel=0.08)
    assert AdditiveMemory().fit(before).predict(7.0).sum() == pytest.approx(200, rel=0.15)
    walked = AdditiveMemory().given(fair).one_step_ahead(history, periods=[at])
    np.testing.assert_allclose(walked[at], with_fair.predict(7.0))


def test_several_periods_ahead_have_the_mean_of_their_levels() -> None:
    day = (np.arange(312) * 7 + 4) % 365.25
    history = weeks_of(100 * np.exp(0.2 * np.cos(2 * np.pi * day / 365.25)))
    model = AdditiveMemory().fit(history)
    year = model.predict(364.0)  # as busy as the mean of the year, whatever the season
    assert year.sum() == pytest.approx(52 * 101, rel=0.06)
