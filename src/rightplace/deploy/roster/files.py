"""Files that rosters are made from: CSV in, officers, absences, demand and wishes out.

Every fault is named with its row. Reasons of persons have no column.
"""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from rightplace.core.suggest import did_you_mean
from rightplace.deploy.checked_rows import Row, read_rows
from rightplace.deploy.roster.people import (
    ABSENCES,
    OFF,
    WEEKDAYS,
    Absence,
    Duty,
    Officer,
    Opening,
    Wish,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rightplace.deploy.roster.calendar import RosterCalendar

OFFICER_COLUMNS: Final = {
    "officer_id": "Name or number of the officer, once.",
    "team": "The officer's team.",
    "supervisor": "1 for a supervisor, else 0.",
    "skills": "Skills, several with ; between; empty for none.",
    "weekly_hours": "Contracted hours of a week.",
    "hours_before": "Hours worked in the 17 weeks that end with the roster, before it starts.",
    "excluded_days_before": "Days of leave and sickness in those weeks before it starts.",
    "last_shift_end": "End of the last shift, ISO 8601 with offset; none for a new officer.",
    "shifts_in_row": "Shifts on consecutive days up to the day before the roster.",
    "nights_in_row": "Night shifts on consecutive days up to the day before the roster.",
    "never_shifts": "Shifts that the officer does not work, ; between. No reason is asked.",
    "never_weekdays": "Weekdays (mon to sun) that the officer does not work, ; between.",
}
ABSENCE_COLUMNS: Final = {
    "officer_id": "The officer.",
    "from": "First policing day.",
    "to": "Last policing day.",
    "kind": f"One of {', '.join(ABSENCES)}; training and court are work.",
}
WISH_COLUMNS: Final = {
    "officer_id": "The officer.",
    "day": "Policing day.",
    "shift": "The shift asked for, or off.",
    "weight": "Whole number from 1; the heavier, the dearer its refusal.",
}
PUBLISHED_COLUMNS: Final = {
    "officer_id": "The officer.",
    "day": "Policing day.",
    "shift": "The shift; days off have no row.",
}
_OPENING: Final = (
    "hours_before",
    "excluded_days_before",
    "last_shift_end",
    "shifts_in_row",
    "nights_in_row",
)
_MOST_HOURS, _MOST_DAYS, _MOST_WEIGHT = 17 * 168, 119, 1000
_NO_SHIFT_YET: Final = "none"
_WEEK_HOURS: Final = 168


def read_officers(
    path: Path, *, calendar: RosterCalendar, reference_weeks: float = 17.0
) -> tuple[Officer, ...]:
    """Return the officers of a CSV file with the columns of ``OFFICER_COLUMNS``.

    Opening balances are all there or all empty: an officer without them has ``opening`` None.

    Parameters
    ----------
    path
        CSV in UTF-8.
    calendar
        Days and shifts of the roster.
    reference_weeks
        Weeks of the reference period that ends with the roster.
    """
    rows: dict[str, int] = {}
    before = round(reference_weeks * len(WEEKDAYS)) - calendar.days

    def parsed(row: Row) -> Officer:
        who = row.text("officer_id")
        for name in ("officer_id", "team", "skills"):
            if not row.optional(name).isprintable():
                row.fault(name, "holds characters that cannot be printed", "Write it plainly.")
        if who in rows:
            row.fault("officer_id", f"stands in row {rows[who]} already", "Drop one of them.")
        rows.setdefault(who, row.number)
        skills = names_of(row, "skills")
        if {"officers", "supervisors"} & set(skills):
            row.fault("skills", "names what is no skill", "Use the column supervisor.")
        hours = row.number_of("weekly_hours", upmost=_WEEK_HOURS)
        if hours is None:
            row.fault("weekly_hours", "is empty", "Give contracted hours of a week.")
        return Officer(
            officer_id=who,
            team=row.text("team"),
            supervisor=row.one_of("supervisor", ("0", "1")) == "1",
            skills=frozenset(skills),
            weekly_hours=hours or 0.0,
            opening=_opening(row, calendar, days_before=before),
            never_shifts=_known(row, "never_shifts", calendar.shifts),
            never_weekdays=_known(row, "never_weekdays", WEEKDAYS),
            row=row.number,
        )

    return read_rows(path, tuple(OFFICER_COLUMNS), parsed)


def _opening(row: Row, calendar: RosterCalendar, *, days_before: int) -> Opening | None:
    """Return the opening balances of a row; None where any is empty."""
    empty = [name for name in _OPENING if not row.optional(name)]
    if empty:
        if len(empty) < len(_OPENING):
            row.fault(empty[0], "is empty, other balances are not", "Give all of them, or none.")
        return None
    hours = row.number_of("hours_before", upmost=_MOST_HOURS)
    excluded = whole_of(row, "excluded_days_before", upmost=max(0, days_before))
    shifts = whole_of(row, "shifts_in_row", upmost=_MOST_DAYS)
    nights = whole_of(row, "nights_in_row", upmost=_MOST_DAYS)
    end = _last_end(row, calendar)
    if shifts is not None and nights is not None and nights > shifts:
        row.fault("nights_in_row", f"is more than shifts_in_row, {shifts}", "Correct one of them.")
    worked = None if end is None else calendar.number(calendar.policing_day(_just_before(end)))
    if (shifts or 0) > 0 and worked != -1:
        what = f"is {shifts}, but the last shift was not on the day before the roster"
        row.fault("shifts_in_row", what, "Correct it or last_shift_end; 0 after a day off.")
    if shifts == 0 and worked == -1:
        what = "is 0, but the last shift was on the day before the roster"
        row.fault("shifts_in_row", what, "Count that shift and those before it.")
    return Opening(
        hours=hours or 0.0,
        excluded_days=excluded or 0,
        last_end=end,
        shifts=shifts or 0,
        nights=nights or 0,
    )


def _last_end(row: Row, calendar: RosterCalendar) -> datetime | None:
    text = row.optional("last_shift_end")
    if text == _NO_SHIFT_YET:
        return None
    try:
        end = datetime.fromisoformat(text)
    except ValueError:
        row.fault("last_shift_end", "is no time", "Write 2026-03-01T15:00:00+00:00, or none.")
        return None
    if end.tzinfo is None:
        row.fault("last_shift_end", "has no offset from UTC", "Add it, such as +00:00.")
        return None
    if end > calendar.start(0):
        start = calendar.start(0).astimezone(calendar.clock.tzinfo)
        row.fault("last_shift_end", f"lies after the roster's start, {start}", "Correct it.")
        return None
    return end.astimezone(UTC)


def _just_before(end: datetime) -> datetime:
    return end - timedelta(microseconds=1)


def _known(row: Row, name: str, known: Sequence[str]) -> frozenset[str]:
    found = names_of(row, name)
    for each in found:
        if each not in known:
            row.fault(name, f"names {each!r}, none of {', '.join(known)}", "Correct it.")
    return frozenset(found)


def read_absences(path: Path, *, officers: Sequence[Officer]) -> tuple[Absence, ...]:
    """Return the absences of a CSV file with the columns of ``ABSENCE_COLUMNS``.

    Absences of one officer must not overlap.

    Parameters
    ----------
    path
        CSV in UTF-8.
    officers
        Whom the roster is for.
    """
    ids = {officer.officer_id for officer in officers}
    held: dict[str, list[Absence]] = {}

    def parsed(row: Row) -> Absence:
        first, last = day_of(row, "from"), day_of(row, "to")
        if first is not None and last is not None and first > last:
            row.fault("from", f"lies after its end, {last}", "Swap or correct the days.")
        absence = Absence(
            officer_id=_officer(row, ids),
            first=first or date.min,
            last=last or date.min,
            kind=row.one_of("kind", ABSENCES),
            row=row.number,
        )
        mine = held.setdefault(absence.officer_id, [])
        for other in mine:
            if first and last and other.first <= last and first <= other.last:
                row.fault("from", f"overlaps row {other.row}", "Give each day to one absence.")
        mine.append(absence)
        return absence

    return read_rows(path, tuple(ABSENCE_COLUMNS), parsed)


def read_wishes(
    path: Path, *, officers: Sequence[Officer], calendar: RosterCalendar
) -> tuple[Wish, ...]:
    """Return the wishes of a CSV file that lie in the roster; its columns are ``WISH_COLUMNS``.

    Parameters
    ----------
    path
        CSV in UTF-8.
    officers
        Whom the roster is for.
    calendar
        Days and shifts of the roster.
    """
    ids = {officer.officer_id for officer in officers}
    rows: dict[tuple[str, date], int] = {}

    def parsed(row: Row) -> Wish:
        who, day = _officer(row, ids), day_of(row, "day") or date.min
        if (who, day) in rows:
            row.fault("day", f"is that of row {rows[who, day]} too", "Keep one wish for a day.")
        rows.setdefault((who, day), row.number)
        weight = whole_of(row, "weight", upmost=_MOST_WEIGHT)
        if not weight:
            row.fault("weight", "is no whole number from 1", "Write 1 for an ordinary wish.")
        shift = row.one_of("shift", (*calendar.shifts, OFF))
        return Wish(officer_id=who, day=day, shift=shift, weight=weight or 1, row=row.number)

    every = read_rows(path, tuple(WISH_COLUMNS), parsed)
    return tuple(wish for wish in every if calendar.holds(wish.day))


def read_published(
    path: Path, *, officers: Sequence[Officer], calendar: RosterCalendar
) -> tuple[Duty, ...]:
    """Return the shifts of a published roster; its columns are ``PUBLISHED_COLUMNS``.

    A roster that this program wrote can be read as it is. Two shifts on a day are taken as they
    are, since what was published is judged and not refused; the same shift twice is a fault.

    Parameters
    ----------
    path
        CSV in UTF-8.
    officers
        Whom the roster is for.
    calendar
        Days and shifts; other days are left out.
    """
    ids = {officer.officer_id for officer in officers}
    rows: dict[tuple[str, date, str], int] = {}

    def parsed(row: Row) -> Duty | None:
        who, day = _officer(row, ids), day_of(row, "day")
        shift = row.one_of("shift", calendar.shifts)
        key = (who, day or date.min, shift)
        if key in rows:
            row.fault("day", f"has the same shift in row {rows[key]}", "Drop one of them.")
        rows.setdefault(key, row.number)
        if day is None or not calendar.holds(day) or shift not in calendar.shifts:
            return None
        slot = calendar.slot(day, shift)
        return Duty(officer_id=who, day=day, shift=shift, start=slot.start, end=slot.end)

    found = read_rows(path, tuple(PUBLISHED_COLUMNS), parsed)
    return tuple(duty for duty in found if duty is not None)


def _officer(row: Row, ids: set[str]) -> str:
    who = row.text("officer_id")
    if who and who not in ids:
        row.fault("officer_id", "is no officer of the roster", did_you_mean(who, ids))
    return who


def day_of(row: Row, name: str) -> date | None:
    """Return a cell as a day; what is none is noted as a fault."""
    try:
        return date.fromisoformat(row.text(name))
    except ValueError:
        row.fault(name, "is no day", "Write it as 2026-03-14.")
        return None


def whole_of(row: Row, name: str, *, upmost: int) -> int | None:
    """Return a cell as a whole number from 0, None where it is empty."""
    number = row.number_of(name, upmost=upmost)
    if number is None or not math.isfinite(number):
        return None
    if not number.is_integer():
        row.fault(name, "is no whole number", "Correct it.")
    return int(number)


def names_of(row: Row, name: str) -> tuple[str, ...]:
    """Return the names of a cell, which are parted by semicolons; the cell may be empty."""
    return tuple(part.strip() for part in row.optional(name).split(";") if part.strip())
