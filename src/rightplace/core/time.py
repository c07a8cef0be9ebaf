"""Policing days, shifts and slots: stored in UTC, shown in the study area's zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Self
from zoneinfo import ZoneInfo

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
        try:
            year, number = text.split("-")
            first = date(int(year), int(number), 1)
        except ValueError as error:
            msg = f"{text!r} is not a month."
            raise BadInputError(msg, value=text, remedy="Write it as YYYY-MM.") from error
        return cls(first.year, first.month)

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
        """Check that the shifts follow each other round the clock.

        Raises
        ------
        BadInputError
            If there is no shift, or one does not start where the one before it ends.
        """
        following = (*self.shifts[1:], *self.shifts[:1])
        gaps = [a.name for a, b in zip(self.shifts, following, strict=True) if a.ends != b.starts]
        if not self.shifts or gaps:
            named = ", ".join(gaps) or "no shift at all"
            msg = f"The shifts do not cover the day without gap or overlap: after {named}."
            raise BadInputError(msg, remedy="Let each shift end where the next one starts.")

    @property
    def tzinfo(self) -> ZoneInfo:
        """The time zone."""
        return ZoneInfo(self.zone)

    @property
    def day_starts(self) -> time:
        """When the policing day starts."""
        return self.shifts[0].starts

    def instant(self, day: date, at: time) -> datetime:
        """Return the UTC instant of a local clock time on a calendar day."""
        return datetime.combine(day, at, tzinfo=self.tzinfo).astimezone(UTC)

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
                ends_next_day = shift.ends <= shift.starts
                end_day = calendar_day + timedelta(days=1) if ends_next_day else calendar_day
                yield Slot(
                    policing_day=policing_day,
                    shift=shift.name,
                    start=self.instant(calendar_day, shift.starts),
                    end=self.instant(end_day, shift.ends),
                )
                calendar_day = end_day
