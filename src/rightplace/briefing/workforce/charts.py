"""The charts of strength: lines with bands, who comes and goes, and differences from none."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Literal

import altair as alt

from rightplace.briefing.charts import INK, QUIET, RULE, TEXT_PX, Panel, drawn, of_rows
from rightplace.briefing.text import printable, shorten
from rightplace.briefing.workforce.lines import line_layers
from rightplace.briefing.workforce.values import DifferenceChart, FlowChart, LineChart

if TYPE_CHECKING:
    from rightplace.briefing.workforce.values import Chart, Difference

CHARTS_KEPT: Final = 128
"""Drawings that stay in memory; a choice of ours."""
WIDE_PX: Final = 700
"""Pixels: the whole width of A4 with 9 points of lettering."""
FILL, EDGE = "#3f6f8f", "#0f4c52"
_LINES_HEIGHT, _FEW_LINES_HEIGHT, _FLOWS_HEIGHT = 330, 230, 220
_ROW, _AROUND, _LONGEST = 27, 70, 44
_ROOM_BESIDE: Final = {"intervals": (0.06, 0.5), "bars": (0.46, 0.46)}
"""Shares of the reach left of the marks and right of them, for their numbers."""
_AS_DIFFERENCE: Final = (
    "(datum.value > 0 ? '+' : datum.value < 0 ? '\u2212' : '') + format(abs(datum.value), ',~r')"
)
_AS_SIZE: Final = "format(abs(datum.value), ',~r')"


@lru_cache(maxsize=CHARTS_KEPT)
def chart_svg(chart: Chart) -> str:
    """Return a chart as an ``<svg>``; the table beside it has its numbers."""
    panel = Panel(
        ident=chart.ident,
        title=chart.title,
        description=f"{chart.title}. The table beside it holds the numbers.",
    )
    if isinstance(chart, LineChart):
        height = _FEW_LINES_HEIGHT if chart.from_zero else _LINES_HEIGHT
        return drawn(panel, line_layers(chart, height=height), height=height, width=WIDE_PX)
    if isinstance(chart, FlowChart):
        return drawn(panel, _flows(chart), height=_FLOWS_HEIGHT, width=WIDE_PX)
    rows = len({each.label for each in chart.rows})
    return drawn(panel, _differences(chart), height=_ROW * rows + _AROUND, width=WIDE_PX)


def _flows(chart: FlowChart) -> list[alt.Chart]:
    """Return bars up for who comes and down for who goes; the second are hollow."""
    x: Any = alt.X("at:T", timeUnit="yearmonth", bandPosition=0.5)
    x = x.axis(format="%b %Y", grid=False, title=None, tickCount=8, labelAngle=0)
    top, bottom = max(chart.comes, default=0.0) or 1.0, max(chart.goes, default=0.0) or 1.0
    y = alt.Y("value:Q").scale(domain=[-1.45 * bottom, 1.32 * top], nice=False)
    y = y.axis(title=printable(chart.unit), tickCount=6, labelExpr=_AS_SIZE, gridColor=RULE)
    layers = []
    for values, sign, fill in ((chart.comes, 1, FILL), (chart.goes, -1, "#fff")):
        rows = [
            {"at": f"{month}-01", "value": sign * value, "zero": 0.0}
            for month, value in zip(chart.months, values, strict=True)
        ]
        bars = of_rows(rows).mark_bar(color=fill, stroke=EDGE, strokeWidth=0.8)
        layers.append(bars.encode(x=x, y=y, y2="zero:Q"))
    none = of_rows([{"value": 0.0}]).mark_rule(color=INK).encode(y=y)
    named = [
        _said(chart.comes_words, 1.3 * top, y, baseline="top"),
        _said(chart.goes_words, -1.42 * bottom, y, baseline="bottom"),
    ]
    return [*layers, none, *named]


def _said(words: str, at: float, y: alt.Y, *, baseline: Literal["top", "bottom"]) -> alt.Chart:
    text = of_rows([{"words": printable(words), "value": at}]).mark_text(
        align="left", baseline=baseline, fontWeight="bold", fontSize=TEXT_PX
    )
    made: alt.Chart = text.encode(x=alt.value(8), y=y, text="words:N")
    return made


def _differences(chart: DifferenceChart) -> list[alt.Chart]:
    rows = [_row(each) for each in chart.rows]
    x, y = _axes(chart, rows)
    layers = [of_rows(rows).mark_point(opacity=0).encode(y=y)]
    if chart.kind == "bars":
        spans = [row | {"zero": 0.0} for row in rows]
        bars = of_rows(spans).mark_bar(height=13, color=FILL, stroke=EDGE, strokeWidth=0.8)
        layers.append(bars.encode(x=x, x2="zero:Q", y=y))
    none = of_rows([{"value": 0.0}]).mark_rule(color=QUIET, strokeDash=[4, 3]).encode(x=x)
    layers.append(none)
    spans = [row | {"value": row["lo"]} for row in rows if row["lo"] is not None]
    if spans:
        whisker = of_rows(spans).mark_rule(color=INK, strokeWidth=1.8)
        layers.append(whisker.encode(x=x, x2="hi:Q", y=y))
    if chart.kind == "intervals":
        point = of_rows(rows).mark_point(filled=True, size=80, opacity=1, color=EDGE)
        layers.append(point.encode(x=x, y=y))
    return [*layers, *_numbers(rows, x, y)]


def _row(each: Difference) -> dict[str, Any]:
    ends = [end for end in (each.value, each.lo, each.hi, 0.0) if end is not None]
    return {
        "label": printable(shorten(each.label, _LONGEST)),
        "value": each.value,
        "lo": each.lo,
        "hi": each.hi,
        "words": printable(each.words),
        "low_end": min(ends),
        "high_end": max(ends),
        "is_below": each.value < 0,
    }


def _axes(chart: DifferenceChart, rows: list[dict[str, Any]]) -> tuple[alt.X, alt.Y]:
    """Return the axes; none is always among the values, and numbers have room beside the marks."""
    low = min((row["low_end"] for row in rows), default=0.0)
    high = max((row["high_end"] for row in rows), default=0.0)
    reach = max(high - low, 1.0)
    left, right = _ROOM_BESIDE[chart.kind]
    x = alt.X("value:Q").scale(domain=[low - left * reach, high + right * reach], nice=False)
    x = x.axis(title=printable(chart.unit), labelExpr=_AS_DIFFERENCE, tickCount=5, grid=False)
    y = alt.Y("label:N").sort(None)
    return x, y.axis(title=None, ticks=False, domain=False, labelLimit=290, labelPadding=8)


def _numbers(rows: list[dict[str, Any]], x: alt.X, y: alt.Y) -> list[alt.Chart]:
    """Return numbers beside marks: left of one below none that has no interval.

    Two bars of a row that lie on one side share their place: both numbers stand at the longer.
    """
    made = []
    for below in (False, True):
        some: dict[str, dict[str, Any]] = {}
        for row in rows:
            if (row["is_below"] and row["lo"] is None) is not below:
                continue
            end = row["low_end" if below else "high_end"]
            held = some.get(row["label"])
            if held is None:
                some[row["label"]] = row | {"value": end}
                continue
            further = min(end, held["value"]) if below else max(end, held["value"])
            some[row["label"]] = held | {
                "value": further,
                "words": f"{held['words']}; {row['words']}",
            }
        if some:
            text = of_rows(list(some.values())).mark_text(
                align="right" if below else "left",
                baseline="middle",
                dx=-6 if below else 8,
                fontSize=TEXT_PX,
            )
            made.append(text.encode(x=x, y=y, text="words:N"))
    return made
