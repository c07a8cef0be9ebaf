"""Rows of the table of searches, as few words as a test needs."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa

from rightplace.powers.searches.columns import SCHEMA

_PLAIN: dict[str, Any] = {
    "entry": "test",
    "row_number": 1,
    "force": "metropolitan",
    "month": date(2026, 5, 1),
    "started_at": datetime(2026, 5, 4, 20, tzinfo=UTC),
    "has_time": True,
    "type": "person",
    "power": "pace-1",
    "object": "offensive weapons",
    "outcome": "no further action",
    "age": "18-24",
    "sex": "male",
    "self_defined": "white",
    "officer_defined": "white",
}


def searches(*rows: dict[str, Any]) -> pa.Table:
    """Searches with the references 1, 2 and so on; what a row does not name is plain or null."""
    full = [{"reference": str(n), **_PLAIN, **row} for n, row in enumerate(rows, start=1)]
    return pa.Table.from_pylist(full, schema=SCHEMA)
