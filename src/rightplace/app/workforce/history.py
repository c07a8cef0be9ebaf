"""Use case: how strong a force was, month by month, and what its files do not tell."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from rightplace.app.answer import Answer, Notice
from rightplace.app.workforce.history_result import (
    BreakNamed,
    GapFound,
    HistoryMonth,
    HistoryResult,
    HomeOfficeYear,
    RankNumbers,
)
from rightplace.app.workforce.strength import read_strength
from rightplace.app.workforce.trend_settings import TrendSettings
from rightplace.core.canonical import file_digest, plain
from rightplace.core.runs import RunInput, RunRecipe

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    import pyarrow as pa

    from rightplace.app.workforce.strength import StrengthAsked, StrengthHeld
    from rightplace.app.workspace import Workspace
    from rightplace.core.time import Month
    from rightplace.deploy.workforce.history import Break, StrengthHistory
    from rightplace.deploy.workforce.home_office import YearStrength

NOT_SAID = "The monthly file does not say whether it counts people or full-time equivalents"


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeOfficeTable:
    """The Home Office's table by force and rank, and whose rows of it are meant.

    Parameters
    ----------
    force
        As the table writes it; a setting of the call, since its names are not the store's.
    """

    path: Path
    force: str


def workforce_history(
    workspace: Workspace,
    asked: StrengthAsked,
    *,
    home_office: HomeOfficeTable | None = None,
    made_at: datetime,
    dry_run: bool = False,
) -> Answer[HistoryResult]:
    """Return a force's strength month by month, its gaps and breaks, and keep it.

    Parameters
    ----------
    workspace
        Where files are held and the run goes.
    asked
        Whose strength, as of when.
    home_office
        For heads beside full-time equivalents; None without.
    made_at
        The time now.
    dry_run
        Whether to keep nothing.
    """
    from rightplace.app.runs import keep
    from rightplace.deploy.workforce.home_office import read_home_office

    settings = workspace.settings("workforce_trend", TrendSettings)
    held = read_strength(workspace, asked)
    years = (
        () if home_office is None else read_home_office(home_office.path, force=home_office.force)
    )
    about = {"of": "history", "home_office_force": home_office and home_office.force}
    recipe = recipe_of(held, asked, settings=plain(settings) | about, files=_given(home_office))
    path = workspace.runs / recipe.id / "strength.parquet"
    result = _result(held, years, settings.breaks(), history_id=recipe.id, path=path)
    notices = strength_notices(held)
    if not dry_run:
        warnings = tuple({"code": n.code, "message": n.message} for n in notices)
        record = recipe.record(made_at, result=plain(result), warnings=warnings)
        keep(workspace, record, {"strength": _table(result.months)})
    return Answer(
        verb="workforce-history",
        result=result,
        id=recipe.id,
        as_of=recipe.as_of,
        data_releases=held.releases,
        warnings=notices,
    )


def recipe_of(
    held: StrengthHeld,
    asked: StrengthAsked,
    *,
    settings: dict[str, object],
    files: tuple[RunInput, ...] = (),
) -> RunRecipe:
    """Return what decides a run that rests on a force's strength.

    Parameters
    ----------
    held
        The strength.
    asked
        What was asked of it.
    settings
        In force, and what else decides the result.
    files
        Read besides.
    """
    return RunRecipe(
        kind="workforce",
        settings=settings | {"force": held.history.force},
        inputs=(*held.inputs, *files),
        as_of=held.history.months[-1].month.last,
        known_at=asked.known_at,
        seed=0,
    )


def strength_notices(held: StrengthHeld) -> tuple[Notice, ...]:
    """Return what must be said of the files: months missing, and rows that could not be used."""
    notices = [
        Notice(code="months-missing", message=f"There is {gap.finding}.")
        for gap in held.history.gaps
    ]
    if held.set_aside:
        message = (
            f"{held.set_aside} rows of the files could not be used; `rightplace quarantine "
            "export` shows each with its row and reason."
        )
        notices.append(Notice(code="rows-set-aside", message=message))
    return tuple(notices)


def breaks_named(
    breaks: Sequence[Break],
    *,
    history: tuple[Month, Month],
    window: tuple[Month, Month] | None = None,
) -> tuple[BreakNamed, ...]:
    """Return the breaks that months seen, or months foretold, cross.

    Parameters
    ----------
    breaks
        Those known.
    history, window
        First and last month of each.
    """
    spans = {"history": history} | ({} if window is None else {"window": window})
    found = []
    for each in breaks:
        where = tuple(name for name, span in spans.items() if each.crosses(*span))
        if where:
            found.append(
                BreakNamed(name=each.name, first=str(each.first), last=str(each.last), where=where)
            )
    return tuple(found)


def _given(table: HomeOfficeTable | None) -> tuple[RunInput, ...]:
    if table is None:
        return ()
    return (RunInput(source=str(table.path), release=None, sha256=file_digest(table.path)),)


def _result(
    held: StrengthHeld,
    years: Sequence[YearStrength],
    breaks: Sequence[Break],
    *,
    history_id: str,
    path: Path,
) -> HistoryResult:
    from rightplace.deploy.workforce.history import NOT_KNOWN

    history = held.history
    span = history.months[0].month, history.months[-1].month
    beside = tuple(_year(each, history) for each in years)
    return HistoryResult(
        history_id=history_id,
        force=history.force,
        first_month=str(span[0]),
        last_month=str(span[1]),
        months=_months(history),
        set_aside=held.set_aside,
        gaps=tuple(
            GapFound(
                first=str(gap.first),
                last=str(gap.last),
                file=gap.file,
                row=gap.row,
                finding=gap.finding,
            )
            for gap in history.gaps
        ),
        breaks=breaks_named(breaks, history=span),
        home_office=beside,
        what_is_counted=_counted(beside),
        cannot_know=NOT_KNOWN,
        months_path=str(path),
    )


def _months(history: StrengthHistory) -> tuple[HistoryMonth, ...]:
    officers = {each.month: each.officers for each in history.months}
    found = []
    for each in history.months:
        before = officers.get(each.month.plus(-1))
        found.append(
            HistoryMonth(
                month=str(each.month),
                officers=each.officers,
                net_change=None if before is None else each.officers - before,
                staff=each.staff,
                pcsos=each.pcsos,
            )
        )
    return tuple(found)


def _year(year: YearStrength, history: StrengthHistory) -> HomeOfficeYear:
    officers = next((m.officers for m in history.months if m.month == year.month), None)
    return HomeOfficeYear(
        month=str(year.month),
        headcount=year.headcount,
        fte=year.fte,
        fte_ratio=year.fte_ratio,
        officers=officers,
        above_headcount=None if officers is None else officers - year.headcount,
        above_fte=None if officers is None else officers - year.fte,
        ranks=tuple(
            RankNumbers(
                rank=each.rank,
                headcount=each.headcount,
                fte=each.fte,
                fte_ratio=each.fte / each.headcount if each.headcount else None,
            )
            for each in year.ranks
        ),
    )


def _counted(years: Sequence[HomeOfficeYear]) -> str:
    """Return how the monthly file lies beside heads and full-time equivalents, in a sentence."""
    heads = [each.above_headcount for each in years if each.above_headcount is not None]
    full_time = [each.above_fte for each in years if each.above_fte is not None]
    if not heads:
        return f"{NOT_SAID}; --home-office sets both beside it."
    return (
        f"{NOT_SAID}; in {len(heads)} months of both it lies {_span(heads)} the Home Office's "
        f"headcount and {_span(full_time)} its full-time equivalents: it agrees with neither, and "
        "the files do not say why."
    )


def _span(gaps: Sequence[float]) -> str:
    low, high = min(gaps), max(gaps)
    if high < 0:
        return f"{-high:,.0f} to {-low:,.0f} below"
    return f"{low:+,.0f} to {high:+,.0f} from"


def _table(months: Sequence[HistoryMonth]) -> pa.Table:
    import pyarrow as pa

    names = [field.name for field in fields(HistoryMonth)]
    return pa.table({name: [getattr(each, name) for each in months] for name in names})
