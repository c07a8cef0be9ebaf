"""Markdown as pages show it: no markup of its own, no pictures, no links but to pages."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from markdown_it import MarkdownIt
from markupsafe import Markup

if TYPE_CHECKING:
    from markdown_it.token import Token

CLASSES: Final = {
    "h1": "govuk-heading-l rp-words",
    "h2": "govuk-heading-m rp-words",
    "h3": "govuk-heading-s rp-words",
    "p": "govuk-body rp-words",
    "ul": "govuk-list govuk-list--bullet",
    "ol": "govuk-list govuk-list--number",
    "table": "govuk-table govuk-table--small-text-until-tablet",
    "thead": "govuk-table__head",
    "tbody": "govuk-table__body",
    "tr": "govuk-table__row",
    "th": "govuk-table__header",
    "td": "govuk-table__cell rp-words",
    "a": "govuk-link",
    "hr": "govuk-section-break govuk-section-break--m govuk-section-break--visible",
}


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")


def marked_up(text: str) -> Markup:
    """Return a Markdown text as HTML; markup within it is shown as it was written.

    Parameters
    ----------
    text
        CommonMark with tables, written by somebody who may be hostile.
    """
    tokens = _parser().parse(text)
    for token in tokens:
        _dress(token)
        for child in token.children or ():
            _dress(child)
    html = _parser().renderer.render(tokens, _parser().options, {})
    return Markup(html)  # noqa: S704 - the parser escapes every markup of the text


def _dress(token: Token) -> None:
    """Give an element the class of our pages; a column's alignment is a class as well."""
    if token.nesting == -1 or token.tag not in CLASSES:
        return
    style = token.attrs.pop("style", "")
    numeric = " govuk-table__cell--numeric" if "right" in str(style) else ""
    token.attrSet("class", CLASSES[token.tag] + numeric)
    if token.tag == "th":
        token.attrSet("scope", "col")
