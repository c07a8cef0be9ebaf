"""``rightplace quarantine export``: rows that could not be used."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from rightplace.cli.verb import as_json, dry_run, show

if TYPE_CHECKING:
    from rightplace.app.status import QuarantineResult
    from rightplace.app.workspace import Workspace


@click.group()
def command() -> None:
    """Rows that could not be used, each with its reason."""


def lines(result: QuarantineResult) -> list[str]:
    """Return how many rows went where."""
    return [f"{result.rows:,} rows in {result.path}"]


@command.command()
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True)
@as_json
@dry_run
@click.pass_obj
def export(workspace: Workspace, *, out: Path, wants_json: bool, dry_run: bool) -> int:
    """Write every quarantined row to a CSV file: file, row, reason, and the row as published."""
    from rightplace.app.status import export_quarantine

    return show(export_quarantine(workspace, out, dry_run=dry_run), lines, wants_json=wants_json)
