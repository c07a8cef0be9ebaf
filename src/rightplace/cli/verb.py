"""What every verb shares: its common options, and how an answer is shown."""

from __future__ import annotations

import re
import sys
from calendar import monthrange
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypeVar

import click

from rightplace.cli.envelope import envelope, print_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from rightplace.app.answer import Answer

Function = TypeVar("Function", bound="Callable[..., Any]")

as_json = click.option("--json", "wants_json", is_flag=True, help="Print one JSON object.")
dry_run = click.option("--dry-run", is_flag=True, help="Say what would be done and keep nothing.")
seed = click.option(
    "--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Seed of all chance."
)


# The years that readers take for real (see ``crime.intervals``).
FIRST_YEAR, LAST_YEAR = 1901, 2100


class Day(click.ParamType[date]):
    """A day written as YYYY-MM-DD."""

    name = "date"

    def convert(
        self, value: str | date, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        """Return the day, or fail with how to write it."""
        if isinstance(value, date):
            return value
        try:
            day = date.fromisoformat(value)
        except ValueError:
            return self.fail(f"{value!r} is not a day; write it as YYYY-MM-DD.", param, ctx)
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            years = f"{FIRST_YEAR} to {LAST_YEAR}"
            return self.fail(f"{value!r} does not lie in the years {years}.", param, ctx)
        return day


class ReleaseDay(Day):
    """A day of release; a month alone is its last day.

    By then what was released in the month was out; on an earlier day nobody can say so.
    """

    def convert(
        self, value: str | date, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        """Return the day, or fail with how to write it."""
        if isinstance(value, str) and (written := re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", value)):
            year, month = int(written[1]), int(written[2])
            value = f"{value}-{monthrange(max(year, 1), month)[1]}"
        return super().convert(value, param, ctx)


DAY, RELEASE_DAY = Day(), ReleaseDay()


def now() -> datetime:
    """Return the time, which only the shells may read."""
    return datetime.now().astimezone()  # noqa: TID251 - the one place that reads the clock


def show(answer: Answer[Any], lines: Callable[[Any], list[str]], *, wants_json: bool) -> int:
    """Print an answer, as JSON or as lines for people, and return its exit code.

    Parameters
    ----------
    answer
        What the use case answered.
    lines
        How its result reads, line by line.
    wants_json
        Whether to print one JSON object instead.
    """
    if wants_json:
        print_json(envelope(answer))
    else:
        sys.stdout.write("\n".join(lines(answer.result)) + "\n")
    for notice in answer.warnings:
        sys.stderr.write(f"Note: {notice.message}\n")
    if answer.error is not None:
        sys.stderr.write(f"{answer.error.file}: {answer.error.message} {answer.error.remedy}\n")
    return answer.exit_code


def say(text: str) -> None:
    """Write progress to standard error."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
