"""Templates set by Typst as tagged PDF, byte for byte the same on every run.

Words reach Typst as strings in JSON, never as markup, so that no word of a source can be run. Only
the fonts that ship with the package are used.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

import typst

from rightplace.briefing.text import breakable, printable
from rightplace.errors import RightplaceError

if TYPE_CHECKING:
    from collections.abc import Mapping

_PAGE: Final = re.compile(rb"/Type\s*/Page(?![A-Za-z])")
_EPOCH: Final = 0
"""The file carries no time of making; when it was printed, or the run's id, stands on the page."""


class TypesettingError(RightplaceError):
    """The typesetter refused a page; the fault is ours, not the user's."""

    code = "typesetting"


def typeset(template: str, inputs: Mapping[str, str], *, named: str) -> bytes:
    """Return a template as PDF/UA-1.

    Parameters
    ----------
    template
        File in ``briefing/templates``.
    inputs
        What it is given: JSON, or drawings as SVG.
    named
        What is set, for the message.

    Raises
    ------
    TypesettingError
        If Typst cannot set it.
    """
    try:
        return typst.compile(
            _template(template),
            format="pdf",
            font_paths=_fonts(),
            ignore_system_fonts=True,
            pdf_standards="ua-1",
            sys_inputs=dict(inputs),
            timestamp=_EPOCH,
        )
    except typst.TypstError as error:
        msg = f"The pages of {named} cannot be set: {error.message}"
        raise TypesettingError(msg, value=named) from error


def pages_in(pdf: bytes) -> int:
    """Return how many pages a PDF has."""
    return len(_PAGE.findall(pdf))


def drawable(value: Any) -> Any:  # noqa: ANN401 - a tree of JSON types goes in and comes out
    """Return the tree with each text in characters of the font, and long words breakable."""
    if isinstance(value, dict):
        return {key: drawable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [drawable(item) for item in value]
    return breakable(printable(value))


@cache
def _template(name: str) -> bytes:
    return (resources.files("rightplace.briefing") / "templates" / name).read_bytes()


@cache
def _fonts() -> typst.Fonts:
    """Return the fonts that ship with the package, and no others."""
    folder = resources.files("rightplace.briefing") / "fonts"
    with resources.as_file(folder) as path:
        return typst.Fonts(include_system_fonts=False, font_paths=[str(path)])
