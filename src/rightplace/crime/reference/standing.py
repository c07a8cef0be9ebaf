"""The plain reference of ``standing`` and ``coverage``: slow, short, row by row."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from rightplace.core.time import Month
from rightplace.crime.coverage import Coverage, missing_categories

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from collections.abc import Mapping as Dict
    from datetime import date

    from rightplace.crime.holdings import Entry, Holdings

Row = dict[str, Any]


def standing(tables: Dict[str, Iterable[Row]], held: Holdings) -> list[Row]:
    """Return what ``standing.standing`` does, from the stored rows of each entry."""
    rows = [
        row
        for entry in held.entries
        for row in tables.get(entry.entry_id, ())
        if (entry.entry_id, row["population"], f"{row['month']:%Y-%m}") not in held.replaced
    ]
    if not any(entry.upsert for entry in held.entries):
        return rows
    rank = _ranks(held.entries)
    sends_again = {entry.entry_id for entry in held.entries if entry.upsert}
    newest: dict[tuple[str, str], int] = {}
    for row in rows:
        key = (row["population"], row["reference"])
        newest[key] = max(newest.get(key, -1), rank[row["entry"]])
    return [
        row
        for row in rows
        if row["entry"] not in sends_again
        or (
            row["status"] != "deleted"
            and (
                row["reference"] is None
                or rank[row["entry"]] == newest[row["population"], row["reference"]]
            )
        )
    ]


def _ranks(entries: Sequence[Entry]) -> dict[str, int]:
    places = range(len(entries))
    ordered = sorted(places, key=lambda place: (entries[place].order, place))
    return {entries[place].entry_id: rank for rank, place in enumerate(ordered)}


def coverage(rows: Sequence[Row]) -> list[Coverage]:
    """Return what ``coverage.coverage`` does."""
    return [
        _coverage_of(population, [row for row in rows if row["population"] == population])
        for population in sorted({row["population"] for row in rows})
    ]


def _coverage_of(population: str, rows: Sequence[Row]) -> Coverage:
    months: Counter[date] = Counter(row["month"] for row in rows)
    categories = Counter((Month.of(r["month"]), r["category"]) for r in rows if "category" in r)
    has_setting = "setting" in rows[0]
    return Coverage(
        population=population,
        rows_by_month={Month.of(month): count for month, count in months.items()},
        without_place=sum("lon" in row and row["lon"] is None for row in rows),
        unknown_setting=sum(r["setting"] == "unknown" for r in rows) if has_setting else None,
        missing_categories=missing_categories(categories),
    )
