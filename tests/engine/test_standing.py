"""What stands, and what each source covers, is the same by engine and by plain reference."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import given, settings
from hypothesis import strategies as st

from rightplace.core.time import Month
from rightplace.crime.coverage import coverage
from rightplace.crime.holdings import Entry, Partition, holdings
from rightplace.crime.reference import standing as reference_standing
from rightplace.crime.standing import rows_by_entry, standing
from rightplace.engines.engine import Engine
from rightplace.engines.store import Store

Row = dict[str, Any]
ENGINE = Engine(threads=1)
MONTHS = [date(2018, 5, 1), date(2018, 6, 1)]
RELEASES = [None, date(2018, 8, 1), date(2018, 9, 1)]
SCHEMA = pa.schema(
    [
        ("entry", pa.string()),
        ("row_number", pa.int32()),
        ("population", pa.string()),
        ("month", pa.date32()),
        ("reference", pa.string()),
        ("status", pa.string()),
    ]
)

row = st.fixed_dictionaries(
    {
        "population": st.sampled_from(["p/one/crimes", "p/two/crimes"]),
        "month": st.sampled_from(MONTHS),
        "reference": st.sampled_from(["R1", "R2", None]),
        "status": st.sampled_from(["current", "cancelled", "deleted"]),
    }
)
upload = st.tuples(st.lists(row, max_size=6), st.sampled_from(RELEASES), st.booleans())


def entry_of(number: int, rows: list[Row], *, release: date | None, upsert: bool) -> Entry:
    counts: dict[tuple[str, str], int] = {}
    for each in rows:
        key = (each["population"], f"{each['month']:%Y-%m}")
        counts[key] = counts.get(key, 0) + 1
    return Entry(
        entry_id=f"e{number}",
        kind="crimes",
        path=f"file{number}.csv",
        sha256=str(number),
        mapping="m",
        mapping_sha256="m",
        publisher="p",
        release=release,
        upsert=upsert,
        dense=False,
        read=len(rows),
        quarantined={},
        superseded={},
        partitions=tuple(
            Partition(population=population, month=month, rows=rows)
            for (population, month), rows in sorted(counts.items())
        ),
    )


@settings(max_examples=25, deadline=None)
@given(st.lists(upload, max_size=4), st.sampled_from([None, date(2018, 8, 15)]))
def test_engine_and_reference_agree_on_what_stands(
    uploads: list[tuple[list[Row], date | None, bool]], known_at: date | None
) -> None:
    entries, tables = [], {}
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        (Path(folder) / "tables").mkdir()
        for number, (rows, release, upsert) in enumerate(uploads):
            entry = entry_of(number, rows, release=release, upsert=upsert)
            tables[entry.entry_id] = [
                {"entry": entry.entry_id, "row_number": place, **each}
                for place, each in enumerate(rows, start=1)
            ]
            table = pa.Table.from_pylist(tables[entry.entry_id], schema=SCHEMA)
            pq.write_table(table, store.table_path(entry.entry_id))
            entries.append(entry)
        held = holdings(entries, kind="crimes", known_at=known_at)
        found = standing(ENGINE, store, held)
        ours = [] if found is None else ENGINE.run(found).to_pylist()
        counted = rows_by_entry(ENGINE, found)
    said = reference_standing.standing(tables, held)
    in_order = sorted(ours, key=lambda r: (r["entry"], r["row_number"]))
    assert in_order == sorted(said, key=lambda r: (r["entry"], r["row_number"]))
    assert sum(counted.values()) == len(said)


stood = st.fixed_dictionaries(
    {
        "population": st.sampled_from(["p/one/crimes", "p/two/crimes"]),
        "month": st.sampled_from([Month(2018, n).first for n in (1, 2, 3, 5, 12)]),
        "category": st.sampled_from(["Robbery", "Drugs"]),
        "setting": st.sampled_from(["unknown", "street"]),
        "lon": st.sampled_from([None, -0.1]),
    }
)
CRIMES = pa.schema(
    [
        ("population", pa.string()),
        ("month", pa.date32()),
        ("category", pa.string()),
        ("setting", pa.string()),
        ("lon", pa.float64()),
    ]
)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(stood, st.integers(1, 40)), min_size=1, max_size=8))
def test_engine_and_reference_agree_on_coverage(weighted: list[tuple[Row, int]]) -> None:
    rows = [row for row, times in weighted for _ in range(times)]
    table = pa.Table.from_pylist(rows, schema=CRIMES)
    assert coverage(ENGINE, ibis.memtable(table)) == reference_standing.coverage(rows)
    searches = table.drop_columns(["category", "setting"])
    plain = [{k: r[k] for k in ("population", "month", "lon")} for r in rows]
    assert coverage(ENGINE, ibis.memtable(searches)) == reference_standing.coverage(plain)
