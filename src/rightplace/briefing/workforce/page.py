"""The report of a workforce as a single HTML file: no script, nothing fetched, A4 on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from rightplace.briefing.page import templates
from rightplace.briefing.stamp import NOT_ABOUT_PERSON, SYNTHETIC_SENTENCE
from rightplace.briefing.workforce.charts import chart_svg

if TYPE_CHECKING:
    from rightplace.briefing.workforce.values import Chart, StrengthReport


def report_page(report: StrengthReport) -> str:
    """Return the report as an HTML page."""
    return (
        templates()
        .get_template("workforce.html.j2")
        .render(
            report=report,
            drawn=_drawn,
            not_about_person=NOT_ABOUT_PERSON,
            synthetic_sentence=SYNTHETIC_SENTENCE if report.synthetic else "",
        )
    )


def _drawn(chart: Chart) -> Markup:
    # Charts escape their own words; they are the only markup that passes unescaped.
    return Markup(chart_svg(chart))  # noqa: S704 - made by `charts`
