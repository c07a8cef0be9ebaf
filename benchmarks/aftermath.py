"""Aftermath on three cities' files: what follows what, and how soon the verb answers.

Run with ``python -m benchmarks.aftermath``; prints Markdown. Each city is taken in with default
settings into a workspace of its own, on squares over a plain box; parameters are learned up to a
day, then an incident in the middle of the busiest square is typed in. Seconds are those of a whole
cold process, from the shell to the last line; the median of so many runs.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.paths import SHARED

EVENTS = SHARED / "events"
RUNS = 5
MOST_SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class City:
    """Which files, over which box of degrees, up to which day."""

    name: str
    files: tuple[str, ...]
    box: tuple[float, float, float, float]
    zone: str
    cell_m: int
    as_of: str
    incident: tuple[str, str, str]


TORONTO_BOX = (-79.65, 43.58, -79.11, 43.86)
TORONTO = City(
    name="Toronto, assault and robbery outdoors",
    files=("toronto_mci_train.csv.gz", "toronto_mci_test.csv.gz"),
    box=TORONTO_BOX,
    zone="America/Toronto",
    cell_m=250,
    as_of="2020-12-31",
    incident=("-79.38,43.655", "2021-01-02T02:10", "robbery"),
)
TORONTO_SHOOTINGS = City(
    name="Toronto, shootings",
    files=("toronto_shootings_2004_2024.csv.gz",),
    box=TORONTO_BOX,
    zone="America/Toronto",
    cell_m=500,
    as_of="2023-12-31",
    incident=("-79.41,43.65", "2024-01-06T02:10", "shooting"),
)
PHILADELPHIA = City(
    name="Philadelphia, shootings",
    files=("philadelphia_shootings_2015_2025.csv.gz",),
    box=(-75.30, 39.86, -74.95, 40.14),
    zone="America/New_York",
    cell_m=500,
    as_of="2025-09-28",
    incident=("-75.16,39.99", "2025-10-04T02:10", "shooting"),
)
CITIES = (PHILADELPHIA, TORONTO_SHOOTINGS, TORONTO)
Json = dict[str, Any]


def call(workspace: Path, *words: object) -> Json:
    """Return what a verb prints with --json."""
    program = Path(sys.executable).with_name("rightplace")
    command = [str(program), "--workspace", str(workspace), *map(str, words), "--json"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - our own words
    content: Json = json.loads(done.stdout)
    return content


def prepare(city: City, folder: Path) -> Path:
    """Return a workspace that holds a city's records and its study area."""
    west, south, east, north = city.box
    corners = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    shape = {"type": "Polygon", "coordinates": [corners]}
    box = {"type": "Feature", "properties": {"name": city.name}, "geometry": shape}
    outline = folder / "box.geojson"
    outline.write_text(json.dumps({"type": "FeatureCollection", "features": [box]}), "utf-8")
    workspace = folder / "workspace"
    call(workspace, "ingest", "crimes", *(EVENTS / file for file in city.files))
    how = ("--unit", "square", "--cell", city.cell_m, "--zone", city.zone, "--name", city.name)
    call(workspace, "areas", "define", outline, *how)
    return workspace


def learned(city: City, workspace: Path) -> tuple[Json, float]:
    """Return what is learned of a city, and the seconds of the whole process."""
    began = time.perf_counter()
    told = call(workspace, "aftermath", "--learn", "--as-of", city.as_of)
    return told, time.perf_counter() - began


def answered(city: City, workspace: Path) -> float:
    """Return the median seconds of a cold process that answers."""
    place, when, kind = city.incident
    seconds = []
    for _ in range(RUNS):
        began = time.perf_counter()
        call(workspace, "aftermath", f"--place={place}", "--time", when, "--class", kind)
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds)


def rows_of(told: Json, distance: str) -> Json:
    """Return the ratio of all classes in a ring, over all hours."""
    rows = [r for r in told["result"]["ratios"] if r["distance"] == distance]
    found: Json = [r for r in rows if r["class_id"] == "all"][-1]
    return found


RINGS = ("0 to 100 m", "100 to 200 m", "200 to 400 m", "400 to 800 m")


def main() -> None:
    """Print both tables, and whether the aim is met."""
    ratios = [
        "| records | incidents | joined within | " + " | ".join(RINGS) + " |",
        "|---|--:|--:|" + "--:|" * len(RINGS),
    ]
    speeds = ["| records | cells' side, m | learn, s | answer, s |", "|---|--:|--:|--:|"]
    slowest = 0.0
    for city in CITIES:
        with tempfile.TemporaryDirectory() as folder:
            workspace = prepare(city, Path(folder))
            told, learning = learned(city, workspace)
            answering = answered(city, workspace)
        slowest = max(slowest, answering)
        found = [rows_of(told, ring) for ring in RINGS]
        cells = [f"{r['ratio']:.2f} ({r['lo95']:.2f} to {r['hi95']:.2f})" for r in found]
        result = told["result"]
        ratios.append(
            f"| {city.name} | {result['incidents']:,} | {result['join_hours']:g} h | "
            + " | ".join(cells)
            + " |"
        )
        speeds.append(f"| {city.name} | {city.cell_m} | {learning:.1f} | {answering:.1f} |")
    print("Further incidents in 72 hours, by those ordinarily expected (95 %):\n")
    print("\n".join(ratios))
    print(f"\nWhole cold processes, median of {RUNS} answers:\n")
    print("\n".join(speeds))
    met = "met" if slowest < MOST_SECONDS else "missed"
    print(f"\nThe aim of under {MOST_SECONDS:g} s for an answer is {met}.")


if __name__ == "__main__":
    main()
