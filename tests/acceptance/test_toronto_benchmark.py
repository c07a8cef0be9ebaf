"""The forecast benchmark on Toronto gives every printed digit, and its intervals hold."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from benchmarks.quality.toronto import FOLDER, PRINTED, PRINTED_12, Result, load, results
from rightplace.forecast import ForecastDistribution, rolling_backtest
from rightplace.forecast.judging.trial import learned_noise, one_step_ahead, periods_needed
from rightplace.forecast.registry import SHORT_HISTORY_DEFAULT

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="the Toronto benchmark data are absent (bench_toronto)"
)
WITHIN = 0.8


@cache
def measured() -> dict[str, Result]:
    return {result.method: result for result in results(methods=PRINTED)}


@pytest.mark.parametrize("method", PRINTED)
def test_52_origins_give_the_printed_digits(method: str) -> None:
    assert measured()[method].as_printed(PRINTED[method]) == PRINTED[method]


def test_12_origins_give_the_printed_digits_of_last_12_months_and_kernel() -> None:
    for result in results(twelve=True, methods=PRINTED_12):
        printed = PRINTED_12[result.method]
        assert result.as_printed(printed) == printed


def test_events_on_the_benchmark_cells_are_counted() -> None:
    history, origins, twelve = load()
    assert history.events.shape == (7103, 416)
    assert history.events.sum() == 144_155
    assert history.events[:, origins].sum() == 17_032
    assert history.events[:, twelve].sum() == 3_875


def test_randomised_pit_of_long_memory_covers_78_to_82_percent_and_76_to_84_by_decile() -> None:
    history, origins, _ = load()
    found = rolling_backtest(
        history, origins, methods=[SHORT_HISTORY_DEFAULT], generator=np.random.default_rng(0)
    )
    assert 0.78 <= found.methods[SHORT_HISTORY_DEFAULT]["pit_coverage80"] <= 0.82
    for row in found.deciles.to_pylist():
        if row["expected"] >= 200:
            assert 0.76 <= row["coverage"] <= 0.84, row


def test_plain_intervals_of_large_units_hold_about_as_often_as_they_say() -> None:
    # Twenty groups of cells of 5 or more expected a week: columns of the city from west to east.
    history, origins, _ = load()
    foretold = one_step_ahead(
        history, SHORT_HISTORY_DEFAULT, periods=periods_needed(history, origins)
    )
    groups = np.array_split(np.argsort(history.xy[:, 0], kind="stable"), 20)
    inside = []
    for origin in origins:
        noise = learned_noise(history, foretold, origin=origin)
        for group in groups:
            forecast = ForecastDistribution(mean=foretold[origin][group], noise=noise)
            if forecast.mean.sum() >= 5:
                low, high = forecast.interval_of_sum(level=WITHIN)
                inside.append(low <= history.events[group, origin].sum() <= high)
    assert len(inside) > 900
    # Quantiles of whole numbers cover at least their level; the stated band is 76 to 86 %.
    assert 0.76 <= np.mean(inside) <= 0.86
