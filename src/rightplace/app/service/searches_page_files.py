"""Use cases: a scrutiny pack to take away, as page, paper or data; each export is written down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rightplace.app.service.searches_page import look

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.app.service.person import Person
    from rightplace.app.service.searches_page import PackAsked
    from rightplace.app.service.shelf import Shelf

PURPOSE = "Take the scrutiny pack away."


def pack_html(
    shelf: Shelf, pack_id: str, *, person: Person, asked: PackAsked, at: datetime, marking: str
) -> str:
    """Return a pack as one HTML file.

    Parameters
    ----------
    shelf, pack_id, person, asked, at
        As in ``look``.
    marking
        Protective marking.
    """
    from rightplace.briefing.searches.page import pack_page

    seen = look(shelf, pack_id, person=person, asked=asked, at=at, purpose=PURPOSE)
    return pack_page(seen.document(marking))


def pack_paper(
    shelf: Shelf, pack_id: str, *, person: Person, asked: PackAsked, at: datetime, marking: str
) -> bytes:
    """Return a pack as PDF; parameters as in ``pack_html``."""
    from rightplace.briefing.searches.paper import pack_pdf

    seen = look(shelf, pack_id, person=person, asked=asked, at=at, purpose=PURPOSE)
    return pack_pdf(seen.document(marking))[0]


def pack_csv(
    shelf: Shelf, pack_id: str, *, person: Person, asked: PackAsked, at: datetime, marking: str
) -> str:
    """Return the counts of a pack as CSV; parameters as in ``pack_html``."""
    from rightplace.app.searches.pack_writing import figures_csv

    seen = look(shelf, pack_id, person=person, asked=asked, at=at, purpose=PURPOSE)
    return figures_csv(
        seen.published.record, seen.part, marking=marking, true_counts=seen.true_counts
    )
