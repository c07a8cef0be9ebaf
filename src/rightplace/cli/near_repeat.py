"""``rightplace near-repeat``: whether events follow each other closer than by chance."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rightplace.cli.areas import EPSG
from rightplace.cli.numbers import Numbers
from rightplace.cli.table import table
from rightplace.cli.verb import as_json, seed, show

if TYPE_CHECKING:
    from rightplace.app.near_repeat.use_case import NearRepeatResult
    from rightplace.forecast.near_repeat.bands import Closed
    from rightplace.forecast.near_repeat.pairs import Metric

WIDTH = 96
ROLES = ("x", "y", "lon", "lat", "date", "incident")
_LEVEL = 0.05
MOST_PERMUTATIONS = 1_000_000  # all their tables are held at once
EDGES = Numbers("edges", how="write ascending numbers separated by commas, e.g. 0,0.1,200")


def _cell(result: NearRepeatResult, row: int, column: int) -> str:
    ratio = result.ratio[row][column]
    if ratio is None:
        return "none possible"
    by_itself = "*" if result.p[row][column] <= _LEVEL else ""
    mark = "**" if result.significant[row][column] else by_itself
    return f"{ratio:.2f}{mark} ({result.observed[row][column]:,})"


def _paragraph(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH)


def lines(result: NearRepeatResult) -> list[str]:
    """Return the ratios as a table with marks, the verdict, and what the test cannot tell."""
    joined = f", {result.joined:,} joined to another of their incident" if result.joined else ""
    brackets = "[a, b)" if result.closed == "left" else "(a, b], the first with its lower edge"
    heads = ("pairs observed by expected", *(band.words for band in result.time_bands))
    rows = [
        (band.words, *(_cell(result, row, column) for column in range(len(result.time_bands))))
        for row, band in enumerate(result.space_bands)
    ]
    legend = (
        f"In brackets the pairs observed. * p at most {_LEVEL:g} by itself, ** also allowing for "
        f"the number of bands; {result.permutations:,} permutations, seed {result.seed}."
    )
    about = f"{result.events_read:,} rows, {result.incidents:,} incidents{joined}"
    return [
        f"{result.file}: {about}, {result.first_day} to {result.last_day}",
        f"Used: {result.columns}",
        f"Distance: {result.metric}. Bands closed {result.closed}: {brackets}",
        "",
        *table(heads, rows),
        *_paragraph(legend),
        "",
        *_paragraph(result.verdict),
        "",
        "What dealing out the dates does not remove:",
        *(line for text in result.remains for line in _item(text)),
    ]


def _item(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent="- ", subsequent_indent="  ")


@click.command()
@click.argument("events", type=click.Path(path_type=Path))
@click.option(
    "--space", type=EDGES, default="0,0.1,200,400,600", show_default=True, help="Metres, edges."
)
@click.option("--time", type=EDGES, default="0,7,14,21", show_default=True, help="Days, edges.")
@click.option(
    "--metric", type=click.Choice(["euclidean", "manhattan"]), default="euclidean",
    show_default=True, help="As the crow flies, or along both axes.",
)  # fmt: skip
@click.option(
    "--closed", type=click.Choice(["left", "right"]), default="left", show_default=True,
    help="left: [a, b) holds its lower edge. right: (a, b] its upper, the first band both.",
)  # fmt: skip
@click.option(
    "--permutations", type=click.IntRange(1, MOST_PERMUTATIONS), default=999, show_default=True,
    help="How often dates are dealt out anew.",
)  # fmt: skip
@click.option("--x", help="Column of eastings in metres; default: found by name.")
@click.option("--y", help="Column of northings in metres.")
@click.option("--lon", help="Column of longitudes in degrees.")
@click.option("--lat", help="Column of latitudes in degrees.")
@click.option("--date", help="Column of days.")
@click.option(
    "--incident",
    help="Column of incident keys; none: join no rows; place-and-day: join those alike in both.",
)
@click.option(
    "--date-format", help="iso, dayfirst, monthfirst or e.g. %d.%m.%Y; default: found out."
)
@click.option("--crs", type=EPSG, help="Map in metres for degrees; default: British or UTM grid.")
@click.option("--whole-days", is_flag=True, help="Cut off times of day.")
@click.option("--skip-missing", is_flag=True, help="Leave out rows without place or date.")
@as_json
@seed
def command(
    events: Path,
    *,
    space: tuple[float, ...],
    time: tuple[float, ...],
    metric: Metric,
    closed: Closed,
    permutations: int,
    date_format: str | None,
    crs: int | None,
    whole_days: bool,
    skip_missing: bool,
    wants_json: bool,
    seed: int,
    **named: str | None,
) -> int:
    """Test whether events follow each other closer in space and time than by chance (Knox).

    EVENTS is a CSV file with a place and a day in each row. The table shows pairs of events by
    distance and days apart, beside what is to be expected when the dates are dealt out anew.
    A first band such as 0 to 0.1 m keeps the same place apart. Months cannot be tested.
    """
    from rightplace.app.near_repeat.table import EventFile
    from rightplace.app.near_repeat.use_case import NearRepeatOptions, near_repeat_of

    asked = EventFile(
        path=events,
        columns={role: name for role in ROLES if (name := named[role]) is not None},
        date_format=date_format,
        crs=crs,
        whole_days=whole_days,
        skip_missing=skip_missing,
    )
    options = NearRepeatOptions(
        space=space, time=time, metric=metric, closed=closed, permutations=permutations, seed=seed
    )
    return show(near_repeat_of(asked, options), lines, wants_json=wants_json)
