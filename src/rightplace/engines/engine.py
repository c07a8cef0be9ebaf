"""One engine of set-wise work: Ibis expressions on DuckDB, in process.

Expressions are written once, in Ibis, by the rooms above; an engine says only how to open a
table and how to run an expression. Nothing above this room names DuckDB.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import RLock
from typing import TYPE_CHECKING, Any

import duckdb
import ibis

from rightplace.core.files import storage_faults
from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import pyarrow as pa


class _Quoted(str):
    """A path whose ``repr``, which Ibis writes into SQL, is SQL's text and not Python's."""

    __slots__ = ()

    def __str__(self) -> str:
        """Return itself, so that Ibis keeps it."""
        return self

    def __repr__(self) -> str:
        """Return the path between single quotes, those within it doubled."""
        doubled = self.replace("'", "''")
        return f"'{doubled}'"


@contextmanager
def _stoppable() -> Iterator[None]:
    """Let somebody stop a query as any other work: DuckDB tells it as an error of its own.

    Raises
    ------
    KeyboardInterrupt
        If the query was stopped.
    RuntimeError
        If it failed otherwise.
    """
    try:
        yield
    except RuntimeError as error:
        if "interrupted" in str(error).lower():
            raise KeyboardInterrupt from error
        raise


_AS_CSV = "Save it as CSV in UTF-8 with commas and as many cells in each row as in the header."


def _csv_fault(error: Exception) -> dict[str, Any]:
    """Return what is wrong with a file of rows, with the row where the engine tells it."""
    first, *others = str(error).splitlines()
    line = re.search(r"Line: (\d+)", first)
    # The line itself may hold what no message should.
    said = [text for text in others if text.strip() and not text.startswith("Original Line")]
    reason = said[0].strip(" .") if line and said else first.partition(": ")[2] or first
    message = f"The file cannot be read as a table ({reason})."
    return {"message": message, "row": None if line is None else int(line[1]) - 1}


@dataclass(frozen=True, slots=True)
class Engine:
    """DuckDB through Ibis, with memory and threads bounded.

    Its connection does one thing at a time: who asks from another thread, such as a second person
    of the service, waits for their turn.

    Parameters
    ----------
    memory
        Most memory the engine may take, as DuckDB writes it.
    threads
        Threads it may use.
    """

    memory: str = "1500MB"
    threads: int = 2
    _connection: Any = field(init=False, repr=False)
    _turn: RLock = field(init=False, repr=False, compare=False, default_factory=RLock)

    def __post_init__(self) -> None:
        """Open the connection; tables live in files, never in it.

        Raises
        ------
        BadInputError
            If memory or threads cannot be had.
        """
        try:
            connection = ibis.duckdb.connect(memory_limit=self.memory, threads=self.threads)
        except (duckdb.Error, ValueError) as error:
            msg = f"The engine cannot run on memory {self.memory!r} and threads {self.threads}."
            remedy = "Write memory as 1500MB or 2GB, and one thread or more, under [engine]."
            raise BadInputError(msg, value=self.memory, remedy=remedy) from error
        connection.raw_sql("SET TimeZone = 'UTC'")
        object.__setattr__(self, "_connection", connection)

    def parquet(
        self, paths: Sequence[Path], *, row_numbers: bool = False, by_name: bool = False
    ) -> ibis.Table:
        """Return Parquet files as one table.

        Parameters
        ----------
        paths
            Files with the same columns, if not ``by_name``.
        row_numbers
            Whether to add ``file_row_number``, counted from 0 in each file.
        by_name
            Whether a column that a file has not is null in its rows.

        Raises
        ------
        BadInputError
            If one is missing or damaged.
        """
        options = {"file_row_number": row_numbers, "union_by_name": by_name}
        options = {name: True for name, is_on in options.items() if is_on}
        try:
            with self._turn:
                table: ibis.Table = self._connection.read_parquet(
                    [str(p) for p in paths], **options
                )
        except (duckdb.IOException, duckdb.InvalidInputException) as error:
            reason = str(error).splitlines()[0]
            msg = f"A table of the workspace is missing or damaged ({reason})."
            remedy = "Bring it back from a backup, or ingest the files into a new workspace."
            raise BadInputError(msg, remedy=remedy) from error
        return table

    def csv(self, path: Path, names: Sequence[str]) -> ibis.Table:
        """Return a CSV file as a table of texts, in the order of its rows.

        Parameters
        ----------
        path
            A file in UTF-8 with commas, plain or ending in ``.gz``; its rows are read when the
            expression runs, and a faulty one is told then.
        names
            What its columns are called; its first row, the header, is not read.

        Raises
        ------
        BadInputError
            If it cannot be opened as such.
        """
        try:
            table: ibis.Table = self._connection.read_csv(
                str(path),
                columns=dict.fromkeys(names, "VARCHAR"),
                auto_detect=False,  # what it would guess, it would guess from the first rows
                header=True,
                delim=",",
                quote='"',
                escape='"',
            )
        except duckdb.Error as error:
            raise BadInputError(**_csv_fault(error), file=path, remedy=_AS_CSV) from error
        return table

    def batches(
        self, expression: ibis.Table, *, file: Path, rows: int = 500_000
    ) -> Iterator[pa.RecordBatch]:
        """Yield the rows of an expression over a file, so many at a time, in the file's order.

        Parameters
        ----------
        expression
            What to compute.
        file
            The file that it reads, for messages.
        rows
            Rows in a batch, at most.

        Raises
        ------
        BadInputError
            If a row of the file cannot be read.
        """
        try:
            with _stoppable():
                # Not Ibis's own batches: they call what DuckDB says it will drop.
                asked = self._connection.raw_sql(self._connection.compile(expression))
                yield from asked.to_arrow_reader(rows)
        except (duckdb.Error, OSError) as error:
            raise BadInputError(**_csv_fault(error), file=file, remedy=_AS_CSV) from error

    def arrow(self, table: pa.Table) -> ibis.Table:
        """Return an Arrow table as an expression, without a copy."""
        return ibis.memtable(table)

    def run(self, expression: ibis.Table) -> pa.Table:
        """Compute an expression and return it as an Arrow table."""
        with self._turn, _stoppable():
            result: pa.Table = self._connection.to_pyarrow(expression)
        return result

    def write(self, expression: ibis.Table, path: Path) -> None:
        """Compute an expression and write it to a Parquet file, in its own order.

        A refused write raises ``StorageError`` and leaves no part of the file behind.
        """
        with storage_faults(path, path, also=(duckdb.IOException,)), self._turn, _stoppable():
            self._connection.to_parquet(expression, _Quoted(path), compression="zstd")
