"""The charts of a scrutiny pack: numbers beside their marks, intervals drawn, counts from zero.

Black and white: what is compared with is hollow, what is counted now is filled.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import altair as alt

from rightplace.briefing.charts import INK, QUIET, RULE, TEXT_PX, Panel, drawn, of_rows
from rightplace.briefing.text import printable, shorten

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rightplace.briefing.searches.values import Chart, Mark

CHARTS_KEPT: Final = 128
"""Drawings that stay in memory; a choice of ours: about 10 kB each, a fifth of a second to draw."""
FILL: Final = "#0f4c52"
_ROW, _AROUND = 21, 64
_MONTHS_HEIGHT: Final = 210
_LONGEST_LABEL: Final = 34
_ROOM_FOR_WORDS: Final = 1.42
"""How far past the longest mark an axis reaches, so that the numbers beside marks find room."""
_FORMS: Final = {"bars": ",d", "months": ",d", "intervals": ",.4~r"}
_STEPS: Final = {"bars": 1, "months": 1, "intervals": 0.1}
_MOST_POINTS: Final = 18
"""Months drawn with a point each; of more, those alone that no line reaches."""


@lru_cache(maxsize=CHARTS_KEPT)
def chart_svg(chart: Chart) -> str:
    """Return a chart as an ``<svg>``; the table beside it has its numbers.

    The same numbers are drawn once: page and paper of a pack show the same drawings.
    """
    told = "; ".join(f"{mark.label}: {mark.words}" for mark in chart.marks)
    panel = Panel(ident=chart.ident, title=chart.title, description=f"{chart.title}. {told}.")
    if chart.kind == "months":
        return drawn(panel, _months(chart), height=_MONTHS_HEIGHT)
    height = _ROW * len(chart.marks) + _AROUND
    layers = _bars(chart) if chart.kind == "bars" else _intervals(chart)
    return drawn(panel, layers, height=height)


def _rows(marks: Sequence[Mark]) -> list[dict[str, Any]]:
    """Return marks as rows; a label that stands twice is told apart by its place."""
    return [
        {
            "at": f"{number:03d}",
            "label": printable(shorten(mark.label, _LONGEST_LABEL)),
            "value": mark.value,
            "lo": mark.lo,
            "hi": mark.hi,
            "words": printable(mark.words),
            "end": max(mark.value or 0.0, mark.hi or 0.0),
        }
        for number, mark in enumerate(marks)
    ]


def _axes(chart: Chart, rows: list[dict[str, Any]]) -> tuple[alt.X, alt.Y]:
    top = max([row["end"] for row in rows] + [chart.reference or 0.0]) or 1.0
    x = alt.X("value:Q").scale(domain=[0, top * _ROOM_FOR_WORDS], nice=False)
    x = x.axis(
        title=chart.unit,
        tickCount=3,
        labelOverlap=True,
        tickMinStep=_STEPS[chart.kind],
        format=_FORMS[chart.kind],
        grid=False,
    )
    labels = {row["at"]: row["label"] for row in rows}
    expression = " : ".join(
        f"datum.value === '{at}' ? {_quoted(label)}" for at, label in labels.items()
    )
    y = alt.Y("at:N").sort(None).scale(domain=list(labels))
    y = y.axis(
        title=None,
        ticks=False,
        domain=False,
        grid=False,
        labelExpr=f"{expression} : ''",
        labelLimit=190,
        labelPadding=6,
    )
    return x, y


def _quoted(text: str) -> str:
    """Return a text as a string of Vega's expressions, in which nothing of it is run."""
    safe = text.replace("\\", " ").replace("'", "\u2019")
    return f"'{safe}'"


def _bars(chart: Chart) -> list[alt.Chart]:
    rows = _rows(chart.marks)
    x, y = _axes(chart, rows)
    filled = [r for r, mark in zip(rows, chart.marks, strict=True) if not mark.is_before]
    hollow = [r for r, mark in zip(rows, chart.marks, strict=True) if mark.is_before]
    layers = [of_rows(rows).mark_point(opacity=0).encode(y=y)]
    for some, fill in ((filled, FILL), (hollow, "#fff")):
        if some:
            bars = of_rows(some).mark_bar(height=12, color=fill, stroke=FILL, strokeWidth=1)
            layers.append(bars.encode(x=x, y=y))
    return [*layers, _words(rows, x, y)]


def _intervals(chart: Chart) -> list[alt.Chart]:
    rows = _rows(chart.marks)
    x, y = _axes(chart, rows)
    layers = [of_rows(rows).mark_point(opacity=0).encode(y=y)]
    if chart.reference is not None:
        rule = of_rows([{"value": chart.reference}])
        layers.append(rule.mark_rule(color=QUIET, strokeDash=[4, 3]).encode(x=x))
    spans = [{**r, "value": r["lo"]} for r in rows if r["lo"] is not None and r["hi"] is not None]
    if spans:
        whisker = of_rows(spans).mark_rule(color=INK, strokeWidth=1.6)
        layers.append(whisker.encode(x=x, x2="hi:Q", y=y))
    for row, mark in zip(rows, chart.marks, strict=True):
        if mark.value is not None:
            point = of_rows([row]).mark_point(
                filled=True,
                size=64,
                opacity=1,
                shape="circle",
                fill="#fff" if mark.is_before else FILL,
                stroke=FILL,
                strokeWidth=1.6,
            )
            layers.append(point.encode(x=x, y=y))
    return [*layers, _words(rows, x, y)]


def _words(rows: list[dict[str, Any]], x: alt.X, y: alt.Y) -> alt.Chart:
    ends = [{**row, "value": row["end"]} for row in rows]
    text = of_rows(ends).mark_text(align="left", baseline="middle", dx=7, fontSize=TEXT_PX)
    made: alt.Chart = text.encode(x=x, y=y, text="words:N")
    return made


def _months(chart: Chart) -> list[alt.Chart]:
    """Return a line of months; those compared with are hollow, and a gap breaks the line."""
    rows = [
        {"month": mark.label, "value": mark.value, "words": printable(mark.words)}
        for mark in chart.marks
    ]
    known = [row for row in rows if row["value"] is not None]
    top = max((float(row["value"] or 0) for row in known), default=0.0) or 1.0
    x = alt.X("month:T").axis(format="%b %Y", grid=False, title=None, tickCount=4, labelAngle=0)
    y = alt.Y("value:Q").scale(domain=[0, top * 1.18], nice=False)
    y = y.axis(
        title=chart.unit, tickCount=4, tickMinStep=1, format=_FORMS[chart.kind], gridColor=RULE
    )
    layers = [of_rows(rows).mark_line(color=FILL, strokeWidth=1.8).encode(x=x, y=y)]
    for is_before, fill in ((True, "#fff"), (False, FILL)):
        some = [
            row
            for n, (row, mark) in enumerate(zip(rows, chart.marks, strict=True))
            if mark.is_before is is_before
            and mark.value is not None
            and (len(rows) <= _MOST_POINTS or _stands_alone(rows, n))
        ]
        if some:
            points = of_rows(some).mark_point(
                filled=True, size=42, opacity=1, fill=fill, stroke=FILL, strokeWidth=1.4
            )
            layers.append(points.encode(x=x, y=y))
    ends = [max(known, key=lambda r: float(r["value"] or 0)), known[-1]] if known else []
    if ends:
        distinct = list({row["month"]: row for row in ends}.values())
        text = of_rows(distinct).mark_text(baseline="bottom", align="right", dy=-6, dx=4)
        layers.append(text.encode(x=x, y=y, text="words:N"))
    return layers


def _stands_alone(rows: Sequence[dict[str, Any]], place: int) -> bool:
    """Return whether neither the month before nor the one after has a number."""
    beside = [*rows[max(place - 1, 0) : place], *rows[place + 1 : place + 2]]
    return all(row["value"] is None for row in beside)
