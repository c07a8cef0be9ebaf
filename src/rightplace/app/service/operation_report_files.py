"""Use cases: the report of an operation to take away; each export is written in the audit chain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rightplace.app.service.operation_report import look
from rightplace.errors import NotHeldError

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.app.service.person import Person
    from rightplace.app.service.shelf import Shelf

PURPOSE = "Take the report of an operation away."
TABLES = ("counts", "series", "checks")


def report_html(shelf: Shelf, report_id: str, *, person: Person, at: datetime, marking: str) -> str:
    """Return a report as one HTML file.

    Parameters
    ----------
    shelf, report_id, person, at
        As in ``look``.
    marking
        Protective marking.
    """
    from rightplace.briefing.evaluation.page import report_page

    seen = look(shelf, report_id, person=person, at=at, purpose=PURPOSE)
    return report_page(seen.document(marking))


def report_paper(
    shelf: Shelf, report_id: str, *, person: Person, at: datetime, marking: str
) -> bytes:
    """Return a report as PDF; parameters as in ``report_html``."""
    from rightplace.briefing.evaluation.paper import report_pdf

    seen = look(shelf, report_id, person=person, at=at, purpose=PURPOSE)
    return report_pdf(seen.document(marking))[0]


def report_data(shelf: Shelf, report_id: str, *, person: Person, at: datetime) -> str:
    """Return what was found as JSON; parameters as in ``look``."""
    from rightplace.app.evaluation.report_writing import report_json

    return report_json(look(shelf, report_id, person=person, at=at, purpose=PURPOSE).result)


def report_csv(
    shelf: Shelf, report_id: str, table: str, *, person: Person, at: datetime, marking: str
) -> str:
    """Return a table of a report as CSV: counts by place, the series, or the checks.

    Parameters
    ----------
    shelf, report_id, person, at
        As in ``look``.
    table
        Of ``TABLES``.
    marking
        Protective marking.

    Raises
    ------
    NotHeldError
        If there is no such table.
    """
    from rightplace.app.evaluation import report_tables as tables
    from rightplace.app.evaluation.report_writing import counts_csv, marked_csv

    if table not in TABLES:
        msg = f"The report has no table {table!r}."
        raise NotHeldError(msg, value=table, remedy=f"Take one of: {', '.join(TABLES)}.")
    seen = look(shelf, report_id, person=person, at=at, purpose=PURPOSE)
    document = seen.document(marking)
    if table == "counts":
        return counts_csv(seen.panel, document)
    if table == "series":
        return marked_csv(tables.SERIES_HEADER, tables.series_rows(seen.result), document=document)
    return marked_csv(tables.CHECKS_HEADER, tables.check_rows(seen.result), document=document)
