"""A file of events as text: its columns found by name, its rows whole and numbered."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightplace.core.suggest import did_you_mean
from rightplace.errors import BadInputError, UnsupportedByDataError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

# Names of columns as publishers write them, without case, spaces and marks.
NAMES = {
    "x": "x xm xcoord easting eastings pointx",
    "y": "y ym ycoord northing northings pointy",
    "lon": "lon lng long longitude longwgs84",
    "lat": "lat latitude latwgs84",
    "date": "date datesingle day eventdate incidentdate occurrencedate occdate occurred "
    "dateoccurred offencedate dateofoffence datetime",
    "incident": "incident incidentid incidentkey incidentnumber dckey casenumber eventuniqueid "
    "crimereference crimenumber",
}
NO_KEY = "none"
PLACE_AND_DAY = "place-and-day"
_MISSING = {"", "na", "nan", "null", "none"}
_UNNAMED = ("x", "y", "date")
_NUMBER = re.compile(r"[-+]?\d+(\.\d*)?([eE][-+]?\d+)?")
_DAY = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}.*|\d{8}")
_MONTHLY = "Near repeat cannot be tested on months: use records that hold the day of each event."


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFile:
    """A file of events, and what the user said of it.

    Parameters
    ----------
    path
        CSV, plain or compressed, with a header, or with x, y and date and no header.
    columns
        Columns that the user named: of ``x``, ``y`` (metres), ``lon``, ``lat`` (degrees),
        ``date`` and ``incident`` (``none`` where each row stands alone, ``place-and-day`` where
        rows at one place on one day are one incident).
    date_format
        ``iso``, ``dayfirst``, ``monthfirst`` or a pattern; None to find out.
    crs
        EPSG code of the map in metres onto which degrees are brought; None to choose one.
    whole_days
        Whether times of day are cut off rather than refused.
    skip_missing
        Whether rows without place or date are left out rather than refused.
    """

    path: Path
    columns: dict[str, str]
    date_format: str | None = None
    crs: int | None = None
    whole_days: bool = False
    skip_missing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EventTable:
    """Rows of a file that have place and date.

    Parameters
    ----------
    file
        The file, for messages.
    used
        Which column is used for ``x`` and ``y``, or ``lon`` and ``lat``, for ``date`` and perhaps
        ``incident``.
    numbers
        Row number of each row; the first row of data is 1.
    cells
        Text of each used column, row by row.
    read
        Rows in the file.
    has_header
        Whether the file names its columns.
    """

    file: str
    used: dict[str, str]
    numbers: list[int]
    cells: dict[str, list[str]]
    read: int
    has_header: bool


def read_table(text: str, asked: EventFile) -> EventTable:
    """Return the rows of a file that have place and date.

    Raises
    ------
    BadInputError
        If the file is empty, a row has too many or too few cells, or one lacks place or date.
    """
    file = str(asked.path)
    if not text.strip():
        msg = "The file is empty."
        raise BadInputError(msg, file=file, remedy="Export it again.")
    first_line = text.lstrip().splitlines()[0]
    delimiter = max(",;\t|", key=first_line.count)
    lines = [row for row in csv.reader(io.StringIO(text), delimiter=delimiter) if row]
    has_header = not _is_event(lines[0])
    header = [name.strip() for name in lines[0]] if has_header else list(_UNNAMED)
    rows = lines[1:] if has_header else lines
    used = _columns(header, asked)
    for number, row in enumerate(rows, start=1):
        if len(row) != len(header):
            msg = f"The row has {len(row)} cells; there are {len(header)} columns."
            raise BadInputError(
                msg, file=file, row=number, value=delimiter.join(row), remedy="Correct the row."
            )
    cells = {role: [row[header.index(name)].strip() for row in rows] for role, name in used.items()}
    kept = _whole_rows(cells, used, asked)
    return EventTable(
        file=file,
        used=used,
        numbers=[position + 1 for position in kept],
        cells={role: [column[position] for position in kept] for role, column in cells.items()},
        read=len(rows),
        has_header=has_header,
    )


def _is_event(row: list[str]) -> bool:
    """Return whether a first row is an event already: two numbers and a day."""
    if len(row) != len(_UNNAMED):
        return False
    x, y, day = (cell.strip() for cell in row)
    return bool(_NUMBER.fullmatch(x) and _NUMBER.fullmatch(y) and _DAY.fullmatch(day))


def _plain(name: str) -> str:
    return re.sub("[^a-z0-9]", "", name.casefold())


def _columns(header: list[str], asked: EventFile) -> dict[str, str]:
    """Return the column for each role: as the user named it, else by name.

    Degrees go before x and y where a file has both, since their unit is certain.

    Raises
    ------
    UnsupportedByDataError
        If the file holds months instead of days.
    """
    by_role = {role: _named(role, header, asked) for role in NAMES}
    found = {role: name for role, name in by_role.items() if name is not None}
    if "date" not in found:
        if any(_plain(name) == "month" for name in header):
            msg = "The file holds the month of each record and no day."
            raise UnsupportedByDataError(msg, file=asked.path, row=0, remedy=_MONTHLY)
        _lack("date", header, asked)
    in_metres = {"x", "y"} & set(asked.columns)
    if {"lon", "lat"} <= set(found) and not in_metres:
        return {role: found[role] for role in found if role not in {"x", "y"}}
    for role in ("x", "y"):
        if role not in found:
            _lack(role, header, asked)
    return {role: found[role] for role in found if role not in {"lon", "lat"}}


def _named(role: str, header: list[str], asked: EventFile) -> str | None:
    """Return the column for a role, or None.

    Raises
    ------
    UsageError
        If the user named one that is not there.
    BadInputError
        If several could be meant.
    """
    said = asked.columns.get(role)
    if role == "incident" and said in {NO_KEY, PLACE_AND_DAY}:
        return None
    if said is not None:
        if said not in header:
            msg = f"There is no column {said!r} in {asked.path}."
            raise UsageError(msg, value=said, remedy=did_you_mean(said, header))
        return said
    found = [name for name in header if _plain(name) in NAMES[role].split()]
    if len(found) > 1:
        msg = f"Several columns could be meant by {role}: {', '.join(found)}."
        raise BadInputError(msg, file=asked.path, row=0, remedy=f"Name one with --{role}.")
    return found[0] if found else None


def _lack(role: str, header: list[str], asked: EventFile) -> None:
    """Say that a column is missing.

    Raises
    ------
    BadInputError
        Always.
    """
    what = "date" if role == "date" else "place (x and y in metres, or lon and lat in degrees)"
    msg = f"No column of the file is known to hold the {what}."
    remedy = (
        "Name it with --date."
        if role == "date"
        else "Name the columns with --x and --y, or --lon and --lat."
    )
    raise BadInputError(msg, file=asked.path, row=0, value=", ".join(header), remedy=remedy)


def _whole_rows(cells: dict[str, list[str]], used: dict[str, str], asked: EventFile) -> list[int]:
    """Return the positions of rows that have place and date.

    Raises
    ------
    BadInputError
        If one lacks them and such rows are not to be left out.
    """
    needed = [role for role in used if role != "incident"]
    n_rows = len(cells["date"])
    lacking = {
        position: role
        for role in needed
        for position, cell in enumerate(cells[role])
        if cell.casefold() in _MISSING
    }
    if lacking and not asked.skip_missing:
        first = min(lacking)
        among = f"{len(lacking):,} of {n_rows:,} rows lack place or date"
        msg = f"The row has no {used[lacking[first]]}; {among}."
        raise BadInputError(
            msg,
            file=asked.path,
            row=first + 1,
            remedy="Fill them in, or leave them out with --skip-missing.",
        )
    return [position for position in range(n_rows) if position not in lacking]
