"""Reading a file of harm weights: which column is which, and every fault in it at once."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from rightplace.crime.offences import category_words, data_rows, offence_classes
from rightplace.errors import BadInputError, Fault

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

# Headings under which each column is found, best first, written without spaces and signs.
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "code": ("code", "homeofficecode", "hocode", "offencecode", "homeofficeoffencecode"),
    "class": ("class", "prcsubgroup", "offencesubgroup", "subgroup", "crimetype", "category"),
    "weight": ("weight", "cchidays", "days", "cchi", "cchiweight", "harmweight"),
    "recorded": ("recorded", "numberofoffences", "count"),
    "force": ("force", "forcename"),
}
_THOUSANDS = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?")
_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightRow:
    """One weight as read.

    Parameters
    ----------
    code
        Home Office code, or None where the file gives a weight to a class only.
    slug
        Slug of the offence class.
    weight
        Weight of one record, in the unit of the file.
    recorded
        How many were recorded in the year that weighs the row, or None where not held.
    """

    code: str | None
    slug: str
    weight: float
    recorded: int | None


Rows = tuple[WeightRow, ...]


def rows_of_file(path: Path) -> Rows:
    """Return the weights of a CSV file with a heading row.

    It needs a column of weights (``weight``, ``cchi_days``, ...) and one of Home Office codes
    or of classes (``code``, ``class``, ``prc_subgroup``, ...); a column ``recorded`` weighs the
    rows within a class.

    Raises
    ------
    BadInputError
        If the file is missing, a workbook, not UTF-8, lacks a column, or has rows that cannot
        be used; all such rows are counted and the first of them named.
    """
    if path.suffix.lower() in {".xlsx", ".xls", ".ods"}:
        msg = "This is a workbook; harm weights are read from CSV."
        raise BadInputError(msg, file=path, remedy="Save the sheet as CSV (UTF-8).")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        msg = f"Byte {error.start} is not UTF-8 text."
        raise BadInputError(msg, file=path, remedy="Save the sheet as CSV (UTF-8).") from error
    except OSError as error:
        msg = f"The file cannot be read: {error.strerror}."
        raise BadInputError(msg, file=path, remedy="Check the path.") from error
    reader = csv.DictReader(text.splitlines())
    return rows_of(reader, headings=reader.fieldnames or (), file=path)


def rows_of(
    records: Iterable[Mapping[str, str]], *, headings: Iterable[str], file: Path | str
) -> Rows:
    """Return the weights of a table that has been read as text.

    Raises
    ------
    BadInputError
        If a column is missing, or rows cannot be used.
    """
    columns = _columns(list(headings), file=file)
    rows: list[WeightRow] = []
    faults: list[Fault] = []
    forces: set[str] = set()
    for number, record in enumerate(records, start=1):
        cells = {kind: (record.get(column) or "").strip() for kind, column in columns.items()}
        forces.add(cells.get("force", ""))
        row = _row(cells, number=number, file=str(file))
        if isinstance(row, Fault):
            faults.append(row)
        else:
            rows.append(row)
    if len(forces) > 1:
        msg = f"The file holds weights of {len(forces)} forces; an index has one set."
        raise BadInputError(msg, file=file, remedy="Keep the rows of one force.")
    faults += _repeated(rows, file=str(file))
    if not faults and not rows:
        msg = "The file holds no weight."
        raise BadInputError(msg, file=file, remedy="Check the file.")
    if faults:
        first = faults[0]
        remedy = "Mend or remove these rows; nothing was read."
        raise BadInputError(
            _together(faults), file=file, row=first.row, value=first.value, remedy=remedy
        )
    return tuple(rows)


def _columns(headings: list[str], *, file: Path | str) -> dict[str, str]:
    plain = {re.sub(r"[^a-z0-9]", "", heading.lower()): heading for heading in headings if heading}
    found = {
        kind: plain[name]
        for kind, names in HEADINGS.items()
        for name in [next((n for n in names if n in plain), None)]
        if name is not None
    }
    for name, heading in plain.items():
        if name.startswith("nationalcount"):
            found.setdefault("recorded", heading)
    lacking = [] if "weight" in found else ["of weights (weight)"]
    lacking += [] if {"code", "class"} & found.keys() else ["of codes (code) or classes (class)"]
    if lacking:
        msg = f"No column {' and none '.join(lacking)}; the columns are {', '.join(headings)}."
        raise BadInputError(msg, file=file, row=0, remedy="Name the columns so in the first row.")
    return found


def _row(cells: Mapping[str, str], *, number: int, file: str) -> WeightRow | Fault:
    code, words = cells.get("code") or None, cells.get("class", "")
    slug = _class_of(words) or (class_of_code().get(code) if code else None)
    weight, recorded = _number(cells["weight"]), cells.get("recorded", "")
    if slug is None:
        said = words or code or ""
        msg = f"{said!r} is no offence class, Home Office subgroup or known code."
        return Fault(message=msg, file=file, row=number, value=said)
    if weight is None:
        msg = f"The weight {cells['weight']!r} is not a number above zero."
        return Fault(message=msg, file=file, row=number, value=cells["weight"])
    if recorded and not recorded.replace(",", "").isdigit():
        msg = f"The count {recorded!r} is not a whole number."
        return Fault(message=msg, file=file, row=number, value=recorded)
    count = int(recorded.replace(",", "")) if recorded else None
    return WeightRow(code=code, slug=slug, weight=weight, recorded=count)


def _number(text: str) -> float | None:
    if _THOUSANDS.fullmatch(text):
        text = text.replace(",", "")
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 < value < float("inf") else None


def _class_of(words: str) -> str | None:
    if words in offence_classes():
        return words
    for publisher in ("home_office_subgroup", "police_uk"):
        slug = category_words(publisher).class_of(words)
        if slug is not None:
            return slug
    return None


@cache
def class_of_code() -> Mapping[str, str]:
    """Return the offence class of each Home Office code of the shipped weights."""
    return {row["code"]: row["class"] for row in data_rows("ons_severity_weights.csv")}


def _repeated(rows: list[WeightRow], *, file: str) -> list[Fault]:
    seen: set[str] = set()
    faults = []
    for number, row in enumerate(rows, start=1):
        if row.code is not None and row.code in seen:
            msg = f"The code {row.code!r} has a second weight."
            faults.append(Fault(message=msg, file=file, row=number, value=row.code))
        seen |= {row.code} if row.code else set()
    return faults


def _together(faults: list[Fault]) -> str:
    others = [f"row {each.row}: {each.message}" for each in faults[1:_SHOWN]]
    more = len(faults) - 1 - len(others)
    tail = f" Also {' '.join(others)}" if others else ""
    return f"{faults[0].message}{tail}{f' And {more} more.' if more else ''}"
