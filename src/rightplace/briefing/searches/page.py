"""The scrutiny pack as a single HTML file: charts as SVG, a table beside each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from rightplace.briefing.page import templates
from rightplace.briefing.searches.charts import chart_svg
from rightplace.briefing.stamp import NOT_ABOUT_PERSON, PLACE_NOT_PERSON, SYNTHETIC_SENTENCE

if TYPE_CHECKING:
    from rightplace.briefing.searches.values import Chart, Pack


def pack_page(pack: Pack) -> str:
    """Return a scrutiny pack as an HTML page: no script, nothing fetched, A4 on paper."""
    return (
        templates()
        .get_template("searches.html.j2")
        .render(
            pack=pack,
            drawn=_drawn,
            place_not_person=PLACE_NOT_PERSON,
            not_about_person=NOT_ABOUT_PERSON,
            synthetic_sentence=SYNTHETIC_SENTENCE if pack.synthetic else "",
        )
    )


def _drawn(chart: Chart) -> Markup:
    # Charts escape their own words; they are the only markup that passes unescaped.
    return Markup(chart_svg(chart))  # noqa: S704 - made by `charts`
