"""A roster as a model for CP-SAT: one switch for each officer, day and shift that may be."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from ortools.sat.python import cp_model

from rightplace.deploy.roster.people import ON_DUTY, counts_as
from rightplace.deploy.roster.problem import last_day
from rightplace.deploy.roster.rules import HARD, IGNORED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from rightplace.deploy.roster.people import Absence, Need, Officer
    from rightplace.deploy.roster.problem import RosterProblem

_WEEK = 7
_MINUTES = 60
_SEVERAL = 2
# A sum of switches; CP-SAT tells no type that fits all of them.
Count = Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """Something that an officer may do on a day: a shift, or training and court."""

    switch: cp_model.IntVar
    what: str
    start: datetime
    end: datetime

    @property
    def minutes(self) -> int:
        """Elapsed minutes."""
        return round((self.end - self.start) / timedelta(minutes=1))


@dataclass(slots=True, kw_only=True, eq=False)
class RosterModel:
    """The model, and what its switches mean.

    Parameters
    ----------
    options
        By officer and number of the day, what may be done; at most one is.
    works
        By officer and number of the day, whether anything is done.
    asked
        Switch of each part of each need: while it is on, the part must be met.
    fixed
        Switch of each absence that is training or court, by its row.
    short
        Officers lacking in each part of each need, where that is allowed.
    """

    problem: RosterProblem
    cp: cp_model.CpModel
    options: dict[str, tuple[tuple[Option, ...], ...]] = field(default_factory=dict)
    works: dict[str, tuple[cp_model.IntVar, ...]] = field(default_factory=dict)
    asked: dict[tuple[Need, str], cp_model.IntVar] = field(default_factory=dict)
    fixed: dict[Absence, cp_model.IntVar] = field(default_factory=dict)
    short: dict[tuple[Need, str], cp_model.IntVar] = field(default_factory=dict)

    def switch(self, officer_id: str, day: int, shift: str) -> cp_model.IntVar | None:
        """Return the switch of a shift, or None where the officer may not work it."""
        held = (option for option in self.options[officer_id][day] if option.what == shift)
        return next((option.switch for option in held), None)


def roster_model(problem: RosterProblem, *, may_lack: bool = False) -> RosterModel:
    """Return the model of every hard rule and all demand.

    Parameters
    ----------
    problem
        Teams that are rostered together.
    may_lack
        Whether demand may be left uncovered; what lacks is then counted in ``short``.
    """
    model = RosterModel(problem=problem, cp=cp_model.CpModel())
    for officer in problem.officers:
        _switches(model, officer)
        _rests(model, officer)
        _rows(model, officer)
        _days_off(model, officer)
        _weekly_rests(model, officer)
        _hours(model, officer)
        if problem.rules.rotation == HARD:
            for before, after in backward_pairs(model, officer.officer_id):
                model.cp.add_bool_or(~before.switch, ~after.switch)
    _needs(model, may_lack=may_lack)
    return model


def _switches(model: RosterModel, officer: Officer) -> None:
    problem, cp, who = model.problem, model.cp, officer.officer_id
    fixed = {duty.day: duty for duty in problem.fixed(who)}
    options, works = [], []
    for number, slots in enumerate(problem.calendar.slots):
        day = problem.calendar.day(number)
        held = [
            Option(switch=cp.new_bool_var(""), what=s.shift, start=s.start, end=s.end)
            for s in slots
            if problem.may_work(officer, day, s.shift)
        ]
        if day in fixed:
            absence, duty = problem.absent[who, day], fixed[day]
            switch = model.fixed.setdefault(absence, cp.new_bool_var(""))
            held.append(Option(switch=switch, what=duty.shift, start=duty.start, end=duty.end))
        works.append(cp.new_bool_var(""))
        cp.add(sum(option.switch for option in held) == works[-1])
        options.append(tuple(held))
    model.options[who], model.works[who] = tuple(options), tuple(works)


def _rests(model: RosterModel, officer: Officer) -> None:
    """Keep shifts apart by the daily rest, in elapsed hours."""
    rest = timedelta(hours=model.problem.rules.rest_hours)
    days = model.options[officer.officer_id]
    ended = None if officer.opening is None else officer.opening.last_end
    reach = 1 + math.ceil((rest + timedelta(days=1)) / timedelta(days=1))
    for number, options in enumerate(days):
        for option in options:
            if ended is not None and option.start - ended < rest:
                model.cp.add_bool_or(~option.switch)
            for later in days[number + 1 : number + 1 + reach]:
                too_soon = [each.switch for each in later if each.start - option.end < rest]
                if too_soon:
                    # What is done on one day excludes the rest of that day: one row for all.
                    model.cp.add_at_most_one([option.switch, *too_soon])


def _rows(model: RosterModel, officer: Officer) -> None:
    rules, opening = model.problem.rules, officer.opening
    works = model.works[officer.officer_id]
    nights = [_night(model, options) for options in model.options[officer.officer_id]]
    so_far = (0, 0) if opening is None else (opening.shifts, opening.nights)
    _longest_row(model.cp, works, most=rules.shifts_in_row, so_far=so_far[0])
    _longest_row(model.cp, nights, most=rules.nights_in_row, so_far=so_far[1])


def _night(model: RosterModel, options: Sequence[Option]) -> cp_model.IntVar | None:
    """Return the switch of any night shift on a day, or None where none may be worked."""
    held = [o.switch for o in options if o.what in model.problem.calendar.nights]
    if len(held) < _SEVERAL:
        return held[0] if held else None
    night = model.cp.new_bool_var("")
    model.cp.add(sum(held) == night)
    return night


def _longest_row(
    cp: cp_model.CpModel, days: Sequence[cp_model.IntVar | None], *, most: int, so_far: int
) -> None:
    """Forbid more than ``most`` days in a row, ``so_far`` of them just before the first."""
    for end in range(len(days)):
        start = end - most
        before = max(0, -start)
        window = days[max(0, start) : end + 1]
        if before <= so_far and all(day is not None for day in window):
            cp.add_bool_or([~day for day in window if day is not None])


def _days_off(model: RosterModel, officer: Officer) -> None:
    """Forbid days off in shorter blocks than asked, unless all of them are absences."""
    problem, works = model.problem, model.works[officer.officer_id]
    absent = [
        (officer.officer_id, problem.calendar.day(n)) in problem.absent
        for n in range(problem.calendar.days)
    ]
    last = last_day(problem, officer)
    for length in range(1, problem.rules.rest_block):
        for back in range(problem.calendar.days):
            first = back - length
            off = works[max(0, first) : back]
            if first >= 0 and all(absent[first:back]):
                continue
            if first >= 1:
                model.cp.add_bool_or([~works[first - 1], *off, ~works[back]])
            elif last is not None and last == first - 1:
                model.cp.add_bool_or([*off, ~works[back]])


def _weekly_rests(model: RosterModel, officer: Officer) -> None:
    """Leave each seven days a rest; where the other rules bring it about, nothing is added."""
    calendar, rules = model.problem.calendar, model.problem.rules
    least = timedelta(hours=rules.weekly_rest_hours)
    ended = None if officer.opening is None else officer.opening.last_end
    for number in range(0, calendar.days - _WEEK + 1, _WEEK):
        opens, closes = calendar.start(number), calendar.start(number + _WEEK)
        if _is_implied(model, officer, number):
            continue
        near = range(max(0, number - 1), min(calendar.days, number + _WEEK + 1))
        options = [o for day in near for o in model.options[officer.officer_id][day]]
        starts = {opens if ended is None else max(opens, ended)}
        starts |= {option.end for option in options if opens < option.end < closes}
        rests = []
        for start in sorted(starts):
            if start + least > closes:
                continue
            rest = model.cp.new_bool_var("")
            for option in options:
                if option.start < start + least and option.end > start:
                    model.cp.add_implication(rest, ~option.switch)
            rests.append(rest)
        model.cp.add_bool_or(rests)


def _is_implied(model: RosterModel, officer: Officer, number: int) -> bool:
    """Return whether any seven days hold the weekly rest by the other rules alone.

    At most six shifts in a row leave a policing day without a shift in every seven days. Where no
    shift or fixed duty passes the end of its policing day, that whole day is free; it is
    long enough unless clocks go forward on it or the rest asked for is longer.
    """
    calendar, rules = model.problem.calendar, model.problem.rules
    days = range(number, number + _WEEK)
    if rules.shifts_in_row >= _WEEK:
        return False
    ends = [calendar.start(day + 1) for day in days]
    least = timedelta(hours=rules.weekly_rest_hours)
    if any(end - calendar.start(day) < least for day, end in zip(days, ends, strict=True)):
        return False
    before = model.options[officer.officer_id][number - 1] if number else ()
    ended = None if officer.opening is None else officer.opening.last_end
    if any(option.end > calendar.start(number) for option in before):
        return False
    if ended is not None and ended > calendar.start(number):
        return False
    return all(
        calendar.start(day) <= option.start and option.end <= end
        for day, end in zip(days, ends, strict=True)
        for option in model.options[officer.officer_id][day]
    )


def _hours(model: RosterModel, officer: Officer) -> None:
    problem, who = model.problem, officer.officer_id
    options = [option for day in model.options[who] for option in day]
    minutes = sum(option.minutes * option.switch for option in options)
    fixed = sum(option.minutes for option in options if option.what in ON_DUTY) / _MINUTES
    contract = problem.contract_hours(officer) + problem.rules.contract_slack_hours
    most = max(contract, fixed)
    room = problem.average_room(officer)
    if room is not None:
        most = min(most, max(0.0, room))
    model.cp.add(minutes <= math.floor(most * _MINUTES))


def backward_pairs(model: RosterModel, officer_id: str) -> Iterator[tuple[Option, Option]]:
    """Yield shifts of a day and the next between which the order of the clock goes back."""
    order = {shift: number for number, shift in enumerate(model.problem.calendar.shifts)}
    if model.problem.rules.rotation == IGNORED:
        return
    rest = timedelta(hours=model.problem.rules.rest_hours)
    for today, tomorrow in pairwise(model.options[officer_id]):
        for before in today:
            for after in tomorrow:
                shifts = before.what in order and after.what in order
                # What the daily rest forbids anyway needs no second row.
                rested = after.start - before.end >= rest
                if shifts and rested and order[after.what] < order[before.what]:
                    yield before, after


def _needs(model: RosterModel, *, may_lack: bool) -> None:
    problem = model.problem
    for need in problem.needs:
        number = problem.calendar.number(need.day)
        crew = [
            (officer, switch)
            for officer in problem.officers
            if officer.team in need.teams
            and (switch := model.switch(officer.officer_id, number, need.shift)) is not None
        ]
        for what, least in need.parts():
            have: Count = sum(switch for officer, switch in crew if counts_as(officer, what))
            key = (need, what)
            model.asked[key] = model.cp.new_bool_var("")
            if may_lack:
                model.short[key] = model.cp.new_int_var(0, least, "")
                have += model.short[key]
            model.cp.add(have >= least).only_enforce_if(model.asked[key])
