"""Short reports of a force's past: its history, the trend from it, and the back-test of that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from rightplace.app.workforce.history_result import HistoryResult
from rightplace.app.workforce.report_kept import said
from rightplace.app.workforce.report_words import month, number, short_month, signed
from rightplace.app.workforce.trend_result import StrengthBacktestResult, TrendResult
from rightplace.briefing.searches.values import Table
from rightplace.briefing.workforce.values import Line, LineChart, Section, Span, StrengthReport
from rightplace.deploy.workforce.trend import DAMPED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rightplace.app.workforce.history_result import BreakNamed
    from rightplace.app.workforce.trend_result import MethodScore, OriginRow, ScoredWindow

_QUARTER: Final = 3
_YEAR_ENDS: Final = "-12"


def history_report(
    record: Mapping[str, Any], *, marking: str, foot: tuple[str, ...]
) -> StrengthReport:
    """Return the report of a history: strength as published, its gaps and its breaks.

    Parameters
    ----------
    record
        Content of its ``run.json``.
    marking, foot
        As they are printed.
    """
    result = said(record, HistoryResult)
    last = result.months[-1]
    most = max(result.months, key=lambda each: each.officers)
    shown = [each for each in result.months if each.month.endswith(_YEAR_ENDS) or each is last]
    rows = tuple(
        (short_month(m.month), number(m.officers), number(m.staff), number(m.pcsos)) for m in shown
    )
    line = Line(
        name=f"officers {number(last.officers)}",
        style="main",
        months=tuple(each.month for each in result.months),
        values=tuple(float(each.officers) for each in result.months),
    )
    chart = LineChart(
        ident="history-chart",
        title="Officers at the end of each month, as published",
        unit="Officers",
        lines=(line,),
        spans=_spans(result.breaks),
    )
    table = Table(
        caption="Strength at the end of each year",
        header=("At the end of", "Officers", "Staff", "PCSOs"),
        rows=rows,
    )
    section = Section(
        key="history", heading="Strength as published", charts=(chart,), tables=(table,)
    )
    unknown = Section(
        key="unknown",
        heading="What this cannot know",
        points=(result.what_is_counted, result.cannot_know),
    )
    return StrengthReport(
        run_id=result.history_id,
        kind="Strength as it was",
        title=result.force.capitalize(),
        period=f"{month(result.first_month)} to {month(result.last_month)}",
        marking=marking,
        answer=(
            f"{number(last.officers)} officers at the end of {month(last.month)}; the most were "
            f"{number(most.officers)}, {month(most.month)}."
        ),
        flags=(*_broken(result.breaks), *(each.finding for each in result.gaps)),
        sections=(section, unknown),
        foot=foot,
        synthetic=False,
    )


def trend_report(
    record: Mapping[str, Any], *, marking: str, foot: tuple[str, ...]
) -> StrengthReport:
    """Return the report of a trend: what goes on if nothing is decided.

    Parameters
    ----------
    record
        Content of its ``run.json``.
    marking, foot
        As they are printed.
    """
    result = said(record, TrendResult)
    last = result.months[-1]
    unknown = Section(
        key="unknown", heading="What this cannot know", points=(result.basis, result.cannot_know)
    )
    return StrengthReport(
        run_id=result.trend_id,
        kind="Strength if the past goes on",
        title=result.force.capitalize(),
        period=f"{month(result.history_to)} to {month(last.month)}",
        marking=marking,
        answer=(
            f"{number(last.median)} officers at the end of {month(last.month)} if the past goes "
            f"on, 80 % {number(last.lo80)} to {number(last.hi80)}; "
            f"{number(result.officers_now)} at the end of {month(result.history_to)}."
        ),
        flags=_broken(result.breaks),
        sections=(_trend_section(result), unknown),
        foot=foot,
        synthetic=False,
    )


def _trend_section(result: TrendResult) -> Section:
    last, many = result.months[-1], len(result.months)
    line = Line(
        name=f"officers {number(last.median)}",
        style="main",
        months=(result.history_to, *(each.month for each in result.months)),
        values=(float(result.officers_now), *(each.median for each in result.months)),
        lo=(float(result.officers_now), *(each.lo80 for each in result.months)),
        hi=(float(result.officers_now), *(each.hi80 for each in result.months)),
    )
    chart = LineChart(
        ident="trend-chart",
        title="Officers at the end of each month if the past goes on; the band holds 80 %",
        unit="Officers",
        lines=(line,),
        spans=_spans(result.breaks),
    )
    rows = tuple(
        (
            short_month(each.month),
            number(each.median),
            f"{number(each.lo80)} to {number(each.hi80)}",
            f"{number(each.lo95)} to {number(each.hi95)}",
        )
        for n, each in enumerate(result.months, 1)
        if n % _QUARTER == 0 or n == many
    )
    table = Table(
        caption="Officers at the end of the month",
        header=("At the end of", "Median", "80 %", "95 %"),
        rows=rows,
    )
    return Section(key="trend", heading="If the past goes on", charts=(chart,), tables=(table,))


def backtest_report(
    record: Mapping[str, Any], *, marking: str, foot: tuple[str, ...]
) -> StrengthReport:
    """Return the report of a back-test: verdicts, every way's scores, every origin.

    Parameters
    ----------
    record
        Content of its ``run.json``.
    marking, foot
        As they are printed.
    """
    result = said(record, StrengthBacktestResult)
    scores = Section(
        key="scores",
        heading="Every way to look ahead",
        tables=tuple(_scores(window) for window in result.windows),
    )
    rows = tuple(_origin(each) for each in result.rows if each.method == DAMPED)
    origins = Section(
        key="origins",
        heading="Every origin, the bad ones too",
        tables=(
            Table(
                caption="By damped local trend",
                header=("From", "To", "Median", "80 %", "Came", "So", "Programme between"),
                rows=rows,
                wordy=(1, 5, 6),
            ),
        ),
    )
    unknown = Section(key="unknown", heading="What this cannot know", points=result.limits)
    return StrengthReport(
        run_id=result.backtest_id,
        kind="How good looking ahead would have been",
        title=result.force.capitalize(),
        period=f"{month(result.history_from)} to {month(result.history_to)}",
        marking=marking,
        answer=result.verdicts[0],
        flags=(*result.verdicts[1:], *_broken(result.breaks)),
        sections=(scores, origins, unknown),
        foot=foot,
        synthetic=False,
    )


def _scores(window: ScoredWindow) -> Table:
    gaps = {each.method: each for each in window.compared}
    named = {"all": "all origins", "without": "no programme between", "with": "across a programme"}

    def row(each: MethodScore) -> tuple[str, ...]:
        gap, apart = gaps.get(each.method), ""
        if gap is not None:
            apart = signed(gap.difference)
            if gap.lo95 is not None and gap.hi95 is not None:
                apart += f" ({signed(gap.lo95)} to {signed(gap.hi95)})"
            apart += f", {gap.verdict}"
        return (
            each.method.replace("_", " "),
            f"{each.inside} of {each.origins}",
            f"{each.lo95:.0%} to {each.hi95:.0%}",
            number(each.interval_score),
            apart,
            number(each.absolute_error),
        )

    return Table(
        caption=f"{window.ahead} months ahead, {named[window.breaks]}",
        header=(
            "Way",
            "Inside 80 %",
            "95 % of that share",
            "Interval score",
            "Less the random walk's (95 %)",
            "Mean miss",
        ),
        rows=tuple(row(each) for each in window.methods),
        wordy=(4,),
    )


def _origin(each: OriginRow) -> tuple[str, ...]:
    return (
        short_month(each.origin),
        short_month(each.target),
        number(each.median),
        f"{number(each.lo80)} to {number(each.hi80)}",
        number(each.came),
        "inside" if each.inside else "outside",
        ", ".join(each.breaks),
    )


def _spans(breaks: tuple[BreakNamed, ...]) -> tuple[Span, ...]:
    return tuple(Span(first=each.first, last=each.last, words=each.name) for each in breaks)


def _broken(breaks: tuple[BreakNamed, ...]) -> tuple[str, ...]:
    return tuple(
        f"{each.name}, {month(each.first)} to {month(each.last)}: strength rose by a decision, "
        "not by a trend."
        for each in breaks
    )
