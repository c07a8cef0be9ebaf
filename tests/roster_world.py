"""Tiny rosters that a person can check: a handful of officers over a few days of March 2026."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import product
from typing import TYPE_CHECKING, Any

from rightplace.core import Clock
from rightplace.deploy.roster.calendar import RosterCalendar
from rightplace.deploy.roster.costs import cost_of
from rightplace.deploy.roster.people import Duty, Need, Officer, Opening
from rightplace.deploy.roster.problem import RosterProblem
from rightplace.deploy.roster.rules import RosterRules, RosterWeights
from rightplace.deploy.roster.verify import officer_breaches, uncovered

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MONDAY = date(2026, 3, 2)
SPRING = date(2026, 3, 28)  # the policing day, a Saturday, on whose night clocks go forward
AUTUMN = date(2026, 10, 24)
RESTED = Opening(
    hours=400, excluded_days=0, last_end=datetime(2026, 2, 20, 15, tzinfo=UTC), shifts=0, nights=0
)
FREE = RosterRules(rest_block=1)
LETTERS = {"E": "early", "L": "late", "N": "night"}


def calendar(days: int = 7, first: date = MONDAY) -> RosterCalendar:
    """Return days of London's clock."""
    return RosterCalendar.of(Clock(), first=first, days=days)


def officer(name: str = "a", **changes: Any) -> Officer:  # noqa: ANN401 - fields of Officer
    """Return a rested constable of team A with 40 hours a week."""
    made = Officer(
        officer_id=name,
        team="A",
        supervisor=False,
        skills=frozenset(),
        weekly_hours=40.0,
        opening=RESTED,
    )
    return replace(made, **changes)


def problem(
    *officers: Officer,
    days: int = 7,
    first: date = MONDAY,
    **more: Any,  # noqa: ANN401 - fields of RosterProblem
) -> RosterProblem:
    """Return a problem without demand, unless it is given."""
    rules = more.pop("rules", RosterRules())
    return RosterProblem(
        calendar=calendar(days, first), rules=rules, officers=officers or (officer(),), **more
    )


def need(
    day: int,
    shift: str,
    least: int = 1,
    **more: Any,  # noqa: ANN401 - fields of Need
) -> Need:
    """Return a need of team A on a day of March 2026, counted from its first Monday."""
    return Need(day=calendar().day(day), shift=shift, teams=("A",), officers=least, **more)


def duties(world: RosterProblem, **written: str) -> tuple[Duty, ...]:
    """Return the shifts of officers as letters, one a day: E, L, N, and . for a day off."""
    found = []
    for who, letters in written.items():
        for number, letter in enumerate(letters):
            if letter != ".":
                day = world.calendar.day(number)
                slot = world.calendar.slot(day, LETTERS[letter])
                found.append(
                    Duty(officer_id=who, day=day, shift=slot.shift, start=slot.start, end=slot.end)
                )
    return tuple(found)


def lawful(world: RosterProblem, one: Officer) -> list[tuple[Duty, ...]]:
    """Return every row of shifts that breaks no rule of one officer, by trying all."""
    may = [letter for letter, shift in LETTERS.items() if shift not in one.never_shifts]
    every = product([".", *may], repeat=world.calendar.days)
    rows = (duties(world, **{one.officer_id: "".join(letters)}) for letters in every)
    return [row for row in rows if not list(officer_breaches(world, one, row))]


def every_roster(world: RosterProblem) -> Iterator[tuple[Duty, ...]]:
    """Yield every roster that breaks no rule and covers all demand, by trying all."""
    for rows in product(*(lawful(world, one) for one in world.officers)):
        whole = tuple(duty for row in rows for duty in row)
        if not list(uncovered(world, whole)):
            yield whole


def best_cost(world: RosterProblem, weights: RosterWeights) -> int | None:
    """Return the least cost of any roster, None where there is none."""
    costs: Sequence[int] = [cost_of(world, each).total(weights) for each in every_roster(world)]
    return min(costs, default=None)
