"""A table of units with several outcomes and covariates, from a CSV file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from rightplace.deploy.checked_rows import Row, check_rows, read_rows
from rightplace.errors import BadInputError, Fault, NotHeldError
from rightplace.evaluate.designs.synthetic.matching import UnitTable

if TYPE_CHECKING:
    from pathlib import Path

UNIT_COLUMNS: Final = {
    "unit": "Name of a place, the same in all its rows.",
    "period": "Name of the period: a day (YYYY-MM-DD), a month (YYYY-MM) or a running number.",
    "treated": "1 where the place was treated in that period, else 0.",
}
"""Columns a file must have beside those of its outcomes and covariates."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    number: int
    unit: str
    period: str
    treated: bool
    counts: tuple[float, ...]
    covariates: tuple[float, ...]


def read_units(
    path: Path,
    *,
    outcomes: tuple[str, ...],
    covariates: tuple[str, ...] = (),
    post_from: str | None = None,
) -> UnitTable:
    """Return the table of a CSV file with a row for each unit and period.

    Units stand in the order in which the file first names them, periods in their own order. A
    unit is treated if any of its rows says so.

    Parameters
    ----------
    path
        CSV in UTF-8 with the columns of ``UNIT_COLUMNS``, the outcomes and the covariates.
    outcomes
        Columns of counts.
    covariates
        Columns that are the same in all rows of a unit.
    post_from
        First period of the operation; the first in which any row is treated where None.

    Raises
    ------
    NotHeldError
        If there is no such file.
    BadInputError
        If it holds no row, or a row or unit is faulty; units that lack a period are named too.
    """
    if not path.is_file():
        msg = "There is no such file."
        raise NotHeldError(msg, file=path, remedy="Check the path of the table of units.")
    seen: dict[tuple[str, str], int] = {}
    held: dict[str, tuple[float, ...]] = {}

    def parsed(row: Row) -> _Line:
        line = _line(row, outcomes, covariates)
        if (twin := seen.setdefault((line.unit, line.period), row.number)) != row.number:
            said = f"of {line.unit!r} stands in row {twin} already"
            row.fault("period", said, "Keep one row for each unit and period.")
        before = held.setdefault(line.unit, line.covariates)
        for name, was, now in zip(covariates, before, line.covariates, strict=True):
            if was != now:
                said = f"differs from {was:g}, which {line.unit!r} had before"
                row.fault(name, said, "A covariate is the same in all periods.")
        return line

    lines = read_rows(path, (*UNIT_COLUMNS, *outcomes, *covariates), parsed)
    units = tuple(dict.fromkeys(line.unit for line in lines))
    periods = _in_order({line.period for line in lines})
    if not lines:
        msg = "The file holds no row."
        raise BadInputError(msg, file=path, row=0, remedy="Give one row for each unit and period.")
    check_rows(_lacking(lines, units, periods), file=path)
    return UnitTable(
        units=units,
        treated=np.isin(np.array(units), [line.unit for line in lines if line.treated]),
        outcomes=_tables(lines, units, periods, outcomes),
        covariates={
            name: np.array([held[unit][place] for unit in units])
            for place, name in enumerate(covariates)
        },
        periods=periods,
        first_treated=_first(lines, periods, post_from, path=path),
    )


def _lacking(
    lines: tuple[_Line, ...], units: tuple[str, ...], periods: tuple[str, ...]
) -> list[Fault]:
    """Return each unit that lacks a period, with its first row."""
    held = {(line.unit, line.period) for line in lines}
    first = {line.unit: line.number for line in reversed(lines)}
    faults = []
    for unit in units:
        missing = [each for each in periods if (unit, each) not in held]
        if missing:
            more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
            msg = f"{unit!r} lacks a period ({missing[0]}{more}), and no data is not zero."
            remedy = "Give each unit a row for each period."
            faults.append(Fault(message=msg, row=first[unit], value=unit, remedy=remedy))
    return faults


def _line(row: Row, outcomes: tuple[str, ...], covariates: tuple[str, ...]) -> _Line:
    return _Line(
        number=row.number,
        unit=row.text("unit"),
        period=row.text("period"),
        treated=row.one_of("treated", ("0", "1")) == "1",
        counts=tuple(_number(row, name) for name in outcomes),
        covariates=tuple(_number(row, name) for name in covariates),
    )


def _number(row: Row, name: str) -> float:
    value = row.number_of(name)
    if value is None:
        row.fault(name, "is empty", "Write a number of 0 or more; no data is not zero.")
        return 0.0
    return value


def _in_order(periods: set[str]) -> tuple[str, ...]:
    """Return periods by number where all are numbers, else by their text, as dates are written."""
    numbered = all(each.isascii() and each.isdigit() for each in periods)
    return tuple(sorted(periods, key=int) if numbered else sorted(periods))


def _tables(
    lines: tuple[_Line, ...],
    units: tuple[str, ...],
    periods: tuple[str, ...],
    outcomes: tuple[str, ...],
) -> dict[str, np.ndarray[tuple[int, int], np.dtype[np.float64]]]:
    row_of = {unit: number for number, unit in enumerate(units)}
    column_of = {period: number for number, period in enumerate(periods)}
    cells = np.zeros((len(outcomes), len(units), len(periods)))
    for line in lines:
        cells[:, row_of[line.unit], column_of[line.period]] = line.counts
    return dict(zip(outcomes, cells, strict=True))


def _first(
    lines: tuple[_Line, ...], periods: tuple[str, ...], post_from: str | None, *, path: Path
) -> int:
    if post_from is None:
        begun = {line.period for line in lines if line.treated}
        return next((place for place, each in enumerate(periods) if each in begun), 0)
    if post_from not in periods:
        msg = f"No period of the table is called {post_from!r}."
        remedy = f"They run from {periods[0]} to {periods[-1]}."
        raise BadInputError(msg, file=path, value=post_from, remedy=remedy)
    return periods.index(post_from)
