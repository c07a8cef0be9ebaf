"""Forecast accuracy on London: recorded violence and sexual offences with robbery, by month.

Points of the 2016-01 to 2018-06 files to the nearest LSOA 2011 polygon; the LSOAs with any event;
2016-03, which is nearly empty, masked; each of the last 12 months forecast from all before it.
Run with ``python -m benchmarks.quality.london``. Both ways of reckoning time are shown: every month
as long as any other, as in the benchmark's definition, and months of 28 to 31 days, as in the
product. PAI is relative to the share of LSOAs, not of ground.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq

from benchmarks.quality.toronto import SHARES, Row
from rightplace.core import Month, months_between
from rightplace.forecast import History, rolling_backtest
from rightplace.forecast.history import WEEKS_PER_MONTH
from rightplace.places import AreaSettings, Unit, define_area, locate
from tests.paths import SHARED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rightplace.forecast import Backtest

CRIMES = SHARED / "london/police_uk/london_wards_street_2016-01_2018-06.parquet"
POLYGONS = SHARED / "london/geography/LSOA_2011_London_gen_MHW_shapefile.zip"
CATEGORIES = ("violent-crime", "robbery")
MONTHS = months_between(Month(2016, 1), Month(2018, 6))
MASKED = Month(2016, 3)
N_ORIGINS = 12
ANY_DISTANCE_M = 1e6
MEAN_MONTH_DAYS = 365.25 / 12


def _fading(months: float) -> str:
    return f"fading@half_life_weeks={months * WEEKS_PER_MONTH:.6f}"


ALL_HISTORY = _fading(1e6)
METHODS = {
    "last 1 month": "last_28_days",
    "last 12 months": "last_12_months",
    "all history": ALL_HISTORY,
    "fading, half-life 6 months": _fading(6),
    "fading, half-life 12 months": _fading(12),
    "fading, half-life 24 months": _fading(24),
    "fading, half-life 12 months, shrunk": _fading(12) + ",shrunk=1",
    "fading, half-life 24 months, shrunk": _fading(24) + ",shrunk=1",
    "kernel 200 m": "kernel@bandwidth_m=200",
    "uniform": "uniform",
    "additive memory": "additive_memory",
}
# The benchmark's definition, "London, monthly, LSOA 2011".
PRINTED = {
    "last 1 month": Row(pai=("8.686", "6.567", "4.269", "3.054"), log_score="-3.1184"),
    "last 12 months": Row(pai=("9.037", "6.851", "4.572", "3.289"), log_score="-2.1349"),
    "all history": Row(pai=("9.026", "6.834", "4.586", "3.299"), log_score="-2.1259"),
    "fading, half-life 6 months": Row(
        pai=("9.049", "6.853", "4.586", "3.296"), log_score="-2.1221"
    ),
    "fading, half-life 12 months": Row(
        pai=("9.039", "6.846", "4.591", "3.301"), log_score="-2.1189"
    ),
    "fading, half-life 24 months": Row(
        pai=("9.033", "6.842", "4.589", "3.300"), log_score="-2.1210"
    ),
}


def load(*, equal_months: bool = False) -> History:
    """Return the monthly history of the LSOAs with any event."""
    crimes = pq.read_table(
        CRIMES,
        columns=["month", "latitude", "longitude"],
        filters=pc.field("category").isin(CATEGORIES),
    )
    area = define_area(POLYGONS, AreaSettings(unit=Unit.LSOA))
    rows = locate(
        area,
        crimes["longitude"].to_numpy(),
        crimes["latitude"].to_numpy(),
        nearest_within_m=ANY_DISTANCE_M,
    )
    number = {str(month): column for column, month in enumerate(MONTHS)}
    columns = np.array([number[text] for text in crimes["month"].to_pylist()])
    events = np.zeros((area.n_cells, len(MONTHS)), dtype=np.int64)
    np.add.at(events, (rows, columns), 1)
    some = events.any(axis=1)
    observed = np.ones((int(some.sum()), len(MONTHS)), dtype=bool)
    observed[:, MONTHS.index(MASKED)] = False
    cells = area.cells
    days = np.array([month.days for month in MONTHS], dtype=np.float64)
    return History(
        events=events[some],
        exposure=np.full(len(MONTHS), MEAN_MONTH_DAYS) if equal_months else days,
        observed=observed,
        period_ends=np.array([str(month.plus(1)) for month in MONTHS], dtype="datetime64[D]"),
        kind="month",
        area_km2=cells["area_km2"].to_numpy()[some],
        xy=np.column_stack([cells["x"].to_numpy(), cells["y"].to_numpy()])[some],
    )


def results(history: History, *, methods: Iterable[str] = tuple(METHODS)) -> Backtest:
    """Return the backtest of the last 12 months."""
    first = history.n_periods - N_ORIGINS
    return rolling_backtest(
        history,
        range(first, history.n_periods),
        methods=[METHODS[name] for name in methods],
        generator=np.random.default_rng(0),
    )


def table(found: Backtest) -> list[str]:
    """Return a Markdown table of our scores, each with the printed row beneath it if any."""
    lines = [
        "| method | PAI 1/2/5/10 % | PEI* 1/2/5/10 % | log score | CRPS | PIT 80 % |",
        "|---|---|---|---|---|---|",
    ]
    for name, spec in METHODS.items():
        scores = found.methods[spec]
        pai = "/".join(f"{scores['pai'][share]:.3f}" for share in SHARES)
        pei = "/".join(f"{scores['pei'][share]:.3f}" for share in SHARES)
        lines.append(
            f"| {name} | {pai} | {pei} | {scores['log_score']:.4f} | {scores['crps']:.4f} "
            f"| {scores['pit_coverage80']:.3f} |"
        )
        if name in PRINTED:
            row = PRINTED[name]
            lines.append(f"| printed | {'/'.join(row.pai)} | | {row.log_score} | | |")
    return lines


def main() -> None:
    """Print one table for each way of reckoning months."""
    started = time.process_time()
    for equal_months in (True, False):
        history = load(equal_months=equal_months)
        found = results(history)
        title = "all months alike, as printed" if equal_months else "months of 28 to 31 days"
        print(f"\nLondon, {history.n_cells:,} LSOAs, {history.events.sum():,} offences, {title}\n")
        print("\n".join(table(found)))
        print(f"\n{found.verdict}")
    print(f"\nThe whole run: {time.process_time() - started:.1f} CPU s.")


if __name__ == "__main__":
    main()
