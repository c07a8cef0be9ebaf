"""``rightplace workforce history``, ``trend`` and ``backtest``: strength from its own past."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rightplace.cli.evaluation_lines import wrapped
from rightplace.cli.table import table
from rightplace.cli.verb import DAY, RELEASE_DAY, as_json, dry_run, now, show

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from rightplace.app.workforce.history_result import (
        HistoryMonth,
        HistoryResult,
        HomeOfficeYear,
    )
    from rightplace.app.workforce.strength import StrengthAsked
    from rightplace.app.workforce.trend_result import (
        ScoredWindow,
        StrengthBacktestResult,
        TrendResult,
    )
    from rightplace.app.workspace import Workspace

_HOME_OFFICE_FORCE = "Metropolitan Police"
_METHODS = ("damped_local_trend", "autoregressive", "random_walk_with_drift")
_LAST_OF_YEAR = "-12"
_SHOWN_BEYOND = (1, 2, 3, 6)


def _strength(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add what says whose strength is meant, and as of when."""
    for option in (
        click.option("--force", help="Whose strength, as `status` names it; default: the only."),
        click.option("--as-of", type=DAY, help="Only months that had ended by this day."),
        click.option("--known-at", type=RELEASE_DAY, help="Only files released up to this day."),
    ):
        function = option(function)
    return function


def _asked(force: str | None, as_of: date | None, known_at: date | None) -> StrengthAsked:
    from rightplace.app.workforce.strength import StrengthAsked

    return StrengthAsked(force=force, as_of=as_of, known_at=known_at)


def _told(text: str) -> list[str]:
    """Return a sentence as lines of the width of the screen, set in by two."""
    return [f"  {line}" for line in wrapped(text)]


def _where(path: str, *, kept: bool) -> str:
    return f"  {path}" if kept else "  Nothing was kept."


def history_lines(result: HistoryResult, *, kept: bool = True) -> list[str]:
    """Return the history as a table of years, with its gaps, breaks and what is not known.

    Parameters
    ----------
    result
        The history.
    kept
        Whether its run was kept.
    """
    months = f"{len(result.months)} months, {result.first_month} to {result.last_month}"
    return [
        f"{result.history_id}: {result.force}, {months}",
        *table(["at the end of", "officers", "in a year", "staff", "PCSOs"], list(_years(result))),
        *_ends(result),
        *(f"  missing: {gap.finding}" for gap in result.gaps),
        *(f"  break: {each.name}, {each.first} to {each.last}" for each in result.breaks),
        *_home_office(result),
        *_told(result.what_is_counted),
        *_told(result.cannot_know),
        _where(result.months_path, kept=kept),
    ]


def _years(result: HistoryResult) -> Iterator[list[str]]:
    months = {each.month: each for each in result.months}
    for each in result.months:
        if each.month.endswith(_LAST_OF_YEAR) or each.month == result.last_month:
            before = months.get(f"{int(each.month[:4]) - 1}{each.month[4:]}")
            change = "" if before is None else f"{each.officers - before.officers:+,}"
            numbers = [f"{n:,}" for n in (each.officers, each.staff, each.pcsos)]
            yield [each.month, numbers[0], change, *numbers[1:]]


def _ends(result: HistoryResult) -> Iterator[str]:
    def officers(month: HistoryMonth) -> int:
        return month.officers

    most, least = max(result.months, key=officers), min(result.months, key=officers)
    yield (f"  most {most.officers:,} ({most.month}), fewest {least.officers:,} ({least.month})")


def _home_office(result: HistoryResult) -> list[str]:
    if not result.home_office:
        return []
    rows = [
        [
            each.month,
            f"{each.headcount:,}",
            f"{each.fte:,.0f}",
            f"{each.fte_ratio:.3f}",
            *(
                ["", "", ""]
                if each.officers is None or each.above_fte is None
                else [f"{each.officers:,}", f"{each.above_headcount:+,}", f"{each.above_fte:+,.0f}"]
            ),
        ]
        for each in result.home_office
    ]
    heads = ["Home Office", "heads", "full time", "ratio", "this file", "to heads", "to full time"]
    return [*table(heads, rows), *_ranks(result.home_office[-1])]


def _ranks(newest: HomeOfficeYear) -> list[str]:
    rows = [
        [
            each.rank,
            f"{each.headcount:,}",
            f"{each.fte:,.0f}",
            "" if each.fte_ratio is None else f"{each.fte_ratio:.3f}",
        ]
        for each in newest.ranks
    ]
    return table([f"ranks, {newest.month}", "heads", "full time", "ratio"], rows)


def trend_lines(result: TrendResult, *, kept: bool = True) -> list[str]:
    """Return the trend, some months of it, and what it does not know.

    Parameters
    ----------
    result
        The trend.
    kept
        Whether its run was kept.
    """
    last = len(result.months)
    shown = [m for n, m in enumerate(result.months, 1) if n in _SHOWN_BEYOND or n % 12 == 0]
    shown += [] if last in _SHOWN_BEYOND or last % 12 == 0 else [result.months[-1]]
    rows = [
        [
            each.month,
            f"{each.median:,.0f}",
            f"{each.lo80:,.0f} to {each.hi80:,.0f}",
            f"{each.lo95:,.0f} to {each.hi95:,.0f}",
        ]
        for each in shown
    ]
    now_ = f"{result.officers_now:,} officers at the end of {result.history_to}"
    pace = (
        "" if result.change_now is None else f", lasting change {result.change_now:+,.0f} a month"
    )
    return [
        f"{result.trend_id}: {result.force}, {now_}{pace}",
        f"  by {result.method.replace('_', ' ')}, from {result.history_from} on",
        *table(["at the end of", "median", "80 %", "95 %"], rows),
        *(f"  break: {each.name}, {each.first} to {each.last}" for each in result.breaks),
        *_told(result.basis),
        *_told(result.cannot_know),
        _where(f"{result.officers_path} (every month)", kept=kept),
    ]


def backtest_lines(result: StrengthBacktestResult, *, kept: bool = True) -> list[str]:
    """Return verdicts first, then every way's scores and every origin.

    Parameters
    ----------
    result
        The back-test.
    kept
        Whether its run was kept.
    """
    span = f"{result.history_from} to {result.history_to}"
    return [
        f"{result.backtest_id}: {result.force}, {span}",
        *(line for verdict in result.verdicts for line in _told(verdict)),
        *(line for window in result.windows for line in _window(window)),
        *_origins(result),
        *(f"  break: {each.name}, {each.first} to {each.last}" for each in result.breaks),
        *(line for limit in result.limits for line in _told(limit)),
        _where(result.origins_path, kept=kept),
    ]


def _window(window: ScoredWindow) -> list[str]:
    gaps = {each.method: each for each in window.compared}
    rows = []
    for each in window.methods:
        gap = gaps.get(each.method)
        apart = "" if gap is None else f"{gap.difference:+,.0f}"
        if gap is not None and gap.lo95 is not None:
            apart += f" ({gap.lo95:+,.0f} to {gap.hi95:+,.0f})"
        rows.append(
            [
                each.method.replace("_", " "),
                f"{each.inside} of {each.origins}",
                f"{each.lo95:.0%} to {each.hi95:.0%}",
                f"{each.interval_score:,.0f}",
                apart,
                f"{each.absolute_error:,.0f}",
            ]
        )
    named = {"all": "all origins", "without": "no break between", "with": "across a break"}
    heads = ["", "inside", "95 %", "score", "less the random walk's", "mean miss"]
    return [f"  {window.ahead} months ahead, {named[window.breaks]}:", *table(heads, rows)]


def _origins(result: StrengthBacktestResult) -> list[str]:
    rows = [
        [
            each.origin,
            each.target,
            f"{each.median:,.0f}",
            f"{each.lo80:,.0f} to {each.hi80:,.0f}",
            f"{each.came:,}",
            "inside" if each.inside else "outside",
            "; ".join(each.breaks),
        ]
        for each in result.rows
        if each.method == _METHODS[0]
    ]
    heads = ["from", "to", "median", "80 %", "came", "", "break between"]
    return [f"  {_METHODS[0].replace('_', ' ')}, every origin:", *table(heads, rows)]


@click.command(name="history")
@_strength
@click.option(
    "--home-office",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The Home Office's table by force and rank (CSV, perhaps .gz): heads beside full time.",
)
@click.option(
    "--home-office-force",
    default=_HOME_OFFICE_FORCE,
    show_default=True,
    help="The force as that table writes it.",
)
@as_json
@dry_run
@click.pass_obj
def history(
    workspace: Workspace,
    *,
    force: str | None,
    as_of: date | None,
    known_at: date | None,
    home_office: Path | None,
    home_office_force: str,
    wants_json: bool,
    dry_run: bool,
) -> int:
    """Show strength month by month as published: changes, months missing, programmes that broke it.

    With the Home Office's table full-time equivalents for each officer stand beside it by year
    and rank; its other columns, sex among them, are summed over and never kept.
    """
    from rightplace.app.workforce.history import HomeOfficeTable, workforce_history

    beside = None
    if home_office is not None:
        beside = HomeOfficeTable(path=home_office, force=home_office_force)
    answer = workforce_history(
        workspace,
        _asked(force, as_of, known_at),
        home_office=beside,
        made_at=now(),
        dry_run=dry_run,
    )
    return show(answer, partial(history_lines, kept=not dry_run), wants_json=wants_json)


@click.command(name="trend")
@_strength
@click.option("--months", type=click.IntRange(1, 60), default=24, show_default=True)
@click.option(
    "--method", type=click.Choice(_METHODS), default=_METHODS[0], show_default=True, help="How."
)
@as_json
@dry_run
@click.pass_obj
def trend(
    workspace: Workspace,
    *,
    force: str | None,
    as_of: date | None,
    known_at: date | None,
    months: int,
    method: str,
    wants_json: bool,
    dry_run: bool,
) -> int:
    """Look ahead from past strength alone, with intervals: what goes on if nothing is decided.

    It knows the net change of each month and nothing else: no joiners, no leavers, no budget.
    `workforce backtest` tells how good it would have been.
    """
    from rightplace.app.workforce.trend import TrendAsked, workforce_trend

    answer = workforce_trend(
        workspace,
        _asked(force, as_of, known_at),
        TrendAsked(months=months, method=method),
        made_at=now(),
        dry_run=dry_run,
    )
    return show(answer, partial(trend_lines, kept=not dry_run), wants_json=wants_json)


@click.command(name="backtest")
@_strength
@click.option(
    "--months",
    type=click.IntRange(1, 60),
    multiple=True,
    default=(12, 24),
    show_default=True,
    help="How far ahead; may be given several times.",
)
@as_json
@dry_run
@click.pass_obj
def backtest(
    workspace: Workspace,
    *,
    force: str | None,
    as_of: date | None,
    known_at: date | None,
    months: tuple[int, ...],
    wants_json: bool,
    dry_run: bool,
) -> int:
    """Tell how good looking ahead would have been, from each past year; bad years stay shown.

    How often 80 % intervals held what came, with the exact interval of that share; interval
    scores beside a random walk with drift; with and without years that a programme broke.
    """
    from rightplace.app.workforce.trend_backtest import workforce_backtest

    answer = workforce_backtest(
        workspace,
        _asked(force, as_of, known_at),
        ahead=sorted(set(months)),
        made_at=now(),
        dry_run=dry_run,
    )
    return show(answer, partial(backtest_lines, kept=not dry_run), wants_json=wants_json)
