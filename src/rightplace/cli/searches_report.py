"""``rightplace searches report``: the quarterly scrutiny pack."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from rightplace.cli.verb import as_json, dry_run, now, seed, show
from rightplace.core.time import Month

if TYPE_CHECKING:
    from rightplace.app.searches.report_result import PackResult
    from rightplace.app.workspace import Workspace


def lines(result: PackResult) -> list[str]:
    """Return the pack in a few lines."""
    marked = " (SYNTHETIC)" if result.synthetic else ""
    told = [
        (
            f"{result.pack_id}: stop and search, {result.force}, {result.first_month} to "
            f"{result.last_month}{marked}"
        ),
        (
            f"  {result.searches:,} searches, {result.section_60:,} of them under section 60; "
            f"{result.withheld:,} figures withheld"
        ),
    ]
    if not result.outputs:
        return [*told, "  Nothing is kept or written in a dry run."]
    return told + [f"  {each.path}" for each in result.outputs]


def _month(text: str | None) -> Month | None:
    return None if text is None else Month.parse(text)


@click.command("report")
@click.option("--force", help="Whose searches, where several forces are held.")
@click.option("--from", "first", metavar="YYYY-MM", help="First month; default: newest quarter.")
@click.option("--to", "last", metavar="YYYY-MM", help="Last month.")
@click.option(
    "--residents",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Your own counts of residents by group.",
)
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Folder.")
@click.option(
    "--format",
    "formats",
    default="html,pdf,csv",
    show_default=True,
    help="Forms to write, separated by commas.",
)
@click.option("--threshold", is_flag=True, help="Run the threshold test too: up to 3 minutes.")
@seed
@as_json
@dry_run
@click.pass_obj
def command(
    workspace: Workspace,
    *,
    force: str | None,
    first: str | None,
    last: str | None,
    residents: Path | None,
    out: Path | None,
    formats: str,
    threshold: bool,
    seed: int,
    wants_json: bool,
    dry_run: bool,
) -> int:
    """Make the quarterly pack for a scrutiny panel: page, paper and data.

    Without --from and --to it is of the newest quarter held in full, beside the same months a
    year before. Small counts are withheld in all that is written; the run keeps the true ones.
    Publish the run, and the page Stop and search shows it.
    """
    from rightplace.app.searches.report import ReportOptions, report

    options = ReportOptions(
        force=force,
        first=_month(first),
        last=_month(last),
        residents=residents,
        out=out,
        formats=tuple(each.strip() for each in formats.split(",") if each.strip()),
        threshold=threshold,
        seed=seed,
        dry_run=dry_run,
    )
    return show(report(workspace, options=options, made_at=now()), lines, wants_json=wants_json)
