"""Tables with a column for each month, as the London Datastore publishes them: one row a number.

A number keeps the row of the file it stood in; each is read, stored or set aside on its own.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from rightplace.core.time import Month
from rightplace.crime.coverage import stub_months
from rightplace.crime.reading import ROW, RawTable
from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from rightplace.crime.mapping import Mapping

CELL, MONTH, RECORDED, STUB = "cell", "month_written", "recorded_written", "is_stub"


def lengthen(raw: RawTable, mapping: Mapping, *, file: str) -> RawTable:
    """Return a table with one row for each area, offence and month.

    Parameters
    ----------
    raw
        The file as published: a column for each month, or one row for each month already.
    mapping
        Says which columns are months (``month_columns``), or which column names the month.
    file
        The file's name, for messages.

    Returns
    -------
    RawTable
        The publisher's other columns with ``month_written``, ``recorded_written``, ``is_stub``
        (the first of many months is nearly empty, quirk 28), ``row_number`` of the file, and
        ``cell``, which numbers the rows.
    """
    long = (
        _unfolded(raw.rows, mapping, file=file) if mapping.month_columns else _as_is(raw, mapping)
    )
    numbers = pa.array(range(1, long.num_rows + 1), pa.int32())
    return RawTable(rows=long.append_column(CELL, numbers), malformed=raw.malformed)


def _as_is(raw: RawTable, mapping: Mapping) -> pa.Table:
    rows = raw.rows
    for name, target in ((MONTH, "month"), (RECORDED, "recorded")):
        rows = rows.append_column(name, rows[mapping.columns[target]].cast(pa.string()))
    return rows.append_column(STUB, pa.repeat(False, rows.num_rows))  # noqa: FBT003 - a value


def _unfolded(rows: pa.Table, mapping: Mapping, *, file: str) -> pa.Table:
    """Return one row a number, month after month, each in the order of the file.

    Raises
    ------
    BadInputError
        If no column is a month.
    """
    pattern = re.compile(mapping.month_columns or "")
    found = {name: match[1] for name in rows.column_names if (match := pattern.fullmatch(name))}
    if not found:
        msg = f"No column is a month ({mapping.month_columns})."
        remedy = "Mend month_columns in a mapping."
        raise BadInputError(
            msg, file=file, row=0, value=", ".join(rows.column_names), remedy=remedy
        )
    others = rows.drop_columns(list(found))
    first = _first_is_stub(rows, found)
    parts = [
        others.append_column(MONTH, pa.repeat(written, rows.num_rows))
        .append_column(RECORDED, rows[name].cast(pa.string()))
        .append_column(STUB, pa.repeat(name == first, rows.num_rows))
        for name, written in found.items()
    ]
    return pa.concat_tables(parts).combine_chunks()


def _first_is_stub(rows: pa.Table, found: dict[str, str]) -> str | None:
    """Return the first month's column where it holds less than half of what the next ones do."""
    totals = {name: _total(rows[name]) for name in found}
    months = {Month.from_index(place): totals[name] for place, name in enumerate(found)}
    first = next(iter(found))
    return first if Month.from_index(0) in stub_months(months) else None


def _total(column: pa.ChunkedArray) -> int:
    text = pc.utf8_trim_whitespace(column.cast(pa.string()))
    whole = pc.if_else(pc.match_substring_regex(text, r"^\d{1,9}$"), text, None)
    return int(pc.sum(whole.cast(pa.int64())).as_py() or 0)


__all__ = ["CELL", "MONTH", "RECORDED", "ROW", "STUB", "lengthen"]
