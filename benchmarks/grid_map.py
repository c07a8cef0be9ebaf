"""How long the page and the tiles of a forecast map of many cells take.

``python -m benchmarks.grid_map [CELLS]`` publishes a synthetic grid of 250 m squares into a
database in a temporary folder, makes it ready as the service does when it starts, asks for the page
and for the tiles that a screen shows first (zoom 10), in the process itself, and prints one line
each: first time, then from memory.
"""

from __future__ import annotations

import sys
import tempfile
from datetime import timedelta
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import shapely
from starlette.testclient import TestClient

from rightplace.app.service.warming import warm
from rightplace.app.service.web_settings import WebSettings
from rightplace.briefing.vector_tile import on_world_map
from rightplace.places.projection import to_degrees
from rightplace.records.audit.transaction import transaction
from rightplace.records.published.publishing import publish
from rightplace.web.application import create_app
from rightplace.web.desk import Desk
from tests.web import published
from tests.web.signed_in import COMMANDER, KnownCookies, cookie

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.records.published.publishing import RunCopy

SIDE = 250.0
AREA, FORECAST = "area-0000000000b1", "f-0000000000b1"
ZOOM = 10


def grid(cells: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """South-west corners of squares, as a nearly square block in the middle of London."""
    wide = int(np.ceil(np.sqrt(cells)))
    nth = np.arange(cells)
    west, south = (SIDE * each.astype(np.float64) for each in (nth % wide, nth // wide))
    return 510_000 + west, 160_000 + south


def area_copy(cells: int) -> RunCopy:
    """Return the grid as a published study area."""
    x, y = grid(cells)
    lon, lat = to_degrees(published.CRS, x + SIDE / 2, y + SIDE / 2)
    boroughs = [f"Borough {int(row // 5000)}" for row in y - y.min()]
    table = pa.table(
        {
            "cell_id": [f"s{n:06}" for n in range(cells)],
            "borough": boroughs,
            "bcu": [f"BCU {name[-1]}" for name in boroughs],
            "ward": boroughs,
            "lon": lon,
            "lat": lat,
            "geometry": shapely.to_wkb(shapely.box(x, y, x + SIDE, y + SIDE)),
        }
    )
    record = {**published.area_copy().record, "id": AREA, "name": "Grid"}
    record.pop("tables", None)
    return published.run_copy(record, {"cells": table})


def forecast_copy(cells: int) -> RunCopy:
    """Return a published forecast of invented rates for it."""
    rng = np.random.default_rng(0)
    slots = published.SLOTS
    count = np.repeat(rng.gamma(0.3, 0.1, cells), len(slots))
    table = pa.table(
        {
            "cell_id": np.repeat([f"s{n:06}" for n in range(cells)], len(slots)),
            "slot_start": [slot.start for slot in slots] * cells,
            "slot_end": [slot.end for slot in slots] * cells,
            "expected_count": count,
            "expected_harm": 500 * count,
            "lo80": np.zeros(count.size),
            "hi80": np.ceil(count),
            "driver_1": np.full(count.size, "9 in 12 months"),
            "driver_2": pa.nulls(count.size, pa.string()),
            "driver_3": pa.nulls(count.size, pa.string()),
        }
    )
    words = pa.table(
        {
            "words": [f"Street {n}" for n in range(cells)],
            "short": [f"Street {n}" for n in range(cells)],
            "kind": pa.nulls(cells, pa.string()),
        }
    )
    record = {**published.forecast_copy().record, "id": FORECAST}
    record.pop("tables", None)
    record["settings"] = {**record["settings"], "area": AREA}
    return published.run_copy(
        record, {"cells": table, "street_words": words}, AREA, "model/additive_memory"
    )


def first_tiles(cells: int) -> list[str]:
    """Addresses of the tiles that cover the grid at a zoom that shows most of it."""
    x, y = grid(cells)
    lon, lat = to_degrees(published.CRS, x, y)
    west, north = on_world_map(lon, lat)
    columns = range(int(west.min() * 2**ZOOM), int(west.max() * 2**ZOOM) + 1)
    rows = range(int(north.min() * 2**ZOOM), int(north.max() * 2**ZOOM) + 1)
    return [f"/forecasts/{FORECAST}/tiles/{ZOOM}/{c}/{r}.mvt" for c in columns for r in rows]


def timed(client: TestClient, address: str) -> str:
    """Ask for an address and say how long it took and how much came."""
    began = perf_counter()
    told = client.get(address, headers=cookie("cora"))
    took = perf_counter() - began
    assert told.status_code in {200, 204}, told.text
    return f"{took * 1000:6.0f} ms {len(told.content) / 1024:7.0f} KiB  {address}"


def main(cells: int) -> None:
    """Publish, ask, print."""
    with tempfile.TemporaryDirectory() as folder:
        shelf = published.published_shelf(Path(folder))
        later = published.NOW + timedelta(seconds=1)
        with transaction(shelf.database, COMMANDER.actor, purpose="Benchmark.", at=later) as tx:
            for copy in (area_copy(cells), forecast_copy(cells)):
                publish(tx, copy)
        desk = Desk(settings=WebSettings(), shelf=shelf, sessions=KnownCookies(), now=lambda: later)
        client = TestClient(create_app(desk), base_url="https://localhost")
        page = f"/forecasts/{FORECAST}"
        began = perf_counter()
        warm(shelf, desk.tiles.settings)
        print(f"{(perf_counter() - began) * 1000:6.0f} ms to make it ready")
        layers = [f"{page}/boroughs.geojson", f"{page}/names.geojson"]
        for turn in ("first", "again"):
            print(f"{cells} cells, {turn}")
            began = perf_counter()
            for address in (page, *first_tiles(cells), *layers):
                print(timed(client, address))
            print(f"{(perf_counter() - began) * 1000:6.0f} ms in all")
        print(timed(client, f"{page}/cells/7.json"))
        shelf.database.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 25_000)
