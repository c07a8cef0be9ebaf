"""Briefs and the plan's index as single HTML files: no script, nothing fetched, A4 on paper.

Every text is escaped by the template engine; a strict content policy stands in the page itself,
so that it holds wherever the file is opened.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from rightplace.briefing.picture import PictureSize, map_svg
from rightplace.briefing.stamp import (
    NOT_ABOUT_PERSON,
    PLACE_NOT_PERSON,
    PLANNED_NOT_ACHIEVED,
    SYNTHETIC_SENTENCE,
)
from rightplace.briefing.text import clean
from rightplace.briefing.words import no_data_words, sheet_words, source_words

if TYPE_CHECKING:
    from rightplace.briefing.overview import Link, PlanOverview
    from rightplace.briefing.sheet import BriefSheet
    from rightplace.briefing.words import SheetWords


_CHARACTERS_A_LINE: Final = (30, 28, 34)
_LINES_ON_A_PAGE: Final = 26
"""What the printed table holds: characters across its columns of text, and lines in all."""
_MAP_WIDTH_MM, _TALLEST_MAP_MM, _TAKEN_BY_ROW_MM = 122.0, 118.0, 2.6


def sheet_page(sheet: BriefSheet, *, links: tuple[Link, ...] = ()) -> str:
    """Return one BCU's brief as an HTML page.

    Parameters
    ----------
    sheet
        What to show.
    links
        Files beside the page, such as the plan's index and the sheet's PDF; not printed.
    """
    words = sheet_words(sheet)
    height = _TALLEST_MAP_MM - _TAKEN_BY_ROW_MM * len(sheet.lines)
    size = PictureSize(width_mm=_MAP_WIDTH_MM, height_mm=height)
    picture = map_svg(sheet.layer, sheet.stamp, title=words.map_title, size=size)
    # The picture escapes its own words; it is the only markup that passes unescaped.
    safe = Markup(picture)  # noqa: S704 - made by map_svg, which escapes every text in it
    return (
        templates()
        .get_template("sheet.html.j2")
        .render(sheet=words, map=safe, links=links, density=_density(words))
    )


def plan_page(plan: PlanOverview) -> str:
    """Return the plan's index: one line for each BCU, costs, warnings, links to sheets."""
    return (
        templates()
        .get_template("plan.html.j2")
        .render(
            plan=plan,
            stamp=plan.stamp,
            no_data=no_data_words(plan.no_data),
            sources=" ".join(source_words(plan.stamp)),
            planned=PLANNED_NOT_ACHIEVED,
            place_not_person=PLACE_NOT_PERSON,
            not_about_person=NOT_ABOUT_PERSON,
            synthetic_sentence=SYNTHETIC_SENTENCE,
        )
    )


def _density(words: SheetWords) -> str:
    """Return whether the rows fit the printed page whole (``roomy``) or are cut (``tight``)."""
    texts = (
        (f"{x.place}. {x.window}", "; ".join(x.why), f"Do: {x.do}. Not: {x.avoid}")
        for x in words.lines
    )
    lines = sum(
        max(-(-len(text) // wide) for text, wide in zip(row, _CHARACTERS_A_LINE, strict=True))
        for row in texts
    )
    return "roomy" if lines <= _LINES_ON_A_PAGE else "tight"


@cache
def templates() -> Environment:
    """Return the room's templates: every text in them is escaped and cleaned."""
    environment = Environment(
        loader=PackageLoader("rightplace.briefing"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_shown,
    )
    environment.filters["percent"] = _percent
    return environment


def _shown(value: object) -> object:
    """Return a text on one line and without control characters; all else as it is."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return clean(value).replace(" %", "\u00a0%")
    return value


def _percent(share: float | None) -> str:
    return "no crews given" if share is None else f"{share:.0%}".replace("%", " %")
