"""A line of counts by month, two periods of it marked: the chart of the violence picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import altair as alt

from rightplace.briefing.charts import INK, QUIET, drawn, of_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rightplace.briefing.charts import Panel

LATER, EARLIER = "#0f4c52", "#b34a00"
"""Told apart in grey as well: the later is drawn whole, the earlier dashed."""
HEIGHT = 230


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthCount:
    """Incidents of a month.

    Parameters
    ----------
    month
        Its first day, as YYYY-MM-DD.
    count
        None where nothing is known, which is not 0: the line breaks there.
    period
        ``later``, ``earlier``, or empty where it is of neither.
    """

    month: str
    count: int | None
    period: str


def month_chart(panel: Panel, months: Sequence[MonthCount], *, later: str, earlier: str) -> str:
    """Return the chart as an ``<svg>``; counts start at 0.

    Parameters
    ----------
    panel
        Name and words.
    months
        In order, without a gap.
    later, earlier
        The two periods in words, written beside their lines.
    """
    top = max((m.count for m in months if m.count is not None), default=0) or 1
    x = alt.X("month:T").axis(format="%b %Y", grid=False, title=None, tickCount=5, labelAngle=0)
    y = alt.Y("count:Q").scale(domain=[0, top * 1.25], nice=False)
    y = y.axis(title="Recorded in the month", tickCount=5, format=",~g")
    whole = of_rows([_row(m) for m in months])
    layers = [whole.mark_line(color=QUIET, strokeWidth=1).encode(x=x, y=y)]
    for name, words, colour, dash in (
        ("earlier", earlier, EARLIER, (4, 3)),
        ("later", later, LATER, (1, 0)),
    ):
        rows = [_row(m) for m in months if m.period == name and m.count is not None]
        if not rows:
            continue
        drawn_rows = of_rows(rows)
        layers += [
            drawn_rows.mark_line(color=colour, strokeWidth=2.4, strokeDash=list(dash)).encode(
                x=x, y=y
            ),
            drawn_rows.mark_point(color=colour, fill="#fff", size=24, opacity=1).encode(x=x, y=y),
            _label(rows, words, colour=colour, top=top, is_later=name == "later", x=x),
        ]
    return drawn(panel, layers, height=HEIGHT)


def _row(month: MonthCount) -> dict[str, object]:
    return {"month": month.month, "count": month.count}


def _label(
    rows: Sequence[dict[str, object]],
    words: str,
    *,
    colour: str,
    top: float,
    is_later: bool,
    x: alt.X,
) -> alt.Chart:
    """Return the words of a period above its line, at the outer end of it."""
    at = {"month": rows[-1 if is_later else 0]["month"], "count": top * (1.2 if is_later else 1.1)}
    align: Literal["left", "right"] = "right" if is_later else "left"
    text = of_rows([at | {"words": words}]).mark_text(
        align=align, baseline="middle", color=colour or INK, fontWeight="bold"
    )
    label: alt.Chart = text.encode(x=x, y="count:Q", text="words:N")
    return label
