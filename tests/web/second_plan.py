"""A second plan for the same forecast: one place less, one more; patrol by group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

from rightplace.records.audit.transaction import transaction
from rightplace.records.published.publishing import publish
from tests.web.published import (
    CELLS,
    EVIL,
    FORECAST,
    NOW,
    PLAN,
    SLOTS,
    run_copy,
    run_record,
)
from tests.web.signed_in import ANALYST

if TYPE_CHECKING:
    from rightplace.app.service.shelf import Shelf
    from rightplace.records.published.publishing import RunCopy

SECOND, ROUTES = "p-000000000002", "r-000000000001"
GROUP = {
    "kind": "ethnic_group",
    "group": f"Group {EVIL}",
    "broad": True,
    "minutes_per_1000_residents": 1.25,
    "minutes_ratio": 1.5,
    "recorded_per_1000_residents": 30.04,
    "expected_per_1000_residents": None,
}


def second_copy() -> RunCopy:
    visits = pa.table(
        {
            "visit_id": ["v-000001", "v-000002", "v-000003"],
            "cell_id": [CELLS[0], CELLS[1], CELLS[1]],
            "borough": ["Northbank"] * 3,
            "slot_start": [SLOTS[0].start, SLOTS[0].start, SLOTS[1].start],
            "slot_end": [SLOTS[0].end, SLOTS[0].end, SLOTS[1].end],
            "crew_id": ["crew 1", "crew 2", f"crew {EVIL}"],
            "minutes": [15, 15, 15],
            "prevented_mean": [0.1, 0.02, 0.01],
            "reason": [f"9 in 12 months {EVIL}"] * 3,
            "arm": ["none"] * 3,
            "probability": [0.0] * 3,
        }
    )
    result: dict[str, Any] = {
        "prevented": {"mean": 25.0, "lo80": 14.0, "hi80": 36.0},
        "prevented_harm": {"mean": 30.0, "lo80": 17.0, "hi80": 40.0},
        "expected_in_places": {"mean": 30.0, "lo80": 17.0, "hi80": 40.0},
        "crew_minutes_used_share": 0.9,
        "gap": 0.0,
        "status": "optimal",
        "objective": 0.13,
        "bound": 0.13,
        "parent_id": PLAN,
        "effect": {
            "change_mean": -0.12, "change_lo": -0.16, "change_hi": -0.08, "source": f"B {EVIL}"
        },
        "shift_evidence": "forecast from the hours of past events",
        "constraint_costs": [{"name": "one more crew-hour in Northbank", "lo": 0.03, "hi": 0.03}],
        "objective_unit": "incidents",
        "equality": {"finding": f"Most get more {EVIL}.", "audit": "An audit.", "rows": [GROUP]},
    }  # fmt: skip
    record = run_record(SECOND, "plan", result=result, settings={"forecast": FORECAST, "days": 2})
    return run_copy(record, {"visits": visits}, FORECAST)


def routes_copy() -> RunCopy:
    start = SLOTS[0].start
    common = {"slot_start": start, "borough": "Northbank", "crew_id": "crew 1"}
    steps = [("leave", None), ("visit", CELLS[0]), ("break", None), ("return", None)]
    stops = pa.Table.from_pylist(
        [
            common
            | {
                "number": number,
                "kind": kind,
                "visit_id": "v-000001" if cell else None,
                "cell_id": cell,
                "arrives": start,
                "starts": start,
                "ends": start,
                "travel_seconds": 300,
            }
            for number, (kind, cell) in enumerate(steps)
        ]
    )
    result = {
        "mode": "foot",
        "travel": f"Straight lines {EVIL}.",
        "visits_planned": 3,
        "visits_made": 2,
        "dropped_time": 1,
        "dropped_spacing": 0,
        "travel_minutes": 20.0,
        "visit_minutes": 30.0,
        "waiting_minutes": 5.0,
    }
    record = run_record(ROUTES, "routes", result=result, settings={"plan": SECOND})
    return run_copy(record, {"stops": stops}, SECOND)


def publish_second(shelf: Shelf) -> None:
    """Publish a second plan, and routes for it."""
    with transaction(shelf.database, ANALYST.actor, purpose="Weekly tasking.", at=NOW) as tx:
        for copy in (second_copy(), routes_copy()):
            publish(tx, copy)
