"""Charts as pieces of SVG: one look, no script, nothing fetched, the same bytes each time.

Altair describes a chart, vl-convert draws it. What comes out is cleaned: no roles or names inside
(the chart as a whole has one), coordinates to a hundredth, identifiers of its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from xml.etree.ElementTree import Element, fromstring, tostring

import altair as alt
import vl_convert

from rightplace.briefing.text import printable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PANEL_WIDTH: Final = 340
"""Pixels: a panel fits a telephone, two fit A4, three fit a screen."""

INK, QUIET, RULE, SHADE = "#0b0c0c", "#484f56", "#d5d8da", "#e3e6e8"
# Drawn with these widths: Liberation Sans comes with vl-convert and is as wide as Arial.
FONT: Final = "Liberation Sans, Arial, Helvetica, sans-serif"
TEXT_PX: Final = 12  # 9 points on paper

AS_PERCENT: Final = "format(100 * datum.value, '.4~g') + ' %'"
"""How an axis of shares writes its numbers."""

_SVG: Final = "http://www.w3.org/2000/svg"
_KEPT: Final = frozenset({"role", "class"})
_LONG_DECIMAL: Final = re.compile(r"-?\d+\.\d{3,}")
_REFERENCE_TO_ID: Final = re.compile(r"url\(#([^)]+)\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class LineStyle:
    """How a method is drawn: colour, dashes and point differ, so that grey print can tell."""

    colour: str
    dash: tuple[int, ...]
    shape: str


# Okabe and Ito (2008), "Color universal design", darkened to 3 to 1 on white or better.
_COLOURS: Final = ("#0072b2", "#b34a00", "#007a5a", "#9c3a78", "#6b5200", "#5a5f64", "#a87f00")
_DASHES: Final = ((7, 3), (2, 2), (9, 3, 2, 3), (4, 2), (12, 3), (1, 3), (6, 2, 1, 2, 1, 2))
_SHAPES: Final = ("circle", "square", "triangle-up", "diamond", "triangle-down", "cross")
REFERENCE_STYLE: Final = LineStyle(colour=INK, dash=(1, 0), shape="circle")


def line_style(number: int) -> LineStyle:
    """Return the style of the method of that number, from 0, which is not the reference."""
    return LineStyle(
        colour=_COLOURS[number % len(_COLOURS)],
        dash=_DASHES[number % len(_DASHES)],
        shape=_SHAPES[number % len(_SHAPES)],
    )


def line_sample(style: LineStyle) -> str:
    """Return a short piece of a method's line, for a key."""
    dash = "none" if style.dash == (1, 0) else ",".join(map(str, style.dash))
    return (
        '<svg width="34" height="10" viewBox="0 0 34 10" aria-hidden="true">'
        f'<path d="M1 5H33" stroke="{style.colour}" stroke-width="2.2" fill="none" '
        f'stroke-dasharray="{dash}"/></svg>'
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A chart's name within the page, its title, and what it shows for those who hear it."""

    ident: str
    title: str
    description: str


def of_rows(rows: Sequence[Mapping[str, Any]]) -> alt.Chart:
    """Return a chart of these rows, to be given marks."""
    return alt.Chart({"values": [dict(row) for row in rows]})


def drawn(
    panel: Panel, layers: Sequence[alt.Chart], *, height: int, width: int = PANEL_WIDTH
) -> str:
    """Return layers drawn on one another as an ``<svg>`` to stand in a page.

    Parameters
    ----------
    panel
        Its ident begins every identifier inside, so that charts of a page never share one.
    layers
        What to draw, the lowest first; their data stand in them.
    height, width
        Pixels over all; a chart may be wider than a panel.
    """
    chart = _themed(
        alt.LayerChart(layer=list(layers)),
        title=printable(panel.title),
        size=(width, height),
    )
    svg = vl_convert.vegalite_to_svg(chart.to_dict(), allowed_base_urls=[])
    root = fromstring(svg)  # noqa: S314 - made by vl_convert just now, from no other's XML
    ids: dict[str, str] = {}
    _clean(root, ident=panel.ident, ids=ids)
    _link(root, ids)
    root.attrib = {
        "xmlns": _SVG,
        "viewBox": root.attrib["viewBox"],
        "width": root.attrib["width"],
        "role": "img",
        "aria-labelledby": f"{panel.ident}-title {panel.ident}-desc",
    }
    for place, (name, words) in enumerate((("title", panel.title), ("desc", panel.description))):
        element = Element(name, {"id": f"{panel.ident}-{name}"})
        element.text = printable(words)
        root.insert(place, element)
    return tostring(root, encoding="unicode")


def _clean(element: Element, *, ident: str, ids: dict[str, str]) -> None:
    """Strip names, roles and long decimals from an element and all within, and note its ids."""
    element.tag = element.tag.rpartition("}")[2]
    kept = {}
    for name, value in element.attrib.items():
        if name.startswith(("aria-", "{")) or name in _KEPT or name == "pointer-events":
            continue
        kept[name] = _LONG_DECIMAL.sub(_rounded, value)
    if "id" in kept:
        kept["id"] = ids.setdefault(kept["id"], f"{ident}-{len(ids)}")
    element.attrib = kept
    for child in element:
        _clean(child, ident=ident, ids=ids)


def _link(element: Element, ids: dict[str, str]) -> None:
    for each in element.iter():
        for name, value in each.attrib.items():
            if "url(#" in value:
                each.attrib[name] = _REFERENCE_TO_ID.sub(lambda m: f"url(#{ids[m[1]]})", value)


def _rounded(found: re.Match[str]) -> str:
    short = f"{float(found[0]):.2f}".rstrip("0").rstrip(".")
    return "0" if short == "-0" else short


def _themed(chart: alt.LayerChart, *, title: str, size: tuple[int, int]) -> alt.LayerChart:
    """Return a chart of that width and height over all, in the look of every chart."""
    fit = {"type": "fit", "contains": "padding"}
    made: alt.LayerChart = (
        chart.properties(title=title, width=size[0], height=size[1], autosize=fit)
        .configure(font=FONT, background="#fff", padding=4)
        .configure_view(stroke=None, clip=False)
        .configure_axis(
            labelFontSize=TEXT_PX,
            titleFontSize=TEXT_PX,
            titleFontWeight="normal",
            labelColor=INK,
            titleColor=INK,
            gridColor=RULE,
            domainColor=QUIET,
            tickColor=QUIET,
            labelFlush=False,
            titlePadding=6,
        )
        .configure_text(fontSize=TEXT_PX, font=FONT, color=INK)
        .configure_title(fontSize=13, fontWeight="bold", anchor="start", color=INK, offset=8)
    )
    return made


def spread(places: list[float], *, apart: float, low: float, high: float) -> list[float]:
    """Return places as near to those asked for as keeps them apart and inside, in their order.

    Parameters
    ----------
    places
        Where labels would best stand, in pixels; any order.
    apart
        Least distance between two.
    low, high
        Ends of where they may stand; given up only if there are too many labels.
    """
    order = sorted(range(len(places)), key=lambda i: (places[i], i))
    moved = list(places)
    edge = low - apart
    for i in order:
        moved[i] = edge = max(places[i], edge + apart)
    edge = high + apart
    for i in reversed(order):
        moved[i] = edge = min(moved[i], edge - apart)
    return moved
