"""The report of a look ahead as tagged PDF on A4."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rightplace.briefing.investigation.charts import picture
from rightplace.briefing.stamp import SYNTHETIC_SENTENCE
from rightplace.briefing.typesetting import drawable, pages_in, typeset
from rightplace.core import canonical_json, plain

if TYPE_CHECKING:
    from rightplace.briefing.investigation.values import Group, LookAhead, Part
    from rightplace.briefing.searches.values import Table


def look_pdf(look: LookAhead) -> tuple[bytes, int]:
    """Return the report as PDF/UA-1 in British English, and how many pages it has."""
    charts = {
        chart.ident: {
            "svg": picture(chart),
            "alt": f"{chart.title}; the table beside it holds the same numbers.",
        }
        for chart in look.charts
    }
    inputs = {
        "look": canonical_json(drawable(_words(look))),
        "charts": canonical_json(charts),
    }
    pdf = typeset("investigation.typ", inputs, named=f"the report {look.run_id}")
    return pdf, pages_in(pdf)


def _words(look: LookAhead) -> dict[str, Any]:
    return {
        "title": look.title,
        "period": look.period,
        "marking": look.marking,
        "run": look.run_id,
        "answers": [plain(each) for each in look.answers],
        "parts": [_part(part) for part in look.parts],
        "known": look.known,
        "origins": _table(look.origins),
        "warnings": list(look.warnings),
        "limits": list(look.limits),
        "foot": list(look.foot),
        "synthetic": SYNTHETIC_SENTENCE if look.synthetic else "",
    }


def _part(part: Part) -> dict[str, Any]:
    return {
        "heading": part.heading,
        "origin": part.origin,
        "ends": [
            {
                "heading": end.heading,
                "flags": list(end.flags),
                "groups": [_group(group) for group in end.groups],
            }
            for end in part.ends
        ],
    }


def _group(group: Group) -> dict[str, Any]:
    return {
        "words": list(group.words),
        "charts": [chart.ident for chart in group.charts],
        "tables": [_table(table) for table in group.tables],
    }


def _table(table: Table) -> dict[str, Any]:
    return {**plain(table), "wordy": [str(place) for place in table.wordy]}
