"""Forecast accuracy on the Toronto benchmark: 7,103 squares of 250 m, 52 weekly origins.

Assault and robbery, 2014 to 2021; each week from 2020-12-28 on is forecast from all weeks before
it. Run with ``python -m benchmarks.quality.toronto``; prints a Markdown table with the values that
the benchmark's definition prints for the same methods beneath our own.
"""

from __future__ import annotations

import csv
import gzip
import resource
import time
import tracemalloc
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rightplace.forecast import History, NarrowBandwidthWarning, rolling_backtest
from rightplace.forecast.judging.trial import one_step_ahead
from tests.paths import SHARED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rightplace.forecast import Backtest

FOLDER = SHARED / "bench_toronto"
CELL_M = 250
SHARES = ("0.01", "0.02", "0.05", "0.1")
METHODS = (
    "fading@half_life_weeks=26",
    "fading@half_life_weeks=52",
    "fading@half_life_weeks=104",
    "counts_2y",
    "fading@half_life_weeks=104,shrunk=1",
    "last_12_months",
    "last_28_days",
    "kernel@bandwidth_m=100",
    "uniform",
    "additive_memory",
)
REFERENCE = "fading@half_life_weeks=104"  # chosen on the years before the test year


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Scores as printed: text, so that every digit counts. Empty where nothing is printed."""

    pai: tuple[str, ...]
    pei: tuple[str, ...] = ()
    log_score: str = ""


# The benchmark's definition, "Accuracy, AR, 52 origins (17,032 events): the table to beat".
PRINTED = {
    "fading@half_life_weeks=26": Row(
        pai=("18.234", "13.479", "8.553", "5.765"),
        pei=(".504", ".465", ".429", ".577"),
        log_score="-.14791",
    ),
    "fading@half_life_weeks=52": Row(
        pai=("18.222", "13.474", "8.556", "5.829"),
        pei=(".504", ".465", ".429", ".583"),
        log_score="-.14540",
    ),
    "fading@half_life_weeks=104": Row(
        pai=("17.962", "13.296", "8.526", "5.819"),
        pei=(".497", ".459", ".427", ".582"),
        log_score="-.14487",
    ),
    "counts_2y": Row(pai=("18.05", "13.34", "8.52", "5.76")),
}
# The same, "12 origins (3,875 events)", for methods that the larger table leaves out.
PRINTED_12 = {
    "last_12_months": Row(
        pai=("18.03", "13.51", "8.54", "5.80"), pei=(".490", ".459"), log_score="-.15394"
    ),
    "kernel@bandwidth_m=100": Row(
        pai=("18.10", "13.42", "8.61", "5.85"), pei=(".492", ".456"), log_score="-.14427"
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """Scores of one method, with what they cost."""

    method: str
    pai: tuple[float, ...]
    pei: tuple[float, ...]
    log_score: float
    crps: float
    pit_coverage80: float
    cpu_s_per_origin: float
    peak_mb: float

    def as_printed(self, like: Row) -> Row:
        """Return our scores with the number of digits that a printed row has."""
        return Row(
            pai=tuple(map(_like, self.pai, like.pai)),
            pei=tuple(map(_like, self.pei, like.pei)),
            log_score=_like(self.log_score, like.log_score) if like.log_score else "",
        )


def _like(value: float, printed: str) -> str:
    text = f"{value:.{len(printed.partition('.')[2])}f}"
    return text if printed.lstrip("-").startswith("0") else text.replace("0.", ".", 1)


def load() -> tuple[History, list[int], list[int]]:
    """Return the weekly history, the positions of the 52 origins and of the 12 among them."""
    with gzip.open(FOLDER / "cells.csv.gz", "rt", encoding="utf-8") as file:
        active = [row for row in csv.DictReader(file) if row["active"] == "True"]
    with (FOLDER / "origins.csv").open(encoding="utf-8") as file:
        origins = list(csv.DictReader(file))
    with np.load(FOLDER / "counts_weekly.npz") as arrays:
        events, first = arrays["AR"].T, np.datetime64(str(arrays["week0"])[:10])
    ends = first + 7 * np.arange(1, events.shape[1] + 1)
    history = History(
        events=events,
        exposure=np.full(events.shape[1], 7.0),
        observed=np.ones(events.shape, dtype=bool),
        period_ends=ends,
        kind="week",
        area_km2=np.full(len(active), (CELL_M / 1000) ** 2),
        xy=np.array([(float(row["x"]), float(row["y"])) for row in active]),
    )
    weeks = {str(start): week for week, start in enumerate(ends - 7)}
    every = [weeks[row["origin"]] for row in origins]
    twelve = [weeks[row["origin"]] for row in origins if row["subset12"] == "True"]
    return history, every, twelve


def _cost(history: History, method: str, origins: Iterable[int]) -> tuple[float, float]:
    """Return CPU seconds per origin and peak memory in MB, the data themselves left out."""
    chosen = list(origins)

    started = time.process_time()
    one_step_ahead(history, method, periods=chosen)  # learns anew at each origin
    seconds = (time.process_time() - started) / len(chosen)
    tracemalloc.start()
    one_step_ahead(history, method, periods=chosen[-1:])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return seconds, peak / 1e6


def results(*, twelve: bool = False, methods: Iterable[str] = METHODS) -> list[Result]:
    """Return the scores of each method over the 52 origins, or over the twelve."""
    history, every, subset = load()
    origins, chosen = (subset if twelve else every), list(methods)
    with warnings.catch_warnings():
        # The bandwidth of 100 m on squares of 250 m is the benchmark's own.
        warnings.simplefilter("ignore", NarrowBandwidthWarning)
        found = rolling_backtest(
            history, origins, methods=chosen, generator=np.random.default_rng(0)
        ).methods
        costs = {method: _cost(history, method, origins) for method in chosen}
    return [
        Result(
            method=method,
            pai=tuple(found[method]["pai"][share] for share in SHARES),
            pei=tuple(found[method]["pei"][share] for share in SHARES),
            log_score=found[method]["log_score"],
            crps=found[method]["crps"],
            pit_coverage80=found[method]["pit_coverage80"],
            cpu_s_per_origin=costs[method][0],
            peak_mb=costs[method][1],
        )
        for method in chosen
    ]


def table(rows: Iterable[Result], printed: dict[str, Row]) -> list[str]:
    """Return a Markdown table of our scores, each with the printed row beneath it if any."""
    like = Row(pai=("0.000",) * 4, pei=(".000",) * 4, log_score="-.00000")
    lines = [
        "| method | PAI 1/2/5/10 % | PEI* 1/2/5/10 % | log score | CRPS | PIT 80 % | CPU s | MB |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for result in rows:
        ours = result.as_printed(like)
        lines.append(
            f"| {result.method} | {'/'.join(ours.pai)} | {'/'.join(ours.pei)} | {ours.log_score} "
            f"| {result.crps:.5f} | {result.pit_coverage80:.3f} "
            f"| {result.cpu_s_per_origin:.4f} | {result.peak_mb:.1f} |"
        )
        if result.method in printed:
            row = printed[result.method]
            same = "same digits" if result.as_printed(row) == row else "DIFFERS"
            lines.append(
                f"| printed: {same} | {'/'.join(row.pai)} | {'/'.join(row.pei)} "
                f"| {row.log_score} | | | | |"
            )
    return lines


def duel(method: str, reference: str = REFERENCE) -> Backtest:
    """Return the backtest of a method beside one reference, with paired intervals."""
    history, origins, _ = load()
    return rolling_backtest(
        history, origins, methods=[method, reference], generator=np.random.default_rng(0)
    )


def differences(found: Backtest) -> list[str]:
    """Return a Markdown table of what the first method has over the second."""
    lines = ["| metric | difference | 95 % from | to |", "|---|---|---|---|"]
    return lines + [
        f"| {pair.metric} | {pair.diff:+.5f} | {pair.lo95:+.5f} | {pair.hi95:+.5f} |"
        for pair in found.pairs
        if pair.metric.startswith(("log_score", "crps", "pai"))
    ]


def main() -> None:
    """Print the tables and what the whole run took."""
    started = time.process_time()
    print("Toronto, assault and robbery, weekly, 52 origins\n")
    print("\n".join(table(results(), PRINTED)))
    print("\nThe twelve origins\n")
    print("\n".join(table(results(twelve=True, methods=PRINTED_12), PRINTED_12)))
    for reference in (REFERENCE, "fading@half_life_weeks=52"):
        found = duel("additive_memory", reference)
        print(f"\nadditive_memory less {reference}, paired bootstrap of 4-week blocks\n")
        print("\n".join(differences(found)))
        print(f"\n{found.verdict}")
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"\nThe whole run: {time.process_time() - started:.1f} CPU s, {peak_mb:.0f} MB at its peak."
        "\nCPU s and MB in the tables are for one origin; MB is the peak beside the data."
    )


if __name__ == "__main__":
    main()
