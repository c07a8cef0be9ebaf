"""Accuracy curves of a backtest report: what each method catches at each share of cells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import altair as alt

from rightplace.briefing.charts import AS_PERCENT, QUIET, REFERENCE_STYLE, drawn, of_rows, spread

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rightplace.briefing.charts import LineStyle, Panel
    from rightplace.briefing.report.rows import BestPoint, CurvePoint

    Styles = Mapping[str, LineStyle]

_TICKS: Final = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
_BEGINS: Final = 0.52  # of the smallest share: room for letters beside the axis
_HEIGHT, _PLOT = 330, 262
_BEST: Final = "best by hindsight"


def accuracy_panel(
    panel: Panel,
    points: Sequence[CurvePoint],
    best: Sequence[BestPoint],
    *,
    styles: Styles,
    quantity: str,
) -> str:
    """Return curves over the share flagged, on a logarithmic axis, one for each method.

    Parameters
    ----------
    panel
        Name and words.
    points
        Of all methods and one kind of share, ascending within each method.
    best
        What hindsight allows at the same shares; may be empty.
    styles
        By letter of the method.
    quantity
        ``hit_rate`` or ``pai``.
    """
    shares = sorted({p.share for p in points})
    tallest = max(getattr(p, quantity) for p in (*points, *best)) or 1.0
    top = min(1.0, tallest * 1.08) if quantity == "hit_rate" else tallest * 1.08
    x = alt.X("share:Q").scale(type="log", domain=[shares[0] * _BEGINS, shares[-1]], nice=False)
    x = x.axis(
        values=[s for s in _TICKS if shares[0] <= s <= shares[-1]],
        labelExpr="format(100 * datum.value, '~g')",
        grid=False,
        title=f"% of {points[0].by} flagged (logarithmic axis)",
    )
    labels = AS_PERCENT if quantity == "hit_rate" else "datum.label"
    titles = {"hit_rate": "Share of events caught", "pai": "PAI (1 is chance)"}
    y = alt.Y("y:Q").scale(domain=[0, top])
    y = y.axis(title=titles[quantity], tickCount=6, labelExpr=labels)
    layers = _hindsight(best, quantity=quantity, x=x, y=y)
    # The reference is drawn first, so that methods that choose the same cells show on it.
    for key, style in sorted(styles.items(), key=lambda item: item[1] != REFERENCE_STYLE):
        rows = [
            {"share": p.share, "y": getattr(p, quantity), "marked": p.marked}
            for p in points
            if p.key == key
        ]
        layers += _curve(rows, style, x=x, y=y)
    layers += _letters(points, styles, quantity=quantity, x=x, top=top)
    return drawn(panel, layers, height=_HEIGHT)


def _hindsight(best: Sequence[BestPoint], *, quantity: str, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    if not best:
        return []
    rows = [{"share": p.share, "y": getattr(p, quantity)} for p in best]
    at: dict[str, Any] = rows[len(rows) // 3 if quantity == "hit_rate" else len(rows) // 10] | {
        "words": _BEST
    }
    line = of_rows(rows).mark_line(color="#9aa3aa", strokeWidth=3).encode(x=x, y=y)
    side: dict[str, Any] = {"align": "left", "dx": 8, "baseline": "bottom"}
    if quantity == "hit_rate":
        level = at["y"] == rows[-1]["y"]  # all caught long before the end: write under the line
        side = (
            {"align": "center", "dy": 5, "baseline": "top"}
            if level
            else {"align": "right", "dx": -8, "baseline": "bottom"}
        )
    text = of_rows([at]).mark_text(color=QUIET, **side)
    return [line, text.encode(x=x, y=y, text="words:N")]


def _curve(
    rows: list[dict[str, Any]], style: LineStyle, *, x: alt.X, y: alt.Y
) -> tuple[alt.Chart, alt.Chart]:
    line = of_rows(rows).mark_line(
        color=style.colour, strokeDash=list(style.dash), strokeWidth=1.8, interpolate="linear"
    )
    marks = of_rows([row for row in rows if row["marked"]]).mark_point(
        shape=style.shape, color=style.colour, fill="#fff", size=34, opacity=1, strokeWidth=1.5
    )
    return line.encode(x=x, y=y), marks.encode(x=x, y=y)


def _letters(
    points: Sequence[CurvePoint], styles: Styles, *, quantity: str, x: alt.X, top: float
) -> list[alt.Chart]:
    """Return each method's letter left of where its curve begins, none on another."""
    first: dict[str, CurvePoint] = {}
    for point in points:
        first.setdefault(point.key, point)
    keys = [key for key in styles if key in first]
    starts = [getattr(first[key], quantity) for key in keys]
    pixels = _PLOT / top
    places = [start * pixels for start in starts]
    placed = spread(places, apart=12.5, low=6.0, high=_PLOT - 6.0)
    layers = []
    for key, start, at in zip(keys, starts, placed, strict=True):
        share = first[key].share
        row = {"share": share * 0.74, "y": at / pixels, "key": key}
        lead = [{"share": share * 0.79, "y": at / pixels}, {"share": share, "y": start}]
        layers += [
            of_rows(lead).mark_line(color=QUIET, strokeWidth=0.5).encode(x=x, y="y:Q"),
            of_rows([row])
            .mark_text(
                align="right", baseline="middle", fontWeight="bold", color=styles[key].colour
            )
            .encode(x=x, y="y:Q", text="key:N"),
        ]
    return layers
