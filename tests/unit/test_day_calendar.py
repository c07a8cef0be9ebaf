"""Which days are of which kind, and how long their shifts last."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest

from rightplace.app.forecast.day_calendar import (
    BANK_HOLIDAY,
    EVE,
    OWN_KINDS,
    DayCalendar,
    day_calendar,
    day_table,
)
from rightplace.app.forecast.settings import ForecastSettings
from rightplace.core.day_kinds import DatedKind
from rightplace.core.time import Clock

if TYPE_CHECKING:
    from pathlib import Path

    from rightplace.places.study_area import StudyArea

CHRISTMAS = date(2018, 12, 25)


def area(*boroughs: str | None, zone: str = "Europe/London") -> StudyArea:
    """Return an area as far as its days need it: a clock, and a borough for each cell."""
    cells = pa.table({"borough": pa.array(boroughs, pa.string())})
    return cast("StudyArea", SimpleNamespace(cells=cells, clock=Clock(zone=zone)))


def test_eves_are_the_days_before_and_a_day_may_be_of_two_kinds() -> None:
    found = DayCalendar(holidays="GB-ENG").named(date(2018, 12, 22), 10)
    assert found["Christmas Day"] == {CHRISTMAS: ""}
    assert found[BANK_HOLIDAY] == {date(2018, 12, 26): "Boxing Day"}
    assert found[EVE] == {date(2018, 12, 24): "Christmas Day", CHRISTMAS: "Boxing Day"}
    # 31 December is the eve of a holiday that lies outside the days asked for.
    assert found["New Year's Eve"] == {date(2018, 12, 31): ""}
    assert found["New Year's Day"] == {}


def test_a_day_off_in_lieu_of_new_year_is_a_bank_holiday_like_others() -> None:
    # 1 January 2022 was a Saturday, and Monday 3 January the day off for it.
    found = DayCalendar(holidays="GB-ENG").named(date(2021, 12, 30), 7)
    assert list(found["New Year's Day"]) == [date(2022, 1, 1)]
    assert list(found["New Year's Eve"]) == [date(2021, 12, 31)]
    assert list(found[BANK_HOLIDAY]) == [date(2022, 1, 3)]
    assert list(found[EVE]) == [date(2022, 1, 2)]


def test_holidays_of_the_users_file_join_those_that_are_known() -> None:
    own = DatedKind(first_day=date(2018, 12, 28), last_day=date(2018, 12, 28), kind=BANK_HOLIDAY)
    for holidays, expected in (("GB-ENG", 2), (None, 1)):
        calendar = DayCalendar(holidays=holidays, dated=(own,))
        assert calendar.kind_names == OWN_KINDS
        found = calendar.named(date(2018, 12, 22), 9)
        assert len(found[BANK_HOLIDAY]) == expected
        assert date(2018, 12, 27) in found[EVE]


def test_without_holidays_or_a_file_no_day_is_of_a_kind() -> None:
    assert DayCalendar().named(date(2018, 12, 22), 9) == {}


@pytest.mark.parametrize(
    ("boroughs", "zone", "expected"),
    [
        (("Camden", None), "Europe/London", "GB-ENG"),
        (("Camden", "Toronto"), "Europe/London", None),
        (("Camden",), "America/Toronto", None),
        ((None,), "Europe/London", None),
    ],
)
def test_the_holidays_of_england_are_londons_by_default_and_nobody_elses(
    tmp_path: Path, boroughs: tuple[str | None, ...], zone: str, expected: str | None
) -> None:
    found = day_calendar(ForecastSettings(), area(*boroughs, zone=zone), root=tmp_path)
    assert found.holidays == expected


def test_holidays_may_be_named_or_none(tmp_path: Path) -> None:
    settings = ForecastSettings(holidays="CA-ON")
    assert day_calendar(settings, area("Camden"), root=tmp_path).holidays == "CA-ON"
    settings = replace(settings, holidays="none")
    assert day_calendar(settings, area("Camden"), root=tmp_path).holidays is None


def test_nights_in_which_clocks_change_last_seven_and_nine_hours() -> None:
    london = area("Camden")
    spring = day_table(london, date(2018, 3, 24), 2, named={}, by_shift=True)
    assert spring.hours.tolist() == [[8, 8, 7], [8, 8, 8]]
    autumn = day_table(london, date(2018, 10, 27), 1, named={}, by_shift=True)
    assert autumn.hours.tolist() == [[8, 8, 9]]
    assert day_table(london, date(2018, 10, 27), 1, named={}, by_shift=False).hours == [[25]]
    assert spring.weekdays.tolist() == [5, 6]


def test_a_time_that_comes_twice_and_one_that_is_skipped_lie_in_the_night() -> None:
    clock, zone = Clock(), ZoneInfo("Europe/London")
    autumn = list(clock.slots(date(2018, 10, 27), 1))[2]
    for fold in (0, 1):
        twice = datetime(2018, 10, 28, 1, 30, tzinfo=zone, fold=fold)
        assert autumn.start <= twice < autumn.end
    spring = list(clock.slots(date(2018, 3, 24), 1))[2]
    skipped = clock.instant(date(2018, 3, 25), time(1, 30))
    assert spring.start <= skipped < spring.end


def test_days_carry_their_kinds_in_order() -> None:
    named = DayCalendar(holidays="GB-ENG").named(CHRISTMAS, 3)
    table = day_table(area("Camden"), CHRISTMAS, 3, named=named, by_shift=True)
    assert table.kind_names == OWN_KINDS
    # Christmas Day, the eve of Boxing Day; Boxing Day; a Thursday.
    assert table.kinds[:, :3].tolist() == [
        [False, True, True],
        [True, False, False],
        [False, False, False],
    ]
    assert not table.kinds[:, 3:].any()
