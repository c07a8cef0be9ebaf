"""What the scrutiny pack of all the Metropolitan searches costs beside a plain count of the files.

The files are taken in first, which is not timed. A pack is a process of its own: every month held,
page, paper and data, with small counts withheld; the threshold test is not run. The plain count
reads the same CSV files with Python's csv module and counts them by month and power. Run with
``python -m benchmarks.searches``; prints Markdown.
"""

from __future__ import annotations

import csv
import io
import json
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from rightplace.app.searches.report import ReportOptions, report
from rightplace.app.workspace import Workspace
from rightplace.core.time import Month
from tests.paths import SHARED
from tests.small_files import World

FILES = SHARED / "london" / "police_uk" / "metropolitan_stop-and-search.zip"
FIRST, LAST = Month(2015, 4), Month(2019, 2)
LONDON = ZoneInfo("Europe/London")
RUNS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What one way of counting cost in its process.

    Parameters
    ----------
    searches
        That it counted.
    wall_s, cpu_s
        Seconds; imports that it needs on the way included.
    peak_mib
        Most memory that the process had.
    """

    searches: int
    wall_s: float
    cpu_s: float
    peak_mib: float


def plain_count() -> int:
    """Return how many searches the files hold, counted by month and power."""
    counted: Counter[tuple[str, str]] = Counter()
    with zipfile.ZipFile(FILES) as archive:
        for name in archive.namelist():
            if name.endswith(".csv"):
                text = io.TextIOWrapper(archive.open(name), "utf-8", newline="")
                for row in csv.DictReader(text):
                    local = datetime.fromisoformat(row["Date"]).astimezone(LONDON)
                    counted[f"{local:%Y-%m}", row["Legislation"]] += 1
    return counted.total()


def pack(folder: Path) -> int:
    """Return how many searches a pack of every month held counts; it is written out."""
    options = ReportOptions(first=FIRST, last=LAST, out=folder / "pack")
    workspace = Workspace(root=folder / "workspace")
    made_at = datetime(2026, 1, 1, tzinfo=UTC)
    return report(workspace, options=options, made_at=made_at).result.searches


def measured(folder: Path | None) -> Result:
    """Return what a pack costs in this process; without a folder the plain count."""
    wall, cpu = time.perf_counter(), time.process_time()
    searches = plain_count() if folder is None else pack(folder)
    return Result(
        searches=searches,
        wall_s=time.perf_counter() - wall,
        cpu_s=time.process_time() - cpu,
        peak_mib=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    )


def best(*words: str) -> Result:
    """Return the run of least CPU among ``RUNS``, each in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.searches", *words]
    told = [
        subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603 - ourselves
        for _ in range(RUNS)
    ]
    return min((Result(**json.loads(each)) for each in told), key=lambda each: each.cpu_s)


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as name:
        World(Path(name)).ingest(FILES, kind="searches")
        plain, whole = best("plain"), best(name)
    assert plain.searches == whole.searches
    print("| what | searches | s | CPU s | ratio of CPU | peak MiB |\n|---|--:|--:|--:|--:|--:|")
    for what, each in (("plain count by csv module", plain), ("scrutiny pack", whole)):
        ratio = each.cpu_s / plain.cpu_s
        print(
            f"| {what} | {each.searches:,} | {each.wall_s:.1f} | {each.cpu_s:.1f} | {ratio:.1f} | "
            f"{each.peak_mib:,.0f} |"
        )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        asked = None if sys.argv[1] == "plain" else Path(sys.argv[1])
        print(json.dumps(asdict(measured(asked))))
    else:
        main()
