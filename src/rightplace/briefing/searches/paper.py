"""The scrutiny pack as tagged PDF on A4, byte for byte the same on every run.

Words reach Typst as strings in JSON, never as markup, so that no word of a source can be run.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

import typst

from rightplace.briefing.pdf import TypesettingError, drawable, fonts
from rightplace.briefing.searches.charts import chart_svg
from rightplace.briefing.stamp import NOT_ABOUT_PERSON, PLACE_NOT_PERSON, SYNTHETIC_SENTENCE
from rightplace.core import canonical_json, plain

if TYPE_CHECKING:
    from rightplace.briefing.searches.values import Pack

_PAGE: Final = re.compile(rb"/Type\s*/Page(?![A-Za-z])")
_EPOCH: Final = 0
"""The file carries no time of making; the run's id stands on each page."""


def pack_pdf(pack: Pack) -> tuple[bytes, int]:
    """Return the pack as PDF/UA-1 in British English, and how many pages it has.

    Raises
    ------
    TypesettingError
        If Typst cannot set it.
    """
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
        msg = f"The pack {pack.run_id} cannot be set: {error.message}"
        raise TypesettingError(msg, value=pack.run_id) from error
    return pdf, len(_PAGE.findall(pdf))


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


@cache
def _template() -> bytes:
    return (resources.files("rightplace.briefing") / "templates" / "searches.typ").read_bytes()
