"""Use cases: a look ahead to take away; each export is written in the audit chain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rightplace.app.investigation.report_document import document_of
from rightplace.app.service.detectives_page import TAKE_AWAY, seen_look
from rightplace.errors import NotHeldError

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.app.service.person import Person
    from rightplace.app.service.shelf import Shelf


def look_html(shelf: Shelf, look_id: str, *, person: Person, at: datetime, marking: str) -> str:
    """Return a look ahead as one HTML file.

    Parameters
    ----------
    shelf, look_id, person, at
        As in ``seen_look``.
    marking
        Protective marking.
    """
    from rightplace.briefing.investigation.page import look_page

    seen = seen_look(shelf, look_id, person=person, at=at, purpose=TAKE_AWAY)
    return look_page(document_of(seen, marking=marking))


def look_paper(shelf: Shelf, look_id: str, *, person: Person, at: datetime, marking: str) -> bytes:
    """Return a look ahead as PDF; parameters as in ``look_html``."""
    from rightplace.briefing.investigation.paper import look_pdf

    seen = seen_look(shelf, look_id, person=person, at=at, purpose=TAKE_AWAY)
    return look_pdf(document_of(seen, marking=marking))[0]


def look_data(shelf: Shelf, look_id: str, *, person: Person, at: datetime, marking: str) -> str:
    """Return what was found as JSON; parameters as in ``look_html``."""
    from rightplace.app.investigation.report_writing import look_json

    seen = seen_look(shelf, look_id, person=person, at=at, purpose=TAKE_AWAY)
    return look_json(seen, document_of(seen, marking=marking))


def look_table(
    shelf: Shelf, look_id: str, table: str, *, person: Person, at: datetime, marking: str
) -> str:
    """Return a table of a look ahead as CSV.

    Parameters
    ----------
    shelf, look_id, person, at
        As in ``seen_look``.
    table
        Of ``CSV_TABLES``.
    marking
        Protective marking.

    Raises
    ------
    NotHeldError
        If there is no such table.
    """
    from rightplace.app.investigation.report_writing import CSV_TABLES, look_csv

    if table not in CSV_TABLES:
        msg = f"The look ahead has no table {table!r}."
        raise NotHeldError(msg, value=table, remedy=f"Take one of: {', '.join(CSV_TABLES)}.")
    seen = seen_look(shelf, look_id, person=person, at=at, purpose=TAKE_AWAY)
    return look_csv(seen, table, document_of(seen, marking=marking))
