"""``rightplace backup``: the operational database in one file, while others go on working."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from rightplace.cli.verb import as_json, dry_run, now, show

if TYPE_CHECKING:
    from rightplace.app.accountability.backups import BackupResult
    from rightplace.app.workspace import Workspace


def lines(result: BackupResult) -> list[str]:
    """Return what was written, and what is not in it."""
    apart = f"  {result.notice} They are in {result.apart}"
    if result.sha256 is None or result.bytes is None:
        return [f"would write {result.path} ({result.kind})", apart]
    return [
        f"{result.path}: {result.bytes:,} bytes, {result.lines:,} lines of the audit chain",
        f"  sha256 {result.sha256}",
        apart,
    ]


@click.command()
@click.argument("to", type=click.Path(dir_okay=False, path_type=Path))
@as_json
@dry_run
@click.pass_obj
def command(workspace: Workspace, *, to: Path, wants_json: bool, dry_run: bool) -> int:
    """Write a backup of the operational database to TO, with a note beside it.

    It appears under its name when it is whole, and is never written over another. It holds
    personal data: keep it as safe as the database, and no longer than the ledger of deletions
    remembers (`retention.ledger_days`). Nobody need stop working meanwhile.
    """
    from rightplace.app.accountability.backups import back_up
    from rightplace.cli.acting import at_the_command_line

    answer = back_up(workspace, to, actor=at_the_command_line(), at=now(), dry_run=dry_run)
    return show(answer, lines, wants_json=wants_json)
