"""The written authority as tagged A4 pages of PDF, byte for byte the same on every run."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING

import typst

from rightplace.briefing.pdf import TypesettingError, drawable, fonts
from rightplace.briefing.stamp import NOT_ABOUT_PERSON, PLACE_NOT_PERSON, SYNTHETIC_SENTENCE
from rightplace.core import canonical_json, plain

if TYPE_CHECKING:
    from rightplace.briefing.section_60.form import AuthorityForm

TEMPLATE = "section_60.typ"


def form_pdf(form: AuthorityForm) -> bytes:
    """Return the written authority as PDF/UA-1.

    Words reach Typst as strings in JSON, never as markup, so that nothing that was typed is run.

    Parameters
    ----------
    form
        What stands on it.

    Raises
    ------
    TypesettingError
        If Typst cannot set the pages.
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
    template = resources.files("rightplace.briefing") / "templates" / TEMPLATE
    try:
        return typst.compile(
            template.read_bytes(),
            format="pdf",
            font_paths=fonts(),
            ignore_system_fonts=True,
            pdf_standards="ua-1",
            sys_inputs={"form": canonical_json(_drawn(words)), "map": form.map_svg},
            timestamp=0,
        )
    except typst.TypstError as error:
        named = form.reference or "the blank form"
        msg = f"The pages of {named} cannot be set: {error.message}"
        raise TypesettingError(msg, value=named) from error


def _drawn(value: object) -> object:
    """Return a tree with each text in characters of the font; numbers and switches as they are."""
    if isinstance(value, dict):
        return {key: _drawn(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_drawn(item) for item in value]
    return drawable(value) if isinstance(value, str) else value
