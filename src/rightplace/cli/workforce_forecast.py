"""``rightplace workforce forecast`` and ``example``: strength to come, by stock and flow."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rightplace.briefing.stamp import SYNTHETIC_SENTENCE
from rightplace.cli.evaluation_lines import wrapped
from rightplace.cli.table import table
from rightplace.cli.verb import as_json, dry_run, now, seed, show

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rightplace.app.workforce.result import (
        MovedResult,
        PostingShare,
        Spread,
        StrengthMonth,
        WorkforceExample,
        WorkforceResult,
    )
    from rightplace.app.workspace import Workspace

_FILE = click.Path(path_type=Path)
_YEAR = 12
_QUARTER = 3
_HALF = 0.5
_MOST_ORIGINS = 40


def lines(result: WorkforceResult, *, kept: bool = True) -> list[str]:
    """Return the forecast as a planner reads it: targets first, then months, limits, what-ifs.

    Parameters
    ----------
    result
        The forecast.
    kept
        Whether its run was kept.
    """
    return [
        *_head(result),
        "",
        *_months(result),
        "",
        *wrapped(result.tutors_words),
        *wrapped(result.places_words),
        *_what_ifs(result),
        *_moves(result),
        *_postings(result.first_postings),
        *_tail(result, kept=kept),
    ]


def _head(result: WorkforceResult) -> Iterator[str]:
    if result.synthetic:
        yield SYNTHETIC_SENTENCE
    yield f"{result.workforce_id}: {result.title}, {result.start_month} to {result.last_month}"
    start = result.strength[0]
    yield (
        f"At the end of {start.month}: {start.headcount.mean:,.0f} officers, "
        f"{start.fte.mean:,.0f} full-time equivalent, {start.deployable.mean:,.0f} deployable."
    )
    for target in result.targets:
        yield ""
        yield from wrapped(target.words)


def _shown(result: WorkforceResult) -> list[tuple[int, StrengthMonth]]:
    """Return each month of a year, or of more the start, each third month and the last."""
    months = list(enumerate(result.strength))
    every = 1 if len(months) <= _YEAR + 1 else _QUARTER
    return [(i, each) for i, each in months if i % every == 0 or i == len(months) - 1]


def _months(result: WorkforceResult) -> Iterator[str]:
    from rightplace.app.workforce.forecast_parts import percent

    target = next(iter(result.targets), None)
    heads = (
        "end of",
        "headcount",
        "80 % of draws" if result.draws else "",
        "FTE",
        "deployable",
        "80 % of draws" if result.draws else "",
        "joined",
        "left",
        "training",
        "no tutor",
        "" if target is None else f"{target.strength:,.0f} by then",
    )
    rows = [
        (
            each.month,
            round(each.headcount.mean),
            _ends(each.headcount) if result.draws else "",
            round(each.fte.mean),
            round(each.deployable.mean),
            _ends(each.deployable) if result.draws else "",
            round(each.joiners),
            round(each.leavers),
            round(each.in_training),
            round(each.waiting_for_tutor),
            "" if target is None or not result.draws else percent(target.reached_by_share[i]),
        )
        for i, each in _shown(result)
    ]
    yield from table(heads, rows)
    how = f"means of {result.draws:,} draws" if result.draws else "expected values"
    yield f"  {how}; joined and left are of that one month"


def _ends(spread: Spread) -> str:
    return f"{spread.lo80:,.0f} to {spread.hi80:,.0f}"


def _month(month: str | None, last: str) -> str:
    return f"after {last}" if month is None else month


def _what_ifs(result: WorkforceResult) -> Iterator[str]:
    if not result.what_ifs:
        return
    yield ""
    first = next(iter(result.targets), None)
    with_target = "" if first is None else f"{first.strength:,.0f} {first.measure} by"
    heads = ("what if", with_target, "moved", f"headcount {result.last_month}", "deployable")
    rows, drawn = [("as planned", _of_target(result), "", "", "")], result.compared_draws > 0
    for each in result.what_ifs:
        moved = next(iter(each.targets), None)
        rows.append(
            (
                each.name,
                "" if moved is None else _month(moved.median_month, result.last_month),
                "" if moved is None else _later(moved, drawn=drawn),
                _change(each.headcount_at_end, drawn=drawn),
                _change(each.deployable_at_end, drawn=drawn),
            )
        )
    yield from table(heads, rows)
    if result.compared_draws:
        yield f"  paired in {result.compared_draws:,} draws with the same chance; 80 % in brackets"


def _of_target(result: WorkforceResult) -> str:
    first = next(iter(result.targets), None)
    return "" if first is None else _month(first.median_month, result.last_month)


def _later(moved: MovedResult, *, drawn: bool) -> str:
    from rightplace.app.workforce.forecast_parts import percent

    months = moved.median_months_later
    if months is None and not drawn:
        return "not reached" if moved.median_month is None else "reached only so"
    if months is None or moved.median_month is None or moved.neither >= _HALF:
        return f"reached in {percent(1 - moved.never_share)}"
    if months == 0:
        return "the same month"
    size = f"{abs(months):g} month{'' if abs(months) == 1 else 's'}"
    return f"{size} {'later' if months > 0 else 'sooner'}"


def _change(spread: Spread, *, drawn: bool) -> str:
    if not drawn:
        return _signed(spread.mean)
    return f"{_signed(spread.mean)} ({_signed(spread.lo80)} to {_signed(spread.hi80)})"


def _signed(number: float) -> str:
    """Return a difference of officers, rounded; none is 0, without a sign."""
    return f"{round(number):+,d}" if round(number) else "0"


def _moves(result: WorkforceResult) -> Iterator[str]:
    from rightplace.app.workforce.report_words import INPUTS

    if not result.moves:
        return
    target, last = result.targets[0], result.last_month
    yield ""
    heads = [
        "what matters most",
        "a step",
        f"{target.strength:,.0f} by",
        f"{target.measure} {last}",
    ]
    heads += [] if target.measure == "deployable" else ["deployable"]
    rows = []
    for each in result.moves:
        name, step = INPUTS[each.name]
        for words, month, at_end, deployable in (
            (each.down, each.median_month_down, each.at_end_down, each.deployable_down),
            (each.up, each.median_month_up, each.at_end_up, each.deployable_up),
        ):
            moved = step.format(float(words.partition("=")[2]))
            row = [name, moved, _month(month, last), _signed(at_end), _signed(deployable)]
            rows.append(row[: len(heads)])
    yield from table(heads, rows)


def _postings(shares: Sequence[PostingShare]) -> Iterator[str]:
    if not shares:
        return
    yield ""
    rows = [
        (
            each.area,
            "withheld" if each.first_postings is None else f"{each.first_postings:,}",
            f"{each.share_of_officers:.1%}",
            "" if each.ratio is None else f"{each.ratio:.2f} ({each.lo95:.2f} to {each.hi95:.2f})",
            each.words,
        )
        for each in shares
    ]
    yield from table(("area", "first postings", "of officers", "ratio", ""), rows)
    yield "  each with its own 95 % interval: of twenty areas one may lie outside by chance alone"


def _tail(result: WorkforceResult, *, kept: bool) -> Iterator[str]:
    yield ""
    yield "It takes for granted:"
    for sentence in result.assumed:
        yield from (f"  {line}" for line in wrapped(sentence))
    yield f"Its numbers come from {len(result.origins)} tables, each with its origin (--json)."
    yield f"  {result.strength_path}" if kept else "  Nothing was kept."
    for path in result.exported:
        yield f"  {path}"


@click.command("forecast")
@click.argument("setup", type=_FILE)
@click.option("--target", type=float, help="A strength to reach, instead of the file's targets.")
@click.option(
    "--measure",
    type=click.Choice(["headcount", "fte", "deployable"]),
    default="headcount",
    show_default=True,
    help="What --target is counted in.",
)
@click.option("--months", type=click.IntRange(1, 120), help="Months ahead; default: the setting.")
@click.option("--draws", type=click.IntRange(1, 100_000), help="Draws; default: the setting.")
@click.option(
    "--what-if",
    "what_ifs",
    multiple=True,
    metavar="NAME=VALUE",
    help="A change beside the file's, such as attrition_points=1; more in one with commas.",
)
@click.option("--expected", is_flag=True, help="Expected values alone, without draws.")
@click.option(
    "--first-postings",
    type=_FILE,
    help="CSV of where new officers went: area, first_postings, established_officers.",
)
@click.option("--force", help="Whose strength to begin from, where the file says from_store.")
@click.option("--out", type=_FILE, help="Folder for the tables as CSV and a workbook.")
@seed
@as_json
@dry_run
@click.pass_obj
def forecast(
    workspace: Workspace,
    *,
    setup: Path,
    target: float | None,
    measure: str,
    months: int | None,
    draws: int | None,
    what_ifs: tuple[str, ...],
    expected: bool,
    first_postings: Path | None,
    force: str | None,
    out: Path | None,
    seed: int,
    wants_json: bool,
    dry_run: bool,
) -> int:
    """Follow the workforce of SETUP month by month: headcount, full-time equivalent, deployable.

    SETUP is a TOML file; `rightplace workforce example --out FILE` writes one to begin with.
    Start plus joiners less leavers is the next month, in every draw. Training places and tutors
    set limits, and what they hold back is shown. When a target is met is said with an interval,
    and so is how often it is not met at all.

    What a --what-if may change: attrition_points, intake_factor, filled_points, places_factor,
    places_a_month, places_at_once, tutors_factor, training_months, leave_factor.
    """
    import numpy as np

    from rightplace.app.workforce.forecast import ForecastAsked, workforce_forecast

    asked = ForecastAsked(
        setup=setup,
        target=target,
        measure=measure,
        months=months,
        draws=draws,
        what_ifs=what_ifs,
        expected=expected,
        first_postings=first_postings,
        force=force,
        out=out,
        seed=seed,
        dry_run=dry_run,
    )
    rng = np.random.default_rng(seed)
    answer = workforce_forecast(workspace, asked, made_at=now(), rng=rng)
    return show(answer, partial(lines, kept=not dry_run), wants_json=wants_json)


@click.command("example")
@click.option("--out", type=_FILE, help="Write it to this file, which may not exist yet.")
@as_json
@dry_run
def example(*, out: Path | None, wants_json: bool, dry_run: bool) -> int:
    """Print or write a setup file to begin with: London at the end of 2019."""
    from rightplace.app.workforce.forecast import workforce_example

    def shown(result: WorkforceExample) -> list[str]:
        if result.path is None:
            return result.toml.rstrip("\n").split("\n")
        return [result.path]

    return show(workforce_example(out, dry_run=dry_run), shown, wants_json=wants_json)
