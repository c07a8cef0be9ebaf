"""A small published world: two boroughs, a forecast by shift, a plan; hostile words throughout."""

from __future__ import annotations

import atexit
import hashlib
import io
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import shapely
from pyarrow import parquet

from rightplace.app.service.shelf import Shelf
from rightplace.core.time import Clock
from rightplace.places.projection import to_degrees
from rightplace.records.audit.transaction import transaction
from rightplace.records.database.front import open_database, sqlite_url
from rightplace.records.published.creating import create
from rightplace.records.published.publishing import RunCopy, publish
from tests.document_world import CODE, file_six
from tests.web.signed_in import ANALYST

if TYPE_CHECKING:
    from rightplace.records.database.front import Database

AREA, FORECAST, PLAN, BACKTEST = (
    "area-000000000001", "f-000000000001", "p-000000000001", "b-000000000001"
)  # fmt: skip
NOW = datetime(2026, 5, 5, 12, tzinfo=UTC)
AS_OF = date(2026, 5, 3)
EVIL = "<script>alert(1)</script>\"'\u202e"
BOROUGHS = ("Northbank", "Northbank", "Southbank", EVIL)
CELLS = tuple(f"E0100000{n}" for n in range(4))
EXPECTED = (0.9, 0.2, 0.01, float("nan"))
CRS = 27700


def run_copy(record: dict[str, Any], tables: dict[str, pa.Table], *rests_on: str) -> RunCopy:
    written = {}
    for name, table in tables.items():
        sink = io.BytesIO()
        parquet.write_table(table, sink)
        written[f"{name}.parquet"] = sink.getvalue()
    named = {name: hashlib.sha256(content).hexdigest() for name, content in written.items()}
    return RunCopy(record=record | {"tables": named}, tables=written, rests_on=rests_on)


def area_copy() -> RunCopy:
    west = 530_000 + 1000 * np.arange(4.0)
    shapes = shapely.box(west, 180_000, west + 1000, 181_000)
    lon, lat = to_degrees(CRS, west + 500, np.full(4, 180_500.0))
    cells = pa.table(
        {
            "cell_id": CELLS,
            "ward": ["Mill", "Quay", None, EVIL],
            "borough": BOROUGHS,
            "bcu": BOROUGHS,
            "lon": lon,
            "lat": lat,
            "geometry": shapely.to_wkb(shapes),
        }
    )
    clock = Clock()
    shifts = [
        {"name": s.name, "starts": s.starts.isoformat(), "ends": s.ends.isoformat()}
        for s in clock.shifts
    ]
    record = {
        "id": AREA,
        "kind": "area",
        "name": f"Town {EVIL}",
        "crs": CRS,
        "clock": {"zone": clock.zone, "shifts": shifts},
    }
    return run_copy(record, {"cells": cells})


SLOTS = tuple(Clock().slots(date(2026, 5, 4), 2))


def run_record(run_id: str, kind: str, **content: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return {
        "id": run_id,
        "kind": kind,
        "as_of": AS_OF.isoformat(),
        "code_version": CODE,
        "settings_hash": "0" * 64,
        "known_at": None,
        "seed": 0,
        "made_at": NOW.isoformat(),
        "inputs": [{"source": f"crimes{EVIL}.csv", "release": None, "sha256": "1" * 64}],
        "warnings": [{"code": "left-out", "message": f"5 records left out {EVIL}"}],
        **content,
    }


def forecast_copy() -> RunCopy:
    rows = [(cell, slot) for cell in range(4) for slot in SLOTS]
    count = [EXPECTED[cell] / (1 + n % 3) for n, (cell, _) in enumerate(rows)]
    known = [None if np.isnan(c) else c for c in count]
    cells = pa.table(
        {
            "cell_id": [CELLS[cell] for cell, _ in rows],
            "slot_start": [slot.start for _, slot in rows],
            "slot_end": [slot.end for _, slot in rows],
            "expected_count": known,
            "expected_harm": [None if c is None else 500 * c for c in known],
            "lo80": [None if c is None else 0.0 for c in known],
            "hi80": [None if c is None else 2.0 for c in known],
            "driver_1": [None if c is None else f"9 in 12 months {EVIL}" for c in known],
            "driver_2": pa.nulls(len(rows), pa.string()),
            "driver_3": pa.nulls(len(rows), pa.string()),
        }
    )
    words = pa.table(
        {
            "words": [f"Street {n} {EVIL}" for n in range(4)],
            "short": [f"Street {n}" for n in range(4)],
            "kind": ["station", None, EVIL, None],
        }
    )
    result = {
        "title": f"Recorded violence {EVIL}",
        "trained_to": AS_OF.isoformat(),
        "harm_version": "harm-1",
        "noise": {"area": 0.001, "cell": 0.03, "scatter": 0.05},
        "shares": [{"of": "last year", "share": 0.8, "lo80": 0.7, "hi80": 0.9}],
        "masked_boroughs": [EVIL],
        "synthetic": False,
    }
    settings = {"area": AREA, "days": 2, "method": "additive_memory", "by": "shift"}
    record = run_record(FORECAST, "forecast", result=result, settings=settings)
    return run_copy(record, {"cells": cells, "street_words": words}, AREA, "model/additive_memory")


def plan_copy() -> RunCopy:
    visits = pa.table(
        {
            "visit_id": ["v-000001", "v-000002", "v-000003"],
            "cell_id": [CELLS[0], CELLS[2], CELLS[1]],
            "borough": ["Northbank", "Southbank", "Northbank"],
            "slot_start": [SLOTS[0].start, SLOTS[1].start, SLOTS[1].start],
            "slot_end": [SLOTS[0].end, SLOTS[1].end, SLOTS[1].end],
            "crew_id": [f"crew {EVIL}", "crew 2", None],
            "minutes": [15, 15, 0],
            "prevented_mean": [0.1, 0.01, 0.02],
            "reason": [f"9 in 12 months {EVIL}"] * 3,
            "arm": ["treat", "treat", "holdout"],
            "probability": [0.5, 0.5, 0.5],
        }
    )
    estimate = {"mean": 30.0, "lo80": 17.0, "hi80": 40.0}
    result = {
        "prevented": estimate,
        "prevented_harm": estimate,
        "expected_in_places": estimate,
        "crew_minutes_used_share": 1.0,
        "gap": 0.0,
        "status": "optimal",
        "effect": {
            "change_mean": -0.12, "change_lo": -0.16, "change_hi": -0.08, "source": f"B {EVIL}"
        },
        "shift_evidence": "forecast from the hours of past events",
        "constraint_costs": [
            {"name": f"one more crew-hour in {EVIL}", "lo": 0.01, "hi": 0.02},
            {"name": "nothing to gain", "lo": 0.0, "hi": 1e-9},
        ],
        "objective": 0.11,
        "bound": 0.11,
        "objective_unit": "incidents",
        "equality": None,
    }  # fmt: skip
    record = run_record(PLAN, "plan", result=result, settings={"forecast": FORECAST, "days": 2})
    return run_copy(record, {"visits": visits}, FORECAST)


def published_shelf(folder: Path, *, url: str = "") -> Shelf:
    """A service database with all of it published; in the folder unless an address is given."""
    if url:
        return Shelf(_published(folder, url))
    shutil.copytree(_published_once(), folder, dirs_exist_ok=True)
    return Shelf(open_database(sqlite_url(folder), apart=folder / "apart", wait_seconds=5))


@cache
def _published_once() -> Path:
    """A folder with the database, made once for all tests of this process, which copy it."""
    folder = Path(mkdtemp(prefix="published-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    _published(folder, sqlite_url(folder)).close()
    return folder


def _published(folder: Path, url: str) -> Database:
    database = open_database(url, apart=folder / "apart", wait_seconds=5)
    create(database, ANALYST.actor, kind="service", at=NOW)
    backtest = run_record(BACKTEST, "backtest", result={"verdict": f"Beats counts {EVIL}"})
    with transaction(database, ANALYST.actor, purpose="Weekly tasking.", at=NOW) as tx:
        file_six(tx)
        scored = run_copy(backtest, {}, "model/additive_memory")
        for copy in (area_copy(), forecast_copy(), plan_copy(), scored):
            publish(tx, replace(copy))
    return database
