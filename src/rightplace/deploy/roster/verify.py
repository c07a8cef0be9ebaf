"""Every rule checked from scratch against a roster, however it was made; no solver is asked.

What a published roster breaks is listed, not refused: what happened is recorded even if unlawful.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from rightplace.deploy.roster.people import ON_DUTY, WEEKDAYS, Duty, Officer, counts_as
from rightplace.deploy.roster.problem import duties_of, last_day
from rightplace.deploy.roster.rules import HARD

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rightplace.deploy.roster.people import Need
    from rightplace.deploy.roster.problem import RosterProblem

_HOUR = timedelta(hours=1)
_WEEK = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """A rule that a roster breaks.

    Parameters
    ----------
    rule
        Its name.
    who
        Officer, or the teams whose demand is not met.
    day
        Policing day on which it shows.
    finding
        What is found, in words with the numbers.
    row
        Of the demand file or the absences, where one is concerned.
    """

    rule: str
    who: str
    day: date
    finding: str
    row: int | None = None


def breaches(problem: RosterProblem, duties: Iterable[Duty]) -> tuple[Breach, ...]:
    """Return everything that a roster breaks, by day and rule; empty means nothing was found.

    What opening balances would be needed for is not checked where an officer has none.

    Parameters
    ----------
    problem
        Officers, absences, demand and rules.
    duties
        The roster: shifts of these officers, training and court apart.
    """
    mine = duties_of(duties)
    found = [
        breach
        for officer in problem.officers
        for breach in officer_breaches(problem, officer, mine.get(officer.officer_id, ()))
    ]
    found += uncovered(problem, [duty for each in mine.values() for duty in each])
    return tuple(sorted(found, key=lambda b: (b.day, b.rule, b.who, b.finding)))


def officer_breaches(
    problem: RosterProblem, officer: Officer, duties: Sequence[Duty]
) -> Iterator[Breach]:
    """Yield what one officer's shifts break."""
    work = duties_of([*duties, *problem.fixed(officer.officer_id)]).get(officer.officer_id, ())
    yield from _unavailable(problem, officer, duties)
    yield from _twice(work)
    yield from _short_rests(problem, officer, work)
    yield from _rows(problem, officer, work)
    yield from _single_days_off(problem, officer, work)
    yield from _weekly_rests(problem, officer, work)
    yield from _hours(problem, officer, work)
    if problem.rules.rotation == HARD:
        yield from (
            Breach(
                rule="forward rotation",
                who=officer.officer_id,
                day=after.day,
                finding=f"{after.shift} follows {before.shift} of the day before",
            )
            for before, after in backward(problem, duties)
        )


def backward(problem: RosterProblem, duties: Sequence[Duty]) -> Iterator[tuple[Duty, Duty]]:
    """Yield an officer's shifts of one day and the next between which the order goes back."""
    order = {shift: number for number, shift in enumerate(problem.calendar.shifts)}
    for before, after in pairwise(duties):
        next_day = after.day - before.day == timedelta(days=1)
        if next_day and order[after.shift] < order[before.shift]:
            yield before, after


def uncovered(problem: RosterProblem, duties: Sequence[Duty]) -> Iterator[Breach]:
    """Yield each part of the demand that a roster does not meet."""
    for need, what, least, have in crewing(problem, duties):
        if have < least:
            yield Breach(
                rule="demand",
                who=", ".join(need.teams),
                day=need.day,
                finding=f"{need.shift} needs {least} {words(what)}, has {have}",
                row=need.row,
            )


def crewing(problem: RosterProblem, duties: Iterable[Duty]) -> Iterator[tuple[Need, str, int, int]]:
    """Yield each need, what it asks for, the least of it, and how many there are."""
    officer_of = {officer.officer_id: officer for officer in problem.officers}
    there: dict[tuple[date, str], set[str]] = {}
    for duty in duties:
        there.setdefault((duty.day, duty.shift), set()).add(duty.officer_id)
    for need in problem.needs:
        crew = [officer_of[who] for who in there.get((need.day, need.shift), ())]
        mine = [officer for officer in crew if officer.team in need.teams]
        for what, least in need.parts():
            yield need, what, least, sum(counts_as(officer, what) for officer in mine)


def words(what: str) -> str:
    """Return a part of a need in words."""
    return what if what in {"officers", "supervisors"} else f"with {what}"


def _unavailable(
    problem: RosterProblem, officer: Officer, duties: Sequence[Duty]
) -> Iterator[Breach]:
    for duty in duties:
        absence = problem.absent.get((duty.officer_id, duty.day))
        if absence is not None:
            yield Breach(
                rule="absence",
                who=duty.officer_id,
                day=duty.day,
                finding=f"{duty.shift} on a day of absence",
                row=absence.row,
            )
        if duty.shift in officer.never_shifts:
            finding = f"{duty.shift} is a shift that the officer does not work"
            yield Breach(rule="not worked", who=duty.officer_id, day=duty.day, finding=finding)
        weekday = WEEKDAYS[duty.day.weekday()]
        if weekday in officer.never_weekdays:
            finding = f"{weekday} is a day that the officer does not work"
            yield Breach(rule="not worked", who=duty.officer_id, day=duty.day, finding=finding)


def _twice(work: Sequence[Duty]) -> Iterator[Breach]:
    for day, group in groupby(work, key=lambda duty: duty.day):
        named = [duty.shift for duty in group]
        if len(named) > 1:
            who, finding = work[0].officer_id, f"{' and '.join(named)} on one day"
            yield Breach(rule="one shift a day", who=who, day=day, finding=finding)


def _short_rests(
    problem: RosterProblem, officer: Officer, work: Sequence[Duty]
) -> Iterator[Breach]:
    before = None if officer.opening is None else officer.opening.last_end
    for duty in work:
        if before is not None:
            hours = (duty.start - before) / _HOUR
            if hours < problem.rules.rest_hours:
                finding = f"{hours:g} hours before {duty.shift}; {problem.rules.rest_hours:g} asked"
                rule = "rest between shifts"
                yield Breach(rule=rule, who=duty.officer_id, day=duty.day, finding=finding)
        before = duty.end if before is None else max(before, duty.end)


def _rows(problem: RosterProblem, officer: Officer, work: Sequence[Duty]) -> Iterator[Breach]:
    rules, calendar, opening = problem.rules, problem.calendar, officer.opening
    nights = {duty.day for duty in work if duty.shift in calendar.nights}
    asked = (
        ("shifts in a row", {d.day for d in work}, rules.shifts_in_row, opening and opening.shifts),
        ("nights in a row", nights, rules.nights_in_row, opening and opening.nights),
    )
    for rule, days, most, so_far in asked:
        row, told = so_far or 0, False
        for number in range(calendar.days):
            row = row + 1 if calendar.day(number) in days else 0
            told = told and row > 0
            if row > most and not told:
                told = True
                finding = f"more than {most} {rule}"
                who, day = officer.officer_id, calendar.day(number)
                yield Breach(rule=rule, who=who, day=day, finding=finding)


def _single_days_off(
    problem: RosterProblem, officer: Officer, work: Sequence[Duty]
) -> Iterator[Breach]:
    calendar, block = problem.calendar, problem.rules.rest_block
    worked = sorted({calendar.number(duty.day) for duty in work})
    before = last_day(problem, officer)
    for last, back in pairwise(worked if before is None else [before, *worked]):
        off = range(last + 1, back)
        away = [(officer.officer_id, calendar.day(day)) in problem.absent for day in off]
        if 0 < len(off) < block and not all(away):
            finding = f"{len(off)} off between shifts; {block} asked"
            who, day = officer.officer_id, calendar.day(back)
            yield Breach(rule="days off together", who=who, day=day, finding=finding)


def _weekly_rests(
    problem: RosterProblem, officer: Officer, work: Sequence[Duty]
) -> Iterator[Breach]:
    calendar, least = problem.calendar, problem.rules.weekly_rest_hours
    last_end = None if officer.opening is None else officer.opening.last_end
    for number in range(0, calendar.days - _WEEK + 1, _WEEK):
        opens, closes = calendar.start(number), calendar.start(number + _WEEK)
        free = opens if last_end is None else max(opens, last_end)
        longest = timedelta(0)
        for duty in work:
            if duty.end > opens and duty.start < closes:
                longest, free = max(longest, duty.start - free), max(free, duty.end)
        hours = max(longest, closes - free) / _HOUR
        if hours < least:
            who, day = officer.officer_id, calendar.day(number)
            finding = f"{hours:g} hours free at most in 7 days; {least:g} asked"
            yield Breach(rule="weekly rest", who=who, day=day, finding=finding)


def _hours(problem: RosterProblem, officer: Officer, work: Sequence[Duty]) -> Iterator[Breach]:
    who, day = officer.officer_id, problem.calendar.last
    hours = sum(duty.minutes for duty in work) / 60
    room = problem.average_room(officer)
    if room is not None and hours > max(0.0, room):
        finding = f"{hours:g} hours; the weekly average leaves {max(0.0, room):g}"
        yield Breach(rule="weekly hours", who=who, day=day, finding=finding)
    due = problem.contract_hours(officer)
    fixed = sum(d.minutes for d in work if d.shift in ON_DUTY) / 60
    # Training and court may alone be longer than a short contract; no shift may be added then.
    most = max(due + problem.rules.contract_slack_hours, fixed)
    if hours > most:
        finding = f"{hours:g} hours; the contract asks {due:g}"
        yield Breach(rule="contracted hours", who=who, day=day, finding=finding)
