"""The map of a brief as SVG: shades, borders, numbered visits, names, legend, scale bar.

The picture is legible in black and white, holds no script and refers to nothing outside itself.
Cells of one class are one shape, so a page never carries thousands of paths.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from html import escape
from itertools import islice
from typing import TYPE_CHECKING, Final

from rightplace.briefing.frame import Frame, outline
from rightplace.briefing.legend import legend_svg
from rightplace.briefing.lettering import (
    TEXT_MM,
    Box,
    boxes_beside,
    boxes_near,
    first_free,
    text_width,
)
from rightplace.briefing.shades import SHADES, class_of, round_edges
from rightplace.briefing.text import clean, printable, shorten

if TYPE_CHECKING:
    from rightplace.briefing.frame import Geometry
    from rightplace.briefing.layer import MapBorough, MapCell, MapLabel, MapLayer, MapVisit
    from rightplace.briefing.shades import Edges
    from rightplace.briefing.stamp import Stamp

LEGEND_MM: Final = 15.5
_MARGIN_MM: Final = 3.0
_DISC_MM: Final = 5.2
_MOST_NAMES: Final = 12
_LONGEST_NAME: Final = 26


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureSize:
    """Width and height of the picture with its legend, in millimetres."""

    width_mm: float
    height_mm: float


ON_A_SCREEN: Final = PictureSize(width_mm=122.0, height_mm=106.0)
"""The picture's size where nothing competes with it."""


def map_svg(
    layer: MapLayer,
    stamp: Stamp,
    *,
    title: str,
    ident: str = "map",
    size: PictureSize = ON_A_SCREEN,
) -> str:
    """Return a self-contained SVG of the layer, north up.

    Parameters
    ----------
    layer
        What to draw; outlines in metres.
    stamp
        Marking and provenance, told in the picture's description.
    title
        What the picture shows, for those who cannot see it.
    ident
        Prefix of the picture's ids; unlike for two pictures on one page.
    size
        Size on the page; nothing in it is lettered under 9 points.
    """
    shapes = [outline(b.outline, of=b.name) for b in layer.boroughs]
    frame = Frame.around(
        shapes,
        width_mm=size.width_mm,
        height_mm=size.height_mm - LEGEND_MM,
        margin_mm=_MARGIN_MM,
    )
    edges = layer.edges or round_edges([c.value for c in layer.cells if c.value is not None])
    parts = (
        _head(layer, stamp, title=title, ident=ident, size=size),
        _ground(layer, shapes, frame, edges=edges, ident=ident),
        _lettered(layer, shapes, frame),
        legend_svg(layer, frame, edges=edges, ident=ident),
        "</svg>",
    )
    return "".join(parts)


def described(layer: MapLayer, stamp: Stamp) -> str:
    """Return what the map shows in words, with marking and place sentence."""
    count = len(layer.visits)
    without = [clean(b.name) for b in layer.boroughs if b.no_data]
    sentences = (
        f"North is up. Shades from light to dark: {clean(layer.quantity)}.",
        f"Places 1 to {count} are those of the table." if count else "No visit is planned.",
        f"No data, which is not zero: {', '.join(without)}." if without else "",
        stamp.notice,
    )
    return " ".join(s for s in sentences if s)


def _head(layer: MapLayer, stamp: Stamp, *, title: str, ident: str, size: PictureSize) -> str:
    width, height = size.width_mm, size.height_mm
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" '
        f'width="{width:g}mm" height="{height:g}mm" role="img" '
        f'aria-labelledby="{ident}-title {ident}-desc" '
        f'font-family="Atkinson Hyperlegible, Arial, sans-serif" font-size="{TEXT_MM}">'
        f'<title id="{ident}-title">{escape(clean(title))}</title>'
        f'<desc id="{ident}-desc">{escape(described(layer, stamp))}</desc>'
        f'<defs><pattern id="{ident}-hatch" width="2" height="2" patternUnits="userSpaceOnUse">'
        '<path d="M-0.5 0.5L0.5 -0.5M0 2L2 0M1.5 2.5L2.5 1.5" stroke="#555" stroke-width="0.25"/>'
        f'</pattern><pattern id="{ident}-dots" width="1.6" height="1.6" '
        'patternUnits="userSpaceOnUse"><circle cx="0.8" cy="0.8" r="0.22" fill="#555"/></pattern>'
        "</defs>"
    )


def _ground(
    layer: MapLayer, boroughs: list[Geometry], frame: Frame, *, edges: Edges, ident: str
) -> str:
    """Return shaded classes, hatching, borders and the outlines of visited cells."""
    groups: defaultdict[str, list[Geometry]] = defaultdict(list)
    for cell in layer.cells:
        fill = _fill(cell, edges, ident=ident)
        if fill is not None:
            groups[fill].append(outline(cell.outline, of="a cell"))
    for borough, shape in zip(layer.boroughs, boroughs, strict=True):
        if borough.no_data:
            groups[f"url(#{ident}-hatch)"].append(shape)
    light_to_dark = (*SHADES, *sorted(groups.keys() - set(SHADES)))
    shaded = (
        f'<path d="{frame.path(frame.merged(groups[fill]))}" fill="{fill}"{_seam(fill)}/>'
        for fill in light_to_dark
        if groups[fill]
    )
    borders = "".join(frame.path(frame.merged([shape])) for shape in boroughs)
    visited = "".join(frame.path(outline(v.outline, of=f"place {v.number}")) for v in layer.visits)
    return (
        f"{''.join(shaded)}"
        f'<path d="{borders}" fill="none" stroke="#555" stroke-width="0.4"/>'
        f'<path d="{visited}" fill="none" stroke="#fff" stroke-width="1.3"/>'
        f'<path d="{visited}" fill="none" stroke="#000" stroke-width="0.6"/>'
    )


def _fill(cell: MapCell, edges: Edges, *, ident: str) -> str | None:
    if cell.excluded:
        return f"url(#{ident}-dots)"
    if cell.value is None:
        return f"url(#{ident}-hatch)"
    return SHADES[class_of(cell.value, edges)] if cell.value > 0 else None


def _seam(fill: str) -> str:
    """Return a hairline in the shape's own shade, which closes gaps between simplified shapes."""
    return "" if fill.startswith("url") else f' stroke="{fill}" stroke-width="0.4"'


def _lettered(layer: MapLayer, boroughs: list[Geometry], frame: Frame) -> str:
    """Return numbers first, then boroughs' names, then as many other names as find room."""
    inside = Box(0.0, 0.0, frame.width_mm, frame.height_mm)
    taken: list[Box] = []
    numbers = [_number(visit, frame, taken, inside=inside) for visit in layer.visits]
    names = [
        _borough_name(borough, shape, frame, taken=taken, inside=inside)
        for borough, shape in zip(layer.boroughs, boroughs, strict=True)
    ]
    others = (_name(label, frame, taken, inside=inside) for label in layer.labels)
    drawn = islice((name for name in others if name), _MOST_NAMES)
    return "".join((*drawn, *names, *numbers))


def _number(visit: MapVisit, frame: Frame, taken: list[Box], *, inside: Box) -> str:
    """Return a numbered disc on the place, or beside it with a line to it where that is taken."""
    spot = outline(visit.outline, of=f"place {visit.number}").representative_point()
    x, y = frame.point(spot.x, spot.y)
    rings = boxes_near(x, y, width=_DISC_MM, height=_DISC_MM, rings=5, step=_DISC_MM * 0.6)
    box = first_free(rings, taken, inside=inside)
    box = box or Box.around(x, y, width=_DISC_MM, height=_DISC_MM)
    taken.append(box)
    cx, cy = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    line = ""
    if abs(cx - x) + abs(cy - y) > _DISC_MM / 4:
        d = f"M{x:.2f} {y:.2f}L{cx:.2f} {cy:.2f}"
        line = f'<path d="{d}" stroke="#fff" stroke-width="1.2"/>'
        line += f'<path d="{d}" stroke="#000" stroke-width="0.5"/>'
    return (
        f'{line}<circle cx="{cx:.2f}" cy="{cy:.2f}" r="{_DISC_MM / 2 - 0.35:.2f}" fill="#000" '
        'stroke="#fff" stroke-width="0.7"/>'
        f'<text x="{cx:.2f}" y="{cy + TEXT_MM * 0.35:.2f}" fill="#fff" font-weight="bold" '
        f'text-anchor="middle">{visit.number}</text>'
    )


def _borough_name(
    borough: MapBorough, shape: Geometry, frame: Frame, *, taken: list[Box], inside: Box
) -> str:
    """Return the borough's name, as near to its middle as there is room; always drawn."""
    words = printable(shorten(borough.name, _LONGEST_NAME))
    words = f"{words}: no data" if borough.no_data else words
    spot = shape.representative_point()
    x, y = frame.point(spot.x, spot.y)
    width, height = text_width(words, height=TEXT_MM * 1.2), TEXT_MM * 1.5
    rings = boxes_near(x, y, width=width, height=height, rings=12, step=2.5)
    box = first_free(rings, taken, inside=inside) or Box.around(x, y, width=width, height=height)
    taken.append(box)
    return _text(words, box, style=f'font-weight="bold" font-size="{TEXT_MM * 1.2:.2f}"')


def _name(label: MapLabel, frame: Frame, taken: list[Box], *, inside: Box) -> str:
    """Return a station's or street's name beside its mark, or nothing where there is no room."""
    words = printable(shorten(label.text, _LONGEST_NAME))
    x, y = frame.point(label.x, label.y)
    mark = Box.around(x, y, width=1.6, height=1.6)
    beside = boxes_beside(x, y, width=text_width(words), gap=1.0)
    box = first_free(beside, taken, inside=inside)
    if box is None or first_free([mark], taken, inside=inside) is None:
        return ""
    taken.extend((mark, box))
    square = (
        f'<rect x="{x - 0.7:.2f}" y="{y - 0.7:.2f}" width="1.4" height="1.4" fill="#fff" '
        'stroke="#000" stroke-width="0.35"/>'
    )
    return (square if label.kind == "station" else "") + _text(words, box)


def _text(words: str, box: Box, *, style: str = "") -> str:
    """Return words in the middle of a box, black with a white halo."""
    x, y = (box.left + box.right) / 2, (box.top + box.bottom) / 2 + TEXT_MM * 0.35
    return (
        f'<text x="{x:.2f}" y="{y:.2f}" text-anchor="middle" stroke="#fff" stroke-width="0.7" '
        f'stroke-linejoin="round" paint-order="stroke" {style}>{escape(words)}</text>'
    )
