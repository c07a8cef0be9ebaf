"""Standing rows of crime, few enough to check by hand, as the store would give them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Sequence

    import ibis

    from rightplace.engines.engine import Engine

INSTANT = pa.timestamp("us", "UTC")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One standing row; everything has a plain default."""

    start: datetime
    end: datetime
    precision: str = "minute"
    offence: str = "robbery"
    setting: str = "street"
    status: str = "current"
    population: str = "force/extract/crimes"
    lon: float | None = -0.1
    lat: float | None = 51.5
    lsoa: str | None = None
    place_name: str | None = None
    incident: int | None = None
    month: date | None = None


def utc(day: date, hour: int, minute: int = 0) -> datetime:
    """Return an instant written in UTC."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)


def rows_of(engine: Engine, rows: Sequence[Row]) -> ibis.Table:
    """Return rows as a table of the engine, numbered from 1."""
    numbers = range(1, len(rows) + 1)
    columns: dict[str, pa.Array] = {
        "row_number": pa.array(numbers, pa.int64()),
        "incident": pa.array(
            [n if r.incident is None else r.incident for n, r in zip(numbers, rows, strict=True)],
            pa.int64(),
        ),
        "occurred_from": pa.array([r.start for r in rows], INSTANT),
        "occurred_to": pa.array([r.end for r in rows], INSTANT),
        "month": pa.array([r.month or r.start.date().replace(day=1) for r in rows], pa.date32()),
        "lon": pa.array([r.lon for r in rows], pa.float64()),
        "lat": pa.array([r.lat for r in rows], pa.float64()),
    }
    for name in "precision offence setting status population lsoa place_name".split():
        columns[name] = pa.array([getattr(r, name) for r in rows], pa.string())
    return engine.arrow(pa.table(columns))
