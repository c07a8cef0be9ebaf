"""Ten million pings to visits: seconds and memory, from the file to sums by unit.

Run with ``python -m benchmarks.dosage``; prints Markdown. A made-up force in a square of LSOA-like
cells: 400 crews of two on five days, each walking from place to place, 15 minutes there and 10 on
the way, a ping every few seconds with 15 m of noise. Each row is a process of its own and its
memory is the highest the process had, imports and the compiling of kernels included.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import shapely
from pyarrow import csv, parquet

from rightplace.core import Clock
from rightplace.engines.engine import Engine
from rightplace.evaluate.dosage import delivered, sums_by_place_and_slot, total
from rightplace.evaluate.geofence import Geofence
from rightplace.evaluate.pings import read_pings
from rightplace.evaluate.rules import DwellRules, Window
from rightplace.evaluate.tasks import Tasks
from rightplace.places import CELLS_SCHEMA, AreaSource, StudyArea, Unit, to_degrees
from tests.paths import ROOT

SIZES = {"CSV": (1_000_000, 10_000_000), "Parquet": (10_000_000,)}
MOST_SECONDS, MOST_MIB = 60, 4096
SIDE, ACROSS, CREWS, DAYS = 570, 70, 400, 5
WEST, SOUTH = 500_000, 160_000
STOP_MINUTES, WAY_MINUTES, STOPS = 15, 10, 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What one file took."""

    form: str
    pings: int
    visits: int
    qualifying: int
    seconds: float
    cpu_seconds: float
    peak_mib: float


def area() -> StudyArea:
    """Return 4,900 cells, each an uneven polygon of 40 corners, that leave no gap."""
    rng = np.random.default_rng(0)
    steps = np.arange(ACROSS + 1) * 10
    wobble = rng.uniform(-40, 40, (2, steps[-1] + 1, steps[-1] + 1))
    shapes = []
    for i in range(ACROSS):
        for j in range(ACROSS):
            a, b = i * 10, j * 10
            edge = (
                [(a + k, b) for k in range(10)]
                + [(a + 10, b + k) for k in range(10)]
                + [(a + 10 - k, b + 10) for k in range(10)]
                + [(a, b + 10 - k) for k in range(10)]
            )
            shapes.append(
                shapely.Polygon(
                    [
                        (
                            WEST + p * SIDE / 10 + wobble[0, p, q],
                            SOUTH + q * SIDE / 10 + wobble[1, p, q],
                        )
                        for p, q in edge
                    ]
                ).buffer(0)
            )
    outlines = np.array(shapes, dtype=np.object_)
    centres = shapely.get_coordinates(shapely.centroid(outlines))
    lon, lat = to_degrees(27700, centres[:, 0], centres[:, 1])
    n = len(shapes)
    columns = {
        "cell_id": [f"X{number:05d}" for number in range(n)],
        "name": [f"Cell {number}" for number in range(n)],
        "ward": [None] * n,
        "borough": [f"Borough {number % 32:02d}" for number in range(n)],
        "bcu": [f"BCU {number % 12:02d}" for number in range(n)],
        "area_km2": shapely.area(outlines) / 1e6,
        "x": centres[:, 0],
        "y": centres[:, 1],
        "lon": lon,
        "lat": lat,
        "excluded": [False] * n,
        "excluded_reason": [None] * n,
        "geometry": shapely.to_wkb(outlines),
    }
    return StudyArea(
        name="Benchmark",
        unit=Unit.LSOA,
        crs=27700,
        cell_size_m=None,
        clock=Clock(),
        vintage=None,
        cells=pa.table(columns, schema=CELLS_SCHEMA),
        source=AreaSource(file="made up", sha256="0" * 64, transform="none"),
    )


def visits(made_up: StudyArea) -> pa.Table:
    """Return the plan: twelve places for each crew on each late shift."""
    rng = np.random.default_rng(1)
    slots = [s for s in Clock().slots(date(2018, 7, 2), DAYS) if s.shift == "late"]
    ids = made_up.cells["cell_id"].to_pylist()
    rows: list[dict[str, Any]] = []
    for slot in slots:
        for crew in range(CREWS):
            for cell in rng.choice(len(ids), STOPS, replace=False).tolist():
                rows.append(
                    {
                        "visit_id": f"v-{len(rows):06d}",
                        "cell_id": ids[cell],
                        "slot_start": slot.start,
                        "crew_id": f"crew {crew:03d}",
                        "arm": "none",
                    }
                )
    return pa.Table.from_pylist(rows)


def pings(made_up: StudyArea, plan: pa.Table, size: int) -> pa.Table:
    """Return so many pings or a few less, two officers to each crew, in order of crews."""
    rng = np.random.default_rng(2)
    cells = {name: row for row, name in enumerate(made_up.cells["cell_id"].to_pylist())}
    at = np.array([cells[name] for name in plan["cell_id"].to_pylist()])
    centre = np.column_stack([made_up.cells["x"].to_numpy(), made_up.cells["y"].to_numpy()])[at]
    onward = np.roll(centre, -1, axis=0)
    each = (STOP_MINUTES + WAY_MINUTES) * 60
    per_visit = size // (2 * plan.num_rows)
    seconds = np.arange(per_visit) * (each / per_visit)
    share = np.clip((seconds - STOP_MINUTES * 60) / (WAY_MINUTES * 60), 0, 1)[None, :, None]
    there = np.repeat(centre[:, None] * (1 - share) + onward[:, None] * share, 2, axis=0)
    xy = there.reshape(-1, 2) + rng.normal(0, 15, (there.shape[0] * per_visit, 2))
    lon, lat = to_degrees(27700, xy[:, 0], xy[:, 1])
    starts = np.array([s.timestamp() for s in plan["slot_start"].to_pylist()])
    starts += np.tile(np.arange(STOPS), len(starts) // STOPS) * each
    seen = np.repeat(starts, 2)[:, None] + seconds[None, :]
    crew = pa.array(np.repeat(np.arange(plan.num_rows), 2 * per_visit))
    officer = np.tile(np.repeat(["a", "b"], per_visit), plan.num_rows)
    names = plan["crew_id"].combine_chunks().dictionary_encode().take(crew).cast(pa.string())
    time_of = pa.array(np.floor(seen.ravel()).astype("M8[s]")).cast(pa.timestamp("s", "UTC"))
    return pa.table(
        {
            "crew_id": names,
            "officer_id": pa.compute.binary_join_element_wise(names, pa.array(officer), " "),
            "time": pa.compute.strftime(time_of, "%Y-%m-%dT%H:%M:%S+00:00"),
            "lon": np.round(lon, 6),
            "lat": np.round(lat, 6),
        }
    )


def measured(form: str, path: Path) -> Result:
    """Return what one file takes in this process, from its rows to the sums."""
    made_up = area()
    plan = visits(made_up)
    ids = made_up.cells["cell_id"].to_pylist()
    slots = tuple(Clock().slots(date(2018, 7, 2), DAYS))
    rules = DwellRules()
    wall, cpu = time.perf_counter(), time.process_time()
    tasks = Tasks.of(plan, cell_ids=ids, slots=slots, excused=())
    engine = Engine()
    window = Window(opens=tasks.opens, closes=tasks.closes, now=tasks.closes, oldest=0)
    fence = Geofence.of(made_up)
    read = read_pings(engine, path, fence=fence, window=window, rules=rules, crews=tasks.crews)
    done = delivered(engine, read, logged=(), tasks=tasks, cell_ids=ids, rules=rules)
    whole = total(sums_by_place_and_slot(done.visits, tasks, rules).values())
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Result(
        form=form,
        pings=read.read,
        visits=whole.visits,
        qualifying=whole.qualifying,
        seconds=wall,
        cpu_seconds=cpu,
        peak_mib=peak,
    )


def results() -> list[Result]:
    """Return every form and size, each in a process of its own."""
    found = []
    made_up = area()
    plan = visits(made_up)
    for form, sizes in SIZES.items():
        for size in sizes:
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / f"pings.{form.lower()}"
                table = pings(made_up, plan, size)
                if form == "CSV":
                    csv.write_csv(table, path)
                else:
                    parquet.write_table(table, path)
                command = [sys.executable, "-m", "benchmarks.dosage", form, str(path)]
                done = subprocess.run(  # noqa: S603 - our own words
                    command, check=True, capture_output=True, text=True, cwd=ROOT
                )
                found.append(Result(**json.loads(done.stdout)))
    return found


def table(rows: list[Result]) -> list[str]:
    """Return a Markdown table."""
    lines = [
        "| file | pings | visits | qualifying | seconds | CPU s | peak MiB |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    return lines + [
        f"| {r.form} | {r.pings:,} | {r.visits:,} | {r.qualifying:,} | {r.seconds:,.1f} "
        f"| {r.cpu_seconds:,.1f} | {r.peak_mib:,.0f} |"
        for r in rows
    ]


def main() -> None:
    """Print the table and whether the aim is met."""
    rows = results()
    print("\n".join(table(rows)))
    most = max(row.seconds for row in rows), max(row.peak_mib for row in rows)
    met = most[0] < MOST_SECONDS and most[1] < MOST_MIB
    print(
        f"\n{CREWS * STOPS * DAYS:,} visits planned. Aim: 10 million pings under {MOST_SECONDS} s "
        f"and {MOST_MIB:,} MiB; {'met' if met else 'NOT met'}."
    )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(asdict(measured(sys.argv[1], Path(sys.argv[2])))))
    else:
        main()
