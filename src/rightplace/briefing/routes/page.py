"""Rounds of one borough and shift as one HTML file, a printed page for each crew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from rightplace.briefing.page import templates
from rightplace.briefing.picture import PictureSize
from rightplace.briefing.routes.picture import route_svg
from rightplace.briefing.routes.words import route_words
from rightplace.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rightplace.briefing.routes.sheet import RouteSheet

MAP_SIZE: Final = PictureSize(width_mm=186.0, height_mm=92.0)


def route_pages(sheets: Sequence[RouteSheet]) -> str:
    """Return rounds as an HTML page: no script, nothing fetched.

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
        msg = "There is no round to show."
        raise UsageError(msg)
    rounds = [
        # The picture escapes its own words; it is the only markup that passes unescaped.
        (route_words(sheet), Markup(route_svg(sheet, MAP_SIZE, ident=f"map-{place}")))  # noqa: S704 - made by route_svg
        for place, sheet in enumerate(sheets, start=1)
    ]
    return templates().get_template("route.html.j2").render(rounds=rounds, first=rounds[0][0])
