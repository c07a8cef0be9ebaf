"""What rosters hand out: file names, sheet names and cells that hostile names cannot turn."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from rightplace.app.roster.calendars import file_name, officer_calendar
from rightplace.app.roster.workbook import letters, sheet_name

LONDON = ZoneInfo("Europe/London")
ROW = {
    "day": date(2026, 3, 28),
    "shift": "night",
    "team": "A\r\nBEGIN:VEVENT",
    "slot_start": datetime(2026, 3, 28, 23, tzinfo=LONDON),
    "slot_end": datetime(2026, 3, 29, 7, tzinfo=LONDON),
    "break_minutes": 40,
}


def calendar_of(row: dict[str, object], on: date = date(2026, 2, 1)) -> bytes:
    return officer_calendar("a", [row], roster_id="o-1", published_on=on)


def test_a_later_roster_changes_the_entry_of_a_day_and_adds_none() -> None:
    (first,) = Calendar.from_ical(calendar_of(ROW)).walk("VEVENT")
    later = ROW | {"shift": "late"}
    (second,) = Calendar.from_ical(calendar_of(later, date(2026, 2, 8))).walk("VEVENT")
    assert first["uid"] == second["uid"]
    assert first["summary"] != second["summary"]


def test_a_name_cannot_add_an_entry_to_a_calendar() -> None:
    (event,) = Calendar.from_ical(calendar_of(ROW)).walk("VEVENT")
    assert str(event["summary"]) == "Night shift, A BEGIN:VEVENT"


def test_entries_are_in_utc_also_over_a_change_of_clocks() -> None:
    assert b"DTSTART:20260328T230000Z" in calendar_of(ROW)
    assert b"DTEND:20260329T060000Z" in calendar_of(ROW)


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b", "..", "PC 1", "é", ""])
def test_names_of_files_stay_in_their_folder(name: str) -> None:
    assert file_name(name).endswith(".ics")
    assert not {"/", "\\"} & set(file_name(name))
    assert not file_name(name).startswith("..")
    assert file_name(name) != file_name(f"{name}x")


def test_sheets_have_names_that_a_workbook_takes_each_once() -> None:
    taken: set[str] = set()
    names = [sheet_name(team, taken) for team in ("A/B", "a-b", "x" * 40, "x" * 41, "")]
    assert names == ["A-B", "a-b (2)", "x" * 31, f"{'x' * 27} (2)", "team"]


def test_shifts_have_the_shortest_letters_that_tell_them_apart() -> None:
    assert letters(("early", "late", "night")) == {"early": "E", "late": "L", "night": "N"}
    assert letters(("day", "dusk")) == {"day": "DA", "dusk": "DU"}
