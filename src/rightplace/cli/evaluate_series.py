"""``rightplace evaluate series``: whether a course breaks where the operation began."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from rightplace.cli.evaluation_lines import lines
from rightplace.cli.verb import DAY, as_json, show

if TYPE_CHECKING:
    from datetime import date

    from rightplace.app.workspace import Workspace


@click.command("series")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--from", "treated_from", type=DAY,
    help="First day of the operation, where FILE has no column treated_from.",
)  # fmt: skip
@click.option("--outcome", default="incidents", show_default=True, help="What was counted.")
@click.option("--level", type=float, help="Of the interval. Without it as in the settings.")
@as_json
@click.pass_obj
def command(
    workspace: Workspace,
    *,
    file: Path,
    treated_from: date | None,
    outcome: str,
    level: float | None,
    wants_json: bool,
) -> int:
    """Say whether counts left their course when the operation began.

    FILE is a CSV with a row for each unit and period: unit, part (treated, control), period_start,
    count, and perhaps period_end and treated_from. Treated places are added up; trend and season
    of the time before go on as the expected course. Where FILE has controls, the treated share of
    both together is followed instead, so that what moves both drops out.

    The interval allows for scatter and for memory from month to month; the real break is ranked
    among false ones. Without a control it can never be told what else happened then. Needs the
    extra: pip install rightplace[designs].
    """
    from rightplace.app.evaluation.table_designs import series_answer

    answer = series_answer(
        file,
        treated_from=treated_from,
        outcome=outcome,
        workspace=workspace,
        asked={"level": level},
    )
    return show(answer, lines, wants_json=wants_json)
