"""Laws of the feedback simulator and monitor."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rightplace.forecast.feedback.monitor import HoldOut, hold_out_contrast

units = st.lists(
    st.tuples(st.integers(0, 9), st.booleans(), st.sampled_from([0.2, 0.5, 0.8])),
    min_size=6,
    max_size=30,
)


def drawn(rows: list[tuple[int, bool, float]]) -> tuple[np.ndarray, HoldOut]:
    records, treated, probability = (np.array(column) for column in zip(*rows, strict=True))
    assume(treated.any() and not treated.all())
    lot = HoldOut(treated=treated, probability=probability, drawn_together=np.arange(len(rows)))
    return records, lot


@given(units, st.integers(1, 5))
def test_adding_records_to_every_treated_place_moves_effect_and_ends_by_as_many(
    rows: list[tuple[int, bool, float]], more: int
) -> None:
    records, lot = drawn(rows)
    before, after = (
        hold_out_contrast(y, lot, alert_p=0.05, rng=np.random.default_rng(0), draws=99)
        for y in (records, records + more * lot.treated)
    )
    assert after.effect == pytest.approx(before.effect + more)
    assert after.lo == pytest.approx(before.lo + more)
    assert after.hi == pytest.approx(before.hi + more)


@given(units)
def test_the_lower_end_is_above_nothing_exactly_if_p_is_small(
    rows: list[tuple[int, bool, float]],
) -> None:
    records, lot = drawn(rows)
    found = hold_out_contrast(records, lot, alert_p=0.05, rng=np.random.default_rng(0), draws=99)
    assert found.lo <= found.hi
    if abs(found.lo) > 1e-6:  # an end of exactly 0 is decided by rounding
        assert (found.lo > 0) == (found.p <= 0.05)


@given(units, st.integers(0, 99))
def test_the_order_of_places_does_not_change_the_difference(
    rows: list[tuple[int, bool, float]], seed: int
) -> None:
    records, lot = drawn(rows)
    order = np.random.default_rng(seed).permutation(len(rows))
    turned = HoldOut(
        treated=lot.treated[order],
        probability=lot.probability[order],
        drawn_together=np.arange(len(rows)),
    )
    one, other = (
        hold_out_contrast(y, each, alert_p=0.05, rng=np.random.default_rng(0), draws=99)
        for y, each in ((records, lot), (records[order], turned))
    )
    assert one.effect == pytest.approx(other.effect)
