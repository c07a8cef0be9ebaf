"""The chart of designs: what each makes of an operation, the plan's own filled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import altair as alt

from rightplace.briefing.charts import INK, QUIET, TEXT_PX, Panel, drawn, of_rows
from rightplace.briefing.evaluation.series import COUNTED, WIDE_PX
from rightplace.briefing.text import printable, shorten

if TYPE_CHECKING:
    from rightplace.briefing.evaluation.values import EffectsChart

_ROW, _AROUND, _LONGEST = 26, 70, 40
_AS_PERCENT: Final = (
    "(datum.value > 0 ? '+' : datum.value < 0 ? '\u2212' : '') + "
    "format(abs(datum.value) * 100, '.3~r') + ' %'"
)
_WIDEST: Final = 1.0
"""Changes beyond plus 100 % are drawn at the edge; their number stands beside them."""


def effects_svg(chart: EffectsChart, *, ident: str = "effects") -> str:
    """Return each design's relative change with its interval as an ``<svg>``."""
    rows = _rows(chart)
    x, y = _axes(rows)
    none = of_rows([{"value": 0.0}]).mark_rule(color=QUIET, strokeDash=[4, 3]).encode(x=x)
    layers = [of_rows(rows).mark_point(opacity=0).encode(y=y), none]
    spans = [row | {"value": row["lo"]} for row in rows if row["lo"] is not None]
    if spans:
        whisker = of_rows(spans).mark_rule(color=INK, strokeWidth=1.8)
        layers.append(whisker.encode(x=x, x2="hi:Q", y=y))
    layers += [_point(row).encode(x=x, y=y) for row in rows]
    ends = [row | {"value": max(row["value"], row["hi"] or row["value"])} for row in rows]
    text = of_rows(ends).mark_text(align="left", baseline="middle", dx=10, fontSize=TEXT_PX)
    layers.append(text.encode(x=x, y=y, text="words:N"))
    told = "; ".join(f"{effect.label}: {effect.words}" for effect in chart.effects)
    panel = Panel(ident=ident, title=chart.title, description=f"{chart.title}. {told}.")
    return drawn(panel, layers, height=_ROW * len(rows) + _AROUND, width=WIDE_PX)


def _rows(chart: EffectsChart) -> list[dict[str, Any]]:
    return [
        {
            "label": printable(shorten(effect.label, _LONGEST)),
            "value": _within(effect.share),
            "lo": None if effect.lo is None else _within(effect.lo),
            "hi": None if effect.hi is None else _within(effect.hi),
            "words": printable(effect.words),
            "is_plans": effect.is_plans,
        }
        for effect in chart.effects
    ]


def _axes(rows: list[dict[str, Any]]) -> tuple[alt.X, alt.Y]:
    """Return the axes; none is always among the values, and the right has room for numbers."""
    low = min(0.0, *(row["value"] if row["lo"] is None else row["lo"] for row in rows))
    high = max(0.0, *(row["value"] if row["hi"] is None else row["hi"] for row in rows))
    reach = max(high - low, 0.1)
    x = alt.X("value:Q").scale(domain=[low - 0.06 * reach, high + 0.62 * reach], nice=False)
    x = x.axis(
        title="Relative change; left of the line is fewer",
        labelExpr=_AS_PERCENT,
        tickCount=5,
        grid=False,
    )
    y = alt.Y("label:N").sort(None)
    return x, y.axis(title=None, ticks=False, domain=False, labelLimit=250, labelPadding=8)


def _point(row: dict[str, Any]) -> alt.Chart:
    """Return a design's point: the plan's own is filled."""
    made: alt.Chart = of_rows([row]).mark_point(
        filled=True,
        size=80,
        opacity=1,
        fill=COUNTED if row["is_plans"] else "#fff",
        stroke=COUNTED,
        strokeWidth=1.8,
    )
    return made


def _within(share: float) -> float:
    return min(max(share, -1.0), _WIDEST)
