"""``rightplace forecast``: expected violence per place and time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from rightplace.cli.evidence import evidence_options, question_of
from rightplace.cli.verb import DAY, as_json, dry_run, now, say, seed, show

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from rightplace.app.evidence import Grain
    from rightplace.app.forecast.use_case import ForecastResult
    from rightplace.app.workspace import Workspace


def lines(result: ForecastResult) -> list[str]:
    """Return the forecast in a few lines."""
    low, high = result.intervals["80"]
    known = result.n_cells - result.masked_cells
    count = f"{result.expected_count:,.0f} ({low:,.0f} to {high:,.0f}, 80 % interval)"
    harm = f"harm {result.expected_harm:,.0f} ({result.harm_version})"
    learned = f"from {result.records:,} records of {result.trained_from} to {result.trained_to}"
    return [
        f"{result.forecast_id}: {result.title}",
        f"  {result.period.start} to {result.period.end}, by {result.period.by}",
        f"  expected {count} in {known:,} of {result.n_cells:,} cells; {harm}",
        f"  {result.method}, {learned}",
        *_shares(result),
        f"  {result.reporting_delay.sentence}",
        f"  {result.cells_path}",
    ]


def _shares(result: ForecastResult) -> list[str]:
    """Return what the forecast rests on, largest first, with intervals, where it is known."""
    ordered = sorted(result.shares, key=lambda share: -share.share)
    said = ", ".join(f"{s.of} {s.share:.0%} ({s.lo80:.0%} to {s.hi80:.0%})" for s in ordered)
    return [f"  rests on {said}"] if said else []


@click.command()
@click.option("--as-of", type=DAY, required=True, help="The last day whose events may be used.")
@click.option("--days", type=click.IntRange(1, 92), default=7, show_default=True)
@click.option("--method", help="Such as last_12_months or fading@half_life_weeks=52.")
@click.option(
    "--by", type=click.Choice(["month", "day", "shift"]), help="Default: the finest supported."
)
@evidence_options
@as_json
@dry_run
@seed
@click.pass_obj
def command(
    workspace: Workspace,
    *,
    as_of: date,
    days: int,
    area_id: str | None,
    method: str | None,
    by: Grain | None,
    known_at: date | None,
    classes: str | None,
    sources: tuple[str, ...],
    harm_file: Path | None,
    wants_json: bool,
    dry_run: bool,
    seed: int,
) -> int:
    """Forecast recorded violence by place and, where the data support it, by day and shift.

    A forecast is about places, never persons. Monthly records give place and month only; finer
    time is refused (exit 21). Police-generated classes are refused (exit 20).
    """
    from rightplace.app.forecast.use_case import ForecastOptions, forecast

    question = question_of(as_of, known_at=known_at, classes=classes, sources=sources, grain=by)
    options = ForecastOptions(
        area_id=area_id,
        method=method,
        harm_file=harm_file,
        seed=seed,
        dry_run=dry_run,
        progress=say,
    )
    answer = forecast(workspace, question, days=days, made_at=now(), options=options)
    return show(answer, lines, wants_json=wants_json)
