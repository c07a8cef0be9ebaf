"""The map of an operation: treated places dark, ring hatched, comparisons light; north up."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from rightplace.briefing.frame import Frame, outline
from rightplace.briefing.lettering import TEXT_MM, Box, boxes_near, first_free, text_width
from rightplace.briefing.shades import scale_bar_metres
from rightplace.briefing.text import clean, printable, shorten

if TYPE_CHECKING:
    from rightplace.briefing.evaluation.values import PartName, Place, PlacesMap
    from rightplace.briefing.frame import Geometry

WIDTH_MM, HEIGHT_MM = 104.0, 96.0
_LEGEND_MM, _MARGIN_MM, _DISC_MM, _KM = 18.0, 3.0, 4.8, 1000.0
_LONGEST_NAME: Final = 26
_MOST_OUTLINED: Final = 60
"""Places of a part, above which only their ground is shaded: outlines would hide the treated."""
WORDS: Final[dict[PartName, str]] = {
    "treated": "treated",
    "ring": "ring round it",
    "control": "compared with",
    "ring-control": "ring compared with",
}
_UNDER: Final[tuple[PartName, ...]] = ("control", "ring-control", "ring", "treated")


def map_svg(shown: PlacesMap, *, ident: str = "places") -> str:
    """Return the map as a self-contained SVG; the table beside it has the same facts."""
    shapes = {id(place): outline(place.outline, of="a place") for place in shown.places}
    frame = Frame.around(
        list(shapes.values()),
        width_mm=WIDTH_MM,
        height_mm=HEIGHT_MM - _LEGEND_MM,
        margin_mm=_MARGIN_MM,
    )
    boroughs = [(name, outline(wkb, of=name or "a borough")) for name, wkb in shown.boroughs]
    parts = (
        _head(shown, ident),
        f'<g clip-path="url(#{ident}-clip)">',
        *(_part(shown, shapes, frame, part=part, ident=ident) for part in _UNDER),
        _borders(boroughs, frame),
        _lettered(shown.places, shapes, boroughs, frame),
        "</g>",
        _legend(shown, frame, ident),
        "</svg>",
    )
    return "".join(parts)


def _head(shown: PlacesMap, ident: str) -> str:
    counts = ", ".join(
        f"{sum(place.part == part for place in shown.places)} {WORDS[part]}"
        for part in reversed(_UNDER)
        if any(place.part == part for place in shown.places)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH_MM:g} {HEIGHT_MM:g}" '
        f'width="{WIDTH_MM:g}mm" height="{HEIGHT_MM:g}mm" role="img" '
        f'aria-labelledby="{ident}-title {ident}-desc" '
        f'font-family="Atkinson Hyperlegible, Arial, sans-serif" font-size="{TEXT_MM}">'
        f'<title id="{ident}-title">{escape(clean(shown.title))}</title>'
        f'<desc id="{ident}-desc">North is up. Places: {escape(counts)}.</desc>'
        f'<defs><clipPath id="{ident}-clip"><rect width="{WIDTH_MM:g}" '
        f'height="{HEIGHT_MM - _LEGEND_MM:g}"/></clipPath>'
        f'<pattern id="{ident}-hatch" width="2" height="2" patternUnits="userSpaceOnUse">'
        '<path d="M-0.5 0.5L0.5 -0.5M0 2L2 0M1.5 2.5L2.5 1.5" stroke="#000" stroke-width="0.35"/>'
        f'</pattern><pattern id="{ident}-dots" width="1.8" height="1.8" '
        'patternUnits="userSpaceOnUse"><circle cx="0.9" cy="0.9" r="0.28" fill="#000"/></pattern>'
        "</defs>"
    )


def _fill(part: PartName, ident: str) -> str:
    return {
        "treated": "#3f6f8f",
        "ring": f"url(#{ident}-hatch)",
        "control": "#dfe6eb",
        "ring-control": f"url(#{ident}-dots)",
    }[part]


def _part(
    shown: PlacesMap, shapes: dict[int, Geometry], frame: Frame, *, part: PartName, ident: str
) -> str:
    d = "".join(frame.path(shapes[id(place)]) for place in shown.places if place.part == part)
    if not d:
        return ""
    many = sum(place.part == part for place in shown.places) > _MOST_OUTLINED
    colour, stroke = ("#000", "0.7") if part == "treated" else ("#000", "0.3")
    if many and part != "treated":
        colour, stroke = "#b9c3ca", "0.15"
    return (
        f'<path d="{d}" fill="{_fill(part, ident)}" stroke="{colour}" stroke-width="{stroke}" '
        'stroke-linejoin="round"/>'
    )


def _borders(boroughs: list[tuple[str, Geometry]], frame: Frame) -> str:
    d = "".join(frame.path(shape) for _, shape in boroughs)
    return (
        f'<path d="{d}" fill="none" stroke="#555" stroke-width="0.45" stroke-dasharray="1.6 0.9"/>'
    )


def _lettered(
    places: tuple[Place, ...],
    shapes: dict[int, Geometry],
    boroughs: list[tuple[str, Geometry]],
    frame: Frame,
) -> str:
    """Return numbers of places, then as many boroughs' names as find room."""
    inside = Box(0.0, 0.0, frame.width_mm, frame.height_mm)
    taken: list[Box] = []
    numbers = [
        _number(place.number, shapes[id(place)], frame, taken, inside=inside)
        for place in places
        if place.number is not None
    ]
    names = [_name(name, shape, frame, taken, inside=inside) for name, shape in boroughs if name]
    return "".join((*names, *numbers))


def _number(number: int, shape: Geometry, frame: Frame, taken: list[Box], *, inside: Box) -> str:
    spot = shape.representative_point()
    x, y = frame.point(spot.x, spot.y)
    rings = boxes_near(x, y, width=_DISC_MM, height=_DISC_MM, rings=5, step=_DISC_MM * 0.6)
    box = first_free(rings, taken, inside=inside)
    box = box or Box.around(x, y, width=_DISC_MM, height=_DISC_MM)
    taken.append(box)
    cx, cy = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    line = ""
    if abs(cx - x) + abs(cy - y) > _DISC_MM / 4:
        line = f'<path d="M{x:.2f} {y:.2f}L{cx:.2f} {cy:.2f}" stroke="#000" stroke-width="0.5"/>'
    return (
        f'{line}<circle cx="{cx:.2f}" cy="{cy:.2f}" r="{_DISC_MM / 2 - 0.3:.2f}" fill="#000" '
        f'stroke="#fff" stroke-width="0.6"/><text x="{cx:.2f}" y="{cy + TEXT_MM * 0.35:.2f}" '
        f'fill="#fff" font-weight="bold" text-anchor="middle">{number}</text>'
    )


def _name(name: str, shape: Geometry, frame: Frame, taken: list[Box], *, inside: Box) -> str:
    words = printable(shorten(name, _LONGEST_NAME))
    spot = shape.representative_point()
    x, y = frame.point(spot.x, spot.y)
    width, height = text_width(words, height=TEXT_MM * 1.1), TEXT_MM * 1.4
    box = first_free(
        boxes_near(x, y, width=width, height=height, rings=8, step=2.5), taken, inside=inside
    )
    if box is None:
        return ""
    taken.append(box)
    cx, cy = (box.left + box.right) / 2, (box.top + box.bottom) / 2 + TEXT_MM * 0.35
    return (
        f'<text x="{cx:.2f}" y="{cy:.2f}" text-anchor="middle" font-weight="bold" '
        f'font-size="{TEXT_MM * 1.1:.2f}" stroke="#fff" stroke-width="0.8" '
        f'stroke-linejoin="round" paint-order="stroke">{escape(words)}</text>'
    )


def _legend(shown: PlacesMap, frame: Frame, ident: str) -> str:
    """Return what each filling means, in words, and a scale bar."""
    there = [part for part in reversed(_UNDER) if any(p.part == part for p in shown.places)]
    column = WIDTH_MM / 2
    parts = [
        _swatch(part, 0.2 + column * (at % 2), frame.height_mm + 1.5 + 5.0 * (at // 2), ident)
        for at, part in enumerate(there)
    ]
    rows = (len(there) + 1) // 2
    return "".join((*parts, _scale(frame, top=frame.height_mm + 1.5 + 5.0 * rows)))


def _swatch(part: PartName, x: float, top: float, ident: str) -> str:
    return (
        f'<rect x="{x:.2f}" y="{top:.2f}" width="5" height="3.6" fill="{_fill(part, ident)}" '
        f'stroke="#000" stroke-width="0.35"/>'
        f'<text x="{x + 6:.2f}" y="{top + 3.1:.2f}">{WORDS[part]}</text>'
    )


def _scale(frame: Frame, *, top: float) -> str:
    metres = scale_bar_metres(28.0 * frame.metres_per_mm)
    length = metres / frame.metres_per_mm
    words = f"{metres / _KM:g} km" if metres >= _KM else f"{metres:g} m"
    y = top + 2.2
    return (
        f'<path d="M0.3 {y - 1:.2f}V{y + 1:.2f}M0.3 {y:.2f}H{length:.2f}M{length:.2f} '
        f'{y - 1:.2f}V{y + 1:.2f}" fill="none" stroke="#000" stroke-width="0.4"/>'
        f'<text x="{length + 1.2:.2f}" y="{top + 3.2:.2f}">{words}, north is up; '
        "broken lines are boroughs</text>"
    )
