"""``rightplace routes``: each crew's round of a plan, base to base, in street words."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from rightplace.cli.verb import DAY, as_json, dry_run, now, say, seed, show

if TYPE_CHECKING:
    from datetime import date

    from rightplace.app.routes.result import RoutesResult
    from rightplace.app.workspace import Workspace

_SHOWN = 12


def lines(result: RoutesResult) -> list[str]:
    """Return the routes in a few lines."""
    vary, planned = result.variation, result.prevented_planned
    share = result.prevented_made / planned if planned else 1.0
    bound = min(result.prevented_bound / planned, 1.0) if planned else 1.0
    out = f"{result.crews_out:,} of {result.crews:,} crews go out"
    shown = [
        (
            f"{result.routes_id}: {result.plan_id}, {result.visits_made:,} of "
            f"{result.visits_planned:,} visits; {out} ({result.mode})"
        ),
        f"  {result.travel}",
        (
            f"  {share:.1%} of what the plan would prevent ({result.prize}; planned, not "
            f"achieved); no routes could reach above {bound:.1%}"
        ),
        (
            f"  {result.slots_whole:,} of {result.slots:,} slots of boroughs have every visit; "
            f"left out: {result.dropped_time:,} for want of time, {result.dropped_spacing:,} of "
            "spacing"
        ),
        (
            f"  {result.travel_minutes:,.0f} minutes on the way, {result.visit_minutes:,.0f} in "
            f"places, {result.break_minutes:,.0f} of rest, {result.waiting_minutes:,.0f} waiting"
        ),
    ]
    if vary.repeat_time_index is not None and vary.without_variation is not None:
        shown.append(
            f"  repeat-time index {vary.repeat_time_index:.0%} (within {vary.within_minutes} "
            f"minutes), {vary.without_variation:.0%} without variation; its price "
            f"{vary.prize_given_up_share:.2%} of {result.prize}, {vary.travel_added_share:.1%} "
            "more travel"
        )
    shown += [f"  {each.kind:8}{each.path}" for each in result.outputs[:_SHOWN]]
    if len(result.outputs) > _SHOWN:
        shown.append(f"  and {len(result.outputs) - _SHOWN:,} more files")
    return [*shown, f"  {result.stops_path}"]


@click.command()
@click.argument("plan_id", metavar="PLAN")
@click.option(
    "--streets",
    type=click.Path(path_type=Path),
    help="Street file: OpenStreetMap (.osm, .osm.pbf), shapefile, GeoPackage or GeoJSON lines. "
    "Without one, straight lines times a stated detour factor.",
)
@click.option("--mode", type=click.Choice(["foot", "car"]), help="How crews get about.")
@click.option(
    "--crews",
    type=click.Path(path_type=Path),
    help="The plan's crew file, if it is no longer where the plan found it.",
)
@click.option("--day", type=DAY, help="Only this policing day.")
@click.option("--shift", help="Only this shift.")
@click.option("--borough", help="Only this borough.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Folder.")
@click.option(
    "--format",
    "formats",
    default="html,pdf,gpx,geojson",
    show_default=True,
    help="Forms to write, separated by commas.",
)
@seed
@as_json
@dry_run
@click.pass_obj
def command(
    workspace: Workspace,
    *,
    plan_id: str,
    streets: Path | None,
    mode: str | None,
    crews: Path | None,
    day: date | None,
    shift: str | None,
    borough: str | None,
    out: Path | None,
    formats: str,
    seed: int,
    wants_json: bool,
    dry_run: bool,
) -> int:
    """Route each crew's visits, base to base, and write its sheet, GPX and GeoJSON.

    Visits keep to their slot, repeats of a place are spaced, the refreshment break falls on
    rounds that are long enough, and where time is short the least harm is left out. Order and
    minute are drawn by lot among near-equal rounds, so that patrols are not predictable. Every
    round is verified apart from the solver. Without --day and --shift all slots are routed and
    sheets are written for the first day.
    """
    from rightplace.app.routes.facts import Limits
    from rightplace.app.routes.use_case import RoutesOptions, routes

    options = RoutesOptions(
        streets=streets,
        mode=mode,
        crews_file=crews,
        limits=Limits(day=day, shift=shift, borough=borough),
        out=out,
        formats=tuple(form.strip() for form in formats.split(",") if form.strip()),
        seed=seed,
    )
    answer = routes(workspace, plan_id, options, made_at=now(), dry_run=dry_run, progress=say)
    return show(answer, lines, wants_json=wants_json)
