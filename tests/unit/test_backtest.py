"""Rolling-origin backtests on worlds small enough to add up."""

from __future__ import annotations

import numpy as np
import pytest

from rightplace.errors import (
    BadInputError,
    UndefinedMetricError,
    UnsupportedByDataError,
    UsageError,
)
from rightplace.forecast.distribution import Noise
from rightplace.forecast.history import History
from rightplace.forecast.judging.backtest import Design, rolling_backtest
from rightplace.forecast.judging.comparison import Pair, Ratio, block_draws, compare, verdict
from rightplace.forecast.judging.trial import forecast_noise, learned_noise, one_step_ahead

METHODS = ("counts_2y", "last_28_days", "uniform")


def seed() -> np.random.Generator:
    return np.random.default_rng(0)


def world(n_weeks: int = 40, *, n_cells: int = 20, observed: object = None) -> History:
    """Return weeks of Poisson counts whose rates differ widely between cells."""
    generator = np.random.default_rng(9)
    rates = generator.gamma(0.4, 2.0, size=n_cells)
    events = generator.poisson(rates[:, None], size=(n_cells, n_weeks))
    return History(
        events=events,
        exposure=np.full(n_weeks, 7.0),
        observed=np.ones(events.shape, dtype=bool) if observed is None else np.array(observed),
        period_ends=np.datetime64("2020-01-06") + 7 * np.arange(n_weeks),
        kind="week",
        area_km2=np.ones(n_cells),
        xy=np.column_stack([np.arange(n_cells) * 250.0, np.zeros(n_cells)]),
    )


def three_weeks() -> History:
    """Return four cells; the third week is to be forecast from the first two."""
    return History(
        events=np.array([[3, 3, 1], [2, 2, 4], [1, 1, 0], [0, 0, 5]]),
        exposure=np.full(3, 7.0),
        observed=np.ones((4, 3), dtype=bool),
        period_ends=np.datetime64("2020-01-06") + 7 * np.arange(3),
        kind="week",
        area_km2=np.ones(4),
        xy=np.column_stack([np.arange(4) * 250.0, np.zeros(4)]),
    )


def test_scores_of_one_origin_by_hand() -> None:
    # Forecast 3, 2, 1, 0; came 1, 4, 0, 5 (10 in all). The two highest catch 5; the best two 9.
    found = rolling_backtest(
        three_weeks(), [2], methods=["counts_2y"], generator=seed(), shares=(0.25, 0.5)
    )
    scores = found.methods["counts_2y"]
    assert scores["hit_rate"] == {"0.25": pytest.approx(0.1), "0.5": pytest.approx(0.5)}
    assert scores["pai"] == {"0.25": pytest.approx(0.4), "0.5": pytest.approx(1.0)}
    assert scores["pei"] == {"0.25": pytest.approx(1 / 5), "0.5": pytest.approx(5 / 9)}
    rate = 0.99 * np.array([3, 2, 1, 0]) + 0.015
    log = np.array([1, 4, 0, 5]) * np.log(rate) - rate - np.log([1, 24, 1, 120])
    assert scores["log_score"] == pytest.approx(log.mean())
    assert scores["harm_hit_rate"] == {}
    assert "tried alone" in found.verdict


def test_a_cell_without_data_is_in_neither_numerator_nor_denominator() -> None:
    whole = three_weeks()
    observed = whole.observed.copy()
    observed[3, 2] = False
    masked = History(
        events=whole.events,
        exposure=whole.exposure,
        observed=observed,
        period_ends=whole.period_ends,
        kind="week",
        area_km2=whole.area_km2,
        xy=whole.xy,
    )
    found = rolling_backtest(masked, [2], methods=["counts_2y"], generator=seed(), shares=(0.34,))
    # Three cells are left with 1, 4, 0; the highest two (ceil .34 x 3) catch all 5.
    assert found.methods["counts_2y"]["hit_rate"]["0.34"] == pytest.approx(1.0)
    assert found.methods["counts_2y"]["pai"]["0.34"] == pytest.approx(1.5)
    assert found.origins.column("n_cells").to_pylist() == [3]


def test_all_methods_are_judged_on_the_cells_that_each_has_data_for() -> None:
    history = world()
    observed = np.ones((20, 40), dtype=bool)
    observed[4, 34:38] = False  # nothing in the last 28 days before the origin
    masked = world(observed=observed)
    found = rolling_backtest(masked, [38], methods=METHODS, generator=seed())
    assert set(found.origins.column("n_cells").to_pylist()) == {19}
    assert (
        rolling_backtest(history, [38], methods=METHODS, generator=seed())
        .origins.column("n_cells")
        .to_pylist()
        == [20] * 3
    )


def test_forecasts_see_nothing_of_the_period_or_what_follows() -> None:
    history = world()
    events = history.events.copy()
    events[:, 30:] = 99
    changed = History(
        events=events,
        exposure=history.exposure,
        observed=history.observed,
        period_ends=history.period_ends,
        kind="week",
        area_km2=history.area_km2,
        xy=history.xy,
    )
    for spec in METHODS:
        ours = one_step_ahead(history, spec, periods=range(20, 31))
        theirs = one_step_ahead(changed, spec, periods=range(20, 31))
        for period in range(20, 31):
            np.testing.assert_array_equal(ours[period], theirs[period])
        assert learned_noise(history, ours, origin=30) == learned_noise(changed, theirs, origin=30)


def test_forecast_is_for_the_exposure_of_the_period() -> None:
    history = History(
        events=np.array([[31, 28]]),
        exposure=np.array([31.0, 28.0]),
        observed=np.ones((1, 2), dtype=bool),
        period_ends=np.array(["2018-02-01", "2018-03-01"], dtype="datetime64[D]"),
        kind="month",
        area_km2=np.ones(1),
        xy=np.zeros((1, 2)),
    )
    assert one_step_ahead(history, "counts_2y", periods=[1])[1][0] == pytest.approx(28.0)


def test_harm_is_weighed_where_it_is_known() -> None:
    harm = np.zeros((4, 3))
    harm[:, 2] = [10, 0, 0, 30]
    found = rolling_backtest(
        three_weeks(),
        [2],
        methods=["counts_2y"],
        generator=seed(),
        shares=(0.25,),
        design=Design(harm=harm),
    )
    assert found.methods["counts_2y"]["harm_hit_rate"] == {"0.25": pytest.approx(0.25)}


def test_every_summary_has_the_keys_of_the_contract_and_the_same_seed_the_same_bytes() -> None:
    one = rolling_backtest(world(), range(28, 40), methods=METHODS, generator=seed())
    two = rolling_backtest(world(), range(28, 40), methods=METHODS, generator=seed())
    assert (one.methods, one.pairs, one.verdict) == (two.methods, two.pairs, two.verdict)
    assert one.origins.equals(two.origins)
    keys = {
        "hit_rate", "pai", "pei", "log_score", "log_score_same_noise", "crps", "pit_coverage80",
        "harm_hit_rate", "pit_histogram", "calibration", "stability", "ceiling", "plain_intervals",
    }  # fmt: skip
    for scores in one.methods.values():
        assert set(scores) == keys
        assert list(scores["pai"]) == ["0.01", "0.02", "0.05", "0.1"]
    assert len(one.origins) == 12 * 3
    assert len(one.deciles) == 10 * 3
    assert {p.metric for p in one.pairs} >= {"log_score", "crps", "pai@0.02", "hit_rate@0.1"}


def test_counting_beats_knowing_only_the_total_and_the_verdict_says_so() -> None:
    found = rolling_backtest(world(), range(20, 40), methods=METHODS, generator=seed())
    assert found.verdict.startswith("counts_2y has the best log score over 20 periods")
    assert "better beyond chance than" in found.verdict
    pair = next(p for p in found.pairs if (p.b, p.metric) == ("uniform", "log_score"))
    assert pair.lo95 is not None
    assert 0 < pair.lo95 < pair.diff


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"origins": []}, "at least one period"),
        ({"origins": [0]}, "Origins lie from 1 to 39"),
        ({"origins": [40]}, "Origins lie from 1 to 39"),
        ({"methods": []}, "at least one method"),
        ({"methods": ["uniform", "uniform"]}, "each once"),
        ({"methods": ["unform"]}, "Did you mean uniform"),
        ({"shares": []}, "at least one share"),
        ({"design": Design(harm=np.ones((2, 2)))}, "Harm needs the shape"),
        ({"design": Design(groups=np.zeros(3, dtype=int))}, "a number for each cell"),
        ({"design": Design(reference="unform")}, "Did you mean uniform"),
    ],
)
def test_what_cannot_be_tested_is_refused(change: dict[str, object], message: str) -> None:
    asked: dict[str, object] = {"origins": [30], "methods": ["uniform"], "generator": seed()}
    asked |= change
    with pytest.raises(UsageError, match=message):
        rolling_backtest(world(), **asked)  # type: ignore[arg-type]  # wrong on purpose


def test_impossible_shares_and_empty_periods_are_refused() -> None:
    with pytest.raises(BadInputError, match="share"):
        rolling_backtest(world(), [30], methods=["uniform"], generator=seed(), shares=(2.0,))
    observed = np.ones((20, 40), dtype=bool)
    observed[:, 30] = False
    with pytest.raises(UnsupportedByDataError, match="period 30"):
        rolling_backtest(world(observed=observed), [30], methods=["uniform"], generator=seed())


def test_a_backtest_in_which_nothing_happened_is_undefined() -> None:
    quiet = History(
        events=np.array([[1, 1, 0], [1, 0, 0]]),
        exposure=np.full(3, 7.0),
        observed=np.ones((2, 3), dtype=bool),
        period_ends=np.datetime64("2020-01-06") + 7 * np.arange(3),
        kind="week",
        area_km2=np.ones(2),
        xy=np.array([[0.0, 0.0], [250.0, 0.0]]),
    )
    with pytest.raises(UndefinedMetricError, match="Nothing happened"):
        rolling_backtest(quiet, [2], methods=["uniform"], generator=seed(), shares=(0.5,))


def test_noise_for_the_product_is_learned_from_its_own_past_forecasts() -> None:
    history = world()
    ahead = one_step_ahead(history, "counts_2y", periods=range(14, 40))
    assert forecast_noise(history, "counts_2y") == learned_noise(history, ahead, origin=40)
    assert forecast_noise(history.before(1), "counts_2y") == Noise()


# Comparison


def test_blocks_of_four_are_drawn_together_and_keep_the_number_of_origins() -> None:
    times = block_draws(12, generator=seed(), resamples=50)
    assert (times.sum(axis=1) == 12).all()
    whole = block_draws(4, generator=seed(), resamples=50)
    assert (whole == 1).all()  # one block holds everything, so nothing varies
    alone = (times[:, 1:-1] > 0) & (times[:, :-2] == 0) & (times[:, 2:] == 0)
    assert not alone.any()


def test_origins_that_are_blocks_themselves_are_drawn_one_by_one() -> None:
    times = block_draws(12, generator=seed(), resamples=50, block=1)
    assert (times.sum(axis=1) == 12).all()
    alone = (times[:, 1:-1] > 0) & (times[:, :-2] == 0) & (times[:, 2:] == 0)
    assert alone.any()


def test_two_equal_methods_differ_by_nothing() -> None:
    ratio = Ratio(above=np.tile(np.arange(12.0), (2, 1)), below=np.ones(12))
    pair = compare(["a", "b"], {"log_score": ratio}, generator=seed())[0]
    assert (pair.diff, pair.lo95, pair.hi95) == (0.0, 0.0, 0.0)


def test_a_paired_difference_that_is_always_the_same_has_no_spread() -> None:
    base = np.random.default_rng(1).normal(size=16)
    ratio = Ratio(above=np.stack([base + 0.5, base]), below=np.ones(16))
    pair = compare(["a", "b"], {"log_score": ratio}, generator=seed())[0]
    assert pair.diff == pytest.approx(0.5)
    assert pair.lo95 == pytest.approx(0.5)
    assert pair.hi95 == pytest.approx(0.5)


def test_interval_of_400_independent_differences_is_that_of_their_mean() -> None:
    gains = np.random.default_rng(3).normal(size=400)
    ratio = Ratio(above=np.stack([gains, np.zeros(400)]), below=np.ones(400))
    pair = compare(["a", "b"], {"log_score": ratio}, generator=seed())[0]
    assert pair.lo95 is not None
    assert pair.hi95 is not None
    assert (pair.hi95 - pair.lo95) / 2 == pytest.approx(1.96 * 0.05, rel=0.15)


def test_ratio_is_of_sums_and_undefined_when_nothing_is_below() -> None:
    ratio = Ratio(above=np.array([[1.0, 3.0]]), below=np.array([10.0, 10.0]))
    assert ratio.value().tolist() == [0.2]
    with pytest.raises(UndefinedMetricError):
        Ratio(above=np.zeros((1, 2)), below=np.zeros(2)).value()


def test_fewer_than_two_blocks_of_origins_give_no_interval_and_a_careful_verdict() -> None:
    found = rolling_backtest(world(), range(33, 40), methods=METHODS, generator=seed())
    assert all(p.lo95 is None and p.hi95 is None for p in found.pairs)
    assert "too few (8 are needed)" in found.verdict


def test_verdict_names_those_not_beaten() -> None:
    def pair(a: str, b: str, diff: float, lo: float, hi: float) -> Pair:
        return Pair(a=a, b=b, metric="log_score", diff=diff, lo95=lo, hi95=hi)

    pairs = [
        pair("old", "new", -0.1, -0.3, 0.1),
        pair("old", "flat", 0.5, 0.4, 0.6),
        pair("new", "flat", 0.6, 0.5, 0.7),
    ]
    assert verdict(["old", "new", "flat"], pairs, n_origins=52) == (
        "new has the best log score over 52 periods; better beyond chance than flat; "
        "not better beyond chance than old."
    )
