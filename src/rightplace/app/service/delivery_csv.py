"""The delivery table as a file; each row carries what it is and what it is no ground for."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from rightplace.briefing.stamp import NOT_ABOUT_PERSON, PLACE_NOT_PERSON, SYNTHETIC_SENTENCE
from rightplace.briefing.text import clean, defused

if TYPE_CHECKING:
    from rightplace.app.service.delivery import DeliveryPage

COLUMNS = (
    *("level", "name", "planned", "excused", "due", "made", "compliance", "minutes_logged"),
    *("came_in_late", "not_counted", "bcu", "plan", "shifts_over_by", "taken_by", "marking"),
    "notice",
)


def delivery_csv(page: DeliveryPage, *, taken_by: str, marking: str) -> str:
    """Return the rows of a page as CSV; no text of it starts as a spreadsheet formula does.

    Parameters
    ----------
    page
        With every row, from ``read_delivery``.
    taken_by
        Who takes the file away, as their account names them.
    marking
        Security marking.
    """
    notice = f"{PLACE_NOT_PERSON} {NOT_ABOUT_PERSON}"
    if page.is_synthetic:
        notice = f"{SYNTHETIC_SENTENCE} {notice}"
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in page.rows:
        figures = (row.planned, row.excused, row.due, row.made, row.compliance, row.minutes)
        flags = (row.late, row.off_clock)
        stamp = (page.wanted.bcu, page.wanted.plan, page.until, taken_by, marking, notice)
        cells = (page.wanted.by.value, row.name, *figures, *flags, *stamp)
        writer.writerow([defused(clean(cell)) for cell in cells])
    return file.getvalue()
