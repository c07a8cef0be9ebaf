"""The ping file: read in pieces, judged row by row, and kept in memory without names or texts."""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from rightplace.core.suggest import did_you_mean
from rightplace.errors import BadInputError, NotHeldError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from rightplace.engines.engine import Engine
    from rightplace.evaluate.geofence import Placed
    from rightplace.evaluate.rules import DwellRules, Window

MEANINGS = {
    "crew_id": "The crew, as in the plan.",
    "officer_id": "A pseudonym of the officer or radio; no output holds it.",
    "time": "When, with the offset from UTC.",
    "lon": "Degrees of longitude (WGS84).",
    "lat": "Degrees of latitude (WGS84).",
    "accuracy_m": "Radius in metres that the receiver states; may be empty or left out.",
}
NEEDED = ("crew_id", "officer_id", "time", "lon", "lat")
OPTIONAL = ("accuracy_m",)
_CLOCK = r"^ *[12]\d{3}-[01]\d-[0-3]\d[T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?"
_OFFSET = r"(Z|[+-](0\d|1[0-4]):[0-5]\d) *$"
# Why a row is left out, in the order in which it is asked, and what to do about it.
REASONS = {
    "no_crew": "Name the crew in every row.",
    "no_officer": "Give each officer a pseudonym in every row.",
    "bad_time": "Write times as 2018-07-02T15:00:00+01:00.",
    "no_offset": "Add the offset from UTC, +01:00 say: an hour comes twice when clocks go back.",
    "in_future": "Set the clock of the radio that sent it.",
    "past_retention": "Delete raw pings after 31 days.",
    "outside_period": "Give the pings of the plan's days.",
    "bad_place": "Give degrees, longitude first.",
    "bad_accuracy": "Give metres, or leave the cell empty.",
    "inaccurate": "Nothing: the receiver itself says that it was too far out.",
}


def judged(raw: ibis.Table, window: Window, rules: DwellRules) -> ibis.Table:
    """Return rows of text as pings, each with the reason for which it is left out, or null.

    Columns ``crew_id``, ``officer_id``, ``at`` (whole seconds since 1970), ``lon``,
    ``lat``, ``reason`` and ``said``, the text at fault.

    Parameters
    ----------
    raw
        As text, the columns of ``NEEDED`` and perhaps ``OPTIONAL``.
    window
        The time of which pings are read.
    rules
        How wide a radius is too wide.
    """
    named = {name: raw[name].strip().nullif("") for name in ("crew_id", "officer_id")}
    texts = {
        name: raw[name].nullif("") for name in ("time", "lon", "lat", *OPTIONAL) if name in raw
    }
    rows = raw.select(**({"accuracy_m": ibis.null("string")} | named | texts))
    # Each step is asked once and kept: searching texts is where the time goes.
    full = rows.time.re_search(_CLOCK + _OFFSET).fill_null(False)  # noqa: FBT003 - ibis's signature
    rows = rows.mutate(has_offset=full)
    has_clock = ibis.ifelse(rows.has_offset, ibis.literal(value=True), rows.time.re_search(_CLOCK))
    has_parts = rows.time.contains(".")
    whole = ibis.ifelse(has_parts, rows.time.re_replace(r"\.\d+", ""), rows.time)
    instant = ibis.ifelse(rows.has_offset, whole, None).try_cast("timestamp('UTC')")
    numbers = {name: rows[name].try_cast("float64") for name in ("lon", "lat", "accuracy_m")}
    rows = rows.mutate(
        at=instant.epoch_seconds().cast("int64"),
        has_clock=has_clock.fill_null(False),  # noqa: FBT003 - as above
        **{f"{name}_number": number for name, number in numbers.items()},
    )
    faults = _faults(rows, window, rules)
    return rows.select(
        "crew_id",
        "officer_id",
        "at",
        lon=rows.lon_number,
        lat=rows.lat_number,
        reason=ibis.cases(*((holds, name) for name, holds, _ in faults), else_=None),
        said=ibis.cases(*((holds, said) for _, holds, said in faults), else_=None),
    )


def _faults(
    rows: ibis.Table, window: Window, rules: DwellRules
) -> list[tuple[str, ibis.ir.BooleanValue, ibis.ir.StringValue]]:
    """Return each reason, where it holds, and the text at fault."""
    on_earth = (rows.lon_number.abs() <= 180) & (rows.lat_number.abs() <= 90)  # noqa: PLR2004 - degrees
    timeless = ~rows.has_clock | (rows.has_offset & rows["at"].isnull())
    place = rows.lon.fill_null("") + ", " + rows.lat.fill_null("")
    holds = {
        "no_crew": (rows.crew_id.isnull(), rows.crew_id),
        "no_officer": (rows.officer_id.isnull(), rows.officer_id),
        "bad_time": (timeless, rows.time),
        "no_offset": (~rows.has_offset, rows.time),
        "in_future": (rows["at"] > window.now, rows.time),
        "past_retention": (rows["at"] < window.oldest, rows.time),
        "outside_period": (~rows["at"].between(window.opens, window.closes - 1), rows.time),
        "bad_place": (~on_earth.fill_null(False), place),  # noqa: FBT003 - ibis's signature
        "bad_accuracy": (
            rows.accuracy_m.notnull() & ~(rows.accuracy_m_number >= 0).fill_null(False),  # noqa: FBT003 - as above
            rows.accuracy_m,
        ),
        "inaccurate": (rows.accuracy_m_number > rules.most_accuracy_m, rows.accuracy_m),
    }
    return [(name, *holds[name]) for name in REASONS]


class Fence(Protocol):
    """Says where points are; ``geofence.Geofence`` is one."""

    def place(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> Placed:
        """Return where points in degrees are, each array of shape (n,)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """The first row left out for a reason, and the text at fault."""

    row: int
    value: str | None


@dataclass(kw_only=True, eq=False)
class Pings:
    """Pings of a file that can be used, in memory alone: numbers stand for crews and officers.

    Parameters
    ----------
    file
        The file, for messages.
    crews
        Names of crews by number, the plan's first.
    planned
        How many of them are the plan's.
    read
        Rows in the file.
    left_out
        Rows left out, by reason.
    examples
        The first row of each reason.
    outside_area
        Usable pings outside the study area.
    unknown_crew
        Usable pings of crews that the plan does not know.
    newest
        Second since 1970 of the newest usable ping; None where there is none.
    """

    file: str
    crews: list[str]
    planned: int
    read: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    examples: dict[str, Example] = field(default_factory=dict)
    outside_area: int = 0
    unknown_crew: int = 0
    newest: int | None = None
    table: pa.Table = field(default=None, repr=False)

    def usable(self) -> int:
        """Return how many rows can be used."""
        return self.read - self.left_out.total()


def read_pings(
    engine: Engine,
    path: Path,
    *,
    fence: Fence,
    window: Window,
    rules: DwellRules,
    crews: Sequence[str],
) -> Pings:
    """Return the pings of a CSV or Parquet file; nothing of them is written anywhere.

    A file of which no row can be used is refused as bad input, the first one at fault named.

    Parameters
    ----------
    engine
        Where rows are judged.
    path
        Columns crew_id, officer_id (a pseudonym), time (ISO 8601 with offset), lon, lat and, if
        there, accuracy_m.
    fence
        The study area's cells.
    window
        The time of which pings are read.
    rules
        Which of them can be true.
    crews
        The plan's crews, each once.
    """
    raw = _opened(engine, path)
    found = Pings(file=str(path), crews=list(crews), planned=len(crews))
    crew_of = {name: number for number, name in enumerate(crews)}
    officer_of: dict[str, int] = {}
    parts = []
    for batch in engine.batches(judged(raw, window, rules), file=path):
        good = _account(found, batch.append_column("row", _rows_after(found.read, batch)))
        placed = fence.place(good["lon"].to_numpy(), good["lat"].to_numpy())
        numbers = _numbers(good["crew_id"], crew_of)
        found.outside_area += int((placed.cell < 0).sum())
        found.unknown_crew += int((numbers >= found.planned).sum())
        columns: dict[str, Any] = {
            "row": good["row"],
            "crew": numbers,
            "officer": _numbers(good["officer_id"], officer_of),
            "at": good["at"],
            "x": placed.x,
            "y": placed.y,
            "cell": placed.cell,
        }
        parts.append(pa.table(columns))
    found.crews = list(crew_of)
    _check_usable(found)
    found.table = pa.concat_tables(parts)
    found.newest = pc.max(found.table["at"]).as_py()
    return found


def _numbers(names: pa.Array, known: dict[str, int]) -> NDArray[np.int32]:
    """Return a number for each name; new names get the next."""
    coded = pc.dictionary_encode(names)
    of = [known.setdefault(name, len(known)) for name in coded.dictionary.to_pylist()]
    numbers: NDArray[np.int32] = np.array(of, dtype=np.int32)[coded.indices.to_numpy()]
    return numbers


def _rows_after(read: int, batch: pa.RecordBatch) -> pa.Array:
    """Return the row numbers of a batch; batches come in the order of the file."""
    return pa.array(np.arange(read + 1, read + 1 + batch.num_rows))


def _account(found: Pings, batch: pa.RecordBatch) -> pa.RecordBatch:
    """Add what is left out of a batch to the account, and return the rest."""
    found.read += batch.num_rows
    bad = batch.filter(pc.is_valid(batch["reason"]))
    found.left_out.update(bad["reason"].to_pylist())
    for reason in pc.unique(bad["reason"]).to_pylist():
        here = bad.filter(pc.equal(bad["reason"], reason))
        first = pc.index(here["row"], pc.min(here["row"])).as_py()
        row, said = here["row"][first].as_py(), here["said"][first].as_py()
        if reason not in found.examples or row < found.examples[reason].row:
            found.examples[reason] = Example(row=row, value=said)
    return batch.filter(pc.is_null(batch["reason"]))


def _check_usable(found: Pings) -> None:
    """Check that some row can be used.

    Raises
    ------
    BadInputError
        If none can.
    """
    if found.usable():
        return
    if not found.read:
        msg = "The file has no row."
        raise BadInputError(msg, file=found.file, remedy="Export the pings of the plan's days.")
    reason, count = found.left_out.most_common(1)[0]
    example = found.examples[reason]
    msg = f"None of {found.read:,} rows can be used; {count:,} are left out as {reason}."
    raise BadInputError(
        msg, file=found.file, row=example.row, value=example.value, remedy=REASONS[reason]
    )


def _opened(engine: Engine, path: Path) -> ibis.Table:
    """Return a file as a table of text.

    Raises
    ------
    NotHeldError
        If there is no such file.
    """
    if not path.is_file():
        msg = "There is no such file."
        raise NotHeldError(msg, file=path, remedy="Check --pings.")
    if path.suffix.lower() == ".parquet":
        return _of_parquet(engine, path)
    header = _header(path)
    _check_header(header, path)
    return engine.csv(path, header)


def _of_parquet(engine: Engine, path: Path) -> ibis.Table:
    table = engine.parquet([path])
    _check_header(list(table.columns), path)

    def text(name: str) -> ibis.ir.StringValue:
        column = table[name]
        if column.type().is_timestamp():
            said = column.cast("timestamp('UTC')").strftime("%Y-%m-%dT%H:%M:%S")
            return said + "Z" if column.type().timezone else said
        cast: ibis.ir.StringValue = column.cast("string")
        return cast

    names = [name for name in (*NEEDED, *OPTIONAL) if name in table.columns]
    return table.select(**{name: text(name) for name in names})


def _header(path: Path) -> list[str]:
    """Return the names in the first line.

    Raises
    ------
    BadInputError
        If it is no text in UTF-8.
    """
    opened = gzip.open if path.suffix.lower() == ".gz" else open
    try:
        with opened(path, "rt", encoding="utf-8-sig", newline="") as file:
            names = [name.strip() for name in next(csv.reader(file), [])]
    except (UnicodeDecodeError, csv.Error, gzip.BadGzipFile, EOFError) as error:
        msg = f"The file is no CSV in UTF-8 ({error})."
        raise BadInputError(msg, file=path, row=0, remedy="Save it as CSV in UTF-8.") from error
    return names


def _check_header(header: list[str], path: Path) -> None:
    """Check that each column needed stands once.

    Raises
    ------
    BadInputError
        If not.
    """
    missing = [name for name in NEEDED if header.count(name) != 1]
    if missing:
        name = missing[0]
        times = header.count(name)
        msg = f"The column {name!r} stands {times} times in the header."
        spare = [each for each in header if each not in NEEDED]
        hint = did_you_mean(name, spare) if spare else ""
        remedy = f"{hint} The columns are {', '.join(NEEDED)} and perhaps accuracy_m.".strip()
        raise BadInputError(msg, file=path, row=0, value=",".join(header), remedy=remedy)


def examples_in_words(found: Pings) -> Iterator[str]:
    """Yield, for each reason, how many rows were left out and the first of them."""
    for reason in REASONS:
        if count := found.left_out[reason]:
            first = found.examples[reason]
            said = "" if first.value is None else f" ({first.value!r})"
            rows = "1 row" if count == 1 else f"{count:,} rows"
            yield f"{rows} left out as {reason}, the first row {first.row}{said}."
