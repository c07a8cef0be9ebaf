"""The report of an operation as a single HTML file: no script, nothing fetched, A4 on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from rightplace.briefing.evaluation.charts import effects_svg
from rightplace.briefing.evaluation.map import map_svg
from rightplace.briefing.evaluation.series import series_svg
from rightplace.briefing.evaluation.values import HIGHEST_LEVEL
from rightplace.briefing.page import templates
from rightplace.briefing.stamp import NOT_ABOUT_PERSON, PLACE_NOT_PERSON, SYNTHETIC_SENTENCE

if TYPE_CHECKING:
    from rightplace.briefing.evaluation.values import OperationReport


def drawings(report: OperationReport) -> dict[str, str]:
    """Return the report's pictures as ``<svg>`` by name: ``series``, ``effects``, ``places``."""
    made = {}
    if report.series is not None:
        made["series"] = series_svg(report.series)
    if report.effects is not None:
        made["effects"] = effects_svg(report.effects)
    if report.places is not None:
        made["places"] = map_svg(report.places)
    return made


def report_page(report: OperationReport) -> str:
    """Return the report as an HTML page."""
    # Drawings escape their own words; they are the only markup that passes unescaped.
    safe = {name: Markup(svg) for name, svg in drawings(report).items()}  # noqa: S704 - made above
    return (
        templates()
        .get_template("operation.html.j2")
        .render(
            report=report,
            drawn=safe,
            highest=HIGHEST_LEVEL,
            place_not_person=PLACE_NOT_PERSON,
            not_about_person=NOT_ABOUT_PERSON,
            synthetic_sentence=SYNTHETIC_SENTENCE if report.synthetic else "",
        )
    )
