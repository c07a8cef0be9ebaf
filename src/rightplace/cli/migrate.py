"""``rightplace migrate``: the operational database brought up to this version."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from rightplace.cli.verb import as_json, dry_run, now, show

if TYPE_CHECKING:
    from rightplace.app.accountability.migrating import MigrateResult
    from rightplace.app.workspace import Workspace


def lines(result: MigrateResult) -> list[str]:
    """Return what was done."""
    if result.migrated:
        said = f"The records went from revision {result.from_revision} to {result.to_revision}."
        return [said, f"  backup before it: {result.backup}"]
    if result.from_revision == result.to_revision:
        return [f"The records stand at revision {result.to_revision}: nothing to do."]
    return [f"would go from revision {result.from_revision} to {result.to_revision}"]


@click.command()
@click.option(
    "--backup",
    "backup_to",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="Write a backup to this file first.",
)
@as_json
@dry_run
@click.pass_obj
def command(workspace: Workspace, *, backup_to: Path, wants_json: bool, dry_run: bool) -> int:
    """Bring the operational database up to this version, after a backup.

    It goes all of the way or, after a failure or a kill, not at all: run it again. Stop the
    service first; until it is done, this version refuses to serve.
    """
    from rightplace.app.accountability.migrating import migrate_records
    from rightplace.cli.acting import at_the_command_line

    answer = migrate_records(
        workspace, backup_to, actor=at_the_command_line(), at=now(), dry_run=dry_run
    )
    return show(answer, lines, wants_json=wants_json)
