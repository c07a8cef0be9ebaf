"""The file of visits that were made or begun, as crews logged them, early or late."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightplace.deploy.checked_rows import Row, read_rows
from rightplace.deploy.replan.abstractions import instant, known

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

COLUMNS = ("visit_id", "cell_id", "crew_id", "started", "ended")
MEANINGS = {
    "visit_id": "Visit of the plan; empty for one that stands in no plan.",
    "cell_id": "Where it was made; may be empty where visit_id says so.",
    "crew_id": "Crew that made it; may be empty where visit_id says so.",
    "started": "When it began, ISO 8601 with offset.",
    "ended": "When it ended, ISO 8601 with offset; empty while it goes on.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DoneVisit:
    """A visit that was made or begun.

    Parameters
    ----------
    visit_id
        The visit of the plan; None for one that is named by its place and crew alone.
    cell_id, crew_id
        Where, and by whom; None where the visit of the plan says so.
    started, ended
        In UTC; no end while it goes on.
    row
        Row of the file, the first is 1.
    """

    visit_id: str | None
    cell_id: str | None
    crew_id: str | None
    started: datetime
    ended: datetime | None
    row: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownVisits:
    """What a plan knows of: its visits with their cells, every cell, its crews."""

    cell_of_visit: Mapping[str, str]
    cell_ids: Sequence[str]
    crew_ids: Sequence[str]


def read_done(path: Path, *, plan: KnownVisits, now: datetime) -> tuple[DoneVisit, ...]:
    """Return the visits of a CSV file with the columns of ``COLUMNS``.

    Parameters
    ----------
    path
        CSV in UTF-8; what is wrong with it is a ``BadInputError`` that names every row at fault.
    plan
        What the plan knows of.
    now
        No visit can have begun after it.
    """
    rows_of: dict[str, int] = {}

    def parsed(row: Row) -> DoneVisit | None:
        visit_id = known(row, "visit_id", list(plan.cell_of_visit))
        cell_id = known(row, "cell_id", plan.cell_ids)
        crew_id = known(row, "crew_id", plan.crew_ids)
        if not row.optional("visit_id") and not (row.optional("cell_id") and crew_id):
            what = "is empty, and not both place and crew are named"
            row.fault("visit_id", what, "Name the visit, or its cell_id and crew_id.")
        if visit_id is not None:
            if visit_id in rows_of:
                what = f"stands in row {rows_of[visit_id]} already"
                row.fault("visit_id", what, "Drop one of the rows.")
            rows_of.setdefault(visit_id, row.number)
            if cell_id is not None and cell_id != plan.cell_of_visit[visit_id]:
                what = f"is not where {visit_id} is planned, {plan.cell_of_visit[visit_id]}"
                row.fault("cell_id", what, "Correct it, or leave visit_id empty.")
        started, ended = _times(row, now=now)
        if started is None:
            return None
        return DoneVisit(
            visit_id=visit_id,
            cell_id=cell_id,
            crew_id=crew_id,
            started=started,
            ended=ended,
            row=row.number,
        )

    return tuple(each for each in read_rows(path, COLUMNS, parsed) if each is not None)


def _times(row: Row, *, now: datetime) -> tuple[datetime | None, datetime | None]:
    if not row.optional("started"):
        row.fault("started", "is empty", "Say when the visit began.")
    started, ended = instant(row, "started"), instant(row, "ended")
    if started is not None and started > now:
        row.fault("started", f"lies after {now.isoformat()}", "Correct it, or plan from later.")
    if started is not None and ended is not None and ended < started:
        row.fault("ended", "lies before started", "Correct the times.")
    return started, ended
