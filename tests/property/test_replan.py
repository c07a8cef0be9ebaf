"""Laws of a plan made anew, against every way of dealing visits to crews."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from rightplace.deploy.replan.dealing import dealt
from rightplace.deploy.replan.problem import Duties, Remaining, ReplanProblem
from rightplace.deploy.replan.solver import Replanned, replanned
from rightplace.deploy.weekly.breaches import breaches, prevented
from tests.property.test_plan import problems as separable
from tests.property.test_plan_limits import problems as limited

Visits = NDArray[np.int64]
PLENTY = 99


@dataclass(frozen=True)
class Case:
    """What is to decide, and what each duty was to do, (n_duties, n_cells)."""

    asked: ReplanProblem
    planned: Visits


@st.composite
def cases(draw: st.DrawFn, *, shared: bool) -> Case:
    """Return a running plan: some visits made, up to three duties, some with less time left."""
    problem = draw(limited(floors=False) if shared else separable(places=3, slots=2))
    n_cells, n_slots = problem.demand.shape
    places = np.flatnonzero(problem.visitable)
    assume(places.size > 0)

    def drawn(most: int, size: int) -> Visits:
        found = draw(st.lists(st.integers(0, most), min_size=size, max_size=size))
        return np.array(found, dtype=np.int64)

    fixed = np.zeros((n_cells, n_slots), dtype=np.int64)
    fixed[places] = drawn(1, places.size * n_slots).reshape(places.size, n_slots)
    problem = replace(problem, capacity=np.full(problem.capacity.shape, PLENTY))
    if problem.limits is not None:
        plenty = np.full(problem.limits.specialist_capacity.shape, PLENTY)
        problem = replace(problem, limits=replace(problem.limits, specialist_capacity=plenty))
    assume(not breaches(problem, fixed))
    n_duties = draw(st.integers(1, 3))
    n_boroughs = len(problem.borough_names)
    cheap, dear = draw(st.sampled_from([(0.001, 0.01), (0.01, 0.4)]))
    duties = Duties(
        borough=drawn(n_boroughs - 1, n_duties),
        slot=drawn(n_slots - 1, n_duties),
        room=drawn(2, n_duties),
        change_worth=np.where(drawn(1, n_duties) > 0, cheap, dear),
        specialist=drawn(1, n_duties) > 0,
    )
    planned = drawn(1, n_duties * n_cells).reshape(n_duties, n_cells)
    planned *= (problem.borough[None, :] == duties.borough[:, None]) & problem.visitable
    duty, cell = np.nonzero(planned)
    asked = ReplanProblem(
        problem=problem,
        fixed=fixed,
        cells=places,
        open_slots=np.ones(n_slots, dtype=np.bool_),
        may_gain=(drawn(4, n_cells * n_slots) > 0).reshape(n_cells, n_slots),
        duties=duties,
        remaining=Remaining(duty=duty, cell=cell, times=planned[duty, cell]),
    )
    return Case(asked, planned)


def every_dealing(case: Case) -> list[Visits]:
    """Return every allowed (n_duties, n_cells) of visits, tried one by one."""
    asked, duties = case.asked, case.asked.duties
    problem = asked.problem
    per_duty = []
    for duty, room in enumerate(duties.room.tolist()):
        here = (problem.borough == duties.borough[duty]) & problem.visitable
        ranges = [range(min(room, 2) + 1) if mine else range(1) for mine in here]
        per_duty.append([row for row in itertools.product(*ranges) if sum(row) <= room])
    return [
        dealing
        for rows in itertools.product(*per_duty)
        if is_allowed(case, dealing := np.array(rows, dtype=np.int64))
    ]


def is_allowed(case: Case, dealing: Visits) -> bool:
    asked, duties = case.asked, case.asked.duties
    visits = total_of(asked, dealing)
    more = visits - asked.fixed
    before = total_of(asked, case.planned) - asked.fixed
    if (more > before)[~asked.may_gain].any() or breaches(asked.problem, visits):
        return False
    # A place that may not gain keeps its visits with the crews that had them.
    for slot, cell in np.argwhere(~asked.may_gain.T).tolist():
        mine = duties.slot == slot
        if (dealing[mine, cell] > case.planned[mine, cell]).any():
            return False
    limits = asked.problem.limits
    if limits is None:
        return True
    needed = limits.specialists_needed(visits) - limits.specialists_needed(asked.fixed)
    for borough, slot in np.ndindex(asked.problem.capacity.shape):
        skilled = duties.specialist & (duties.borough == borough) & (duties.slot == slot)
        if needed[asked.problem.borough == borough, slot].sum() > duties.room[skilled].sum():
            return False
    return True


def total_of(asked: ReplanProblem, dealing: Visits) -> Visits:
    visits = asked.fixed.copy()
    np.add.at(visits.T, asked.duties.slot, dealing)
    return visits


def score(case: Case, dealing: Visits) -> float:
    asked = case.asked
    changes = np.abs(dealing - case.planned).sum(axis=1)
    return prevented(asked.problem, total_of(asked, dealing)) - float(
        changes @ asked.duties.change_worth
    )


def dealing_of(case: Case, found: Replanned) -> Visits:
    asked = case.asked
    n_cells = asked.problem.borough.size
    xy = np.column_stack([np.arange(n_cells) * 1000.0, np.zeros(n_cells)])
    duty, cell = dealt(asked, found, xy=xy, bases=np.zeros((asked.duties.room.size, 2)))
    dealing = np.zeros_like(case.planned)
    np.add.at(dealing, (asked.remaining.duty, asked.remaining.cell), found.kept)
    np.add.at(dealing, (duty, cell), 1)
    return dealing


def check_against_every_dealing(case: Case) -> None:
    tried = every_dealing(case)
    found = replanned(case.asked)
    dealing = dealing_of(case, found)
    assert is_allowed(case, dealing)
    assert (dealing.sum(axis=1) <= case.asked.duties.room).all()
    best = max(score(case, other) for other in tried)
    assert score(case, dealing) == pytest.approx(best, abs=1e-7)
    stands = prevented(case.asked.problem, case.asked.fixed)
    highest = max(prevented(case.asked.problem, total_of(case.asked, other)) for other in tried)
    assert found.prevented == pytest.approx(
        prevented(case.asked.problem, total_of(case.asked, dealing)) - stands, abs=1e-7
    )
    assert found.bound == pytest.approx(highest - stands, abs=1e-6)


@given(cases(shared=False))
@settings(max_examples=120, deadline=None)
def test_no_dealing_of_visits_prevents_more_less_what_its_changes_cost(case: Case) -> None:
    check_against_every_dealing(case)


@given(cases(shared=True))
@settings(max_examples=80, deadline=None)
def test_with_limits_that_places_share_it_is_the_best_dealing_too(case: Case) -> None:
    check_against_every_dealing(case)
