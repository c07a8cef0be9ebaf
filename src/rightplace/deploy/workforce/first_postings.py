"""Where new officers are posted first, counted by area: never a row of a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rightplace.deploy.surge.table_rows import TableRow, raise_faults, read_rows
from rightplace.errors import Fault, NotHeldError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

POSTING_COLUMNS: Final = {"area": True, "first_postings": True, "established_officers": True}
POSTING_MEANINGS: Final = {
    "area": "Borough or BCU, one row each.",
    "first_postings": "Officers whose first posting it was in the period.",
    "established_officers": "Established officers of it, 5 or more.",
}
LEAST_OFFICERS: Final = 5
"""Counts of one to four are never shown (small numbers, as everywhere); no area is so small."""
_REFUSAL: Final = (
    "First postings are counted by area; nothing about an officer is needed, so nothing is read."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaPostings:
    """First postings of an area.

    Parameters
    ----------
    area
        Borough or BCU.
    first_postings, established_officers
        How many.
    row
        Row of the file.
    """

    area: str
    first_postings: int
    established_officers: int
    row: int


def read_first_postings(path: Path) -> tuple[AreaPostings, ...]:
    """Return first postings by area, of a CSV file with the columns of ``POSTING_COLUMNS``.

    Every fault is named with its row (``BadInputError``); another column is refused
    (``RefusedError``).

    Parameters
    ----------
    path
        The file.

    Raises
    ------
    NotHeldError
        If there is none.
    """
    if not path.is_file():
        msg = "There is no such file."
        remedy = f"Name a CSV file with the columns {', '.join(POSTING_COLUMNS)}."
        raise NotHeldError(msg, file=path, value=path, remedy=remedy)
    rows = read_rows(path, POSTING_COLUMNS, _row, refusal=_REFUSAL)
    raise_faults(path, [*_twice(rows), *_nothing(rows)])
    return rows


def _row(row: TableRow) -> AreaPostings:
    numbers = {name: row.whole_of(name) for name in ("first_postings", "established_officers")}
    for name, number in numbers.items():
        if number is None:
            row.fault(name, "is empty", "Give a number.")
    officers = numbers["established_officers"]
    if officers is not None and officers < LEAST_OFFICERS:
        what = f"is fewer than {LEAST_OFFICERS}: a count so small tells of persons, not of an area"
        row.fault("established_officers", what, "Leave the area out, or count it with another.")
    return AreaPostings(
        area=row.text("area"),
        first_postings=numbers["first_postings"] or 0,
        established_officers=numbers["established_officers"] or 0,
        row=row.number,
    )


def _twice(rows: Sequence[AreaPostings]) -> Iterator[Fault]:
    first: dict[str, int] = {}
    for each in rows:
        if each.area and first.setdefault(each.area, each.row) != each.row:
            yield Fault(
                message=f"The area {each.area!r} stands in rows {first[each.area]} and {each.row}.",
                row=each.row,
                value=each.area,
                remedy="Keep one of the rows, or add them up.",
            )


def _nothing(rows: Sequence[AreaPostings]) -> Iterator[Fault]:
    if sum(each.first_postings for each in rows) == 0:
        yield Fault(message="Nobody was posted anywhere.", remedy="Give the postings of a period.")
