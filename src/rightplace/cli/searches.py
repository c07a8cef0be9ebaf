"""``rightplace searches``: stop and search, what came of it, and what the files cannot say."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import click

from rightplace.cli.searches_caused import command as caused
from rightplace.cli.searches_record import command as record
from rightplace.cli.searches_report import command as report
from rightplace.cli.searches_tests import darkness, threshold
from rightplace.cli.table import table
from rightplace.cli.verb import RELEASE_DAY, as_json, show
from rightplace.core.time import Month

if TYPE_CHECKING:
    from datetime import date

    from rightplace.app.searches.rates_result import RatesResult, RatesRow
    from rightplace.app.workspace import Workspace
    from rightplace.powers.searches.rates import Rate

WIDTH = 96
SHOWN = ("any_outcome_rate", "linked_find_rate", "arrest_rate", "weapon_yield")
SMALL = (
    "Some groups are so small that they are not for a panel or the public; the pack of "
    "`rightplace searches report` withholds them."
)
HEADS = ("searches", "any outcome", "linked find", "arrest", "weapon found")


class MonthType(click.ParamType[Month]):
    """A month written as YYYY-MM."""

    name = "month"

    def convert(
        self, value: str | Month, param: click.Parameter | None, ctx: click.Context | None
    ) -> Month:
        """Return the month, or fail with how to write it."""
        if isinstance(value, Month):
            return value
        try:
            return Month.parse(value)
        except ValueError:
            return self.fail(f"{value!r} is not a month; write it as YYYY-MM.", param, ctx)


class Words(click.ParamType[tuple[str, ...]]):
    """Words separated by commas."""

    name = "words"

    def convert(
        self,
        value: str | tuple[str, ...],
        param: click.Parameter | None,  # noqa: ARG002 - click's signature
        ctx: click.Context | None,  # noqa: ARG002 - as above
    ) -> tuple[str, ...]:
        """Return the words."""
        if isinstance(value, tuple):
            return value
        return tuple(word.strip() for word in value.split(",") if word.strip())


@click.group()
def command() -> None:
    """Say how the powers to stop and search were used, with what result, and how sure that is.

    What a file does not record is never made up: it says "not computable from this file".
    """


def _cell(rate: Rate) -> str:
    if rate.value is not None and rate.lo95 is not None and rate.hi95 is not None:
        return f"{rate.value:.1%} ({rate.lo95:.1%} to {rate.hi95:.1%})"
    return f"{rate.found} of {rate.of}" if rate.of else "not computable"


def _row(row: RatesRow, by: tuple[str, ...]) -> tuple[object, ...]:
    usual = {"month": row.month, "force": row.force, "power": row.power}
    keys = [usual[name] if name in usual else row.group[name] for name in by]
    told = {rate.measure: rate for rate in row.rates}
    return (*keys, row.searches, *(_cell(told[name]) for name in SHOWN))


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent="- ", subsequent_indent="  ")


def lines(result: RatesResult) -> list[str]:
    """Return what is missing first, then the rates by group, then what cannot be computed."""
    titles = {each.name: each.title for each in result.measures}
    lacking = [line for each in result.findings for line in _wrapped(each.message)]
    reasons = [
        line
        for each in result.total
        if each.reason is not None
        for line in _wrapped(f"{titles[each.measure]}: {each.reason}.")
    ]
    shares = [
        f"- {titles[each.measure]}: {_cell(each)}, unknown {each.unknown_share or 0:.1%}"
        for each in result.total
        if each.value is not None
    ]
    forces = ", ".join(result.forces)
    return [
        f"{forces}: {result.searches:,} searches, {result.first_month} to {result.last_month}",
        *textwrap.wrap(result.month_rule, WIDTH),
        *(["", "What the publications lack:", *lacking] if lacking else []),
        "",
        *table((*result.by, *HEADS), [_row(row, result.by) for row in result.rows]),
        "",
        "All together, with 95 % intervals (Wilson) and the share of which nobody knows:",
        *shares,
        *(["", "Not told:", *reasons] if reasons else []),
        *(["", *textwrap.wrap(SMALL, WIDTH)] if any(row.small for row in result.rows) else []),
        "",
        *textwrap.wrap(result.caution, WIDTH),
    ]


def drift_lines(result: RatesResult) -> list[str]:
    """Return every published word, what it was read as, and its months."""
    heads = ("column", "force", "published", "read as", "from", "to", "searches")
    rows = [
        (
            each.column,
            each.force,
            each.word,
            each.ours or "UNKNOWN",
            f"{each.first_month:%Y-%m}",
            f"{each.last_month:%Y-%m}",
            each.searches,
        )
        for each in result.drift
    ]
    return table(heads, rows)


@command.command()
@click.option("--force", help="One force, such as metropolitan; default: all that are held.")
@click.option("--from", "first", type=MonthType(), help="First London month, YYYY-MM.")
@click.option("--to", "last", type=MonthType(), help="Last London month.")
@click.option(
    "--by", type=Words(), default="month,force,power", show_default=True,
    help="Groupings, with commas: month, force, power, object, type, borough, age, sex, "
    "self_defined, officer_defined, hour.",
)  # fmt: skip
@click.option("--known-at", type=RELEASE_DAY, help="Only files released up to this day.")
@click.option("--drift", "wants_drift", is_flag=True, help="Show how the words changed instead.")
@as_json
@click.pass_obj
def rates(
    workspace: Workspace,
    *,
    force: str | None,
    first: Month | None,
    last: Month | None,
    by: tuple[str, ...],
    known_at: date | None,
    wants_drift: bool,
    wants_json: bool,
) -> int:
    """Show the four find rates by London month, force and power, or by what you name.

    Beside each rate stand its 95 % interval and the share of searches of which nobody knows; of
    fewer than 50 searches there are counts and no rate. Words that forces changed over the
    years are read as one; --drift shows how, and words that nobody knows are listed with file
    and row. Months that were published in part are said first: they are no fall.
    """
    from rightplace.app.searches.rates import RatesOptions, searches_rates

    options = RatesOptions(force=force, first=first, last=last, by=by, known_at=known_at)
    answer = searches_rates(workspace, options)
    return show(answer, drift_lines if wants_drift else lines, wants_json=wants_json)


command.add_command(report)
command.add_command(caused)
command.add_command(record)
command.add_command(threshold)
command.add_command(darkness)
