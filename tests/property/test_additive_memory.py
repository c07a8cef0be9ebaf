"""Laws of additive memory, whatever the numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from rightplace.forecast.history import History
from rightplace.forecast.methods.additive import AdditiveMemory

quick = settings(max_examples=25, deadline=None)


@st.composite
def histories(draw: st.DrawFn) -> History:
    """Return a year and more of a few cells, some weeks unpublished, at least one cell whole."""
    cells, weeks = draw(st.integers(1, 7)), draw(st.integers(52, 64))
    chance = np.random.default_rng(draw(st.integers(0, 10_000)))
    busy = chance.gamma(0.5, draw(st.sampled_from([0.2, 2.0, 20.0])), size=(cells, 1))
    events = chance.poisson(busy, size=(cells, weeks))
    events[0, ::5] += 1
    observed = chance.random((cells, weeks)) > draw(st.sampled_from([0.0, 0.3, 0.9]))
    observed[0] = True
    return History(
        events=events,
        exposure=chance.uniform(1, 9, size=weeks),
        observed=observed,
        period_ends=np.datetime64("2021-03-01") + 7 * np.arange(weeks),
        kind="week",
        area_km2=np.full(cells, 0.0625),
        xy=np.column_stack([250.0 * np.arange(cells), chance.choice([0.0, 90.0], size=cells)]),
    )


@quick
@given(history=histories(), data=st.data())
def test_the_order_of_cells_does_not_matter(history: History, data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(history.n_cells)))
    turned = replace(
        history,
        events=history.events[order],
        observed=history.observed[order],
        area_km2=history.area_km2[order],
        xy=history.xy[order],
    )
    expected = AdditiveMemory().fit(history).predict(7.0)
    again = AdditiveMemory().fit(turned).predict(7.0)
    np.testing.assert_allclose(again, expected[order], rtol=1e-6)


@quick
@given(history=histories(), times=st.sampled_from([0.25, 2.0, 8.0]))
def test_the_unit_of_exposure_cancels(history: History, times: float) -> None:
    stretched = replace(history, exposure=history.exposure * times)
    expected = AdditiveMemory().fit(history).predict(7.0)
    again = AdditiveMemory().fit(stretched).predict(7.0 * times)
    np.testing.assert_allclose(again, expected, rtol=1e-6)


@quick
@given(history=histories(), late=st.integers(1, 51))
def test_parts_and_shares_make_up_the_whole_forecast(history: History, late: int) -> None:
    model = AdditiveMemory().fit(history)
    expected = model.predict(7.0)
    newest = np.arange(history.n_periods) >= late
    parts = model.area_part(7.0)
    for periods in (newest, ~newest):
        parts = parts + model.part(history, periods=periods, exposure_days=7.0)
    np.testing.assert_allclose(parts, expected, rtol=1e-9)
    known = ~np.isnan(expected)
    assert (expected[known] > 0).all()
    found = model.shares_with_intervals(history, level=0.9)
    np.testing.assert_allclose(found.share[known].sum(axis=1), 1.0)
    assert ((found.low <= found.share) & (found.share <= found.high))[known].all()
    assert ((found.low >= 0) & (found.high <= 1))[known].all()
    assert np.isnan(found.share[~known]).all()


@quick
@given(history=histories())
def test_no_cell_is_without_a_forecast_unless_it_was_never_observed(history: History) -> None:
    expected = AdditiveMemory().fit(history).predict(7.0)
    np.testing.assert_array_equal(~np.isnan(expected), history.observed.any(axis=1))
