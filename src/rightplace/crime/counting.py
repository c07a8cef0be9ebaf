"""Counting what stands, by cell and time: one set-wise query, then plain arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis
import numpy as np
import pyarrow as pa

from rightplace.crime.spreading import LONGEST_SECONDS, elapsed_seconds, with_moment
from rightplace.engines.dialect import to_clock

if TYPE_CHECKING:
    from datetime import time

    from numpy.typing import NDArray

    from rightplace.core.time import Clock
    from rightplace.engines.engine import Engine

NO_DEGREES = 999.0
STREET_SETTINGS = ("street", "unknown")
TIMED = ("hour", "minute")
NEEDED = (
    "cell row_number incident occurred_from occurred_to precision month offence setting "
    "population".split()
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Counts:
    """Standing records by cell, time, class and setting; all arrays of shape (n,).

    Parameters
    ----------
    cell
        Row of the study area's cells; -1 for records outside it or without a place.
    day
        First day of the month for monthly records, else the policing day.
    shift
        Row of the clock's shifts; -1 where the record gives no hour, or is ``vague``.
    offence, setting, population
        Class of offence, where it happened, whose record it is.
    timed
        Whether the record carries an hour.
    vague
        Whether its interval is longer than ``LONGEST_DAYS``: it stands on its first day, and
        nobody can say in which week it happened. Never so for monthly records.
    current
        Whether the record is neither cancelled nor deleted.
    n, incidents
        Offence rows, and incidents (rows that are the first of their incident).
    """

    cell: NDArray[np.int32]
    day: NDArray[np.datetime64]
    shift: NDArray[np.int8]
    offence: NDArray[np.str_]
    setting: NDArray[np.str_]
    population: NDArray[np.str_]
    timed: NDArray[np.bool_]
    monthly: NDArray[np.bool_]
    vague: NDArray[np.bool_]
    current: NDArray[np.bool_]
    n: NDArray[np.int64]
    incidents: NDArray[np.int64]

    def where(self, chosen: NDArray[np.bool_]) -> Counts:
        """Return the counts that are chosen."""
        return Counts(**{name: getattr(self, name)[chosen] for name in Counts.__dataclass_fields__})


def places_of(engine: Engine, rows: ibis.Table) -> pa.Table:
    """Return each place among some rows once: ``lon``, ``lat`` and published ``lsoa``."""
    keyed = with_place_key(rows)
    return engine.run(keyed.select("lon_key", "lat_key", "lsoa_key").distinct())


def with_place_key(rows: ibis.Table) -> ibis.Table:
    """Add columns that join where a place is missing too."""
    return rows.mutate(
        lon_key=rows.lon.fill_null(NO_DEGREES),
        lat_key=rows.lat.fill_null(NO_DEGREES),
        lsoa_key=rows.lsoa.fill_null(""),
    )


def degrees_of(places: pa.Table) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return longitude and latitude of places, NaN where there is no point."""
    lon, lat = (places[name].to_numpy().astype(np.float64) for name in ("lon_key", "lat_key"))
    missing = lon == NO_DEGREES
    return np.where(missing, np.nan, lon), np.where(missing, np.nan, lat)


def minutes_of(at: time) -> int:
    """Return the minutes since midnight."""
    return at.hour * 60 + at.minute


def _shift_of(local: ibis.ir.TimestampValue, clock: Clock) -> ibis.ir.IntegerValue:
    """Return which shift of the policing day a local time lies in."""
    starts = minutes_of(clock.day_starts)
    since = (local.hour() * 60 + local.minute() - starts + 24 * 60) % (24 * 60)
    bounds = [(minutes_of(s.starts) - starts) % (24 * 60) for s in clock.shifts]
    shift = ibis.literal(0)
    for number, bound in enumerate(bounds):
        if number:
            shift = ibis.ifelse(since >= bound, number, shift)
    return shift


def _policing_day(local: ibis.ir.TimestampValue, clock: Clock) -> ibis.ir.DateValue:
    return (local - ibis.interval(minutes=minutes_of(clock.day_starts))).date()


def with_dates(rows: ibis.Table, clock: Clock) -> ibis.Table:
    """Add how far the interval of each row, none of them monthly, lets its time be told.

    ``wide`` rows lie in more than one slot or, where they give days only, in more than one day;
    ``vague`` ones in so many that no week can be named.
    """
    start = to_clock(clock.zone, rows.occurred_from)
    end = to_clock(clock.zone, rows.occurred_to - ibis.interval(microseconds=1))
    timed = rows.precision.isin(TIMED)
    one_slot = (_policing_day(start, clock) == _policing_day(end, clock)) & (
        _shift_of(start, clock) == _shift_of(end, clock)
    )
    wide = ~ibis.ifelse(timed, one_slot, start.date() == end.date())
    vague = wide & (elapsed_seconds(rows) > LONGEST_SECONDS)
    return rows.mutate(timed=timed, wide=wide, vague=vague)


def _timed_columns(rows: ibis.Table, clock: Clock) -> ibis.Table:
    """Add the day and shift of each row, as far as its interval supports them.

    A record with an hour lies in a policing day and shift, one with a day only in a calendar day
    and no shift. One whose interval is wider lies where a moment of it does (``spreading``).
    Monthly rows go their own way: they are many, and zones of time are costly.
    """
    no = ibis.literal(value=False)
    monthly = rows.filter(rows.precision == "month").mutate(timed=no, vague=no)
    dated = with_dates(rows.filter(rows.precision != "month"), clock)
    spread = dated.wide & ~dated.vague
    narrow = dated.filter(~spread)
    placed = narrow.mutate(at=narrow.occurred_from).union(with_moment(dated.filter(spread)))
    at = to_clock(clock.zone, placed.at)
    placed = placed.mutate(
        day=ibis.ifelse(placed.timed, _policing_day(at, clock), at.date()),
        shift=ibis.ifelse(placed.timed & ~placed.vague, _shift_of(at, clock), -1),
        monthly=no,
    ).drop("wide", "at")
    of_month = monthly.mutate(
        day=monthly.month, shift=ibis.literal(-1, placed.shift.type()), monthly=~no
    )
    return of_month.select(placed.columns).union(placed)


def count(
    engine: Engine, rows: ibis.Table, *, places: pa.Table, cells: NDArray[np.int32], clock: Clock
) -> Counts:
    """Return standing rows counted by cell, day, shift, class and setting.

    Each row is counted once. Where its interval spans several days or shifts, it is counted in
    one of them, and rows alike are spread over all of them by elapsed time.

    Parameters
    ----------
    engine
        Where the query runs.
    rows
        Standing rows, already cut at what may be known.
    places
        From ``places_of`` on the same rows.
    cells
        Shape (n_places,). The cell of each place, -1 outside.
    clock
        How the study area keeps time.
    """
    located = ibis.memtable(places.append_column("cell", pa.array(cells, pa.int32())))
    joined = with_place_key(rows).inner_join(located, ["lon_key", "lat_key", "lsoa_key"])
    needed = joined.select(*NEEDED, current=joined.status == "current")
    keyed = _timed_columns(needed, clock)
    keys = "cell day shift offence setting population timed monthly vague current".split()
    counted = keyed.group_by(keys).agg(
        n=keyed.count(), incidents=keyed.count(where=keyed.incident == keyed.row_number)
    )
    table = engine.run(counted.order_by(keys))
    return Counts(
        cell=table["cell"].to_numpy(),
        day=table["day"].to_numpy().astype("datetime64[D]"),
        shift=table["shift"].to_numpy().astype(np.int8),
        offence=_texts(table["offence"]),
        setting=_texts(table["setting"]),
        population=_texts(table["population"]),
        timed=table["timed"].to_numpy(),
        monthly=table["monthly"].to_numpy(),
        vague=table["vague"].to_numpy(),
        current=table["current"].to_numpy(),
        n=table["n"].to_numpy(),
        incidents=table["incidents"].to_numpy(),
    )


def _texts(column: pa.ChunkedArray) -> NDArray[np.str_]:
    return np.asarray(column.to_pylist(), dtype=np.str_)


def name_counts(
    engine: Engine, rows: ibis.Table, *, places: pa.Table, cells: NDArray[np.int32]
) -> pa.Table:
    """Return how often each place name stands in each cell, and where in the mean.

    Columns ``cell``, ``place_name``, ``n``, ``lon``, ``lat``; most frequent first in each cell.
    """
    located = ibis.memtable(places.append_column("cell", pa.array(cells, pa.int32())))
    named = with_place_key(rows.filter(rows.place_name.notnull()))
    joined = named.inner_join(located, ["lon_key", "lat_key", "lsoa_key"])
    inside = joined.filter(joined.cell >= 0)
    grouped = inside.group_by("cell", "place_name").agg(
        n=inside.count(), lon=inside.lon.mean(), lat=inside.lat.mean()
    )
    return engine.run(grouped.order_by("cell", ibis.desc("n"), "place_name"))
