"""``rightplace searches record``: searches from a file into the service, by reference."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from rightplace.cli.verb import as_json, dry_run, now, show

if TYPE_CHECKING:
    from rightplace.app.searches.record_result import RecordedResult
    from rightplace.app.workspace import Workspace


def lines(result: RecordedResult) -> list[str]:
    """Return what became of the rows."""
    before = f"{result.recorded_before:,} were recorded before as they are here"
    return [f"{result.path}: {result.read:,} rows, {result.recorded:,} recorded, {before}"]


@click.command("record")
@click.argument("file", type=click.Path(path_type=Path))
@as_json
@dry_run
@click.pass_obj
def command(workspace: Workspace, *, file: Path, wants_json: bool, dry_run: bool) -> int:
    """Record the searches of a CSV file, each by the force's reference: all of them or none.

    Columns that it must have: reference, started_at (ISO 8601 with offset), borough, place,
    power, object, grounds, self_defined, officer; others have the names of the form's fields. A
    column for a name, an address or a date of birth is refused: who was searched is not kept. A
    search outside its power is recorded like any other.
    """
    from rightplace.app.searches.record_file import record_searches
    from rightplace.cli.acting import at_the_command_line

    answer = record_searches(
        workspace, file, actor=at_the_command_line(), at=now(), dry_run=dry_run
    )
    return show(answer, lines, wants_json=wants_json)
