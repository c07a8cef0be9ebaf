"""Seconds and memory of forecasts by shift, on made-up events of a quarter, half and all the size.

25,000 cells, 130 weeks of timed events, 21 slots to come: fading counts, the factors of weekday,
shift and kind of day, each cell's mix, the expected counts of all slots and their 80 % intervals.
Run with ``python -m benchmarks.slots_scale``; each size in a process of its own, since memory is
the highest the process had, imports and made-up events included.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from dataclasses import asdict, dataclass

import numpy as np

from rightplace.forecast import (
    ForecastDistribution,
    History,
    SlotForecaster,
    SlotHistory,
    forecast_noise,
    forecaster,
)
from rightplace.forecast.shifts.days import DayTable
from rightplace.forecast.shifts.slots import part_noise

N_CELLS, N_WEEKS, N_SHIFTS = 25_000, 130, 3
EVENTS_PER_CELL_WEEK = 0.05
METHOD = "fading@half_life_weeks=104,shrunk=1"
SHARES = (0.25, 0.5, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What one size cost.

    Parameters
    ----------
    counting_s, fit_s, forecast_s
        CPU seconds to count events by cell and week; to learn level, noise, factors and mixes;
        and to forecast every slot with its interval.
    peak_mb
        Most memory that the process had.
    """

    n_cells: int
    n_weeks: int
    n_events: int
    counting_s: float
    fit_s: float
    forecast_s: float
    peak_mb: float

    @property
    def total_s(self) -> float:
        """CPU seconds of all steps."""
        return self.counting_s + self.fit_s + self.forecast_s


def days(n_days: int, *, rng: np.random.Generator) -> DayTable:
    """Return days of three shifts, one in thirty of them a holiday."""
    return DayTable(
        weekdays=np.arange(n_days) % 7,
        hours=np.full((n_days, N_SHIFTS), 24 / N_SHIFTS),
        kinds=rng.random((n_days, 1)) < 1 / 30,
        kind_names=("holiday",),
    )


def events(n_cells: int, n_weeks: int, *, rng: np.random.Generator) -> SlotHistory:
    """Return made-up events: few cells hold most, nights of weekends are busiest."""
    n_events = int(EVENTS_PER_CELL_WEEK * n_cells * n_weeks)
    busy = np.cumsum(rng.gamma(0.3, 1.0, n_cells))
    week = rng.gamma(3.0, 1.0, (7, N_SHIFTS)).ravel()
    slot = rng.choice(week.size, n_events, p=week / week.sum())
    return SlotHistory(
        cell=np.searchsorted(busy, rng.random(n_events) * busy[-1]),
        day=rng.integers(0, n_weeks, n_events) * 7 + slot // N_SHIFTS,
        shift=slot % N_SHIFTS,
        n=np.ones(n_events, dtype=np.int64),
        days=days(7 * n_weeks, rng=rng),
        observed=np.ones((n_cells, n_weeks), dtype=np.bool_),
        span=np.arange(7 * n_weeks) // 7,
    )


def by_week(of: SlotHistory) -> History:
    """Return the same events by cell and week."""
    n_weeks = of.observed.shape[1]
    counts = np.bincount(of.cell * n_weeks + of.span[of.day], minlength=of.n_cells * n_weeks)
    column, row = np.arange(of.n_cells) % 200, np.arange(of.n_cells) // 200
    return History(
        events=counts.reshape(of.n_cells, n_weeks),
        exposure=np.full(n_weeks, 7.0),
        observed=of.observed,
        period_ends=np.datetime64("2020-01-06") + 7 * np.arange(1, n_weeks + 1),
        kind="week",
        area_km2=np.full(of.n_cells, 0.0625),
        xy=np.column_stack([column, row]) * np.float64(250),
    )


def measured(n_cells: int, n_weeks: int) -> Result:
    """Return what a forecast of the coming week by shift costs in this process."""
    rng = np.random.default_rng(0)
    of, coming = events(n_cells, n_weeks, rng=rng), days(7, rng=rng)
    marks = [time.process_time()]
    history = by_week(of)
    marks.append(time.process_time())
    level = forecaster(METHOD).fit(history)
    noise = forecast_noise(history, METHOD)
    slots = SlotForecaster().fit(of)
    marks.append(time.process_time())
    expected = slots.split(level.predict(slots.days_alike(coming)), coming)
    swing = slots.factors_.slot_swing
    distribution = ForecastDistribution(
        mean=expected.reshape(-1), noise=part_noise(noise, swing=swing)
    )
    low, high = distribution.interval(0.8)
    marks.append(time.process_time())
    assert (low <= high).all()
    assert np.isfinite(expected).all()
    counting, fit, ahead = np.diff(marks)
    return Result(
        n_cells=n_cells,
        n_weeks=n_weeks,
        n_events=of.n.size,
        counting_s=float(counting),
        fit_s=float(fit),
        forecast_s=float(ahead),
        peak_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    )


def results() -> list[Result]:
    """Return what each size costs: fewer cells, and the whole of them with fewer weeks."""
    sizes = [(int(share * N_CELLS), N_WEEKS) for share in SHARES]
    sizes += [(N_CELLS, int(share * N_WEEKS)) for share in SHARES[:-1]]
    return [_in_a_process(*size) for size in sizes]


def _in_a_process(n_cells: int, n_weeks: int) -> Result:
    words = [sys.executable, "-m", "benchmarks.slots_scale", str(n_cells), str(n_weeks)]
    told = subprocess.run(words, check=True, capture_output=True, text=True)  # noqa: S603 - ourselves
    return Result(**json.loads(told.stdout))


def table(found: list[Result]) -> list[str]:
    """Return a Markdown table; the last column is the cost by cell and week against the whole."""
    whole = next(r for r in found if (r.n_cells, r.n_weeks) == (N_CELLS, N_WEEKS))
    each = whole.total_s / (whole.n_cells * whole.n_weeks)
    head = (
        "| cells | weeks | events | count, CPU s | fit, CPU s | forecast, CPU s | all, CPU s "
        "| peak MB | CPU s by cell and week, against the whole |"
    )
    return [head, "|--:|--:|--:|--:|--:|--:|--:|--:|--:|"] + [
        f"| {r.n_cells:,} | {r.n_weeks} | {r.n_events:,} | {r.counting_s:.2f} | {r.fit_s:.2f} "
        f"| {r.forecast_s:.2f} | {r.total_s:.2f} | {r.peak_mb:,.0f} "
        f"| {r.total_s / (r.n_cells * r.n_weeks) / each:.2f} |"
        for r in found
    ]


def main() -> None:
    """Print the table."""
    print("\n".join(table(results())))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(asdict(measured(int(sys.argv[1]), int(sys.argv[2])))))
    else:
        main()
