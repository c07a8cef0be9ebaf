"""One brief sheet as one tagged A4 page of PDF, byte for byte the same on every run.

Words reach Typst as strings in JSON, never as markup, so that no
street name can be run. Only the fonts that ship with the package are used.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

import typst

from rightplace.briefing.picture import PictureSize, map_svg
from rightplace.briefing.text import breakable, printable
from rightplace.briefing.words import sheet_words
from rightplace.core import canonical_json, plain
from rightplace.errors import RightplaceError

if TYPE_CHECKING:
    from rightplace.briefing.sheet import BriefSheet

_MAP_WIDTH_MM, _TALLEST_MAP_MM, _TAKEN_BY_ROW_MM = 122.0, 118.0, 2.3
_EPOCH: Final = 0
"""The file carries no time of making; when it was printed stands on the page."""


class TypesettingError(RightplaceError):
    """The typesetter refused a page; the fault is ours, not the user's."""

    code = "typesetting"


def sheet_pdf(sheet: BriefSheet) -> bytes:
    """Return the sheet as PDF/UA-1: one A4 page, tagged, in British English.

    Raises
    ------
    TypesettingError
        If Typst cannot set the page.
    """
    words = sheet_words(sheet)
    height = _TALLEST_MAP_MM - _TAKEN_BY_ROW_MM * len(sheet.lines)
    size = PictureSize(width_mm=_MAP_WIDTH_MM, height_mm=height)
    inputs = {
        "sheet": canonical_json(drawable(plain(words))),
        "map": map_svg(sheet.layer, sheet.stamp, title=words.map_title, size=size),
        "map-width": f"{size.width_mm:g}",
        "map-height": f"{size.height_mm:g}",
    }
    try:
        return typst.compile(
            _template(),
            format="pdf",
            font_paths=fonts(),
            ignore_system_fonts=True,
            pdf_standards="ua-1",
            sys_inputs=inputs,
            timestamp=_EPOCH,
        )
    except typst.TypstError as error:
        msg = f"The page of {sheet.bcu} cannot be set: {error.message}"
        raise TypesettingError(msg, value=sheet.bcu) from error


def drawable(value: Any) -> Any:  # noqa: ANN401 - a tree of JSON types goes in and comes out
    """Return the tree with each text in characters of the font, and long words breakable."""
    if isinstance(value, dict):
        return {key: drawable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [drawable(item) for item in value]
    return breakable(printable(value))


@cache
def _template() -> bytes:
    return (resources.files("rightplace.briefing") / "templates" / "sheet.typ").read_bytes()


@cache
def fonts() -> typst.Fonts:
    """Return the fonts that ship with the package, and no others."""
    folder = resources.files("rightplace.briefing") / "fonts"
    with resources.as_file(folder) as path:
        return typst.Fonts(include_system_fonts=False, font_paths=[str(path)])
