"""Two files of one population and month: which stands, or why nobody can say."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from rightplace.errors import BadInputError

if TYPE_CHECKING:
    import ibis

    from rightplace.crime.holdings import Entry, Holdings, Partition
    from rightplace.engines.engine import Engine
    from rightplace.engines.store import Store


def find_rivals(entry: Entry, partition: Partition, held: Holdings) -> list[Entry]:
    """Return the files held that have rows of the same population, month and ground."""
    return [
        other
        for other in held.entries
        if other.overlaps(entry)
        and any(
            p.population == partition.population
            and p.month == partition.month
            and p.same_as is None
            for p in other.partitions
        )
    ]


def _month_of(rows: ibis.Table, partition: Partition) -> ibis.Table:
    first = date.fromisoformat(f"{partition.month}-01")
    return rows.filter((rows.population == partition.population) & (rows.month == first))


def same_rows(
    engine: Engine, store: Store, new: ibis.Table, rival: Entry, partition: Partition
) -> bool:
    """Return whether two files hold the very same rows of a month, in whatever order."""
    if rival.extent and partition.rows != next(
        p.rows for p in rival.partitions if (p.population, p.month) == _key(partition)
    ):
        return False
    stored = engine.parquet([store.table_path(rival.entry_id)])
    columns = [c for c in new.columns if c not in {"row_number", "incident", "entry"}]
    mine, theirs = (_month_of(t, partition).select(columns) for t in (new, stored))
    differ = mine.difference(theirs, distinct=False).union(
        theirs.difference(mine, distinct=False), distinct=False
    )
    return int(engine.run(differ.count().as_table())[0][0].as_py()) == 0


def _key(partition: Partition) -> tuple[str, str]:
    return partition.population, partition.month


def check_order(
    entry: Entry,
    partition: Partition,
    rivals: list[Entry],
    *,
    engine: Engine,
    store: Store,
    rows: ibis.Table,
) -> None:
    """Check that a file's month has a known place before or after each rival's.

    Raises
    ------
    BadInputError
        If nobody can say which is newer, or the newer covers less ground than the older.
    """
    for rival in rivals:
        if entry.upsert and not _share_references(engine, store, rows, rival):
            continue
        if entry.release is None or entry.order == rival.order:
            msg = (
                f"It holds {partition.population} for {partition.month}, and so does {rival.path}, "
                f"with other rows; nobody said which is newer."
            )
            remedy = (
                "Ingest the newer one with --release DATE (the day it was published; later than "
                "the other's), or keep only one."
            )
            raise BadInputError(msg, file=entry.path, remedy=remedy)
        newer, older = (entry, rival) if entry.order > rival.order else (rival, entry)
        if not entry.upsert and not newer.covers(older):
            msg = (
                f"It covers {len(newer.extent)} areas of {partition.population} for "
                f"{partition.month}; {older.path} covers more, which would be lost."
            )
            raise BadInputError(
                msg, file=entry.path, remedy="Keep it in a workspace of its own (--workspace)."
            )


def _share_references(engine: Engine, store: Store, rows: ibis.Table, rival: Entry) -> bool:
    stored = engine.parquet([store.table_path(rival.entry_id)])
    shared = rows.semi_join(stored, ["population", "reference"])
    return int(engine.run(shared.count().as_table())[0][0].as_py()) > 0
