"""The table of counts that designs read, from a CSV file: one row for each unit and period."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from rightplace.deploy.checked_rows import Row, check_rows, read_rows
from rightplace.errors import BadInputError, Fault, NotHeldError
from rightplace.evaluate.designs.panel import NEVER, Panel, Part

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from numpy.typing import NDArray

PANEL_COLUMNS: Final = {
    "unit": "Name of a place, the same in all its rows.",
    "part": "What it is to the operation: treated, control, ring or ring-control.",
    "period_start": "First day, YYYY-MM-DD; YYYY-MM is the first day of a month.",
    "count": "Incidents, 0 or more; empty where nothing was published, which is not zero.",
}
"""Columns that a file must have; one may not stand twice."""
MORE_COLUMNS: Final = {
    "period_end": "Last day. Left out, a period lasts until the next, the last one as long as "
    "the one before (months as months).",
    "treated_from": "First day on which this treated unit was treated: the start of a period.",
}
"""Columns that a file may have."""
MOST: Final = 1e12
"""Largest count or sum of harm that is taken; nothing recorded comes near it."""
COLUMNS_HELP: Final = (
    "CSV, a row for each unit and period: unit, part (treated, control, ring, ring-control), "
    "period_start, count (empty where nothing was published), and perhaps period_end (last day) "
    "and treated_from (treated units)."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """One row, with its number so that a fault of several rows can be named by one."""

    number: int
    unit: str
    part: str
    start: date
    end: date | None
    """First day after the period."""
    count: float | None
    treated_from: date | None


def read_panel(path: Path, *, treated_from: date | None = None) -> Panel:
    """Return the table of counts of a CSV file with the columns of ``PANEL_COLUMNS``.

    Units stand in the order in which the file first names them. A unit without a row for a period
    is unknown there: no data is not zero.

    Parameters
    ----------
    path
        CSV in UTF-8.
    treated_from
        First day of the operation for treated units whose rows do not say it.

    Raises
    ------
    NotHeldError
        If there is no such file.
    BadInputError
        If it is no such table; every faulty row is named.
    """
    if not path.is_file():
        msg = "There is no such file."
        raise NotHeldError(msg, file=path, remedy="Check the path of the table of counts.")
    first_of: dict[tuple[str, date], int] = {}
    part_of: dict[str, str] = {}
    begun_of: dict[str, date | None] = {}

    def parsed(row: Row) -> _Line:
        line = _line(row)
        if (twin := first_of.setdefault((line.unit, line.start), row.number)) != row.number:
            said = f"of {line.unit!r} stands in row {twin} already"
            row.fault("period_start", said, "Keep one row for each unit and period.")
        if part_of.setdefault(line.unit, line.part) != line.part:
            said = f"differs from {part_of[line.unit]!r}, which {line.unit!r} was before"
            row.fault("part", said, "A unit is one thing to an operation.")
        if begun_of.setdefault(line.unit, line.treated_from) != line.treated_from:
            said = f"differs from an earlier row of {line.unit!r}"
            row.fault("treated_from", said, "Write the same day in every row of the unit.")
        if line.treated_from is not None and line.part != Part.TREATED:
            said = f"stands with part {line.part!r}"
            row.fault("treated_from", said, "Only treated units have one.")
        return line

    lines = read_rows(path, tuple(PANEL_COLUMNS), parsed)
    if not lines:
        msg = "The file holds no row."
        raise BadInputError(msg, file=path, row=0, remedy="Give one row for each unit and period.")
    return _panel(lines, path=path, treated_from=treated_from)


def _line(row: Row) -> _Line:
    start = _day(row, "period_start") or date.min
    end = _day(row, "period_end") if row.given("period_end") else None
    if end is not None and end < start:
        row.fault("period_end", f"lies before {start}", "Write the last day of the period.")
    return _Line(
        number=row.number,
        unit=row.text("unit"),
        part=row.one_of("part", tuple(Part)),
        start=start,
        end=None if end is None else end + timedelta(days=1),
        count=row.number_of("count", upmost=MOST),
        treated_from=_day(row, "treated_from") if row.given("treated_from") else None,
    )


def _day(row: Row, name: str) -> date | None:
    """Return a day; a month alone is its first day, and where it is asked for its end, its last."""
    text = row.text(name)
    month = re.fullmatch(r"(\d{4})-(\d{2})", text)
    try:
        day = date.fromisoformat(f"{text}-01" if month else text)
    except ValueError:
        if text:
            row.fault(name, "is no date such as 2018-12-31", "Write YYYY-MM-DD.")
        return None
    return _next_month(day) - timedelta(days=1) if month and name == "period_end" else day


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _panel(lines: tuple[_Line, ...], *, path: Path, treated_from: date | None) -> Panel:
    """Return the table; treated units without a good start are refused, with their first rows."""
    periods = _periods(lines, path=path)
    units = list(dict.fromkeys(line.unit for line in lines))
    parts = {line.unit: Part(line.part) for line in lines}
    begun = {line.unit: line.treated_from or treated_from for line in lines}
    row_of = {unit: number for number, unit in enumerate(units)}
    column_of = {start: number for number, (start, _) in enumerate(periods)}
    counts = np.zeros((len(units), len(periods)))
    known = np.zeros(counts.shape, dtype=np.bool_)
    for line in lines:
        if line.count is not None:
            where = row_of[line.unit], column_of[line.start]
            counts[where], known[where] = line.count, True
    row_first = {line.unit: line.number for line in reversed(lines)}
    first, faults = [], []
    for unit in units:
        found = (
            _first_treated(unit, begun[unit], periods=periods, row=row_first[unit])
            if parts[unit] is Part.TREATED
            else NEVER
        )
        if isinstance(found, Fault):
            faults.append(found)
        else:
            first.append(found)
    check_rows(faults, file=path)
    return Panel(
        units=tuple(units),
        parts=tuple(parts[unit] for unit in units),
        starts=_days(start for start, _ in periods),
        ends=_days(end for _, end in periods),
        counts=counts,
        known=known,
        treated_from=np.array(first, dtype=np.int64),
    )


def _days(days: Iterable[date]) -> NDArray[np.datetime64]:
    return np.array(list(days), dtype="datetime64[D]")


def _periods(lines: tuple[_Line, ...], *, path: Path) -> list[tuple[date, date]]:
    """Return first day and first day after it of each period, in order.

    Rows that disagree about an end, and periods that overlap, are refused, all of them named.
    """
    ends: dict[date, date] = {}
    faults = []
    for line in lines:
        if line.end is not None and ends.setdefault(line.start, line.end) != line.end:
            msg = (
                f"The period from {line.start} ends on {_last(ends[line.start])} in an earlier row."
            )
            faults.append(Fault(message=msg, row=line.number, remedy="Give it one end."))
    starts = sorted({line.start for line in lines})
    for start, following in pairwise(starts):
        if ends.setdefault(start, following) > following:
            row = next(line.number for line in lines if line.start == following)
            msg = (
                f"The period from {following} begins while that from {start} lasts, to "
                f"{_last(ends[start])}."
            )
            remedy = "Periods must not overlap; period_end is the last day, included."
            faults.append(Fault(message=msg, row=row, remedy=remedy))
    check_rows(faults, file=path)
    if starts[-1] not in ends:
        ends[starts[-1]] = _end_of_last(starts, path=path)
    return [(start, ends[start]) for start in starts]


def _last(end: date) -> date:
    return end - timedelta(days=1)


def _end_of_last(starts: list[date], *, path: Path) -> date:
    """Return the first day after the last period: as long as the one before it.

    Raises
    ------
    BadInputError
        If there is no other.
    """
    if len(starts) == 1:
        msg = f"The only period, from {starts[0]}, has no end."
        raise BadInputError(msg, file=path, row=1, remedy="Give its last day as period_end.")
    before, last = starts[-2:]
    months = (last.year - before.year) * 12 + last.month - before.month
    if before.day == last.day == 1:
        end = last
        for _ in range(months):
            end = _next_month(end)
        return end
    return last + (last - before)


def _first_treated(
    unit: str, begun: date | None, *, periods: list[tuple[date, date]], row: int
) -> int | Fault:
    """Return the period with which a unit's treatment began, or what is wrong with its day.

    Nobody may have said when, or it was before all periods, after the last, or in the midst of
    one.
    """
    said = f"{unit!r} was treated from {begun}"
    if begun is None:
        msg = f"Nobody says from when {unit!r} was treated."
        remedy = "Fill in treated_from, or give the day."
        return Fault(message=msg, row=row, value=unit, remedy=remedy)
    for number, (start, end) in enumerate(periods):
        if begun <= start and number == 0:
            msg = f"{said}; the first period begins {start}."
            remedy = "Give what was counted before, or leave the unit out."
            return Fault(message=msg, row=row, value=str(begun), remedy=remedy)
        if begun <= start:
            return number
        if begun < end:
            msg = f"{said}, in the midst of the period {start} to {_last(end)}."
            remedy = "Leave that period out, or split it: it is neither before nor after."
            return Fault(message=msg, row=row, value=str(begun), remedy=remedy)
    msg = f"{said}; the last period begins {periods[-1][0]}."
    remedy = "Give what was counted after."
    return Fault(message=msg, row=row, value=str(begun), remedy=remedy)
