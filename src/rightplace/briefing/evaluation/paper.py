"""The report of an operation as tagged PDF on A4, byte for byte the same on every run.

Words reach Typst as strings in JSON, never as markup, so that no word of a plan can be run.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

import typst

from rightplace.briefing.evaluation.page import drawings
from rightplace.briefing.pdf import TypesettingError, drawable, fonts
from rightplace.briefing.stamp import NOT_ABOUT_PERSON, PLACE_NOT_PERSON, SYNTHETIC_SENTENCE
from rightplace.core import canonical_json, plain

if TYPE_CHECKING:
    from rightplace.briefing.evaluation.values import OperationReport

_PAGE: Final = re.compile(rb"/Type\s*/Page(?![A-Za-z])")
_EPOCH: Final = 0
"""The file carries no time of making; the run's id stands on each page."""
_SAID: Final = {
    "series": "Chart of what was counted in the treated places beside what was expected.",
    "effects": "Chart of the relative change by each design; the table holds the same numbers.",
    "places": "Map of the places; the table beside it holds the same facts.",
}


def report_pdf(report: OperationReport) -> tuple[bytes, int]:
    """Return the report as PDF/UA-1 in British English, and how many pages it has.

    Raises
    ------
    TypesettingError
        If Typst cannot set it.
    """
    pictures = {name: {"svg": svg, "alt": _SAID[name]} for name, svg in drawings(report).items()}
    inputs = {
        "report": canonical_json(drawable(_words(report))),
        "pictures": canonical_json(pictures),
    }
    try:
        pdf = typst.compile(
            _template(),
            format="pdf",
            font_paths=fonts(),
            ignore_system_fonts=True,
            pdf_standards="ua-1",
            sys_inputs=inputs,
            timestamp=_EPOCH,
        )
    except typst.TypstError as error:
        msg = f"The report {report.run_id} cannot be set: {error.message}"
        raise TypesettingError(msg, value=report.run_id) from error
    return pdf, len(_PAGE.findall(pdf))


def _words(report: OperationReport) -> dict[str, Any]:
    def table(each: Any) -> dict[str, Any]:  # noqa: ANN401 - a table as plain values
        return {**plain(each), "wordy": [str(place) for place in each.wordy]}

    return {
        "title": report.title,
        "question": report.question,
        "period": report.period,
        "marking": report.marking,
        "run": report.run_id,
        "operation": report.operation_id,
        "verdict": report.verdict,
        "level": str(report.level),
        "level_words": report.level_words,
        "level_reasons": list(report.level_reasons),
        "flags": list(report.flags),
        "counts_table": table(report.counts_table),
        "places_table": table(report.places_table),
        "parts": [
            {
                "heading": part.heading,
                "words": list(part.words),
                "tables": [table(each) for each in part.tables],
            }
            for part in report.parts
        ],
        "is_not": list(report.is_not),
        "foot": list(report.foot),
        "synthetic": SYNTHETIC_SENTENCE if report.synthetic else "",
        "place_not_person": PLACE_NOT_PERSON,
        "not_about_person": NOT_ABOUT_PERSON,
    }


@cache
def _template() -> bytes:
    return (resources.files("rightplace.briefing") / "templates" / "operation.typ").read_bytes()
