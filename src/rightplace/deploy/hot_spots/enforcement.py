"""What a force writes of enforcement in its hot spots; what is not written is not known."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightplace.core.time import Month
from rightplace.deploy.checked_rows import Row, read_rows
from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

ENFORCEMENT = ("arrests", "stop_searches", "weapons_seized")
ENFORCEMENT_COLUMNS = ("cell_id", "month", *ENFORCEMENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Enforcement:
    """Enforcement in a hot spot and month; None is not given, and never 0."""

    arrests: int | None
    stop_searches: int | None
    weapons_seized: int | None


def read_enforcement(
    path: Path, *, cells: Collection[str], months: Collection[Month]
) -> dict[tuple[str, Month], Enforcement]:
    """Return enforcement by cell and month from a file with ``ENFORCEMENT_COLUMNS``.

    Parameters
    ----------
    path
        CSV in UTF-8; empty cells are not given.
    cells, months
        Hot spots and months of the return; others are refused.
    """
    found: dict[tuple[str, Month], Enforcement] = {}

    def parsed(row: Row) -> None:
        cell_id, month = row.one_of("cell_id", sorted(cells)), _month(row)
        if month is not None and month not in months:
            row.fault("month", "is not of the return", "Drop the row, or widen --from and --to.")
        counts = {name: _count(row, name) for name in ENFORCEMENT}
        if month is not None:
            if (cell_id, month) in found:
                row.fault("cell_id", f"stands twice for {month}", "Join the rows.")
            found[cell_id, month] = Enforcement(**counts)

    read_rows(path, ENFORCEMENT_COLUMNS, parsed)
    return found


def _month(row: Row) -> Month | None:
    text = row.text("month")
    try:
        return Month.parse(text)
    except BadInputError:
        if text:
            row.fault("month", "is no month such as 2018-07", "Correct it.")
        return None


def _count(row: Row, name: str) -> int | None:
    value = row.number_of(name)
    if value is None or not math.isfinite(value):
        return None
    if value != int(value):
        row.fault(name, "is no whole number", "Correct it, or leave it empty where not known.")
    return int(value)
