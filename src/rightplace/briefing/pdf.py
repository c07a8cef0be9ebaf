"""One brief sheet as one tagged A4 page of PDF, byte for byte the same on every run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rightplace.briefing.picture import PictureSize, map_svg
from rightplace.briefing.typesetting import drawable, typeset
from rightplace.briefing.words import sheet_words
from rightplace.core import canonical_json, plain

if TYPE_CHECKING:
    from rightplace.briefing.sheet import BriefSheet

_MAP_WIDTH_MM, _TALLEST_MAP_MM, _TAKEN_BY_ROW_MM = 122.0, 118.0, 2.3


def sheet_pdf(sheet: BriefSheet) -> bytes:
    """Return the sheet as PDF/UA-1: one A4 page, in British English; set as by ``typeset``."""
    words = sheet_words(sheet)
    height = _TALLEST_MAP_MM - _TAKEN_BY_ROW_MM * len(sheet.lines)
    size = PictureSize(width_mm=_MAP_WIDTH_MM, height_mm=height)
    inputs = {
        "sheet": canonical_json(drawable(plain(words))),
        "map": map_svg(sheet.layer, sheet.stamp, title=words.map_title, size=size),
        "map-width": f"{size.width_mm:g}",
        "map-height": f"{size.height_mm:g}",
    }
    return typeset("sheet.typ", inputs, named=sheet.bcu)
