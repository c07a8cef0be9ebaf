"""The forecast as a use case: slots, intervals, harm and the table that is kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest

from rightplace.app.areas import find_area
from rightplace.app.evidence import Evidence, Question, gather
from rightplace.app.forecast.foretelling import (
    Foretold,
    cells_table,
    foretell,
    harm_per_record,
    period_share,
    whole_slot,
)
from rightplace.app.forecast.use_case import ForecastOptions, make_forecast
from rightplace.core.time import Clock
from rightplace.crime.harm import ons_severity
from rightplace.errors import BadInputError, UsageError
from rightplace.forecast import Noise, forecast_noise, forecaster
from tests.walks import NOON, Kept, kept
from tests.worlds import AS_OF, DAYS, TIMED_AS_OF, extract, publish

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

METHOD = "additive_memory"
NUMBERS = "expected_count expected_harm lo50 hi50 lo80 hi80 lo95 hi95".split()


@pytest.fixture(scope="module")
def monthly(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    folder: Path = tmp_path_factory.mktemp("monthly")
    return kept(folder / "workspace", publish(folder / "files"), AS_OF)


@pytest.fixture(scope="module")
def timed(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    folder: Path = tmp_path_factory.mktemp("timed")
    return kept(folder / "workspace", extract(folder / "files"), TIMED_AS_OF)


def evidence(world: Kept, question: Question) -> Evidence:
    area = find_area(world.workspace, None)
    return gather(world.workspace, area, question, harm_index=ons_severity())


def by(world: Kept, question: Question, days: int = DAYS) -> Foretold:
    return foretell(evidence(world, question), method=METHOD, days=days)


def test_monthly_records_are_foretold_over_the_whole_period_as_one_slot(monthly: Kept) -> None:
    found = by(monthly, Question(as_of=AS_OF))
    (slot,) = found.slots
    assert slot == whole_slot(found.evidence.area, date(2018, 7, 1), DAYS)
    # 07:00 on 1 July to 07:00 on 8 July, in summer time.
    assert slot.start.isoformat() == "2018-07-01T06:00:00+00:00"
    assert slot.hours == 7 * 24
    assert found.expected[:, 0] == pytest.approx(found.drivers.expected, nan_ok=True)


def test_a_period_over_the_change_of_clocks_lasts_its_elapsed_hours(monthly: Kept) -> None:
    area = find_area(monthly.workspace, None)
    assert whole_slot(area, date(2018, 10, 24), 7).hours == 7 * 24 + 1
    assert whole_slot(area, date(2018, 3, 22), 7).hours == 7 * 24 - 1


def test_a_forecast_by_trees_says_that_it_has_no_shares_and_keeps_its_reasons(
    timed: Kept,
) -> None:
    found = foretell(evidence(timed, Question(as_of=TIMED_AS_OF)), method="boosted", days=DAYS)
    assert "shares-unavailable" in {notice.code for notice in found.notices}
    rows = cells_table(found).to_pylist()
    known = [row for row in rows if not row["masked"]]
    assert known
    assert all(row["driver_1"] and row["rank_without_recent"] for row in known)


def of_a_season(found: Evidence) -> tuple[Evidence, NDArray[np.float64]]:
    """Return evidence with a season over 66 months to June 2018, and how busy each month was.

    The last is followed by the business of July, August and September 2018, which no record shows.
    """
    months = np.arange("2013-01", "2018-11", dtype="datetime64[M]").astype("datetime64[D]")
    turn = 2 * np.pi * ((months + 15) - np.datetime64("2014-06-01")).astype(float) / 365.25
    busy = np.exp(0.2 * np.cos(turn))[:-1]
    days = np.diff(months).astype(np.float64)
    cells = found.area.n_cells
    means = np.broadcast_to(5 * (busy * days)[:66], (cells, 66))
    history = replace(
        found.history,
        events=np.random.default_rng(6).poisson(means),
        exposure=days[:66],
        observed=np.ones((cells, 66), dtype=bool),
        period_ends=months[1:67],
    )
    return replace(found, history=history, harm=np.ones(means.shape)), busy[65:]


@pytest.mark.parametrize("method", [METHOD, "boosted", "stack@fading_26=0,boosted=1"])
def test_months_that_lag_by_two_are_forecast_with_the_season_of_the_days_ahead(
    monthly: Kept, method: str
) -> None:
    found, (_, july, august, september) = of_a_season(evidence(monthly, Question(as_of=AS_OF)))
    assert september < 0.85 * july
    for as_of, busy in ((AS_OF, july), (date(2018, 7, 31), august), (date(2018, 8, 31), september)):
        asked = replace(found, question=replace(found.question, as_of=as_of))
        total = foretell(asked, method=method, days=28).total.sum()
        assert total == pytest.approx(5 * 16 * 28 * busy, rel=0.04)


def test_a_forecast_that_lags_its_records_says_how_far_ahead_it_looks(monthly: Kept) -> None:
    assert "forecast-lag" not in {notice.code for notice in monthly.made.answer.warnings}
    (told,) = lag_notices(monthly, date(2018, 8, 31))
    assert "ends on 2018-06-30" in told
    assert "looks 3 months ahead" in told
    assert "learned one month ahead" in told
    assert lag_notices(monthly, date(2018, 7, 30)) == []  # within the month that follows
    (told,) = lag_notices(monthly, date(2018, 7, 31))
    assert "looks 2 months ahead" in told


def test_weeks_without_records_before_the_as_of_day_are_a_lag_too(timed: Kept) -> None:
    assert "forecast-lag" not in {notice.code for notice in timed.made.answer.warnings}
    (told,) = lag_notices(timed, TIMED_AS_OF + timedelta(days=14))
    assert "looks 3 weeks ahead" in told


def lag_notices(world: Kept, as_of: date) -> list[str]:
    """Return what a forecast from a day says of how far ahead it looks."""
    made = make_forecast(
        world.workspace,
        Question(as_of=as_of),
        days=DAYS,
        made_at=NOON,
        options=ForecastOptions(method="fading"),
    )
    return [notice.message for notice in made.answer.warnings if notice.code == "forecast-lag"]


def test_days_hold_what_their_shifts_hold_together(timed: Kept) -> None:
    found = by(timed, Question(as_of=TIMED_AS_OF, grain="day"))
    assert found.expected.shape == (16, DAYS)
    assert [slot.policing_day for slot in found.slots] == [
        TIMED_AS_OF + timedelta(days=n) for n in range(1, DAYS + 1)
    ]
    known = np.isfinite(found.total)
    assert found.total == pytest.approx(found.drivers.expected, nan_ok=True)
    shifts = by(timed, Question(as_of=TIMED_AS_OF)).expected.reshape(16, DAYS, 3)
    assert found.expected[known] == pytest.approx(shifts.sum(axis=2)[known])
    # Friday, the first day, has a late shift ten times as busy: 12 parts where others have 3.
    assert found.expected[known, 0].sum() > 2 * found.expected[known, 1:].sum(axis=0).max()


def test_an_ordinary_week_is_expected_as_the_method_says_by_whatever_grain(timed: Kept) -> None:
    totals = [
        by(timed, Question(as_of=TIMED_AS_OF, grain=grain)).total
        for grain in ("month", "day", "shift")
    ]
    assert totals[0] == pytest.approx(totals[1], nan_ok=True)
    assert totals[0] == pytest.approx(totals[2], nan_ok=True)
    model = forecaster(METHOD).fit(evidence(timed, Question(as_of=TIMED_AS_OF)).history)
    assert totals[0] == pytest.approx(model.predict(float(DAYS)), nan_ok=True)


def test_a_weekday_alone_is_expected_as_its_weekday_goes(timed: Kept) -> None:
    # Friday holds 12 parts of 30 in a week, not a seventh; its factors lean a little to 1.
    found, week = (by(timed, Question(as_of=TIMED_AS_OF), days) for days in (1, 7))
    known = np.isfinite(found.total)
    share = found.total[known].sum() / week.total[known].sum()
    assert 2 / 7 < share < 12 / 30


def test_shifts_share_out_what_each_cell_is_expected_to_have(timed: Kept) -> None:
    found = by(timed, Question(as_of=TIMED_AS_OF))
    assert found.slots == tuple(Clock().slots(date(2018, 7, 6), DAYS))
    assert found.total == pytest.approx(found.drivers.expected, nan_ok=True)
    assert (found.expected[np.isfinite(found.total)] > 0).all()


def without_hours(found: Evidence, *, every: int) -> Evidence:
    """Return the evidence with the hour of every so manieth row of records unknown."""
    counts = found.shift_counts
    shift = np.where(np.arange(counts.n.size) % every == 0, -1, counts.shift)
    return replace(found, shift_counts=replace(counts, shift=shift.astype(np.int8)))


def test_records_of_a_day_and_no_hour_are_spread_by_their_weekday(timed: Kept) -> None:
    known = evidence(timed, Question(as_of=TIMED_AS_OF, grain="day"))
    found = foretell(without_hours(known, every=1), method=METHOD, days=DAYS)
    usual = foretell(known, method=METHOD, days=DAYS)
    assert found.total == pytest.approx(usual.total, nan_ok=True)
    # Friday's late shift still makes it the busiest day; shifts taught a little more of that.
    cells = np.isfinite(found.total)
    assert found.expected[cells, 0].sum() > 2 * found.expected[cells, 1:].sum(axis=0).max()
    assert not any(notice.code == "hour-unknown" for notice in found.notices)


def test_a_few_records_without_their_hour_leave_shifts_to_the_others(timed: Kept) -> None:
    known = evidence(timed, Question(as_of=TIMED_AS_OF))
    some = without_hours(known, every=20)
    found = foretell(some, method=METHOD, days=DAYS)
    missing = int(some.shift_counts.n[::20].sum())
    (told,) = (n.message for n in found.notices if n.code == "hour-unknown")
    assert told == (
        f"{missing} records give a day and no hour: shifts are learned from the others."
    )
    assert found.total == pytest.approx(
        foretell(known, method=METHOD, days=DAYS).total, nan_ok=True
    )


def test_parts_of_a_week_are_given_the_swing_that_days_and_shifts_showed(timed: Kept) -> None:
    by_shift, by_day = Question(as_of=TIMED_AS_OF), Question(as_of=TIMED_AS_OF, grain="day")
    shifts, days, one = (by(timed, by_shift), by(timed, by_day), by(timed, by_day, 1))
    learned = forecast_noise(shifts.evidence.history, METHOD)
    assert shifts.noise == days.noise == learned
    assert shifts.slot_noise.area >= learned.area
    # One day's total is one slot of the forecast by day.
    assert one.noise == one.slot_noise == days.slot_noise


def test_a_week_from_months_is_given_more_noise_than_months_showed(monthly: Kept) -> None:
    found = by(monthly, Question(as_of=AS_OF))
    learned = forecast_noise(found.evidence.history, METHOD)
    share = period_share(found.evidence, DAYS)
    assert share == pytest.approx(7 / 30.4375)
    assert found.noise == learned.within(share)


def test_a_week_from_weeks_is_given_the_noise_they_showed(timed: Kept) -> None:
    for days in (7, 14):
        found = by(timed, Question(as_of=TIMED_AS_OF), days)
        assert found.noise == forecast_noise(found.evidence.history, METHOD)


def test_noise_within_a_period_grows_with_the_root_of_its_parts() -> None:
    noise = Noise(area=0.01, cell=0.02, scatter=0.3)
    assert noise.within(1.0) == noise
    quarter = noise.within(0.25)
    assert (quarter.area, quarter.cell, quarter.scatter) == pytest.approx((0.02, 0.04, 0.3))


@pytest.mark.parametrize("share", [0.0, 1.5, -1.0, float("nan")])
def test_noise_of_no_part_of_a_period_is_refused(share: float) -> None:
    with pytest.raises(BadInputError, match="part of a period"):
        Noise().within(share)


def test_harm_per_record_leans_on_the_area_as_if_20_records_were_its_mean(monthly: Kept) -> None:
    found = evidence(monthly, Question(as_of=AS_OF))
    harm = np.zeros(found.harm.shape)
    records = found.history.events.sum(axis=1)
    harm[0, 0] = 3 * records[0]  # three a record in the first cell, none elsewhere
    mean = 3 * records[0] / records.sum()
    each = harm_per_record(replace(found, harm=harm))
    assert each[0] == pytest.approx((3 * records[0] + 20 * mean) / (records[0] + 20))
    assert each[-1] == pytest.approx(20 * mean / (records[-1] + 20))


def test_the_table_has_a_row_for_each_cell_and_slot_in_that_order(timed: Kept) -> None:
    table = timed.made.tables["cells"]
    slots = list(Clock().slots(date(2018, 7, 6), DAYS))
    codes = timed.made.area.cells["cell_id"].to_pylist()
    assert table["cell_id"].to_pylist() == [code for code in codes for _ in slots]
    assert table["slot_start"].to_pylist() == [slot.start for slot in slots] * 16
    assert table["slot_end"].to_pylist() == [slot.end for slot in slots] * 16


def test_cells_without_data_have_no_number_at_all(monthly: Kept) -> None:
    rows = monthly.made.tables["cells"].to_pylist()
    hidden = [row for row in rows if row["masked"]]
    assert len(hidden) == 5
    for row in hidden:
        nothing = [*NUMBERS, "rank", "last_12_months", "last_28_days", "driver_1", "driver_3"]
        assert {name: row[name] for name in nothing} == dict.fromkeys(nothing)


def test_intervals_of_cells_lie_within_each_other(monthly: Kept) -> None:
    for row in monthly.made.tables["cells"].to_pylist():
        if not row["masked"]:
            ends = [row[name] for name in "lo95 lo80 lo50 hi50 hi80 hi95".split()]
            assert ends == sorted(ends)
            assert row["lo95"] <= row["expected_count"] <= row["hi95"]


def test_the_total_has_the_interval_of_a_sum_and_not_a_sum_of_intervals(monthly: Kept) -> None:
    result, table = monthly.made.answer.result, monthly.made.tables["cells"]
    widths = np.nansum(table["hi80"].to_numpy() - table["lo80"].to_numpy())
    low, high = result.intervals["80"]
    assert low < result.expected_count < high
    assert high - low < widths


def test_a_table_can_be_made_again_from_the_same_forecast(monthly: Kept) -> None:
    found = by(monthly, Question(as_of=AS_OF))
    assert cells_table(found).equals(monthly.made.tables["cells"])


def test_records_with_their_hour_are_not_called_monthly_when_months_are_asked_for(
    timed: Kept,
) -> None:
    made = make_forecast(
        timed.workspace,
        Question(as_of=TIMED_AS_OF, grain="month"),
        days=DAYS,
        made_at=NOON,
        options=ForecastOptions(),
    )
    assert made.answer.result.period.by == "month"
    assert "month-only" not in {notice.code for notice in made.answer.warnings}


def test_the_method_asked_for_is_the_one_used_and_recorded(monthly: Kept) -> None:
    made = make_forecast(
        monthly.workspace,
        Question(as_of=AS_OF),
        days=DAYS,
        made_at=NOON,
        options=ForecastOptions(method="uniform"),
    )
    assert made.record.settings["method"] == made.answer.result.method == "uniform"
    assert made.record.id != monthly.made.record.id
    expected = made.tables["cells"]["expected_count"].drop_null().to_numpy()
    # "uniform" spreads by ground, and all squares are alike.
    assert expected == pytest.approx(np.full(11, expected[0]))


def test_a_method_that_does_not_exist_is_refused_with_the_nearest(monthly: Kept) -> None:
    options = ForecastOptions(method="uniforme")
    with pytest.raises(UsageError, match="uniform"):
        make_forecast(
            monthly.workspace, Question(as_of=AS_OF), days=DAYS, made_at=NOON, options=options
        )
