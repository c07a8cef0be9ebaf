"""What a roster has to decide: the shifts of some teams' officers over some days."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from rightplace.deploy.roster.people import (
    EXCLUDED,
    ON_DUTY,
    WEEKDAYS,
    Absence,
    Duty,
    Need,
    Officer,
    Wish,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rightplace.deploy.roster.calendar import RosterCalendar
    from rightplace.deploy.roster.rules import RosterRules

_WEEK = 7
_WORKING_DAYS = 5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RosterProblem:
    """Officers, demand and rules of teams that are rostered together.

    Parameters
    ----------
    absences, needs, wishes
        Of these officers and teams, within the days of the calendar or reaching into it.
    published
        Shift of an officer on a day as published before, ``off`` included; None if nothing was.
    notice_until
        Days before this one have less notice than the rules ask.
    absent
        Absence of an officer on a day, reckoned from the rest.
    """

    calendar: RosterCalendar
    rules: RosterRules
    officers: tuple[Officer, ...]
    absences: tuple[Absence, ...] = ()
    needs: tuple[Need, ...] = ()
    wishes: tuple[Wish, ...] = ()
    published: Mapping[tuple[str, date], str] | None = None
    notice_until: date | None = None
    absent: Mapping[tuple[str, date], Absence] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Lay the absences out by officer and day."""
        days = {
            (absence.officer_id, day): absence
            for absence in self.absences
            for number in range(self.calendar.days)
            if absence.first <= (day := self.calendar.day(number)) <= absence.last
        }
        object.__setattr__(self, "absent", days)

    def teams(self) -> tuple[str, ...]:
        """Return the teams in order of their names."""
        return tuple(sorted({officer.team for officer in self.officers}))

    def may_work(self, officer: Officer, day: date, shift: str) -> bool:
        """Return whether nothing of the officer's own stands against a shift."""
        return (
            (officer.officer_id, day) not in self.absent
            and shift not in officer.never_shifts
            and WEEKDAYS[day.weekday()] not in officer.never_weekdays
        )

    def fixed(self, officer_id: str) -> tuple[Duty, ...]:
        """Return an officer's training and court in the roster, in order of time."""
        return tuple(
            self.fixed_duty(absence, day)
            for (who, day), absence in sorted(self.absent.items(), key=lambda item: item[0])
            if who == officer_id and absence.kind in ON_DUTY
        )

    def fixed_duty(self, absence: Absence, day: date) -> Duty:
        """Return a day of training or court as a duty."""
        start = self.calendar.clock.instant(day, self.rules.fixed_starts)
        end = start + timedelta(hours=self.rules.fixed_hours)
        return Duty(
            officer_id=absence.officer_id, day=day, shift=absence.kind, start=start, end=end
        )

    def days_absent(self, officer_id: str, kinds: Iterable[str]) -> tuple[date, ...]:
        """Return an officer's days of absence of some kinds."""
        return tuple(
            day
            for (who, day), absence in self.absent.items()
            if who == officer_id and absence.kind in set(kinds)
        )

    def credit_hours(self, officer: Officer) -> float:
        """Return contracted hours that absences without duty take up.

        Each weekday away counts a fifth of the week's hours; a choice of ours.
        """
        kinds = {absence.kind for absence in self.absences} - set(ON_DUTY)
        away = self.days_absent(officer.officer_id, kinds)
        weekdays = sum(day.weekday() < _WORKING_DAYS for day in away)
        return officer.weekly_hours / _WORKING_DAYS * weekdays

    def contract_hours(self, officer: Officer) -> float:
        """Return the hours due in the roster: the contract's, absences apart."""
        whole = officer.weekly_hours * self.calendar.days / _WEEK
        return max(0.0, whole - self.credit_hours(officer))

    def average_room(self, officer: Officer) -> float | None:
        """Return the hours that the weekly average leaves to the roster; None if it is unknown.

        Days of leave and sickness leave the reckoning: the whole falls by a seventh of the
        weekly limit for each.
        """
        if officer.opening is None:
            return None
        away = len(self.days_absent(officer.officer_id, EXCLUDED))
        days = self.rules.reference_weeks * _WEEK - officer.opening.excluded_days - away
        return self.rules.weekly_hours * max(0.0, days) / _WEEK - officer.opening.hours

    def only(self, teams: Iterable[str]) -> RosterProblem:
        """Return the part of the problem that concerns some teams alone."""
        chosen = frozenset(teams)
        officers = tuple(officer for officer in self.officers if officer.team in chosen)
        ids = {officer.officer_id for officer in officers}
        mine: dict[str, Any] = {
            name: tuple(each for each in getattr(self, name) if each.officer_id in ids)
            for name in ("absences", "wishes")
        }
        needs = tuple(need for need in self.needs if chosen.issuperset(need.teams))
        return replace(self, officers=officers, needs=needs, **mine)

    def apart(self) -> tuple[RosterProblem, ...]:
        """Return the problem in parts that share no demand, in order of their first team."""
        group = {team: {team} for team in self.teams()}
        for need in self.needs:
            joined = set[str]().union(*(group[team] for team in need.teams))
            for team in joined:
                group[team] = joined
        firsts = sorted({min(teams) for teams in group.values()})
        return tuple(self.only(group[first]) for first in firsts)


def last_day(problem: RosterProblem, officer: Officer) -> int | None:
    """Return the number, below 0, of the last day worked before the roster; None if unknown."""
    if officer.opening is None or officer.opening.last_end is None:
        return None
    moment = officer.opening.last_end - timedelta(microseconds=1)
    return problem.calendar.number(problem.calendar.policing_day(moment))


def duties_of(duties: Iterable[Duty]) -> dict[str, tuple[Duty, ...]]:
    """Return duties by officer, each officer's in order of time."""
    found = defaultdict[str, list[Duty]](list)
    for duty in duties:
        found[duty.officer_id].append(duty)
    return {who: tuple(sorted(mine, key=_in_time)) for who, mine in sorted(found.items())}


def _in_time(duty: Duty) -> tuple[datetime, datetime, str]:
    return duty.start, duty.end, duty.shift
