"""``rightplace aftermath``: what to expect nearby after a serious incident."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import click

from rightplace.cli.evidence import OPTIONS, question_of
from rightplace.cli.table import table
from rightplace.cli.verb import DAY, Function, as_json, dry_run, now, seed, show

if TYPE_CHECKING:
    from datetime import date

    from rightplace.app.aftermath.learning import Learned, LearnedRatio
    from rightplace.app.aftermath.result import AftermathResult, BandTotal
    from rightplace.app.workspace import Workspace

WIDTH = 96
MOST_PLACES = 8


def lines(result: AftermathResult) -> list[str]:
    """Return the verdict, what it is not, and the numbers by ring and by place."""
    about = result.initiating
    totals = [
        (
            total.distance,
            total.ordinary_words,
            total.expected_words,
            _ratio(total),
            total.finding,
        )
        for total in result.totals
    ]
    learned = result.learned
    first, last = learned.period
    head = (
        f"Incident: {about.class_name}, {about.time}, at {about.x:,.0f}, {about.y:,.0f} "
        f"(taken as {about.taken_as}; {about.cell_name})"
    )
    return [
        head,
        *_paragraph(result.verdict),
        *_paragraph(result.not_a_ground),
        "",
        f"Further serious violence, {result.window.from_} to {result.window.to}",
        *table(("distance", "ordinarily", "now expected", "ratio (95 %)", "finding"), totals),
        "",
        *_places(result),
        "",
        f"Learned: {learned.run}, {learned.events:,} incidents of {first} to {last}",
        *(line for note in result.notes for line in _item(note)),
    ]


def _places(result: AftermathResult) -> list[str]:
    """Return the places with most expected, as many as can be read at two in the morning."""
    known = [p for p in result.places if p.expected is not None]
    most = sorted(known, key=lambda p: -(p.expected or 0.0))[:MOST_PLACES]
    rows = [
        (p.name, p.distance, f"{p.ordinary_expected or 0:.4f}", f"{p.expected or 0:.4f}")
        for p in most
    ]
    if not rows:
        return ["No place within reach has data."]
    heads = ("place (most expected first)", "distance", "ordinarily", "now")
    hidden = len(result.places) - len(rows)
    more = [f"{hidden} more with --json"] if hidden else []
    return [*table(heads, rows), *more]


def learned_lines(result: Learned) -> list[str]:
    """Return what was learned: followers beside those ordinarily expected, by class and ring."""
    whole = result.ratios[-1].elapsed
    rows = [
        (
            each.class_id,
            each.distance,
            f"{each.observed:,}",
            f"{each.expected:,.1f}",
            _ratio(each),
        )
        for each in result.ratios
        if each.elapsed == whole and (each.incidents or each.observed)
    ]
    first, last = result.period
    head = (
        f"{result.run}: {result.records:,} records, {result.incidents:,} incidents, {first} to "
        f"{last}; {result.looked_at:,} with published weeks around them"
    )
    return [
        head,
        f"Followers {whole} after an incident, beside the same hours of the weeks around",
        *table(("class", "distance", "observed", "expected", "ratio (95 %)"), rows),
        *_paragraph(result.not_a_ground),
    ]


def _ratio(of: BandTotal | LearnedRatio) -> str:
    from rightplace.app.aftermath.words import ratio_words

    ratio, ends = ratio_words(of.ratio, of.lo95, of.hi95)
    return f"{ratio} ({ends})"


def _paragraph(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH)


def _item(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent="- ", subsequent_indent="  ")


def _learning_options(function: Function) -> Function:
    """Add the options of evidence; the last, harm weights, moves nothing here."""
    for option in reversed(OPTIONS[:-1]):
        function = option(function)
    return function


@click.command()
@click.option("--place", help="X,Y in metres of the study area, or longitude,latitude.")
@click.option("--time", help="YYYY-MM-DDTHH:MM, local or with an offset.")
@click.option("--class", "class_id", help="Offence class, such as shooting or homicide.")
@click.option(
    "--learn", is_flag=True, help="Learn the parameters from held incidents; with --as-of."
)
@click.option("--as-of", type=DAY, help="With --learn: the last day whose events may be used.")
@_learning_options
@as_json
@dry_run
@seed
@click.pass_obj
def command(
    workspace: Workspace,
    *,
    place: str | None,
    time: str | None,
    class_id: str | None,
    learn: bool,
    as_of: date | None,
    area_id: str | None,
    classes: str | None,
    known_at: date | None,
    sources: tuple[str, ...],
    wants_json: bool,
    dry_run: bool,
    seed: int,
) -> int:
    """Say what to expect nearby for 72 hours after a serious incident, beside what is ordinary.

    From parameters learned once with --learn, so that it answers at once. About places, never
    persons: no ground for stop and search, nor by itself for section 60. Records without hour
    or exact point can teach nothing of aftermath and are refused (exit 21).

    Raises
    ------
    click.UsageError
        If neither an incident nor --learn with --as-of is given.
    """
    incident = (place, time, class_id)
    if learn:
        if as_of is None or any(incident):
            msg = "--learn takes --as-of, and neither --place, --time nor --class."
            raise click.UsageError(msg)
        from rightplace.app.aftermath.learning import LearnOptions
        from rightplace.app.aftermath.learning import learn as learn_from

        question = question_of(as_of, known_at=known_at, classes=classes, sources=sources)
        options = LearnOptions(area_id=area_id, seed=seed, dry_run=dry_run)
        answer = learn_from(workspace, question, options, made_at=now())
        return show(answer, learned_lines, wants_json=wants_json)
    if place is None or time is None or class_id is None:
        msg = "Say where, when and what: --place X,Y --time T --class C; or --learn --as-of DATE."
        raise click.UsageError(msg)
    if as_of or known_at or classes or sources or dry_run:
        msg = "--as-of, --known-at, --classes, --source and --dry-run go with --learn."
        raise click.UsageError(msg)
    from rightplace.app.aftermath.use_case import TypedIncident, aftermath

    typed = TypedIncident(place=place, time=time, class_id=class_id)
    return show(aftermath(workspace, typed, area_id=area_id), lines, wants_json=wants_json)
