"""Tables of pages as CSV: no text starts as a formula does, and each row says what it is not."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightplace.briefing.stamp import PLACE_NOT_PERSON, SYNTHETIC_SENTENCE
from rightplace.briefing.text import clean, defused

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where the rows of an export come from, said on each of them.

    Parameters
    ----------
    run_id
        The published run.
    marking
        Protective marking.
    data_cut_off
        Last day of its data, as YYYY-MM-DD.
    exported_by
        Who takes it out.
    exported_at
        When, in words.
    """

    run_id: str
    marking: str
    data_cut_off: str
    is_synthetic: bool
    exported_by: str
    exported_at: str

    @property
    def notice(self) -> str:
        """Return in a line what the listing is about and is not."""
        synthetic = f"{SYNTHETIC_SENTENCE} " if self.is_synthetic else ""
        return f"{synthetic}{PLACE_NOT_PERSON}"


def listing_csv(header: Sequence[str], rows: Iterable[Sequence[object]], *, origin: Origin) -> str:
    """Return a table as CSV with its origin on each row.

    Parameters
    ----------
    header
        Names of the columns.
    rows
        Texts and numbers; None is an empty field.
    origin
        Where they come from.
    """
    origins = {
        "run": origin.run_id,
        "marking": origin.marking,
        "data_cut_off": origin.data_cut_off,
        "exported_by": origin.exported_by,
        "exported_at": origin.exported_at,
        "notice": origin.notice,
    }
    sink = io.StringIO()
    writer = csv.writer(sink, lineterminator="\r\n")  # RFC 4180
    writer.writerow([*header, *origins])
    told = [_cell(each) for each in origins.values()]
    for row in rows:
        writer.writerow([*(_cell(each) for each in row), *told])
    return sink.getvalue()


def _cell(value: object) -> object:
    return defused(clean(value)) if isinstance(value, str) else value
