"""``rightplace searches caused``: whether a plan's visits turn into searches, and of what use."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Literal

import click

from rightplace.cli.table import table
from rightplace.cli.verb import as_json, show

if TYPE_CHECKING:
    from rightplace.app.searches.caused_result import CausedContrast, CausedResult, CausedRow
    from rightplace.app.workspace import Workspace

WIDTH = 96
HEADS = ("by", "group", "where", "searches", "per patrol-hour", "finds")


def _cells(row: CausedRow) -> tuple[object, ...]:
    hour = "not known" if row.per_patrol_hour is None else f"{row.per_patrol_hour:.3g}"
    found = "not recorded" if row.found is None else f"{row.found} of {row.found_known}"
    return row.split, row.group, row.where, row.searches, hour, found


def _contrast(each: CausedContrast) -> str:
    name = each.group if each.split == "all" else f"{each.split}: {each.group}"
    if each.why_not is not None:
        return f"- {name}: {each.why_not}"
    value, lo, hi = ("without end" if x is None else f"{x:.2f}" for x in _numbers(each))
    return f"- {name}: {value} times as many per patrol-hour ({lo} to {hi})"


def _numbers(each: CausedContrast) -> tuple[float | None, float | None, float | None]:
    return each.ratio, each.lo, each.hi


def lines(result: CausedResult) -> list[str]:
    """Return the alarm first, then the comparison, then the counts it rests on."""
    state = {True: "ALARM", False: "No alarm", None: "Cannot be judged"}[result.alarm]
    hours = "not given" if result.elsewhere_hours is None else f"{result.elsewhere_hours:,.0f}"
    said = (
        f"{result.plan_id}, {result.period_from} to {result.period_to}: {result.searches:,} "
        f"searches of the {result.source}, {result.without_point:,} without a point. Patrol: "
        f"{result.visit_hours:,.1f} hours in visits ({result.dosage_id}), elsewhere {hours}."
    )
    cited = (
        f"{result.citing_a_plan:,} of {result.grounds_recorded:,} searches with recorded grounds "
        "cite a plan or forecast: a listing is about a place, and no ground."
    )
    return [
        *textwrap.wrap(f"{state}. {result.alarm_words}", WIDTH),
        "",
        *textwrap.wrap(said, WIDTH),
        *textwrap.wrap(cited, WIDTH),
        "",
        f"During visits against elsewhere, with {result.level:.0%} intervals (exact):",
        *(_contrast(each) for each in result.contrasts),
        "",
        *table(HEADS, [_cells(row) for row in result.rows]),
        "",
        *textwrap.wrap(result.rule, WIDTH),
        *textwrap.wrap(result.caution, WIDTH),
    ]


@click.command("caused")
@click.option("--plan", "plan_id", required=True, metavar="PLAN", help="The plan's id (p-...).")
@click.option("--dosage", "dosage_id", required=True, metavar="DOSAGE", help="Its dosage (d-...).")
@click.option(
    "--elsewhere-hours",
    type=click.FloatRange(min=0, min_open=True),
    help="Hours of patrol everywhere else in the plan's period, of everybody who searches there; "
    "without it there are counts, and no rate to compare with.",
)
@click.option(
    "--source",
    type=click.Choice(["records", "files"]),
    default="records",
    show_default=True,
    help="Searches recorded in the service, or a force's own files that were taken in; open files "
    "are refused, since their points are moved.",
)
@as_json
@click.pass_obj
def command(
    workspace: Workspace,
    *,
    plan_id: str,
    dosage_id: str,
    elsewhere_hours: float | None,
    source: Literal["records", "files"],
    wants_json: bool,
) -> int:
    """Compare searches during a plan's visits with searches elsewhere, per hour of patrol.

    A plan sends crews to places, and what crews do there comes back as records of those places.
    This shows whether visits turn into searches, of whom, and with how many finds. It compares
    places and times, never officers.
    """
    from rightplace.app.searches.caused import CausedOptions, searches_caused

    options = CausedOptions(
        plan_id=plan_id, dosage_id=dosage_id, elsewhere_hours=elsewhere_hours, source=source
    )
    return show(searches_caused(workspace, options), lines, wants_json=wants_json)
