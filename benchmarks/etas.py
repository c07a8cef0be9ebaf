"""ETAS and prospective hot spots on the Toronto benchmark, beside fading counts in the same run.

The events of the benchmark's definition with their hour and point: 144,155 assaults and robberies
of 416 weeks on 7,103 squares of 250 m. Run with ``python -m benchmarks.etas``; prints Markdown with
the printed rows of the definition beneath our own.
"""

from __future__ import annotations

import csv
import gzip
import time
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from pyarrow import csv as arrow_csv

from benchmarks.quality.toronto import FOLDER, Row
from benchmarks.quality.toronto import load as load_counts
from rightplace.forecast.judging.accuracy import expected_hits, flagged_count, most_hits
from rightplace.forecast.judging.scores import poisson_log_score
from rightplace.forecast.judging.trial import one_step_ahead
from rightplace.forecast.methods.etas import Etas
from rightplace.forecast.points import Points, moments
from rightplace.places import to_metres
from tests.paths import SHARED

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rightplace.forecast import History

EPSG, CORNER, CELL_M = 2952, (293_500.0, 4_827_250.0), 250.0
FIRST_DAY, LAST_DAY = np.datetime64("2014-01-01"), np.datetime64("2021-12-31")
# One spot lies within a centimetre of an edge; this step lets it fall where the counts have it.
NUDGE_M = (0.01, 0.0)
SHARES = (0.01, 0.02, 0.05, 0.1)
METHODS = (
    "etas",
    "etas@passes=20",
    "etas@join_duplicates=0",
    "prospective",
    "counts_2y",
    "fading@half_life_weeks=26",
    "fading@half_life_weeks=52",
    "fading@half_life_weeks=104",
)
# The benchmark's definition, "Accuracy, AR, 12 origins (3,875 events)".
PRINTED_12 = {
    "etas@passes=20": Row(
        pai=("18.05", "13.59", "8.63", "5.87"), pei=(".491", ".462"), log_score="-.14695"
    ),
    "prospective": Row(
        pai=("11.76", "9.18", "5.39", "3.84"), pei=(".320", ".312"), log_score="-.17032"
    ),
}
PRINTED_TRIGGERED = (0.011, 0.016)
PEER_CPU_S = 14.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Scores of one method over some origins, by share of cells."""

    method: str
    pai: tuple[float, ...]
    pei: tuple[float, ...]
    log_score: float


def _cell_numbers() -> dict[tuple[int, int], int]:
    """Return the number of each square of the benchmark by its column and row."""
    with gzip.open(FOLDER / "cells.csv.gz", "rt", encoding="utf-8") as file:
        active = [row for row in csv.DictReader(file) if row["active"] == "True"]
    return {(int(row["col"]), int(row["row"])): number for number, row in enumerate(active)}


def toronto_points(*, on_the_hour: bool = False) -> Points:
    """Return the assaults and robberies of 2014 to 2021 in the benchmark's squares.

    Parameters
    ----------
    on_the_hour
        Whether each event stands where its hour begins, as in the peers' runs, and not spread
        over its hour as in the product.
    """
    options = arrow_csv.ConvertOptions(
        include_columns=["occurrencedate", "occurrencehour", "MCI", "Lat", "Long"],
        column_types={"occurrencedate": pa.string()},
    )
    files = [SHARED / f"events/toronto_mci_{half}.csv.gz" for half in ("train", "test")]
    rows = pa.concat_tables(arrow_csv.read_csv(file, convert_options=options) for file in files)
    written = [text[:10].replace("/", "-") for text in rows["occurrencedate"].to_pylist()]
    day = np.array(written, dtype="datetime64[D]")
    kind = np.array(rows["MCI"].to_pylist())
    chosen = np.isin(kind, ["Assault", "Robbery"]) & (day >= FIRST_DAY) & (day <= LAST_DAY)
    lon, lat = rows["Long"].to_numpy()[chosen], rows["Lat"].to_numpy()[chosen]
    xy = np.column_stack(to_metres(EPSG, lon, lat))
    square = np.floor((xy + np.array(NUDGE_M) - CORNER) / CELL_M).astype(int).tolist()
    number = _cell_numbers()
    hours = day[chosen].astype(np.int64) * 24.0 + rows["occurrencehour"].to_numpy()[chosen]
    return Points(
        days=hours / 24 if on_the_hour else moments(hours / 24, (hours + 1) / 24, xy),
        xy=xy,
        cell=np.array([number[column, row] for column, row in square]),
    )


@cache
def load(*, on_the_hour: bool = False) -> tuple[History, list[int], list[int]]:
    """Return the weekly history with points, the 52 origins and the 12 among them."""
    history, every, twelve = load_counts()
    return replace(history, points=toronto_points(on_the_hour=on_the_hour)), every, twelve


def scores(
    history: History, origins: Sequence[int], methods: Iterable[str] = METHODS
) -> list[Score]:
    """Return how methods do over some origins."""
    flags = [flagged_count(share, history.n_cells) for share in SHARES]
    events = {origin: history.events[:, origin] for origin in origins}
    total = sum(int(seen.sum()) for seen in events.values())
    best = [sum(most_hits(seen, flagged=k) for seen in events.values()) for k in flags]
    found = []
    for method in methods:
        mean = one_step_ahead(history, method, periods=origins)
        hits = [sum(expected_hits(events[o], mean[o], flagged=k) for o in origins) for k in flags]
        found.append(
            Score(
                method=method,
                pai=tuple(
                    h / total / (k / history.n_cells) for h, k in zip(hits, flags, strict=True)
                ),
                pei=tuple(h / b for h, b in zip(hits, best, strict=True)),
                log_score=float(np.mean([poisson_log_score(events[o], mean[o]) for o in origins])),
            )
        )
    return found


def fit_seconds(history: History, origins: Sequence[int]) -> tuple[float, list[float]]:
    """Return CPU seconds of the first fit of this process, and of one more before each origin.

    The first one compiles; the others are what a fit costs, the joining of duplicates included.
    """
    seconds = []
    for origin in (origins[0], *origins):
        known = history.before(origin)
        started = time.process_time()
        Etas().fit(known)
        seconds.append(time.process_time() - started)
    return seconds[0], seconds[1:]


def table(rows: Iterable[Score], printed: dict[str, Row]) -> list[str]:
    """Return a Markdown table of scores, each with the printed row beneath it if any."""
    lines = ["| method | PAI 1/2/5/10 % | PEI* 1/2/5/10 % | log score |", "|---|---|---|---|"]
    for row in rows:
        pai = "/".join(f"{value:.3f}" for value in row.pai)
        pei = "/".join(f"{value:.3f}" for value in row.pei)
        lines.append(f"| {row.method} | {pai} | {pei} | {row.log_score:.5f} |")
        if row.method in printed:
            old = printed[row.method]
            pai, pei = "/".join(old.pai), "/".join(old.pei)
            lines.append(f"| printed, open_cp | {pai} | {pei} | {old.log_score} |")
    return lines


def parameters(history: History, origins: Sequence[int]) -> list[str]:
    """Return a Markdown table of what ETAS learned before the origins, least to most."""
    lines = [
        "| setting | theta | mean delay in hours | triggered, % of events | passes |",
        "|---|---|---|---|---|",
    ]
    for model, name in (
        (Etas(), "etas"),
        (Etas(passes=20), "etas@passes=20"),
        (Etas(join_duplicates=False), "etas@join_duplicates=0"),
    ):
        learned = [model.fit(history.before(origin)).aftershocks_ for origin in origins]
        columns = [
            [each.theta for each in learned],
            [24 / each.omega for each in learned],
            [100 * each.triggered_share for each in learned],
            [float(each.passes) for each in learned],
        ]
        shown = " | ".join(f"{min(values):.4g} to {max(values):.4g}" for values in columns)
        lines.append(f"| {name} | {shown} |")
    low, high = (100 * share for share in PRINTED_TRIGGERED)
    return [*lines, f"| printed, open_cp | | | {low:.1f} to {high:.1f} | 20 |"]


def main() -> None:
    """Print the page."""
    history, every, twelve = load()
    first, seconds = fit_seconds(history, twelve)
    events = history.points.n if history.points is not None else 0
    print(f"Toronto, assault and robbery: {events:,} events with hour and point.\n")
    print("| two-year fit of ETAS | CPU s |\n|---|--:|")
    print(f"| first of a process, compilation included | {first:.2f} |")
    print(f"| mean of {len(seconds)} more | {np.mean(seconds):.3f} |")
    print(f"| slowest of them | {max(seconds):.3f} |")
    print(f"| open_cp, as printed, on another machine | {PEER_CPU_S} |\n")
    print("\n".join(parameters(history, twelve)))
    for origins, printed in ((twelve, PRINTED_12), (every, {})):
        print(f"\n{len(origins)} origins\n")
        print("\n".join(table(scores(history, origins), printed)))
    print("\n12 origins, each event where its hour begins, as in the peer's run\n")
    print("\n".join(table(scores(load(on_the_hour=True)[0], twelve, PRINTED_12), PRINTED_12)))


if __name__ == "__main__":
    main()
