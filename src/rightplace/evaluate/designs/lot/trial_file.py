"""The rows of a trial from a CSV file: one for each unit and period."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from rightplace.deploy.checked_rows import Row, read_rows
from rightplace.errors import BadInputError, NotHeldError
from rightplace.evaluate.designs.finding import Design
from rightplace.evaluate.designs.lot.rows import TrialRows

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

_SHOWN: Final = 8
TREAT: Final = "treat"
HOLD_OUT: Final = "holdout"
TRIAL_COLUMNS: Final = {
    "unit": "Name of a place, or of neighbours that were drawn together.",
    "arm": "What the lot said, whatever was done: treat or holdout.",
    "count": "Incidents, 0 or more.",
}
"""Columns that a file must have."""
MORE_COLUMNS: Final = {
    "period": "Day or week, such as 2026-03-01; text that sorts by time. Needed but for places "
    "drawn once.",
    "block": "Span of time that was drawn as one, for week-block and crossover.",
    "stratum": "Stratum in which the unit was drawn; without it, places drawn once and crossovers "
    "have one stratum, place-days one for each day, week-blocks one for each block.",
    "probability": "Chance with which the lot treats it, above 0 and below 1.",
    "before": "Incidents of the unit in a time before the trial.",
    "minutes": "Patrol-minutes given.",
    "washout": "1 where the row is left out because the other arm's effect may last, else 0.",
}
"""Columns that a file may have."""
COLUMNS_HELP: Final = (
    "CSV, a row for each unit and period: unit, arm (treat or holdout: what the lot said), count, "
    "and perhaps period, block, stratum, probability, before, minutes (dosage), washout (0 or 1)."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    number: int
    unit: str
    arm: str
    count: float
    texts: dict[str, str]
    numbers: dict[str, float]


def read_trial(path: Path, *, design: Design) -> TrialRows:
    """Return the rows of a trial from a CSV file.

    Parameters
    ----------
    path
        CSV in UTF-8 with the columns of ``TRIAL_COLUMNS``, and of ``MORE_COLUMNS`` some.
    design
        Randomised; says what was drawn together.

    Raises
    ------
    NotHeldError
        If there is no such file.
    BadInputError
        If it holds no rows, lacks a column that the design needs, or a column is filled in part.
    """
    if not path.is_file():
        msg = "There is no such file."
        raise NotHeldError(msg, file=path, remedy="Check the path of the trial's rows.")
    lines = read_rows(path, tuple(TRIAL_COLUMNS), _line)
    if not lines:
        msg = "The file holds no row."
        raise BadInputError(msg, file=path, row=0, remedy="Give one row for each unit and period.")
    needed = {
        Design.PLACE_DAY: ("period",),
        Design.WEEK_BLOCK: ("period", "block"),
        Design.CROSSOVER: ("period",),
    }.get(design, ())
    texts = {
        name: _texts(path, lines, name, needed=name in needed)
        for name in ("period", "block", "stratum")
    }
    zeros = np.zeros(len(lines), dtype=np.int64)
    period = zeros if texts["period"] is None else texts["period"]
    treated = np.array([line.arm == TREAT for line in lines], dtype=np.bool_)
    block = {
        Design.PLACE_DAY: period,
        Design.RANDOMISED_UNITS: zeros,
        Design.CROSSOVER: treated.astype(np.int64),
    }.get(design, texts["block"])
    usual = {Design.PLACE_DAY: period, Design.WEEK_BLOCK: texts["block"]}.get(design)
    stratum = texts["stratum"] if texts["stratum"] is not None else usual
    numbers = {
        name: _numbers(path, lines, name)
        for name in ("probability", "before", "minutes", "washout")
    }
    washed = numbers["washout"]
    return TrialRows(
        unit=_numbered([line.unit for line in lines]),
        period=period,
        block=zeros if block is None else block,
        stratum=zeros if stratum is None else stratum,
        treated=treated,
        count=np.array([line.count for line in lines]),
        probability=numbers["probability"],
        before=numbers["before"],
        minutes=numbers["minutes"],
        washed_out=None if washed is None else washed > 0,
    )


def _line(row: Row) -> _Line:
    count = row.number_of("count")
    if count is None:
        row.fault("count", "is empty", "Leave out rows that were not counted: no data is not zero.")
    numbers = {
        name: row.number_of(name, upmost=1 if name in {"probability", "washout"} else np.inf)
        for name in ("probability", "before", "minutes", "washout")
        if row.given(name)
    }
    return _Line(
        number=row.number,
        unit=row.text("unit"),
        arm=row.one_of("arm", (TREAT, HOLD_OUT)),
        count=count or 0.0,
        texts={name: row.given(name) for name in ("period", "block", "stratum") if row.given(name)},
        numbers={name: value for name, value in numbers.items() if value is not None},
    )


def _texts(
    path: Path, lines: Sequence[_Line], name: str, *, needed: bool
) -> NDArray[np.int64] | None:
    """Return numbers for the texts of a column, in their order; None where it is not given.

    Raises
    ------
    BadInputError
        If it is filled in part, or needed and not given.
    """
    given = [line.texts[name] for line in lines if name in line.texts]
    if len(given) == len(lines):
        return _numbered(given)
    if given or needed:
        lacking = [line.number for line in lines if name not in line.texts]
        msg = _without(name, lacking, of=len(lines))
        raise BadInputError(msg, file=path, row=lacking[0], remedy=f"Fill in {name} in every row.")
    return None


def _numbers(path: Path, lines: Sequence[_Line], name: str) -> NDArray[np.float64] | None:
    """Return the numbers of a column; None where it is not given.

    Raises
    ------
    BadInputError
        If it is filled in part.
    """
    given = [line.numbers[name] for line in lines if name in line.numbers]
    if not given:
        return None
    if len(given) < len(lines):
        lacking = [line.number for line in lines if name not in line.numbers]
        msg = _without(name, lacking, of=len(lines))
        remedy = f"Fill in {name} in every row, or in none."
        raise BadInputError(msg, file=path, row=lacking[0], remedy=remedy)
    return np.array(given, dtype=np.float64)


def _without(name: str, rows: Sequence[int], *, of: int) -> str:
    """Return that rows lack a column, the first few of them by number."""
    shown = ", ".join(map(str, rows[:_SHOWN]))
    more = f" and {len(rows) - _SHOWN} more" if len(rows) > _SHOWN else ""
    return f"{len(rows)} of {of} rows have no {name}: {shown}{more}."


def _numbered(texts: Sequence[str]) -> NDArray[np.int64]:
    """Return numbers in the order of the texts; whole numbers sort as numbers."""
    if all(text.isdigit() for text in texts):
        values = np.array([int(text) for text in texts], dtype=np.int64)
        return np.asarray(np.unique(values, return_inverse=True)[1].reshape(-1))
    return np.asarray(np.unique(np.array(texts), return_inverse=True)[1].reshape(-1))
