"""The report of a workforce as tagged PDF on A4, byte for byte the same on every run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rightplace.briefing.stamp import NOT_ABOUT_PERSON, SYNTHETIC_SENTENCE
from rightplace.briefing.typesetting import drawable, pages_in, typeset
from rightplace.briefing.workforce.charts import chart_svg
from rightplace.core import canonical_json, plain

if TYPE_CHECKING:
    from rightplace.briefing.workforce.values import StrengthReport


def report_pdf(report: StrengthReport) -> tuple[bytes, int]:
    """Return the report as PDF/UA-1 in British English, and how many pages it has.

    What Typst cannot set raises ``TypesettingError``.
    """
    charts = {
        chart.ident: {
            "svg": chart_svg(chart),
            "alt": f"{chart.title}; the table beside it holds the same numbers.",
        }
        for chart in report.charts
    }
    inputs = {
        "report": canonical_json(drawable(_words(report))),
        "charts": canonical_json(charts),
    }
    pdf = typeset("workforce.typ", inputs, named=report.run_id)
    return pdf, pages_in(pdf)


def _words(report: StrengthReport) -> dict[str, Any]:
    return {
        "kind": report.kind,
        "title": report.title,
        "period": report.period,
        "marking": report.marking,
        "run": report.run_id,
        "answer": report.answer,
        "flags": list(report.flags),
        "sections": [
            {
                "heading": section.heading,
                "words": list(section.words),
                "charts": [chart.ident for chart in section.charts],
                "tables": [
                    {**plain(table), "wordy": [str(place) for place in table.wordy]}
                    for table in section.tables
                ],
                "points": list(section.points),
            }
            for section in report.sections
        ],
        "foot": list(report.foot),
        "synthetic": SYNTHETIC_SENTENCE if report.synthetic else "",
        "not_about_person": NOT_ABOUT_PERSON,
    }
