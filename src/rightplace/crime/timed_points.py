"""Records of demand one by one, with the interval and the point that each gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis
import numpy as np
import pyarrow as pa

from rightplace.crime.counting import (
    STREET_SETTINGS,
    minutes_of,
    with_dates,
    with_place_key,
)
from rightplace.crime.spreading import with_moment
from rightplace.engines.dialect import to_clock

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.core.time import Clock
    from rightplace.crime.counting import Counts
    from rightplace.engines.engine import Engine

SECONDS_PER_DAY = 86_400
NEEDED = "incident occurred_from occurred_to precision offence setting population lon lat".split()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TimedPoints:
    """Records with a day or an hour; all arrays of shape (n,).

    Parameters
    ----------
    cell
        Row of the study area's cells.
    lon, lat
        Degrees; NaN where a record names its cell but gives no point.
    begins, ends
        Local days since 1 January 1970 between which it happened. Those of records with an hour
        begin as policing days do, as in ``Counts``; the two are equal where a moment was chosen
        for a wide interval (``spreading``).
    """

    cell: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    begins: NDArray[np.float64]
    ends: NDArray[np.float64]


def timed_points(
    engine: Engine,
    rows: ibis.Table,
    *,
    places: pa.Table,
    cells: NDArray[np.int32],
    clock: Clock,
    demand: Counts,
) -> TimedPoints:
    """Return the records behind some counts of demand, those that give their month alone left out.

    Each lies in the day in which ``count`` has it.

    Parameters
    ----------
    engine
        Where the query runs.
    rows, places, cells, clock
        As for ``count``, from which ``demand`` came.
    demand
        What is counted as demand, some records at least.
    """
    located = ibis.memtable(places.append_column("cell", pa.array(cells, pa.int32())))
    joined = with_place_key(rows).inner_join(located, ["lon_key", "lat_key", "lsoa_key"])
    needed = joined.filter(joined.precision != "month").select(
        "cell", *NEEDED, current=joined.status == "current"
    )
    table = engine.run(_demanded(_placed(needed, clock), demand, clock))
    begins, ends, lon, lat = (
        table[name].to_numpy().astype(np.float64) for name in ("begins", "ends", "lon", "lat")
    )
    late = np.where(table["timed"].to_numpy(), minutes_of(clock.day_starts) * 60, 0)
    begins, ends = (begins - late) / SECONDS_PER_DAY, (ends - late) / SECONDS_PER_DAY
    whole = ~table["timed"].to_numpy() & (begins < ends)  # a calendar day, wherever it is midnight
    begins = np.where(whole, np.floor(begins), begins)
    return TimedPoints(
        cell=table["cell"].to_numpy().astype(np.int64),
        lon=lon,
        lat=lat,
        begins=begins,
        ends=np.where(whole, begins + 1.0, ends),
    )


def _placed(rows: ibis.Table, clock: Clock) -> ibis.Table:
    """Add the interval of each row; that of a wide one is the moment at which it is counted."""
    dated = with_dates(rows, clock)
    wide = with_moment(dated.filter(dated.wide & ~dated.vague))
    wide = wide.mutate(opens=wide.at, closes=wide.at).drop("at")
    narrow = dated.filter(~dated.wide)
    narrow = narrow.mutate(opens=narrow.occurred_from, closes=narrow.occurred_to)
    return narrow.select(wide.columns).union(wide)


def _demanded(rows: ibis.Table, demand: Counts, clock: Clock) -> ibis.Table:
    """Return the rows that are demand, their intervals in local seconds since 1970."""
    chosen = (
        (rows.cell >= 0)
        & rows.current
        & rows.setting.isin(STREET_SETTINGS)
        & rows.offence.isin(np.unique(demand.offence).tolist())
        & rows.population.isin(np.unique(demand.population).tolist())
    )
    return rows.filter(chosen).select(
        "cell",
        "lon",
        "lat",
        "timed",
        begins=to_clock(clock.zone, rows.opens).epoch_seconds(),
        ends=to_clock(clock.zone, rows.closes).epoch_seconds(),
    )
