"""Lots drawn anew as plans draw them: within strata, by units; and what dosage calls held out."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pyarrow as pa
import pytest

from rightplace.errors import BadInputError
from rightplace.evaluate.tasks import Tasks
from rightplace.forecast.feedback.monitor import HoldOut, hold_out_contrast
from tests.ping_world import CELLS, SLOTS, planned, tasks_of

LEVEL = 0.05


def lot(treated: list[int], unit: list[int], stratum: list[int]) -> HoldOut:
    """Return a lot whose chances are those of its strata."""
    arms, units, strata = np.array(treated, dtype=bool), np.array(unit), np.array(stratum)
    chance = np.array(
        [len(set(units[(strata == s) & arms])) / len(set(units[strata == s])) for s in strata]
    )
    return HoldOut(treated=arms, probability=chance, drawn_together=units, stratum=strata)


def test_other_lots_treat_as_many_units_of_each_stratum_and_keep_neighbours_together() -> None:
    # Stratum 0: units 0 (two places), 1, 2, of which two are treated; stratum 1: one of 3 and 4.
    seen = lot([1, 1, 0, 1, 1, 0], unit=[0, 0, 1, 2, 3, 4], stratum=[0, 0, 0, 0, 1, 1])
    arms = seen.redrawn(np.random.default_rng(0), draws=600)
    assert (arms[:, 0] == arms[:, 1]).all()
    assert (arms[:, [0, 2, 3]].sum(axis=1) == 2).all()
    assert (arms[:, 4:].sum(axis=1) == 1).all()
    # 3 x 2 lots, each as likely: 100 expected, standard deviation 9.
    kinds = {tuple(row) for row in arms.tolist()}
    counts = [int((arms == np.array(kind)).all(axis=1).sum()) for kind in kinds]
    assert len(kinds) == 6
    assert all(55 <= count <= 145 for count in counts)


def test_the_chance_of_so_great_a_difference_is_that_of_trying_every_lot() -> None:
    seen = lot([1, 1, 1, 0, 0], unit=[0, 1, 2, 3, 4], stratum=[0] * 5)
    records = np.array([9, 5, 7, 6, 1])
    every = []
    for held in combinations(range(5), 2):
        treated = [place for place in range(5) if place not in held]
        every.append(records[treated].mean() - records[list(held)].mean())
    exact = np.mean([each >= every[-1] - 1e-9 for each in every])  # the last holds out 3 and 4
    found = hold_out_contrast(
        records, seen, alert_p=LEVEL, rng=np.random.default_rng(1), draws=4000
    )
    assert found.effect == pytest.approx(7 - 3.5)
    assert found.p == pytest.approx(exact, abs=0.02)


def test_units_without_a_stratum_are_drawn_each_by_itself() -> None:
    mixed = HoldOut(
        treated=np.array([True, False, True, False]),
        probability=np.array([0.5, 0.5, 0.5, 0.5]),
        drawn_together=np.arange(4),
        stratum=np.array([0, 0, -1, -1]),
    )
    arms = mixed.redrawn(np.random.default_rng(0), draws=400)
    assert (arms[:, :2].sum(axis=1) == 1).all()
    assert {tuple(row) for row in arms[:, 2:].tolist()} == {
        (one, other) for one in (True, False) for other in (True, False)
    }


def test_a_unit_in_two_strata_is_no_unit() -> None:
    with pytest.raises(BadInputError, match="drawn as one"):
        lot([1, 1, 0, 0], unit=[0, 0, 1, 2], stratum=[0, 1, 1, 0])


def test_where_neighbours_go_together_units_keep_the_level_and_single_places_do_not() -> None:
    """Records come in the place and next door alike: ten units of six places, five treated."""
    by_unit = by_place = 0
    for seed in range(200):
        rng = np.random.default_rng(seed)
        unit = np.repeat(np.arange(10), 6)
        arms = (rng.permutation(10) < 5)[unit]
        records = rng.poisson(rng.gamma(1.0, 3.0, 10)[unit])
        half, strata = np.full(60, 0.5), np.zeros(60, dtype=np.int64)
        for together in (unit, np.arange(60)):
            seen = HoldOut(treated=arms, probability=half, drawn_together=together, stratum=strata)
            found = hold_out_contrast(records, seen, alert_p=LEVEL, rng=rng, draws=199)
            alert = found.lo > 0
            by_unit += alert and together is unit
            by_place += alert and together is not unit
    # 200 at 5 %: 10 expected, 18 is the 99th percentile of the binomial.
    assert by_unit <= 18
    assert by_place >= 30


def test_a_place_without_a_visit_to_be_made_is_held_out_on_every_day() -> None:
    """Slot 0 to 2 are of the first day; the best plan would have gone on the second alone."""
    visits = [*planned(("A", 0, "west")), *planned(("A", 4, "east"), arm="holdout")]
    rows = tasks_of(visits).place_days.to_pylist()
    held = {(row["cell"], row["day"]): row["holdout"] for row in rows}
    days = {day for _, day in held}
    assert len(days) > 1
    east = CELLS.index("east")
    assert {cell for (cell, _), out in held.items() if out} == {east}
    assert all(held[east, day] == 1 for day in days)


def test_a_place_released_is_held_out_until_the_day_before() -> None:
    visits = [*planned(("A", 0, "west")), *planned(("A", 4, "east"), arm="holdout")]
    table = pa.Table.from_pylist(visits)
    days = sorted({slot.policing_day for slot in SLOTS})
    tasks = Tasks.of(table, cell_ids=CELLS, slots=SLOTS, excused=(), freed={"east": days[1]})
    rows = tasks.place_days.to_pylist()
    out = [row["day"] for row in rows if row["holdout"]]
    assert out == [0]
