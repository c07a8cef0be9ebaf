"""``rightplace ingest``: take files in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from rightplace.cli.table import table
from rightplace.cli.verb import RELEASE_DAY, as_json, dry_run, say, show

if TYPE_CHECKING:
    from datetime import date

    from rightplace.app.ingest import IngestResult
    from rightplace.app.workspace import Workspace


def lines(result: IngestResult) -> list[str]:
    """Return what became of each file, and the sum."""
    taken = [f for f in result.files if f.read]
    rows = [(f.read, f.stored, f.quarantined, f.superseded, f.path) for f in taken]
    numbers = [(f.read, f.stored, f.quarantined, f.superseded) for f in taken]
    sums = [sum(column) for column in zip(*numbers, strict=True)] or [0] * 4
    heads = ("read", "stored", "quarantined", "superseded", "file")
    shown = table(heads, [*rows, (*sums, f"in all {len(rows)} files")])
    refused = [f"Refused: {f.message}" for f in result.files if f.refused]
    return [*shown, *refused]


@click.command()
@click.argument("kind", type=click.Choice(["crimes", "searches", "strength"]))
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--mapping", help="Name of a shipped mapping, or a TOML file (docs/mappings.md).")
@click.option(
    "--release",
    type=RELEASE_DAY,
    help="Day on which the publisher released these files; a month stands for its last day.",
)
@as_json
@dry_run
@click.pass_obj
def command(
    workspace: Workspace,
    kind: str,
    paths: tuple[Path, ...],
    *,
    mapping: str | None,
    release: date | None,
    wants_json: bool,
    dry_run: bool,
) -> int:
    """Take files, folders or archives in.

    Each file is taken in whole or refused whole; every row is stored, quarantined with a reason,
    or superseded by what is held. Exit 10 if a file was refused; the others are kept.
    """
    from rightplace.app.ingest import ingest

    answer = ingest(
        workspace,
        paths,
        kind=kind,
        mapping=mapping,
        release=release,
        dry_run=dry_run,
        progress=lambda source: say(f"reading {source.name}"),
    )
    return show(answer, lines, wants_json=wants_json)
