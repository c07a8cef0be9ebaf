"""``rightplace status``: what is held."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from rightplace.cli.table import table
from rightplace.cli.verb import as_json, show

if TYPE_CHECKING:
    from rightplace.app.status import SourceCoverage, StatusResult
    from rightplace.app.workspace import Workspace


def _source_lines(source: SourceCoverage) -> list[str]:
    from rightplace.app.status import months_in_words

    found = [
        f"{source.source}: {source.rows:,} rows, {source.from_} to {source.to}; "
        f"{source.without_place_share:.1%} without a place"
        + (
            ""
            if source.unknown_setting_share is None
            else f", {source.unknown_setting_share:.1%} of unknown setting"
        )
    ]
    if source.gaps:
        found.append(f"  no data (not zero): {months_in_words(source.gaps)}")
    if source.stubs:
        found.append(f"  nearly empty: {months_in_words(source.stubs)}")
    missing: dict[str, list[str]] = {}
    for item in source.missing_categories:
        missing.setdefault(item.category, []).append(item.month)
    found += [f"  {category} is missing in {months_in_words(m)}" for category, m in missing.items()]
    return found


def lines(result: StatusResult) -> list[str]:
    """Return each file's account, the sums, and each source's coverage."""
    rows = [
        (f.read, f.stored, f.quarantined, f.superseded, f.kind, f.path)
        for f in result.files
        if not f.refused
    ]
    if not result.files:
        return ["Nothing is held yet. Take files in with `rightplace ingest crimes PATH`."]
    shown = table(("read", "stored", "quarantined", "superseded", "kind", "file"), rows)
    refused = [f"Refused: {f.message}" for f in result.files if f.refused]
    sources = [line for source in result.sources for line in _source_lines(source)]
    return [*shown, *refused, "", *sources]


@click.command()
@as_json
@click.pass_obj
def command(workspace: Workspace, *, wants_json: bool) -> int:
    """Show what is held, file by file and month by month.

    For each file: read = stored + quarantined + superseded. For each source: its months, gaps,
    nearly empty months, vanished categories and the share of rows without a place.
    """
    from rightplace.app.status import status

    return show(status(workspace), lines, wants_json=wants_json)
