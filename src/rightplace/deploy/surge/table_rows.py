"""Tables of a surge: CSV in UTF-8 of columns that are allowed, every fault named with its row.

An allow-list, not a ban by name: a column that is not known is refused, for whatever it holds
could decide who is posted (NEEDS C9).
"""

from __future__ import annotations

import csv
import io
import math
from typing import TYPE_CHECKING, TypeVar

from rightplace.core.suggest import did_you_mean, nearest
from rightplace.errors import BadInputError, Fault, NotHeldError, RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

_MOST_SHOWN = 20
MOST_PEOPLE = 1_000_000
"""More than any force has."""
MOST_HARM = 1e12
"""More than any index gives a borough in a week; sums of it stay exact enough to compare."""
Parsed = TypeVar("Parsed")


class TableRow:
    """One row being read; what is wrong in it gathers in a list.

    Parameters
    ----------
    number
        The row's number; the first row of data is 1.
    values
        Its cells by column, blank where the file has no such column.
    faults
        Where faults go.
    """

    def __init__(self, number: int, values: Mapping[str, str], faults: list[Fault]) -> None:
        self.number, self._values, self._faults = number, values, faults

    def fault(self, name: str, what: str, remedy: str) -> None:
        """Note that a cell is wrong."""
        value = self._values[name]
        message = f"{name} {value!r} {what}."
        self._faults.append(Fault(message=message, row=self.number, value=value, remedy=remedy))

    def text(self, name: str) -> str:
        """Return a cell's text; blank is a fault."""
        if not self._values[name]:
            self.fault(name, "is empty", "Fill it in.")
        return self._values[name]

    def free(self, name: str) -> str:
        """Return a cell's text, perhaps blank."""
        return self._values[name]

    def words(self, name: str) -> list[str]:
        """Return the parts of a cell that semicolons tell apart."""
        return [part.strip() for part in self._values[name].split(";") if part.strip()]

    def number_of(self, name: str, *, upmost: float = math.inf) -> float | None:
        """Return a number from 0, or None where the cell is blank."""
        text = self._values[name]
        return None if not text else self.as_number(name, text, upmost=upmost)

    def as_number(self, name: str, text: str, *, upmost: float = math.inf) -> float:
        """Return a text as a number from 0; anything else is a fault of the column."""
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not (math.isfinite(value) and 0 <= value <= upmost):
            limit = "0 or more" if upmost == math.inf else f"from 0 to {upmost:g}"
            self.fault(name, f"holds {text!r}, no number {limit}", "Correct it.")
            return 0.0
        return value

    def whole_of(self, name: str) -> int | None:
        """Return a whole number of people from 0, or None where the cell is blank."""
        value = self.number_of(name, upmost=MOST_PEOPLE)
        if value is not None and value != int(value):
            self.fault(name, "is no whole number", "Correct it.")
        return None if value is None else int(value)

    def one_of(self, name: str, known: Sequence[str]) -> str:
        """Return a text that must be one of a few."""
        text = self._values[name]
        if text not in known:
            self.fault(name, f"is none of {', '.join(k or 'blank' for k in known)}", "Correct it.")
        return text

    def known(self, name: str, words: Sequence[str], known: Sequence[str]) -> None:
        """Note each word of a cell that is not in a closed list."""
        for word in words:
            if word not in known:
                self.fault(name, f"holds {word!r}, which is not known", did_you_mean(word, known))


def read_rows(
    path: Path,
    columns: Mapping[str, bool],
    parsed: Callable[[TableRow], Parsed],
    *,
    refusal: str,
) -> tuple[Parsed, ...]:
    """Return every row of a CSV file in UTF-8, parsed; blank rows are skipped.

    Every fault is named (``BadInputError``); a column that is not allowed is refused
    (``RefusedError``).

    Parameters
    ----------
    path
        The file.
    columns
        Columns that are allowed, and whether each is needed.
    parsed
        What makes a value of a row.
    refusal
        Why other columns are refused, as a sentence.
    """
    rows = _csv_rows(path)
    header = [name.strip() for name in rows[0]] if rows else []
    _check_header(path, header, columns, refusal=refusal)
    faults: list[Fault] = []
    found = []
    for number, cells in enumerate(rows[1:], 1):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > len(header):
            message = f"The row has {len(cells)} cells, the header {len(header)}."
            faults.append(Fault(message=message, row=number, remedy="Quote cells with commas."))
        filled = [cell.strip() for cell in cells] + [""] * len(header)
        values = dict.fromkeys(columns, "") | dict(zip(header, filled, strict=False))
        found.append(parsed(TableRow(number, values, faults)))
    if not found and not faults:
        faults.append(Fault(message="The file has no row of data.", remedy="Add rows."))
    raise_faults(path, faults)
    return tuple(found)


def raise_faults(path: Path, faults: Sequence[Fault]) -> None:
    """Raise what is wrong in a file, all of it together; nothing if nothing is.

    Raises
    ------
    BadInputError
        If there is a fault.
    """
    if not faults:
        return
    ordered = sorted(faults, key=lambda fault: fault.row or 0)
    first = ordered[0]
    if len(ordered) == 1:
        raise BadInputError(
            first.message, file=path, row=first.row, value=first.value, remedy=first.remedy
        )
    shown = "\n".join(str(fault) for fault in ordered[:_MOST_SHOWN])
    more = f"\nand {len(ordered) - _MOST_SHOWN} more." if len(ordered) > _MOST_SHOWN else ""
    msg = f"{len(ordered)} faults:\n{shown}{more}"
    remedy = "Correct the rows named."
    raise BadInputError(msg, file=path, row=first.row, value=first.value, remedy=remedy)


def _csv_rows(path: Path) -> list[list[str]]:
    """Return the cells of a file.

    Raises
    ------
    NotHeldError
        If it is absent.
    BadInputError
        If it is no CSV in UTF-8, or not text.
    """
    remedy = "Save it as CSV in UTF-8."
    if not path.is_file():
        msg = "There is no such file."
        raise NotHeldError(msg, file=path, value=path, remedy="Check the name.")
    try:
        text = path.read_bytes().decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        msg = f"The file is no CSV in UTF-8: {error}."
        raise BadInputError(msg, file=path, remedy=remedy) from error
    for number, cells in enumerate(rows):
        if any(not cell.isprintable() for cell in cells):
            msg = "The row holds characters that cannot be printed."
            raise BadInputError(msg, file=path, row=number, remedy=remedy)
    return rows


def _check_header(
    path: Path, header: Sequence[str], columns: Mapping[str, bool], *, refusal: str
) -> None:
    """Check the names of columns.

    Raises
    ------
    BadInputError
        If one that is needed is absent, or one stands twice.
    RefusedError
        If one is not allowed.
    """
    shown = ",".join(header)
    missing = [name for name, needed in columns.items() if needed and name not in header]
    twice = [name for name in dict.fromkeys(header) if header.count(name) > 1]
    if missing or twice:
        wrong = [f"lacks {name}" for name in missing] + [f"has {name} twice" for name in twice]
        msg = f"The header {', '.join(wrong)}."
        remedy = f"The columns are {', '.join(columns)}."
        raise BadInputError(msg, file=path, row=0, value=shown, remedy=remedy)
    unknown = [name for name in header if name not in columns]
    if unknown:
        named = ", ".join(repr(name) for name in unknown)
        alike = nearest(unknown[0], columns)
        hint = f" Is {unknown[0]!r} meant as {alike!r}?" if alike else ""
        msg = f"The column {named} is not allowed here. {refusal}"
        remedy = f"Take it out; allowed are {', '.join(columns)}.{hint}"
        raise RefusedError(msg, file=path, row=0, value=unknown[0], remedy=remedy)
