"""Files that state limits of plans: response cover, fairness, single places. Every fault is named.

Each row says who set it and until when; a limit that has run out is refused, not ignored.
"""

from __future__ import annotations

import csv
import io
import math
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, TypeVar

from rightplace.errors import BadInputError, Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from rightplace.core import Slot

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
PER_RESIDENTS, PER_CRIME = "1000_residents", "violent_crime"
COVER_COLUMNS = ("bcu", "weekday", "shift", "minutes", "set_by", "until")
FAIRNESS_COLUMNS = ("borough", "per", "least", "most", "set_by", "until")
PLACE_COLUMNS = (
    *("cell_id", "day_least", "day_most", "plan_least", "plan_most", "specialist_share"),
    *("reason", "set_by", "until"),
)
RESIDENTS_COLUMNS = ("cell_id", "residents")
_MOST_SHOWN = 20
Parsed = TypeVar("Parsed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """Crew minutes of a BCU that no visit may use in a shift; no weekday means every day."""

    bcu: str
    weekday: str | None
    shift: str
    minutes: float
    set_by: str
    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Fairness:
    """Patrol minutes that a borough has at least and at most over four weeks, per unit.

    Parameters
    ----------
    borough
        Name; None for every borough.
    per
        ``1000_residents`` or ``violent_crime`` (reported by victims over the last four weeks).
    least, most
        Minutes in the place, travel apart; None sets none.
    """

    borough: str | None
    per: str
    least: float | None
    most: float | None
    set_by: str
    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceLimit:
    """What a single place must and may have; None sets nothing."""

    cell_id: str
    day_least: float | None
    day_most: float | None
    plan_least: float | None
    plan_most: float | None
    specialist_share: float | None
    reason: str
    set_by: str
    until: date


class _Row:
    """One row being read; faults gather in a list."""

    def __init__(self, number: int, values: dict[str, str], faults: list[Fault]) -> None:
        self.number, self._values, self._faults = number, values, faults

    def fault(self, name: str, what: str, remedy: str) -> None:
        value = self._values.get(name, "")
        message = f"{name} {value!r} {what}."
        self._faults.append(Fault(message=message, row=self.number, value=value, remedy=remedy))

    def text(self, name: str) -> str:
        if not self._values[name]:
            self.fault(name, "is empty", "Fill it in.")
        return self._values[name]

    def number_of(self, name: str, *, upmost: float = math.inf) -> float | None:
        text = self._values[name]
        if not text:
            return None
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not (math.isfinite(value) and 0 <= value <= upmost):
            self.fault(name, f"is no number from 0 to {upmost:g}", "Correct it, or leave it empty.")
        return value

    def day(self, name: str, *, first: date) -> date:
        try:
            value = date.fromisoformat(self._values[name])
        except ValueError:
            self.fault(name, "is no date such as 2018-12-31", "Say until when the limit holds.")
            return first
        if value < first:
            self.fault(name, f"has run out before {first}", "Have it set anew, or drop the row.")
        return value

    def one_of(self, name: str, known: Sequence[str]) -> str:
        text = self._values[name]
        if text not in known:
            self.fault(name, f"is none of {', '.join(known[:12])}", "Correct it.")
        return text


def read_cover(path: Path, *, shifts: Sequence[str], last_day: date) -> tuple[Cover, ...]:
    """Return the response cover of a file with the columns of ``COVER_COLUMNS``.

    Parameters
    ----------
    path
        CSV in UTF-8.
    shifts
        Names of the study area's shifts.
    last_day
        Last day of the plan; rows must hold until then.
    """

    def parsed(row: _Row) -> Cover:
        weekday = row.one_of("weekday", ("", *WEEKDAYS))
        minutes = row.number_of("minutes")
        if minutes is None:
            row.fault("minutes", "is empty", "Give minutes, 0 where none must be kept.")
        return Cover(
            bcu=row.text("bcu"),
            weekday=weekday or None,
            shift=row.one_of("shift", shifts),
            minutes=minutes or 0.0,
            set_by=row.text("set_by"),
            until=row.day("until", first=last_day),
        )

    return _read(path, COVER_COLUMNS, parsed)


def read_fairness(path: Path, *, boroughs: Sequence[str], last_day: date) -> tuple[Fairness, ...]:
    """Return floors and ceilings of a file with the columns of ``FAIRNESS_COLUMNS``.

    Parameters
    ----------
    path
        CSV in UTF-8.
    boroughs
        Names of the study area's boroughs.
    last_day
        Last day of the plan; rows must hold until then.
    """

    def parsed(row: _Row) -> Fairness:
        least, most = row.number_of("least"), row.number_of("most")
        if least is not None and most is not None and least > most:
            row.fault("least", f"is above most, {most:g}", "Correct one of them.")
        return Fairness(
            borough=row.one_of("borough", ("", *boroughs)) or None,
            per=row.one_of("per", (PER_RESIDENTS, PER_CRIME)),
            least=least,
            most=most,
            set_by=row.text("set_by"),
            until=row.day("until", first=last_day),
        )

    return _read(path, FAIRNESS_COLUMNS, parsed)


def read_place_limits(
    path: Path, *, cell_ids: Sequence[str], last_day: date
) -> tuple[PlaceLimit, ...]:
    """Return limits of single places from a file with the columns of ``PLACE_COLUMNS``.

    Parameters
    ----------
    path
        CSV in UTF-8.
    cell_ids
        The study area's cells.
    last_day
        Last day of the plan; rows must hold until then.
    """
    known, seen = set(cell_ids), set[str]()

    def parsed(row: _Row) -> PlaceLimit:
        cell_id = row.text("cell_id")
        if cell_id not in known:
            row.fault("cell_id", "is no cell of the study area", "Correct it, or drop the row.")
        if cell_id in seen:
            row.fault("cell_id", "stands twice", "Drop one of the rows.")
        seen.add(cell_id)
        return PlaceLimit(
            cell_id=cell_id,
            day_least=row.number_of("day_least"),
            day_most=row.number_of("day_most"),
            plan_least=row.number_of("plan_least"),
            plan_most=row.number_of("plan_most"),
            specialist_share=row.number_of("specialist_share", upmost=1),
            reason=row.text("reason"),
            set_by=row.text("set_by"),
            until=row.day("until", first=last_day),
        )

    return _read(path, PLACE_COLUMNS, parsed)


def read_residents(path: Path) -> dict[str, float]:
    """Return residents by cell from a file with the columns of ``RESIDENTS_COLUMNS``."""

    def parsed(row: _Row) -> tuple[str, float]:
        return row.text("cell_id"), row.number_of("residents") or 0.0

    return dict(_read(path, RESIDENTS_COLUMNS, parsed))


def cover_minutes(cover: Sequence[Cover], *, bcu: str, slot: Slot) -> float | None:
    """Return the minutes to be kept in a BCU and slot; a row for the weekday goes first."""
    weekday = WEEKDAYS[slot.policing_day.weekday()]
    for day in (weekday, None):
        for row in cover:
            if (row.bcu, row.shift, row.weekday) == (bcu, slot.shift, day):
                return row.minutes
    return None


def _read(
    path: Path, columns: Sequence[str], parsed: Callable[[_Row], Parsed]
) -> tuple[Parsed, ...]:
    """Return every row of a CSV file, parsed.

    Raises
    ------
    BadInputError
        If it is no CSV in UTF-8, lacks a column, or rows have faults; all are named.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        msg = f"The file is no CSV in UTF-8: {error}."
        raise BadInputError(msg, file=path, remedy="Save it as CSV in UTF-8.") from error
    header = [name.strip() for name in rows[0]] if rows else []
    missing = [name for name in columns if header.count(name) != 1]
    if missing:
        msg = f"The header must hold {', '.join(missing)} once each."
        remedy = f"The columns are {', '.join(columns)}."
        raise BadInputError(msg, file=path, row=0, value=",".join(header), remedy=remedy)
    faults: list[Fault] = []
    found = []
    for number, cells in enumerate(rows[1:], 1):
        if any(cell.strip() for cell in cells):
            filled = [cell.strip() for cell in cells] + [""] * len(header)
            values = dict(zip(header, filled, strict=False))
            found.append(parsed(_Row(number, values, faults)))
    if faults:
        shown = "\n".join(str(fault) for fault in faults[:_MOST_SHOWN])
        more = f"\nand {len(faults) - _MOST_SHOWN} more." if len(faults) > _MOST_SHOWN else ""
        first = faults[0]
        raise BadInputError(
            first.message if len(faults) == 1 else f"{len(faults)} faults:\n{shown}{more}",
            file=path,
            row=first.row,
            value=first.value,
            remedy=first.remedy if len(faults) == 1 else "Correct the rows named.",
        )
    return tuple(found)
