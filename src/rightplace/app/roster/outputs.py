"""Writing a roster for people: CSV, a workbook, a calendar for each officer."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from rightplace.app.roster.calendars import file_name, officer_calendar
from rightplace.app.roster.workbook import roster_workbook
from rightplace.briefing.text import clean, defused
from rightplace.core.files import write_whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rightplace.app.roster.inputs import RosterOptions
    from rightplace.app.roster.result import RosterResult
    from rightplace.app.roster.tables import RosterTables
    from rightplace.deploy.roster.problem import RosterProblem


def write_outputs(
    result: RosterResult, problem: RosterProblem, tables: RosterTables, options: RosterOptions
) -> RosterResult:
    """Write the files for people, if a folder is named, and return the result with their names.

    Parameters
    ----------
    result
        As kept.
    problem
        The whole roster's.
    tables
        As kept.
    options
        The folder, and the day of publication.
    """
    if options.out is None:
        return result
    rows, crewing = tables.roster.to_pylist(), tables.crewing.to_pylist()
    zone = problem.calendar.clock.tzinfo
    local = [
        row | {name: row[name].astimezone(zone).isoformat() for name in ("slot_start", "slot_end")}
        for row in rows
    ]
    book = roster_workbook(
        problem, result, rows=rows, crewing=crewing, published_on=options.published_on
    )
    content = {
        "roster.csv": _csv(tables.roster.column_names, local),
        "wishes.csv": _csv(tables.wishes.column_names, tables.wishes.to_pylist()),
        "crewing.csv": _csv(tables.crewing.column_names, crewing),
        "roster.xlsx": book,
    }
    for officer in problem.officers:
        mine = [row for row in rows if row["officer_id"] == officer.officer_id]
        content[f"calendars/{file_name(officer.officer_id)}"] = officer_calendar(
            officer.officer_id,
            mine,
            roster_id=result.roster_id,
            published_on=options.published_on,
        )
    for name, each in content.items():
        write_whole(options.out / name, each)
    named = [str(options.out / name) for name in content if "/" not in name]
    return replace(result, outputs=(*named, str(options.out / "calendars")))


def _csv(columns: Sequence[str], rows: Sequence[dict[str, Any]]) -> bytes:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(columns)
    writer.writerows([_cell(row[column]) for column in columns] for row in rows)
    return buffer.getvalue().encode()


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return int(value)
    return defused(clean(value)) if isinstance(value, str) else value
