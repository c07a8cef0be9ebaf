"""``rightplace picture``: what violence was recorded where and when."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from rightplace.cli.evidence import evidence_options, question_of
from rightplace.cli.verb import DAY, as_json, dry_run, now, show

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from rightplace.app.picture.result import PictureResult
    from rightplace.app.workspace import Workspace


def lines(result: PictureResult) -> list[str]:
    """Return the picture in a few lines."""
    domestic = f"{result.domestic_records:,} of them known to be domestic abuse"
    return [
        f"{result.picture_id}: {result.title}",
        f"  {result.first_month} to {result.last_month}: {result.records:,} records, {domestic}",
        f"  harm {result.harm:,.0f} ({result.harm_version})",
        f"  {result.counts_path}",
    ]


@click.command()
@click.option("--as-of", type=DAY, required=True, help="The last day whose events may be counted.")
@evidence_options
@as_json
@dry_run
@click.pass_obj
def command(
    workspace: Workspace,
    *,
    as_of: date,
    area_id: str | None,
    known_at: date | None,
    classes: str | None,
    sources: tuple[str, ...],
    harm_file: Path | None,
    wants_json: bool,
    dry_run: bool,
) -> int:
    """Count recorded violence by place and month, in all its forms, domestic abuse apart.

    What was not published is no data, never zero. What was not in the street is counted by
    borough and never mapped. Publish the run and the violence picture shows it.
    """
    from rightplace.app.picture.use_case import PictureOptions, picture

    question = question_of(as_of, known_at=known_at, classes=classes, sources=sources)
    options = PictureOptions(area_id=area_id, harm_file=harm_file, dry_run=dry_run)
    return show(
        picture(workspace, question, options=options, made_at=now()), lines, wants_json=wants_json
    )
