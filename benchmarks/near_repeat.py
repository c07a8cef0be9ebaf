"""Knox on 45,319 burglaries: seconds and memory of 999 permutations, and how they grow.

Chicago 2014 to 2017, bands 0.1/200/400/600 m by 7/14/21 days, as the crow flies. Run with
``python -m benchmarks.near_repeat``; prints Markdown. Every row is a process of its own: its
seconds run from the events in memory to the finished test, compiling included, and its memory is
the highest the process had. The plain row counts the same pairs by SciPy's tree and NumPy alone,
in a few permutations; its seconds for 999 are what those took, times 999 by their number.
"""

from __future__ import annotations

import csv
import json
import resource
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np

from rightplace.forecast.near_repeat.bands import Bands
from rightplace.forecast.near_repeat.knox import near_repeat
from tests.paths import ROOT, SHARED

if TYPE_CHECKING:
    from numpy.typing import NDArray

FILE = SHARED / "near_repeat" / "chicago_burglary_2014_2017.csv"
SIZES = (5_000, 20_000, 45_319)
PERMUTATIONS, PLAIN_PERMUTATIONS = 999, 10
SPACE = Bands(edges=(0, 0.1, 200, 400, 600), closed="right")
TIME = Bands(edges=(0, 7, 14, 21), closed="right")
MOST_SECONDS, MOST_MIB = 20, 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What one way of counting took for so many events."""

    way: str
    events: int
    pairs: int
    nearest: int
    seconds: float
    cpu_seconds: float
    peak_mib: float


def events(size: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return places and days of some events, drawn evenly from all."""
    with FILE.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    chosen = np.sort(np.random.default_rng(0).permutation(len(rows))[:size])
    xy = np.array([(float(row["x"]), float(row["y"])) for row in rows])
    days = [datetime.strptime(row["date_single"], "%d/%m/%Y").toordinal() for row in rows]  # noqa: DTZ007 - a day
    return xy[chosen], np.array(days)[chosen]


def compiled(xy: NDArray[np.float64], days: NDArray[np.int64]) -> tuple[int, int]:
    """Return pairs by distance and the nearest count, from the product's own test."""
    found = near_repeat(
        xy,
        days,
        bands=(SPACE, TIME),
        metric="euclidean",
        permutations=PERMUTATIONS,
        generator=np.random.default_rng(0),
    )
    return int(found.counts.observed.sum()), int(found.counts.observed[0, 0])


def plain(xy: NDArray[np.float64], days: NDArray[np.int64]) -> tuple[int, int]:
    """Return the same from SciPy's tree and NumPy, in a few permutations."""
    from scipy.spatial import cKDTree  # noqa: PLC0415 - only this way needs it, and its memory

    pairs = cKDTree(xy).query_pairs(SPACE.edges[-1], output_type="ndarray")
    row = SPACE.which(np.hypot(*(xy[pairs[:, 0]] - xy[pairs[:, 1]]).T))
    generator = np.random.default_rng(0)

    def counted(dealt: NDArray[np.int64]) -> NDArray[np.int64]:
        gap = np.abs(dealt[pairs[:, 0]] - dealt[pairs[:, 1]]).astype(np.float64)
        column = TIME.which(gap)
        held = (row >= 0) & (column >= 0)
        at = row[held] * len(TIME) + column[held]
        return np.bincount(at, minlength=len(SPACE) * len(TIME))

    observed = counted(days)
    for _ in range(PLAIN_PERMUTATIONS):
        counted(generator.permutation(days))
    return int(observed.sum()), int(observed[0])


WAYS = {"near-repeat": compiled, "NumPy and SciPy": plain}


def measured(way: str, size: int) -> Result:
    """Return what one way takes in this process."""
    xy, days = events(size)
    wall, cpu = time.perf_counter(), time.process_time()
    pairs, nearest = WAYS[way](xy, days)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    scale = PERMUTATIONS / PLAIN_PERMUTATIONS if way != "near-repeat" else 1.0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Result(
        way=way,
        events=size,
        pairs=pairs,
        nearest=nearest,
        seconds=wall * scale,
        cpu_seconds=cpu * scale,
        peak_mib=peak,
    )


def in_process(way: str, size: int) -> Result:
    """Return what one way takes in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.near_repeat", way, str(size)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)  # noqa: S603 - our own words
    return Result(**json.loads(done.stdout))


def results() -> list[Result]:
    """Return every way and size; both ways count the same pairs or it is an error."""
    rows = [in_process("near-repeat", size) for size in SIZES]
    rows += [in_process("NumPy and SciPy", size) for size in SIZES]
    for one, other in zip(rows[: len(SIZES)], rows[len(SIZES) :], strict=True):
        assert (one.pairs, one.nearest) == (other.pairs, other.nearest)
    return rows


def table(rows: list[Result]) -> list[str]:
    """Return a Markdown table, the cost per pair beside it."""
    lines = [
        "| way | events | pairs in the bands | seconds | CPU s | peak MiB |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    return lines + [
        f"| {r.way} | {r.events:,} | {r.pairs:,} | {r.seconds:,.1f} | {r.cpu_seconds:,.1f} "
        f"| {r.peak_mib:,.0f} |"
        for r in rows
    ]


def main() -> None:
    """Print the table and whether the aim is met."""
    rows = results()
    print("\n".join(table(rows)))
    ours, others = rows[len(SIZES) - 1], rows[-1]
    met = ours.seconds < MOST_SECONDS and ours.peak_mib < MOST_MIB
    growth = ours.cpu_seconds / rows[0].cpu_seconds
    print(
        f"\n{PERMUTATIONS} permutations, two threads, compiling included. Aim for "
        f"{ours.events:,} events: under {MOST_SECONDS} s and {MOST_MIB:,} MiB; "
        f"{'met' if met else 'NOT met'}. {others.cpu_seconds / ours.cpu_seconds:,.0f} times fewer "
        f"CPU seconds than NumPy and SciPy (their {PLAIN_PERMUTATIONS} permutations scaled up). "
        f"From {rows[0].events:,} to {ours.events:,} events pairs grow "
        f"{ours.pairs / rows[0].pairs:,.0f}-fold, CPU seconds {growth:,.1f}-fold."
    )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(asdict(measured(sys.argv[1], int(sys.argv[2])))))
    else:
        main()
