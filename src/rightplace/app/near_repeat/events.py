"""Incidents of a file: where, on which day, and which rows are one and the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rightplace.app.answer import Notice
from rightplace.app.near_repeat.dates import DayReader
from rightplace.app.near_repeat.places import places
from rightplace.app.near_repeat.table import PLACE_AND_DAY, EventFile, EventTable, read_table
from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

_MANY_SHARE = 1 / 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Events:
    """Incidents of a file, one each.

    Parameters
    ----------
    xy
        Shape (n,). Places in metres.
    days
        Shape (n,). Days since 1970.
    first_day, last_day
        The days of the first and the last.
    read
        Rows in the file.
    left_out
        Rows without place or date that were left out.
    joined
        Rows joined to an earlier one of the same incident.
    alike
        Incidents at the same place on the same day as one before them in the file.
    columns
        Which column was used for what, in words.
    sha256
        Digest of the file.
    """

    xy: NDArray[np.float64]
    days: NDArray[np.int64]
    first_day: date
    last_day: date
    read: int
    left_out: int
    joined: int
    alike: int
    columns: str
    sha256: str
    notices: tuple[Notice, ...]


def read_events(asked: EventFile) -> Events:
    """Return the incidents of a file.

    Raises
    ------
    BadInputError
        If the file is not one CSV, or no row has place and date.
    """
    from rightplace.crime.reading import decode
    from rightplace.crime.sources import find_sources

    sources = find_sources([asked.path])
    if len(sources) != 1 or sources[0].form != "csv":
        msg = "Near repeat reads one CSV file of events."
        raise BadInputError(msg, file=asked.path, remedy="Name a .csv or .csv.gz file.")
    (source,) = sources
    text = decode(source.members[0].load(), encoding="utf-8", file=source.name)
    table = read_table(text, asked)
    if not table.numbers:
        msg = "No row of the file has place and date."
        raise BadInputError(msg, file=asked.path, remedy="Export it again.")
    written = list(zip(table.numbers, table.cells["date"], strict=True))
    reader = DayReader(
        written, file=table.file, order=asked.date_format, whole_days=asked.whole_days
    )
    days = np.array(reader.days(), dtype="M8[D]").astype(np.int64)
    xy, crs = places(table, crs=asked.crs)
    by_place = asked.columns.get("incident") == PLACE_AND_DAY
    keys = _place_keys(xy, days) if by_place else table.cells.get("incident")
    kept, earliest, moved = _joined(keys, xy, days)
    xy, days = xy[kept], earliest
    alike = len(days) - len(np.unique(np.column_stack([xy, days]), axis=0))
    return Events(
        xy=xy,
        days=days,
        first_day=days.min().astype("M8[D]").item(),
        last_day=days.max().astype("M8[D]").item(),
        read=table.read,
        left_out=table.read - len(table.numbers),
        joined=len(table.numbers) - len(kept),
        alike=alike,
        columns=_columns_words(table, reader.words, crs)
        + ("; rows at one place on one day as one incident" if by_place else ""),
        sha256=source.sha256,
        notices=_notices(table, xy, moved=moved, alike=alike),
    )


def _place_keys(xy: NDArray[np.float64], days: NDArray[np.int64]) -> list[str]:
    """Return a key for each row that those at the same place on the same day share."""
    return [f"{x!r} {y!r} {day}" for (x, y), day in zip(xy.tolist(), days.tolist(), strict=True)]


def _joined(
    keys: list[str] | None, xy: NDArray[np.float64], days: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], int]:
    """Return the first row of each incident, its earliest day, and how many rows disagree.

    A row without a key is an incident of its own.
    """
    if keys is None:
        return np.arange(days.size), days, 0
    own = [key or f"\0row {position}" for position, key in enumerate(keys)]
    _, first, member = np.unique(np.array(own), return_index=True, return_inverse=True)
    earliest = np.full(first.size, days.max())
    np.minimum.at(earliest, member, days)
    ordered = np.argsort(first)
    differs = (xy != xy[first][member]).any(axis=1) | (days != days[first][member])
    return first[ordered], earliest[ordered], int(differs.sum())


def _columns_words(table: EventTable, order: str, crs: int | None) -> str:
    """Return which columns were used for what."""
    used = table.used
    if crs is None:
        where = f"{used['x']} and {used['y']} as metres"
    else:
        where = f"{used['lon']} and {used['lat']} as degrees, brought to EPSG:{crs}"
    key = f"; {used['incident']} as key of the incident" if "incident" in used else ""
    header = "" if table.has_header else " (the file has no header)"
    return f"{where}; {used['date']} as {order}{key}{header}"


def _notices(
    table: EventTable, xy: NDArray[np.float64], *, moved: int, alike: int
) -> tuple[Notice, ...]:
    """Return what the user should know of the rows."""
    found = []
    left_out = table.read - len(table.numbers)
    if left_out:
        message = f"{left_out:,} of {table.read:,} rows have no place or date and are left out."
        found.append(Notice(code="left-out", message=message))
    if moved:
        message = (
            f"{moved:,} rows differ in place or day from the first row of their incident; its "
            "place and the earliest day stand."
        )
        found.append(Notice(code="incident-differs", message=message))
    if alike:
        message = (
            f"{alike:,} events are at the same place on the same day as one before them. They "
            "count as repeats, which they may be; if they are victims or reports of one "
            "incident, join them: --incident COLUMN, or --incident place-and-day."
        )
        found.append(Notice(code="same-place-and-day", message=message))
    _, sizes = np.unique(xy, axis=0, return_counts=True)
    shared = int(sizes[sizes > 1].sum())
    if shared > _MANY_SHARE * len(xy):
        message = (
            f"{shared:,} of {len(xy):,} events share their exact place with another: places may "
            "be rounded to a block or crossing, and then the same place is not one address."
        )
        found.append(Notice(code="coarse-places", message=message))
    if "x" in table.used and (np.abs(xy) <= (180, 90)).all():
        message = "x and y all look like degrees; if they are, name them with --lon and --lat."
        found.append(Notice(code="perhaps-degrees", message=message))
    return tuple(found)
