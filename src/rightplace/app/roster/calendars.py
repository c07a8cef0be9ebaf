"""A calendar for each officer: shifts alone, in UTC; nothing is said of absences."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any

from icalendar import Calendar, Event

from rightplace.briefing.text import clean
from rightplace.core.canonical import digest

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]")
_DIGITS = 8


def officer_calendar(
    officer_id: str, shifts: Sequence[dict[str, Any]], *, roster_id: str, published_on: date
) -> bytes:
    """Return an officer's shifts as iCalendar (RFC 5545).

    Each officer and day has one identifier, so that a calendar which takes in a later roster
    changes the shift and does not add a second. The same roster gives the same bytes.

    Parameters
    ----------
    officer_id
        The officer.
    shifts
        Rows of the roster table.
    roster_id
        Printed in each entry.
    published_on
        Day of the roster's publication, the stamp of each entry.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Rightplace//Roster//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", clean(f"Shifts of {officer_id}"))
    for row in shifts:
        event = Event()
        event.add("uid", f"{digest([officer_id, row['day'].isoformat()])[:32]}@roster.rightplace")
        event.add("dtstamp", datetime.combine(published_on, time(0), tzinfo=UTC))
        event.add("dtstart", row["slot_start"].astimezone(UTC))
        event.add("dtend", row["slot_end"].astimezone(UTC))
        shift = row["shift"]
        event.add("summary", clean(f"{shift[:1].upper()}{shift[1:]} shift, {row['team']}"))
        event.add("description", f"Break of {row['break_minutes']} minutes. Roster {roster_id}.")
        calendar.add_component(event)
    content: bytes = calendar.to_ical()
    return content


def file_name(officer_id: str) -> str:
    """Return a name of a file for an officer that no file system misreads, one for each."""
    safe = _UNSAFE.sub("_", officer_id)[:80]
    plain = safe == officer_id and bool(safe.strip("."))
    return f"{safe}.ics" if plain else f"officer-{digest(officer_id)[:_DIGITS]}.ics"
