"""A small violence picture: two years by month in two boroughs; nothing is known of the third."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from rightplace.core.time import Month, months_between
from rightplace.records.audit.transaction import transaction
from rightplace.records.delivery.sync import CalledAway, VisitMade, log_visit
from rightplace.records.published.publishing import publish
from tests.web.published import AREA, BOROUGHS, CELLS, EVIL, NOW, PLAN, SLOTS, run_copy, run_record
from tests.web.signed_in import ANALYST

if TYPE_CHECKING:
    from rightplace.app.service.shelf import Shelf
    from rightplace.records.published.publishing import RunCopy

PICTURE = "c-000000000001"
MONTHS = tuple(months_between(Month(2024, 5), Month(2026, 4)))
STREET_EARLIER, STREET_LATER = 10, 8
"""Robberies in the street of Northbank's first cell, in each month of either year."""


def picture_copy() -> RunCopy:
    rows: list[dict[str, Any]] = []

    def add(cell: int, month: Month, n: int, offence: str = "robbery", **how: str) -> None:
        setting = how.get("setting", "street")
        rows.append(
            {
                "cell_id": CELLS[cell] if setting == "street" else None,
                "borough": BOROUGHS[cell],
                "month": month.first,
                "offence": offence,
                "setting": setting,
                "n": n,
                "harm": 100.0 * n,
            }
        )

    for number, month in enumerate(MONTHS):
        add(0, month, STREET_EARLIER if number < 12 else STREET_LATER)
        add(1, month, 2, "violence_with_injury")
        add(0, month, 3, "violence_with_injury", setting="domestic")
        add(2, month, 1 + number // 12, "violence_with_injury")
    published = [
        {"borough": name, "month": month.first, "known": name != EVIL}
        for name in sorted(set(BOROUGHS))
        for month in MONTHS
    ]
    result = {
        "title": f"Violence {EVIL}",
        "harm_version": "harm-1",
        "trained_to": "2026-04-30",
        "unknown_setting_share": 0.25,
    }
    record = run_record(PICTURE, "picture", result=result, settings={"area": AREA})
    words = pa.table({"words": [f"Street {n} {EVIL}" for n in range(4)]})
    dates = pa.schema([("borough", pa.string()), ("month", pa.date32()), ("known", pa.bool_())])
    tables = {
        "counts": pa.Table.from_pylist(rows),
        "published": pa.Table.from_pylist(published, schema=dates),
        "street_words": words,
    }
    return run_copy(record, tables, AREA)


def publish_picture(shelf: Shelf) -> None:
    """Publish the picture, and log a visit of Northbank twice over and one that was cut short."""
    start = SLOTS[0].start + timedelta(hours=1)
    with transaction(shelf.database, ANALYST.actor, purpose="Weekly tasking.", at=NOW) as tx:
        publish(tx, picture_copy())
        for minutes, called in ((15, "no"), (12, "no"), (3, "urgent")):
            made = VisitMade(
                id=str(uuid.uuid4()),
                plan_id=PLAN,
                visit_id="v-000001" if called == "no" else "v-000002",
                started_at=start,
                ended_at=start + timedelta(minutes=minutes),
                sent_at=start + timedelta(minutes=minutes),
                activity="walked",
                called_away=CalledAway(called),
            )
            log_visit(tx, made)
