"""Forecasts by day and shift as a user sees them: bank holidays, own kinds of day, clocks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pyarrow import parquet

from tests.command import rightplace
from tests.walks import Walk, start
from tests.worlds import extract

if TYPE_CHECKING:
    from tests.command import Told

MAY = ("--as-of", "2018-05-03", "--days", "7")  # Friday 4 to Thursday 10 May 2018


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Walk:
    """Sixty weeks of timed records of Camden and Islington."""
    world = extract(tmp_path_factory.mktemp("timed"))
    return start(tmp_path_factory.mktemp("walk"), world, "--mapping", world.mapping)


@pytest.fixture(scope="module")
def may(held: Walk) -> Told:
    return forecast(held, *MAY, "--by", "shift")


def forecast(held: Walk, *words: object, settings: str = "") -> Told:
    """Forecast under some settings."""
    (held.workspace / "rightplace.toml").write_text(f"[forecast]\n{settings}\n", encoding="utf-8")
    return rightplace("forecast", *words, "--json", workspace=held.workspace)


def said(told: Told, code: str) -> list[str]:
    assert told.exit_code == 0, told.stderr
    return [each["message"] for each in told.json["warnings"] if each["code"] == code]


def rows(told: Told) -> list[dict[str, Any]]:
    return list(parquet.read_table(told.json["result"]["cells_path"]).to_pylist())


def test_a_bank_holiday_and_its_eve_are_named(may: Told) -> None:
    # In the records lie 29 May, 28 August and 26 December 2017, 30 March and 2 April 2018, and
    # their eves and Christmas Eve; Christmas and New Year are kinds of their own. London's area
    # takes the holidays of England without being told.
    eve, day = said(may, "day-kind")
    assert eve.startswith("Sunday 6 May 2018: eve of a bank holiday (May Day); ")
    assert day.startswith("Monday 7 May 2018: bank holiday (May Day); ")
    assert eve.endswith("as on 6 such days before.")
    assert day.endswith("as on 5 such days before.")


def test_slots_of_every_cell_sum_to_the_total_that_is_shown(held: Walk, may: Told) -> None:
    days = forecast(held, *MAY, "--by", "day")
    for told in (may, days):
        total = sum(row["expected_count"] or 0 for row in rows(told))
        assert total == pytest.approx(told.json["result"]["expected_count"])
    assert days.json["result"]["expected_count"] == pytest.approx(
        may.json["result"]["expected_count"]
    )
    by_day: dict[tuple[str, str], float] = {}
    for row in rows(may):
        # Policing days start at 07:00, in summer 06:00 UTC.
        day = f"{row['slot_start'].timestamp() // 3600 - 6:.0f}"
        key = (row["cell_id"], str(int(day) // 24))
        by_day[key] = by_day.get(key, 0.0) + (row["expected_count"] or 0)
    assert sorted(by_day.values()) == pytest.approx(
        sorted(row["expected_count"] or 0 for row in rows(days))
    )


def test_holidays_may_be_left_out_and_the_run_is_another(held: Walk, may: Told) -> None:
    told = forecast(held, *MAY, settings='holidays = "none"')
    assert said(told, "day-kind") == []
    assert told.json["id"] != may.json["id"]


def test_a_file_of_kinds_of_day_is_read_beside_the_workspace(held: Walk) -> None:
    text = (
        "first_day,last_day,kind\n2018-05-05,2018-05-06,street fair\n2018-02-12,2018-02-16,term\n"
    )
    (held.workspace / "days.csv").write_text(text, encoding="utf-8")
    told = forecast(held, *MAY, settings='holidays = "none"\nday_kinds = "days.csv"')
    (fair,) = said(told, "day-kind")
    assert fair == (
        "Saturday 5 May 2018 to Sunday 6 May 2018: street fair; the records hold no such day, so "
        "it is taken as an ordinary one."
    )
    explained = rightplace("explain", told.json["id"], "--json", workspace=held.workspace)
    assert "days.csv" in str(explained.json["result"]["inputs"])


def test_a_wrong_row_of_that_file_is_named_with_its_remedy(held: Walk) -> None:
    text = "first_day,last_day,kind\n2018-05-05,,fair\n5 May,,fair\n"
    (held.workspace / "days.csv").write_text(text, encoding="utf-8")
    told = forecast(held, *MAY, settings='day_kinds = "days.csv"')
    assert told.exit_code == 10
    error = told.json["error"]
    assert (error["row"], error["value"]) == (2, "5 May")
    assert error["file"].endswith("days.csv")
    assert error["remedy"] == "Write it as YYYY-MM-DD."


def test_an_unknown_country_of_holidays_is_refused(held: Walk) -> None:
    told = forecast(held, *MAY, settings='holidays = "GB-LONDON"')
    assert told.exit_code == 10
    assert told.json["error"]["value"] == "GB-LONDON"


def test_a_night_that_the_clocks_cut_short_is_named_and_expects_less(held: Walk) -> None:
    told = forecast(held, "--as-of", "2018-03-22", "--days", "7", settings='holidays = "none"')
    (change,) = said(told, "clock-change")
    assert change == (
        "The clocks change: the night shift of Saturday 24 March 2018 lasts 7 hours, not 8, and "
        "holds less in proportion."
    )
    night = [
        row for row in rows(told) if row["slot_start"].isoformat() == "2018-03-24T23:00:00+00:00"
    ]
    assert {row["slot_end"].isoformat() for row in night} == {"2018-03-25T06:00:00+00:00"}


def test_a_day_long_after_the_records_is_refused_as_stale(held: Walk) -> None:
    told = forecast(held, "--as-of", "2099-01-01", "--days", "7")
    assert told.exit_code == 30


def test_settings_of_days_are_shown(held: Walk) -> None:
    (held.workspace / "rightplace.toml").write_text("", encoding="utf-8")
    told = rightplace("config", "show", "--json", workspace=held.workspace)
    found = {each["key"]: each["value"] for each in told.json["result"]["settings"]}
    assert (found["forecast.holidays"], found["forecast.day_kinds"]) == ("by-area", "")
