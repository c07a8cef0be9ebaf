"""Months, policing days, shifts and slots, over both changes of the clock."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, time, timedelta

import pytest

from rightplace.core.time import Clock, Month, Shift, months_between
from rightplace.errors import BadInputError

LONDON = Clock()


def utc(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def test_an_ordinary_summer_day_has_three_slots_of_eight_hours() -> None:
    day = date(2018, 7, 2)  # clocks an hour ahead of UTC: 07:00 is 06:00 UTC
    slots = list(LONDON.slots(day, 1))
    assert [s.shift for s in slots] == ["early", "late", "night"]
    assert [s.start for s in slots] == [utc(day, 6), utc(day, 14), utc(day, 22)]
    assert slots[-1].end == utc(day + timedelta(days=1), 6)
    assert [s.hours for s in slots] == [8, 8, 8]


def test_the_night_in_which_clocks_go_forward_is_seven_hours_long() -> None:
    saturday = date(2018, 3, 24)  # 23:00 GMT to 07:00 BST, which is 06:00 UTC
    *_, night = LONDON.slots(saturday, 1)
    assert (night.policing_day, night.hours) == (saturday, 7)
    assert (night.start, night.end) == (utc(saturday, 23), utc(date(2018, 3, 25), 6))


def test_the_night_in_which_clocks_go_back_is_nine_hours_long() -> None:
    saturday = date(2018, 10, 27)  # 23:00 BST, 22:00 UTC, to 07:00 GMT
    *_, night = LONDON.slots(saturday, 1)
    assert night.hours == 9
    assert (night.start, night.end) == (utc(saturday, 22), utc(date(2018, 10, 28), 7))


def test_slots_of_a_year_follow_each_other_without_gap_or_overlap() -> None:
    slots = list(LONDON.slots(date(2018, 1, 1), 365))
    assert all(a.end == b.start for a, b in itertools.pairwise(slots))
    assert sum(s.hours for s in slots) == 365 * 24


def test_a_time_that_comes_twice_is_the_later_and_one_that_is_skipped_as_if_not_yet() -> None:
    assert LONDON.instant(date(2018, 10, 28), time(1, 30)) == datetime(
        2018, 10, 28, 1, 30, tzinfo=UTC
    )
    assert LONDON.instant(date(2018, 3, 25), time(1, 30)) == datetime(
        2018, 3, 25, 1, 30, tzinfo=UTC
    )


def test_a_single_shift_may_last_the_whole_day() -> None:
    clock = Clock(shifts=(Shift(name="day", starts=time(6), ends=time(6)),))
    (slot,) = clock.slots(date(2018, 6, 1), 1)
    assert (slot.hours, clock.day_starts) == (24, time(6))


def shift(name: str, starts: int, ends: int) -> Shift:
    return Shift(name=name, starts=time(starts), ends=time(ends))


@pytest.mark.parametrize(
    ("shifts", "said"),
    [
        ((), "no shift at all"),
        ((shift("early", 7, 15), shift("late", 16, 7)), "after early"),
        ((shift("early", 7, 15), shift("late", 15, 6)), "after late"),
        ((shift("a", 7, 15), shift("b", 15, 14), shift("c", 14, 7)), "more than a day"),
        ((shift("a", 7, 7), shift("b", 7, 7)), "more than a day"),
        ((shift("a", 7, 19), shift("a", 19, 7)), "share a name"),
    ],
)
def test_shifts_go_round_the_clock_once(shifts: tuple[Shift, ...], said: str) -> None:
    with pytest.raises(BadInputError, match=said):
        Clock(shifts=shifts)


def test_an_unknown_zone_is_refused_with_the_nearest() -> None:
    with pytest.raises(BadInputError, match="Did you mean 'Europe/London'"):
        Clock(zone="Europe/Londn")


def test_months_count_over_the_turn_of_the_year() -> None:
    december = Month.parse("2019-12")
    assert str(december.plus(2)) == "2020-02"
    assert december.plus(2).days == 29
    assert december.last == date(2019, 12, 31)
    assert Month.of(date(2020, 1, 31)).index - december.index == 1
    assert Month.from_index(december.index) == december
    assert list(map(str, months_between(december, Month(2020, 2)))) == [
        "2019-12",
        "2020-01",
        "2020-02",
    ]


@pytest.mark.parametrize(
    "text",
    ["", "2018", "2018-13", "2018-00", "2018-6", "18-06", "2018-06-01", " 2018-06", "0000-01"],
)
def test_what_is_not_a_month_is_refused(text: str) -> None:
    with pytest.raises(BadInputError, match="YYYY-MM"):
        Month.parse(text)
