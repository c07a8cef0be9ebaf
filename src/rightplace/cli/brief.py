"""``rightplace brief``: one page per BCU, and the whole plan for maps."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from rightplace.cli.verb import DAY, as_json, dry_run, now, say, show

if TYPE_CHECKING:
    from datetime import date

    from rightplace.app.brief.use_case import BriefResult
    from rightplace.app.workspace import Workspace


def lines(result: BriefResult) -> list[str]:
    """Return the files written, one a line."""
    if not result.outputs:
        return [f"{result.plan_id}: nothing is written in a dry run."]
    return [f"{each.kind:8}{each.bcu or 'whole plan':24}{each.path}" for each in result.outputs]


@click.command()
@click.argument("plan_id", metavar="PLAN")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Folder.")
@click.option(
    "--format",
    "formats",
    default="html,pdf,gpkg,geojson,csv",
    show_default=True,
    help="Forms to write, separated by commas.",
)
@click.option("--date", "day", type=DAY, help="Policing day of the sheets.")
@click.option("--shift", help="Shift of the sheets, where something tells shifts apart.")
@as_json
@dry_run
@click.pass_obj
def command(
    workspace: Workspace,
    *,
    plan_id: str,
    out: Path | None,
    formats: str,
    day: date | None,
    shift: str | None,
    wants_json: bool,
    dry_run: bool,
) -> int:
    """Write one A4 page for each BCU, the plan's index page, and the plan for maps.

    Without --date and --shift the sheets cover the busiest shift of the plan's first day; where
    nothing tells shifts apart, they cover the whole plan.
    """
    from rightplace.app.brief.use_case import BriefOptions, brief

    options = BriefOptions(
        out=out,
        formats=tuple(form.strip() for form in formats.split(",") if form.strip()),
        day=day,
        shift=shift,
        dry_run=dry_run,
    )
    answer = brief(workspace, plan_id, options, printed_at=now(), progress=say)
    return show(answer, lines, wants_json=wants_json)
