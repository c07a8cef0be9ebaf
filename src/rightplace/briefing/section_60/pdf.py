"""The written authority as tagged A4 pages of PDF, byte for byte the same on every run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rightplace.briefing.stamp import NOT_ABOUT_PERSON, PLACE_NOT_PERSON, SYNTHETIC_SENTENCE
from rightplace.briefing.typesetting import drawable, typeset
from rightplace.core import canonical_json, plain

if TYPE_CHECKING:
    from rightplace.briefing.section_60.form import AuthorityForm

TEMPLATE = "section_60.typ"


def form_pdf(form: AuthorityForm) -> bytes:
    """Return the written authority as PDF/UA-1, set as by ``typeset``.

    Parameters
    ----------
    form
        What stands on it.
    """
    words = {
        "marking": form.marking,
        "reference": form.reference,
        "copy_number": form.copy_number,
        "state": form.state,
        "printed": form.printed,
        "map_words": form.map_words,
        "synthetic": SYNTHETIC_SENTENCE if form.is_synthetic else "",
        "sections": plain(form.sections),
        "notice": f"{PLACE_NOT_PERSON} {NOT_ABOUT_PERSON}",
    }
    inputs = {"form": canonical_json(_drawn(words)), "map": form.map_svg}
    return typeset(TEMPLATE, inputs, named=form.reference or "the blank form")


def _drawn(value: object) -> object:
    """Return a tree with each text in characters of the font; numbers and switches as they are."""
    if isinstance(value, dict):
        return {key: _drawn(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_drawn(item) for item in value]
    return drawable(value) if isinstance(value, str) else value
