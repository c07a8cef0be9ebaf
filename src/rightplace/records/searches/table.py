"""Searches of the service as the table that every measure reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from rightplace.places.hierarchy import london_borough
from rightplace.powers.searches.columns import SCHEMA
from rightplace.records.searches.log import searches_between

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from rightplace.records.audit.transaction import Reading
    from rightplace.records.searches.log import SearchKept

ENTRY: Final = "records of the service"
"""What stands where a file's name would."""
_COMPUTED = {"entry", "row_number", "reference", "month", "has_time", "borough"}


def searches_table(
    quiet: Reading,
    *,
    zone: ZoneInfo,
    start: datetime | None = None,
    end: datetime | None = None,
) -> pa.Table:
    """Return searches as they stand, oldest first, with the columns of ``SCHEMA``.

    Parameters
    ----------
    quiet
        A look or a transaction.
    zone
        Of the study area: months are of its clock.
    start, end
        Half-open; None for all.
    """
    return table_of(searches_between(quiet, start=start, end=end), zone=zone)


def table_of(
    kept: Sequence[SearchKept], *, zone: ZoneInfo, names_boroughs: bool = False
) -> pa.Table:
    """Return searches with the columns of ``SCHEMA``, in the order given.

    Parameters
    ----------
    kept
        Searches of the records.
    zone
        Of the study area: months are of its clock.
    names_boroughs
        Whether boroughs stand by name, for lists that people read, instead of by code.
    """
    rows = [_row(each, n, zone) for n, each in enumerate(kept, start=1)]
    if names_boroughs:
        rows = [
            row | {"borough": each.facts.borough or None}
            for row, each in zip(rows, kept, strict=True)
        ]
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def _row(kept: SearchKept, number: int, zone: ZoneInfo) -> dict[str, Any]:
    facts = kept.facts
    as_recorded = {name: getattr(facts, name) for name in SCHEMA.names if name not in _COMPUTED}
    found = london_borough(facts.borough) if facts.borough else None
    return as_recorded | {
        "entry": ENTRY,
        "row_number": number,
        "reference": kept.reference,
        "month": facts.started_at.astimezone(zone).date().replace(day=1),
        "has_time": True,
        "borough": None if found is None else found.code,
    }
