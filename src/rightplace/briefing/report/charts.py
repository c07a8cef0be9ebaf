"""The charts of a backtest report, one panel each, so that they flow with the page's width."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import altair as alt

from rightplace.briefing.charts import (
    AS_PERCENT,
    INK,
    PANEL_WIDTH,
    QUIET,
    SHADE,
    TEXT_PX,
    LineStyle,
    Panel,
    drawn,
    of_rows,
)
from rightplace.briefing.numerals import share_words, signed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rightplace.briefing.report.rows import (
        Difference,
        OriginRow,
        PitBars,
        StableShare,
        TenthRow,
    )

    Styles = Mapping[str, LineStyle]

_WIDE_TICKS: Final = (0.1, 0.2, 0.5, 0.7, 1, 1.4, 2, 5, 10)
_NEAR_TICKS: Final = (0.7, 0.8, 0.9, 1, 1.1, 1.25, 1.4)
_WIDE: Final = 1.6
_NEAR: Final = 2.0  # differences this many times the usual one are shown at the edge
_WITH_MINUS: Final = "replace(datum.label, '-', '\u2212')"


def difference_panel(panel: Panel, rows: Sequence[Difference], styles: Styles) -> str:
    """Return differences against the reference in one measure, in percent, with intervals.

    The zero line is the reference; a broken line is the margin below which a method is worse by
    more than was allowed. What lies far outside is drawn at the edge, with its number.
    """
    limit = _usual_limit(rows)
    height = 26 * len(rows) + 92
    x = alt.X("x:Q").scale(domain=[-limit, limit], nice=False)
    x = x.axis(title="% of the reference; right is better", tickCount=5, labelExpr=_WITH_MINUS)
    y = alt.Y("key:N").sort(None).axis(title=None, grid=True, ticks=False, domain=False)
    y = y.axis(title=None, ticks=False, domain=False, labelFontWeight="bold", labelPadding=8)
    shown = [r for r in rows if abs(r.percent.value) <= limit]
    far = [r for r in rows if abs(r.percent.value) > limit]
    layers = [_every_key(rows, y), _upright(0.0, x)]
    margin = next((r.margin_percent for r in rows if r.margin_percent is not None), None)
    words = "no margin was set"
    if margin is not None:
        layers.append(_upright(margin, x, dash=[4, 3]))
        words = f"margin {signed(margin, 1).removesuffix('.0')} %"
    note = of_rows([{"x": margin or 0.0, "words": words}])
    note = note.mark_text(align="center", baseline="bottom", y=-2, color=QUIET)
    layers.append(note.encode(x=x, text="words:N"))
    layers += [
        _whisker(r, limit, styles[r.key], x=x, y=y) for r in shown if r.percent.lo is not None
    ]
    layers += [
        of_rows([{"x": r.percent.value, "key": r.key}])
        .mark_point(
            filled=True, size=60, opacity=1, shape=styles[r.key].shape, color=styles[r.key].colour
        )
        .encode(x=x, y=y)
        for r in shown
    ]
    layers += [layer for r in far for layer in _at_the_edge(r, limit, x=x, y=y)]
    return drawn(panel, layers, height=height)


def _usual_limit(rows: Sequence[Difference]) -> float:
    """Return how far the axis reaches: margin and intervals of most methods, not of the worst."""
    reach = sorted(
        max(abs(e) for e in (r.percent.value, r.percent.lo, r.percent.hi) if e is not None)
        for r in rows
    )
    margin = max((-r.margin_percent for r in rows if r.margin_percent is not None), default=0.0)
    usual = max(reach[(len(reach) - 1) // 2], 1.6 * margin, 1e-6)
    return 1.15 * max(usual, *(each for each in reach if each <= _NEAR * usual), 0.0)


def _every_key(rows: Sequence[Difference], y: alt.Y) -> alt.Chart:
    """Return nothing to see, but a line for each method, in the table's order."""
    made: alt.Chart = of_rows([{"key": r.key} for r in rows]).mark_point(opacity=0).encode(y=y)
    return made


def _upright(at: float, x: alt.X, *, dash: Sequence[int] = (1, 0)) -> alt.Chart:
    rule = of_rows([{"x": at}]).mark_rule(color=QUIET, strokeDash=list(dash))
    made: alt.Chart = rule.encode(x=x)
    return made


def _whisker(row: Difference, limit: float, style: LineStyle, *, x: alt.X, y: alt.Y) -> alt.Chart:
    low, high = row.percent.lo or 0.0, row.percent.hi or 0.0
    ends = {"x": max(low, -limit), "x2": min(high, limit), "key": row.key}
    rule = of_rows([ends]).mark_rule(color=style.colour, strokeWidth=2)
    made: alt.Chart = rule.encode(x=x, x2="x2:Q", y=y)
    return made


def _at_the_edge(
    row: Difference, limit: float, *, x: alt.X, y: alt.Y
) -> tuple[alt.Chart, alt.Chart]:
    worse = row.percent.value < 0
    edge = -limit if worse else limit
    words = f"{signed(row.percent.value, 1)} %"
    at = of_rows([{"x": edge, "key": row.key, "words": words}]).encode(x=x, y=y)
    arrow = at.mark_point(
        shape="triangle-left" if worse else "triangle-right", filled=True, size=70, color=INK
    )
    text = at.mark_text(
        align="left" if worse else "right", dx=9 if worse else -9, baseline="middle"
    )
    return arrow, text.encode(text="words:N")


def pit_panel(panel: Panel, bars: PitBars, style: LineStyle, *, top: float) -> str:
    """Return a histogram of randomised PIT values with the uniform line and its sampling band.

    Parameters
    ----------
    panel
        Name and words.
    bars
        The histogram.
    style
        Of the method.
    top
        Upper end of the axis, the same in all panels of a page.
    """
    rows = [
        {"lo": n / 10, "hi": (n + 1) / 10, "y": share, "zero": 0.0}
        for n, share in enumerate(bars.shares)
    ]
    x = (
        alt.X("lo:Q")
        .scale(domain=[0, 1])
        .axis(title="Randomised PIT value", values=[0, 0.2, 0.4, 0.6, 0.8, 1], grid=False)
    )
    y = alt.Y("y:Q").scale(domain=[0, top])
    y = y.axis(title="Share of forecasts", labelExpr=AS_PERCENT, tickCount=5)
    low, high = bars.band
    band = of_rows([{"lo": 0, "hi": 1, "y": low, "top": high}]).mark_rect(
        color="#9aa3aa", opacity=0.75
    )
    even = of_rows([{"y": 0.1}]).mark_rule(color=INK, strokeWidth=1.2, strokeDash=[5, 3])
    columns = of_rows(rows).mark_rect(fill=SHADE, stroke=style.colour, strokeWidth=1.4)
    return drawn(
        panel,
        [
            columns.encode(x=x, x2="hi:Q", y=y, y2="zero:Q"),
            band.encode(x=x, x2="hi:Q", y=y, y2="top:Q"),
            even.encode(y=y),
        ],
        height=210,
    )


def tenths_panel(
    panel: Panel, rows: Sequence[TenthRow], style: LineStyle, *, limits: tuple[float, float]
) -> str:
    """Return observed over expected events by tenth of forecasts, with intervals.

    Parameters
    ----------
    panel
        Name and words.
    rows
        Of one method.
    style
        Of the method; hollow points are tenths with too few events to be judged.
    limits
        Ends of the logarithmic axis, the same in all panels of a page.
    """
    low, high = limits
    shown = [
        {
            "tenth": row.tenth,
            "y": min(max(row.ratio.value, low), high),
            "lo": min(max(row.ratio.lo, low), high),
            "hi": min(max(row.ratio.hi, low), high),
            "fill": style.colour if row.judged else "#fff",
        }
        for row in rows
        if row.ratio is not None and row.ratio.lo is not None and row.ratio.hi is not None
    ]
    ticks = [t for t in (_WIDE_TICKS if high > _WIDE else _NEAR_TICKS) if low <= t <= high]
    x = alt.X("tenth:O").scale(domain=list(range(1, 11)))
    x = x.axis(title="Tenth of forecasts, lowest to highest", labelAngle=0, grid=False)
    y = alt.Y("y:Q").scale(type="log", domain=[low, high], nice=False)
    y = y.axis(title="Observed over expected", values=ticks, format="~g")
    one = of_rows([{"y": 1}]).mark_rule(color=INK, strokeDash=[5, 3]).encode(y=y)
    base = of_rows(shown)
    whiskers = base.mark_rule(color=style.colour, strokeWidth=2).encode(
        x=x, y=alt.Y("lo:Q").scale(type="log", domain=[low, high], nice=False), y2="hi:Q"
    )
    points = base.mark_point(
        shape=style.shape, size=48, opacity=1, stroke=style.colour, strokeWidth=1.5
    ).encode(x=x, y=y, fill=alt.Fill("fill:N").scale(None))
    return drawn(panel, [one, whiskers, points], height=230)


def origins_panel(panel: Panel, rows: Sequence[OriginRow], style: LineStyle) -> str:
    """Return a method's log score less the reference's, period by period, and its mean."""
    shown = [{"day": row.origin.isoformat(), "y": row.difference, "zero": 0.0} for row in rows]
    mean = math.fsum(row.difference for row in rows) / len(rows)
    days = sorted(row.origin for row in rows)
    reach = max(*(abs(row.difference) for row in rows), 1e-9) * 1.1
    stem = max(1.0, min(9.0, 0.55 * (PANEL_WIDTH - 80) / len(rows)))
    x = alt.X("day:T").axis(
        title=None,
        format="%b %Y" if days[0].year != days[-1].year else "%b",
        tickCount=5,
        grid=False,
    )
    x = x.scale(type="utc", padding=8)
    y = alt.Y("y:Q").scale(domain=[-reach, reach], nice=False)
    y = y.axis(title="Log score less the reference's", tickCount=5, labelExpr=_WITH_MINUS)
    base = of_rows(shown)
    stems = base.mark_rule(color=style.colour, strokeWidth=stem).encode(x=x, y=y, y2="zero:Q")
    zero = of_rows([{"y": 0.0}]).mark_rule(color=INK).encode(y=y)
    line = of_rows([{"y": mean}]).mark_rule(color=INK, strokeDash=[5, 3]).encode(y=y)
    return drawn(panel, [stems, zero, line], height=210)


def stability_panel(panel: Panel, rows: Sequence[StableShare], styles: Styles) -> str:
    """Return how many of each method's top places stay, by share of cells flagged."""
    shares = sorted({row.share for row in rows})
    keys = [key for key in styles if any(row.key == key for row in rows)]
    shapes = ("circle", "square", "diamond", "triangle-up", "cross")
    x = alt.X("kept:Q").scale(domain=[0, 1])
    x = x.axis(title="Top places that stay in the next period", labelExpr=AS_PERCENT, tickCount=5)
    y = alt.Y("key:N").sort(keys).axis(title=None, ticks=False, domain=False, grid=True)
    y = y.axis(
        title=None, ticks=False, domain=False, grid=True, labelFontWeight="bold", labelPadding=8
    )
    y = y.scale(domain=keys)
    rows_of = [
        {
            "key": row.key,
            "kept": row.kept,
            "of": f"top {share_words(row.share)}",
        }
        for row in rows
    ]
    names = [f"top {share_words(share)}" for share in shares]
    points = of_rows(rows_of).mark_point(
        size=60, color=INK, opacity=1, strokeWidth=1.5, fill="#fff"
    )
    legend = alt.Legend(title=None, orient="bottom", labelFontSize=TEXT_PX, columns=4)
    shape = alt.Shape("of:N").scale(domain=names, range=list(shapes[: len(names)])).legend(legend)
    return drawn(panel, [points.encode(x=x, y=y, shape=shape)], height=26 * len(keys) + 110)


def tenths_limits(rows: Sequence[TenthRow]) -> tuple[float, float]:
    """Return the ends of the axis of observed over expected that hold every judged tenth."""
    ends = [1.0]
    for row in rows:
        if row.judged and row.ratio is not None:
            ends += [e for e in (row.ratio.value, row.ratio.lo, row.ratio.hi) if e]
    reach = min(max(*ends, 1.25, *(1 / e for e in ends)) * 1.1, 10.0)
    return 1 / reach, reach
