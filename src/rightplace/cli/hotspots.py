"""``rightplace hotspots``: places judged afterwards, fixed for a term, returned, worked on."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import click

from rightplace.cli.table import table
from rightplace.cli.verb import DAY, as_json, dry_run, now, show

if TYPE_CHECKING:
    from datetime import date

    from rightplace.app.hotspots.score_result import ScoreResult, SetOfPlaces
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
    from rightplace.app.hotspots.score import score as scored

    answer = scored(workspace, plan_id, as_of=as_of, made_at=now(), dry_run=dry_run)
    return show(answer, score_lines, wants_json=wants_json)
