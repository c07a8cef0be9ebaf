"""The plain reference of ``totals``: slow, short, row by row."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from rightplace.crime.reference.normalise import clock_time, looked_up, text, whole_number
from rightplace.crime.totals import AREA_COUNT_COLUMNS, MOST_RECORDED, STRENGTH_COLUMNS
from rightplace.crime.wide import CELL, MONTH, RECORDED, STUB

if TYPE_CHECKING:
    from collections.abc import Mapping as Dict
    from collections.abc import Sequence

    from rightplace.crime.mapping import Mapping

Row = dict[str, Any]


def _month(written: str | None, mapping: Mapping) -> Row:
    start = clock_time(written, mapping.date_format)
    unread = "missing_date" if written is None else "bad_date" if start is None else None
    return {"month": None if start is None else start.date().replace(day=1), "reason": unread}


def area_counts(
    raw: Sequence[Row], mapping: Mapping, *, words: Dict[str, str], force: str | None
) -> list[Row]:
    """Return what ``totals.area_counts`` does."""
    found = []
    nowhere = dict.fromkeys(mapping.places_without, "yes")
    for row in raw:
        borough = text(row, mapping.source("borough"))
        category = text(row, mapping.source("minor"))
        ours = {
            "row_number": row["row_number"],
            "cell": row[CELL],
            "population": f"{mapping.publisher}/{force}/{mapping.kind}",
            "major": text(row, mapping.source("major")),
            "category": category,
            "offence": words.get(re.sub(r"\s+", "", category or "", flags=re.ASCII).lower()),
            "area_code": text(row, mapping.source("area_code")),
            "area_name": text(row, mapping.source("area_name")),
            "borough": borough,
            "apart": borough is None or looked_up(borough, nowhere, None) is not None,
            "recorded": whole_number(text(row, RECORDED), least=0, most=MOST_RECORDED),
            **_month(text(row, MONTH), mapping),
        }
        faults = {
            "stub_month": row[STUB],
            "missing_category": category is None,
            "unknown_category": ours["offence"] is None,
            "bad_number": ours["recorded"] is None,
        }
        ours["reason"] = ours["reason"] or next((f for f, is_so in faults.items() if is_so), None)
        found.append({name: ours[name] for name in (*AREA_COUNT_COLUMNS, "reason")})
    return found


def strength(raw: Sequence[Row], mapping: Mapping, *, force: str | None) -> list[Row]:
    """Return what ``totals.strength`` does."""
    found = []
    for row in raw:
        counted = {
            name: whole_number(text(row, mapping.source(name)), least=0, most=MOST_RECORDED)
            for name in ("officers", "staff", "pcsos")
        }
        ours = {
            "row_number": row["row_number"],
            "population": f"{mapping.publisher}/{force}/{mapping.kind}",
            **counted,
            **_month(text(row, mapping.source("month")), mapping),
        }
        uncounted = "bad_number" if None in counted.values() else None
        ours["reason"] = ours["reason"] or uncounted
        found.append({name: ours[name] for name in (*STRENGTH_COLUMNS, "reason")})
    return found
