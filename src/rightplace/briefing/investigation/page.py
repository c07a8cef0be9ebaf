"""The report of a look ahead as a single HTML file: charts as SVG, a table beside each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from rightplace.briefing.investigation.charts import picture
from rightplace.briefing.page import templates
from rightplace.briefing.stamp import SYNTHETIC_SENTENCE

if TYPE_CHECKING:
    from rightplace.briefing.investigation.values import LinesChart, LookAhead
    from rightplace.briefing.searches.values import Chart


def look_page(look: LookAhead) -> str:
    """Return a report as an HTML page: no script, nothing fetched, A4 on paper."""
    return (
        templates()
        .get_template("investigation.html.j2")
        .render(
            look=look,
            drawn=_drawn,
            synthetic_sentence=SYNTHETIC_SENTENCE if look.synthetic else "",
        )
    )


def _drawn(chart: Chart | LinesChart) -> Markup:
    # Charts escape their own words; they are the only markup that passes unescaped.
    return Markup(picture(chart))  # noqa: S704 - made by `charts`
