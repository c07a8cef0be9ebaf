"""Rounds of one borough and shift as tagged A4 pages of PDF, byte for byte the same each time."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING

import typst

from rightplace.briefing.pdf import TypesettingError, drawable, fonts
from rightplace.briefing.routes.page import MAP_SIZE
from rightplace.briefing.routes.picture import route_svg
from rightplace.briefing.routes.words import route_words
from rightplace.core import canonical_json, plain
from rightplace.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rightplace.briefing.routes.sheet import RouteSheet


def route_pdf(sheets: Sequence[RouteSheet]) -> bytes:
    """Return rounds as PDF/UA-1, each crew from a new page on.

    Parameters
    ----------
    sheets
        Rounds of one borough and shift, at least one.

    Raises
    ------
    UsageError
        If there is none.
    TypesettingError
        If Typst cannot set the pages.
    """
    if not sheets:
        msg = "There is no round to print."
        raise UsageError(msg)
    words = [drawable(plain(route_words(sheet))) for sheet in sheets]
    maps = {
        f"map-{place}": route_svg(sheet, MAP_SIZE, ident=f"map-{place}")
        for place, sheet in enumerate(sheets, start=1)
    }
    template = resources.files("rightplace.briefing") / "templates" / "route.typ"
    try:
        return typst.compile(
            template.read_bytes(),
            format="pdf",
            font_paths=fonts(),
            ignore_system_fonts=True,
            pdf_standards="ua-1",
            sys_inputs={"rounds": canonical_json(words), **maps},
            timestamp=0,
        )
    except typst.TypstError as error:
        msg = f"The pages of {sheets[0].borough} cannot be set: {error.message}"
        raise TypesettingError(msg, value=sheets[0].borough) from error
