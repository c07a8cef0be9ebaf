"""Minutes that abstractions leave, which crews are taken, and the next best place within limits."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightplace.deploy import Crew, PlanProblem, VisitRules
from rightplace.deploy.replan.minutes import (
    cheapest_crews,
    minutes_free,
    minutes_left,
    overlap_minutes,
)
from rightplace.deploy.weekly.breaches import breaches
from rightplace.deploy.weekly.limits import no_limits
from rightplace.deploy.weekly.next_best import further_worth
from rightplace.deploy.weekly.solution import binding_limits

START = datetime(2018, 7, 2, 14, tzinfo=UTC)
CREW = Crew(
    crew_id="C1",
    borough="Camden",
    slot_start=START,
    slot_end=START + timedelta(hours=8),
    minutes=240,
    officers=2,
    specialist=False,
    base_lon=-0.1,
    base_lat=51.5,
)


def hour(number: float) -> datetime:
    return START + timedelta(hours=number)


def test_times_that_overlap_are_counted_once() -> None:
    spans = [(hour(1), hour(3)), (hour(2), hour(4)), (hour(7), hour(9))]
    assert overlap_minutes(spans, start=START, end=hour(8)) == 4 * 60


def test_a_crew_away_for_a_quarter_of_its_duty_has_a_quarter_fewer_minutes() -> None:
    assert minutes_free(CREW, [(hour(1), hour(3))]) == 180


@pytest.mark.parametrize(
    ("now", "spans", "used", "left"),
    [
        (hour(-1), [], 0, 240),
        (hour(2), [], 50, 190),
        # Three hours are left on the clock, which is less than the minutes not used.
        (hour(5), [], 0, 180),
        (hour(2), [(hour(2), hour(8))], 0, 0),
        # Half of the duty away: 120 minutes free, 50 used.
        (hour(2), [(hour(4), hour(8))], 50, 70),
        (hour(8), [], 0, 0),
        (hour(2), [], 300, 0),
    ],
)
def test_minutes_left_are_those_not_used_and_no_more_than_the_clock_has(
    now: datetime, spans: list[tuple[datetime, datetime]], used: float, left: float
) -> None:
    assert minutes_left(CREW, now=now, spans=spans, used=used) == left


@given(
    st.lists(st.tuples(st.integers(1, 4), st.integers(0, 9)), max_size=7),
    st.integers(1, 12),
)
def test_no_other_crews_with_enough_officers_are_worth_less(
    crews: list[tuple[int, int]], wanted: int
) -> None:
    officers = np.array([count for count, _ in crews], dtype=np.int64)
    loss = np.array([worth for _, worth in crews], dtype=np.float64)
    chosen = cheapest_crews(officers, loss, wanted=wanted)
    sets = [
        each
        for size in range(len(crews) + 1)
        for each in combinations(range(len(crews)), size)
        if sum(officers[list(each)]) >= wanted
    ]
    if chosen is None:
        assert sets == []
    else:
        assert officers[list(chosen)].sum() >= wanted
        assert loss[list(chosen)].sum() == min(loss[list(each)].sum() for each in sets)


def problem() -> PlanProblem:
    """Return three places, one slot, one borough; the first two are too near each other."""
    limits = replace(
        no_limits(n_cells=3, n_boroughs=1, n_slots=1),
        apart=(np.array([0, 1]),),
        day_most=np.array([2, 2, 1]),
        specialist_share=np.array([0.0, 0.0, 1.0]),
        specialist_capacity=np.array([[1]]),
    )
    return PlanProblem(
        demand=np.array([[4.0], [3.0], [2.0]]),
        gain=np.array([[0.5, 0.25, 0.1]]),
        borough=np.zeros(3, dtype=np.int64),
        capacity=np.array([[9]]),
        day=np.zeros(1, dtype=np.int64),
        visitable=np.ones(3, dtype=np.bool_),
        minimum=np.zeros(3, dtype=np.int64),
        cell_ids=("A", "B", "C"),
        borough_names=("Camden",),
        slot_names=("late",),
        rules=VisitRules(cap_per_slot=2, cap_per_day=None),
        limits=limits,
    )


@pytest.mark.parametrize(
    ("visits", "worth"),
    [
        ((0, 0, 0), (2.0, 1.5, 1.0)),
        # A second visit to A adds a quarter; B is too near to A; C has its specialist.
        ((1, 0, 0), (1.0, 0.0, 1.0)),
        # C has had what it may have on the day, and its specialist is used.
        ((0, 0, 1), (2.0, 1.5, 0.0)),
        ((2, 0, 0), (0.0, 0.0, 1.0)),
    ],
)
def test_the_next_best_place_is_one_that_may_be_visited(
    visits: tuple[int, ...], worth: tuple[float, ...]
) -> None:
    made = np.array(visits, dtype=np.int64)[:, None]
    found = further_worth(problem(), made)[:, 0]
    assert found.tolist() == list(worth)
    for cell in np.flatnonzero(found):
        more = made.copy()
        more[cell] += 1
        assert breaches(problem(), more) == ()


def test_specialists_that_the_whole_plan_may_not_have_are_no_next_best() -> None:
    asked = problem()
    assert asked.limits is not None
    asked = replace(asked, limits=replace(asked.limits, specialist_total=0))
    assert further_worth(asked, np.zeros((3, 1), dtype=np.int64))[2, 0] == 0.0


def test_limits_of_places_and_specialists_are_named_where_the_plan_stands_at_them() -> None:
    asked = problem()
    assert asked.limits is not None
    limits = replace(
        asked.limits,
        borough_most=np.array([3]),
        bcu=np.zeros(1, dtype=np.int64),
        bcu_names=("Central North",),
        bcu_most=np.array([[4]]),
    )
    made = np.array([[2], [0], [1]], dtype=np.int64)
    found = {
        each.name: (each.at_limit, each.of)
        for each in binding_limits(replace(asked, limits=limits), made)
    }
    # Of A, B and C with 2, 2 and 1 a day, A and C stand at theirs; one of the pair is visited;
    # three visits are the borough's most, and one less than response cover leaves.
    assert found["a place's own most on a day"] == (2, 3)
    assert found["one of the places near each other in a slot"] == (1, 1)
    assert found["a borough's most over the plan"] == (1, 1)
    assert found["response cover per BCU and slot"] == (0, 1)
    assert found["specialists' visits per borough and slot"] == (1, 1)
    assert "a place's own least on a day" not in found
