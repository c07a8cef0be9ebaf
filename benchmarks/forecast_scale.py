"""What forecasting costs as the data grow: additive memory on Toronto, kernel density on a grid.

Run with ``python -m benchmarks.forecast_scale``; prints Markdown. Each figure is of a process that
has imported everything; the first row of each table is the smallest, so that growth can be read.
"""

from __future__ import annotations

import time
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.quality.toronto import load
from rightplace.forecast import History, NarrowBandwidthWarning, forecaster
from rightplace.forecast.judging.trial import one_step_ahead

if TYPE_CHECKING:
    from collections.abc import Sequence

SHARES = (0.25, 0.5, 1.0)
REFIT_EVERY, FORECASTS = 4, 52
GRID_SIDE, CELL_M, KERNEL_EVENTS, KERNEL_WEEKS = 316, 250.0, 50_000, 104


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one run took."""

    what: str
    cells: int
    periods: int
    seconds: float
    cpu_seconds: float


def part_of(history: History, *, cells: float = 1.0, weeks: float = 1.0) -> History:
    """Return the first cells and the last weeks of a history."""
    kept, first = round(history.n_cells * cells), round(history.n_periods * (1 - weeks))
    return History(
        events=history.events[:kept, first:],
        exposure=history.exposure[first:],
        observed=history.observed[:kept, first:],
        period_ends=history.period_ends[first:],
        kind=history.kind,
        area_km2=history.area_km2[:kept],
        xy=history.xy[:kept],
    )


def additive(history: History, *, every: int) -> Cost:
    """Return the cost of learning anew every so many of the last 52 weeks."""
    periods = range(history.n_periods - FORECASTS, history.n_periods, every)
    wall, cpu = time.perf_counter(), time.process_time()
    one_step_ahead(history, "additive_memory", periods=periods)
    return Cost(
        what=f"additive_memory, {len(periods)} fits",
        cells=history.n_cells,
        periods=history.n_periods,
        seconds=time.perf_counter() - wall,
        cpu_seconds=time.process_time() - cpu,
    )


def kernel_density() -> Cost:
    """Return the cost of kernel density on a square grid of 99,856 cells."""
    generator = np.random.default_rng(0)
    side = np.arange(GRID_SIDE) * CELL_M
    xy = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
    events = np.zeros((len(xy), KERNEL_WEEKS), dtype=np.int32)
    where = generator.integers(0, len(xy), KERNEL_EVENTS)
    np.add.at(events, (where, generator.integers(0, KERNEL_WEEKS, KERNEL_EVENTS)), 1)
    history = History(
        events=events,
        exposure=np.full(KERNEL_WEEKS, 7.0),
        observed=np.ones(events.shape, dtype=bool),
        period_ends=np.datetime64("2019-01-07") + 7 * np.arange(1, KERNEL_WEEKS + 1),
        kind="week",
        area_km2=np.full(len(xy), (CELL_M / 1000) ** 2),
        xy=xy,
    )
    wall, cpu = time.perf_counter(), time.process_time()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NarrowBandwidthWarning)
        forecaster("kernel@bandwidth_m=200").fit(history).predict(7.0)
    return Cost(
        what=f"kernel, {KERNEL_EVENTS:,} events",
        cells=len(xy),
        periods=KERNEL_WEEKS,
        seconds=time.perf_counter() - wall,
        cpu_seconds=time.process_time() - cpu,
    )


def results() -> list[Cost]:
    """Return all costs; the history of Toronto is cut in cells and in weeks."""
    history, _, _ = load()
    additive(part_of(history, cells=0.05), every=FORECASTS)  # loads what is loaded lazily
    found = [additive(part_of(history, cells=share), every=REFIT_EVERY) for share in SHARES]
    found += [additive(part_of(history, weeks=share), every=REFIT_EVERY) for share in SHARES[:-1]]
    return [*found, additive(history, every=1), kernel_density()]


def table(costs: Sequence[Cost]) -> list[str]:
    """Return a Markdown table."""
    lines = ["| what | cells | periods | seconds | CPU s |", "|---|--:|--:|--:|--:|"]
    return lines + [
        f"| {c.what} | {c.cells:,} | {c.periods} | {c.seconds:.2f} | {c.cpu_seconds:.2f} |"
        for c in costs
    ]


def main() -> None:
    """Print the table."""
    print("\n".join(table(results())))


if __name__ == "__main__":
    main()
