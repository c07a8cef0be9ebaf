"""``rightplace detectives report``: a kept look ahead, for a detective manager."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from rightplace.briefing.stamp import SYNTHETIC_SENTENCE
from rightplace.cli.evaluation_lines import wrapped
from rightplace.cli.verb import as_json, dry_run, show

if TYPE_CHECKING:
    from rightplace.app.investigation.report import DetectivesReport
    from rightplace.app.workspace import Workspace


def lines(result: DetectivesReport) -> list[str]:
    """Return the answers, and the files that were written."""
    told = [SYNTHETIC_SENTENCE] if result.synthetic else []
    for each in result.answers:
        told += [*wrapped(each.asked)]
        told += [line for words in each.told for line in wrapped(words, indent="  ")]
    pages = {
        each.path: "" if each.pages is None else f" ({each.pages} pages)" for each in result.outputs
    }
    return [*told, *(f"  {path}{words}" for path, words in pages.items())]


@click.command("report")
@click.argument("run")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Folder for files.")
@click.option(
    "--format", "formats", default="html,pdf,json,csv", show_default=True, help="Which files."
)
@as_json
@dry_run
@click.pass_obj
def report(
    workspace: Workspace,
    *,
    run: str,
    out: Path | None,
    formats: str,
    wants_json: bool,
    dry_run: bool,
) -> int:
    """Write the report of a kept RUN (i-...) of simulate: a page, a PDF, JSON and tables.

    Each what-if is answered in a sentence at both its ends, by one rule; then come how busy roles
    are, days to the first interview, backlog and on-call load, as it is and then. Nothing is
    computed anew.
    """
    from rightplace.app.investigation.report import report as write

    asked = tuple(each.strip() for each in formats.split(",") if each.strip())
    answer = write(workspace, run, out=out, formats=asked, dry_run=dry_run)
    return show(answer, lines, wants_json=wants_json)
