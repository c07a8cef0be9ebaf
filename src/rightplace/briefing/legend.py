"""The legend under a map: every shade in words, what hatching means, scale and north."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from rightplace.briefing.lettering import text_width
from rightplace.briefing.shades import (
    SHADES,
    legend_words,
    scale_bar_metres,
    short_legend_words,
)
from rightplace.briefing.text import printable, shorten

if TYPE_CHECKING:
    from rightplace.briefing.frame import Frame
    from rightplace.briefing.layer import MapLayer
    from rightplace.briefing.shades import Edges

_ROW_MM: Final = 5.0
_SWATCH_MM: Final = 4.5
_METRES_PER_KM: Final = 1000.0


def legend_svg(layer: MapLayer, frame: Frame, *, edges: Edges, ident: str) -> str:
    """Return the legend's three rows, to stand under a frame of the same width."""
    top = frame.height_mm + 0.5
    longest = int(frame.width_mm / text_width("x"))
    title = printable(shorten(layer.quantity, longest))
    return "".join(
        (
            f'<text x="0" y="{top + 3.6:.2f}" font-weight="bold">{escape(title)}</text>',
            _shades(frame, edges, top=top + _ROW_MM),
            _others(layer, frame, top=top + 2 * _ROW_MM, ident=ident),
        )
    )


def _shades(frame: Frame, edges: Edges, *, top: float) -> str:
    words = legend_words(edges)
    if sum(map(_width, words)) + len(words) > frame.width_mm:
        words = short_legend_words(edges)
    widths = [_width(each) for each in words]
    gap = (frame.width_mm - sum(widths)) / len(words)
    starts = [sum(widths[:place]) + gap * place for place in range(len(words))]
    return "".join(
        _swatch(x, top, fill=shade, words=each)
        for x, shade, each in zip(starts, SHADES, words, strict=True)
    )


def _width(words: str) -> float:
    return _SWATCH_MM + 0.8 + text_width(words)


def _others(layer: MapLayer, frame: Frame, *, top: float, ident: str) -> str:
    """Return blank, hatched and dotted where the map has them, then the scale bar."""
    lacks = any(c.value is None and not c.excluded for c in layer.cells)
    lacks = lacks or any(b.no_data for b in layer.boroughs)
    shown = (
        (any(c.value == 0 for c in layer.cells), "#fff", "none expected"),
        (lacks, f"url(#{ident}-hatch)", "no data (not zero)"),
        (any(c.excluded for c in layer.cells), f"url(#{ident}-dots)", "left out"),
    )
    parts, x = [], 0.0
    for is_shown, fill, words in shown:
        if is_shown:
            parts.append(_swatch(x, top, fill=fill, words=words))
            x += _SWATCH_MM + text_width(words) + 2.5
    return "".join((*parts, _scale_bar(frame, top=top)))


def _swatch(x: float, top: float, *, fill: str, words: str) -> str:
    return (
        f'<rect x="{x + 0.2:.2f}" y="{top + 0.6:.2f}" width="{_SWATCH_MM - 0.4:.2f}" height="3.4" '
        f'fill="{fill}" stroke="#444" stroke-width="0.25"/>'
        f'<text x="{x + _SWATCH_MM + 0.8:.2f}" y="{top + 3.4:.2f}">{escape(words)}</text>'
    )


def _scale_bar(frame: Frame, *, top: float) -> str:
    """Return a bar of a round length with its length in words, and where north is."""
    metres = scale_bar_metres(24.0 * frame.metres_per_mm)
    length = metres / frame.metres_per_mm
    in_km = metres >= _METRES_PER_KM
    words = f"{metres / _METRES_PER_KM:g} km" if in_km else f"{metres:g} m"
    words = f"{words}, north is up"
    right = frame.width_mm - text_width(words) - 1.0
    left, y = right - length, top + 2.4
    return (
        f'<path d="M{left:.2f} {y - 1:.2f}V{y + 1:.2f}M{left:.2f} {y:.2f}H{right:.2f}'
        f'M{right:.2f} {y - 1:.2f}V{y + 1:.2f}" fill="none" stroke="#000" stroke-width="0.4"/>'
        f'<text x="{right + 1.0:.2f}" y="{top + 3.4:.2f}">{words}</text>'
    )
