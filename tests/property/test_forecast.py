"""Laws of forecasts, scores and ranks, whatever the numbers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from rightplace.forecast.counts import cumulative, quantile
from rightplace.forecast.distribution import ForecastDistribution, Noise
from rightplace.forecast.drivers import drivers_of, ranks_among
from rightplace.forecast.history import History
from rightplace.forecast.judging.accuracy import expected_hits, most_hits, predictive_accuracy_index
from rightplace.forecast.judging.scores import crps
from rightplace.forecast.registry import forecaster
from rightplace.forecast.wording import in_words

SPECS = (
    "uniform",
    "last_28_days",
    "last_12_months",
    "counts_2y",
    "fading@half_life_weeks=8",
    "fading@half_life_weeks=8,shrunk=1",
    "kernel@bandwidth_m=300",
)
quick = settings(max_examples=60, deadline=None)


@st.composite
def histories(draw: st.DrawFn) -> History:
    """Return a few cells and weeks, some of them without data but at least one cell with."""
    cells, weeks = draw(st.integers(1, 6)), draw(st.integers(1, 9))
    events = draw(arrays(np.int64, (cells, weeks), elements=st.integers(0, 30)))
    observed = draw(arrays(np.bool_, (cells, weeks)))
    observed[0] = True
    return History(
        events=events,
        exposure=draw(arrays(np.float64, weeks, elements=st.floats(0.5, 31))),
        observed=observed,
        period_ends=np.datetime64("2021-03-01") + 7 * np.arange(weeks),
        kind="week",
        area_km2=np.full(cells, 0.0625),
        xy=np.column_stack([250.0 * np.arange(cells), np.zeros(cells)]),
    )


def reordered(history: History, order: list[int]) -> History:
    return History(
        events=history.events[order],
        exposure=history.exposure,
        observed=history.observed[order],
        period_ends=history.period_ends,
        kind="week",
        area_km2=history.area_km2[order],
        xy=history.xy[order],
    )


@pytest.mark.parametrize("spec", SPECS)
@quick
@given(history=histories(), data=st.data())
def test_the_order_of_cells_does_not_matter(
    spec: str, history: History, data: st.DataObject
) -> None:
    order = data.draw(st.permutations(range(history.n_cells)))
    expected = forecaster(spec).fit(history).predict(7.0)
    again = forecaster(spec).fit(reordered(history, order)).predict(7.0)
    np.testing.assert_allclose(again, expected[order], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("spec", SPECS)
@quick
@given(history=histories(), days=st.floats(0.1, 60))
def test_forecasts_are_counts_that_grow_with_the_days_ahead(
    spec: str, history: History, days: float
) -> None:
    model = forecaster(spec).fit(history)
    expected = model.predict(days)
    assert not (expected < 0).any()
    np.testing.assert_allclose(model.predict(2 * days), 2 * expected, rtol=1e-12)
    # A cell is without a forecast only if it has no data in some window, never if it always had.
    assert not np.isnan(expected[history.observed.all(axis=1)]).any()


@pytest.mark.parametrize("spec", SPECS)
@quick
@given(history=histories())
def test_what_stands_where_nothing_was_published_changes_nothing(
    spec: str, history: History
) -> None:
    noisy = History(
        events=np.where(history.observed, history.events, 77),
        exposure=history.exposure,
        observed=history.observed,
        period_ends=history.period_ends,
        kind="week",
        area_km2=history.area_km2,
        xy=history.xy,
    )
    expected = forecaster(spec).fit(history).predict(7.0)
    np.testing.assert_array_equal(forecaster(spec).fit(noisy).predict(7.0), expected)


@quick
@given(history=histories())
def test_shrinking_lies_between_a_cells_own_rate_and_the_area_rate(history: History) -> None:
    own = forecaster("fading@half_life_weeks=8").fit(history).predict(7.0)
    shrunk = forecaster("fading@half_life_weeks=8,shrunk=1").fit(history)
    area = shrunk.memory_.area_rate * 7  # type: ignore[attr-defined]  # learned by this one
    between = shrunk.predict(7.0)
    seen = ~np.isnan(own)
    assert (between[seen] >= np.minimum(own, area)[seen] - 1e-9).all()
    assert (between[seen] <= np.maximum(own, area)[seen] + 1e-9).all()


@pytest.mark.parametrize("spec", SPECS)
@quick
@given(history=histories())
def test_drivers_explain_the_whole_forecast_and_ranks_agree_with_sorting(
    spec: str, history: History
) -> None:
    model = forecaster(spec).fit(history)
    found = drivers_of(model, history, exposure_days=7.0)
    whole = found.from_last_12_months + found.from_older + found.from_area
    np.testing.assert_allclose(whole, model.predict(7.0), rtol=1e-9, atol=1e-12)
    assert (found.rank_without_recent >= found.rank).all()
    assert (found.rank_without_last_12_months >= found.rank_without_recent).all()
    assert ((found.rank == 0) == np.isnan(found.expected)).all()
    for cell in np.flatnonzero(found.rank):
        assert all(found.sentences(int(cell)))


@quick
@given(values=st.lists(st.integers(0, 5), min_size=1, max_size=12), data=st.data())
def test_rank_without_is_the_rank_in_a_world_where_only_that_cell_changed(
    values: list[int], data: st.DataObject
) -> None:
    forecast = np.array(values, dtype=float)
    changed = np.array([data.draw(st.integers(0, 5)) for _ in values], dtype=float)
    for cell in range(len(values)):
        alone = forecast.copy()
        alone[cell] = changed[cell]
        assert ranks_among(forecast, changed)[cell] == 1 + (alone > alone[cell]).sum()


@quick
@given(
    cells=st.lists(
        st.tuples(st.integers(0, 50), st.floats(0.1, 10.0), st.booleans()), min_size=1, max_size=60
    ),
    unit=st.floats(0.01, 100.0),
)
def test_index_ignores_the_unit_of_area_and_is_one_when_all_is_flagged(
    cells: list[tuple[int, float, bool]], unit: float
) -> None:
    events, area, flagged = (np.array(column) for column in zip(*cells, strict=True))
    events[0], flagged[0] = events[0] + 1, True
    index = predictive_accuracy_index(events, area, flagged=flagged)
    in_other_unit = predictive_accuracy_index(events, area * unit, flagged=flagged)
    everywhere = predictive_accuracy_index(events, area, flagged=np.ones_like(flagged))
    assert in_other_unit == pytest.approx(index)
    assert everywhere == pytest.approx(1.0)


@quick
@given(
    cells=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 4)), min_size=1, max_size=15),
    data=st.data(),
)
def test_shared_ties_are_the_mean_over_every_way_of_breaking_them(
    cells: list[tuple[int, int]], data: st.DataObject
) -> None:
    events = np.array([cell[0] for cell in cells])
    forecast = np.array([float(cell[1]) for cell in cells])
    flagged = data.draw(st.integers(1, len(cells)))
    hits = expected_hits(events, forecast, flagged=flagged)
    # Ranking ties by events up or down brackets the expectation.
    best = expected_hits(events, forecast + 0.01 * events, flagged=flagged)
    worst = expected_hits(events, forecast - 0.01 * events, flagged=flagged)
    assert worst - 1e-9 <= hits <= best + 1e-9 <= most_hits(events, flagged=flagged) + 1e-8
    order = data.draw(st.permutations(range(len(cells))))
    assert expected_hits(events[order], forecast[order], flagged=flagged) == pytest.approx(hits)


@quick
@given(
    count=st.integers(0, 200),
    mean=st.floats(0.001, 120.0),
    dispersion=st.one_of(st.just(0.0), st.floats(0.001, 5.0)),
)
def test_crps_in_closed_form_is_the_sum_over_all_counts(
    count: int, mean: float, dispersion: float
) -> None:
    closed = crps(np.array([count]), np.array([mean]), dispersion=dispersion)[0]
    far = int(max(count, mean + 60 * np.sqrt(mean + dispersion * mean**2))) + 60
    counts = np.arange(far)
    steps = cumulative(counts, mean, dispersion=dispersion) - (counts >= count)
    assert closed == pytest.approx((steps**2).sum(), rel=1e-6, abs=1e-9)


@quick
@given(
    mean=st.floats(0.0, 5000.0),
    dispersion=st.one_of(st.just(0.0), st.floats(1e-6, 5.0)),
    chance=st.floats(0.001, 0.999),
)
def test_quantile_is_the_first_count_that_reaches_its_chance(
    mean: float, dispersion: float, chance: float
) -> None:
    found = quantile(chance, np.array([mean]), dispersion=dispersion)[0]
    assert cumulative(found, mean, dispersion=dispersion) >= chance
    assert cumulative(found - 1, mean, dispersion=dispersion) < chance


@quick
@given(
    mean=arrays(np.float64, st.integers(1, 8), elements=st.floats(0, 50)),
    area=st.floats(0, 0.5),
    cell=st.floats(0, 2),
)
def test_wider_levels_and_more_noise_never_narrow_an_interval(
    mean: np.ndarray[tuple[int], np.dtype[np.float64]], area: float, cell: float
) -> None:
    forecast = ForecastDistribution(mean=mean, noise=Noise(area=area, cell=cell, scatter=cell))
    (low50, high50), (low95, high95) = forecast.interval(0.5), forecast.interval(0.95)
    assert (low95 <= low50).all()
    assert (low50 <= high50).all()
    assert (high50 <= high95).all()
    quiet = ForecastDistribution(mean=mean, noise=Noise())
    assert forecast.variance_of_sum() >= quiet.variance_of_sum()
    low, high = forecast.interval_of_sum(level=0.8)
    assert 0 <= low <= high


@quick
@given(mean=st.floats(0, 1e5), below=st.floats(0, 1e5), above=st.floats(0, 1e5))
def test_any_forecast_can_be_said(mean: float, below: float, above: float) -> None:
    words = in_words(mean, max(0.0, mean - below), mean + above)
    assert words.startswith(("about ", "1 in ", "less than 1 in ", "none expected"))
