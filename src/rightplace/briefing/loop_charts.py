"""Charts of a simulated loop: what the forecast makes of the places it sends patrols to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt

from rightplace.briefing.charts import AS_PERCENT, INK, LineStyle, Panel, drawn, of_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rightplace.briefing.loop_page import LoopLine, LoopPoint

_HEIGHT = 220
_TIMES = "Times the truth"


def _years(last: int) -> alt.X:
    axis = alt.X("week:Q").scale(domain=[0, last], nice=False)
    made: alt.X = axis.axis(
        title="Years of the loop",
        values=list(range(0, last + 1, 52)),
        labelExpr="datum.value / 52",
        grid=False,
    )
    return made


def exaggeration_panel(
    panel: Panel, points: Sequence[LoopPoint], style: LineStyle, *, top: float
) -> str:
    """Return how far the forecast leaves the truth over time; broken line: the truth.

    Parameters
    ----------
    panel
        Name and words.
    points
        Over time, at least one.
    style
        Of the way of counting; the band holds eight runs in ten.
    top
        Upper end of the axis, the same in all panels of a town.
    """
    rows = [{"week": p.week, "lo": p.lo10, "y": p.median, "hi": p.hi90} for p in points]
    x = _years(points[-1].week)
    y, low = (
        alt.Y(field).scale(domain=[0, top], nice=False).axis(title=_TIMES, tickCount=5)
        for field in ("y:Q", "lo:Q")
    )
    band = of_rows(rows).mark_area(color=style.colour, opacity=0.22)
    line = of_rows(rows).mark_line(
        color=style.colour, strokeDash=list(style.dash), strokeWidth=2, interpolate="linear"
    )
    truth = of_rows([{"y": 1.0}]).mark_rule(color=INK, strokeDash=[5, 3])
    return drawn(
        panel,
        [band.encode(x=x, y=low, y2="hi:Q"), truth.encode(y=y), line.encode(x=x, y=y)],
        height=_HEIGHT,
    )


def runs_panel(panel: Panel, line: LoopLine, style: LineStyle) -> str:
    """Return the first of two equal places' share of visits, a line for each run."""
    rows = [
        {"week": point.week, "y": share, "run": number}
        for number, run in enumerate(line.runs)
        for point, share in zip(line.points, run, strict=True)
    ]
    x = _years(line.end.week)
    y = alt.Y("y:Q").scale(domain=[0, 1])
    y = y.axis(title="Visits to the first place", labelExpr=AS_PERCENT, tickCount=5)
    runs = of_rows(rows).mark_line(
        color=style.colour, strokeWidth=1.2, opacity=0.75, interpolate="linear"
    )
    half = of_rows([{"y": 0.5}]).mark_rule(color=INK, strokeDash=[5, 3]).encode(y=y)
    return drawn(panel, [runs.encode(x=x, y=y, detail="run:N"), half], height=_HEIGHT)
