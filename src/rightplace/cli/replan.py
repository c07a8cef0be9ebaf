"""``rightplace replan``: a running plan made anew when crews are taken away."""

from __future__ import annotations

import textwrap
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rightplace.briefing.stamp import PLACE_NOT_PERSON
from rightplace.cli.verb import as_json, dry_run, now, show

if TYPE_CHECKING:
    from rightplace.app.replan.result import ReplanResult, TakenAway
    from rightplace.app.workspace import Workspace

WIDTH = 96
NOW = "now"


class Since(click.ParamType[str]):
    """A moment in ISO 8601 with its offset, or the word now."""

    name = "time"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the words if they are a moment, or fail with how to write one."""
        if value == NOW:
            return value
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            return self.fail(f"{value!r} is no time: 2018-07-02T17:30:00+01:00, say.", param, ctx)
        if moment.tzinfo is None:
            return self.fail(f"{value!r} has no offset: add +01:00, say.", param, ctx)
        return value


def lines(result: ReplanResult) -> list[str]:
    """Return what was lost and what changes for each crew."""
    lost, unit = result.lost, result.objective_unit
    price = (
        f"lost: {lost.hi:,.3f} {unit} ({lost.lo:,.3f} at least, however many visits change), "
        f"{result.label}"
    )
    made_anew = ", ".join(result.boroughs) or "no borough: everything stands"
    changes = [
        f"crew {each.crew_id}{' (taken away)' if each.taken else ''}: {each.words}"
        for each in result.changes
    ]
    about = [
        f"{result.plan_id}: {result.parent_id} made anew from {result.from_time}",
        f"  {result.reason} ({result.by})",
        *(f"  {_taken(each)}" for each in result.taken),
        f"  made anew: {made_anew}; all other rows stand",
        f"  {result.visits:,} visits, {result.done:,} of them made or begun; {price}",
        f"  {result.changes_of_others:,} changes for crews that were not taken away",
    ]
    wrapped = [textwrap.wrap(line, WIDTH, subsequent_indent="    ") for line in changes]
    told = [line for each in wrapped for line in each]
    places = textwrap.wrap(PLACE_NOT_PERSON, WIDTH) if told else []
    return [*about, *told, *places, f"  {result.visits_path}"]


def _taken(each: TakenAway) -> str:
    kind = each.kind.replace("_", " ")
    named = ", ".join(each.crew_ids)
    return f"{kind}: {named}, {each.officers} officers, {each.start} to {each.until}"


@click.command()
@click.argument("plan_id", metavar="PLAN")
@click.option(
    "--from",
    "since",
    type=Since(),
    default=NOW,
    show_default=True,
    help="From when; ISO 8601 with offset. Visits begun before stand.",
)
@click.option(
    "--done",
    "done_file",
    type=click.Path(path_type=Path),
    help="CSV of visits made or begun, also late entries: visit_id (or cell_id and crew_id), "
    "cell_id, crew_id, started, ended (empty while it goes on). Without it nobody knows, and crews "
    "that were not taken away keep what the running shift planned.",
)
@click.option(
    "--abstractions",
    "abstractions_file",
    type=click.Path(path_type=Path),
    help="CSV of crews taken away: crew_id (or borough and officers), borough, officers, kind "
    "(aid, scene_guard, custody, hospital_guard, court, sickness, other), from, until (empty "
    "while nobody knows), reason.",
)
@click.option("--reason", required=True, help="Why the plan is made anew; kept with it.")
@click.option("--by", "author", required=True, help="Who says so; kept with it.")
@as_json
@dry_run
@click.pass_obj
def command(
    workspace: Workspace,
    *,
    plan_id: str,
    since: str,
    done_file: Path | None,
    abstractions_file: Path | None,
    reason: str,
    author: str,
    wants_json: bool,
    dry_run: bool,
) -> int:
    """Make a running plan anew: visits done stay done, and other crews' visits change least.

    Crews that are needed elsewhere lose visits; others take them over only where that prevents
    more than a change is worth (replan.change_worth). Boroughs that nothing touched stand row by
    row. The new plan has its own id, and brief, routes, dosage and replan work on it. Places that
    `holdout release` released may be visited again.
    """
    from rightplace.app.replan.anew import ReplanOptions, replan

    made_at = now()
    options = ReplanOptions(
        now=made_at if since == NOW else datetime.fromisoformat(since),
        reason=reason,
        by=author,
        done_file=done_file,
        abstractions_file=abstractions_file,
        dry_run=dry_run,
    )
    return show(replan(workspace, plan_id, options, made_at=made_at), lines, wants_json=wants_json)
