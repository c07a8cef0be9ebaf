"""``rightplace evaluate synth``: treated places beside a comparison made of others."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from rightplace.cli.evaluation_lines import lines as finding_lines
from rightplace.cli.verb import DAY, as_json, seed, show

if TYPE_CHECKING:
    from datetime import date

    from rightplace.app.evaluation.synth import SynthResult
    from rightplace.app.workspace import Workspace


def lines(result: SynthResult) -> list[str]:
    """Return the finding of each outcome, one after the other."""
    told = finding_lines(result)
    for other in result.others:
        told += ["", "-" * 40, "", *finding_lines(other)]
    return [*told, "", f"Seed {result.seed}."]


@click.command("synth")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--from", "treated_from", type=DAY,
    help="First day of the operation, where a table of counts has no column treated_from.",
)  # fmt: skip
@click.option(
    "--outcome", default="incidents", show_default=True,
    help="What a table of counts counted.",
)  # fmt: skip
@click.option(
    "--match-out", multiple=True, metavar="COLUMN[:PERIODS]",
    help="Outcome of a wide table to match before the operation and report, in each period or in "
    "sums of so many periods. Once for each; the first is the headline.",
)  # fmt: skip
@click.option(
    "--match-covariates", multiple=True, metavar="COLUMN",
    help="Covariate of a wide table to match. Once for each.",
)  # fmt: skip
@click.option("--post-from", help="First period of the operation in a wide table.")
@click.option("--permutations", type=int, help="Placebo groups. Without it as in the settings.")
@click.option("--level", type=float, help="Of the intervals. Without it as in the settings.")
@seed
@as_json
@click.pass_obj
def command(
    workspace: Workspace,
    *,
    file: Path,
    treated_from: date | None,
    outcome: str,
    match_out: tuple[str, ...],
    match_covariates: tuple[str, ...],
    post_from: str | None,
    permutations: int | None,
    level: float | None,
    seed: int,
    wants_json: bool,
) -> int:
    """Set treated places beside a comparison made of others that ran like them before.

    FILE is a table of counts (CSV: unit, part, period_start, count, and perhaps period_end and
    treated_from), or, with --match-out, a wide table: unit, period, treated (0 or 1), a column for
    each outcome and each covariate.

    One or few treated areas stand beside a mixture of untreated ones; many small places beside
    weighted others that match every count asked for. Where no weights can match everything you
    are told, and what could be matched. Chance is told by areas or groups where nothing was done;
    a start before the real one and each heavy place left out must not change the answer.
    """
    from rightplace.app.evaluation.synth import SynthQuestion, synth_answer

    question = SynthQuestion(
        outcome=outcome,
        treated_from=treated_from,
        match_out=match_out,
        match_covariates=match_covariates,
        post_from=post_from,
    )
    asked = {"permutations": permutations, "level": level}
    answer = synth_answer(file, question, workspace=workspace, asked=asked, seed=seed)
    return show(answer, lines, wants_json=wants_json)
