"""A finding of any design as lines for people: the verdict first."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Final

from rightplace.cli.table import table
from rightplace.evaluate.designs.level import level_in_words

if TYPE_CHECKING:
    from rightplace.app.evaluation.result import EstimateShown, EvaluationResult

WIDTH: Final = 96
_PASSED: Final = {True: "passed", False: "FAILED", None: "not possible"}


def wrapped(text: str, *, indent: str = "") -> list[str]:
    """Return a text as lines of the width of the screen."""
    return textwrap.wrap(text, WIDTH, subsequent_indent=indent)


def lines(result: EvaluationResult) -> list[str]:
    """Return the verdict, the numbers, the checks, what refutes or flags it, and the level."""
    told = [*wrapped(result.verdict), ""]
    told += table(("", "value", "interval", "p", "by"), _rows(result))
    if result.diagnostics:
        told += ["", "Checks:"]
        told += [
            line
            for each in result.diagnostics
            for line in wrapped(
                f"- {each.check}, {_PASSED[each.passed]}: {each.words}", indent="  "
            )
        ]
    if result.refutations:
        told += ["", "Refutations (placebos should be about nothing, the others about the same):"]
        told += table(
            ("", "value", "interval", "p", "by"),
            [_cells(each.name, each.estimate) for each in result.refutations],
        )
    if result.flags:
        told += ["", "To be known beside it:"]
        told += [line for each in result.flags for line in wrapped(f"- {each.words}", indent="  ")]
    return [*told, "", *wrapped("How the level came about: " + " ".join(result.evidence_reasons))]


def _rows(result: EvaluationResult) -> list[tuple[str, ...]]:
    rows = [_interval_cells(result)]
    if result.expected is not None and result.observed is not None:
        rows.append(("counted", f"{result.observed:,.0f}", "", "", ""))
        rows.append(("expected without it", f"{result.expected:,.1f}", "", "", ""))
    for name, each in (("relative change", result.relative), ("in the ring", result.displacement)):
        if each is not None:
            rows.append(_cells(name, each))
    return rows


def _interval_cells(result: EvaluationResult) -> tuple[str, ...]:
    scale = {"share": "relative change", "harm": "change in harm"}.get(result.scale, "change")
    value = number(result.estimate, result.scale)
    ends = interval(result.lo95, result.hi95, scale=result.scale, level=result.level)
    return (scale, value, ends, _chance(result.p), result.method)


def _cells(name: str, each: EstimateShown) -> tuple[str, ...]:
    ends = interval(each.lo, each.hi, scale=each.scale, level=each.level)
    return (name, number(each.value, each.scale), ends, _chance(each.p), each.method)


def number(value: float, scale: str) -> str:
    """Return a change with its sign: a share in per cent, else with one decimal."""
    return f"{value:+.1%}" if scale == "share" else f"{value:+,.1f}"


def interval(lo: float | None, hi: float | None, *, scale: str, level: float) -> str:
    """Return the ends of an interval with its level, or that there is none."""
    if lo is None and hi is None:
        return "none"
    ends = ["without end" if each is None else number(each, scale) for each in (lo, hi)]
    return f"{ends[0]} to {ends[1]} ({level_in_words(level)})"


def _chance(p: float | None) -> str:
    smallest = 0.0001
    if p is None:
        return ""
    return f"{p:.4f}" if p >= smallest else "below 0.0001"
