"""The days and shifts of a roster, in real time: elapsed hours, also where clocks change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final, Self

from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from rightplace.core import Clock, Slot

NIGHT_STARTS, NIGHT_ENDS, NIGHT_HOURS = time(23), time(6), 3.0
"""A shift with at least so many hours of this local time is a night shift.

Working Time Regulations 1998, regulation 2 ("night time", "night worker"); not read for this
project (DOMAIN 6.3.14 gives the regulations as unverified).
"""
WEEKEND: Final = (5, 6)
"""Weekdays, Monday 0, of policing days that count as weekend."""
_LONGEST_DAYS: Final = 119


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterCalendar:
    """The policing days of a roster and their shifts.

    Parameters
    ----------
    clock
        Time zone and shifts of the study area.
    first
        First policing day.
    days
        How many there are, 1 to 119 (17 weeks).
    slots
        For each day its shifts in the order of the clock, half-open in UTC.
    nights
        Names of the shifts that are night shifts.
    """

    clock: Clock
    first: date
    days: int
    slots: tuple[tuple[Slot, ...], ...]
    nights: frozenset[str]

    @classmethod
    def of(cls, clock: Clock, *, first: date, days: int) -> Self:
        """Return the calendar of so many days from ``first``.

        Raises
        ------
        BadInputError
            If there are no days, or more than 17 weeks of them.
        """
        if not 1 <= days <= _LONGEST_DAYS:
            msg = f"A roster of {days} days cannot be made."
            raise BadInputError(msg, value=days, remedy=f"Choose 1 to {_LONGEST_DAYS} days.")
        every, count = tuple(clock.slots(first, days)), len(clock.shifts)
        by_day = tuple(every[day * count : (day + 1) * count] for day in range(days))
        ordinary = tuple(clock.slots(date(2001, 1, 8), 1))
        nights = frozenset(s.shift for s in ordinary if night_hours(clock, s) >= NIGHT_HOURS)
        return cls(clock=clock, first=first, days=days, slots=by_day, nights=nights)

    @property
    def shifts(self) -> tuple[str, ...]:
        """Names of the shifts, in order."""
        return tuple(shift.name for shift in self.clock.shifts)

    @property
    def last(self) -> date:
        """Last policing day."""
        return self.day(self.days - 1)

    def day(self, number: int) -> date:
        """Return the policing day with a number; the first is 0, days before it are negative."""
        return self.first + timedelta(days=number)

    def number(self, day: date) -> int:
        """Return a day's number; the inverse of ``day``."""
        return (day - self.first).days

    def holds(self, day: date) -> bool:
        """Return whether a day is one of the roster's."""
        return 0 <= self.number(day) < self.days

    def start(self, number: int) -> datetime:
        """Return the UTC instant at which the day with a number starts."""
        return self.clock.day_start(self.day(number))

    def slot(self, day: date, shift: str) -> Slot:
        """Return a shift of one of the roster's days."""
        return self.slots[self.number(day)][self.shifts.index(shift)]

    def policing_day(self, instant: datetime) -> date:
        """Return the policing day that holds an instant."""
        day = instant.astimezone(self.clock.tzinfo).date()
        return day if self.clock.day_start(day) <= instant else day - timedelta(days=1)

    def is_weekend(self, day: date) -> bool:
        """Return whether a policing day is a Saturday or a Sunday."""
        return day.weekday() in WEEKEND


def night_hours(clock: Clock, slot: Slot) -> float:
    """Return how many hours of a shift are night time, elapsed."""
    hours = 0.0
    for offset in (-1, 0, 1):
        evening = slot.policing_day + timedelta(days=offset)
        start = clock.instant(evening, NIGHT_STARTS)
        end = clock.instant(evening + timedelta(days=1), NIGHT_ENDS)
        shared = min(slot.end, end) - max(slot.start, start)
        hours += max(0.0, shared / timedelta(hours=1))
    return hours
