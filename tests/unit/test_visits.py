"""Visits are dealt to crews within their minutes, in compact clusters, with the next best place."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pytest

from rightplace import deploy
from rightplace.core import Clock
from rightplace.deploy import (
    VISITS_SCHEMA,
    Crew,
    PlaceFacts,
    Places,
    PlanProblem,
    VisitRules,
    plan_problem,
    read_effect_sizes,
    solve,
    visits_table,
)
from rightplace.deploy.weekly.crew_split import split_among_crews, visiting_order
from rightplace.errors import UsageError

if TYPE_CHECKING:
    import pyarrow as pa

SLOTS = tuple(Clock().slots(date(2018, 7, 2), 1))
(EFFECT,) = read_effect_sizes()


def crew(name: str, minutes: float, slot: int = 0) -> Crew:
    return Crew(
        crew_id=name,
        borough="Camden",
        slot_start=SLOTS[slot].start,
        slot_end=SLOTS[slot].end,
        minutes=minutes,
        officers=2,
        specialist=False,
        base_lon=-0.13,
        base_lat=51.54,
    )


class World:
    """Eight places in a row, 1 km apart; the first four busiest; two crews at the two ends."""

    crews = (crew("West", 55), crew("East", 75))
    bases = np.array([[0.0, 0.0], [7000.0, 0.0]])
    count = np.outer([8.0, 7, 6, 5, 4, 3, 2, 1], [1.0, 2, 3])
    facts = PlaceFacts(
        expected_count=count,
        expected_harm=count * 10,
        bcu=("Central North",) * 8,
        xy=np.column_stack([np.arange(8) * 1000.0, np.zeros(8)]),
        reasons=tuple(f"reason {i}" for i in range(8)),
    )

    def problem(self) -> PlanProblem:
        places = Places(
            cell_ids=tuple(f"P{i}" for i in range(8)),
            boroughs=("Camden",) * 8,
            excluded=np.zeros(8, dtype=np.bool_),
            masked=np.zeros(8, dtype=np.bool_),
        )
        return plan_problem(
            self.count,
            places=places,
            slots=SLOTS,
            crews=self.crews,
            rules=VisitRules(cap_per_slot=1),
            effect=EFFECT,
        )

    def table(self) -> pa.Table:
        problem = self.problem()
        return visits_table(
            problem,
            solve(problem),
            facts=self.facts,
            slots=SLOTS,
            crews=self.crews,
            bases=self.bases,
        )


def test_each_crew_gets_the_places_near_each_other_within_its_minutes() -> None:
    rows = World().table().to_pylist()

    # West has room for 2 visits, East for 3: P0 to P4 are worth most.
    dealt = {(row["crew_id"], row["cell_id"]) for row in rows}
    assert dealt == {("West", "P0"), ("West", "P1"), ("East", "P2"), ("East", "P3"), ("East", "P4")}
    assert [row["cell_id"] for row in rows if row["crew_id"] == "East"] == ["P4", "P3", "P2"]
    assert [row["crew_id"] for row in rows] == ["East"] * 3 + ["West"] * 2  # by name, not by row
    assert [row["visit_id"] for row in rows] == [f"v-00000{i}" for i in range(1, 6)]


def test_a_row_says_who_where_when_why_and_what_next() -> None:
    table = World().table()

    assert table.schema == VISITS_SCHEMA
    row = next(row for row in table.to_pylist() if row["cell_id"] == "P1")
    first_visit = 1 - 0.88 ** (1 / 1.75)  # the shipped effect: see its test
    assert row == {
        "visit_id": "v-000005",
        "cell_id": "P1",
        "borough": "Camden",
        "bcu": "Central North",
        "slot_start": SLOTS[0].start,
        "slot_end": SLOTS[0].end,
        "crew_id": "West",
        "minutes": 15,
        "expected_count": 7.0,
        "expected_harm": 70.0,
        "prevented_mean": pytest.approx(7 * first_visit),
        "prevented_harm_mean": pytest.approx(70 * first_visit),
        "reason": "reason 1",
        "next_best_cell_id": "P5",
        "arm": "none",
        "probability": 1.0,
    }


def test_prevented_sums_to_the_objective() -> None:
    world = World()

    prevented = sum(world.table()["prevented_mean"].to_pylist())

    assert prevented == pytest.approx(solve(world.problem()).objective)


def test_the_next_best_place_is_never_the_place_itself_and_none_where_caps_refuse() -> None:
    world = World()
    world.crews = (crew("West", 100), crew("East", 100))  # 8 visits: every place is full

    others = world.table()["next_best_cell_id"].to_pylist()

    assert others == [None] * 8


def test_a_second_visit_keeps_its_place_out_of_its_own_next_best() -> None:
    world = World()
    world.crews = (crew("West", 25), crew("East", 25))
    problem = world.problem()
    twice = replace(problem, rules=VisitRules(cap_per_slot=2))

    table = visits_table(
        twice, solve(twice), facts=world.facts, slots=SLOTS, crews=world.crews, bases=world.bases
    )

    # P0 and P1 are visited once; a second visit to P0 (8 x 0.033) is worth less than P2 (6 x 0.07).
    assert table["next_best_cell_id"].to_pylist() == ["P2", "P2"]


@pytest.mark.parametrize(
    ("rules", "next_best"),
    [
        (VisitRules(cap_per_slot=1, cap_per_day=None), ["P0", "P1"]),
        (VisitRules(cap_per_slot=1, cap_per_day=1), ["P2", "P2"]),
        (VisitRules(cap_per_slot=1, cap_per_day=None, cap_per_plan=1), ["P2", "P2"]),
    ],
)
def test_places_used_up_in_another_slot_are_no_next_best(
    rules: VisitRules, next_best: list[str]
) -> None:
    world = World()
    world.crews = (crew("West", 25), crew("East", 25, slot=1))
    problem = replace(world.problem(), rules=rules)
    visits = np.zeros((8, 3), dtype=np.int64)
    visits[1, 0] = visits[0, 1] = 1  # P1 in the first slot, P0 in the second
    solution = replace(solve(problem), visits=visits)

    table = visits_table(
        problem, solution, facts=world.facts, slots=SLOTS, crews=world.crews, bases=world.bases
    )

    assert table["cell_id"].to_pylist() == ["P1", "P0"]
    assert table["next_best_cell_id"].to_pylist() == next_best


def test_the_same_inputs_give_the_same_table() -> None:
    assert World().table().equals(World().table())


def test_a_plan_without_visits_is_an_empty_table() -> None:
    world = World()
    world.crews = (crew("West", 10), crew("East", 10))

    assert world.table().num_rows == 0
    assert world.table().schema == VISITS_SCHEMA


def test_crews_at_one_base_share_the_places_round_it() -> None:
    angles = np.deg2rad([10, 20, 30, 130, 140, 150, 250, 260, 270])
    ring = np.column_stack([np.cos(angles), np.sin(angles)]) * 2000
    shuffled = np.array([3, 0, 6, 1, 4, 7, 2, 5, 8])

    crew_of = split_among_crews(ring[shuffled], bases=np.zeros((3, 2)), room=np.array([4, 4, 4]))

    clusters = {tuple(sorted(shuffled[crew_of == one].tolist())) for one in range(3)}
    assert clusters == {(0, 1, 2), (3, 4, 5), (6, 7, 8)}


@pytest.mark.parametrize("visits", [0, 1, 5, 9])
def test_loads_never_exceed_room(visits: int) -> None:
    rng = np.random.default_rng(visits)
    room = np.array([0, 1, 3, 5])

    crew_of = split_among_crews(
        rng.normal(size=(visits, 2)), bases=rng.normal(size=(4, 2)), room=room
    )

    assert crew_of.size == visits
    assert (np.bincount(crew_of, minlength=4) <= room).all()


def test_more_visits_than_crews_can_make_are_refused() -> None:
    with pytest.raises(UsageError, match="do not fit"):
        split_among_crews(np.zeros((3, 2)), bases=np.zeros((1, 2)), room=np.array([2]))


def test_second_visits_come_after_all_first_ones() -> None:
    points = np.array([[1.0, 0], [1, 0], [5, 0], [3, 0]])

    order = visiting_order(points, base=np.zeros(2), again=np.array([0, 1, 0, 0]))

    assert order == [0, 3, 2, 1]


def test_facts_of_other_cells_are_refused() -> None:
    with pytest.raises(UsageError):
        PlaceFacts(
            expected_count=np.zeros((2, 1)),
            expected_harm=np.zeros((2, 1)),
            bcu=("A",),
            xy=np.zeros((2, 2)),
            reasons=("", ""),
        )


def test_every_public_name_of_the_room_can_be_had() -> None:
    assert all(getattr(deploy, name) is not None for name in deploy.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = deploy.nothing
