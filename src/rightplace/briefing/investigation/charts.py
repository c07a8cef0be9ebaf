"""The lines of a look ahead: as it is broken, under the what-if whole, each with its band.

Black and white: what is compared with is broken and its band lighter; each line carries its name.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import altair as alt

from rightplace.briefing.charts import (
    AS_PERCENT,
    INK,
    PANEL_WIDTH,
    RULE,
    TEXT_PX,
    Panel,
    drawn,
    of_rows,
    spread,
)
from rightplace.briefing.investigation.values import LinesChart
from rightplace.briefing.searches.charts import CHARTS_KEPT, FILL, chart_svg
from rightplace.briefing.text import printable

if TYPE_CHECKING:
    from rightplace.briefing.investigation.values import Line
    from rightplace.briefing.searches.values import Chart

_HEIGHT: Final = 250
_ROOM: Final = 1.12
_FOR_NAMES: Final = 0.3
"""Share of the axis that is left at the right for the names of the lines."""
_INSIDE: Final = 180.0
"""About how many pixels high the lines stand, by which their names are kept apart."""
_BANDS: Final = {True: "#d9dcde", False: "#a9cdd0"}


def picture(chart: Chart | LinesChart) -> str:
    """Return a chart as an ``<svg>``; the table beside it has its numbers."""
    return lines_svg(chart) if isinstance(chart, LinesChart) else chart_svg(chart)


@lru_cache(maxsize=CHARTS_KEPT)
def lines_svg(chart: LinesChart) -> str:
    """Return lines with their bands as an ``<svg>``."""
    top = 1.0 if chart.is_share else _ROOM * (_highest(chart) or 1.0)
    last = max((at for line in chart.lines for at in line.at), default=1.0)
    x = alt.X("at:Q").scale(domain=[0, last * (1 + _FOR_NAMES)], nice=False)
    ticks = [each for each in _ticks(last) if each <= last]
    x = x.axis(title=printable(chart.along), grid=False, values=ticks, format=",d")
    y: Any = alt.Y("value:Q").scale(domain=[0, top], nice=False)
    axis: dict[str, Any] = {"labelExpr": AS_PERCENT} if chart.is_share else {"format": ",.3~r"}
    y = y.axis(title=printable(chart.unit), tickCount=5, gridColor=RULE, **axis)
    layers = [_band(line, x) for line in chart.lines]
    layers += [_line(line, x, y) for line in chart.lines]
    layers += _names(chart, x, y, top=top)
    told = "; ".join(f"{line.name}: {_ends(line, is_share=chart.is_share)}" for line in chart.lines)
    words = f"{chart.title}. {chart.unit}, by {chart.along}. {told}."
    panel = Panel(ident=chart.ident, title=chart.title, description=words)
    return drawn(panel, layers, height=_HEIGHT, width=PANEL_WIDTH)


def _highest(chart: LinesChart) -> float:
    ends = [end for line in chart.lines for end in (*line.hi, *line.value) if end is not None]
    return max(ends, default=0.0)


def _ticks(last: float) -> list[float]:
    """Return some five whole places along the axis."""
    steps = (1, 2, 5, 10, 13, 20, 26, 50, 52, 100, 200, 365, 500, 1000)
    step = next((each for each in steps if last / each <= 5), steps[-1])  # noqa: PLR2004 - five marks
    return [float(step * n) for n in range(int(last // step) + 1)]


def _ends(line: Line, *, is_share: bool) -> str:
    known = [value for value in line.value if value is not None]
    if not known:
        return "no number"
    first, last = (f"{each:.0%}" if is_share else f"{each:.1f}" for each in (known[0], known[-1]))
    return f"from {first} to {last}"


def _rows(line: Line) -> list[dict[str, Any]]:
    points = zip(line.at, line.value, line.lo, line.hi, strict=True)
    return [{"at": at, "value": value, "lo": lo, "hi": hi} for at, value, lo, hi in points]


def _band(line: Line, x: alt.X) -> alt.Chart:
    area = of_rows(_rows(line)).mark_area(color=_BANDS[line.is_before], opacity=0.75)
    made: alt.Chart = area.encode(x=x, y=alt.Y("lo:Q"), y2="hi:Q")
    return made


def _line(line: Line, x: alt.X, y: alt.Y) -> alt.Chart:
    style = {"strokeDash": [5, 4], "color": INK} if line.is_before else {"color": FILL}
    mark = of_rows(_rows(line)).mark_line(strokeWidth=2.0, **style)
    made: alt.Chart = mark.encode(x=x, y=y)
    return made


def _names(chart: LinesChart, x: alt.X, y: alt.Y, *, top: float) -> list[alt.Chart]:
    """Return the name of each line right of its last point, apart from one another."""
    ends = []
    for line in chart.lines:
        known = [p for p in zip(line.at, line.value, strict=True) if p[1] is not None]
        if known:
            ends.append((line, known[-1]))
    heights = [_INSIDE * float(value or 0.0) / top for _, (_, value) in ends]
    places = spread(heights, apart=TEXT_PX + 4.0, low=6.0, high=_INSIDE)
    return [
        of_rows([{"at": at, "value": place * top / _INSIDE, "words": printable(line.name)}])
        .mark_text(align="left", baseline="middle", dx=6, fontSize=TEXT_PX, fontWeight="bold")
        .encode(x=x, y=y, text="words:N")
        for (line, (at, _)), place in zip(ends, places, strict=True)
    ]
