"""Use cases: a look ahead at a workforce to take away; each export is in the audit chain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rightplace.app.service.workforce_page import look
from rightplace.errors import NotHeldError

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.app.service.person import Person
    from rightplace.app.service.shelf import Shelf

PURPOSE: Final = "Take the report of the force's strength away."
MONTHS, TABLES = "months", "tables"


def workforce_html(shelf: Shelf, run_id: str, *, person: Person, at: datetime, marking: str) -> str:
    """Return a report as one HTML file.

    Parameters
    ----------
    shelf, run_id, person, at
        As in ``look``.
    marking
        Protective marking.
    """
    from rightplace.briefing.workforce.page import report_page

    return report_page(look(shelf, run_id, person=person, at=at, purpose=PURPOSE).document(marking))


def workforce_paper(
    shelf: Shelf, run_id: str, *, person: Person, at: datetime, marking: str
) -> bytes:
    """Return a report as PDF; parameters as in ``workforce_html``."""
    from rightplace.briefing.workforce.paper import report_pdf

    seen = look(shelf, run_id, person=person, at=at, purpose=PURPOSE)
    return report_pdf(seen.document(marking))[0]


def workforce_data(shelf: Shelf, run_id: str, *, person: Person, at: datetime, marking: str) -> str:
    """Return what was found as JSON; parameters as in ``workforce_html``."""
    from rightplace.app.workforce.report_writing import report_json

    seen = look(shelf, run_id, person=person, at=at, purpose=PURPOSE)
    return report_json(seen.document(marking), seen.run.record)


def workforce_csv(
    shelf: Shelf, run_id: str, table: str, *, person: Person, at: datetime, marking: str
) -> str:
    """Return every month as CSV, or every table of the report.

    Parameters
    ----------
    shelf, run_id, person, at
        As in ``look``.
    table
        ``months`` or ``tables``.
    marking
        Protective marking.

    Raises
    ------
    NotHeldError
        If there is no such table.
    """
    from rightplace.app.workforce.report_writing import months_csv, tables_csv

    seen = look(shelf, run_id, person=person, at=at, purpose=PURPOSE)
    document = seen.document(marking)
    made = {
        MONTHS: lambda: months_csv(document, seen.run.record),
        TABLES: lambda: tables_csv(document),
    }
    text = made[table]() if table in made else ""
    if not text:
        msg = f"The report has no table {table!r}."
        raise NotHeldError(msg, value=table, remedy=f"Take one of: {MONTHS}, {TABLES}.")
    return text
