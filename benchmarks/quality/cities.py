"""The same question in several cities, by the product's own walk and with its default settings.

Each city's files are taken in, its study area is drawn, and the default method is scored beside
the baselines over the last year of its records; nothing is tuned to a city. Run with
``python -m benchmarks CITY ...``, which writes a page for each.
"""

from __future__ import annotations

import csv
import gzip
import json
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import shapely
from pyarrow import parquet

from rightplace.app.areas import define_area
from rightplace.app.backtest.use_case import BacktestOptions, backtest
from rightplace.app.evidence import Question
from rightplace.app.ingest import ingest
from rightplace.app.workspace import Workspace
from rightplace.core import Clock, Month
from rightplace.forecast import PRODUCT_DEFAULT
from rightplace.forecast.judging.pooling import Gains, pooled
from rightplace.places import AreaSettings, Unit
from tests.paths import SHARED

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pyarrow as pa

    from rightplace.app.backtest.result import BacktestResult

EVENTS = SHARED / "events"
LONDON = SHARED / "london"
SHARES = (0.01, 0.02, 0.05, 0.1)
METHODS = (
    PRODUCT_DEFAULT,
    "stack",
    "boosted",
    "fading@half_life_weeks=26",
    "fading@half_life_weeks=52",
    "fading@half_life_weeks=104",
    "fading@half_life_weeks=104,shrunk=1",
    "counts_2y",
    "last_12_months",
    "last_28_days",
    "kernel@bandwidth_m=250",
    "uniform",
)
# Methods for places with points and days: monthly files cannot have them.
TIMED = ("etas", "prospective")
MADE_AT = datetime(2026, 1, 1, tzinfo=UTC)
PLAIN_LEVEL = 0.8
AGAINST = (
    "Differences with 95 % intervals (paired bootstrap of 4-origin blocks). PAI is no worse where "
    "the lower limit lies above -2 % of the reference's; the log score where it lies above -0.1 %."
)
POOLED = (
    "Gain in log score per event over the reference that each city chose before its test year, in "
    "natural logarithms; every city counts alike in the mean."
)
EVERYWHERE = ("fading@half_life_weeks=104,shrunk=1", "last_12_months", "uniform")
HULL_RATIO, HULL_MARGIN_DEGREES = 0.15, 0.003


@dataclass(frozen=True, slots=True, kw_only=True)
class City:
    """A city's records, its study area, and the year that is scored.

    Parameters
    ----------
    title
        What is counted, in words.
    files
        Files to take in.
    outline
        Returns the file of polygons; may write it into the folder given.
    origins
        First days of the periods to forecast.
    classes
        Offence classes; None for the defaults.
    sources
        Populations; None for all of one publisher.
    timed
        Whether events carry place and day.
    """

    title: str
    files: tuple[Path, ...]
    outline: Callable[[Path], Path]
    settings: AreaSettings
    origins: tuple[date, ...]
    classes: tuple[str, ...] | None = None
    sources: tuple[str, ...] | None = None
    timed: bool = True


def given(path: Path) -> Callable[[Path], Path]:
    """Return an outline that is a file held already."""
    return lambda _folder: path


def hull(path: Path, *, lon: str, lat: str) -> Callable[[Path], Path]:
    """Return an outline drawn around a file's points: a concave hull with a margin of 300 m."""

    def write(folder: Path) -> Path:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            rows = [(row[lon], row[lat]) for row in csv.DictReader(file)]
        points = {(float(x), float(y)) for x, y in rows if x not in {"", "NA"} and float(y) > 1}
        drawn = shapely.concave_hull(shapely.MultiPoint(sorted(points)), ratio=HULL_RATIO)
        geometry = json.loads(shapely.to_geojson(drawn.buffer(HULL_MARGIN_DEGREES)))
        feature = {"type": "Feature", "properties": {}, "geometry": geometry}
        outline = folder / "hull.geojson"
        outline.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
        return outline

    return write


def weeks_from(first: date) -> tuple[date, ...]:
    """Return the first days of 52 weeks."""
    return tuple(first + timedelta(weeks=week) for week in range(52))


def squares(
    crs: int, zone: str, *, cell_m: float = 250.0, file_crs: int | None = None
) -> AreaSettings:
    """Return the settings of a grid of squares."""
    return AreaSettings(
        unit=Unit.SQUARE, cell_size_m=cell_m, crs=crs, clock=Clock(zone=zone), file_crs=file_crs
    )


CITIES = {
    "toronto": City(
        title="Toronto: assault and robbery, weekly, 250 m squares of the whole city",
        files=(EVENTS / "toronto_mci_train.csv.gz", EVENTS / "toronto_mci_test.csv.gz"),
        outline=hull(EVENTS / "toronto_mci_train.csv.gz", lon="Long", lat="Lat"),
        settings=squares(2952, "America/Toronto"),
        origins=weeks_from(date(2020, 12, 28)),
        classes=("assault", "robbery"),
    ),
    "philadelphia": City(
        title="Philadelphia: shootings, weekly, 250 m squares",
        files=(EVENTS / "philadelphia_shootings_2015_2025.csv.gz",),
        outline=given(EVENTS / "philadelphia" / "City_Limits.geojson"),
        settings=squares(32618, "America/New_York"),
        origins=weeks_from(date(2024, 12, 30)),
    ),
    "chicago": City(
        title="Chicago: homicides, weekly, 250 m squares",
        files=(EVENTS / "chicago_homicides_2001_2018.csv.gz",),
        outline=hull(
            EVENTS / "chicago_homicides_2001_2018.csv.gz", lon="Longitude", lat="Latitude"
        ),
        settings=squares(32616, "America/Chicago"),
        origins=weeks_from(date(2017, 2, 27)),
    ),
    "portland": City(
        title="Portland: burglary and vehicle theft, weekly, 250 m squares",
        files=tuple(EVENTS / "portland_nij" / f"crimes_{part}.csv" for part in ("bur", "veh")),
        outline=given(EVENTS / "portland_nij" / "Portland_Police_Districts.shp"),
        settings=squares(32610, "America/Los_Angeles", file_crs=2913),
        origins=weeks_from(date(2016, 5, 30)),
        classes=("burglary", "theft_and_handling"),
    ),
    "london": City(
        title="London: recorded violence and sexual offences with robbery, monthly, LSOA 2011",
        files=(LONDON / "police_uk" / "london_wards_street_2016-01_2018-06.parquet",),
        outline=given(LONDON / "geography" / "LSOA_2011_London_gen_MHW_shapefile.zip"),
        settings=AreaSettings(unit=Unit.LSOA),
        origins=tuple(Month(2017, 7).plus(i).first for i in range(12)),
        timed=False,
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """A city's backtest and what it cost.

    Parameters
    ----------
    origins
        The table of scores by origin and method, for pooling.
    seconds, cpu_seconds
        The backtest alone.
    """

    city: City
    result: BacktestResult
    origins: pa.Table
    cells: int
    seconds: float
    cpu_seconds: float


def score(city: City, *, methods: Sequence[str] | None = None) -> Scored:
    """Return a city's backtest, from its files on; of every method it can have, or of some."""
    asked = methods or (*METHODS, *(TIMED if city.timed else ()))
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace(root=Path(folder) / "workspace")
        answer = ingest(workspace, city.files, kind="crimes")
        assert answer.ok, answer.error
        area = define_area(workspace, city.outline(Path(folder)), city.settings).result
        wall, cpu = time.perf_counter(), time.process_time()
        found = backtest(
            workspace,
            Question(
                as_of=max(city.origins) + timedelta(days=6 if city.timed else 29),
                classes=city.classes,
                sources=city.sources,
            ),
            BacktestOptions(
                methods=tuple(dict.fromkeys(asked)),
                origins=city.origins,
                shares=SHARES,
            ),
            made_at=MADE_AT,
        ).result
        return Scored(
            city=city,
            result=found,
            origins=parquet.read_table(found.origins_path),
            cells=area.cells,
            seconds=time.perf_counter() - wall,
            cpu_seconds=time.process_time() - cpu,
        )


def sections(scored: Scored) -> list[str]:
    """Return a city's page in parts of Markdown: every method, the worse ones too."""
    result = scored.result
    chosen = result.reference
    assert chosen is not None, "every city has a year before its first origin"
    span = f"{len(result.origins)} origins, {result.origins[0]} to {result.origins[-1]}"
    cost = f"{scored.seconds:.0f} s, {scored.cpu_seconds:.0f} CPU s for all methods"
    before = f"{chosen.origins} origins from {chosen.chosen_from} to {chosen.chosen_to}"
    return [
        f"{span}, {scored.cells:,} cells; {cost}, each learning anew at every origin.",
        f"Reference: `{chosen.method}`, best of the baselines by log score on {before}.",
        f"**{result.verdict}**",
        "\n".join(_score_table(result)),
        "## Against the reference",
        AGAINST,
        "\n".join(_difference_table(result)),
        f"## Calibration of `{PRODUCT_DEFAULT}`",
        *_calibration(result),
    ]


def _score_table(result: BacktestResult) -> list[str]:
    lines = [
        "| method | PAI 1/2/5/10 % | log score | with noise | CRPS | PIT 80 % | top 5 % kept |",
        "|---|---|--:|--:|--:|--:|--:|",
    ]
    for name, scores in result.methods.items():
        pai = "/".join(f"{scores.pai[str(share)]:.3f}" for share in SHARES)
        kept = scores.stability.get("0.05")
        lines.append(
            f"| {name} | {pai} | {scores.log_score:.5f} | {scores.log_score_same_noise:.5f} "
            f"| {scores.crps:.5f} | {scores.pit_coverage80:.3f} "
            f"| {'' if kept is None else f'{kept:.3f}'} |"
        )
    ceiling = result.methods[PRODUCT_DEFAULT].ceiling
    pai = "/".join(f"{ceiling.pai[str(share)]:.3f}" for share in SHARES)
    lines.append(
        f"| estimated ceiling of `{PRODUCT_DEFAULT}`: if its own rates were true | {pai} "
        f"| {ceiling.log_score:.5f} | {ceiling.log_score_same_noise:.5f} | | | |"
    )
    return lines


def _difference_table(result: BacktestResult) -> list[str]:
    assert result.reference is not None
    found = {
        (pair.a, pair.metric): pair for pair in result.pairs if pair.b == result.reference.method
    }
    lines = ["| method | log score | PAI 2 % | PAI 5 % | PAI 10 % |", "|---|---|---|---|---|"]
    for judged in result.judgements:
        metrics = ("log_score", "pai@0.02", "pai@0.05", "pai@0.1")
        cells = []
        for metric in metrics:
            pair = found[judged.method, metric]
            digits = 5 if metric == "log_score" else 3
            cells.append(
                f"{pair.diff:+.{digits}f} ({pair.lo95:+.{digits}f} to {pair.hi95:+.{digits}f})"
            )
        lines.append(f"| {judged.method} | {' | '.join(cells)} |")
    return lines


def _calibration(result: BacktestResult) -> list[str]:
    scores = result.methods[PRODUCT_DEFAULT]
    held = scores.calibration
    tenths = "not judged" if held.deciles_hold is None else str(held.deciles_hold).lower()
    told = (
        f"Randomised PIT: {scores.pit_coverage80:.1%} in the central 80 %; within 76 to 84 % in "
        f"each of {held.deciles_judged} tenths with 200 expected events or more: {tenths}."
    )
    lines = [
        "| plain 80 % intervals of | n | held | 95 % interval |",
        "|---|--:|--:|---|",
    ]
    for row in scores.plain_intervals:
        if row.level == PLAIN_LEVEL and row.n and row.covered is not None:
            span = "" if row.lo95 is None else f"{row.lo95:.3f} to {row.hi95:.3f}"
            lines.append(f"| {row.units} | {row.n:,} | {row.covered:.3f} | {span} |")
    return [told, "\n".join(lines)]


def pooled_sections(scored: Sequence[Scored]) -> list[str]:
    """Return what methods gain on each city's reference, all cities together."""
    lines = [
        "| method | mean over cities | 95 % interval | by city |",
        "|---|--:|---|---|",
    ]
    for method in (PRODUCT_DEFAULT, *EVERYWHERE):
        gains = []
        for key, each in zip(CITIES, scored, strict=True):
            assert each.result.reference is not None
            reference = each.result.reference.method
            if method != reference:
                gains.append(Gains.of(key, each.origins, method=method, reference=reference))
        found = pooled(
            gains, method=method, reference="chosen by city", generator=np.random.default_rng(0)
        )
        cities = ", ".join(f"{name} {gain:+.4f}" for name, gain in found.cities.items())
        lines.append(
            f"| {method} | {found.gain:+.4f} | {found.lo95:+.4f} to {found.hi95:+.4f} | {cities} |"
        )
    return [POOLED, "\n".join(lines)]
