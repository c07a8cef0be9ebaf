"""London's walk, measured in process: ingest against a bare scan, points to cells, plan, briefs.

Imports are done before the clock starts. Each step runs in a process of its own, so that its
peak memory is its own. The bare scan is DuckDB alone: read, sort by (month, ward, row), write.
"""

from __future__ import annotations

import multiprocessing
import resource
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.paths import SHARED

if TYPE_CHECKING:
    from collections.abc import Callable

PARQUET = SHARED / "london" / "police_uk" / "london_wards_street_2016-01_2018-06.parquet"
LSOAS = SHARED / "london" / "geography" / "LSOA_2011_London_gen_MHW_shapefile.zip"
AS_OF = date(2018, 6, 30)
REPEATS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One step: best of the repeats in seconds, and the peak memory of its process."""

    step: str
    seconds: float
    peak_mib: float
    note: str = ""


def _measure(step: str, work: Callable[[Path], Callable[[], Any]], *, folder: Path) -> Measured:
    """Return a step measured in a process of its own."""
    context = multiprocessing.get_context("fork")
    receive, send = context.Pipe(duplex=False)
    process = context.Process(target=_timed, args=(work, folder, send))
    process.start()
    seconds, peak, note = receive.recv()
    process.join()
    return Measured(step=step, seconds=seconds, peak_mib=peak, note=note)


def _timed(work: Callable[[Path], Callable[[], Any]], folder: Path, send: Any) -> None:  # noqa: ANN401 - a pipe
    ready = work(folder)
    best, note = float("inf"), ""
    for _ in range(REPEATS):
        start = time.perf_counter()
        note = str(ready() or "")
        best = min(best, time.perf_counter() - start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    send.send((best, peak, note))


def bare_scan(folder: Path) -> Callable[[], Any]:
    """Return DuckDB's scan, sort and write of the file, with two threads."""
    import duckdb  # noqa: PLC0415 - imported in the measured process, before the clock

    connection = duckdb.connect()
    connection.execute("SET threads = 2")
    rows = connection.read_parquet(str(PARQUET), file_row_number=True)
    ordered = rows.order("month, ward, file_row_number")
    return lambda: ordered.write_parquet(str(folder / "bare.parquet"), compression="zstd")


def ingest_file(folder: Path) -> Callable[[], Any]:
    """Return the ingest of the file into an empty workspace."""
    import shutil  # noqa: PLC0415 - imported in the measured process, before the clock

    from rightplace.app.ingest import ingest  # noqa: PLC0415 - as above
    from rightplace.app.workspace import Workspace  # noqa: PLC0415 - as above

    def work() -> None:
        root = folder / "ingest"
        shutil.rmtree(root, ignore_errors=True)
        answer = ingest(Workspace(root=root), [PARQUET], kind="crimes")
        assert answer.ok

    _ = Workspace(root=folder / "warm").engine
    return work


def points_to_cells(folder: Path) -> Callable[[], Any]:
    """Return the placing of every point in LSOAs, 250 m squares and boroughs."""
    import pyarrow.parquet as pq  # noqa: PLC0415 - imported in the measured process

    from rightplace.places import AreaSettings, Unit, define_area, locate  # noqa: PLC0415 - as above

    del folder
    areas = [
        define_area(LSOAS, AreaSettings(unit=Unit.LSOA)),
        define_area(LSOAS, AreaSettings(unit=Unit.SQUARE, cell_size_m=250.0)),
        define_area(LSOAS, AreaSettings(unit=Unit.BOROUGH, code_column="LAD11CD")),
    ]
    points = pq.read_table(PARQUET, columns=["longitude", "latitude"])
    lon, lat = (points[name].to_numpy() for name in ("longitude", "latitude"))

    def work() -> str:
        inside = [int((locate(area, lon, lat) >= 0).sum()) for area in areas]
        return f"{len(lon):,} points; inside {inside[0]:,}"

    return work


def forecast_plan_briefs(folder: Path) -> Callable[[], Any]:
    """Return forecast, plan and every brief of London from a workspace that holds its data."""
    from rightplace.app.areas import define_area  # noqa: PLC0415 - imported before the clock
    from rightplace.app.brief.use_case import BriefOptions, brief  # noqa: PLC0415 - as above
    from rightplace.app.evidence import Question  # noqa: PLC0415 - as above
    from rightplace.app.forecast.use_case import ForecastOptions, forecast  # noqa: PLC0415 - as above
    from rightplace.app.ingest import ingest  # noqa: PLC0415 - as above
    from rightplace.app.plan.making import PlanOptions  # noqa: PLC0415 - as above
    from rightplace.app.plan.use_case import plan  # noqa: PLC0415 - as above
    from rightplace.app.workspace import Workspace  # noqa: PLC0415 - as above
    from rightplace.places import AreaSettings, Unit  # noqa: PLC0415 - as above

    workspace = Workspace(root=folder / "walk")
    ingest(workspace, [PARQUET], kind="crimes")
    define_area(workspace, LSOAS, AreaSettings(unit=Unit.LSOA))
    crews = _crews(folder)
    made_at = datetime(2026, 1, 1, tzinfo=UTC)

    def work() -> str:
        made = forecast(
            workspace, Question(as_of=AS_OF), days=7, made_at=made_at, options=ForecastOptions()
        )
        planned = plan(
            workspace,
            made.result.forecast_id,
            as_of=AS_OF,
            days=7,
            options=PlanOptions(crews_file=crews),
            made_at=made_at,
        )
        options = BriefOptions(out=folder / "briefs")
        written = brief(workspace, planned.result.plan_id, options, printed_at=made_at)
        files = len(written.result.outputs)
        return f"{planned.result.visits:,} visits, gap {planned.result.gap:.2%}, {files} files"

    return work


def _crews(folder: Path) -> Path:
    """Write crews of every borough for the week after the as-of day."""
    import numpy as np  # noqa: PLC0415 - imported in the measured process
    import pyarrow.csv as pa_csv  # noqa: PLC0415 - as above

    from rightplace.core.time import Clock  # noqa: PLC0415 - as above
    from rightplace.crime.simulate.london import (  # noqa: PLC0415 - as above
        demo_outlines,
        read_borough_totals,
        simulate_crews,
    )

    totals, clock = read_borough_totals(), Clock()
    table = simulate_crews(
        demo_outlines(totals.boroughs),
        totals,
        slots=list(clock.slots(date(2018, 7, 1), 7)),
        clock=clock,
        generator=np.random.default_rng(0),
    )
    path = folder / "crews.csv"
    pa_csv.write_csv(table, path)
    return path


def results() -> list[Measured]:
    """Return every step measured."""
    steps = {
        "bare scan, sort, write": bare_scan,
        "ingest of the London file": ingest_file,
        "points to LSOA, square and borough": points_to_cells,
        "forecast, plan, all briefs of London": forecast_plan_briefs,
    }
    with tempfile.TemporaryDirectory() as folder:
        return [_measure(step, work, folder=Path(folder)) for step, work in steps.items()]


def table(rows: list[Measured]) -> list[str]:
    """Return the steps as a Markdown table, with the ratio to the bare scan in the same run."""
    bare = rows[0].seconds
    lines = ["| step | seconds | ratio to the bare scan | peak MiB | |", "|---|--:|--:|--:|---|"]
    return lines + [
        f"| {r.step} | {r.seconds:.1f} | {r.seconds / bare:.1f} | {r.peak_mib:,.0f} | {r.note} |"
        for r in rows
    ]


def main() -> None:
    """Print the table."""
    print("\n".join(table(results())))


if __name__ == "__main__":
    main()
