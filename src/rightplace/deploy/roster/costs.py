"""What is unwanted about a roster, counted from its shifts alone; no solver is asked."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass, fields
from datetime import date
from typing import TYPE_CHECKING

from rightplace.deploy.roster.people import OFF, ON_DUTY, WEEKDAYS, Duty
from rightplace.deploy.roster.problem import duties_of
from rightplace.deploy.roster.rules import WEIGHED
from rightplace.deploy.roster.verify import backward, crewing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from rightplace.deploy.roster.people import Need, Officer
    from rightplace.deploy.roster.problem import RosterProblem
    from rightplace.deploy.roster.rules import RosterWeights

_ORDINARY_DAY = date(2001, 1, 8)
_TINY = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterCost:
    """How much of each unwanted thing a roster has; the fields are those of its weights.

    Parameters
    ----------
    wish
        Weight of wishes refused.
    night, weekend
        Shifts above the fair shares, summed over officers.
    idle
        Whole shifts of contracted hours that are not rostered.
    back
        Days on which the shift goes back, where that is weighed.
    change
        Officers and days changed with too little notice.
    uncovered
        Officers lacking, summed over shifts and what they must be.
    """

    wish: int
    night: int
    weekend: int
    idle: int
    back: int
    change: int
    uncovered: int

    def total(self, weights: RosterWeights) -> int:
        """Return the objective: each thing by its weight."""
        return sum(getattr(self, f.name) * getattr(weights, f.name) for f in fields(self))


def cost_of(problem: RosterProblem, duties: Sequence[Duty]) -> RosterCost:
    """Return what is unwanted about a roster.

    Parameters
    ----------
    problem
        Teams that are rostered together.
    duties
        Their shifts, training and court apart.
    """
    mine = duties_of(duties)
    nights, weekends = fair_nights(problem), fair_weekends(problem)
    worked = Counter((duty.officer_id, duty.shift in problem.calendar.nights) for duty in duties)
    ends = Counter(d.officer_id for d in duties if problem.calendar.is_weekend(d.day))
    shifts = {(duty.officer_id, duty.day): duty.shift for duty in duties}
    weighed = problem.rules.rotation == WEIGHED
    return RosterCost(
        wish=sum(
            wish.weight
            for wish in problem.wishes
            if shifts.get((wish.officer_id, wish.day), OFF) != wish.shift
        ),
        night=sum(max(0, worked[who, True] - share) for who, share in nights.items()),
        weekend=sum(max(0, ends[who] - share) for who, share in weekends.items()),
        idle=sum(
            idle_shifts(problem, officer, mine.get(officer.officer_id, ()))
            for officer in problem.officers
        ),
        back=sum(len(list(backward(problem, each))) for each in mine.values()) if weighed else 0,
        change=len(late_changes(problem, shifts)),
        uncovered=sum(max(0, least - have) for _, _, least, have in crewing(problem, duties)),
    )


def fair_nights(problem: RosterProblem) -> dict[str, int]:
    """Return the most night shifts of each officer that are no more than a fair share.

    The least crewing of nights is shared out among those who may work them, by the hours that
    their contracts leave after absences, and rounded up.
    """
    nights = [need for need in problem.needs if need.shift in problem.calendar.nights]
    return _fair(problem, nights, lambda officer, need: need.shift not in officer.never_shifts)


def fair_weekends(problem: RosterProblem) -> dict[str, int]:
    """Return the same for shifts on Saturdays and Sundays."""
    ends = [need for need in problem.needs if problem.calendar.is_weekend(need.day)]
    return _fair(
        problem,
        ends,
        lambda officer, need: (
            need.shift not in officer.never_shifts
            and WEEKDAYS[need.day.weekday()] not in officer.never_weekdays
        ),
    )


def _fair(
    problem: RosterProblem, needs: Iterable[Need], can: Callable[[Officer, Need], bool]
) -> dict[str, int]:
    share = defaultdict[str, float](float)
    hours = {officer.officer_id: problem.contract_hours(officer) for officer in problem.officers}
    for need in needs:
        those = [o.officer_id for o in problem.officers if o.team in need.teams and can(o, need)]
        whole = sum(hours[who] for who in those)
        for who in those:
            share[who] += need.officers * hours[who] / whole if whole else 0.0
    return {who: math.ceil(share[who] - _TINY) for who in hours}


def shift_minutes(problem: RosterProblem) -> int:
    """Return the minutes of the longest shift on a day without a change of clocks."""
    slots = problem.calendar.clock.slots(_ORDINARY_DAY, 1)
    return round(max(slot.hours for slot in slots) * 60)


def idle_shifts(problem: RosterProblem, officer: Officer, duties: Sequence[Duty]) -> int:
    """Return whole shifts of contracted hours that an officer is not rostered for."""
    fixed = problem.fixed(officer.officer_id)
    done = sum(duty.minutes for duty in (*duties, *fixed))
    due = math.floor(problem.contract_hours(officer) * 60)
    return max(0, due - done) // shift_minutes(problem)


def late_changes(
    problem: RosterProblem, shifts: Mapping[tuple[str, date], str]
) -> tuple[tuple[str, date], ...]:
    """Return officers and days changed with too little notice; training and court apart.

    Parameters
    ----------
    problem
        With what was published.
    shifts
        Shift of an officer on a day; a day off is not in it.
    """
    published, until = problem.published, problem.notice_until
    if published is None or until is None:
        return ()
    ids = {officer.officer_id for officer in problem.officers}
    return tuple(
        key
        for key, before in sorted(published.items())
        if key[0] in ids
        and problem.calendar.holds(key[1])
        and key[1] < until
        and shifts.get(key, OFF) != before
        and not is_fixed(problem, key)
    )


def is_fixed(problem: RosterProblem, key: tuple[str, date]) -> bool:
    """Return whether an officer has training or court on a day."""
    absence = problem.absent.get(key)
    return absence is not None and absence.kind in ON_DUTY
