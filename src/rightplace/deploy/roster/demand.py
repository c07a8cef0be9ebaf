"""The demand file: the least crewing of each shift, by day, weekday or always."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from rightplace.core.suggest import did_you_mean
from rightplace.deploy.checked_rows import Row, read_rows
from rightplace.deploy.roster.files import names_of, whole_of
from rightplace.deploy.roster.people import WEEKDAYS, Need

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rightplace.deploy.roster.calendar import RosterCalendar
    from rightplace.deploy.roster.people import Officer

DEMAND_COLUMNS: Final = {
    "day": "A policing day, a weekday (mon to sun), or empty for every day; a day goes before a "
    "weekday, and that before every day.",
    "shift": "Shift of the study area.",
    "team": "Team, or several that share the demand, ; between; * for every team by itself.",
    "officers": "Least officers, supervisors among them.",
    "supervisors": "Least supervisors; empty for none.",
    "skills": "Least officers with a skill, such as driver:2;taser:1; empty for none.",
}
_EVERY: Final = "*"
_MOST: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    day: str
    shift: str
    teams: tuple[str, ...]
    officers: int
    supervisors: int
    skills: tuple[tuple[str, int], ...]
    row: int


def read_demand(
    path: Path, *, officers: Sequence[Officer], calendar: RosterCalendar
) -> tuple[Need, ...]:
    """Return the needs of every day of the roster, in order of day, shift and team.

    Parameters
    ----------
    path
        CSV in UTF-8 with the columns of ``DEMAND_COLUMNS``.
    officers
        Whom the roster is for: their teams and skills are those that may be asked for.
    calendar
        Days and shifts; rows for other days are left out.
    """
    teams = sorted({officer.team for officer in officers})
    rows: dict[tuple[str, str, tuple[str, ...]], int] = {}

    def parsed(row: Row) -> list[_Asked]:
        day, shift = _day(row), row.one_of("shift", calendar.shifts)
        least = whole_of(row, "officers", upmost=_MOST)
        if least is None and not row.optional("officers"):
            row.fault("officers", "is empty", "Give the least officers, 0 where none is needed.")
        supervisors = whole_of(row, "supervisors", upmost=_MOST)
        skills, found = _skills(row), []
        for chosen in _teams(row, teams):
            _check_skills(row, [name for name, _ in skills], chosen, officers)
            key = (day, shift, chosen)
            if key in rows:
                what = f"is asked for in row {rows[key]} already, for the same day and team"
                row.fault("shift", what, "Keep one row.")
            rows.setdefault(key, row.number)
            found.append(
                _Asked(
                    day=day,
                    shift=shift,
                    teams=chosen,
                    officers=least or 0,
                    supervisors=supervisors or 0,
                    skills=skills,
                    row=row.number,
                )
            )
        return found

    asked = [each for several in read_rows(path, tuple(DEMAND_COLUMNS), parsed) for each in several]
    return tuple(
        need for number in range(calendar.days) for need in _of_day(asked, calendar.day(number))
    )


def _of_day(asked: Sequence[_Asked], day: date) -> list[Need]:
    """Return the needs of a day: the row for the day, else for its weekday, else for every day."""
    chosen: dict[tuple[str, tuple[str, ...]], _Asked] = {}
    for wanted in ("", WEEKDAYS[day.weekday()], day.isoformat()):
        chosen |= {(each.shift, each.teams): each for each in asked if each.day == wanted}
    return [
        Need(
            day=day,
            shift=each.shift,
            teams=each.teams,
            officers=each.officers,
            supervisors=each.supervisors,
            skills=each.skills,
            row=each.row,
        )
        for each in sorted(chosen.values(), key=lambda each: each.row)
    ]


def _day(row: Row) -> str:
    text = row.optional("day")
    if text in {"", *WEEKDAYS}:
        return text
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        row.fault("day", "is no day and no weekday", "Write 2026-03-14, sat, or nothing.")
        return ""


def _teams(row: Row, teams: Sequence[str]) -> list[tuple[str, ...]]:
    """Return the teams of a row: one group, or every team by itself."""
    named = names_of(row, "team")
    if named == (_EVERY,):
        return [(team,) for team in teams]
    if not named:
        row.fault("team", "is empty", "Name a team, or write *.")
    for name in named:
        if name not in teams:
            row.fault("team", f"names {name!r}, which has no officer", did_you_mean(name, teams))
    return [tuple(sorted(set(named)))]


def _skills(row: Row) -> tuple[tuple[str, int], ...]:
    found: dict[str, int] = {}
    for part in names_of(row, "skills"):
        name, _, count = part.partition(":")
        if not count.strip().isdecimal() or not name.strip() or name.strip() in found:
            row.fault("skills", f"has {part!r}", "Write each skill once, such as driver:2.")
            continue
        found[name.strip()] = int(count)
    return tuple(found.items())


def _check_skills(
    row: Row, skills: Sequence[str], teams: tuple[str, ...], officers: Sequence[Officer]
) -> None:
    held = {skill for o in officers if o.team in teams for skill in o.skills}
    for skill in skills:
        if skill not in held:
            what = f"asks for {skill!r}, which nobody of {', '.join(teams)} has"
            row.fault("skills", what, did_you_mean(skill, held) if held else "Drop it.")
