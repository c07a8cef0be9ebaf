"""Laws of rankings, curves and scores of a backtest, whatever the numbers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from rightplace.forecast.counts import cumulative
from rightplace.forecast.history import History
from rightplace.forecast.judging.accuracy import expected_hits, most_hits
from rightplace.forecast.judging.backtest import Backtest, Design, rolling_backtest
from rightplace.forecast.judging.ceiling import expected_log_scores
from rightplace.forecast.judging.ranking import Ranking
from rightplace.forecast.judging.scores import log_likelihood

quick = settings(max_examples=60, deadline=None)
cells = st.integers(1, 30)


@st.composite
def ranked(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """Return events and forecasts of a few cells, many of them tied."""
    n = draw(cells)
    events = draw(arrays(np.int64, n, elements=st.integers(0, 9)))
    forecast = draw(arrays(np.float64, n, elements=st.sampled_from([0.0, 0.25, 1.0, 3.0])))
    return events, forecast


def by_definition(events: np.ndarray, forecast: np.ndarray, flagged: int) -> float:
    """Return the hits cell by cell: certain above the cut, shared at it."""
    cut = sorted(forecast, reverse=True)[flagged - 1]
    above = [e for e, f in zip(events, forecast, strict=True) if f > cut]
    level = [e for e, f in zip(events, forecast, strict=True) if f == cut]
    return float(sum(above) + (flagged - len(above)) / len(level) * sum(level))


@given(ranked())
@quick
def test_one_sort_gives_the_hits_of_every_number_of_cells(
    world: tuple[np.ndarray, np.ndarray],
) -> None:
    events, forecast = world
    numbers = list(range(1, events.size + 1))
    found = Ranking.of(forecast).caught(events, np.array(numbers))
    by_hand = np.array([by_definition(events, forecast, n) for n in numbers])
    np.testing.assert_allclose(found, by_hand, atol=1e-9)
    assert (found <= [most_hits(events, flagged=n) + 1e-9 for n in numbers]).all()
    assert expected_hits(events, forecast, flagged=events.size) == pytest.approx(events.sum())


@given(ranked(), st.randoms(use_true_random=False))
@quick
def test_order_of_cells_changes_no_hit_and_no_chance(
    world: tuple[np.ndarray, np.ndarray], chance: object
) -> None:
    events, forecast = world
    order = list(range(events.size))
    chance.shuffle(order)  # type: ignore[attr-defined]  # a random.Random of Hypothesis
    numbers = np.arange(1, events.size + 1)
    one, two = Ranking.of(forecast), Ranking.of(forecast[order])
    np.testing.assert_allclose(
        one.caught(events, numbers), two.caught(events[order], numbers), atol=1e-9
    )
    for n in numbers:
        np.testing.assert_allclose(one.chance(int(n))[order], two.chance(int(n)))
        assert one.chance(int(n)).sum() == pytest.approx(n)


@given(ranked(), st.floats(0.1, 5))
@quick
def test_cells_of_one_size_are_caught_alike_by_number_and_by_area(
    world: tuple[np.ndarray, np.ndarray], size: float
) -> None:
    events, forecast = world
    ranking, numbers = Ranking.of(forecast), np.arange(events.size + 1)
    by_area = ranking.caught(events, numbers * size, size=np.full(events.size, size))
    np.testing.assert_allclose(by_area, ranking.caught(events, numbers), atol=1e-6)


@given(
    arrays(np.float64, 4, elements=st.floats(1e-6, 200)),
    arrays(np.float64, 4, elements=st.floats(0, 5)),
)
@quick
def test_likelihoods_are_differences_of_the_cumulative(
    mean: np.ndarray, dispersion: np.ndarray
) -> None:
    counts = np.arange(30)[:, None]
    chances = np.exp(log_likelihood(counts, mean, dispersion=dispersion))
    upto = cumulative(counts, mean, dispersion=dispersion)
    np.testing.assert_allclose(np.cumsum(chances, axis=0), upto, atol=1e-7)


@given(
    arrays(np.float64, 5, elements=st.floats(1e-4, 60)),
    arrays(np.float64, 5, elements=st.floats(0, 2)),
)
@quick
def test_no_score_is_expected_to_be_higher_than_that_of_the_truth(
    mean: np.ndarray, dispersion: np.ndarray
) -> None:
    # Gibbs' inequality: the Poisson score of counts that are not Poisson is the lower one.
    poisson, own = expected_log_scores(mean, dispersion)
    assert poisson <= own + 1e-6
    assert own <= 1e-9


def backtested(history: History) -> Backtest:
    return rolling_backtest(
        history,
        range(10, 14),
        methods=["counts_2y", "uniform"],
        generator=np.random.default_rng(0),
        design=Design(reference="uniform"),
    )


@given(arrays(np.int64, (6, 14), elements=st.integers(0, 6)), st.floats(0.01, 100))
@settings(max_examples=12, deadline=None)
def test_curves_rise_and_ignore_the_unit_of_area(events: np.ndarray, unit: float) -> None:
    events[0] += 1  # something happens in every period
    world = History(
        events=events,
        exposure=np.full(14, 7.0),
        observed=np.ones(events.shape, dtype=bool),
        period_ends=np.datetime64("2021-03-01") + 7 * np.arange(14),
        kind="week",
        area_km2=np.array([0.5, 1.0, 1.0, 2.0, 3.0, 0.25]),
        xy=np.column_stack([250.0 * np.arange(6), np.zeros(6)]),
    )
    in_other_unit = History(
        events=events,
        exposure=world.exposure,
        observed=world.observed,
        period_ends=world.period_ends,
        kind="week",
        area_km2=world.area_km2 * unit,
        xy=world.xy,
    )
    curves = backtested(world).curves
    for name in ("hit_rate", "pai", "expected_hit_rate", "best_hit_rate"):
        np.testing.assert_allclose(
            curves[name].to_numpy(), backtested(in_other_unit).curves[name].to_numpy(), atol=1e-9
        )
    for start in range(0, curves.num_rows, 40):
        one = curves.slice(start, 40)
        hits, best = one["hit_rate"].to_numpy(), one["best_hit_rate"].to_numpy()
        assert (np.diff(hits) >= -1e-12).all()
        assert (hits <= best + 1e-9).all()
