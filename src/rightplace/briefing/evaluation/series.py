"""The chart of an operation: what was counted beside what was expected without it, with interval.

Black and white: what was counted is a whole line with points, what was expected a broken one, and
its interval a grey band. Where periods were left out the lines break.
"""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import altair as alt

from rightplace.briefing.charts import INK, QUIET, RULE, TEXT_PX, Panel, drawn, of_rows
from rightplace.briefing.text import printable

if TYPE_CHECKING:
    from rightplace.briefing.evaluation.values import SeriesChart

COUNTED, BAND = "#0f4c52", "#c9cfd3"
WIDE_PX: Final = 700
"""Pixels: the whole width of A4 with 9 points of lettering."""
COUNTED_WORDS, EXPECTED_WORDS = "counted", "expected without it"
_HEIGHT: Final = 300
_MOST_POINTS: Final = 60
_ROOM: Final = 1.16
_FOR_NAMES: Final = 0.27
"""Share of the time shown that is left at the right for the names of the lines."""
_GAP: Final = 1.6
"""Steps of the usual length from one period to the next from which periods were left out."""


def series_svg(chart: SeriesChart, *, ident: str = "series") -> str:
    """Return counted and expected as an ``<svg>``; the table beside it has the sums."""
    rows = _rows(chart)
    dated = _is_dated(chart)
    ends = [row[name] for row in rows for name in ("counted", "expected", "hi")]
    top = max((value for value in ends if value is not None), default=0.0) or 1.0
    x: Any = alt.X("at:T" if dated else "at:Q").scale(domain=_span(chart), nice=False)
    x = x.axis(format="%b %Y" if dated else "d", grid=False, title=None, tickCount=8, labelAngle=0)
    y = alt.Y("counted:Q").scale(domain=[0, _ROOM * top], nice=False)
    y = y.axis(title=printable(chart.unit), tickCount=5, format=",d", tickMinStep=1, gridColor=RULE)
    layers = [
        *_band(rows, x, top),
        *_expected(rows, x),
        *_counted(rows, x, y),
        *_start(chart, x),
    ]
    words = f"{chart.title}. Counted in the treated places beside what is expected without it."
    panel = Panel(ident=ident, title=chart.title, description=words)
    return drawn(panel, layers, height=_HEIGHT, width=WIDE_PX)


def _is_dated(chart: SeriesChart) -> bool:
    return "-" in chart.starts[0]


def _span(chart: SeriesChart) -> list[str] | list[float]:
    """Return the ends of the axis of time."""
    if not _is_dated(chart):
        first, last = float(chart.starts[0]), float(chart.starts[-1])
        return [first, last + _FOR_NAMES * max(last - first, 1.0)]
    begin, end = (date.fromisoformat(chart.starts[place]) for place in (0, -1))
    more = timedelta(days=round(_FOR_NAMES * max((end - begin).days, 7)))
    return [begin.isoformat(), (end + more).isoformat()]


def _rows(chart: SeriesChart) -> list[dict[str, Any]]:
    """Return a row for each period; where periods were left out a blank one breaks the lines."""
    names = ("counted", "expected", "lo", "hi")
    lines = zip(chart.starts, chart.counted, chart.expected, chart.lo, chart.hi, strict=True)
    rows: list[dict[str, Any]] = [
        {"at": start, **dict(zip(names, values, strict=True))} for start, *values in lines
    ]
    if not _is_dated(chart):
        return [row | {"at": float(row["at"])} for row in rows]
    days = [date.fromisoformat(start) for start in chart.starts]
    steps = sorted((after - day).days for day, after in pairwise(days))
    usual = steps[len(steps) // 2] if steps else 0
    blanks = [
        {"at": (day + timedelta(days=usual)).isoformat(), **dict.fromkeys(names)}
        for day, after in pairwise(days)
        if (after - day).days > _GAP * usual
    ]
    return sorted([*rows, *blanks], key=lambda row: str(row["at"]))


def _band(rows: list[dict[str, Any]], x: alt.X, top: float) -> list[alt.Chart]:
    """Return the interval as a band; where it has no upper end it reaches the top."""
    spans = [
        {"at": row["at"], "lo": None, "hi": None}
        if row["lo"] is None and row["hi"] is None
        else {
            "at": row["at"],
            "lo": max(row["lo"] or 0.0, 0.0),
            "hi": _ROOM * top if row["hi"] is None else row["hi"],
        }
        for row in rows
    ]
    known = [span for span in spans if span["lo"] is not None]
    if not known:
        return []
    made = of_rows(spans).mark_area(color=BAND, opacity=1)
    if len(known) == 1:
        made = of_rows(known).mark_rule(color=BAND, strokeWidth=14)
    return [made.encode(x=x, y=alt.Y("lo:Q"), y2="hi:Q")]


def _expected(rows: list[dict[str, Any]], x: alt.X) -> list[alt.Chart]:
    known = [row for row in rows if row["expected"] is not None]
    if not known:
        return []
    over = alt.Y("expected:Q")
    line = of_rows(rows).mark_line(color=INK, strokeWidth=1.8, strokeDash=[6, 4])
    layers = [line.encode(x=x, y=over)]
    if len(known) == 1:
        layers.append(of_rows(known).mark_tick(color=INK, thickness=2, size=26).encode(x=x, y=over))
    return [*layers, _named(known[-1], EXPECTED_WORDS, over, x)]


def _counted(rows: list[dict[str, Any]], x: alt.X, y: alt.Y) -> list[alt.Chart]:
    known = [row for row in rows if row["counted"] is not None]
    layers = [of_rows(rows).mark_line(color=COUNTED, strokeWidth=2.2).encode(x=x, y=y)]
    if len(known) <= _MOST_POINTS:
        point = of_rows(known).mark_point(filled=True, size=34, opacity=1, color=COUNTED)
        layers.append(point.encode(x=x, y=y))
    return [*layers, *([_named(known[-1], COUNTED_WORDS, y, x)] if known else [])]


def _named(row: dict[str, Any], words: str, y: alt.Y, x: alt.X) -> alt.Chart:
    """Return a line's name right of its last point, above or below so that two do not meet."""
    own, other = row["counted"], row["expected"]
    if words != COUNTED_WORDS:
        own, other = other, own
    above = other is None or own > other or (own == other and words == COUNTED_WORDS)
    text = of_rows([row | {"words": words}]).mark_text(
        align="left",
        baseline="bottom" if above else "top",
        dx=7,
        dy=3 if above else -3,
        fontSize=TEXT_PX,
        fontWeight="bold",
    )
    made: alt.Chart = text.encode(x=x, y=y, text="words:N")
    return made


def _start(chart: SeriesChart, x: alt.X) -> list[alt.Chart]:
    """Return a broken line where the operation begins, with its name."""
    start = chart.starts[chart.first_treated]
    row = {"at": start if _is_dated(chart) else float(start), "words": "operation begins"}
    early = chart.first_treated <= len(chart.starts) / 2
    rule = of_rows([row]).mark_rule(color=QUIET, strokeWidth=1.4, strokeDash=[2, 3]).encode(x=x)
    text = of_rows([row]).mark_text(
        align="left" if early else "right", dx=5 if early else -5, baseline="top", color=QUIET
    )
    return [rule, text.encode(x=x, y=alt.value(2), text="words:N")]
