"""Weights of the non-negative quadratic programme, against general solvers and by hand."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.optimize import linprog

from rightplace.errors import BadInputError
from rightplace.evaluate.designs.synthetic.programme import (
    Programme,
    impossible,
    is_proof,
    nearest,
    solve,
)


def _programme(features: list[list[float]], totals: list[float]) -> Programme:
    table = np.array(features, dtype=np.float64)
    start = np.full(table.shape[0], 1.0)
    return Programme(features=table, totals=np.array(totals, dtype=np.float64), start=start)


def _brute(programme: Programme) -> float:
    """Return the least distance over all sets of units that may have weight, one by one."""
    units = programme.start.size
    best = np.inf
    for size in range(1, units + 1):
        for chosen in combinations(range(units), size):
            rows = list(chosen)
            some = programme.features[rows]
            gap = programme.totals - some.T @ programme.start[rows]
            spread = np.sqrt(programme.start[rows])[:, None] * some
            move, *_ = np.linalg.lstsq(spread.T, gap, rcond=None)
            weights = np.zeros(units)
            weights[rows] = programme.start[rows] + np.sqrt(programme.start[rows]) * move
            met = np.allclose(programme.features.T @ weights, programme.totals, atol=1e-9)
            if met and weights.min() >= -1e-12:
                distance = ((weights - programme.start) ** 2 / programme.start).sum()
                best = min(best, float(distance))
    return best


def test_two_units_and_one_total_come_out_as_by_hand() -> None:
    # Nearest to (1, 1) with w1 + 2 w2 = 6: move along (1, 2) by 3/5.
    found = solve(_programme([[1], [2]], [6]))
    assert_allclose(found.weights, [1.6, 2.2])


def test_a_weight_that_would_fall_below_nought_stays_at_nought() -> None:
    # w1 + w2 = 2 and w1 - w2 = 2 leave only (2, 0); a third unit adds nothing to either.
    found = solve(_programme([[1, 1], [1, -1]], [2, 2]))
    assert_allclose(found.weights, [2, 0], atol=1e-9)


@pytest.mark.parametrize("seed", range(20))
def test_small_problems_agree_with_trying_every_set_of_units(seed: int) -> None:
    rng = np.random.default_rng(seed)
    features = np.column_stack([np.ones(7), rng.poisson(2.0, (7, 2))]).astype(np.float64)
    wanted = rng.dirichlet(np.full(7, 0.3)) * 7
    programme = Programme(
        features=features, totals=features.T @ wanted, start=rng.uniform(0.5, 2.0, 7)
    )
    found = solve(programme)
    distance = ((found.weights - programme.start) ** 2 / programme.start).sum()
    assert found.met.all()
    assert_allclose(distance, _brute(programme), rtol=1e-6)


@pytest.mark.parametrize("seed", range(10))
def test_the_conditions_of_an_optimum_hold_whatever_the_solver(seed: int) -> None:
    rng = np.random.default_rng(seed)
    features = np.column_stack([np.ones(300), rng.poisson(1.0, (300, 12))]).astype(np.float64)
    start = np.full(300, 0.1)
    totals = features[:30].sum(axis=0)
    found = solve(Programme(features=features, totals=totals, start=start))
    slope = (found.weights - start) / start - features @ found.multipliers
    held = found.weights == 0
    assert_allclose(features.T @ found.weights, totals, rtol=1e-7)  # the totals are met
    assert found.weights.min() >= 0
    assert_allclose(slope[~held], 0, atol=1e-8)  # no move among the weights in use is better
    assert slope[held].min(initial=0) >= -1e-8  # nor would giving weight to another help


def test_totals_that_say_the_same_twice_change_nothing() -> None:
    once = solve(_programme([[1, 0], [1, 1], [1, 3]], [4, 5]))
    twice = solve(_programme([[1, 0, 0], [1, 1, 2], [1, 3, 6]], [4, 5, 10]))
    assert twice.met.all()
    assert_allclose(once.weights, twice.weights, atol=1e-6)


@pytest.mark.parametrize("seed", range(10))
def test_what_cannot_be_met_is_proved_exactly_where_linear_programming_finds_no_weights(
    seed: int,
) -> None:
    rng = np.random.default_rng(seed)
    features = np.column_stack([np.ones(12), rng.poisson(2.0, (12, 4))]).astype(np.float64)
    totals = np.array([3.0, *rng.poisson(6.0, 4)])
    programme = Programme(features=features, totals=totals, start=np.full(12, 0.25))
    possible = linprog(np.zeros(12), A_eq=features.T, b_eq=totals).status == 0
    assert solve(programme).met.all() == possible
    assert (impossible(programme) is None) == possible


def test_a_proof_is_checked_by_itself() -> None:
    programme = _programme([[1, 1], [1, 2]], [2, 9])  # two units of weight reach 4 at most
    proof = impossible(programme)
    assert proof is not None
    assert is_proof(programme, proof)
    assert not is_proof(programme, -proof)
    assert not is_proof(programme, np.array([1.0, 0.0]))


def test_what_cannot_be_met_is_met_as_nearly_as_can_be_and_the_rest_exactly() -> None:
    # Two units of weight in all; the second total of 9 can reach 4, with all on the second unit.
    programme = _programme([[1, 1], [1, 2]], [2, 9])
    found = nearest(programme, np.array([True, False]))
    assert_allclose(found.weights, [0, 2], atol=1e-6)
    assert found.met.tolist() == [True, False]
    assert_allclose(found.missed, [0, -5], atol=1e-6)


def test_tables_of_the_wrong_shape_are_refused() -> None:
    with pytest.raises(BadInputError, match="2 units and 1 totals"):
        _programme([[1], [2]], [1, 2])
