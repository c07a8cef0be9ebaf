"""What a roster's model minimises: the same sum that ``costs`` counts, in switches."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from rightplace.deploy.roster.costs import (
    fair_nights,
    fair_weekends,
    is_fixed,
    shift_minutes,
)
from rightplace.deploy.roster.model import backward_pairs
from rightplace.deploy.roster.people import OFF
from rightplace.deploy.roster.rules import WEIGHED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rightplace.deploy.roster.model import Option, RosterModel
    from rightplace.deploy.roster.people import Officer
    from rightplace.deploy.roster.rules import RosterWeights

# A weight times an expression of CP-SAT, whose types are not told.
Term = Any


def minimise(model: RosterModel, weights: RosterWeights) -> None:
    """Give the model its objective."""
    terms = [
        *_wishes(model, weights),
        *_changes(model, weights),
        *(weights.uncovered * lacking for lacking in model.short.values()),
    ]
    nights, weekends = fair_nights(model.problem), fair_weekends(model.problem)
    for officer in model.problem.officers:
        who = officer.officer_id
        options = [option for day in model.options[who] for option in day]
        at_night = [o for o in options if o.what in model.problem.calendar.nights]
        ends = _weekend_options(model, officer)
        terms += [weights.night * above for above in _above(model, at_night, share=nights[who])]
        terms += [weights.weekend * above for above in _above(model, ends, share=weekends[who])]
        terms += [weights.idle * idle for idle in _idle(model, officer, options)]
        if model.problem.rules.rotation == WEIGHED:
            terms += [weights.back * back for back in _backs(model, officer)]
    model.cp.minimize(sum(terms))


def _wishes(model: RosterModel, weights: RosterWeights) -> Iterator[Term]:
    for wish in model.problem.wishes:
        number, cost = model.problem.calendar.number(wish.day), weights.wish * wish.weight
        yield cost * _differs(model, wish.officer_id, number, wish.shift)


def _changes(model: RosterModel, weights: RosterWeights) -> Iterator[Term]:
    problem = model.problem
    if problem.published is None or problem.notice_until is None:
        return
    for (who, day), before in sorted(problem.published.items()):
        held = who in model.options and problem.calendar.holds(day)
        if held and day < problem.notice_until and not is_fixed(problem, (who, day)):
            yield weights.change * _differs(model, who, problem.calendar.number(day), before)


def _differs(model: RosterModel, who: str, number: int, shift: str) -> Term:
    """Return 1 where an officer does not do on a day what was asked or published, else 0."""
    if shift == OFF:
        shifts = set(model.problem.calendar.shifts)
        return sum(o.switch for o in model.options[who][number] if o.what in shifts)
    switch = model.switch(who, number, shift)
    return 1 if switch is None else 1 - switch


def _weekend_options(model: RosterModel, officer: Officer) -> list[Option]:
    calendar = model.problem.calendar
    return [
        option
        for number, options in enumerate(model.options[officer.officer_id])
        if calendar.is_weekend(calendar.day(number))
        for option in options
        if option.what in calendar.shifts
    ]


def _above(model: RosterModel, options: list[Option], *, share: int) -> Iterator[Term]:
    if len(options) > share:
        above = model.cp.new_int_var(0, len(options) - share, "")
        model.cp.add(sum(option.switch for option in options) - share <= above)
        yield above


def _idle(model: RosterModel, officer: Officer, options: list[Option]) -> Iterator[Term]:
    one = shift_minutes(model.problem)
    due = math.floor(model.problem.contract_hours(officer) * 60)
    if due < one:
        return
    idle = model.cp.new_int_var(0, due // one, "")
    done = sum(option.minutes * option.switch for option in options)
    model.cp.add(one * idle + one - 1 >= due - done)
    yield idle


def _backs(model: RosterModel, officer: Officer) -> Iterator[Term]:
    for before, after in backward_pairs(model, officer.officer_id):
        back = model.cp.new_bool_var("")
        model.cp.add_bool_or(~before.switch, ~after.switch, back)
        yield back
