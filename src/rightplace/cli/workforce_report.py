"""``rightplace workforce report``: strength to come, for a planner and a commander."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from rightplace.briefing.stamp import SYNTHETIC_SENTENCE
from rightplace.cli.evaluation_lines import wrapped
from rightplace.cli.verb import as_json, dry_run, show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rightplace.app.workforce.report_result import WorkforceReportResult
    from rightplace.app.workspace import Workspace


def lines(result: WorkforceReportResult) -> list[str]:
    """Return the report's first sentence, what must be known beside it, and its files."""
    return list(_lines(result))


def _lines(result: WorkforceReportResult) -> Iterator[str]:
    yield f"{result.workforce_id}: {result.title}"
    if result.synthetic:
        yield SYNTHETIC_SENTENCE
    yield ""
    yield from wrapped(result.answer)
    yield ""
    for words in result.flags:
        yield from wrapped(words, indent="  ")
    for each in result.outputs:
        pages = "" if each.pages is None else f" ({each.pages} pages)"
        yield f"  {each.path}{pages}"


@click.command("report")
@click.argument("run")
@click.option("--history", metavar="RUN", help="The history to draw before it (h-...).")
@click.option("--backtest", metavar="RUN", help="The back-test to tell beside it (h-...).")
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
    history: str | None,
    backtest: str | None,
    out: Path | None,
    formats: str,
    wants_json: bool,
    dry_run: bool,
) -> int:
    """Write the report of a kept RUN (h-...): a page, a PDF, JSON and tables.

    The first sentence says when the target is met, with its interval, and when as many officers
    can be deployed. The newest kept history and back-test stand beside a forecast, if all that
    are kept are of one force; an invented forecast stands alone unless you name them. A history,
    trend or back-test gets a short report of its own.
    """
    from rightplace.app.workforce.report import ReportAsked, workforce_report

    asked = ReportAsked(
        out=out,
        formats=tuple(each.strip() for each in formats.split(",") if each.strip()),
        history=history,
        backtest=backtest,
        dry_run=dry_run,
    )
    return show(workforce_report(workspace, run, asked), lines, wants_json=wants_json)
