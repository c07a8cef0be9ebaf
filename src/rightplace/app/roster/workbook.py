"""A workbook for the resource planner: what lacks first, then a sheet for each team."""

from __future__ import annotations

import io
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any, Final

import xlsxwriter

from rightplace.app.roster.tables import month_of
from rightplace.briefing.text import clean, defused

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from rightplace.app.roster.result import RosterResult
    from rightplace.deploy.roster.problem import RosterProblem

AWAY, ON_OTHER_DUTY = "away", "duty"
_LONGEST_NAME: Final = 31
_FORBIDDEN: Final = set("[]:*?/\\'")
# Light to dark, with letters beside, so that they are told apart in black and white.
_SHADES: Final = (("#FFFFFF", "#000000"), ("#C9C9C9", "#000000"), ("#4D4D4D", "#FFFFFF"))
_LACKING: Final = {"bold": True, "border": 5}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Sheet:
    """A worksheet and the formats that it is written in."""

    sheet: Worksheet
    bold: Format
    shades: dict[str, Format]
    lacking: Format

    def text(self, row: int, column: int, value: object, shade: Format | None = None) -> None:
        """Write a value as text that no spreadsheet runs."""
        self.sheet.write_string(row, column, defused(clean(str(value))), shade)


def roster_workbook(
    problem: RosterProblem,
    result: RosterResult,
    *,
    rows: Sequence[dict[str, Any]],
    crewing: Sequence[dict[str, Any]],
    published_on: date,
) -> bytes:
    """Return the workbook of a roster; the same roster gives the same bytes.

    Parameters
    ----------
    problem
        Whole roster: officers, days, absences.
    result
        What stands on the first sheet.
    rows, crewing
        Rows of the tables of the same names.
    published_on
        Date of creation in its properties.
    """
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(buffer, options)
    created = datetime.combine(published_on, time(0), tzinfo=UTC).replace(tzinfo=None)
    book.set_properties({"title": f"Roster {result.roster_id}", "created": created})
    _first_sheet(_new(book, "Check first", problem), result)
    names: set[str] = {"check first"}
    for team in problem.teams():
        sheet = _new(book, sheet_name(team, names), problem)
        _team_sheet(sheet, problem, team=team, rows=rows)
        _crewing_rows(sheet, problem, team=team, crewing=crewing)
    book.close()
    return buffer.getvalue()


def sheet_name(team: str, taken: set[str]) -> str:
    """Return a name that a workbook takes for a team's sheet, and note it as taken."""
    plain = "".join("-" if c in _FORBIDDEN else c for c in clean(team)) or "team"
    name, number = plain[:_LONGEST_NAME], 2
    while name.casefold() in taken:
        tail = f" ({number})"
        name, number = f"{plain[: _LONGEST_NAME - len(tail)]}{tail}", number + 1
    taken.add(name.casefold())
    return name


def letters(shifts: Sequence[str]) -> dict[str, str]:
    """Return the shortest beginning of each shift's name that tells it from the others."""
    return {
        shift: next(
            shift[:n].upper()
            for n in range(1, len(shift) + 1)
            if n == len(shift)
            or sum(other[:n].upper() == shift[:n].upper() for other in shifts) == 1
        )
        for shift in shifts
    }


def _new(book: Workbook, name: str, problem: RosterProblem) -> _Sheet:
    shades = {
        shift: book.add_format(
            {
                "bg_color": _SHADES[min(number, len(_SHADES) - 1)][0],
                "font_color": _SHADES[min(number, len(_SHADES) - 1)][1],
                "align": "center",
                "border": 1,
            }
        )
        for number, shift in enumerate(problem.calendar.shifts)
    }
    return _Sheet(
        sheet=book.add_worksheet(name),
        bold=book.add_format({"bold": True}),
        shades=shades,
        lacking=book.add_format(_LACKING),
    )


def _first_sheet(page: _Sheet, result: RosterResult) -> None:
    """Write uncovered demand first, then wishes refused, then changes with short notice."""
    proof = f"{result.status}: cost {result.objective}, at least {result.bound}"
    page.text(0, 0, f"Roster {result.roster_id}, {result.days} days from {result.first_day}")
    page.text(1, 0, f"{proof}, gap {result.gap:.1%}")
    row = _block(
        page,
        3,
        f"Uncovered demand: {len(result.uncovered)}",
        [(each.day, each.teams, each.finding) for each in result.uncovered],
    )
    row = _block(
        page,
        row,
        f"Wishes refused: {len(result.wishes_refused)} of {result.wishes}",
        [(w.day, w.officer_id, w.shift, w.why) for w in result.wishes_refused],
    )
    _block(
        page,
        row,
        f"Changed with too little notice: {len(result.short_notice)}",
        [
            (c.day, c.officer_id, f"{c.before} to {c.after}", f"{c.notice_days} days")
            for c in result.short_notice
        ],
    )
    page.sheet.set_column(0, 0, 14)
    page.sheet.set_column(1, 2, 18)
    page.sheet.set_column(3, 3, 60)
    page.sheet.freeze_panes(3, 0)


def _block(page: _Sheet, row: int, title: str, lines: Iterable[Sequence[object]]) -> int:
    page.text(row, 0, title, page.bold)
    for line in lines:
        row += 1
        for column, value in enumerate(line):
            page.text(row, column, value)
    return row + 2


def _team_sheet(
    page: _Sheet, problem: RosterProblem, *, team: str, rows: Sequence[dict[str, Any]]
) -> None:
    """Write a row for each officer and a column for each day."""
    calendar, letter = problem.calendar, letters(problem.calendar.shifts)
    shifts = {(row["officer_id"], row["day"]): row["shift"] for row in rows}
    page.text(0, 0, team, page.bold)
    for number in range(calendar.days):
        page.text(0, number + 1, month_of(calendar.day(number)), page.bold)
    fixed = {duty for o in problem.officers for duty in problem.fixed(o.officer_id)}
    on_duty = {(duty.officer_id, duty.day) for duty in fixed}
    crew = [officer for officer in problem.officers if officer.team == team]
    for place, officer in enumerate(crew, 1):
        page.text(place, 0, f"{officer.officer_id}{' (supervisor)' * officer.supervisor}")
        for number in range(calendar.days):
            key = (officer.officer_id, calendar.day(number))
            if key in shifts:
                page.text(place, number + 1, letter[shifts[key]], page.shades[shifts[key]])
            elif key in problem.absent:
                page.text(place, number + 1, ON_OTHER_DUTY if key in on_duty else AWAY)
    page.sheet.set_column(0, 0, 24)
    page.sheet.set_column(1, calendar.days, 10)
    page.sheet.freeze_panes(1, 1)


def _crewing_rows(
    page: _Sheet, problem: RosterProblem, *, team: str, crewing: Sequence[dict[str, Any]]
) -> None:
    """Write below the officers how many there are in each shift, of how many at least."""
    calendar = problem.calendar
    top = sum(officer.team == team for officer in problem.officers) + 2
    mine = [row for row in crewing if row["teams"] == team and row["what"] == "officers"]
    there = Counter({(row["day"], row["shift"]): row["have"] for row in mine})
    least = {(row["day"], row["shift"]): row["least"] for row in mine}
    for offset, shift in enumerate(calendar.shifts):
        page.text(top + offset, 0, f"{shift}: officers of least", page.bold)
        for number in range(calendar.days):
            key = (calendar.day(number), shift)
            if key in least:
                shade = page.lacking if there[key] < least[key] else None
                page.text(top + offset, number + 1, f"{there[key]} of {least[key]}", shade)
