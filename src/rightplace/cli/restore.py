"""``rightplace restore``: a backup in the place of the database, without what was deleted since."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from rightplace.cli.verb import as_json, dry_run, now, show

if TYPE_CHECKING:
    from rightplace.app.accountability.backups import RestoreResult
    from rightplace.app.workspace import Workspace


def lines(result: RestoreResult) -> list[str]:
    """Return what was restored, what was deleted again and what is lost."""
    if not result.restored:
        return [
            f"would restore {result.path} of {result.made_at}: whole as it was written",
            "  what was deleted since then would be deleted from it again",
        ]
    lost = "an unknown number of" if result.lines_lost is None else f"{result.lines_lost:,}"
    verdict = "is whole" if result.intact else "IS NOT WHOLE: run `rightplace audit verify`"
    return [
        f"restored {result.path} of {result.made_at}; the audit chain {verdict}",
        f"  deleted again what had been deleted since: {result.deleted_again:,} records",
        f"  lost with the time since the backup: {lost} lines of the audit chain",
    ]


@click.command()
@click.argument("backup", metavar="FROM", type=click.Path(dir_okay=False, path_type=Path))
@as_json
@dry_run
@click.pass_obj
def command(workspace: Workspace, *, backup: Path, wants_json: bool, dry_run: bool) -> int:
    """Put the backup FROM in the place of the operational database.

    Stop the web application first. What was deleted since the backup was made is deleted from it
    again, before anybody can see it: the ledger of deletions, in the folder kept apart, says what.
    Until all is done the old database stands; stopped in the middle, run it again. SQLite: the old
    file is kept beside the new one until the next deletion. PostgreSQL: name an empty database.
    """
    from rightplace.app.accountability.backups import restore_backup
    from rightplace.cli.acting import at_the_command_line

    actor = at_the_command_line()
    answer = restore_backup(workspace, backup, actor=actor, at=now(), dry_run=dry_run)
    return show(answer, lines, wants_json=wants_json)
