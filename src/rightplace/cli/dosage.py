"""``rightplace dosage``: how much patrol the places of a plan got."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from rightplace.cli.verb import as_json, dry_run, now, show

if TYPE_CHECKING:
    from rightplace.app.dosage.result import DosageResult
    from rightplace.app.workspace import Workspace

PINGS_HELP = (
    "CSV (.csv, .csv.gz) or Parquet: crew_id, officer_id (a pseudonym), time (ISO 8601 with "
    "offset), lon, lat, and perhaps accuracy_m."
)


def lines(result: DosageResult) -> list[str]:
    """Return the dosage in a few lines."""
    rule, background = result.rule, result.background
    share = "none due" if result.compliance is None else f"{result.compliance:.0%}"
    due = f"{result.made:,} of {result.planned - result.excused:,} visits due"
    minutes = (
        f"{result.officer_minutes:,.0f} officer-minutes, {result.patrol_minutes:,.0f} "
        "patrol-minutes (two officers together count once)"
    )
    visits = (
        f"{result.visits:,} visits of {rule.visit_minutes:g} minutes or more, "
        f"{result.qualifying:,} of them qualify ({rule.qualifying_minutes:g} minutes or more)"
    )
    excused = f"{result.excused:,} excused ({result.excused_urgent_call} urgent call, "
    shown = [
        f"{result.dosage_id}: {result.plan_id}, {result.days} days from {result.first_day}",
        f"  {minutes}",
        f"  {visits}",
        f"  compliance {share}: {due}; {excused}{result.excused_unsafe} unsafe)",
    ]
    if background.holdout_minutes_per_place_day is not None:
        treated = background.treated_minutes_per_place_day or 0.0
        shown.append(
            f"  hold-out: {background.holdout_minutes_per_place_day:.1f} minutes with an officer "
            f"in each of {background.holdout_place_days:,} place-days; {treated:.1f} where "
            "visits were planned"
        )
    if background.untasked_patrol_minutes:
        others = f"{background.untasked_patrol_minutes:,.0f} minutes in its places"
        shown.append(f"  crews that the plan does not know: {others}")
    for each in result.activities:
        count = "withheld" if each.visits is None else f"{each.visits:,} visits"
        shown.append(f"  {each.activity.replace('_', ' ')}: {count}")
    if result.pings is not None:
        shown.append(f"  pings: {result.pings.read:,} read, {result.pings.used:,} used, none kept")
    withheld = f"{result.rows:,} rows, {result.rows_withheld:,} withheld"
    return [*shown, f"  {result.rows_path} ({withheld})"]


@click.command()
@click.option("--pings", type=click.Path(path_type=Path), help=PINGS_HELP)
@click.option("--plan", "plan_id", required=True, metavar="PLAN", help="The plan's id (p-...).")
@click.option(
    "--logs",
    type=click.Path(path_type=Path),
    help="CSV of visits written by hand: crew_id, officers, cell_id, arrived, left, activity "
    "(engage, licensing, weapon_sweep, other; several with ; between).",
)
@click.option(
    "--excused",
    type=click.Path(path_type=Path),
    help="CSV of planned visits that leave the reckoning: visit_id, reason (urgent_call, unsafe).",
)
@as_json
@dry_run
@click.pass_obj
def command(
    workspace: Workspace,
    *,
    pings: Path | None,
    plan_id: str,
    logs: Path | None,
    excused: Path | None,
    wants_json: bool,
    dry_run: bool,
) -> int:
    """Count officer-minutes, patrol-minutes, visits and compliance from pings or logs.

    A visit is a crew's stay in a place from its first to its last ping, gaps of 5 minutes
    bridged; shorter than 5 minutes it is passing through, from 10 it qualifies. Figures are of
    units: none is of fewer than five crews, none of a person. Raw pings are read and not kept.
    """
    from rightplace.app.dosage.use_case import DosageFiles, dosage

    answer = dosage(
        workspace,
        plan_id,
        files=DosageFiles(pings=pings, logs=logs, excused=excused),
        made_at=now(),
        dry_run=dry_run,
    )
    return show(answer, lines, wants_json=wants_json)
