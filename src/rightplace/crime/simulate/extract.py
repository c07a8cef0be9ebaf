"""The demo's incidents as a force would send them: columns of text, with real life's faults."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from rightplace.crime.simulate.places import STREETS

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

    from rightplace.crime.simulate.events import Events
    from rightplace.crime.simulate.outlines import DemoOutlines
    from rightplace.crime.simulate.places import Gazetteer

SYNTHETIC = "SYNTHETIC"
COLUMNS = (
    "crime_reference",
    "offence",
    "occurred_from",
    "occurred_to",
    "reported_at",
    "easting",
    "northing",
    "location",
    "premises",
    "domestic",
    "status",
    "synthetic",
)
CANCELLED_ROWS = 60
"""Records made twice by mistake, the second cancelled; beyond the totals."""
NO_POINT_SHARE = 0.03
NO_FLAG_SHARE = 0.05

_DAY = np.timedelta64(1, "D")
_GOOD = {
    "offence": "Common assault and battery",
    "occurred_from": "14/03/2023 21:30",
    "occurred_to": "14/03/2023 21:30",
    "reported_at": "14/03/2023 21:50",
    "easting": "530000",
    "northing": "180000",
    "location": "Faulty Row (synthetic)",
    "premises": "Street",
    "domestic": "N",
    "status": "Recorded",
    "synthetic": SYNTHETIC,
}
_FAULTS = (
    {"occurred_from": "31/02/2023 12:10", "occurred_to": "31/02/2023 12:10"},
    {"occurred_from": "2023-03-14T21:30", "occurred_to": "2023-03-14T21:30"},
    {"occurred_from": "00/00/0000 00:00", "occurred_to": "00/00/0000 00:00"},
    {"occurred_from": "26/03/2023 01:30", "occurred_to": "26/03/2023 01:30"},
    {"occurred_from": "14/03/2023 21:30", "occurred_to": "13/03/2023 21:30"},
    {"occurred_from": "", "occurred_to": ""},
    {"easting": "660000", "northing": "130000"},
    {"easting": "900000", "northing": "300000"},
    {"easting": "180000", "northing": "530000"},
    {"easting": "-0.1276", "northing": "51.5072"},
    {"easting": "53O000"},
    {"easting": "530000", "northing": ""},
    {"offence": "Asslt misc 99"},
    {"offence": ""},
    {"crime_reference": ""},
)


def dirty_rows() -> pa.Table:
    """Return the rows that are wrong on purpose, so that the quarantine shows something real.

    In this order: a day that never was; a date written the other way; a date of noughts; a time
    in the hour that the clocks skipped; an end before its beginning; no date; a point in the
    English Channel; one in the North Sea, far from any force; easting and northing swapped;
    degrees where metres belong; a letter O in a number; half a point; an unknown offence; no
    offence; no reference.
    """
    rows = [
        {"crime_reference": f"SYN/BAD/{number:02d}", **_GOOD, **fault}
        for number, fault in enumerate(_FAULTS, start=1)
    ]
    schema = pa.schema([(name, pa.string()) for name in COLUMNS])
    return pa.Table.from_pylist([{k: v or None for k, v in row.items()} for row in rows], schema)


def extract_table(
    events: Events, *, outlines: DemoOutlines, gazetteer: Gazetteer, generator: Generator
) -> pa.Table:
    """Return incidents in the order they were reported, the cancelled among them, dirty rows last.

    Every column is text; a missing value is null.
    """
    size = events.starts.size
    twice = generator.choice(size, size=min(CANCELLED_ROWS, size), replace=False)
    cancelled = np.arange(size + twice.size) >= size
    events = events.take(np.concatenate((np.arange(size), twice)))
    order = np.argsort(events.reports, kind="stable")
    events, cancelled = events.take(order), cancelled[order]
    easting, northing = _points(events, gazetteer, generator=generator)
    columns = {
        "crime_reference": _references(events.reports),
        "offence": pa.array(events.offences),
        "occurred_from": _local_text(events.starts),
        "occurred_to": _local_text(events.ends),
        "reported_at": _local_text(events.reports),
        "easting": easting,
        "northing": northing,
        "location": _locations(events, outlines, gazetteer),
        "premises": _text(events.premises, blank=events.premises == ""),
        "domestic": _flags(events.domestic, generator=generator),
        "status": _text(np.where(cancelled, "Cancelled", "Recorded")),
        "synthetic": pa.array(np.full(order.size, SYNTHETIC)),
    }
    return pa.concat_tables([pa.table(columns), dirty_rows()])


def _text(values: NDArray[np.str_], *, blank: NDArray[np.bool_] | None = None) -> pa.Array:
    return pa.array(values.astype(object), pa.string(), mask=blank)


def _local_text(minutes: NDArray[np.datetime64]) -> pa.Array:
    """Return times as ``DD/MM/YYYY HH:MM``; each day and each minute of the day is spelt once."""
    days = minutes.astype("datetime64[D]")
    every_day = np.arange(days.min(), days.max() + _DAY)
    spelt_days = pa.array([f"{day:%d/%m/%Y}" for day in every_day.tolist()])
    spelt_minutes = pa.array([f"{minute // 60:02d}:{minute % 60:02d}" for minute in range(1440)])
    day = spelt_days.take(pa.array((days - every_day[0]).astype(np.int64)))
    minute = spelt_minutes.take(pa.array((minutes - days).astype(np.int64)))
    return pc.binary_join_element_wise(day, minute, " ")


def _references(reports: NDArray[np.datetime64]) -> pa.Array:
    """Return a reference for each record: a running number and the year it was reported."""
    years = pc.utf8_slice_codeunits(_local_text(reports), 8, 10)
    numbers = pc.utf8_lpad(pa.array(np.arange(1, reports.size + 1)).cast(pa.string()), 7, "0")
    return pc.binary_join_element_wise("SYN", numbers, years, "/")


def _points(
    events: Events, gazetteer: Gazetteer, *, generator: Generator
) -> tuple[pa.Array, pa.Array]:
    xy = gazetteer.xy[events.areas, events.streets, events.addresses]
    blank = generator.random(len(xy)) < NO_POINT_SHARE
    east, north = (pa.array(xy[:, axis], mask=blank).cast(pa.string()) for axis in (0, 1))
    return east, north


def _locations(events: Events, outlines: DemoOutlines, gazetteer: Gazetteer) -> pa.Array:
    """Return each incident's street and borough, the street marked as invented."""
    boroughs = np.repeat(outlines.boroughs, STREETS)
    pairs = zip(gazetteer.street_names.ravel(), boroughs, strict=True)
    spelt = pa.array([f"{street} (synthetic), {borough}" for street, borough in pairs])
    return spelt.take(pa.array(events.areas * STREETS + events.streets))


def _flags(domestic: NDArray[np.bool_], *, generator: Generator) -> pa.Array:
    blank = generator.random(domestic.size) < NO_FLAG_SHARE
    return _text(np.where(domestic, "Y", "N"), blank=blank)
