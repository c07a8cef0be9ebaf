"""Reading a small CSV file row by row, so that every fault is named with its row at once."""

from __future__ import annotations

import csv
import io
import math
from datetime import date
from typing import TYPE_CHECKING, TypeVar

from rightplace.errors import BadInputError, Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

_MOST_SHOWN = 8
"""Faults named one by one: as many as one mends before trying again."""
Parsed = TypeVar("Parsed")


class Row:
    """One row being read; its cells are asked for by name, and faults gather in a list.

    Parameters
    ----------
    number
        Of the row; the first row of data is 1.
    values
        Text of each column.
    faults
        What is wrong so far; each further fault is put at its end.
    """

    def __init__(self, number: int, values: dict[str, str], faults: list[Fault]) -> None:
        self.number, self._values, self._faults = number, values, faults

    def fault(self, name: str, what: str, remedy: str) -> None:
        """Note that a column is wrong: what about it, and what to do."""
        value = self._values.get(name, "")
        message = f"{name} {value!r} {what}."
        self._faults.append(Fault(message=message, row=self.number, value=value, remedy=remedy))

    def text(self, name: str) -> str:
        """Return a text that must not be empty."""
        if not self._values[name]:
            self.fault(name, "is empty", "Fill it in.")
        return self._values[name]

    def optional(self, name: str) -> str:
        """Return a text that may be empty."""
        return self._values[name]

    def given(self, name: str) -> str:
        """Return a text that may be empty, of a column that the file need not have."""
        return self._values.get(name, "")

    def degrees(self, name: str, *, most: float) -> float | None:
        """Return degrees from ``-most`` to ``most``, or None where the cell is empty."""
        text = self._values[name]
        if not text:
            return None
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not abs(value) <= most:
            self.fault(name, f"is no number of degrees up to {most:g}", "Correct it.")
            return None
        return value

    def number_of(self, name: str, *, upmost: float = math.inf) -> float | None:
        """Return a number from 0 to ``upmost``, or None where the cell is empty."""
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
        """Return a day that must not lie before ``first``."""
        try:
            value = date.fromisoformat(self._values[name])
        except ValueError:
            self.fault(name, "is no date such as 2018-12-31", "Say until when the limit holds.")
            return first
        if value < first:
            self.fault(name, f"has run out before {first}", "Have it set anew, or drop the row.")
        return value

    def one_of(self, name: str, known: Sequence[str]) -> str:
        """Return a text that must be one of those known."""
        text = self._values[name]
        if text not in known:
            self.fault(name, f"is none of {', '.join(known[:12])}", "Correct it.")
        return text


def read_rows(
    path: Path, columns: Sequence[str], parsed: Callable[[Row], Parsed]
) -> tuple[Parsed, ...]:
    """Return every row of a CSV file, parsed.

    Raises
    ------
    BadInputError
        If it is no CSV in UTF-8, lacks a column, or rows have faults; see ``check_rows``.
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
            found.append(parsed(Row(number, values, faults)))
    check_rows(faults, file=path)
    return tuple(found)


def check_rows(faults: Sequence[Fault], *, file: Path) -> None:
    """Check that no row has a fault.

    Parameters
    ----------
    faults
        Each with its row.
    file
        Where they stand.

    Raises
    ------
    BadInputError
        If there is one: the first few are named, the rest counted.
    """
    if not faults:
        return
    first, left = faults[0], len(faults) - _MOST_SHOWN
    named = "\n".join(str(fault) for fault in faults[:_MOST_SHOWN])
    rows = [fault.row for fault in faults[_MOST_SHOWN:] if fault.row is not None]
    last = f", the last in row {max(rows)}" if rows else ""
    more = f"\nand {left} more{last}." if left > 0 else ""
    raise BadInputError(
        first.message if len(faults) == 1 else f"{len(faults)} faults:\n{named}{more}",
        file=file,
        row=first.row,
        value=first.value,
        remedy=first.remedy if len(faults) == 1 else "Correct the rows named.",
    )
