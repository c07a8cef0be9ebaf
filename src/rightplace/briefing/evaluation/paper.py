"""The report of an operation as tagged PDF on A4, byte for byte the same on every run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from rightplace.briefing.evaluation.page import drawings
from rightplace.briefing.stamp import NOT_ABOUT_PERSON, PLACE_NOT_PERSON, SYNTHETIC_SENTENCE
from rightplace.briefing.typesetting import drawable, pages_in, typeset
from rightplace.core import canonical_json, plain

if TYPE_CHECKING:
    from rightplace.briefing.evaluation.values import OperationReport

_SAID: Final = {
    "series": "Chart of what was counted in the treated places beside what was expected.",
    "effects": "Chart of the relative change by each design; the table holds the same numbers.",
    "places": "Map of the places; the table beside it holds the same facts.",
}


def report_pdf(report: OperationReport) -> tuple[bytes, int]:
    """Return the report as PDF/UA-1 in British English, and how many pages it has."""
    pictures = {name: {"svg": svg, "alt": _SAID[name]} for name, svg in drawings(report).items()}
    inputs = {
        "report": canonical_json(drawable(_words(report))),
        "pictures": canonical_json(pictures),
    }
    pdf = typeset("operation.typ", inputs, named=report.run_id)
    return pdf, pages_in(pdf)


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
