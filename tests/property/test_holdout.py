"""Laws of the lot: what it stores is what it does."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from rightplace.deploy.holdout.lot import (
    LEFT_OUT,
    Units,
    draw,
    held_of,
    least_units,
    strata_of,
)

SHARES = st.floats(min_value=0.05, max_value=0.5)
NAMES = ("a", "b", "c")


@st.composite
def worlds(build: st.DrawFn) -> Units:
    """Return units of three boroughs, some with few."""
    boroughs = build(st.lists(st.integers(0, 2), min_size=1, max_size=60))
    worths = build(
        st.lists(
            st.floats(min_value=0, max_value=10),
            min_size=len(boroughs),
            max_size=len(boroughs),
        )
    )
    return Units(
        borough=np.array(boroughs),
        worth=np.array(worths),
        places=np.ones(len(boroughs), dtype=np.int64),
    )


@given(units=worlds(), share=SHARES, each=st.integers(1, 20))
def test_a_stratum_can_hold_out_one_and_is_of_like_worth(
    units: Units, share: float, each: int
) -> None:
    strata = strata_of(units, share=share, units_each=each, borough_names=NAMES)
    inside = strata.of_unit[strata.of_unit != LEFT_OUT]
    sizes = np.bincount(inside, minlength=len(strata.names))
    assert (sizes >= least_units(share)).all()
    for borough in range(3):
        mine = [
            (
                units.worth[strata.of_unit == number].min(),
                units.worth[strata.of_unit == number].max(),
            )
            for number, name in enumerate(strata.names)
            if name.startswith(f"{NAMES[borough]} ")
        ]
        assert all(low[1] <= high[0] for low, high in pairwise(mine))


@given(units=worlds(), share=SHARES, each=st.integers(1, 20), seed=st.integers(0, 2**32))
def test_chances_sum_to_what_is_held_out_and_never_to_more_than_the_share(
    units: Units, share: float, each: int, seed: int
) -> None:
    strata = strata_of(units, share=share, units_each=each, borough_names=NAMES)
    lot = draw(strata, share=share, rng=np.random.default_rng(seed))
    inside = strata.of_unit != LEFT_OUT
    assert lot.held_out.sum() <= inside.sum() * share + 1e-6
    assert not lot.held_out[~inside].any()
    assert (lot.probability[~inside] == 1).all()
    for stratum in range(len(strata.names)):
        here = strata.of_unit == stratum
        held = int(lot.held_out[here].sum())
        assert 1 <= held < here.sum()
        assert np.isclose((1 - lot.probability[here]).sum(), held)
        assert len(set(lot.probability[here].tolist())) == 1
        # Within one unit of the share.
        assert abs(held - share * here.sum()) < 1


@given(sizes=st.lists(st.integers(1, 200), min_size=1, max_size=30), share=SHARES)
def test_shares_are_rounded_by_less_than_one_in_each_stratum_and_in_all(
    sizes: list[int], share: float
) -> None:
    held = held_of(np.array(sizes), share)
    assert (np.abs(held - np.array(sizes) * share) < 1 + 1e-6).all()
    assert 0 <= sum(sizes) * share - held.sum() + 1e-6 < 1 + 2e-6


@given(units=worlds(), share=SHARES, seed=st.integers(0, 2**32))
def test_the_same_seed_holds_out_the_same_units(units: Units, share: float, seed: int) -> None:
    strata = strata_of(units, share=share, units_each=8, borough_names=NAMES)
    one, other = (draw(strata, share=share, rng=np.random.default_rng(seed)) for _ in range(2))
    assert (one.held_out == other.held_out).all()


@settings(max_examples=8, deadline=None)
@given(units=worlds(), share=SHARES)
def test_over_seeds_each_unit_is_treated_as_often_as_its_stored_chance_says(
    units: Units, share: float
) -> None:
    strata = strata_of(units, share=share, units_each=8, borough_names=NAMES)
    seeds = 600
    lots = [
        draw(strata, share=share, rng=np.random.default_rng([seed, 2])) for seed in range(seeds)
    ]
    treated = 1 - np.mean([lot.held_out for lot in lots], axis=0)
    chance = lots[0].probability
    allowed = 5 * np.sqrt(chance * (1 - chance) / seeds)  # five standard errors
    assert (np.abs(treated - chance) <= allowed + 1e-12).all()
