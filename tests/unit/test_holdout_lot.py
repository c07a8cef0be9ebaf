"""The lot by hand: who is near-equal, which neighbours are one, how strata and shares are cut."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely

from rightplace.app.holdout.drawing import chance_of
from rightplace.deploy.holdout.lot import LEFT_OUT, Strata, Units, draw, held_of, strata_of
from rightplace.deploy.holdout.near_equal import (
    NOT_NEAR_EQUAL,
    eligible_places,
    first_visit_worth,
    near_equals,
)
from rightplace.deploy.holdout.neighbours import neighbour_units
from rightplace.deploy.weekly.problem import PlanProblem, VisitRules
from rightplace.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

NAMES = ("Camden", "Islington")


def problem(
    demand: list[list[float]], borough: list[int], capacity: list[list[int]]
) -> PlanProblem:
    """Two boroughs; the first visit to a place in a slot prevents a tenth of what is expected."""
    n_cells, n_slots = len(demand), len(demand[0])
    return PlanProblem(
        demand=np.array(demand),
        gain=np.full((n_slots, 2), 0.1),
        borough=np.array(borough),
        capacity=np.array(capacity),
        day=np.arange(n_slots),
        visitable=np.ones(n_cells, dtype=bool),
        minimum=np.zeros(n_cells, dtype=np.int64),
        cell_ids=tuple("abcdefgh"[:n_cells]),
        borough_names=NAMES,
        slot_names=tuple(f"slot {n}" for n in range(n_slots)),
        rules=VisitRules(cap_per_slot=1),
    )


class TestNearEqual:
    """Worth of first visits, and the band above the marginal place."""

    def test_a_first_visit_is_worth_what_it_prevents_in_the_best_slot_with_crews(self) -> None:
        # Islington has crews in the second slot alone: 9 in the first is out of reach.
        world = problem([[5, 3], [9, 2]], borough=[0, 1], capacity=[[1, 1], [0, 1]])
        assert first_visit_worth(world) == pytest.approx([0.5, 0.2])

    def test_places_that_may_not_be_visited_or_have_no_crew_are_worth_nothing_known(self) -> None:
        world = problem([[5], [9], [4]], borough=[0, 0, 1], capacity=[[1], [0]])
        closed = replace(world, visitable=np.array([True, False, True]))
        assert np.isnan(first_visit_worth(closed)).tolist() == [False, True, True]

    def test_near_equal_is_within_the_band_of_the_least_place_visited_in_the_borough(self) -> None:
        demand = [[10.0], [12.0], [12.6], [30.0], [40.0], [50.0]]
        world = problem(demand, borough=[0, 0, 0, 0, 1, 1], capacity=[[9], [9]])
        visits = np.array([[1], [1], [1], [1], [1], [0]])
        # Camden's least is worth 1.0: up to 1.25 with a band of 0.25. Islington's is 4.0.
        found = near_equals(world, visits, band=0.25)
        assert found.tolist() == [True, True, False, False, True, False]
        assert near_equals(world, visits, band=0).tolist()[:3] == [True, False, False]

    def test_a_place_that_had_to_be_visited_moves_no_margin(self) -> None:
        # Somebody asked for the first, which is worth a tenth of the others.
        world = problem([[1], [10], [12]], borough=[0, 0, 0], capacity=[[9], [9]])
        visits = np.array([[1], [1], [1]])
        asked = np.array([True, False, False])
        assert near_equals(world, visits, band=0.25).tolist() == [True, False, False]
        found = near_equals(world, visits, band=0.25, forced=asked)
        assert found.tolist() == [False, True, True]

    def test_a_band_below_0_is_refused(self) -> None:
        world = problem([[1]], borough=[0], capacity=[[1], [1]])
        with pytest.raises(UsageError, match="near-equal band"):
            near_equals(world, np.array([[1]]), band=-0.1)

    def test_each_place_left_out_counts_under_the_first_reason_that_applies(self) -> None:
        visited = np.array([True, True, True, True, False])
        near = np.array([True, True, False, False, True])
        never = {
            "threat": np.array([True, False, False, False, True]),
            "rate": np.array([True, False, True, False, False]),
        }
        found = eligible_places(visited, near, never=never)
        assert found.cells.tolist() == [1]
        assert found.excluded == {"threat": 1, "rate": 1, NOT_NEAR_EQUAL: 1}


class TestNeighbours:
    """Squares of 100 m along a line, so many metres apart."""

    @staticmethod
    def squares(*west: float) -> np.ndarray:
        return np.array([shapely.box(x, 0, x + 100, 100) for x in west])

    def test_outlines_within_the_distance_are_one_and_so_are_their_neighbours(self) -> None:
        # Gaps of 100, 100 and 101 m: the first three hang together, the last stands alone.
        found = neighbour_units(self.squares(0, 200, 400, 601), metres=100)
        assert found.tolist() == [0, 0, 0, 1]

    def test_units_are_numbered_by_their_first_place(self) -> None:
        assert neighbour_units(self.squares(0, 900, 150, 950), metres=100).tolist() == [0, 1, 0, 1]

    def test_at_no_distance_those_that_touch_are_one(self) -> None:
        assert neighbour_units(self.squares(0, 100, 201), metres=0).tolist() == [0, 0, 1]

    def test_no_place_is_no_unit(self) -> None:
        assert neighbour_units(np.array([], dtype=object), metres=100).size == 0


def units(borough: list[int], worth: Sequence[float]) -> Units:
    return Units(
        borough=np.array(borough),
        worth=np.array(worth, dtype=float),
        places=np.ones(len(borough), dtype=np.int64),
    )


class TestUnits:
    def test_a_unit_has_the_mean_worth_of_its_places_and_the_borough_of_most(self) -> None:
        found = Units.of(
            np.array([0, 0, 0, 1]),
            borough=np.array([1, 0, 1, 0]),
            worth=np.array([1.0, 2.0, 6.0, 5.0]),
        )
        assert found.borough.tolist() == [1, 0]
        assert found.worth.tolist() == [3.0, 5.0]
        assert found.places.tolist() == [3, 1]


class TestStrata:
    def test_a_boroughs_units_are_cut_into_blocks_of_like_worth(self) -> None:
        worth = [7, 1, 5, 3, 2, 6, 8, 4]
        found = strata_of(units([0] * 8, worth), share=0.5, units_each=4, borough_names=NAMES)
        assert found.names == ("Camden 1 of 2", "Camden 2 of 2")
        assert found.of_unit.tolist() == [1, 0, 1, 0, 0, 1, 1, 0]

    def test_no_block_is_smaller_than_it_takes_to_hold_out_one(self) -> None:
        # A fifth of fewer than five units is no whole unit, whatever the setting says.
        found = strata_of(
            units([0] * 14, list(range(14))), share=0.2, units_each=2, borough_names=NAMES
        )
        assert np.bincount(found.of_unit).tolist() == [7, 7]

    def test_boroughs_with_too_few_units_share_a_stratum(self) -> None:
        borough, worth = [0, 0, 1, 1, 1], [1, 2, 3, 4, 5]
        found = strata_of(units(borough, worth), share=0.2, units_each=5, borough_names=NAMES)
        assert found.names == ("several boroughs 1 of 1",)
        assert found.of_unit.tolist() == [0] * 5

    def test_units_with_too_few_like_them_are_left_out(self) -> None:
        borough = [0, 0, 1, 1, 1, 1, 1]
        found = strata_of(
            units(borough, list(range(7))), share=0.2, units_each=5, borough_names=NAMES
        )
        assert found.names == ("Islington 1 of 1",)
        assert found.of_unit.tolist() == [LEFT_OUT, LEFT_OUT, 0, 0, 0, 0, 0]


class TestShares:
    @pytest.mark.parametrize(
        ("sizes", "share", "held"),
        [
            ([5, 10], 0.2, [1, 2]),  # whole
            ([7, 7], 0.2, [1, 1]),  # 1.4 each: 2.8 together give 2
            ([8, 9, 8], 0.2, [2, 2, 1]),  # 1.6, 1.8, 1.6: two more to the largest, then the first
            ([10], 0.3, [3]),  # 0.3 x 10 is not 2.9999 here
            ([5], 0.5, [2]),
        ],
    )
    def test_what_all_strata_still_have_goes_to_the_largest_remainders(
        self, sizes: list[int], share: float, held: list[int]
    ) -> None:
        assert held_of(np.array(sizes), share).tolist() == held

    def test_every_choice_of_a_stratum_is_as_likely_as_any_other(self) -> None:
        strata = Strata(of_unit=np.array([0] * 5), names=("one",))
        counts: dict[tuple[bool, ...], int] = {}
        for seed in range(4000):
            lot = draw(strata, share=0.4, rng=np.random.default_rng(seed))
            assert lot.probability.tolist() == [0.6] * 5
            key = tuple(lot.held_out.tolist())
            counts[key] = counts.get(key, 0) + 1
        # Ten pairs, 400 each expected, standard deviation 19: five of them either way.
        assert len(counts) == 10
        assert all(305 <= count <= 495 for count in counts.values())

    def test_one_seed_holds_out_others_in_another_week(self) -> None:
        strata = Strata(of_unit=np.zeros(40, dtype=np.int64), names=("one",))
        days = [date(2018, 7, 6), date(2018, 7, 13), date(2018, 7, 6)]
        lots = [draw(strata, share=0.5, rng=chance_of(1, day)).held_out.tolist() for day in days]
        assert lots[0] == lots[2] != lots[1]

    def test_units_without_a_stratum_are_never_held_out(self) -> None:
        strata = Strata(of_unit=np.array([LEFT_OUT, 0, 0]), names=("one",))
        lot = draw(strata, share=0.5, rng=np.random.default_rng(0))
        assert not lot.held_out[0]
        assert lot.probability.tolist() == [1.0, 0.5, 0.5]

    @pytest.mark.parametrize("share", [0.0, -0.1, 0.51, 1.0, float("nan")])
    def test_shares_outside_0_to_a_half_are_refused(self, share: float) -> None:
        with pytest.raises(UsageError, match="share to hold out"):
            draw(
                Strata(of_unit=np.array([0, 0]), names=("one",)),
                share=share,
                rng=np.random.default_rng(0),
            )
