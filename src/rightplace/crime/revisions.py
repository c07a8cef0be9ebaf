"""The same month in two releases: what the earlier one held of what the newest one holds."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightplace.core.time import Month

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from rightplace.crime.holdings import Entry, Holdings
    from rightplace.engines.engine import Engine
    from rightplace.engines.store import Store

# So many records of a class later, and none before, were not late: they were not published.
LEAST_OF_A_CLASS = 5
Key = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One class of one month, as an earlier release held it and as the newest one holds it.

    Parameters
    ----------
    population
        Whose records they are.
    month, offence
        Month in which they happened, and their class.
    age_months, newest_age_months
        Months from the month of the records to that of each release, 1 or more.
    then, now
        Records in the earlier and in the newest release.
    """

    population: str
    month: Month
    offence: str
    age_months: int
    newest_age_months: int
    then: int
    now: int

    @property
    def is_published(self) -> bool:
        """Whether both releases hold the class: one that is wholly absent is not late."""
        return min(self.then, self.now) > 0 or max(self.then, self.now) < LEAST_OF_A_CLASS


def release_of_month(held: Holdings) -> dict[Key, date]:
    """Return the newest declared release of each population and month (``YYYY-MM``)."""
    found: dict[Key, date] = {}
    for entry in held.entries:
        for partition in entry.partitions if entry.release is not None else ():
            key = (partition.population, partition.month)
            found[key] = max(entry.order, found.get(key, entry.order))
    return found


def months_released_again(held: Holdings) -> dict[Key, dict[date, tuple[Entry, ...]]]:
    """Return the releases of each population and month of which two or more can be compared.

    Compared are releases made after the month ended, of the ground and through the mapping of
    the newest. Feeds that send single records again have no releases of a month.
    """
    found: dict[Key, dict[date, tuple[Entry, ...]]] = {}
    for entry in held.entries:
        if entry.release is None or entry.upsert:
            continue
        for partition in entry.partitions:
            ended = entry.release > Month.parse(partition.month).last
            if partition.same_as is None and ended:
                releases = found.setdefault((partition.population, partition.month), {})
                releases[entry.release] = (*releases.get(entry.release, ()), entry)
    alike = {key: _like_the_newest(releases) for key, releases in found.items()}
    return {key: releases for key, releases in alike.items() if len(releases) > 1}


def _like_the_newest(releases: dict[date, tuple[Entry, ...]]) -> dict[date, tuple[Entry, ...]]:
    kinds = {release: _kind(entries) for release, entries in releases.items()}
    newest = kinds[max(kinds)]
    return {release: releases[release] for release in releases if kinds[release] == newest}


def _kind(entries: Sequence[Entry]) -> tuple[frozenset[str], frozenset[str]]:
    """Return by what mappings, and for what ground, some files were made."""
    whole = any(not e.extent for e in entries)
    ground = frozenset() if whole else frozenset(code for e in entries for code in e.extent)
    return frozenset(e.mapping for e in entries), ground


def revisions(engine: Engine, store: Store, held: Holdings, *, until: date) -> tuple[Revision, ...]:
    """Return each class of each month in earlier releases beside the newest, in order.

    Parameters
    ----------
    engine, store
        Where the rows are.
    held
        What may be known: releases declared later than that are not in it.
    until
        The last day whose events may be used: months that end later are left out.
    """
    again = {
        key: releases
        for key, releases in months_released_again(held).items()
        if Month.parse(key[1]).last <= until
    }
    counts = _counts(engine, store, again)
    found: list[Revision] = []
    for (population, month), releases in sorted(again.items()):
        *earlier, newest = sorted(releases)
        of_release = {
            release: sum((counts[e.entry_id, population, month] for e in entries), Counter())
            for release, entries in releases.items()
        }
        happened = Month.parse(month)
        found += [
            Revision(
                population=population,
                month=happened,
                offence=offence,
                age_months=Month.of(release).index - happened.index,
                newest_age_months=Month.of(newest).index - happened.index,
                then=of_release[release][offence],
                now=of_release[newest][offence],
            )
            for release in earlier
            for offence in sorted(of_release[release] | of_release[newest])
        ]
    return tuple(found)


def _counts(
    engine: Engine, store: Store, again: dict[Key, dict[date, tuple[Entry, ...]]]
) -> dict[tuple[str, str, str], Counter[str]]:
    """Return records by entry, population and month, counted by class."""
    entries = {e.entry_id for releases in again.values() for es in releases.values() for e in es}
    counts: dict[tuple[str, str, str], Counter[str]] = {}
    if not entries:
        return counts
    rows = engine.parquet([store.table_path(entry_id) for entry_id in sorted(entries)])
    counted = rows.group_by("entry", "population", "month", "offence").agg(n=rows.count())
    for row in engine.run(counted).to_pylist():
        key = (row["entry"], row["population"], f"{row['month']:%Y-%m}")
        counts.setdefault(key, Counter())[row["offence"]] += row["n"]
    return counts
