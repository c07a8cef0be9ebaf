"""A plan's problem holds no nonsense, and every crew minute is accounted for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from rightplace.core import Clock
from rightplace.deploy import (
    Crew,
    Places,
    PlanProblem,
    VisitRules,
    account_for_minutes,
    plan_problem,
    read_effect_sizes,
    solve,
    used_share,
)
from rightplace.errors import BadInputError, UsageError

SLOTS = tuple(Clock().slots(date(2018, 7, 2), 1))
(EFFECT,) = read_effect_sizes()

# Two places in Camden, one excluded there; Ealing is all without data; a park has no borough.
PLACES = Places(
    cell_ids=("C1", "C2", "C3", "E1", "P1"),
    boroughs=("Camden", "Camden", "Camden", "Ealing", None),
    excluded=np.array([False, False, True, False, False]),
    masked=np.array([False, False, False, True, False]),
)


def crew(name: str, borough: str, *, slot: int = 0, minutes: float = 60) -> Crew:
    return Crew(
        crew_id=name,
        borough=borough,
        slot_start=SLOTS[slot].start,
        slot_end=SLOTS[slot].end,
        minutes=minutes,
        officers=2,
        specialist=False,
        base_lon=0,
        base_lat=51,
    )


def problem_of(*crews: Crew, rules: VisitRules | None = None) -> PlanProblem:
    demand = np.array([[1.0, 2, 3], [4, 5, 6], [9, 9, 9], [np.nan] * 3, [7, 7, 7]])
    return plan_problem(
        demand, places=PLACES, slots=SLOTS, crews=crews, rules=rules or VisitRules(), effect=EFFECT
    )


def test_a_problem_is_made_of_places_slots_crews_rules_and_effect() -> None:
    problem = problem_of(crew("A", "Camden"), crew("B", "Camden"), crew("C", "Ealing", slot=1))

    assert problem.borough_names == ("Camden", "Ealing")
    assert problem.borough.tolist() == [0, 0, 0, 1, -1]
    assert problem.capacity.tolist() == [[4, 0, 0], [0, 2, 0]]
    assert problem.day.tolist() == [0, 0, 0]
    assert problem.visitable.tolist() == [True, True, False, False, False]
    assert problem.slot_names[1] == "2018-07-02 late"
    # One column beyond the cap of 2 says what a third visit would bring.
    assert problem.gain.shape == (3, 3)
    assert problem.gain.sum(axis=1) == pytest.approx(0.12)


def test_no_place_is_visited_that_is_excluded_without_data_or_without_borough() -> None:
    solution = solve(problem_of(crew("A", "Camden", minutes=480), crew("C", "Ealing")))

    assert solution.visits.tolist() == [[2, 0, 0], [2, 0, 0], [0] * 3, [0] * 3, [0] * 3]


def test_every_crew_minute_is_used_or_has_a_reason() -> None:
    crews = [
        crew("A", "Camden", minutes=60),  # 2 visits, 10 minutes over
        crew("B", "Camden", minutes=100),  # 4 visits; with A's there is room for 4 only
        crew("C", "Ealing", minutes=70),  # no data
        crew("D", "Barnet", minutes=30),  # not in the study area
    ]
    problem = problem_of(*crews)

    account = account_for_minutes(problem, solve(problem), crews=crews, slots=SLOTS, places=PLACES)

    assert [(row.borough, row.minutes, row.reason) for row in account] == [
        ("Barnet", 30, "no place of Barnet in the study area"),
        ("Camden", 100, None),
        ("Camden", 50, "no further visit is allowed or of use"),
        ("Camden", 10, "too few minutes left for another visit"),
        ("Ealing", 70, "no data for Ealing"),
    ]
    assert sum(row.minutes for row in account) == sum(one.minutes for one in crews)
    assert used_share(account) == pytest.approx(100 / 260)


def test_minutes_outside_the_plan_and_in_excluded_boroughs_have_their_reason() -> None:
    (next_day,) = tuple(Clock().slots(date(2018, 7, 3), 1))[:1]
    later = replace(crew("A", "Camden"), slot_start=next_day.start, slot_end=next_day.end)
    shut = replace(PLACES, excluded=np.array([False, False, True, True, False]))
    crews = [later, crew("C", "Ealing", minutes=25)]
    problem = replace(problem_of(*crews), visitable=shut.visitable)

    account = account_for_minutes(problem, solve(problem), crews=crews, slots=SLOTS, places=shut)

    assert [(row.borough, row.reason) for row in account] == [
        ("Camden", "on duty outside the period of the plan"),
        ("Ealing", "every place in Ealing is excluded from patrol"),
    ]


def test_rules_count_whole_visits_in_a_crew_hour() -> None:
    assert VisitRules().minutes_per_visit == 25  # DOMAIN 6.3.16
    assert VisitRules().visits_per_crew_hour == 2
    assert VisitRules(visit_minutes=60, travel_minutes=30).visits_per_crew_hour == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"visit_minutes": 0},
        {"travel_minutes": -1},
        {"cap_per_slot": 0},
        {"cap_per_day": 0},
        {"cap_per_plan": 0},
    ],
)
def test_rules_without_time_or_room_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(UsageError):
        VisitRules(**wrong)


def test_places_of_different_lengths_or_named_twice_are_refused() -> None:
    with pytest.raises(UsageError, match="different lengths"):
        replace(PLACES, boroughs=("Camden",))
    with pytest.raises(UsageError, match="twice"):
        replace(PLACES, cell_ids=("C1", "C1", "C3", "E1", "P1"))


def test_a_problem_that_cannot_be_is_refused() -> None:
    fine = problem_of(crew("A", "Camden"))
    negative, growing = fine.demand.copy(), fine.gain[:, ::-1]
    negative[0, 0] = -1

    for field, value in {
        "demand": negative,
        "gain": growing,
        "borough": np.array([0, 0, 0, 2, -1]),
        "visitable": np.array([True] * 5),
        "capacity": -fine.capacity,
        "minimum": np.array([-1, 0, 0, 0, 0]),
    }.items():
        with pytest.raises(BadInputError):
            replace(fine, **{field: value})  # type: ignore[arg-type]  # one array of several kinds
    with pytest.raises(UsageError, match="capacity"):
        replace(fine, capacity=np.zeros((1, 3), dtype=np.int64))
    with pytest.raises(UsageError, match="gain"):
        replace(fine, gain=fine.gain[:, :1])
