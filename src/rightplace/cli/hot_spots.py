"""``rightplace hot-spots``: places judged afterwards, fixed for a term, returned, worked on."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rightplace.cli.table import table
from rightplace.cli.verb import DAY, as_json, dry_run, now, show

if TYPE_CHECKING:
    from datetime import date

    from rightplace.app.hot_spots.problem_result import ProblemKept, ProblemsResult
    from rightplace.app.hot_spots.return_result import ReturnResult, ReturnRow
    from rightplace.app.hot_spots.score_result import ScoreResult, SetOfPlaces
    from rightplace.app.hot_spots.term_result import TermResult
    from rightplace.app.workspace import Workspace

WIDTH = 96


@click.group()
def command() -> None:
    """Judge places afterwards; fix hot spots for a term, return on them, record their problems.

    Everything here is about places; no file of it may name or describe a person.
    """


def score_lines(result: ScoreResult) -> list[str]:
    """Return what came by who chose the places."""
    heads = ("places of", "places", "visits", "incidents", "per place", "hit rate", "PAI")
    rows = [
        (
            each.origin,
            f"{each.places:,}",
            f"{each.visits:,}",
            "not known" if each.incidents is None else f"{each.incidents:,}",
            "" if each.incidents_per_place is None else f"{each.incidents_per_place:.2f}",
            *_rates(each),
        )
        for each in result.sets
    ]
    return [
        f"{result.score_id}: {result.plan_id}",
        *textwrap.wrap(result.compared, WIDTH, initial_indent="  ", subsequent_indent="  "),
        *table(heads, rows),
        *(
            f"{each.origin} by model, incidents per square kilometre: "
            + ("no record in the model's" if each.ratio is None else f"{each.ratio:.2f}")
            + f" ({each.lo95:.2f} to {'any' if each.hi95 is None else f'{each.hi95:.2f}'})"
            for each in result.ratios
        ),
        *textwrap.wrap(result.caution, WIDTH),
    ]


def _rates(each: SetOfPlaces) -> tuple[str, str]:
    """Return hit rate and index with their intervals."""
    found = []
    for name, form in (("hit_rate", ".1%"), ("predictive_accuracy_index", ".2f")):
        values = [getattr(each, f"{name}{end}") for end in ("", "_lo95", "_hi95")]
        value, low, high = (None if v is None else format(v, form) for v in values)
        found.append("" if value is None else f"{value} ({low} to {high})")
    return found[0], found[1]


@command.command()
@click.argument("plan_id", metavar="PLAN")
@click.option("--as-of", type=DAY, required=True, help="The last day whose records may be used.")
@as_json
@dry_run
@click.pass_obj
def score(
    workspace: Workspace, *, plan_id: str, as_of: date, wants_json: bool, dry_run: bool
) -> int:
    """Say what came in a plan's nominated places and in the model's, by the same measures.

    Incidents are those recorded in the plan's days, counted as its forecast counts; where they
    are not on file yet it says so. Hit rate is their share of all incidents; PAI, the predictive
    accuracy index, is that by the share of ground.
    """
    from rightplace.app.hot_spots.score import score as scored

    answer = scored(workspace, plan_id, as_of=as_of, made_at=now(), dry_run=dry_run)
    return show(answer, score_lines, wants_json=wants_json)


def _place_words(*, synthetic: bool) -> list[str]:
    """Return what every listing of places carries."""
    from rightplace.briefing.stamp import PLACE_NOT_PERSON, SYNTHETIC_SENTENCE

    text = f"{SYNTHETIC_SENTENCE} {PLACE_NOT_PERSON}" if synthetic else PLACE_NOT_PERSON
    return textwrap.wrap(text, WIDTH)


def term_lines(result: TermResult) -> list[str]:
    """Return the hot spots that are fixed."""
    heads = ("", "place", "borough", "expected", "why")
    rows = [
        (each.hot_spot, each.name, each.borough, each.expected_count, each.reason)
        for each in result.hot_spots
    ]
    when = f"{result.first_month} to {result.last_month}"
    return [
        f"{result.term_id}: {len(result.hot_spots):,} hot spots from {when}, fixed",
        f"  by {result.forecast_id}; plans that take the term (plan --hot-spots {result.term_id})",
        f"  give each {result.visits_week:,} visits a week or more",
        *table(heads, rows),
        *_place_words(synthetic=result.synthetic),
    ]


@command.command()
@click.option("--forecast", "forecast_id", required=True, help="A kept forecast: what ranks them.")
@click.option("--count", type=click.IntRange(1), required=True, help="How many places.")
@click.option("--months", type=click.IntRange(3, 12), required=True, help="Length of the term.")
@click.option("--from", "starts", type=DAY, required=True, help="First day of the first month.")
@as_json
@dry_run
@click.pass_obj
def fix(
    workspace: Workspace,
    *,
    forecast_id: str,
    count: int,
    months: int,
    starts: date,
    wants_json: bool,
    dry_run: bool,
) -> int:
    """Fix the first places of a forecast as hot spots for a term of whole months.

    Terms of one study area do not overlap. A plan takes one with --hot-spots.
    """
    from rightplace.app.hot_spots.terms import FixOptions
    from rightplace.app.hot_spots.terms import fix as fixed

    options = FixOptions(count=count, months=months, starts=starts, dry_run=dry_run)
    answer = fixed(workspace, forecast_id, options, made_at=now())
    return show(answer, term_lines, wants_json=wants_json)


def return_lines(result: ReturnResult) -> list[str]:
    """Return hours, visits, incidents and enforcement by month and hot spot."""
    heads = ("month", "", "place", "patrol h", "officer h", "visits", "incidents", "enforcement")
    when = f"{result.first_month} to {result.last_month}"
    return [
        f"{result.return_id}: return on {result.term_id}, {when}",
        *table(heads, [_return_row(row) for row in result.rows]),
        *textwrap.wrap(result.template, WIDTH),
        *_place_words(synthetic=result.synthetic),
        *([] if result.path is None else [f"  {result.path}"]),
    ]


def _return_row(row: ReturnRow) -> tuple[str, ...]:
    def hours(value: float | None) -> str:
        return row.dosage if value is None else f"{value:,.1f}"

    enforcement = [
        f"{name} {'not given' if value is None else value}"
        for name, value in (
            ("arrests", row.arrests),
            ("searches", row.stop_searches),
            ("weapons", row.weapons_seized),
        )
    ]
    given = any(v is not None for v in (row.arrests, row.stop_searches, row.weapons_seized))
    return (
        row.month,
        f"{row.hot_spot}" if row.hot_spot else "",
        row.name,
        hours(row.patrol_hours),
        hours(row.officer_hours),
        row.dosage if row.visits is None else f"{row.visits:,}",
        "not known yet" if row.incidents is None else f"{row.incidents:,}",
        ", ".join(enforcement) if given else "not given",
    )


@command.command("return")
@click.argument("term_id", metavar="TERM")
@click.option(
    "--dosage",
    "dosage_ids",
    multiple=True,
    metavar="RUN",
    help="A count of dosage (d-...); several times, no two of one day.",
)
@click.option("--from", "first", required=True, metavar="YYYY-MM", help="First month.")
@click.option("--to", "last", required=True, metavar="YYYY-MM", help="Last month.")
@click.option(
    "--enforcement",
    "enforcement_file",
    type=click.Path(path_type=Path),
    help="CSV: cell_id, month (YYYY-MM), arrests, stop_searches, weapons_seized; what is empty "
    "or absent is not given, never 0.",
)
@click.option("--out", type=click.Path(path_type=Path), help="The CSV to write.")
@as_json
@dry_run
@click.pass_obj
def return_(
    workspace: Workspace,
    *,
    term_id: str,
    dosage_ids: tuple[str, ...],
    first: str,
    last: str,
    enforcement_file: Path | None,
    out: Path | None,
    wants_json: bool,
    dry_run: bool,
) -> int:
    """Return hours, visits, incidents and enforcement by hot spot and month, for the funder.

    Hours and visits come from counts of dosage: of fewer than five crews no figure is given.
    Incidents come from the records held. Name and order the columns with hot_spots.return_fields.
    """
    from rightplace.app.hot_spots.returns import ReturnOptions, return_on
    from rightplace.core.time import Month

    options = ReturnOptions(
        dosage_ids=dosage_ids,
        first=Month.parse(first),
        last=Month.parse(last),
        enforcement_file=enforcement_file,
        out=out,
        dry_run=dry_run,
    )
    answer = return_on(workspace, term_id, options, made_at=now())
    return show(answer, return_lines, wants_json=wants_json)


def problem_lines(result: ProblemKept) -> list[str]:
    """Return what is kept."""
    what = f"{result.hypotheses} hypotheses, to be assessed on {result.assessment}"
    return [f"{result.problem_id}: problem record of {result.name} ({result.cell_id}), {what}"]


@command.command()
@click.option("--cell", "cell_id", required=True, help="The place.")
@click.option(
    "--file",
    "path",
    type=click.Path(path_type=Path),
    required=True,
    help="TOML: problem, response, author, assessment (a date), and [[hypothesis]] with text, "
    "source, level (place, area, borough, force, national); nothing about persons.",
)
@click.option("--as-of", type=DAY, help="The day it is written; default: today.")
@click.option("--area", "area_id", help="Study area, where there are several.")
@as_json
@dry_run
@click.pass_obj
def problem(
    workspace: Workspace,
    *,
    cell_id: str,
    path: Path,
    as_of: date | None,
    area_id: str | None,
    wants_json: bool,
    dry_run: bool,
) -> int:
    """Keep the problem record of a place: scanning, analysis, response, assessment.

    Patrol alone does not solve what brings violence back: say what the problem is held to be,
    from which source, what else is done, and when it is judged.
    """
    from rightplace.app.hot_spots.problems import ProblemOptions, keep_problem

    moment = now()
    options = ProblemOptions(
        cell_id=cell_id,
        path=path,
        as_of=as_of or moment.date(),
        area_id=area_id,
        dry_run=dry_run,
    )
    answer = keep_problem(workspace, options, made_at=moment)
    return show(answer, problem_lines, wants_json=wants_json)


def problems_lines(result: ProblemsResult) -> list[str]:
    """Return the places hot for months and what is known of each."""
    known = ", ".join(result.known_months) or "no month"
    asked = f"{result.asked_for:,} of {len(result.places):,} ask for a problem record"
    head = (
        f"Up to {result.month}: hot for {result.months_needed} months in a row or more (first "
        f"{result.top} of a month's forecast, or in a term): {asked}."
    )
    heads = ("place", "", "borough", "months", "record", "assessed on")
    rows = [
        (each.name, each.cell_id, each.borough, each.months, each.record, each.assessment or "")
        for each in result.places
    ]
    return [
        *textwrap.wrap(head, WIDTH),
        *textwrap.wrap(f"Months that forecasts or terms tell of: {known}.", WIDTH),
        *(table(heads, rows) if rows else []),
        *_place_words(synthetic=result.synthetic),
    ]


@command.command()
@click.option("--as-of", type=DAY, required=True, help="Months in a row up to this day's month.")
@click.option("--area", "area_id", help="Study area, where there are several.")
@as_json
@click.pass_obj
def problems(workspace: Workspace, *, as_of: date, area_id: str | None, wants_json: bool) -> int:
    """List places that have been hot for months, and which lack a problem record."""
    from rightplace.app.hot_spots.problems import problems as listed

    answer = listed(workspace, as_of=as_of, area_id=area_id)
    return show(answer, problems_lines, wants_json=wants_json)
