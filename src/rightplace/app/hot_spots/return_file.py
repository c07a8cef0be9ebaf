"""The return as a CSV file, in the columns that the settings name."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from rightplace.app.hot_spots.return_result import ReturnRow
from rightplace.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def return_fields(text: str) -> dict[str, str]:
    """Return the columns of a return with their headings, from the setting.

    Raises
    ------
    UsageError
        If one is unknown or stands twice.
    """
    known = tuple(ReturnRow.__dataclass_fields__)
    found: dict[str, str] = {}
    for part in (each.strip() for each in text.split(",")):
        name, _, heading = (each.strip() for each in part.partition("="))
        if name not in known or name in found:
            what = "stands twice" if name in found else "is no field of the return"
            msg = f"hot_spots.return_fields: {name!r} {what}."
            raise UsageError(msg, value=name, remedy=f"Fields: {', '.join(known)}.")
        found[name] = heading or name
    return found


def return_csv(rows: Sequence[ReturnRow], fields: Mapping[str, str], *, synthetic: bool) -> str:
    """Return the rows as CSV; a figure that is none says why, and each row carries the notice.

    Parameters
    ----------
    rows
        Of the return.
    fields
        Columns with their headings.
    synthetic
        Whether the notice must say that records are invented.
    """
    from rightplace.briefing.stamp import PLACE_NOT_PERSON, SYNTHETIC_SENTENCE
    from rightplace.briefing.text import clean, defused

    notice = f"{SYNTHETIC_SENTENCE} {PLACE_NOT_PERSON}" if synthetic else PLACE_NOT_PERSON
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([*(defused(clean(head)) for head in fields.values()), "notice"])
    for row in rows:
        cells = [_cell(row, name) for name in fields]
        shown = [defused(clean(cell)) if isinstance(cell, str) else cell for cell in cells]
        writer.writerow([*shown, notice])
    return file.getvalue()


def _cell(row: ReturnRow, name: str) -> object:
    value = getattr(row, name)
    if value is None:
        if name in {"patrol_hours", "officer_hours", "visits"}:
            return row.dosage
        return {"incidents": "not known yet", "cell_id": "", "places_counted": ""}.get(
            name, "not given"
        )
    return f"{value:.2f}" if isinstance(value, float) else value
