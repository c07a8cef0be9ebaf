"""The scrutiny pack as tagged PDF on A4, byte for byte the same on every run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rightplace.briefing.searches.charts import chart_svg
from rightplace.briefing.stamp import NOT_ABOUT_PERSON, PLACE_NOT_PERSON, SYNTHETIC_SENTENCE
from rightplace.briefing.typesetting import drawable, pages_in, typeset
from rightplace.core import canonical_json, plain

if TYPE_CHECKING:
    from rightplace.briefing.searches.values import Pack


def pack_pdf(pack: Pack) -> tuple[bytes, int]:
    """Return the pack as PDF/UA-1 in British English, and how many pages it has."""
    charts = {
        chart.ident: {
            "svg": chart_svg(chart),
            "alt": f"{chart.title}; the table beside it holds the same numbers.",
        }
        for section in pack.sections
        for chart in section.charts
    }
    words = drawable(_words(pack))
    inputs = {"pack": canonical_json(words), "charts": canonical_json(charts)}
    pdf = typeset("searches.typ", inputs, named=pack.run_id)
    return pdf, pages_in(pdf)


def _words(pack: Pack) -> dict[str, Any]:
    sections = [
        {
            "heading": section.heading,
            "findings": list(section.findings),
            "refusals": list(section.refusals),
            "counting": list(section.counting),
            "charts": [chart.ident for chart in section.charts],
            "tables": [
                {**plain(table), "wordy": [str(place) for place in table.wordy]}
                for table in section.tables
            ],
        }
        for section in pack.sections
    ]
    return {
        "title": pack.title,
        "period": pack.period,
        "compared": f"compared with {pack.compared}" if pack.compared else "",
        "marking": pack.marking,
        "run": pack.run_id,
        "summary": list(pack.summary),
        "warnings": list(pack.warnings),
        "sections": sections,
        "limits": list(pack.limits),
        "foot": list(pack.foot),
        "synthetic": SYNTHETIC_SENTENCE if pack.synthetic else "",
        "place_not_person": PLACE_NOT_PERSON,
        "not_about_person": NOT_ABOUT_PERSON,
    }
