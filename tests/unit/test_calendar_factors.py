"""What the calendar says of a period, and how the level of the whole area is carried forward."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from rightplace.errors import BadInputError, NotFittedError
from rightplace.forecast.history import History
from rightplace.forecast.methods.additive import AdditiveMemory
from rightplace.forecast.methods.boosted import Boosted
from rightplace.forecast.methods.calendar import (
    DatedDays,
    calendar_terms,
    coming_ends,
    period_starts,
    periods_between,
    prior_sds,
)
from rightplace.forecast.methods.level import AreaLevel, Outlook, _mode
from rightplace.forecast.methods.stack import Stack
from rightplace.forecast.model import Dated
from rightplace.forecast.registry import forecaster

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.forecast.history import Kind
    from rightplace.forecast.methods.calendar import Dates
    from rightplace.forecast.model import Forecaster


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


def test_days_ahead_fall_into_the_periods_that_follow_the_newest() -> None:
    coming = dates("2021-07-01", "2021-07-31", "2021-08-01", "2022-01-31")
    found = periods_between(dates("2021-07-01")[0], "month", days=coming)
    assert found.tolist() == [0, 0, 1, 6]
    found = periods_between(dates("2021-07-01")[0], "week", days=coming)
    assert found.tolist() == [0, 4, 4, 30]  # 30, 31 and 214 days on
    assert periods_between(dates("2021-07-01")[0], "day", days=coming).tolist() == [0, 30, 31, 214]
    # A newest month cut short: its own last days go with the month that follows.
    coming = dates("2021-07-20", "2021-08-01", "2021-09-01")
    found = periods_between(dates("2021-07-20")[0], "month", days=coming)
    assert found.tolist() == [0, 0, 1]


@pytest.mark.parametrize("days", [[], ["NaT"], ["2021-06-30", "2021-07-01"]])
def test_days_ahead_that_are_none_or_past_are_refused(days: list[str]) -> None:
    with pytest.raises(BadInputError, match="dates from 2021-07-01 on"):
        periods_between(dates("2021-07-01")[0], "month", days=dates(*days))


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


def outlook_of(*, season: float = 0.0, drift: float = 0.0, kind: Kind = "month") -> Outlook:
    """Return an outlook from 1 July 2021 on with a log level of 0 and one wave of the year."""
    terms = 1 + len(prior_sds(kind))
    return Outlook(
        credit=np.ones(1),
        state=season * (np.arange(terms) == 1)[None, :],
        drift=np.array([drift]),
        newest=np.datetime64("2021-07-01"),
        kind=kind,
        usual_exposure=7.0 if kind == "week" else 30.0,
    )


def test_the_level_of_given_days_is_that_of_their_own_months() -> None:
    # The middle of September is day 258 of the year, that of July day 196, that of August 227.
    july, august, september = np.exp(0.2 * np.cos(2 * np.pi * np.array([196, 227, 258]) / 365.25))
    outlook = outlook_of(season=0.2)
    assert outlook.factor_of(7.0) == pytest.approx(july)
    in_september = np.datetime64("2021-09-10") + np.arange(7)
    assert outlook.factor_of(7.0, on=in_september) == pytest.approx(september)
    assert outlook.factor(skip=2) == pytest.approx(september)
    # 21 days of August and 7 of September.
    both = np.datetime64("2021-08-11") + np.arange(28)
    assert outlook.factor_of(28.0, on=both) == pytest.approx(0.75 * august + 0.25 * september)


def test_the_days_that_follow_a_history_of_weeks_have_the_level_they_had_without_dates() -> None:
    outlook = outlook_of(season=0.2, drift=6.4e-3, kind="week")
    for weeks in (1, 2, 4):
        coming = outlook.newest + np.arange(7 * weeks)
        assert outlook.factor_of(7.0 * weeks, on=coming) == pytest.approx(
            outlook.factor(periods=weeks), rel=1e-15
        )


def test_over_a_lag_the_level_walks_on_and_its_mean_grows_by_half_the_variance() -> None:
    # July and August are 62 days: 62/7 weeks at a variance of 0.007 each are 0.062.
    outlook = outlook_of(drift=0.007)
    assert outlook.factor() == pytest.approx(1.0)
    assert outlook.factor(skip=2) == pytest.approx(np.exp(0.062 / 2))


def test_one_busy_cell_does_not_move_the_level_of_all() -> None:
    outlook = outlook_of(season=0.2, kind="week")
    worth = np.array([7.0, 7.0, 6.5, 11.0])  # 11 days of one cell would be two weeks
    assert outlook.factor_of(worth) == outlook.factor()


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


def a_season_of_months() -> History:
    """Return cells over 66 months to June 2019, a fifth busier on 1 June than in the mean."""
    months = np.arange("2014-01", "2019-08", dtype="datetime64[M]").astype("datetime64[D]")
    days = np.diff(months).astype(np.float64)[:66]
    chance = np.random.default_rng(4)
    events = chance.poisson(50 * days * on_day(months[:66] + 15) / 4, size=(4, 66))
    return replace(
        weeks_of(np.ones(66)),
        events=events,
        exposure=days,
        period_ends=months[1:67],
        kind="month",
    )


def on_day(day: NDArray[np.datetime64]) -> NDArray[np.float64]:
    """Return how busy days are in that season."""
    since = (day - np.datetime64("2014-06-01")) / np.timedelta64(1, "D")
    return np.asarray(np.exp(0.2 * np.cos(2 * np.pi * since / 365.25)))


@pytest.mark.parametrize(
    "spec", ["additive_memory", "boosted", "stack@fading_26=0,fading_104=0,boosted=1"]
)
def test_days_two_months_after_the_newest_record_have_their_own_season(spec: str) -> None:
    model = forecaster(spec).fit(a_season_of_months())
    assert isinstance(model, Dated)
    july, september = (
        np.datetime64(first) + np.arange(30) for first in ("2019-07-01", "2019-09-01")
    )
    true = 50 * on_day(september).sum()
    assert true < 0.85 * 50 * on_day(july).sum()
    dated = model.on_days(september)
    assert dated.predict(30.0).sum() == pytest.approx(true, rel=0.04)
    # Not asked for other days, it takes those that follow the records.
    assert model.predict(30.0).sum() == pytest.approx(50 * on_day(july).sum(), rel=0.04)
    np.testing.assert_allclose(model.on_days(july).predict(30.0), model.predict(30.0))


def test_parts_of_a_forecast_of_given_days_still_make_it_up() -> None:
    history = a_season_of_months()
    model = AdditiveMemory().fit(history).on_days(np.datetime64("2019-09-01") + np.arange(7))
    every = np.ones(history.n_periods, dtype=bool)
    parts = model.part(history, periods=every, exposure_days=7.0) + model.area_part(7.0)
    np.testing.assert_allclose(parts, model.predict(7.0))


@pytest.mark.parametrize("spec", ["additive_memory", "boosted", "stack"])
def test_given_days_are_forgotten_with_what_was_learned(spec: str) -> None:
    history = a_season_of_months()
    with pytest.raises(NotFittedError, match="not been fitted"):
        given_days(forecaster(spec))
    model = forecaster(spec).fit(history)
    anew = given_days(model).fit(history)
    np.testing.assert_array_equal(anew.predict(30.0), model.predict(30.0))


def given_days(model: Forecaster) -> Forecaster:
    """Return a method asked for September 2019."""
    assert isinstance(model, AdditiveMemory | Boosted | Stack)
    return model.on_days(np.datetime64("2019-09-01") + np.arange(30))


def test_trees_expect_of_several_periods_the_mean_of_their_levels() -> None:
    history = a_season_of_months()
    model = Boosted().fit(history)
    outlook = model.grown_.stand.past.outlook
    level = outlook.factor(periods=6) / outlook.factor()
    assert level < 0.95  # July to December
    days = 6 * 365.25 / 12
    np.testing.assert_allclose(model.predict(days), level * days / 30 * model.predict(30.0))
