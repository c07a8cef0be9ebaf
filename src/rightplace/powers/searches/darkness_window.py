"""Which searches fell at clock times that are light on some days and dark on others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from rightplace.powers.searches.columns import STATED, SearchType
from rightplace.powers.searches.sun import CIVIL_DUSK, SUNSET, Place, evening

if TYPE_CHECKING:
    from datetime import datetime

    from numpy.typing import NDArray

    from rightplace.powers.searches.darkness_settings import DarknessSettings

ZONE = ZoneInfo("Europe/London")
_MINUTE, _DAY = np.timedelta64(60, "s"), np.timedelta64(1, "D")


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Searches that were not compared, by the first reason that held.

    Parameters
    ----------
    without_time
        The force publishes days without times there.
    other_kind
        Of vehicles alone, under powers not chosen, or led by intelligence.
    far_from_change
        Too many weeks from a change of the clocks, where only weeks around it are taken.
    other_hours
        At clock times that are always light, or always dark.
    twilight
        Between sunset and the end of civil twilight, neither light nor dark.
    """

    without_time: int
    other_kind: int
    far_from_change: int
    other_hours: int
    twilight: int


@dataclass(frozen=True, kw_only=True)
class Compared:
    """The searches compared.

    Parameters
    ----------
    group
        Shape (n,). Place in ``STATED``; -1 where the group is not stated or not given.
    dark
        Shape (n,). Whether civil twilight had ended.
    clock
        Shape (n,). Minutes of the local clock since midnight.
    day
        Shape (n,). Days since 1970 of the local clock.
    first, last
        Ends of the clock times, in minutes; equal where no time is both light and dark.
    left_out
        The searches that are not among them.
    """

    group: NDArray[np.int64]
    dark: NDArray[np.bool_]
    clock: NDArray[np.float64]
    day: NDArray[np.int64]
    first: float
    last: float
    left_out: LeftOut


def compared(table: pa.Table, *, column: str, settings: DarknessSettings) -> Compared:
    """Return the searches at clock times that were light on some days of the data, dark on others.

    The window opens at the earliest end of civil twilight of the days held and closes at the
    latest sunset; within it, searches before sunset are in daylight, after civil twilight dark.

    Parameters
    ----------
    table
        Columns of ``SCHEMA``.
    column
        ``self_defined`` or ``officer_defined``.
    settings
        Which searches are taken.
    """
    taken = table.filter(pc.fill_null(table["has_time"], fill_value=False))
    kind = taken.filter(_of_kind(taken, settings))
    clock, day = _local(kind["started_at"])
    near = _near_change(day, settings.weeks_around_change)
    clock, day = clock[near], day[near]
    group = _groups(kind[column])[near]
    place = Place(lon=settings.lon, lat=settings.lat)
    days, which = np.unique(day, return_inverse=True)
    sunset, dusk = (_clock_of(days, altitude, place) for altitude in (SUNSET, CIVIL_DUSK))
    first = float(dusk.min()) if days.size else 0.0
    last = max(float(sunset.max()), first) if days.size else 0.0
    inside = (clock >= first) & (clock < last)
    light = clock < sunset[which] if days.size else inside
    dark = clock >= dusk[which] if days.size else inside
    kept = inside & (light | dark)
    left_out = LeftOut(
        without_time=table.num_rows - taken.num_rows,
        other_kind=taken.num_rows - kind.num_rows,
        far_from_change=int((~near).sum()),
        other_hours=int((~inside).sum()),
        twilight=int((inside & ~kept).sum()),
    )
    return Compared(
        group=group[kept],
        dark=dark[kept],
        clock=clock[kept],
        day=day[kept].astype(np.int64),
        first=first,
        last=last,
        left_out=left_out,
    )


def _of_kind(table: pa.Table, settings: DarknessSettings) -> pa.ChunkedArray:
    """Return where somebody was searched under a power chosen, not led by intelligence."""
    person = [SearchType.PERSON, SearchType.PERSON_AND_VEHICLE]
    of = pc.and_(
        pc.is_in(table["type"], value_set=pa.array(person, pa.string())),
        pc.is_in(table["power"], value_set=pa.array(settings.chosen, pa.string())),
    )
    return pc.and_(of, pc.invert(pc.fill_null(table["intelligence_led"], fill_value=False)))


def _groups(column: pa.ChunkedArray) -> NDArray[np.int64]:
    found = pc.index_in(column, value_set=pa.array(STATED, pa.string()))
    return np.asarray(pc.fill_null(found, -1).to_numpy(zero_copy_only=False), dtype=np.int64)


def _local(
    started: pa.ChunkedArray,
) -> tuple[NDArray[np.float64], NDArray[np.datetime64]]:
    """Return minutes since midnight and the day, by the local clock."""
    local = pc.local_timestamp(pc.cast(started, pa.timestamp("us", tz=ZONE.key)))
    moments = local.to_numpy(zero_copy_only=False).astype("datetime64[s]")
    days = moments.astype("datetime64[D]")
    return (moments - days) / _MINUTE, days


def _near_change(days: NDArray[np.datetime64], weeks: int) -> NDArray[np.bool_]:
    """Return which days lie within weeks of a change of the clocks; all, if weeks is 0."""
    if weeks == 0:
        return np.ones(days.size, dtype=np.bool_)
    every, which = np.unique(days, return_inverse=True)
    far = 7 * weeks * _DAY
    near = _offset_minutes(every - far) != _offset_minutes(every + far)
    return np.asarray(near[which], dtype=np.bool_)


def _offset_minutes(days: NDArray[np.datetime64]) -> NDArray[np.float64]:
    """Return by how many minutes the local clock is ahead of UTC in the evening of each day."""
    noons: list[datetime] = (days.astype("datetime64[s]") + np.timedelta64(18, "h")).tolist()
    offsets = [noon.replace(tzinfo=ZONE).utcoffset() for noon in noons]
    return np.array([0.0 if each is None else each.total_seconds() / 60 for each in offsets])


def _clock_of(days: NDArray[np.datetime64], altitude: float, place: Place) -> NDArray[np.float64]:
    """Return the local clock, in minutes, at which the sun sinks through an altitude."""
    if not days.size:
        return np.zeros(0)
    moment = evening(days, altitude=altitude, place=place)
    return np.asarray((moment - days.astype("datetime64[s]")) / _MINUTE + _offset_minutes(days))
