"""Visits as they were made: a CSV file of places, slots and minutes."""

from __future__ import annotations

import csv
import io
import math
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

import numpy as np

from rightplace.core.suggest import did_you_mean
from rightplace.errors import BadInputError, NotHeldError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from rightplace.places.study_area import StudyArea

COLUMNS: Final = ("cell_id", "slot_start", "slot_end", "minutes")
_TIME: Final = "Write it as 2018-07-02T15:00:00+01:00, with the offset."


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MadeVisits:
    """Visits made; all arrays of shape (n_visits,).

    Parameters
    ----------
    cell
        Row of the study area's cells.
    day
        Policing day on which the slot starts.
    minutes
        Minutes spent in the place, 0 or more.
    """

    cell: NDArray[np.int64]
    day: NDArray[np.datetime64]
    minutes: NDArray[np.float64]

    def minutes_by_cell(
        self, first: np.datetime64, after: np.datetime64, *, n_cells: int
    ) -> NDArray[np.float64]:
        """Return minutes in each cell from a day to before another, shape (n_cells,)."""
        within = (self.day >= first) & (self.day < after)
        found = np.zeros(n_cells)
        np.add.at(found, self.cell[within], self.minutes[within])
        return found


def read_visits(path: Path, area: StudyArea) -> MadeVisits:
    """Return the visits of a file; other columns are left unread.

    Parameters
    ----------
    path
        CSV in UTF-8 with the columns cell_id, slot_start, slot_end (ISO 8601 with offset) and
        minutes.
    area
        Whose cells are named.

    Raises
    ------
    NotHeldError
        If there is no such file.
    BadInputError
        If a column is missing, there is no visit, or a row is wrong; the first is named and how
        many there are.
    """
    if not path.is_file():
        msg = "There is no such file."
        raise NotHeldError(msg, file=path, remedy="Check the path of the visits.")
    try:
        reader = csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline=""))
        rows = [row for row in reader if any(row.values())]
    except (UnicodeDecodeError, csv.Error) as error:
        msg = f"The visits are no CSV in UTF-8: {error}."
        raise BadInputError(msg, file=path, remedy="Save it as CSV in UTF-8.") from error
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if missing or not rows:
        msg = f"No column {', '.join(missing)}." if missing else "The file names no visit."
        remedy = f"The columns are {', '.join(COLUMNS)}."
        raise BadInputError(msg, file=path, remedy=remedy)
    return _visits(rows, area, path=path)


def _visits(rows: list[dict[str, str]], area: StudyArea, *, path: Path) -> MadeVisits:
    """Return the visits of rows.

    Raises
    ------
    BadInputError
        If one is wrong.
    """
    index = {cell: number for number, cell in enumerate(area.cells["cell_id"].to_pylist())}
    found: list[tuple[int, date, float]] = []
    wrong: list[tuple[int, str, str, str]] = []
    for number, row in enumerate(rows, 1):
        try:
            found.append(_visit(row, index, area))
        except _WrongRowError as fault:
            wrong.append((number, *fault.told))
    if wrong:
        number, message, value, remedy = wrong[0]
        more = f" {len(wrong) - 1:,} more rows are wrong." if len(wrong) > 1 else ""
        raise BadInputError(message + more, file=path, row=number, value=value, remedy=remedy)
    cells, days, minutes = zip(*found, strict=True)
    return MadeVisits(
        cell=np.array(cells, dtype=np.int64),
        day=np.array(days, dtype="datetime64[D]"),
        minutes=np.array(minutes, dtype=np.float64),
    )


class _WrongRowError(ValueError):
    """What is wrong with a row, its value, and what to do."""

    def __init__(self, message: str, value: str, remedy: str) -> None:
        super().__init__(message)
        self.told = (message, value, remedy)


def _visit(
    row: Mapping[str, str], index: Mapping[str, int], area: StudyArea
) -> tuple[int, date, float]:
    """Return cell, policing day and minutes of a row.

    Raises
    ------
    _WrongRowError
        If they make no visit.
    """
    cell = row["cell_id"] or ""
    if cell not in index:
        msg = f"There is no cell {cell!r} in the study area."
        raise _WrongRowError(msg, cell, did_you_mean(cell, index))
    start, end = (_instant(row[name] or "", name) for name in ("slot_start", "slot_end"))
    if end <= start:
        msg = f"slot_end {end.isoformat()} is not after slot_start {start.isoformat()}."
        raise _WrongRowError(msg, end.isoformat(), "Correct the times.")
    minutes = _minutes(row["minutes"] or "")
    local = start.astimezone(area.clock.tzinfo)
    early = local.time() < area.clock.day_starts
    return index[cell], local.date() - timedelta(days=early), minutes


def _instant(text: str, name: str) -> datetime:
    """Return a time with its offset.

    Raises
    ------
    _WrongRowError
        If it is none.
    """
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        msg = f"{name} {text!r} is no time."
        raise _WrongRowError(msg, text, _TIME) from error
    if instant.tzinfo is None:
        msg = f"{name} {text!r} has no offset from UTC."
        raise _WrongRowError(msg, text, _TIME)
    return instant


def _minutes(text: str) -> float:
    """Return minutes of 0 or more.

    Raises
    ------
    _WrongRowError
        If they are none.
    """
    try:
        minutes = float(text)
    except ValueError:
        minutes = math.nan
    if not (math.isfinite(minutes) and minutes >= 0):
        msg = f"minutes {text!r} is no number of 0 or more."
        raise _WrongRowError(msg, text, "Give minutes spent in the place.")
    return minutes
