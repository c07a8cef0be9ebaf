"""Strength by month as lines: bands grey, the past thin, targets across, programmes shaded.

Lines differ in dashes and width and carry their names at their ends, so that a grey print can
tell them apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import altair as alt

from rightplace.briefing.charts import INK, QUIET, RULE, TEXT_PX, LineStyle, of_rows, spread
from rightplace.briefing.text import printable
from rightplace.core.time import Month

if TYPE_CHECKING:
    from rightplace.briefing.workforce.values import Line, LineChart

_STYLES: Final = {
    "main": LineStyle(colour="#0f4c52", dash=(1, 0), shape="circle"),
    "second": LineStyle(colour="#484f56", dash=(6, 3), shape="square"),
    "third": LineStyle(colour="#b34a00", dash=(9, 3, 2, 3), shape="diamond"),
    "past": LineStyle(colour=INK, dash=(1, 0), shape="circle"),
    "came": LineStyle(colour=INK, dash=(2, 3), shape="circle"),
}
_WIDTHS: Final = {"main": 2.6, "second": 1.8, "third": 2.6, "past": 1.4, "came": 1.8}
_BANDS: Final = {"main": "#0f4c52", "second": "#484f56", "third": "#b34a00"}
_BAND_SHADE: Final = 0.18
_SHADED: Final = "#e3e6e8"
_APART: Final = 17
_AROUND_PX: Final = 58
"""Pixels of a chart's height that its title and its axis of time take."""
_FOR_NAMES: Final = 0.33
"""Share of the time shown that is left at the right for the names of the lines."""
_ROOM: Final = 0.07
_FEW: Final = 30


def line_layers(chart: LineChart, *, height: int) -> list[alt.Chart]:
    """Return the layers of a chart of lines, the lowest first.

    Parameters
    ----------
    chart
        What to draw.
    height
        Pixels over all, so that names at the ends of lines do not meet.
    """
    ends = _ends(chart)
    x: Any = alt.X("at:T").scale(domain=list(_span(chart)), nice=False)
    x = x.axis(
        format="%b %Y",
        grid=False,
        title=None,
        values=_ticks(chart),
        labelAngle=0,
        labelOverlap=True,
    )
    y = alt.Y("value:Q").scale(domain=list(ends), nice=False, zero=chart.from_zero)
    unit = chart.unit if chart.from_zero else f"{chart.unit}; the axis does not begin at 0"
    y = y.axis(title=printable(unit), tickCount=6, format=",d", tickMinStep=1, gridColor=RULE)
    return [
        *_shaded(chart, x, ends),
        *(layer for line in chart.lines for layer in _band(line, x, y)),
        *_levels(chart, x, y),
        *(_line(line, x, y) for line in chart.lines),
        *_names(chart, x, y, ends, plot_px=height - _AROUND_PX),
    ]


def _at(month: str) -> str:
    """Return the day at which a month's end is drawn."""
    return Month.parse(month).last.isoformat()


def _months(chart: LineChart) -> list[str]:
    return sorted({month for line in chart.lines for month in line.months})


def _span(chart: LineChart) -> tuple[str, str]:
    months = _months(chart)
    first, last = Month.parse(months[0]), Month.parse(months[-1])
    more = max(round(_FOR_NAMES * (last.index - first.index)), 4)
    return first.first.isoformat(), last.plus(more).last.isoformat()


def _ticks(chart: LineChart) -> list[str]:
    """Return the days that the axis names: each January, of few months each quarter."""
    months = _months(chart)
    first, last = Month.parse(months[0]), Month.parse(months[-1]).plus(1)
    every = 12 if last.index - first.index > _FEW else 3
    span = range(first.index, last.index + 1)
    return [Month.from_index(n).first.isoformat() for n in span if n % every == 0]


def _ends(chart: LineChart) -> tuple[float, float]:
    values = [value for line in chart.lines for value in line.values if value is not None]
    values += [value for line in chart.lines for ends in (line.lo, line.hi) for value in ends]
    values += [level.value for level in chart.levels]
    low, high = min(values, default=0.0), max(values, default=1.0)
    room = _ROOM * max(high - low, 1.0)
    return (0.0 if chart.from_zero else max(low - room, 0.0)), high + 2 * room


def _shaded(chart: LineChart, x: alt.X, ends: tuple[float, float]) -> list[alt.Chart]:
    """Return each programme as a grey field as far as it lies in the chart, with its name."""
    months = _months(chart)
    layers = []
    for span in chart.spans:
        first, last = max(span.first, months[0]), min(span.last, months[-1])
        if first > last:
            continue
        row = {
            "at": Month.parse(first).first.isoformat(),
            "to": _at(last),
            "value": ends[0],
            "top": ends[1],
            "words": printable(span.words),
        }
        field = of_rows([row]).mark_rect(color=_SHADED, opacity=0.75)
        layers.append(
            field.encode(
                x=x,
                x2="to:T",
                y=alt.Y("value:Q").scale(domain=list(ends), nice=False),
                y2="top:Q",
            )
        )
        text = of_rows([row]).mark_text(align="left", baseline="top", dx=4, color=QUIET)
        layers.append(text.encode(x=x, y=alt.value(4), text="words:N"))
    return layers


def _rows(line: Line) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = [
        {"at": _at(month), "value": value}
        for month, value in zip(line.months, line.values, strict=True)
    ]
    for name, values in (("lo", line.lo), ("hi", line.hi)):
        for row, value in zip(rows, values, strict=False):
            row[name] = value
    return rows


def _band(line: Line, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    if not line.lo:
        return []
    rows = [row | {"value": row["lo"]} for row in _rows(line)]
    area = of_rows(rows).mark_area(color=_BANDS.get(line.style, QUIET), opacity=_BAND_SHADE)
    return [area.encode(x=x, y=y, y2="hi:Q")]


def _line(line: Line, x: alt.X, y: alt.Y) -> alt.Chart:
    style = _STYLES[line.style]
    made = of_rows(_rows(line)).mark_line(
        color=style.colour, strokeWidth=_WIDTHS[line.style], strokeDash=list(style.dash)
    )
    drawn: alt.Chart = made.encode(x=x, y=y)
    return drawn


def _levels(chart: LineChart, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    layers = []
    first, last = _span(chart)
    for level in chart.levels:
        rows = [{"at": day, "value": level.value, "words": level.words} for day in (first, last)]
        rule = of_rows(rows).mark_line(color=INK, strokeWidth=1.2, strokeDash=[4, 4])
        layers.append(rule.encode(x=x, y=y))
        text = of_rows(rows[:1]).mark_text(
            align="left", baseline="bottom", dx=4, dy=-3, fontWeight="bold"
        )
        layers.append(text.encode(x=x, y=y, text="words:N"))
    return layers


def _names(
    chart: LineChart, x: alt.X, y: alt.Y, ends: tuple[float, float], *, plot_px: int
) -> list[alt.Chart]:
    """Return each line's name right of its end, moved so that no two meet."""
    last = _months(chart)[-1]
    known = [
        (line, next(v for v in reversed(line.values) if v is not None))
        for line in chart.lines
        if line.style != "past" and any(value is not None for value in line.values)
    ]
    low, high = ends
    scale = (high - low) / plot_px
    places = [(high - value) / scale for _, value in known]
    moved = spread(places, apart=_APART, low=8, high=plot_px - 8)
    layers = []
    for (line, _), place in zip(known, moved, strict=True):
        row = {"at": _at(last), "value": high - place * scale, "words": printable(line.name)}
        text = of_rows([row]).mark_text(
            align="left",
            baseline="middle",
            dx=7,
            fontSize=TEXT_PX,
            fontWeight="bold",
            color=_STYLES[line.style].colour,
        )
        layers.append(text.encode(x=x, y=y, text="words:N"))
    return layers
