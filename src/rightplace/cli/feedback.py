"""``rightplace feedback``: whether records follow patrol, simulated and in real use."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rightplace.cli.evidence import question_of
from rightplace.cli.table import table
from rightplace.cli.verb import DAY, as_json, dry_run, now, say, seed, show

if TYPE_CHECKING:
    from datetime import date

    from rightplace.app.feedback.monitor import DrawnBy
    from rightplace.app.feedback.result import FeedbackResult, MonitorResult, SimulationResult
    from rightplace.app.workspace import Workspace

WIDTH = 96


@click.group()
def command() -> None:
    """See what comes of counting what patrols find, and watch whether it happens here."""


def lines(result: FeedbackResult) -> list[str]:
    """Return a small table and the verdict."""
    if result.simulation is not None:
        return _simulated(result.simulation)
    return [] if result.monitoring is None else _monitored(result.monitoring)


def _simulated(result: SimulationResult) -> list[str]:
    heads = ("town", "counted", "the forecast", "times the truth", "visits to top", "new a year")
    rows = [
        (
            town.name,
            arm.name.replace("-", " "),
            arm.outcome,
            arm.exaggeration.median,
            f"{arm.visit_share.median:.0%}".replace("%", " %"),
            arm.newcomers_per_year.median,
        )
        for town in result.towns
        for arm in town.arms
    ]
    about = (
        f"Invented towns, {result.method}, our own plan; {result.runs} runs of {result.weeks} "
        f"weeks, seed {result.seed}."
    )
    return [about, "", *table(heads, rows), "", *textwrap.wrap(result.verdict, WIDTH)]


def _monitored(result: MonitorResult) -> list[str]:
    about = (
        f"{result.visits:,} visits, {result.minutes:,.0f} minutes, {result.first_day} to "
        f"{result.last_day}; {result.victim_reported:,} victim-reported and "
        f"{result.police_generated:,} police-generated records (watched, never demand)"
    )
    rows = [
        (
            each.records.replace("_", "-"),
            f"{each.held_out_mean:.2f}",
            f"{each.treated_mean:.2f}",
            f"{each.effect:+.2f} ({each.lo:+.2f} to {each.hi:+.2f})",
            "ALERT" if each.alert else "no alert",
        )
        for each in result.contrasts
    ]
    heads = ("records by place and plan", "held out", "visited", "difference", "")
    if not rows:
        rows = [
            (
                each.records.replace("_", "-"),
                f"{each.units:,}",
                f"{each.plain:+.2f}",
                f"{each.given_forecast:+.2f} ({each.lo:+.2f} to {each.hi:+.2f})",
                "cannot tell" if each.alert else "no alert",
            )
            for each in result.associations
        ]
        heads = (f"records of the next {result.period}", "places", "ranks", "given forecast", "")
    shown = ["", *table(heads, rows)] if rows else []
    return [*textwrap.wrap(about, WIDTH), *shown, "", *textwrap.wrap(result.verdict, WIDTH)]


@command.command()
@click.option(
    "--method", help="Forecaster that closes the loop; default: fading counts, which are quick."
)
@click.option("--weeks", type=click.IntRange(52), default=260, show_default=True, help="Of loop.")
@click.option("--runs", type=click.IntRange(1), default=6, show_default=True, help="By chance.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for a page with charts, JSON and CSV.",
)
@as_json
@seed
@click.pass_obj
def simulate(
    workspace: Workspace,
    *,
    method: str | None,
    weeks: int,
    runs: int,
    out: Path | None,
    wants_json: bool,
    seed: int,
) -> int:
    """Show what the loop of forecast, patrol and record does in invented towns.

    The forecast and the plan are the product's own. As shipped, only what the public reports is
    counted; beside it stands what happens when records that patrols generate are counted.
    """
    from rightplace.app.feedback.report import write_loop_report
    from rightplace.app.feedback.simulate import DEFAULT_METHOD, LoopOptions, simulate_feedback

    options = LoopOptions(method=method or DEFAULT_METHOD, weeks=weeks, runs=runs, seed=seed)
    answer = simulate_feedback(workspace, options)
    if out is not None and answer.result.simulation is not None:
        page, *_ = write_loop_report(answer.result.simulation, out)
        say(f"page: {page}")
    return show(answer, lines, wants_json=wants_json)


@command.command()
@click.argument("visits", type=click.Path(path_type=Path))
@click.option("--as-of", type=DAY, required=True, help="The last day whose records may be used.")
@click.option("--plan", "plans", multiple=True, help="A plan carried out; default: all held-out.")
@click.option(
    "--drawn-by", type=click.Choice(["plan", "place"]), default="plan", show_default=True,
    help="plan: each plan drew its hold-out anew. place: a place keeps its arm.",
)  # fmt: skip
@click.option("--area", "area_id", help="Study area, where there are several.")
@click.option("--known-at", type=DAY, help="Use only releases up to this day.")
@click.option("--classes", help="Offence classes of demand, separated by commas.")
@click.option("--source", "sources", multiple=True, help="Population, by the start of its name.")
@as_json
@dry_run
@seed
@click.pass_obj
def monitor(
    workspace: Workspace,
    visits: Path,
    *,
    as_of: date,
    plans: tuple[str, ...],
    drawn_by: DrawnBy,
    area_id: str | None,
    known_at: date | None,
    classes: str | None,
    sources: tuple[str, ...],
    wants_json: bool,
    dry_run: bool,
    seed: int,
) -> int:
    """Ask whether recorded crime follows patrol.

    VISITS is a CSV file of visits as they were made: cell_id, slot_start, slot_end, minutes.
    Where kept plans held near-equal places out by chance, those are compared; else minutes are
    set beside the records of the next period, which cannot tell a loop from good targeting.
    """
    from rightplace.app.feedback.monitor import MonitorOptions, monitor_feedback

    options = MonitorOptions(
        area_id=area_id, plans=plans, drawn_by=drawn_by, seed=seed, dry_run=dry_run
    )
    question = question_of(as_of, known_at=known_at, classes=classes, sources=sources)
    answer = monitor_feedback(workspace, visits, question, options=options, made_at=now())
    return show(answer, lines, wants_json=wants_json)
