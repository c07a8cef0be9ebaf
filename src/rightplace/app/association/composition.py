"""Reading who lives where: Census ethnic group and deprivation by area, as published.

For the audit of forecasts alone. Nothing here is ever handed to a method: a model reads place
features, which refuse these words (`rightplace.forecast.features`).
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rightplace.errors import BadInputError, NotHeldError
from rightplace.forecast.features import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

_SIGNS = re.compile(r"[^a-z0-9]+")
_MADE_UP = re.compile(r"Field\d+")  # what the reader of sheets calls a column without a heading
_CODES = {"geographycode", "areacode", "gsscode", "mnemonic", "cellid"}
_TOTALS = {"allusualresidents", "allresidents", "usualresidents", "total", "residents"}
_BEFORE_HEADER = 30
_PREFIX = re.compile(r"^\s*ethnic group[^:]*:\s*", re.IGNORECASE)
# Counts are published with small changes that keep persons unknown; sums may differ by so much.
_SUM_TOLERANCE = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A table of text with a heading for codes of areas."""

    name: str
    code: int
    header: tuple[str, ...]
    rows: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Composition:
    """Residents of cells by ethnic group; NaN where the file has no such cell.

    Parameters
    ----------
    residents
        Shape (n_cells,).
    groups
        Names of the groups, broad ones first.
    shares
        Shape (n_groups, n_cells), 0 to 1.
    broad
        How many of the groups are broad: the first word of the published ones, summed.
    sheet
        Which table of the file was read.
    """

    residents: NDArray[np.float64]
    groups: tuple[str, ...]
    shares: NDArray[np.float64]
    broad: int
    sheet: str


def read_composition(path: Path, *, cell_ids: Sequence[str]) -> Composition:
    """Return the ethnic groups of some cells from a published table of counts.

    The file is a workbook (.xlsx, .ods), .csv or .parquet with one row for each area, a column
    of codes, one of all residents and one for each group. Of several sheets that one is read
    which has most of the cells; one of changes between two years is passed over.

    Parameters
    ----------
    path
        The file.
    cell_ids
        Codes of the cells, in their order.

    Raises
    ------
    BadInputError
        If no sheet is such a table, or groups do not add up to all residents.
    """
    read = [found for sheet in sheets(path) if (found := _composition(sheet, cell_ids)) is not None]
    if not read:
        msg = "No sheet has codes of these cells, a column of all residents and one a group."
        remedy = "Give the table of ethnic group by area as published, codes as the study area's."
        raise BadInputError(msg, file=path, remedy=remedy)
    # Of sheets that have as many of the cells the last, which publishers give the newest year.
    best = max(reversed(read), key=lambda found: int(np.isfinite(found.residents).sum()))
    off = np.abs(best.shares[best.broad :].sum(axis=0) - 1) > _SUM_TOLERANCE
    small = best.residents < 1 / _SUM_TOLERANCE
    if (off & ~small).any():
        msg = f"Groups of {shown(best.sheet)} do not add up to all residents."
        remedy = "Keep the detailed groups only, or the broad ones only."
        raise BadInputError(msg, file=path, remedy=remedy)
    return best


def read_deprivation(path: Path, *, cell_ids: Sequence[str]) -> NDArray[np.float64]:
    """Return how deprived some cells are, higher for more deprived, shape (n_cells,).

    From the Index of Multiple Deprivation's score, else its rank, else its decile (1 is the most
    deprived in both). NaN where the file has no such cell.

    Parameters
    ----------
    path
        Workbook, .csv or .parquet with a column of codes.
    cell_ids
        Codes of the cells, in their order.

    Raises
    ------
    BadInputError
        If no sheet has codes of the cells and such a column.
    """
    for sheet in sheets(path):
        plain = [_plain(head) for head in sheet.header]
        for word, sign in (("score", 1.0), ("rank", -1.0), ("decile", -1.0)):
            for column, head in enumerate(plain):
                if word in head and ("imd" in head or "multipledeprivation" in head):
                    values = sign * _column(sheet, column, cell_ids)
                    if np.isfinite(values).any():
                        return values
    msg = "No sheet has codes of these cells and the Index of Multiple Deprivation."
    remedy = "Give a table with a column of its score, rank or decile, as published."
    raise BadInputError(msg, file=path, remedy=remedy)


def sheets(path: Path) -> Iterator[Sheet]:
    """Yield the tables of a file that have a column of area codes.

    Raises
    ------
    NotHeldError
        If there is no such file.
    BadInputError
        If it cannot be read as a table.
    """
    if not path.is_file():
        msg = "There is no such file."
        raise NotHeldError(msg, file=path, remedy="Check the path.")
    readers = {".csv": _of_csv, ".parquet": _of_parquet, ".xlsx": _of_book, ".ods": _of_book}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        msg = f"A file ending in {path.suffix or 'nothing'} is not read."
        raise BadInputError(msg, file=path, remedy=f"Give one of {', '.join(readers)}.")
    for name, rows in reader(path):
        sheet = _sheet(name, rows)
        if sheet is not None:
            yield sheet


def _of_csv(path: Path) -> Iterator[tuple[str, list[list[str]]]]:
    """Yield the one table of a CSV file.

    Raises
    ------
    BadInputError
        If it is not UTF-8, or no CSV.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield path.stem, list(csv.reader(file))
    except (UnicodeDecodeError, csv.Error) as error:
        msg = f"The file is no CSV in UTF-8 ({error})."
        raise BadInputError(msg, file=path, remedy="Save it as CSV in UTF-8.") from error


def _of_parquet(path: Path) -> Iterator[tuple[str, list[list[str]]]]:
    """Yield the one table of a Parquet file.

    Raises
    ------
    BadInputError
        If it is none.
    """
    import pyarrow as pa
    from pyarrow import parquet

    try:
        yield path.stem, _text(parquet.read_table(path))
    except pa.ArrowInvalid as error:
        msg = "The file is no Parquet table."
        raise BadInputError(msg, file=path, remedy="Fetch it again.") from error


def _of_book(path: Path) -> Iterator[tuple[str, list[list[str]]]]:
    """Yield each sheet of a workbook.

    Raises
    ------
    BadInputError
        If it is none.
    """
    import pyogrio
    from pyogrio.errors import DataLayerError, DataSourceError

    try:
        for name, _ in pyogrio.list_layers(path):
            _, table = pyogrio.read_arrow(path, layer=name, read_geometry=False)
            yield str(name), _text(table)
    except (DataSourceError, DataLayerError) as error:
        msg = "The file is no workbook that can be read."
        raise BadInputError(msg, file=path, remedy="Save the sheet as CSV.") from error


def _text(table: object) -> list[list[str]]:
    """Return an Arrow table as rows of text, its headings first."""
    import pyarrow as pa

    if not isinstance(table, pa.Table):
        return []
    columns = [
        ["" if value is None else str(value) for value in column.to_pylist()]
        for column in table.columns
    ]
    return [list(table.column_names), *(list(row) for row in zip(*columns, strict=True))]


def _sheet(name: str, rows: list[list[str]]) -> Sheet | None:
    """Return a table from the row on whose headings have one for codes, if there is any."""
    for number, row in enumerate(rows[:_BEFORE_HEADER]):
        plain = [_plain(head) for head in row]
        code = next((i for i, head in enumerate(plain) if _is_code(head)), None)
        if code is None:
            continue
        under = rows[number + 1 :]
        header = tuple("" if _MADE_UP.fullmatch(head) else " ".join(head.split()) for head in row)
        return Sheet(
            name=name,
            code=code,
            header=header,
            rows={r[code].strip(): tuple(r) for r in under if len(r) == len(row)},
        )
    return None


def _plain(head: str) -> str:
    return _SIGNS.sub("", head.casefold())


def _is_code(head: str) -> bool:
    return head in _CODES or (
        head.startswith(("lsoa", "ward", "wd"))
        and head.endswith(("code", "cd", "code2011", "code2021"))
    )


def _column(sheet: Sheet, column: int, cell_ids: Sequence[str]) -> NDArray[np.float64]:
    """Return a column's numbers for some cells, shape (n_cells,); NaN where there is none."""
    values = np.full(len(cell_ids), np.nan)
    for cell, code in enumerate(cell_ids):
        row = sheet.rows.get(code)
        if row is not None:
            values[cell] = _number(row[column])
    return values


def _number(text: str) -> float:
    try:
        value = float(text.replace(",", ""))
    except ValueError:
        return float("nan")
    return value if np.isfinite(value) else float("nan")


def _composition(sheet: Sheet, cell_ids: Sequence[str]) -> Composition | None:
    """Return what a sheet says of some cells, or None where it is no table of counts."""
    plain = [_plain(head) for head in sheet.header]
    total = next((i for i, head in enumerate(plain) if head in _TOTALS), None)
    if total is None:
        return None
    residents = _column(sheet, total, cell_ids)
    known = residents > 0
    counts = {
        _PREFIX.sub("", head): values
        for column, head in enumerate(sheet.header)
        if head and column not in {sheet.code, total}
        for values in [_column(sheet, column, cell_ids)]
        if np.isfinite(values[known]).all()
    }
    found = np.array(list(counts.values()))
    if not known.any() or not counts or (found[:, known] < 0).any():
        return None
    residents = np.where(known, residents, np.nan)
    words = [name.split()[0].strip(",:;") for name in counts]
    broad = tuple(dict.fromkeys(words)) if len(set(words)) < len(words) else ()
    summed = [found[[word == each for word in words]].sum(axis=0) for each in broad]
    every = np.concatenate([np.reshape(summed, (len(broad), -1)), found]) if broad else found
    return Composition(
        residents=residents,
        groups=(*(f"{each} (all)" for each in broad), *counts),
        shares=every / residents,
        broad=len(broad),
        sheet=sheet.name,
    )
