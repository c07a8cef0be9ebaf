"""The report of an operation as tables to read and to take away: its series, and its checks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rightplace.app.evaluation.report_parts import PASSED, number
from rightplace.briefing.searches.values import Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rightplace.app.evaluation.report_result import ReportResult
    from rightplace.app.evaluation.result import EstimateShown, EvaluationResult

SERIES_HEADER: Final = ("starts", "during", "counted", "expected", "lo95", "hi95")
CHECKS_HEADER: Final = ("kind", "name", "result", "value", "lo", "hi", "p", "scale", "words")
Cell = str | float | None


def series_rows(result: ReportResult) -> Iterator[tuple[Cell, ...]]:
    """Return a row for each period of the plan's design, as ``SERIES_HEADER`` names them."""
    shown = result.finding.series
    if shown is None:
        return
    lines = zip(shown.starts, shown.observed, shown.expected, shown.lo, shown.hi, strict=True)
    for place, (starts, *values) in enumerate(lines):
        yield starts, "yes" if place >= shown.first_treated else "no", *values


def series_table(result: ReportResult) -> Table | None:
    """Return the series as a page shows it beside its chart; None where the design has none."""
    rows = tuple(
        (
            str(starts),
            "yes" if during == "yes" else "",
            *(_cell(value) for value in (counted, expected)),
            _ends(lo, hi),
        )
        for starts, during, counted, expected, lo, hi in series_rows(result)
    )
    if not rows:
        return None
    header = ("From", "Operation", "Counted", "Expected without it", "95 % interval")
    return Table(
        caption="Counted beside expected, period by period", header=header, rows=rows, wordy=(1,)
    )


def _cell(value: Cell) -> str:
    return number(value) if isinstance(value, (int, float)) else ""


def _ends(lo: Cell, hi: Cell) -> str:
    if lo is None and hi is None:
        return ""
    return f"{_cell(lo) or 'without end'} to {_cell(hi) or 'without end'}"


def check_rows(result: ReportResult) -> Iterator[tuple[Cell, ...]]:
    """Return the number, its checks and refutations, and other designs, by ``CHECKS_HEADER``."""
    finding = result.finding
    yield _headline("the plan's design", finding)
    for name, each in (("relative", finding.relative), ("ring", finding.displacement)):
        if each is not None:
            yield "the plan's design", f"{finding.design}, {name}", "", *_numbers(each), each.method
    for check in finding.diagnostics:
        told = (check.check, PASSED[check.passed], check.value, None, None, None, "", check.words)
        yield "check", *told
    for refuted in finding.refutations:
        yield "refutation", refuted.name, "", *_numbers(refuted.estimate), refuted.words
    for other in result.others:
        yield _headline("other design", other)
    for lacking in result.not_run:
        yield "not run", lacking.design, "", None, None, None, None, "", lacking.why


def _headline(kind: str, each: EvaluationResult) -> tuple[Cell, ...]:
    numbers = (each.estimate, each.lo95, each.hi95, each.p, each.scale)
    return kind, each.design, each.evidence_words, *numbers, each.verdict


def _numbers(each: EstimateShown) -> tuple[Cell, ...]:
    return each.value, each.lo, each.hi, each.p, each.scale
