"""Use case: strength to come from its own past alone, with intervals, and kept."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from rightplace.app.answer import Answer, Notice
from rightplace.app.workforce.history import breaks_named, recipe_of, strength_notices
from rightplace.app.workforce.strength import read_strength
from rightplace.app.workforce.trend_result import TrendMonth, TrendResult
from rightplace.app.workforce.trend_settings import TrendSettings
from rightplace.core.canonical import plain
from rightplace.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    import pyarrow as pa

    from rightplace.app.workforce.history_result import BreakNamed
    from rightplace.app.workforce.strength import StrengthAsked
    from rightplace.app.workspace import Workspace
    from rightplace.deploy.workforce.history import StrengthHistory
    from rightplace.deploy.workforce.trend import TrendPrior

MOST_MONTHS = 60
BASIS = (
    "A continuation of the past alone: it knows no budget, no recruitment plan and no decision. "
    "`rightplace workforce forecast` reckons with joiners, leavers and training that you state."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendAsked:
    """How far to look, and how.

    Parameters
    ----------
    months
        1 to 60.
    method
        One of the trend's candidates.
    """

    months: int
    method: str

    def __post_init__(self) -> None:
        """Check how far.

        Raises
        ------
        UsageError
            If it is not from 1 to 60 months.
        """
        if not 1 <= self.months <= MOST_MONTHS:
            msg = f"--months must be from 1 to {MOST_MONTHS}."
            raise UsageError(msg, value=self.months, remedy="Look less far ahead.")


def workforce_trend(
    workspace: Workspace,
    asked: StrengthAsked,
    look: TrendAsked,
    *,
    made_at: datetime,
    dry_run: bool = False,
) -> Answer[TrendResult]:
    """Return strength to come from its past alone, and keep it.

    Parameters
    ----------
    workspace
        Where files are held and the run goes.
    asked
        Whose strength, as of when.
    look
        How far, and how.
    made_at
        The time now.
    dry_run
        Whether to keep nothing.
    """
    from rightplace.app.runs import keep
    from rightplace.deploy.workforce.history import NOT_KNOWN

    settings = workspace.settings("workforce_trend", TrendSettings)
    held = read_strength(workspace, asked)
    history = held.history.unbroken(least_changes=settings.changes_needed())
    recipe = recipe_of(held, asked, settings=plain(settings) | {"of": "trend"} | plain(look))
    newest = history.months[-1]
    months = _months(history, look, prior=settings.prior())
    window = newest.month.plus(1), newest.month.plus(look.months)
    breaks = breaks_named(
        settings.breaks(), history=(history.months[0].month, newest.month), window=window
    )
    path: Path = workspace.runs / recipe.id / "officers.parquet"
    result = TrendResult(
        trend_id=recipe.id,
        force=history.force,
        method=look.method,
        history_from=str(history.months[0].month),
        history_to=str(newest.month),
        officers_now=newest.officers,
        change_now=_change_now(history, look, prior=settings.prior()),
        months=months,
        breaks=breaks,
        cannot_know=NOT_KNOWN,
        basis=BASIS,
        officers_path=str(path),
    )
    notices = (*strength_notices(held), *break_notices(breaks))
    if not dry_run:
        warnings = tuple({"code": n.code, "message": n.message} for n in notices)
        record = recipe.record(made_at, result=plain(result), warnings=warnings)
        keep(workspace, record, {"officers": _table(months)})
    return Answer(
        verb="workforce-trend",
        result=result,
        id=recipe.id,
        as_of=recipe.as_of,
        data_releases=held.releases,
        warnings=notices,
    )


def break_notices(breaks: Sequence[BreakNamed]) -> tuple[Notice, ...]:
    """Return what a break means for a forecast that crosses it, or learned from it."""
    words = {
        ("window",): "The months foretold cross it: no past foretells a programme.",
        ("history",): "Months it learned from lie in it: they rose by a decision, not by a trend.",
        ("history", "window"): "Months it learned from and months foretold lie in it: what goes "
        "on is the programme's pace, which ends when the programme does.",
    }
    return tuple(
        Notice(
            code="break",
            message=f"{each.name} ({each.first} to {each.last}). {words[each.where]}",
        )
        for each in breaks
    )


def _months(
    history: StrengthHistory, look: TrendAsked, *, prior: TrendPrior
) -> tuple[TrendMonth, ...]:
    from rightplace.deploy.workforce.trend import candidate

    ahead, newest = candidate(look.method, prior), history.months[-1].month
    found = []
    for month in range(1, look.months + 1):
        outlook = ahead(history.officers, month)
        (lo80, hi80), (lo95, hi95) = outlook.interval(0.8), outlook.interval(0.95)
        found.append(
            TrendMonth(
                month=str(newest.plus(month)),
                median=outlook.quantile(0.5),
                lo80=lo80,
                hi80=hi80,
                lo95=lo95,
                hi95=hi95,
            )
        )
    return tuple(found)


def _change_now(history: StrengthHistory, look: TrendAsked, *, prior: TrendPrior) -> float | None:
    from rightplace.deploy.workforce.trend import DAMPED, fitted_trend

    return fitted_trend(history.officers, prior).change_now if look.method == DAMPED else None


def _table(months: Sequence[TrendMonth]) -> pa.Table:
    import pyarrow as pa

    names = [field.name for field in fields(TrendMonth)]
    return pa.table({name: [getattr(each, name) for each in months] for name in names})
