"""Rows that could not be used: kept as published, each with its reason, never lost."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from rightplace.core.files import storage_faults, write_whole
from rightplace.crime.normalise import REASONS
from rightplace.crime.points import WGS84, degrees
from rightplace.crime.reading import ROW
from rightplace.crime.wide import CELL
from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import ibis

    from rightplace.crime.holdings import Entry
    from rightplace.crime.mapping import Mapping
    from rightplace.crime.reading import RawTable
    from rightplace.engines.engine import Engine
    from rightplace.engines.store import Store, Writer

# Above this share a file is not untidy but read wrongly (METHODS names no figure; ours).
LARGEST_SHARE = 0.2
NONE_FOUND = pa.schema([("row_number", pa.int32()), ("reason", pa.string())]).empty_table()
SCHEMA = pa.schema(
    [("row_number", pa.int32()), ("reason", pa.string()), ("published", pa.string())]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """The quarantined rows of one file: number, reason, and the row as published, as JSON."""

    rows: pa.Table

    @property
    def counts(self) -> dict[str, int]:
        """Rows by reason."""
        return dict(sorted(Counter(self.rows["reason"].to_pylist()).items()))


def collect(
    engine: Engine,
    faulty: ibis.Table | None,
    raw: RawTable,
    *,
    source: str,
    mapping: Mapping,
) -> SetAside:
    """Return the rows of a file that cannot be used, as they were published.

    A file of which more than a fifth fails for one reason was read wrongly as a whole: it is
    refused as bad input, naming its first such row, before any row is copied.

    Parameters
    ----------
    engine
        Where the query runs.
    faulty
        Rows with a reason; None where every whole row was found sound.
    raw
        The file as published, with its malformed rows.
    source, mapping
        Name of the file and how it was read, for the message.
    """
    # Several numbers may stand in one row of a file: then each has its own number beside.
    key = CELL if CELL in raw.rows.column_names else ROW
    found = NONE_FOUND
    if faulty is not None:
        found = engine.run(faulty.select(*dict.fromkeys((key, ROW)), "reason").order_by(key))
    _check_share(found, raw, key=key, source=source, mapping=mapping)
    numbers = found[ROW].to_pylist()
    positions = _positions(raw.rows[key], found[key].to_pylist() if numbers else [])
    published = raw.rows.drop_columns([ROW]).take(pa.array(positions, pa.int64())).to_pylist()
    lines: list[tuple[int, str, str]] = [
        (number, reason, _json(row))
        for number, reason, row in zip(numbers, found["reason"].to_pylist(), published, strict=True)
    ]
    lines += [(number, "malformed_row", _json({"text": text})) for number, text in raw.malformed]
    columns = list(zip(*sorted(lines), strict=True)) or [(), (), ()]
    return SetAside(rows=pa.table([pa.array(c) for c in columns], schema=SCHEMA))


def _check_share(
    found: pa.Table, raw: RawTable, *, key: str, source: str, mapping: Mapping
) -> None:
    """Check that a file is not read wrongly as a whole.

    Raises
    ------
    BadInputError
        If more than a fifth of its rows fail for one reason; names the first of them.
    """
    counts = Counter(found["reason"].to_pylist())
    counts["malformed_row"] += len(raw.malformed)
    for reason, count in sorted(counts.items()):
        if count <= LARGEST_SHARE * raw.read or reason == "stub_month":
            continue
        number, published = _first(found, raw, key=key, reason=reason)
        alike = f"{count:,} of {raw.read:,} rows fail alike ({REASONS[reason]})"
        msg = f"{alike}, read with mapping {mapping.name}."
        raise BadInputError(
            msg,
            file=source,
            row=number,
            value=_value(published, reason, mapping),
            remedy=_remedy(published, reason, mapping),
        )


def _first(found: pa.Table, raw: RawTable, *, key: str, reason: str) -> tuple[int, dict[str, Any]]:
    """Return the number and the published cells of the first row with a reason."""
    place = pc.index(found["reason"], reason).as_py()
    if place < 0:
        number, text = min(raw.malformed)
        return number, {"text": text}
    position = _positions(raw.rows[key], [found[key][place].as_py()])[0]
    return found[ROW][place].as_py(), raw.rows.slice(position, 1).to_pylist()[0]


def _positions(column: pa.ChunkedArray, numbers: list[int]) -> list[int]:
    """Return where in a column of rising numbers these, in order, stand."""
    import numpy as np  # noqa: PLC0415 - beside its one use

    positions: list[int] = np.searchsorted(column.to_numpy(), numbers).tolist()
    return positions


def _json(row: dict[str, Any]) -> str:
    shown = {key: value for key, value in row.items() if value is not None}
    return json.dumps(shown, ensure_ascii=False, default=str)


def _value(published: dict[str, Any], reason: str, mapping: Mapping) -> str:
    """Return the published words that a reason is about."""
    targets = {
        "bad_date": ("month", "occurred_from", "occurred_from_date", "started_at"),
        "missing_date": ("month", "occurred_from", "occurred_from_date", "started_at"),
        "ends_before_start": ("occurred_from", "occurred_to", "occurred_to_date"),
        "unknown_category": ("category", "minor"),
        "missing_category": ("category", "minor"),
        "bad_coordinates": ("lon", "lat"),
        "coordinates_outside": ("lon", "lat"),
        "bad_number": ("victims", "recorded", "officers", "staff", "pcsos"),
    }.get(reason, ())
    names = [mapping.source(target) for target in targets]
    return ", ".join(str(published.get(name, "")) for name in names if name) or str(published)


def _remedy(published: dict[str, Any], reason: str, mapping: Mapping) -> str:
    """Return what to do about a file that fails as a whole."""
    if reason == "coordinates_outside":
        return _point_remedy(published, mapping)
    if reason in {"bad_date", "missing_date"}:
        pattern = mapping.datetime_format or mapping.date_format
        return (
            f"The mapping reads dates as {pattern}: are day and month the other way round? "
            f"Mend the format in a mapping and name it with --mapping."
        )
    if reason in {"unknown_category", "missing_category"}:
        return "Give the words their offence classes under [category_words] in a mapping."
    return "Mend the file or its mapping."


def _point_remedy(published: dict[str, Any], mapping: Mapping) -> str:
    try:
        x = float(published.get(mapping.source("lon") or "", "nan"))
        y = float(published.get(mapping.source("lat") or "", "nan"))
    except ValueError:
        return "Mend the coordinates."
    west, south, east, north = mapping.bounds or (-180.0, -90.0, 180.0, 90.0)
    lon, lat = degrees(y, x, crs=mapping.crs)
    if west <= lon <= east and south <= lat <= north:
        return "The two coordinates look swapped: exchange lon and lat in a mapping."
    could_be_degrees = abs(x) <= 180 and abs(y) <= 90  # noqa: PLR2004 - the whole circle
    if mapping.crs == WGS84 and not could_be_degrees:
        return "These are no degrees: say which system they are in (crs = 27700, say) in a mapping."
    if mapping.crs != WGS84 and could_be_degrees:
        return "These look like degrees: set crs = 4326 in a mapping."
    return "Mend crs or bounds in a mapping."


def write(store: Store, writer: Writer, entry_id: str, set_aside: SetAside) -> None:
    """Write a file's quarantined rows, where there are any."""
    import pyarrow.parquet as pq  # noqa: PLC0415 - beside its one use

    if set_aside.rows.num_rows == 0:
        return
    final = store.quarantine_path(entry_id)
    part = writer.part(final)
    with storage_faults(final, part):
        pq.write_table(set_aside.rows, part, compression="zstd")
    writer.settle(part, final)


def export(store: Store, entries: Sequence[Entry], out: Path | None) -> int:
    """Write the quarantined rows of entries to a CSV file and return how many there are.

    Parameters
    ----------
    store
        Where they are kept.
    entries
        The files they came from.
    out
        The CSV file: file, row, reason, what the reason means, and the row as published, as
        JSON. None counts them and writes nothing.
    """
    import pyarrow.parquet as pq  # noqa: PLC0415 - beside its one use

    rows = [
        (entry.path, row["row_number"], row["reason"], REASONS[row["reason"]], row["published"])
        for entry in entries
        if (path := store.quarantine_path(entry.entry_id)).exists()
        for row in pq.read_table(path).to_pylist()
    ]
    if out is not None:
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(("file", "row", "reason", "meaning", "published"))
        writer.writerows(rows)
        write_whole(out, text.getvalue().encode())
    return len(rows)
