"""The map of a round as SVG: the way, numbered visits, the base, a scale bar; north is up."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from rightplace.briefing.frame import Frame
from rightplace.briefing.lettering import TEXT_MM, Box, boxes_near, first_free, text_width
from rightplace.briefing.shades import scale_bar_metres
from rightplace.briefing.text import clean

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.briefing.picture import PictureSize
    from rightplace.briefing.routes.sheet import RouteSheet

_MARGIN_MM: Final = 6.0
_DISC_MM: Final = 5.2
_LEGEND_MM: Final = 6.0
_LEAST_METRES: Final = 300.0
_METRES_PER_KM: Final = 1000.0


def route_svg(sheet: RouteSheet, size: PictureSize, *, ident: str) -> str:
    """Return a self-contained SVG of the round.

    Parameters
    ----------
    sheet
        The round.
    size
        Size on the page.
    ident
        Prefix of the picture's ids.
    """
    ground = shapely.LineString(sheet.path).buffer(1.0)
    middle = ground.envelope.centroid
    frame = Frame.around(
        [ground, middle.buffer(_LEAST_METRES / 2)],
        width_mm=size.width_mm,
        height_mm=size.height_mm - _LEGEND_MM,
        margin_mm=_MARGIN_MM,
    )
    inside = Box(0.0, 0.0, frame.width_mm, frame.height_mm)
    base = _square(sheet, frame)
    taken = [base[1]]
    discs = [
        _disc(str(line.number), frame.point(line.x, line.y), taken, inside=inside)
        for line in sheet.lines
        if line.number is not None
    ]
    return "".join(
        (
            _head(sheet, size, ident=ident),
            _way(sheet, frame),
            base[0],
            *(mark for mark, _ in discs),
            *(disc for _, disc in discs),
            _foot(frame),
            "</svg>",
        )
    )


def _head(sheet: RouteSheet, size: PictureSize, *, ident: str) -> str:
    visits = sum(line.number is not None for line in sheet.lines)
    title = escape(clean(f"Map of the round of {sheet.crew_id}"))
    words = escape(f"North is up. B is the base, 1 to {visits} are the visits of the table.")
    width, height = size.width_mm, size.height_mm
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" '
        f'width="{width:g}mm" height="{height:g}mm" role="img" '
        f'aria-labelledby="{ident}-title {ident}-desc" '
        f'font-family="Atkinson Hyperlegible, Arial, sans-serif" font-size="{TEXT_MM}">'
        f'<title id="{ident}-title">{title}</title><desc id="{ident}-desc">{words}</desc>'
        f'<rect x="0.2" y="0.2" width="{width - 0.4:g}" height="{height - _LEGEND_MM - 0.4:g}" '
        'fill="#fff" stroke="#555" stroke-width="0.3"/>'
    )


def _way(sheet: RouteSheet, frame: Frame) -> str:
    points = [frame.point(x, y) for x, y in sheet.path.tolist()]
    d = "M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in points)
    return (
        f'<path d="{d}" fill="none" stroke="#0b5563" stroke-width="0.9" '
        'stroke-linejoin="round" stroke-linecap="round"/>' + _arrows(np.array(points))
    )


def _arrows(points: NDArray[np.float64]) -> str:
    """Return arrow heads along the way, some 25 mm apart, so that it reads without the table."""
    steps = np.hypot(*np.diff(points, axis=0).T)
    along = np.r_[0.0, np.cumsum(steps)]
    marks = np.arange(12.0, along[-1], 25.0)
    drawn = []
    for mark in marks.tolist():
        k = int(np.searchsorted(along, mark, side="right")) - 1
        share = (mark - along[k]) / steps[k]
        x, y = points[k] + share * (points[k + 1] - points[k])
        turn = float(np.degrees(np.arctan2(*(points[k + 1] - points[k])[::-1])))
        place = f"translate({x:.2f} {y:.2f}) rotate({turn:.0f})"
        drawn.append(f'<path d="M1.6 0L-1.2 -1.3L-1.2 1.3Z" fill="#0b5563" transform="{place}"/>')
    return "".join(drawn)


def _square(sheet: RouteSheet, frame: Frame) -> tuple[str, Box]:
    x, y = frame.point(sheet.base_x, sheet.base_y)
    box = Box.around(x, y, width=_DISC_MM, height=_DISC_MM)
    return (
        (
            f'<rect x="{box.left:.2f}" y="{box.top:.2f}" width="{_DISC_MM}" height="{_DISC_MM}" '
            'fill="#fff" stroke="#000" stroke-width="0.6"/>'
            f'<text x="{x:.2f}" y="{y + TEXT_MM * 0.35:.2f}" font-weight="bold" '
            'text-anchor="middle">B</text>'
        ),
        box,
    )


def _disc(
    number: str, at: tuple[float, float], taken: list[Box], *, inside: Box
) -> tuple[str, str]:
    """Return the mark of a place with a line to its disc, and the numbered disc on or near it."""
    x, y = at
    rings = boxes_near(x, y, width=_DISC_MM, height=_DISC_MM, rings=5, step=_DISC_MM * 0.6)
    box = first_free(rings, taken, inside=inside)
    box = box or Box.around(x, y, width=_DISC_MM, height=_DISC_MM)
    taken.append(box)
    cx, cy = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    mark = (
        f'<path d="M{x:.2f} {y:.2f}L{cx:.2f} {cy:.2f}" stroke="#000" stroke-width="0.4"/>'
        f'<circle cx="{x:.2f}" cy="{y:.2f}" r="0.7"/>'
    )
    disc = (
        f'<circle cx="{cx:.2f}" cy="{cy:.2f}" r="{_DISC_MM / 2 - 0.35:.2f}" fill="#000" '
        'stroke="#fff" stroke-width="0.5"/>'
        f'<text x="{cx:.2f}" y="{cy + TEXT_MM * 0.35:.2f}" fill="#fff" font-weight="bold" '
        f'text-anchor="middle">{number}</text>'
    )
    return mark, disc


def _foot(frame: Frame) -> str:
    metres = scale_bar_metres(24.0 * frame.metres_per_mm)
    length = metres / frame.metres_per_mm
    in_km = metres >= _METRES_PER_KM
    words = f"{metres / _METRES_PER_KM:g} km" if in_km else f"{metres:g} m"
    words = f"{words}, north is up"
    right = frame.width_mm - text_width(words) - 1.0
    left, y = right - length, frame.height_mm + 2.6
    return (
        f'<path d="M{left:.2f} {y - 1:.2f}V{y + 1:.2f}M{left:.2f} {y:.2f}H{right:.2f}'
        f'M{right:.2f} {y - 1:.2f}V{y + 1:.2f}" fill="none" stroke="#000" stroke-width="0.4"/>'
        f'<text x="{right + 1.0:.2f}" y="{y + 1.1:.2f}">{words}</text>'
        f'<text x="0" y="{y + 1.1:.2f}">B: base. The line is the way.</text>'
    )
