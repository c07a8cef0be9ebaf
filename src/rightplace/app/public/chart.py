"""A small bar chart of monthly counts as an SVG file: no script, no style, nothing fetched."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from rightplace.briefing.text import clean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rightplace.app.public.edition import CountLine

WIDTH, HEIGHT = 480, 240
LEFT, RIGHT, TOP, BOTTOM = 44, 12, 34, 40
INK, BAR, RULE = "#0b0c0c", "#0f4c52", "#505a5f"
FONT: Final = 'font-family="Arial, Helvetica, sans-serif"'
MOST_BARS: Final = 24
LABELS: Final = 4


def month_chart(lines: Sequence[CountLine], *, title: str) -> str:
    """Return the newest 24 months as bars; a month that is withheld or not known has a mark.

    Parameters
    ----------
    lines
        Months in order.
    title
        What is counted, and where.
    """
    shown = list(lines)[-MOST_BARS:]
    most = max((each.count or 0 for each in shown), default=0) or 1
    step = (WIDTH - LEFT - RIGHT) / max(len(shown), 1)
    floor, height = HEIGHT - BOTTOM, HEIGHT - BOTTOM - TOP
    heading = escape(clean(title))
    size = f'viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img"><title>{heading}</title>',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        _text(LEFT, 18, heading, size=14),
        f'<path d="M{LEFT} {floor}H{WIDTH - RIGHT}" stroke="{RULE}"/>',
        _text(LEFT - 6, floor + 4, "0", anchor="end"),
        _text(LEFT - 6, TOP + 8, f"{most:,}", anchor="end"),
    ]
    every = max(-(-len(shown) // LABELS), 1)
    for number, each in enumerate(shown):
        left = LEFT + number * step
        if each.count is None:
            parts.append(_text(left + step / 2, floor - 6, "*", anchor="middle"))
        else:
            tall = height * each.count / most
            parts.append(
                f'<rect x="{left + step * 0.15:.1f}" y="{floor - tall:.1f}" '
                f'width="{step * 0.7:.1f}" height="{tall:.1f}" fill="{BAR}"/>'
            )
        if number % every == 0:
            parts.append(_text(left + step / 2, floor + 16, each.month, anchor="middle"))
    if any(each.count is None for each in shown):
        parts.append(_text(LEFT, HEIGHT - 8, "* withheld: see the table"))
    return "".join([*parts, "</svg>"])


def _text(x: float, y: float, words: str, *, size: int = 13, anchor: str = "start") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" fill="{INK}" font-size="{size}" {FONT} '
        f'text-anchor="{anchor}">{words}</text>'
    )
