"""Laws of the weights of a stack, whatever the numbers."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import xlogy

from rightplace.forecast.methods.stack import pool_weights


@settings(max_examples=60, deadline=None)
@given(
    st.integers(2, 5),
    st.integers(1, 40),
    st.integers(0, 10_000),
    st.sampled_from([0.0, 0.5, 20.0]),
)
def test_weights_are_shares_and_no_member_alone_or_equal_pool_was_likelier(
    members: int, cells: int, seed: int, prior_events: float
) -> None:
    chance = np.random.default_rng(seed)
    expected = chance.gamma(0.5, 2.0, size=(members, cells)) + 1e-6
    counts = chance.poisson(expected[0] + 0.3).astype(float)
    totals = expected.sum(axis=1)

    def fit(weights: np.ndarray) -> float:
        credit = xlogy(prior_events / members, np.maximum(weights, 1e-300)).sum()
        return float(xlogy(counts, weights @ expected).sum() - weights @ totals + credit)

    came = counts > 0
    weights = pool_weights(
        counts[came], expected[:, came], totals=totals, prior_events=prior_events
    )
    assert (weights >= 0).all()
    assert abs(weights.sum() - 1) < 1e-9
    if came.any():
        pools = [np.full(members, 1 / members), *chance.dirichlet(np.ones(members), size=5)]
        pools += list(np.eye(members)) if prior_events == 0 else []
        slack = 0.05 + 1e-9 * abs(fit(weights))
        assert all(fit(weights) >= fit(pool) - slack for pool in pools)
