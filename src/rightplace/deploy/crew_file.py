"""The crew file: CSV in, crews out, every fault found at once."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from rightplace.core.suggest import did_you_mean, nearest
from rightplace.deploy.crews import Crew, CrewFileError, overlapping_duties
from rightplace.errors import BadInputError, Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from pathlib import Path


def _text(text: str) -> str:
    if not text:
        msg = "is empty"
        raise ValueError(msg)
    return text


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        msg = "is no ISO 8601 time"
        raise ValueError(msg) from error
    if instant.tzinfo is None:
        msg = "has no offset from UTC"
        raise ValueError(msg)
    return instant.astimezone(UTC)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        msg = "is no number"
        raise ValueError(msg) from error


def _whole_number(text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        msg = "is no whole number"
        raise ValueError(msg) from error


def _flag(text: str) -> bool:
    if text not in {"0", "1"}:
        msg = "is neither 0 nor 1"
        raise ValueError(msg)
    return text == "1"


_TIME = "Write it as 2018-07-02T15:00:00+01:00, with the offset."
_COLUMNS: Mapping[str, tuple[Callable[[str], object], str]] = {
    "crew_id": (_text, "Name the crew."),
    "borough": (_text, "Name the borough."),
    "slot_start": (_instant, _TIME),
    "slot_end": (_instant, _TIME),
    "minutes": (_number, "Give minutes as a number."),
    "officers": (_whole_number, "Give the number of officers."),
    "specialist": (_flag, "Write 1 for a specialist crew, else 0."),
    "base_lon": (_number, "Give degrees of longitude."),
    "base_lat": (_number, "Give degrees of latitude."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """A box of longitude and latitude, in degrees, that bases are expected in."""

    west: float
    south: float
    east: float
    north: float

    def __post_init__(self) -> None:
        """Check that the box has an inside.

        Raises
        ------
        BadInputError
            If it has none.
        """
        if not (self.west < self.east and self.south < self.north):
            msg = f"The box {self.west}, {self.south}, {self.east}, {self.north} has no inside."
            raise BadInputError(msg, remedy="Give west < east and south < north.")

    def hold(self, lon: float, lat: float) -> bool:
        """Return whether a point lies in the box."""
        return self.west <= lon <= self.east and self.south <= lat <= self.north


def read_crews(
    path: Path, *, boroughs: Collection[str], bounds: Bounds | None = None
) -> tuple[Crew, ...]:
    """Return the crews of a CSV file in UTF-8, in the order of its rows.

    Byte-order mark, CRLF and blank rows are accepted, other columns are left unread.

    Parameters
    ----------
    path
        File with the columns crew_id, borough, slot_start, slot_end (ISO 8601 with offset),
        minutes, officers, specialist (0 or 1), base_lon, base_lat.
    boroughs
        Names of the boroughs of the study area.
    bounds
        Box that bases must lie in, if it is known; it tells swapped coordinates.

    Raises
    ------
    CrewFileError
        If anything is wrong: every fault with its row, value and remedy.
    """
    shown = str(path)
    header, *rows = _rows(_decoded(path.read_bytes(), file=shown), file=shown)
    places = _column_places(header, file=shown)
    crews: list[Crew] = []
    faults: list[Fault] = []
    for row, cells in enumerate(rows, 1):
        if any(cells):
            crew, wrong = _crew(cells, places, row=row)
            wrong += [] if crew is None else _misplaced(crew, boroughs=boroughs, bounds=bounds)
            faults += wrong
            crews += [] if crew is None else [crew]
    faults += overlapping_duties(crews)
    if not crews and not faults:
        faults.append(Fault(message="The file names no crew.", remedy="Add a row for each crew."))
    if faults:
        in_order = sorted(faults, key=lambda fault: fault.row or 0)
        raise CrewFileError([replace(fault, file=shown) for fault in in_order])
    return tuple(crews)


def _decoded(raw: bytes, *, file: str) -> str:
    """Return the text of a file in UTF-8.

    Raises
    ------
    CrewFileError
        If it is something else; the fault names the row.
    """
    remedy = "Save the file as CSV in UTF-8."
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = raw[: error.start].count(b"\n")
        message = "The file is not in UTF-8."
        value = repr(raw[error.start : error.start + 12])
        fault = Fault(message=message, file=file, row=row, value=value, remedy=remedy)
        raise CrewFileError([fault]) from error
    if "\0" in text:
        row = text[: text.index("\0")].count("\n")
        message = "The file is not text in UTF-8: it holds a zero byte."
        raise CrewFileError([Fault(message=message, file=file, row=row, remedy=remedy)])
    return text


def _rows(text: str, *, file: str) -> list[list[str]]:
    """Return the header and every row below it, blank ones too, so that rows can be counted.

    Raises
    ------
    CrewFileError
        If the text is no well-formed CSV.
    """
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[list[str]] = []
    try:
        rows.extend([cell.strip() for cell in cells] for cells in reader)
    except csv.Error as error:
        message = f"The file is no well-formed CSV: {error}."
        fault = Fault(message=message, file=file, row=len(rows), remedy="Look for a stray quote.")
        raise CrewFileError([fault]) from error
    return rows or [[]]


def _column_places(header: list[str], *, file: str) -> dict[str, int]:
    """Return where each needed column stands.

    Raises
    ------
    CrewFileError
        If a column is missing or stands twice; all are named.
    """
    missing = [name for name in _COLUMNS if header.count(name) != 1]
    if not missing:
        return {name: header.index(name) for name in _COLUMNS}
    if len(header) == 1 and (";" in header[0] or "\t" in header[0]):
        message = "The columns are not separated by commas."
        remedy = "Save the file as CSV with commas."
        fault = Fault(message=message, file=file, row=0, value=header[0], remedy=remedy)
        raise CrewFileError([fault])
    spare = [name for name in header if name not in _COLUMNS]
    faults = [
        Fault(
            message=f"The column {name!r} stands {header.count(name)} times in the header.",
            file=file,
            row=0,
            value=",".join(header),
            remedy=_column_remedy(name, spare),
        )
        for name in missing
    ]
    raise CrewFileError(faults)


def _column_remedy(name: str, spare: list[str]) -> str:
    alike = nearest(name, spare)
    return f"Is it {alike!r}? Rename it." if alike else f"The columns are {', '.join(_COLUMNS)}."


def _crew(cells: list[str], places: dict[str, int], *, row: int) -> tuple[Crew | None, list[Fault]]:
    """Return the crew of a row, or None with everything that is wrong in it."""
    if len(cells) <= max(places.values()):
        message = f"The row has {len(cells)} cells; the header asks for more."
        return None, [Fault(message=message, row=row, remedy="Fill every column of the row.")]
    values: dict[str, Any] = {}
    faults = []
    for name, (parse, remedy) in _COLUMNS.items():
        text = cells[places[name]]
        try:
            values[name] = parse(text)
        except ValueError as error:
            message = f"{name} {text!r} {error}."
            faults.append(Fault(message=message, row=row, value=text, remedy=remedy))
    if faults:
        return None, faults
    try:
        return Crew(**values, row=row), []
    except CrewFileError as error:
        return None, list(error.faults)


def _misplaced(crew: Crew, *, boroughs: Collection[str], bounds: Bounds | None) -> list[Fault]:
    """Return what is wrong about where a crew stands."""
    faults = []
    if crew.borough not in boroughs:
        message = f"There is no borough {crew.borough!r} in the study area."
        remedy = did_you_mean(crew.borough, boroughs)
        faults.append(Fault(message=message, row=crew.row, value=crew.borough, remedy=remedy))
    lon, lat = crew.base_lon, crew.base_lat
    if bounds is not None and not bounds.hold(lon, lat):
        swapped = bounds.hold(lat, lon)
        message = f"The base {lon:g}, {lat:g} (longitude, latitude) lies outside the study area."
        remedy = "The two seem to be swapped." if swapped else "Correct the coordinates."
        faults.append(
            Fault(message=message, row=crew.row, value=f"{lon:g}, {lat:g}", remedy=remedy)
        )
    return faults
