"""``rightplace evaluate before-after``: a fall, less what choosing high places brings by itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from rightplace.cli.evaluation_lines import interval, number, wrapped
from rightplace.cli.evaluation_lines import lines as finding_lines
from rightplace.cli.verb import DAY, as_json, dry_run, show

if TYPE_CHECKING:
    from datetime import date

    from rightplace.app.evaluation.before_after import BeforeAfterResult
    from rightplace.app.evaluation.result import EstimateShown
    from rightplace.app.workspace import Workspace


def lines(result: BeforeAfterResult) -> list[str]:
    """Return the verdict and checks, then what was to be expected by the choice alone."""
    chosen = (
        f"{result.treated:,} treated of {result.places:,} places: by their choice alone "
        f"{_told(result.expected_change)} was to be expected; a plain before and after tells "
        f"{_told(result.plain)}; beyond the return {number(result.estimate, result.scale)}."
    )
    return [*finding_lines(result), "", *wrapped(chosen)]


def _told(each: EstimateShown) -> str:
    ends = interval(each.lo, each.hi, scale=each.scale, level=each.level)
    return f"{number(each.value, each.scale)} [{ends}]"


@click.command("before-after")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--treated-from", type=DAY, help="First day, where FILE does not say it of its treated units."
)
@click.option("--outcome", default="Incidents", show_default=True, help="What was counted.")
@click.option("--level", type=float, help="Of intervals. Without it as in the settings.")
@as_json
@dry_run
@click.pass_obj
def before_after_verb(
    workspace: Workspace,
    *,
    file: Path,
    treated_from: date | None,
    outcome: str,
    level: float | None,
    wants_json: bool,
    dry_run: bool,  # noqa: ARG001 - nothing is ever written
) -> int:
    """Compare before and after, less the fall that choosing high places brings by itself.

    FILE is a CSV with a row for each unit and period: unit, part (treated; control for all the
    other places that the treated ones were chosen from), period_start, count, and perhaps
    period_end and treated_from. How far high places fall back without any treatment follows from
    the earlier counts of all of them. Nothing is kept.
    """
    from rightplace.app.evaluation.before_after import before_after

    answer = before_after(
        file,
        treated_from=treated_from,
        outcome=outcome,
        workspace=workspace,
        asked={"level": level},
    )
    return show(answer, lines, wants_json=wants_json)
