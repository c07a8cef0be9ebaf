"""The rows that stand: of all files held, without what a later release or record replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rightplace.crime.holdings import Entry, Holdings
    from rightplace.engines.engine import Engine
    from rightplace.engines.store import Store


def standing(engine: Engine, store: Store, held: Holdings) -> ibis.Table | None:
    """Return the standing rows of a kind as one table, or None where nothing is stored.

    Rows that a later release of the same months replaced are left out; of a feed that sends
    single records again, the newest file's rows of each reference stand, and a record marked
    as deleted stands no more. Cancelled records are kept: they leave demand, not the store.
    """
    entries = [e for e in held.entries if any(p.same_as is None for p in e.partitions)]
    if not entries:
        return None
    # Searches were stored with fewer columns before forces' own records could be taken in.
    grew = any(entry.kind == "searches" for entry in entries)
    table = engine.parquet([store.table_path(e.entry_id) for e in entries], by_name=grew)
    if held.replaced:
        table = table.anti_join(_replaced_table(held), ["entry", "population", "month"])
    if any(e.upsert for e in entries):
        table = _newest_records(table, entries)
    return table


def _replaced_table(held: Holdings) -> ibis.Table:
    rows = sorted(held.replaced)
    months = pa.array([f"{month}-01" for *_, month in rows]).cast(pa.date32())
    return ibis.memtable(
        pa.table(
            {
                "entry": pa.array([entry for entry, *_ in rows]),
                "population": pa.array([population for _, population, _ in rows]),
                "month": months,
            }
        )
    )


def ranks(entries: Sequence[Entry]) -> dict[str, int]:
    """Return each entry's place among releases, the newest highest; a tie goes to the later one."""
    ordered = sorted(range(len(entries)), key=lambda i: (entries[i].order, i))
    return {entries[i].entry_id: rank for rank, i in enumerate(ordered)}


def _newest_records(table: ibis.Table, entries: Sequence[Entry]) -> ibis.Table:
    """Keep the newest file's rows of each reference in feeds that send records again."""
    rank = ranks(entries)
    lookup = ibis.memtable(
        pa.table(
            {
                "entry": pa.array([e.entry_id for e in entries]),
                "release_rank": pa.array([rank[e.entry_id] for e in entries], pa.int32()),
                "sends_again": pa.array([e.upsert for e in entries]),
            }
        )
    )
    ranked = table.inner_join(lookup, "entry")
    same = ibis.window(group_by=["population", "reference"])
    newest = ranked.release_rank == ranked.release_rank.max().over(same)
    stands = (ranked.reference.isnull() | newest) & (ranked.status != "deleted")
    kept = ranked.mutate(stands_now=~ranked.sends_again | stands).filter(lambda t: t.stands_now)
    return kept.drop("release_rank", "sends_again", "stands_now")


def rows_by_entry(engine: Engine, table: ibis.Table | None) -> dict[str, int]:
    """Return how many standing rows each entry has."""
    if table is None:
        return {}
    counts = engine.run(table.group_by("entry").agg(n=table.count()))
    return dict(zip(counts["entry"].to_pylist(), counts["n"].to_pylist(), strict=True))
