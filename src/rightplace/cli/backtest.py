"""``rightplace backtest``: how good forecasts would have been."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from rightplace.cli.evidence import evidence_options, question_of
from rightplace.cli.table import table
from rightplace.cli.verb import DAY, as_json, dry_run, now, say, seed, show

if TYPE_CHECKING:
    from datetime import date

    from rightplace.app.answer import Answer
    from rightplace.app.backtest.result import BacktestResult
    from rightplace.app.workspace import Workspace

REFERENCE_HELP = "Method to measure against; auto: the best baseline of the year before; none."
BASELINES = "fading@half_life_weeks=52,last_12_months,last_28_days,counts_2y,uniform"


def _score(value: float | None, digits: int) -> str:
    return "not defined" if value is None else f"{value:.{digits}f}"


def lines(result: BacktestResult) -> list[str]:
    """Return the scores as a table, worse rows included, and the verdict."""
    shares = list(next(iter(result.methods.values())).hit_rate)
    heads = (
        "method",
        *(f"PAI {float(s) * 100:g}%" for s in shares),
        *("log score", "same noise", "ceiling", "CRPS", "80 % PIT", "kept 2%"),
    )
    rows = [
        (
            name,
            *(_score(scores.pai.get(s), 3) for s in shares),
            _score(scores.log_score, 5),
            _score(scores.log_score_same_noise, 5),
            _score(scores.ceiling.log_score, 5),
            _score(scores.crps, 4),
            _score(scores.pit_coverage80, 3),
            _score(scores.stability["0.02"], 3),
        )
        for name, scores in result.methods.items()
    ]
    about = f"{len(result.origins)} origins, {result.origins[0]} to {result.origins[-1]}"
    return [
        f"{about}, {result.n_cells:,} cells",
        *table(heads, rows),
        *_reference_lines(result),
        result.verdict,
    ]


def _reference_lines(result: BacktestResult) -> list[str]:
    """Return how the reference was come by, and which candidates could not be looked at."""
    if (reference := result.reference) is None:
        return []
    if reference.how == "named":
        return [f"reference: {reference.method}, as named"]
    text = (
        f"reference: {reference.method}, the best log score of {len(reference.log_scores)} "
        f"baselines on {reference.origins} periods, {reference.chosen_from} to "
        f"{reference.chosen_to}, all before the first origin"
    )
    return [text, *(f"left out: {m} {why}" for m, why in reference.left_out.items())]


def split_shares(text: str) -> tuple[float, ...]:
    """Return shares written with commas, each once.

    Raises
    ------
    click.UsageError
        If one is not a number above 0 and at most 1.
    """
    msg = f"--shares {text!r}: write numbers above 0 and up to 1, separated by commas."
    try:
        shares = tuple(dict.fromkeys(float(part) for part in text.split(",")))
    except ValueError as error:
        raise click.UsageError(msg) from error
    if not all(0 < share <= 1 for share in shares):
        raise click.UsageError(msg)
    return shares


def split_methods(text: str) -> tuple[str, ...]:
    """Return method names; a comma inside one's settings (a=1,b=2) does not part it."""
    methods: list[str] = []
    for part in text.split(","):
        continues = methods and "=" in part and "@" not in part
        if continues:
            methods[-1] += f",{part}"
        else:
            methods.append(part)
    return tuple(method.strip() for method in methods)


@click.command()
@click.option("--origins", "origins_file", type=click.Path(path_type=Path), help="CSV: origin.")
@click.option("--from", "first", type=DAY, help="First origin.")
@click.option("--to", "last", type=DAY, help="Last origin.")
@click.option("--step", type=click.IntRange(1), default=7, show_default=True, help="Days between.")
@click.option("--methods", default=BASELINES, show_default=True, help="Separated by commas.")
@click.option("--shares", default=".01,.02,.05,.1", show_default=True, help="Of cells to flag.")
@click.option("--reference", default="auto", show_default=True, help=REFERENCE_HELP)
@click.option("--as-of", type=DAY, help="The last day whose events may be used; default: all.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for a report: HTML with charts, JSON, CSV.",
)
@evidence_options
@as_json
@dry_run
@seed
@click.pass_obj
def command(
    workspace: Workspace,
    *,
    origins_file: Path | None,
    first: date | None,
    last: date | None,
    step: int,
    methods: str,
    shares: str,
    reference: str,
    as_of: date | None,
    out: Path | None,
    area_id: str | None,
    classes: str | None,
    known_at: date | None,
    sources: tuple[str, ...],
    harm_file: Path | None,
    wants_json: bool,
    dry_run: bool,
    seed: int,
) -> int:
    """Score forecasting methods over past origins, each from what was known before it.

    The table shows every method asked for, the worse ones too; differences come with intervals.

    Raises
    ------
    click.UsageError
        If neither --origins nor --from and --to are given.
    """
    from rightplace.app.backtest.use_case import (
        BacktestOptions,
        backtest,
        origin_days,
        read_origins,
    )

    if origins_file is not None:
        origins = read_origins(origins_file)
    elif first is not None and last is not None:
        origins = origin_days(first, last, step_days=step)
    else:
        msg = "Say which origins: --origins FILE, or --from DATE --to DATE."
        raise click.UsageError(msg)
    options = BacktestOptions(
        methods=split_methods(methods),
        origins=origins,
        shares=split_shares(shares),
        reference=None if reference == "none" else reference,
        area_id=area_id,
        harm_file=harm_file,
        seed=seed,
        dry_run=dry_run,
        progress=say,
    )
    last_day = as_of or _end_of(max(origins), step)
    question = question_of(last_day, known_at=known_at, classes=classes, sources=sources)
    answer = backtest(workspace, question, options, made_at=now())
    if out is not None and not dry_run:
        _write(workspace, answer, out)
    return show(answer, lines, wants_json=wants_json)


def _write(workspace: Workspace, answer: Answer[BacktestResult], out: Path) -> None:
    """Write the report of a backtest that was kept, and say where the page is."""
    from rightplace.app.backtest.report import write_report

    page, *_ = write_report(workspace, answer.id or "", out, notices=answer.warnings)
    say(f"report: {page}")


def _end_of(origin: date, step: int) -> date:
    """Return the last day of the period that the last origin starts, a month at the most."""
    from datetime import timedelta

    from rightplace.core.time import Month

    return max(Month.of(origin).last, origin + timedelta(days=step - 1))
