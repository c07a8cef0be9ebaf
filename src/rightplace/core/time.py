"""Policing days, shifts and slots: stored in UTC, shown in the study area's zone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Self
from zoneinfo import ZoneInfo, available_timezones

from rightplace.core.suggest import did_you_mean
from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month, in local time of whichever area it is used for."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the month written as ``YYYY-MM``.

        Raises
        ------
        BadInputError
            If the text is not a month.
        """
        written = re.fullmatch(r"([0-9]{4})-(0[1-9]|1[0-2])", text)
        if written is None or written[1] == "0000":
            msg = f"{text!r} is not a month."
            raise BadInputError(msg, value=text, remedy="Write it as YYYY-MM.")
        return cls(int(written[1]), int(written[2]))

    @classmethod
    def of(cls, day: date) -> Self:
        """Return the month that holds a day."""
        return cls(day.year, day.month)

    @property
    def first(self) -> date:
        """First day of the month."""
        return date(self.year, self.number, 1)

    @property
    def last(self) -> date:
        """Last day of the month."""
        return self.plus(1).first - timedelta(days=1)

    @property
    def days(self) -> int:
        """Days in the month, 28 to 31."""
        return (self.plus(1).first - self.first).days

    @property
    def index(self) -> int:
        """Months since January of the year 0, so that differences count months."""
        return self.year * 12 + self.number - 1

    @classmethod
    def from_index(cls, index: int) -> Self:
        """Return the month with an index; the inverse of ``index``."""
        return cls(index // 12, index % 12 + 1)

    def plus(self, months: int) -> Month:
        """Return the month so many months later."""
        return Month.from_index(self.index + months)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"


def months_between(first: Month, last: Month) -> list[Month]:
    """Return every month from ``first`` to ``last``, both included."""
    return [Month.from_index(i) for i in range(first.index, last.index + 1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """A named part of the policing day, from ``starts`` to ``ends`` on the local clock."""

    name: str
    starts: time
    ends: time

    @property
    def crosses_midnight(self) -> bool:
        """Whether it ends on the next calendar day, or at its first instant."""
        return self.ends <= self.starts


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One shift of one policing day: half-open [start, end) in UTC.

    Two slots of the same shift may last different hours: clocks change.
    """

    policing_day: date
    shift: str
    start: datetime
    end: datetime

    @property
    def hours(self) -> float:
        """Elapsed hours, never hours on the clock face."""
        return (self.end - self.start) / timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """How a study area keeps time.

    Parameters
    ----------
    zone
        IANA name of the time zone.
    shifts
        Shifts in order; together they cover the policing day, which starts with the first.
    """

    zone: str = "Europe/London"
    shifts: tuple[Shift, ...] = (
        Shift(name="early", starts=time(7), ends=time(15)),
        Shift(name="late", starts=time(15), ends=time(23)),
        Shift(name="night", starts=time(23), ends=time(7)),
    )

    def __post_init__(self) -> None:
        """Check that the zone exists and the shifts follow each other once round the clock.

        Raises
        ------
        BadInputError
            If no such zone is known, there is no shift, one does not start where the one before
            it ends, together they last more than a day, or two share a name.
        """
        if self.zone not in available_timezones():
            msg = f"{self.zone!r} is not a time zone."
            remedy = did_you_mean(self.zone, available_timezones())
            raise BadInputError(msg, value=self.zone, remedy=remedy)
        following = (*self.shifts[1:], *self.shifts[:1])
        gaps = [a.name for a, b in zip(self.shifts, following, strict=True) if a.ends != b.starts]
        if not self.shifts or gaps:
            named = ", ".join(gaps) or "no shift at all"
            msg = f"The shifts do not cover the day without gap or overlap: after {named}."
            raise BadInputError(msg, remedy="Let each shift end where the next one starts.")
        if sum(shift.crosses_midnight for shift in self.shifts) > 1:
            msg = "The shifts together last more than a day: more than one goes past midnight."
            raise BadInputError(msg, remedy="Let them go round the clock once.")
        names = [shift.name for shift in self.shifts]
        if len(set(names)) < len(names):
            msg = f"Two shifts share a name: {', '.join(names)}."
            raise BadInputError(msg, remedy="Give each its own name.")

    @property
    def tzinfo(self) -> ZoneInfo:
        """The time zone."""
        return ZoneInfo(self.zone)

    @property
    def day_starts(self) -> time:
        """When the policing day starts."""
        return self.shifts[0].starts

    def instant(self, day: date, at: time) -> datetime:
        """Return the UTC instant of a local clock time on a calendar day.

        A time that comes twice, when clocks go back, is the later of the two; one that is
        skipped, when they go forward, is read as if they had not gone forward yet. Sources are
        read by the same rule.
        """
        readings = (datetime.combine(day, at.replace(fold=f), tzinfo=self.tzinfo) for f in (0, 1))
        return max(reading.astimezone(UTC) for reading in readings)

    def midnight(self, day: date) -> datetime:
        """Return the UTC instant at which a local calendar day starts."""
        return self.instant(day, time(0))

    def day_start(self, policing_day: date) -> datetime:
        """Return the UTC instant at which a policing day starts."""
        return self.instant(policing_day, self.day_starts)

    def slots(self, first: date, days: int) -> Iterator[Slot]:
        """Yield each slot of so many policing days, in order of time."""
        for offset in range(days):
            policing_day = first + timedelta(days=offset)
            calendar_day = policing_day
            for shift in self.shifts:
                end_day = calendar_day + timedelta(days=shift.crosses_midnight)
                yield Slot(
                    policing_day=policing_day,
                    shift=shift.name,
                    start=self.instant(calendar_day, shift.starts),
                    end=self.instant(end_day, shift.ends),
                )
                calendar_day = end_day


def day_of(moment: datetime) -> date:
    """Return the calendar day of a moment where registers are kept, by the clock of ``Clock()``.

    Half past midnight in summer is the day before in UTC, and no day is told by that.
    """
    return moment.astimezone(Clock().tzinfo).date()


def minute_in_words(moment: datetime) -> str:
    """Return a moment as day and minute in UTC, such as ``2026-11-23 13:08 UTC``."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
