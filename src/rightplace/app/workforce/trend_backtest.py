"""Use case: how good looking ahead from strength alone would have been, every origin shown."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

import numpy as np

from rightplace.app.answer import Answer
from rightplace.app.workforce.history import breaks_named, recipe_of, strength_notices
from rightplace.app.workforce.strength import read_strength
from rightplace.app.workforce.trend_result import (
    Compared,
    MethodScore,
    OriginRow,
    ScoredWindow,
    StrengthBacktestResult,
)
from rightplace.app.workforce.trend_settings import TrendSettings
from rightplace.core.canonical import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    import pyarrow as pa

    from rightplace.app.workforce.strength import StrengthAsked
    from rightplace.app.workspace import Workspace
    from rightplace.deploy.workforce.history import StrengthHistory
    from rightplace.deploy.workforce.trend_backtest import Scored

ALL, WITHOUT, WITH = "all", "without", "with"
LIMITS = (
    (
        "Origins are a year apart; windows longer than a year overlap, so origins are not "
        "independent, and there are few of them."
    ),
    (
        "The form of the trend was chosen knowing this series, its parameters at each origin from "
        "what came before it alone. The benchmark page of strength has it on 42 other forces."
    ),
    (
        "`picked` takes at each origin the way that scored best at origins whose outcome was known "
        "by then."
    ),
)


def workforce_backtest(
    workspace: Workspace,
    asked: StrengthAsked,
    *,
    ahead: Sequence[int],
    made_at: datetime,
    dry_run: bool = False,
) -> Answer[StrengthBacktestResult]:
    """Score every way to look ahead from each past year's origin, and keep it.

    Parameters
    ----------
    workspace
        Where files are held and the run goes.
    asked
        Whose strength, as of when.
    ahead
        Months from origin to target, each 1 or more.
    made_at
        The time now.
    dry_run
        Whether to keep nothing.
    """
    from rightplace.app.runs import keep

    settings = workspace.settings("workforce_trend", TrendSettings)
    held = read_strength(workspace, asked)
    history = held.history.unbroken(least_changes=settings.changes_needed())
    about = {"of": "backtest", "ahead": list(ahead)}
    recipe = recipe_of(held, asked, settings=plain(settings) | about)
    scored = {months: _scored(history, settings, months) for months in ahead}
    rows = tuple(_row(each, months) for months, found in scored.items() for each in found)
    span = history.months[0].month, history.months[-1].month
    result = StrengthBacktestResult(
        backtest_id=recipe.id,
        force=history.force,
        history_from=str(span[0]),
        history_to=str(span[1]),
        windows=tuple(window for m, found in scored.items() for window in _windows(found, m)),
        rows=rows,
        breaks=breaks_named(settings.breaks(), history=span),
        verdicts=tuple(_verdict(_window(found, m, ALL)) for m, found in scored.items()),
        limits=LIMITS,
        origins_path=str(workspace.runs / recipe.id / "origins.parquet"),
    )
    notices = strength_notices(held)
    if not dry_run:
        warnings = tuple({"code": n.code, "message": n.message} for n in notices)
        record = recipe.record(made_at, result=plain(result), warnings=warnings)
        keep(workspace, record, {"origins": _table(rows)})
    return Answer(
        verb="workforce-backtest",
        result=result,
        id=recipe.id,
        as_of=recipe.as_of,
        data_releases=held.releases,
        warnings=notices,
    )


def _scored(history: StrengthHistory, settings: TrendSettings, months: int) -> list[Scored]:
    from rightplace.deploy.workforce.trend import DAMPED, candidates
    from rightplace.deploy.workforce.trend_backtest import scored_origins, with_picked

    found = scored_origins(
        history,
        candidates(settings.prior()),
        ahead=months,
        least_changes=settings.changes_needed(),
        breaks=settings.breaks(),
    )
    return with_picked(found, default=DAMPED)


def _windows(scored: Sequence[Scored], months: int) -> tuple[ScoredWindow, ...]:
    """Return scores at all origins and, where some cross a break, with and without it."""
    crossing = [bool(each.breaks) for each in scored]
    kinds = (ALL, WITHOUT, WITH) if any(crossing) and not all(crossing) else (ALL,)
    return tuple(_window(scored, months, kind) for kind in kinds)


def _window(scored: Sequence[Scored], months: int, kind: str) -> ScoredWindow:
    from rightplace.deploy.workforce.trend import DRIFT

    kept = [each for each in scored if kind == ALL or bool(each.breaks) == (kind == WITH)]
    of_method = {
        name: [each for each in kept if each.method == name]
        for name in dict.fromkeys(each.method for each in kept)
    }
    return ScoredWindow(
        ahead=months,
        breaks=kind,
        methods=tuple(_method(name, found) for name, found in of_method.items()),
        compared=tuple(
            _compared(name, found, of_method[DRIFT], months)
            for name, found in of_method.items()
            if name != DRIFT
        ),
    )


def _method(name: str, found: Sequence[Scored]) -> MethodScore:
    from rightplace.deploy.workforce.trend_backtest import covered

    held = covered(found)
    return MethodScore(
        method=name,
        origins=held.origins,
        inside=held.inside,
        share=held.inside / held.origins,
        lo95=held.lo95,
        hi95=held.hi95,
        fails=held.fails,
        interval_score=_mean(each.score for each in found),
        width=_mean(each.hi80 - each.lo80 for each in found),
        error=_mean(each.median - each.came for each in found),
        absolute_error=_mean(abs(each.median - each.came) for each in found),
    )


def _mean(values: Iterable[float]) -> float:
    return float(np.mean(list(values)))


def _compared(
    name: str, found: Sequence[Scored], baseline: Sequence[Scored], months: int
) -> Compared:
    from rightplace.deploy.workforce.trend_backtest import score_difference

    gap = score_difference(found, baseline, ahead=months)
    verdict = "cannot tell"
    if gap.lo95 is not None and gap.hi95 is not None and not gap.lo95 <= 0 <= gap.hi95:
        verdict = "better" if gap.hi95 < 0 else "worse"
    return Compared(
        method=name,
        against=baseline[0].method,
        origins=gap.origins,
        difference=gap.difference,
        lo95=gap.lo95,
        hi95=gap.hi95,
        verdict=verdict,
    )


def _verdict(window: ScoredWindow) -> str:
    """Return how the trend did, in a sentence or two."""
    from rightplace.deploy.workforce.trend import DAMPED

    method = next(each for each in window.methods if each.method == DAMPED)
    gap = next(each for each in window.compared if each.method == DAMPED)
    base = next(each for each in window.methods if each.method == gap.against)
    held = "80 % lies outside: the intervals are wrong" if method.fails else "80 % is not refuted"
    how = {
        "better": "better than a random walk with drift beyond chance",
        "worse": "worse than a random walk with drift beyond chance",
        "cannot tell": "too few origins to tell it from a random walk with drift",
    }[gap.verdict]
    interval = "" if gap.lo95 is None else f" (95 %: {gap.lo95:+,.0f} to {gap.hi95:+,.0f})"
    return (
        f"{window.ahead} months ahead: {method.inside} of {method.origins} inside the 80 % "
        f"interval ({method.share:.0%}, 95 %: {method.lo95:.0%} to {method.hi95:.0%}); {held}. "
        f"Interval score {method.interval_score:,.0f} beside {base.interval_score:,.0f}, "
        f"{gap.difference:+,.0f}{interval}: {how}."
    )


def _row(each: Scored, months: int) -> OriginRow:
    return OriginRow(
        ahead=months,
        method=each.method,
        origin=str(each.origin),
        target=str(each.target),
        history_months=each.history_months,
        median=each.median,
        lo80=each.lo80,
        hi80=each.hi80,
        came=each.came,
        inside=each.inside,
        score=each.score,
        breaks=each.breaks,
    )


def _table(rows: Sequence[OriginRow]) -> pa.Table:
    import pyarrow as pa

    names = [field.name for field in fields(OriginRow)]
    columns = {name: [getattr(each, name) for each in rows] for name in names}
    columns["breaks"] = ["; ".join(each.breaks) for each in rows]
    return pa.table(columns)
