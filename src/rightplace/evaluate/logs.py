"""What crews write themselves: visits by hand, what they did there, and visits excused."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from rightplace.errors import BadInputError, NotHeldError
from rightplace.evaluate.rules import ACTIVITIES, EXCUSES

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

LOG_COLUMNS = ("crew_id", "officers", "cell_id", "arrived", "left", "activity")
EXCUSE_COLUMNS = ("visit_id", "reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """A visit that a crew wrote down itself.

    Parameters
    ----------
    crew_id, cell_id
        Who and where.
    officers
        How many officers were there, 1 or more.
    arrived, left
        Seconds since 1970.
    activities
        What they did, of ``ACTIVITIES``.
    """

    crew_id: str
    cell_id: str
    officers: int
    arrived: int
    left: int
    activities: tuple[str, ...]


def read_logs(path: Path, *, cells: Collection[str]) -> tuple[Logged, ...]:
    """Return the visits of a log written by hand.

    Parameters
    ----------
    path
        CSV in UTF-8 with the columns of ``LOG_COLUMNS``; several activities stand with ``;``
        between them.
    cells
        The study area's cells.
    """
    return tuple(
        _logged(row, number, path, cells)
        for number, row in enumerate(_rows(path, LOG_COLUMNS), start=1)
    )


def _logged(row: dict[str, str], number: int, path: Path, cells: Collection[str]) -> Logged:
    """Return a row as a visit.

    Raises
    ------
    BadInputError
        If it cannot be one.
    """
    did = tuple(word.strip() for word in row["activity"].split(";") if word.strip())
    times = {column: _second(row[column]) for column in ("arrived", "left")}
    strange = next((word for word in did if word not in ACTIVITIES), None)
    clock = "Write it as 2018-07-02T15:00:00+01:00, with the offset."
    checks = {
        "crew_id": (not row["crew_id"], "Name the crew."),
        "officers": (not re.fullmatch("[1-9][0-9]{0,2}", row["officers"]), "Give 1 or more."),
        "cell_id": (row["cell_id"] not in cells, "Take cell_id from the plan's visits."),
        "arrived": (times["arrived"] is None, clock),
        "left": (times["left"] is None, clock),
        "activity": (strange is not None, f"Write {', '.join(ACTIVITIES)}, with ; between."),
    }
    for column, (is_wrong, remedy) in checks.items():
        if is_wrong:
            msg = f"{column} {row[column]!r} cannot be read."
            raise BadInputError(msg, file=path, row=number, value=row[column], remedy=remedy)
    arrived, left = times["arrived"] or 0, times["left"] or 0
    if left <= arrived:
        msg = f"The crew left at {row['left']}, no later than it arrived."
        remedy = "Correct the times."
        raise BadInputError(msg, file=path, row=number, value=row["left"], remedy=remedy)
    return Logged(
        crew_id=row["crew_id"],
        cell_id=row["cell_id"],
        officers=int(row["officers"]),
        arrived=arrived,
        left=left,
        activities=did,
    )


def _second(text: str) -> int | None:
    """Return the second since 1970 of a time with its offset, None where it is none."""
    try:
        said = datetime.fromisoformat(text)
    except ValueError:
        return None
    return None if said.tzinfo is None else int(said.timestamp())


def read_excuses(path: Path, *, visits: Collection[str]) -> dict[str, str]:
    """Return the reason by visit of the planned visits that leave the reckoning.

    Parameters
    ----------
    path
        CSV in UTF-8 with the columns visit_id and reason (urgent_call or unsafe).
    visits
        ``visit_id`` of every visit that can be excused.

    Raises
    ------
    BadInputError
        If a reason is none, or a visit is none of the plan's or stands twice.
    """
    found: dict[str, str] = {}
    for number, row in enumerate(_rows(path, EXCUSE_COLUMNS), start=1):
        visit, reason = row["visit_id"], row["reason"]
        if reason not in EXCUSES:
            msg = f"{reason!r} is no reason to excuse a visit."
            remedy = f"Write {' or '.join(EXCUSES)}."
            raise BadInputError(msg, file=path, row=number, value=reason, remedy=remedy)
        if visit not in visits:
            msg = f"The plan has no visit {visit!r} to excuse."
            remedy = "Take visit_id from the plan's visits."
            raise BadInputError(msg, file=path, row=number, value=visit, remedy=remedy)
        if visit in found:
            msg = f"Visit {visit!r} is excused twice."
            raise BadInputError(msg, file=path, row=number, value=visit, remedy="Drop a row.")
        found[visit] = reason
    return found


def _rows(path: Path, columns: tuple[str, ...]) -> list[dict[str, str]]:
    """Return the rows of a small CSV file, trimmed.

    Raises
    ------
    NotHeldError
        If there is no such file.
    BadInputError
        If it is no CSV in UTF-8 with these columns, or a row has too few or too many cells.
    """
    if not path.is_file():
        msg = "There is no such file."
        raise NotHeldError(msg, file=path, remedy="Check --logs and --excused.")
    try:
        lines = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines(), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        msg = f"The file is no CSV in UTF-8 ({error})."
        raise BadInputError(msg, file=path, remedy="Save it as CSV in UTF-8.") from error
    header, *rows = [[cell.strip() for cell in line] for line in lines] or [[]]
    missing = [name for name in columns if header.count(name) != 1]
    if missing:
        msg = f"The column {missing[0]!r} stands {header.count(missing[0])} times in the header."
        remedy = f"The columns are {', '.join(columns)}."
        raise BadInputError(msg, file=path, row=0, value=",".join(header), remedy=remedy)
    odd = next((number for number, row in enumerate(rows, 1) if len(row) != len(header)), None)
    if odd is not None:
        msg = f"The row has {len(rows[odd - 1])} cells; there are {len(header)} columns."
        raise BadInputError(msg, file=path, row=odd, remedy="Correct the row.")
    return [dict(zip(header, row, strict=True)) for row in rows]
