"""Gains of several cities in one figure, with an interval from blocks within each city."""

from __future__ import annotations

import numpy as np
import pytest

from rightplace.errors import BadInputError, UsageError
from rightplace.forecast.history import History
from rightplace.forecast.judging.backtest import rolling_backtest
from rightplace.forecast.judging.pooling import Gains, Pooled, pooled


def gains(city: str, gain: object, events: object) -> Gains:
    return Gains(city=city, gain=np.array(gain, float), events=np.array(events, float))


def of(*cities: Gains) -> Pooled:
    return pooled(cities, method="new", reference="old", generator=np.random.default_rng(0))


def test_each_city_counts_alike_in_the_mean_and_each_event_in_the_total() -> None:
    # 2 per 10 events is .2, 1 per 100 is .01: mean .105, total 3 per 110.
    found = of(gains("small", [1, 1], [4, 6]), gains("large", [0, 1], [50, 50]))
    assert found.cities == {"small": pytest.approx(0.2), "large": pytest.approx(0.01)}
    assert found.gain == pytest.approx(0.105)
    assert found.gain_all_events == pytest.approx(3 / 110)


def test_gains_that_never_vary_have_no_spread() -> None:
    found = of(
        gains("a", np.full(12, 0.5), np.full(12, 5)), gains("b", np.full(20, 2.0), [10] * 20)
    )
    assert found.lo95 == pytest.approx(0.15)
    assert found.hi95 == pytest.approx(0.15)
    assert found.lo95_all_events == pytest.approx(found.gain_all_events)


def test_interval_is_that_of_independent_cities() -> None:
    # Gains of unit variance in 400 origins of one event: standard error .05 in each city, and
    # .05 / sqrt 2 for the mean of two.
    chance = np.random.default_rng(3)
    cities = [gains(name, chance.normal(size=400), np.ones(400)) for name in ("a", "b")]
    found = of(*cities)
    assert found.lo95 is not None
    assert found.hi95 is not None
    assert (found.hi95 - found.lo95) / 2 == pytest.approx(1.96 * 0.05 / np.sqrt(2), rel=0.15)


def test_a_city_of_few_origins_gives_no_interval() -> None:
    found = of(gains("a", np.ones(7), np.ones(7)), gains("b", np.ones(52), np.ones(52)))
    assert found.gain == 1.0
    assert (found.lo95, found.hi95, found.lo95_all_events) == (None, None, None)


def test_gains_are_read_from_the_origins_of_a_backtest() -> None:
    events = np.random.default_rng(1).poisson([[0.2], [1.0], [4.0]], size=(3, 30))
    history = History(
        events=events,
        exposure=np.full(30, 7.0),
        observed=np.ones(events.shape, dtype=bool),
        period_ends=np.datetime64("2020-01-06") + 7 * np.arange(30),
        kind="week",
        area_km2=np.ones(3),
        xy=np.column_stack([np.arange(3) * 250.0, np.zeros(3)]),
    )
    found = rolling_backtest(
        history,
        range(20, 30),
        methods=["counts_2y", "uniform"],
        generator=np.random.default_rng(0),
    )
    read = Gains.of("here", found.origins, method="counts_2y", reference="uniform")
    np.testing.assert_allclose(read.events, events[:, 20:].sum(axis=0))
    backwards = found.origins.take(np.arange(found.origins.num_rows)[::-1])
    again = Gains.of("here", backwards, method="counts_2y", reference="uniform")
    np.testing.assert_array_equal(again.gain, read.gain)  # in time order all the same
    difference = found.pairs[0].diff  # per cell and period: three cells, ten periods
    assert read.gain.sum() == pytest.approx(difference * 30)
    with pytest.raises(UsageError, match="not both counts_2y and fading"):
        Gains.of("here", found.origins, method="counts_2y", reference="fading")


def test_what_cannot_be_pooled_is_refused() -> None:
    one = gains("a", [1.0], [1.0])
    with pytest.raises(UsageError, match="each once"):
        of(one, one)
    with pytest.raises(UsageError, match="one city or more"):
        of()
    with pytest.raises(BadInputError, match="no event in 2 periods"):
        gains("a", [1.0, 2.0], [0.0, 0.0])
    with pytest.raises(BadInputError, match="counts of events"):
        gains("a", [1.0, 2.0], [1.0])
