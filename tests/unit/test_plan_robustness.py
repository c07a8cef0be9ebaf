"""How often a visit stays in the plan when rates are drawn, and how much choosing flatters."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rightplace.deploy import read_effect_sizes, solve
from rightplace.deploy.weekly.robustness import Robustness, robustness
from rightplace.errors import UsageError
from tests.unit.test_plan_limits import world

(EFFECT,) = read_effect_sizes()
HOURS = np.full(1, 8.0)


def found(demand: list[list[float]], factors: list[list[float]]) -> Robustness:
    """Return how a plan of one visit stands; its limits are none that bind."""
    problem = replace(world(demand, [[1]]), limits=None)
    return robustness(
        problem,
        solve(problem).visits,
        factors=np.array(factors),
        effect=EFFECT,
        slot_hours=HOURS,
        rng=np.random.default_rng(0),
    )


def test_a_place_that_is_best_in_every_draw_always_stays() -> None:
    stands = found([[9], [1]], [[1, 1], [0.8, 1.2], [1.2, 0.8]])

    assert stands.stays_share[:, 0].tolist() == [1, 0]
    assert stands.place_stays_share.tolist() == [1, 0]
    assert stands.draws == 3


def test_places_that_change_places_stay_in_their_share_of_draws() -> None:
    stands = found([[4], [4]], [[2, 1], [1, 2], [2, 1], [2, 1]])

    assert stands.stays_share[:, 0].tolist() == [0.75, 0.25]


def test_by_the_draw_it_was_chosen_by_a_plan_looks_better_than_by_others() -> None:
    rng = np.random.default_rng(1)

    stands = found([[4]] * 8, rng.gamma(2, 0.5, (40, 8)).tolist())

    # The highest of eight like places is highest by luck alone: elsewhere it is as the rest.
    assert stands.by_own_draw > 1.5 * stands.by_other_draws
    assert stands.by_other_draws == pytest.approx(stands.plan_by_draws, rel=0.35)


def test_one_draw_is_refused() -> None:
    with pytest.raises(UsageError, match="1 draws"):
        found([[1]], [[1]])
