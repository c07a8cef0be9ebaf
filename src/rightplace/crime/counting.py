"""Counting what stands, by cell and time: one set-wise query, then plain arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis
import numpy as np
import pyarrow as pa

from rightplace.engines.dialect import to_clock

if TYPE_CHECKING:
    from datetime import time

    from numpy.typing import NDArray

    from rightplace.core.time import Clock
    from rightplace.engines.engine import Engine

NO_DEGREES = 999.0
STREET_SETTINGS = ("street", "unknown")
TIMED = ("hour", "minute")


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
        Row of the clock's shifts; -1 where the record's interval does not lie in one shift.
    offence, setting, population
        Class of offence, where it happened, whose record it is.
    timed
        Whether the record carries an hour.
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
    current: NDArray[np.bool_]
    n: NDArray[np.int64]
    incidents: NDArray[np.int64]

    def where(self, chosen: NDArray[np.bool_]) -> Counts:
        """Return the counts that are chosen."""
        return Counts(**{name: getattr(self, name)[chosen] for name in Counts.__dataclass_fields__})


def places_of(engine: Engine, rows: ibis.Table) -> pa.Table:
    """Return each place among some rows once: ``lon``, ``lat`` and published ``lsoa``."""
    keyed = _with_place_key(rows)
    return engine.run(keyed.select("lon_key", "lat_key", "lsoa_key").distinct())


def _with_place_key(rows: ibis.Table) -> ibis.Table:
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


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute


def _shift_of(local: ibis.ir.TimestampValue, clock: Clock) -> ibis.ir.IntegerValue:
    """Return which shift of the policing day a local time lies in."""
    starts = _minutes(clock.day_starts)
    since = (local.hour() * 60 + local.minute() - starts + 24 * 60) % (24 * 60)
    bounds = [(_minutes(s.starts) - starts) % (24 * 60) for s in clock.shifts]
    shift = ibis.literal(0)
    for number, bound in enumerate(bounds):
        if number:
            shift = ibis.ifelse(since >= bound, number, shift)
    return shift


def _policing_day(local: ibis.ir.TimestampValue, clock: Clock) -> ibis.ir.DateValue:
    return (local - ibis.interval(minutes=_minutes(clock.day_starts))).date()


def _timed_columns(rows: ibis.Table, clock: Clock) -> ibis.Table:
    """Add the day and shift of each row, as far as its interval supports them.

    A record with an hour lies in the policing day of its start; one with a day only, in that
    calendar day. Its shift is known only if the whole interval lies within one.
    """
    start = to_clock(clock.zone, rows.occurred_from)
    end = to_clock(clock.zone, rows.occurred_to - ibis.interval(microseconds=1))
    timed = rows.precision.isin(TIMED)
    day = ibis.ifelse(timed, _policing_day(start, clock), start.date())
    within = (
        timed
        & (_policing_day(start, clock) == _policing_day(end, clock))
        & (_shift_of(start, clock) == _shift_of(end, clock))
    )
    monthly = rows.precision == "month"
    return rows.mutate(
        day=ibis.ifelse(monthly, rows.month, day),
        shift=ibis.ifelse(within, _shift_of(start, clock), -1),
        timed=timed,
        monthly=monthly,
    )


def count(
    engine: Engine, rows: ibis.Table, *, places: pa.Table, cells: NDArray[np.int32], clock: Clock
) -> Counts:
    """Return standing rows counted by cell, day, shift, class and setting.

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
    joined = _with_place_key(rows).inner_join(located, ["lon_key", "lat_key", "lsoa_key"])
    keyed = _timed_columns(joined, clock)
    keyed = keyed.mutate(current=keyed.status == "current")
    keys = "cell day shift offence setting population timed monthly current".split()
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
    named = _with_place_key(rows.filter(rows.place_name.notnull()))
    joined = named.inner_join(located, ["lon_key", "lat_key", "lsoa_key"])
    inside = joined.filter(joined.cell >= 0)
    grouped = inside.group_by("cell", "place_name").agg(
        n=inside.count(), lon=inside.lon.mean(), lat=inside.lat.mean()
    )
    return engine.run(grouped.order_by("cell", ibis.desc("n"), "place_name"))
