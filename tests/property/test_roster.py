"""Laws of rosters: the solver agrees with trying everything, and keeps what the verifier checks."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rightplace.deploy.roster.conflicts import conflicts
from rightplace.deploy.roster.costs import cost_of
from rightplace.deploy.roster.people import Absence, Need, Officer, Opening, Wish
from rightplace.deploy.roster.rules import RosterRules, RosterWeights
from rightplace.deploy.roster.solve import Search, solve_roster
from rightplace.deploy.roster.verify import breaches
from tests.roster_world import AUTUMN, MONDAY, SPRING, best_cost, calendar, officer, problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rightplace.deploy.roster.conflicts import Asked
    from rightplace.deploy.roster.problem import RosterProblem

WEIGHTS = RosterWeights(wish=3, night=5, weekend=4, idle=2, back=3, change=7)
SEARCH = Search(effort=5.0)
ABSENT = ("leave", "training")
SHIFTS = ("early", "late", "night")


@st.composite
def officers(draw: st.DrawFn, name: str, first: date) -> Officer:
    start = calendar(1, first).start(0)
    nights = draw(st.integers(0, 4))
    row = draw(st.integers(nights, 6)) if draw(st.booleans()) else 0
    ended = start if row and nights else start - timedelta(hours=draw(st.sampled_from([8, 16])))
    opening = Opening(
        hours=draw(st.sampled_from([0, 780, 800])),
        excluded_days=0,
        last_end=ended if row else start - timedelta(days=draw(st.integers(1, 3))),
        shifts=row,
        nights=nights if row else 0,
    )
    return officer(
        name,
        supervisor=draw(st.booleans()),
        skills=frozenset(draw(st.sets(st.sampled_from(["driver"])))),
        weekly_hours=draw(st.sampled_from([16.0, 40.0, 84.0])),
        opening=draw(st.sampled_from([None, opening])),
        never_shifts=frozenset(draw(st.sets(st.sampled_from(SHIFTS), max_size=1))),
    )


@st.composite
def worlds(
    draw: st.DrawFn, *, days: int = 4, size: int = 2, kinds: tuple[str, ...] = ABSENT
) -> RosterProblem:
    first = draw(st.sampled_from([MONDAY, SPRING, AUTUMN]))
    days_ = [first + timedelta(days=number) for number in range(days)]
    crew = tuple(draw(officers(f"o{number}", first)) for number in range(size))
    day = st.sampled_from(days_)
    absences = tuple(
        Absence(officer_id=one.officer_id, first=at, last=at, kind=kind, row=row)
        for row, one in enumerate(crew, 1)
        if (kind := draw(st.sampled_from([None, *kinds]))) and (at := draw(day))
    )
    slots = draw(st.sets(st.tuples(day, st.sampled_from(SHIFTS)), max_size=3))
    needs = tuple(
        Need(
            day=at,
            shift=shift,
            teams=("A",),
            officers=draw(st.integers(0, 2)),
            supervisors=draw(st.integers(0, 1)),
            skills=(("driver", draw(st.integers(0, 1))),),
            row=row,
        )
        for row, (at, shift) in enumerate(sorted(slots), 1)
    )
    wishes = tuple(
        Wish(officer_id=one.officer_id, day=draw(day), shift=shift, weight=draw(st.integers(1, 3)))
        for one in crew
        if (shift := draw(st.sampled_from([None, "off", *SHIFTS])))
    )
    rules = RosterRules(
        rest_block=draw(st.integers(1, 3)),
        nights_in_row=draw(st.integers(1, 3)),
        shifts_in_row=draw(st.integers(2, 7)),
        rest_hours=draw(st.sampled_from([0.0, 11.0, 16.0, 26.0])),
        rotation=draw(st.sampled_from(["hard", "weighed", "ignored"])),
        weekly_rest_hours=draw(st.sampled_from([24.0, 48.0])),
    )
    return problem(
        *crew, days=days, first=first, absences=absences, needs=needs, wishes=wishes, rules=rules
    )


@settings(max_examples=40, deadline=None)
@given(worlds())
def test_the_solver_finds_what_trying_every_roster_finds(world: RosterProblem) -> None:
    best = best_cost(world, WEIGHTS)
    found = solve_roster(world, WEIGHTS, SEARCH)
    if best is None:
        assert found.status == "infeasible"
    else:
        assert (found.status, found.objective, found.bound) == ("optimal", best, best)
        assert breaches(world, found.duties) == ()


@settings(max_examples=25, deadline=None)
@given(worlds(days=9, size=3))
def test_every_roster_passes_the_verifier_and_costs_at_least_its_bound(
    world: RosterProblem,
) -> None:
    may_lack = Search(effort=0.05, may_lack=True)
    found = solve_roster(world, WEIGHTS, may_lack)
    if found.status == "infeasible":
        fixed = [conflict.asked for conflict in conflicts(world, effort=1.0)]
        assert fixed
        return
    assert {breach.rule for breach in breaches(world, found.duties)} <= {"demand"}
    assert cost_of(world, found.duties).total(WEIGHTS) == found.objective >= found.bound


@settings(max_examples=25, deadline=None)
@given(worlds(kinds=("leave",)))
def test_a_conflict_cannot_be_met_and_none_of_it_can_be_left_out(world: RosterProblem) -> None:
    if solve_roster(world, WEIGHTS, SEARCH).status != "infeasible":
        return
    for conflict in conflicts(world, effort=1.0):
        assert conflict.irreducible
        assert best_cost(_only(world, conflict.asked), WEIGHTS) is None
        for left_out in conflict.asked:
            rest = [one for one in conflict.asked if one is not left_out]
            assert best_cost(_only(world, rest), WEIGHTS) is not None


def _only(world: RosterProblem, asked: Sequence[Asked]) -> RosterProblem:
    """Return a world with some of its demands alone."""
    needs = []
    for one in asked:
        if one.need is None:
            continue
        least = dict(one.need.parts())[one.what]
        nothing = replace(one.need, officers=0, supervisors=0, skills=())
        if one.what == "officers":
            needs.append(replace(nothing, officers=least))
        elif one.what == "supervisors":
            needs.append(replace(nothing, supervisors=least))
        else:
            needs.append(replace(nothing, skills=((one.what, least),)))
    return replace(world, needs=tuple(needs))


@pytest.mark.parametrize(
    ("first", "hours", "working", "can"),
    [
        (MONDAY, 24.0, range(1, 7), True),
        (SPRING, 24.0, range(1, 7), False),  # the day off has 23 hours
        (SPRING, 24.0, range(2, 7), True),
        (MONDAY, 48.0, range(1, 7), False),
        (MONDAY, 72.0, (0, 1, 5, 6), True),
        (MONDAY, 72.0, (0, 1, 4, 6), False),
    ],
)
def test_seven_days_leave_their_weekly_rest(
    first: date, hours: float, working: Sequence[int], *, can: bool
) -> None:
    rules = RosterRules(rest_block=1, weekly_rest_hours=hours)
    ended = calendar(1, first).start(0) - timedelta(days=3)
    opening = Opening(hours=0, excluded_days=0, last_end=ended, shifts=0, nights=0)
    bound = officer("o0", weekly_hours=84.0, opening=opening)
    needs = tuple(
        Need(day=first + timedelta(days=day), shift="early", teams=("A",), officers=1)
        for day in working
    )
    world = problem(bound, first=first, rules=rules, needs=needs)
    found = solve_roster(world, WEIGHTS, SEARCH)
    assert (found.status == "optimal") is can
    if can:
        assert breaches(world, found.duties) == ()


def test_the_same_seed_gives_the_same_roster() -> None:
    crew = [officer(f"o{n}", opening=None) for n in range(6)]
    needs = tuple(
        Need(day=calendar().day(day), shift=shift, teams=("A",), officers=1, row=day)
        for day in range(7)
        for shift in SHIFTS
    )
    world = problem(*crew, needs=needs, days=14)
    search = Search(effort=0.02, seed=3)
    first, second = (solve_roster(world, WEIGHTS, search) for _ in range(2))
    assert first.duties == second.duties
    assert (first.objective, first.bound) == (second.objective, second.bound)


def test_times_are_in_utc() -> None:
    assert calendar(1, SPRING).start(0) == datetime(2026, 3, 28, 7, tzinfo=UTC)
