"""Rounds of one borough and shift as tagged A4 pages of PDF, byte for byte the same each time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rightplace.briefing.routes.page import MAP_SIZE
from rightplace.briefing.routes.picture import route_svg
from rightplace.briefing.routes.words import route_words
from rightplace.briefing.typesetting import drawable, typeset
from rightplace.core import canonical_json, plain
from rightplace.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rightplace.briefing.routes.sheet import RouteSheet


def route_pdf(sheets: Sequence[RouteSheet]) -> bytes:
    """Return rounds as PDF/UA-1, each crew from a new page on; set as by ``typeset``.

    Parameters
    ----------
    sheets
        Rounds of one borough and shift, at least one.

    Raises
    ------
    UsageError
        If there is none.
    """
    if not sheets:
        msg = "There is no round to print."
        raise UsageError(msg)
    words = [drawable(plain(route_words(sheet))) for sheet in sheets]
    maps = {
        f"map-{place}": route_svg(sheet, MAP_SIZE, ident=f"map-{place}")
        for place, sheet in enumerate(sheets, start=1)
    }
    inputs = {"rounds": canonical_json(words), **maps}
    return typeset("route.typ", inputs, named=sheets[0].borough)
