"""From the bytes of a file to a table of text with a row number: nothing is judged yet.

A row that is not a row (too many or too few fields) is set aside with its text; everything
else comes out as published. Row 1 is the first row of data.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pa_parquet

from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from rightplace.crime.mapping import Mapping
    from rightplace.crime.sources import Member, SourceFile

ROW = "row_number"
_WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, slots=True, kw_only=True)
class RawTable:
    """A file as published.

    Parameters
    ----------
    rows
        Columns as published, and ``row_number`` counted from 1.
    malformed
        Row number and text of each row whose fields do not fit the header; of searches no text.
    """

    rows: pa.Table
    malformed: tuple[tuple[int, str], ...] = ()

    @property
    def read(self) -> int:
        """Rows read, whole or not."""
        return int(self.rows.num_rows) + len(self.malformed)


def _check_width(content: bytes, *, file: str) -> None:
    """Check that a file does not say that each of its letters takes two bytes.

    Raises
    ------
    BadInputError
        If it begins with the mark of UTF-16.
    """
    if content.startswith(_WIDE_MARKS):
        msg = "The file is written in UTF-16, not in UTF-8."
        raise BadInputError(msg, file=file, remedy="Save it as CSV in UTF-8.")


def decode(content: bytes, *, encoding: str, file: str) -> str:
    """Return a file's text without its byte-order mark.

    Raises
    ------
    BadInputError
        If the bytes are not in that encoding; names the line as row, and the bytes.
    """
    _check_width(content, file=file)
    try:
        return content.removeprefix(codecs.BOM_UTF8).decode(encoding)
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start)
        value = content[max(0, error.start - 20) : error.end + 20].decode("latin-1")
        msg = f"Byte {content[error.start]:#x} is not {encoding}."
        remedy = 'Save it as UTF-8, or set encoding = "cp1252" (or its own) in a mapping.'
        raise BadInputError(msg, file=file, row=row, value=value, remedy=remedy) from error


def _header(text: str, *, delimiter: str) -> tuple[list[str], int]:
    """Return the names in the first line, and how many lines a quoted name spreads it over."""
    reader = csv.reader(io.StringIO(text[:65_536]), delimiter=delimiter)
    return [name.strip() for name in next(reader, [])], reader.line_num


def columns_of(source: SourceFile) -> list[str]:
    """Return a file's columns, cheaply, so that its publisher can be recognised.

    Raises
    ------
    BadInputError
        If it is empty.
    """
    if source.form == "parquet":
        return list(_parquet_schema(source).names)
    if source.form == "json":
        return _json_columns(source)
    content = source.members[0].load()
    _check_width(content, file=source.name)
    text = content.removeprefix(codecs.BOM_UTF8)[:65_536].decode("latin-1")
    if not text.strip():
        msg = "The file is empty."
        raise BadInputError(msg, file=source.name, remedy="Fetch or export it again.")
    first = text.splitlines()[0]
    delimiter = max(",;\t|", key=first.count)
    return _header(text, delimiter=delimiter)[0]


def _json_columns(source: SourceFile) -> list[str]:
    """Return the names in the first record of JSON replies, of which any may be empty.

    Raises
    ------
    BadInputError
        If no reply holds a record.
    """
    for member in source.members:
        records = _records(member.load(), file=_member_name(source, member))
        if records:
            return list(_flatten(records[0]))
    msg = "The JSON holds no record."
    raise BadInputError(msg, file=source.name, remedy="Fetch it again.")


def _member_name(source: SourceFile, member: Member) -> str:
    return f"{source.name}!{member.name}" if len(source.members) > 1 else source.name


def _parquet_schema(source: SourceFile) -> pa.Schema:
    """Return a Parquet file's schema.

    Raises
    ------
    BadInputError
        If it is no whole Parquet file.
    """
    where = source.path or io.BytesIO(source.members[0].load())
    try:
        return pa_parquet.read_schema(where)
    except (pa.ArrowException, OSError) as error:
        msg = f"This is not a whole Parquet file: {str(error).splitlines()[0]}"
        raise BadInputError(msg, file=source.name, remedy="Fetch or copy it again.") from error


def _check_columns(have: list[str], mapping: Mapping, *, file: str) -> None:
    """Check that a file has the columns its mapping reads, and each once.

    Raises
    ------
    BadInputError
        If columns are missing or repeated.
    """
    from rightplace.core.suggest import did_you_mean  # noqa: PLC0415 - only for a message

    missing = sorted(_named(mapping) - set(have))
    if missing and mapping.format != "json":  # the API leaves out what it has not
        msg = f"Columns are missing: {', '.join(map(repr, missing))}."
        hint = did_you_mean(missing[0], have)
        remedy = f"{hint} A mapping can name the columns of this file (--mapping)."
        raise BadInputError(msg, file=file, row=0, value=", ".join(have), remedy=remedy)
    repeated = sorted({name for name in have if have.count(name) > 1})
    if repeated:
        msg = f"Columns stand twice: {', '.join(map(repr, repeated))}."
        raise BadInputError(msg, file=file, row=0, remedy="Rename one of each.")


def _named(mapping: Mapping) -> set[str]:
    """Return the columns of a file that its mapping names."""
    population = mapping.population
    return {
        *mapping.columns.values(),
        *(c for c in (population.force_column, population.apart_column) if c),
        *(c for c in (population.extent_column, mapping.record_id) if c),
    }


def _read_csv(source: SourceFile, mapping: Mapping) -> RawTable:
    """Return a CSV file as text columns; of searches those alone that the mapping names.

    A force's file of searches may say who was searched. Nothing of that is read, nor kept of
    rows in which no field can be told from another.

    Raises
    ------
    BadInputError
        If it cannot be read as CSV.
    """
    text = decode(source.members[0].load(), encoding=mapping.encoding, file=source.name)
    if not text.strip():
        msg = "The file is empty."
        raise BadInputError(msg, file=source.name, remedy="Fetch or export it again.")
    text = text if text.endswith("\n") else text + "\n"
    names, lines = _header(text, delimiter=mapping.delimiter)
    _check_columns(names, mapping, file=source.name)
    malformed: list[tuple[int, str]] = []
    is_of_persons = mapping.kind == "searches"
    wanted = [name for name in names if not is_of_persons or name in _named(mapping)]

    def set_aside(row: pa_csv.InvalidRow) -> str:
        malformed.append((row.number - lines, "" if is_of_persons else row.text))
        return "skip"

    try:
        rows = pa_csv.read_csv(
            io.BytesIO(text.encode()),
            read_options=pa_csv.ReadOptions(use_threads=False, column_names=names, skip_rows=lines),
            parse_options=pa_csv.ParseOptions(
                delimiter=mapping.delimiter,
                newlines_in_values=True,
                invalid_row_handler=set_aside,
                ignore_empty_lines=True,
            ),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(wanted, pa.string()),
                include_columns=wanted,
                strings_can_be_null=True,
                null_values=[""],
                quoted_strings_can_be_null=True,
            ),
        )
    except pa.ArrowInvalid as error:
        msg = f"It cannot be read as CSV: {error}"
        raise BadInputError(msg, file=source.name, remedy="Export it again as CSV.") from error
    raw = RawTable(rows=_numbered(rows, malformed), malformed=tuple(malformed))
    if text.count('"') % 2:
        _check_last_quote(raw, file=source.name)
    return raw


def _check_last_quote(raw: RawTable, *, file: str) -> None:
    """Check that no quote runs to the end of the file and swallows the rows after it.

    Raises
    ------
    BadInputError
        If one does: its value then holds the file's last newline.
    """
    numbers = raw.rows[ROW]
    last = numbers[-1].as_py() if len(numbers) else 0
    cells = raw.rows.drop_columns([ROW]).slice(len(numbers) - 1).to_pylist() if last else []
    swallowed = [v for row in cells for v in row.values() if v and v.endswith("\n")]
    if raw.malformed and raw.malformed[-1][0] > last:
        last, text = raw.malformed[-1]
        swallowed = [text] if "\n" in text else []
    if swallowed:
        msg = "A quote opens here and never closes; it would swallow every row after it."
        raise BadInputError(
            msg, file=file, row=last, value=swallowed[0], remedy="Close it, or double it."
        )


def _numbered(rows: pa.Table, malformed: list[tuple[int, str]]) -> pa.Table:
    """Add row numbers of the file, leaving out those of malformed rows."""
    import numpy as np  # noqa: PLC0415 - beside its one use

    total = rows.num_rows + len(malformed)
    whole = np.ones(total, dtype=bool)
    whole[[number - 1 for number, _ in malformed]] = False
    numbers = np.flatnonzero(whole).astype(np.int32) + 1
    return rows.append_column(ROW, pa.array(numbers))


def _flatten(record: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in record.items():
        if isinstance(value, dict):
            flat |= _flatten(value, f"{prefix}{key}.")
        else:
            flat[f"{prefix}{key}"] = value
    return flat


def _records(content: bytes, *, file: str) -> list[dict[str, Any]]:
    """Return the records of a JSON reply.

    Raises
    ------
    BadInputError
        If it is not a list of objects, or is cut short.
    """
    try:
        records = json.loads(content)
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        msg = f"The JSON is damaged or cut short: {error}."
        raise BadInputError(msg, file=file, remedy="Fetch it again.") from error
    if not isinstance(records, list) or not all(isinstance(r, dict) for r in records):
        msg = "The JSON is not a list of records."
        raise BadInputError(msg, file=file, value=str(records)[:60], remedy="Fetch it again.")
    return records


def _json_text(value: object) -> str | None:
    if value is None or value == "":
        return None
    return value if isinstance(value, str) else json.dumps(value)


def _read_json(source: SourceFile, mapping: Mapping) -> RawTable:
    flat: list[dict[str, Any]] = []
    for member in source.members:
        records = _records(member.load(), file=_member_name(source, member))
        flat.extend(_flatten(record) | {"member": member.name} for record in records)
    names = sorted({name for record in flat for name in record} | set(mapping.columns.values()))
    columns = {name: [_json_text(record.get(name)) for record in flat] for name in names}
    table = pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})
    return RawTable(rows=_numbered(table, []))


def _read_parquet(source: SourceFile, mapping: Mapping) -> RawTable:
    """Return a Parquet file as it is.

    Raises
    ------
    BadInputError
        If its pages cannot be read.
    """
    _check_columns(list(_parquet_schema(source).names), mapping, file=source.name)
    where = source.path or io.BytesIO(source.members[0].load())
    try:
        rows = pa_parquet.read_table(where)
    except (pa.ArrowException, OSError) as error:
        msg = f"This is not a whole Parquet file: {str(error).splitlines()[0]}"
        raise BadInputError(msg, file=source.name, remedy="Fetch or copy it again.") from error
    return RawTable(rows=_numbered(rows, []))


def read(source: SourceFile, mapping: Mapping) -> RawTable:
    """Return a file as a table of what was published, by the form it has.

    Of searches only columns that the mapping names are kept: others may say who was searched.
    """
    readers = {"csv": _read_csv, "json": _read_json, "parquet": _read_parquet}
    raw = readers[source.form](source, mapping)
    if mapping.kind != "searches":
        return raw
    kept = [name for name in raw.rows.column_names if name in _named(mapping) or name == ROW]
    return RawTable(rows=raw.rows.select(kept), malformed=raw.malformed)
