"""When the demo's incidents happen: invented weekly profiles, uncertain times, near repeats.

All times are on the local clock, as a force writes them, and none falls in an hour that the
spring change of the clocks leaves out.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from importlib import resources
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

    from rightplace.core.time import Month

    Minutes = NDArray[np.datetime64]

HEAPED_SHARE = 0.4
"""Share of incidents whose time was rounded to a quarter of an hour."""
NEAR_REPEAT_SHARE = 0.05
"""Share of incidents that follow an earlier one of the same class in the same street."""
NEAR_REPEAT_DAYS = 5.0
"""Mean delay of those, before it is cut off at the end of the month."""

_MINUTE = np.timedelta64(1, "m")
_HOUR = np.timedelta64(1, "h")
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def read_hours() -> dict[str, NDArray[np.float64]]:
    """Return the invented profiles by name, each of shape (7, 24) from Monday 00:00."""
    text = (resources.files("rightplace.crime") / "data/demo_hours.csv").read_text("utf-8")
    profiles: dict[str, NDArray[np.float64]] = {}
    for row in csv.DictReader(text.splitlines()):
        table = profiles.setdefault(row["profile"], np.zeros((7, 24)))
        table[_WEEKDAYS.index(row["weekday"])] = [float(row[f"{hour:02d}"]) for hour in range(24)]
    return profiles


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """The local hours of some months.

    Parameters
    ----------
    months
        Months, without a gap.
    zone
        IANA name of the time zone.
    """

    months: tuple[Month, ...]
    zone: str = "Europe/London"

    @cached_property
    def hours(self) -> NDArray[np.datetime64]:
        """Every hour on the clock face, those left out in spring among them."""
        first, after = self.months[0].first, self.months[-1].plus(1).first
        hours: Minutes = np.arange(np.datetime64(first, "h"), np.datetime64(after, "h"))
        return hours

    @cached_property
    def month_numbers(self) -> NDArray[np.intp]:
        """Shape (hours,). Place in ``months`` of each hour's month."""
        number = self.hours.astype("datetime64[M]") - np.datetime64(str(self.months[0]), "M")
        return number.astype(np.intp)

    @cached_property
    def lost(self) -> NDArray[np.datetime64]:
        """The hours that the clocks skip."""
        zone = ZoneInfo(self.zone)

        def is_lost(hour: datetime) -> bool:
            there_and_back = hour.replace(tzinfo=zone).astimezone(UTC).astimezone(zone)
            return there_and_back.replace(tzinfo=None) != hour

        lost = [is_lost(hour) for hour in self.hours.astype("datetime64[s]").tolist()]
        lost_hours: Minutes = self.hours[np.array(lost)]
        return lost_hours

    @property
    def end(self) -> np.datetime64:
        """The first minute after the last month."""
        return np.datetime64(self.months[-1].plus(1).first, "m")

    def out_of_lost(self, times: Minutes) -> Minutes:
        """Return the times, those in a lost hour moved on by an hour."""
        return np.where(np.isin(times.astype("datetime64[h]"), self.lost), times + _HOUR, times)


def draw_starts(
    months: NDArray[np.intp],
    profiles: NDArray[np.intp],
    *,
    calendar: Calendar,
    tables: NDArray[np.float64],
    generator: Generator,
) -> Minutes:
    """Return a local minute for each incident, within its month and after its profile.

    Parameters
    ----------
    months
        Shape (n,). Place of each incident's month in ``calendar.months``.
    profiles
        Shape (n,). Place of each incident's profile in ``tables``.
    calendar
        The months.
    tables
        Shape (profiles, 7, 24). Relative frequencies from Monday 00:00.
    generator
        Source of chance.
    """
    shares = _HourShares.of(calendar, tables)
    key = months * len(tables) + profiles
    place = np.searchsorted(shares.cumulative, key + generator.random(key.size), side="right").clip(
        max=shares.last[key]
    )
    hours = calendar.hours[shares.hour[place]]
    starts: Minutes = hours + _minutes(key.size, generator=generator)
    return starts


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _HourShares:
    """Hours of each (month, profile) one after another, with their cumulative shares.

    The shares of the k-th pair run from k to k + 1, so that one search serves all.
    """

    hour: NDArray[np.intp]
    cumulative: NDArray[np.float64]
    last: NDArray[np.intp]

    @classmethod
    def of(cls, calendar: Calendar, tables: NDArray[np.float64]) -> _HourShares:
        days = calendar.hours.astype("datetime64[D]")
        weekday = (days.astype(np.int64) + 3) % 7  # 1 January 1970 was a Thursday
        clock_hour = (calendar.hours - days).astype(np.int64)
        weights = tables[:, weekday, clock_hour]
        weights[:, np.isin(calendar.hours, calendar.lost)] = 0
        hours, cumulative = [], []
        for month in range(len(calendar.months)):
            within = np.flatnonzero(calendar.month_numbers == month)
            for profile, table in enumerate(weights[:, within]):
                hours.append(within)
                running = table.cumsum() / table.sum()
                cumulative.append(month * len(tables) + profile + running)
        last = np.cumsum([part.size for part in hours]) - 1
        return cls(hour=np.concatenate(hours), cumulative=np.concatenate(cumulative), last=last)


def _minutes(size: int, *, generator: Generator) -> NDArray[np.timedelta64]:
    """Return minutes past the hour, many of them rounded to a quarter."""
    exact = generator.integers(0, 60, size=size)
    rounded = generator.random(size) < HEAPED_SHARE
    return np.where(rounded, exact // 15 * 15, exact) * _MINUTE


def draw_ends(
    starts: Minutes,
    *,
    shares: NDArray[np.float64],
    hours: NDArray[np.float64],
    calendar: Calendar,
    generator: Generator,
) -> Minutes:
    """Return the latest minute at which each incident may have happened.

    Most happened when they began; some are known only to lie within hours or days.

    Parameters
    ----------
    starts
        Shape (n,). Earliest minute.
    shares
        Shape (n,). Probability that the time is uncertain, 0 to 1.
    hours
        Shape (n,). Median length of the interval if it is.
    calendar
        The months; no interval outlasts them.
    generator
        Source of chance.
    """
    length = hours * 60 * np.exp(0.9 * generator.standard_normal(starts.size))
    uncertain = generator.random(starts.size) < shares
    minutes = np.where(uncertain, np.ceil(length), 0).astype(np.int64)
    return np.minimum(calendar.out_of_lost(starts + minutes * _MINUTE), calendar.end - _MINUTE)


def draw_reports(ends: Minutes, *, calendar: Calendar, generator: Generator) -> Minutes:
    """Return when each incident was reported: mostly within hours, never after the extract.

    The extract is drawn at the end of the last month, so a report that would come later came
    at a random minute before it.
    """
    delay = np.exp(np.log(45) + 1.6 * generator.standard_normal(ends.size)).astype(np.int64)
    left = ((calendar.end - _MINUTE) - ends).astype(np.int64)
    sooner = (generator.random(ends.size) * (left + 1)).astype(np.int64)
    return calendar.out_of_lost(ends + np.where(delay <= left, delay, sooner) * _MINUTE)


def draw_followers(groups: NDArray[np.intp], *, generator: Generator) -> NDArray[np.intp]:
    """Return for each incident the one it follows, or its own place if it follows none.

    One generation of a branching process: nobody follows a follower.

    Parameters
    ----------
    groups
        Shape (n,). Group of each incident, in rising order; one follows only within its group.
    generator
        Source of chance.
    """
    places = np.arange(groups.size)
    is_follower = generator.random(groups.size) < NEAR_REPEAT_SHARE
    first = np.searchsorted(groups, groups, side="left")
    size = np.searchsorted(groups, groups, side="right") - first
    leader = first + (generator.random(groups.size) * size).astype(np.intp)
    return np.where(is_follower & ~is_follower[leader], leader, places)


def follow(
    starts: Minutes, leaders: NDArray[np.intp], *, calendar: Calendar, generator: Generator
) -> Minutes:
    """Return the starts, those of followers set some days after their leaders', in the same month.

    The delay is exponential, cut off at the end of the month so that the month's total stays.
    """
    follows = leaders != np.arange(starts.size)
    lead = starts[leaders[follows]]
    month_end = (lead.astype("datetime64[M]") + 1).astype("datetime64[m]")
    left = (month_end - _MINUTE - lead).astype(np.float64)
    mean = NEAR_REPEAT_DAYS * 24 * 60
    chance = generator.random(lead.size)
    delay = -mean * np.log1p(-chance * -np.expm1(-left / mean))
    followed = starts.copy()
    followed[follows] = calendar.out_of_lost(lead + delay.astype(np.int64) * _MINUTE)
    return followed
