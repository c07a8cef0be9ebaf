"""Two files of one population and month: which stands, or why nobody can say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from rightplace.crime.holdings import holdings
from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import ibis

    from rightplace.crime.holdings import Entry, Holdings, Partition
    from rightplace.engines.engine import Engine
    from rightplace.engines.store import Store


def settle_rivals(
    entry: Entry, rows: ibis.Table, *, held: Holdings, engine: Engine, store: Store
) -> Entry:
    """Return an entry with those months marked whose very rows are held already.

    A month with other rows than are held is refused where nobody can say which are newer.
    """
    partitions = []
    for partition in entry.partitions:
        rivals = find_rivals(entry, partition, held)
        twins = (
            rival
            for rival in rivals
            if speaks_for(rival, entry) and same_rows(engine, store, rows, rival, partition)
        )
        twin = next(twins, None)
        if twin is None:
            check_order(entry, partition, rivals, engine=engine, store=store, rows=rows)
        partitions.append(replace(partition, same_as=None if twin is None else twin.entry_id))
    same = sum(p.rows for p in partitions if p.same_as is not None)
    superseded = entry.superseded | ({"same_release": same} if same else {})
    return replace(entry, partitions=tuple(partitions), superseded=superseded)


def speaks_for(held: Entry, entry: Entry) -> bool:
    """Return whether rows that both hold may be kept once: whenever one is known, so is the other.

    A later release with the same rows is kept beside the older one: another may come between.
    """
    return entry.release is None or entry.release == held.release


def declare(
    known: Entry, release: date, *, entries: Sequence[Entry], engine: Engine, store: Store
) -> Entry:
    """Return the entry of a file held already with a release that is declared only now.

    Raises
    ------
    BadInputError
        If months would then count twice, be lost, or stand under another file's release.
    """
    declared = replace(known, release=release)
    others = [e for e in entries if e.entry_id != known.entry_id]
    shared = {p.same_as for p in known.partitions}
    tied = [e for e in others if e.entry_id in shared and e.release != release]
    tied += [
        e
        for e in others
        if e.release not in {None, release}
        and any(p.same_as == known.entry_id for p in e.partitions)
    ]
    if tied:
        msg = (
            f"It shares rows with {tied[0].path}, which is held once for both, as released on "
            f"{tied[0].release or 'a day never declared'}."
        )
        remedy = "Ingest both into a new workspace (--workspace), each with its own --release."
        raise BadInputError(msg, file=known.path, value=release, remedy=remedy)
    stored = [p for p in known.partitions if p.same_as is None]
    held = holdings(others, kind=known.kind)
    for partition in stored:
        rows = engine.parquet([store.table_path(known.entry_id)])
        rivals = find_rivals(declared, partition, held)
        check_order(declared, partition, rivals, engine=engine, store=store, rows=rows)
    return declared


def find_rivals(entry: Entry, partition: Partition, held: Holdings) -> list[Entry]:
    """Return the files held that have rows of the same population, month and ground.

    A feed that sends records again may move one to another month: there, any month counts.
    """
    return [
        other
        for other in held.entries
        if other.overlaps(entry)
        and any(
            p.population == partition.population
            and (entry.upsert or p.month == partition.month)
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
    key = (partition.population, partition.month)
    counts = [p.rows for p in rival.partitions if (p.population, p.month) == key]
    if counts != [partition.rows]:
        return False
    stored = engine.parquet([store.table_path(rival.entry_id)])
    columns = [c for c in new.columns if c not in {"row_number", "cell", "incident", "entry"}]
    mine, theirs = (_month_of(t, partition).select(columns) for t in (new, stored))
    differ = mine.difference(theirs, distinct=False).union(
        theirs.difference(mine, distinct=False), distinct=False
    )
    return int(engine.run(differ.count().as_table())[0][0].as_py()) == 0


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
        if entry.release is not None and entry.order != rival.order:
            if not entry.upsert:
                _check_ground(entry, partition, rival)
            continue
        if entry.upsert and not _share_references(engine, store, _month_of(rows, partition), rival):
            continue
        what = "records that are sent again" if entry.upsert else "other rows"
        msg = (
            f"It holds {partition.population} for {partition.month}, and so does {rival.path}, "
            f"with {what}; nobody said which is newer."
        )
        remedy = (
            "Ingest the newer one with --release DATE (the day it was published; later than "
            "the other's), or keep only one."
        )
        raise BadInputError(msg, file=entry.path, remedy=remedy)


def _check_ground(entry: Entry, partition: Partition, rival: Entry) -> None:
    """Check that the newer of two files covers the ground of the older.

    Raises
    ------
    BadInputError
        If it does not.
    """
    newer, older = (entry, rival) if entry.order > rival.order else (rival, entry)
    if newer.covers(older):
        return
    which = "It" if newer is entry else f"The newer {newer.path}"
    msg = (
        f"{which} covers {len(newer.extent)} areas of {partition.population} for "
        f"{partition.month}; {older.path} covers others too, which would be lost."
    )
    remedy = "Keep it in a workspace of its own (--workspace)."
    raise BadInputError(msg, file=entry.path, remedy=remedy)


def _share_references(engine: Engine, store: Store, rows: ibis.Table, rival: Entry) -> bool:
    stored = engine.parquet([store.table_path(rival.entry_id)])
    shared = rows.semi_join(stored, ["population", "reference"])
    return int(engine.run(shared.count().as_table())[0][0].as_py()) > 0
