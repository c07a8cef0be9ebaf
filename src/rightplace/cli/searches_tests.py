"""``rightplace searches threshold`` and ``searches darkness``: tests of whom officers choose."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

import click

from rightplace.cli.verb import as_json, say, seed, show
from rightplace.core.time import Month

if TYPE_CHECKING:
    from rightplace.app.searches.darkness import DarknessAnswer
    from rightplace.app.searches.threshold import ThresholdAnswer
    from rightplace.app.workspace import Workspace

WIDTH = 96
Described = Literal["self_defined", "officer_defined"]


def _month(ctx: click.Context, param: click.Parameter, value: str | None) -> Month | None:
    if value is None:
        return None
    try:
        return Month.parse(value)
    except ValueError as error:
        msg = f"{value!r} is not a month; write it as YYYY-MM."
        raise click.BadParameter(msg, ctx=ctx, param=param) from error


def _which(function: Any) -> Any:  # noqa: ANN401 - a decorator of commands
    """Add the options that say which searches are meant."""
    for option in (
        click.option("--by", "described", type=click.Choice(["self", "officer"]), default="self",
                     show_default=True, help="Groups as people, or as officers, described them."),
        click.option("--to", "last", callback=_month, metavar="YYYY-MM", help="Last month."),
        click.option("--from", "first", callback=_month, metavar="YYYY-MM", help="First month."),
        click.option("--force", help="One force, such as metropolitan; default: all held."),
    ):  # fmt: skip
        function = option(function)
    return function


def _described(word: str) -> Described:
    return cast("Described", f"{word}_defined" if word == "self" else "officer_defined")


def lines(answer: ThresholdAnswer | DarknessAnswer) -> list[str]:
    """Return what the test says, sentence by sentence, with what it cannot tell."""
    head = (
        f"{', '.join(answer.forces)}: {answer.searches:,} searches, {answer.first_month} to "
        f"{answer.last_month}"
    )
    return [head, *(part for each in answer.sentences for part in _wrapped(each))]


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent="- ", subsequent_indent="  ")


@click.command("darkness")
@_which
@as_json
@click.pass_obj
def darkness(
    workspace: Workspace,
    *,
    force: str | None,
    first: Month | None,
    last: Month | None,
    described: str,
    wants_json: bool,
) -> int:
    """Compare whom officers search in daylight and in the dark, at the same clock time.

    If officers chose by what they see of a person, a group's share of searches would be larger
    in daylight. London is lit at night, so the test is weak there. Files without times of day,
    or with too few searches around dusk, have no result, and it says why.
    """
    from rightplace.app.searches.darkness import TestOptions, searches_darkness

    options = TestOptions(force=force, first=first, last=last, described=_described(described))
    return show(searches_darkness(workspace, options), lines, wants_json=wants_json)


@click.command("threshold")
@_which
@click.option(
    "--residents",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Your own counts of residents by group.",
)
@seed
@as_json
@click.pass_obj
def threshold(
    workspace: Workspace,
    *,
    force: str | None,
    first: Month | None,
    last: Month | None,
    described: str,
    residents: Path | None,
    seed: int,
    wants_json: bool,
) -> int:
    """Infer from which chance of success each group is searched, borough by borough.

    Needs the extra `threshold` and up to three minutes. Residents stand in for people who could
    have been searched. Where the sampler did not settle, or its model does not give such counts,
    there is no result, and it says why.
    """
    import numpy as np

    from rightplace.app.searches.darkness import TestOptions
    from rightplace.app.searches.threshold import searches_threshold

    options = TestOptions(
        force=force,
        first=first,
        last=last,
        described=_described(described),
        residents=residents,
    )
    answer = searches_threshold(workspace, options, rng=np.random.default_rng(seed), progress=say)
    return show(answer, lines, wants_json=wants_json)
