"""Places that must never be held out, as a file states them; software cannot know them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rightplace.core.suggest import did_you_mean
from rightplace.deploy.checked_rows import Row, read_rows

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date
    from pathlib import Path

KINDS: Final = {
    "live_threat": "a live threat",
    "aftermath": "aftermath of a serious incident",
    "section_60": "an open section 60 authorisation",
    "nominated": "nominated",
    "command": "kept by command",
}
"""What each kind of row says of a place, in words."""
NEVER_COLUMNS: Final = ("cell_id", "kind", "reason", "set_by", "until")


@dataclass(frozen=True, slots=True, kw_only=True)
class NeverHeldOut:
    """A place that keeps its visits, why, and who said so until when."""

    cell_id: str
    kind: str
    reason: str
    set_by: str
    until: date


def read_never_held_out(
    path: Path, *, cell_ids: Collection[str], first_day: date
) -> tuple[NeverHeldOut, ...]:
    """Return the rows of a file with the columns of ``NEVER_COLUMNS``; it may have none.

    A place may stand in several rows. A row that has run out is a fault, not ignored: a file that
    was not looked at since protects nobody.

    Parameters
    ----------
    path
        CSV in UTF-8.
    cell_ids
        The study area's cells.
    first_day
        First day of the plan; a row that holds on any day from it on protects its place.
    """
    known = set(cell_ids)

    def parsed(row: Row) -> NeverHeldOut:
        cell_id = row.text("cell_id")
        if cell_id and cell_id not in known:
            row.fault("cell_id", "is no cell of the study area", did_you_mean(cell_id, known))
        return NeverHeldOut(
            cell_id=cell_id,
            kind=row.one_of("kind", tuple(KINDS)),
            reason=row.text("reason"),
            set_by=row.text("set_by"),
            until=row.day("until", first=first_day),
        )

    return read_rows(path, NEVER_COLUMNS, parsed)
