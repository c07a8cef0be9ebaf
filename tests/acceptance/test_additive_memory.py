"""Additive memory against the best simple method, on Toronto's weeks and London's months."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest

from benchmarks.quality import london, toronto
from rightplace.forecast import ForecastDistribution, rolling_backtest
from rightplace.forecast.judging.trial import foretold_for, learned_noise

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.forecast import Backtest, History, Noise
    from rightplace.forecast.judging.trial import Predictions

METHOD = "additive_memory"
FADING_YEAR = london.METHODS["fading, half-life 12 months"]
needs_toronto = pytest.mark.skipif(
    not toronto.FOLDER.is_dir(), reason="the Toronto benchmark data are absent (bench_toronto)"
)
needs_london = pytest.mark.skipif(
    not london.CRIMES.is_file(),
    reason="the London street-level crimes are absent (london/police_uk)",
)


@cache
def in_toronto() -> Backtest:
    history, origins, _ = toronto.load()
    return rolling_backtest(
        history,
        origins,
        methods=[METHOD, toronto.REFERENCE, "fading@half_life_weeks=52"],
        generator=np.random.default_rng(0),
    )


def lower_limit(found: Backtest, metric: str, *, against: str) -> float:
    """Return the lower 95 % limit of what additive memory has over another method."""
    pairs = [p for p in found.pairs if (p.a, p.b, p.metric) == (METHOD, against, metric)]
    assert len(pairs) == 1
    low = pairs[0].lo95
    assert low is not None
    return low


@needs_toronto
def test_toronto_log_score_is_above_that_of_boosted_trees_and_is_pinned() -> None:
    found = in_toronto().methods
    assert found[METHOD]["log_score"] > -0.14396  # printed for trees on the same memories
    assert found[METHOD]["log_score"] == pytest.approx(-0.14376, abs=0.00002)
    assert round(found[toronto.REFERENCE]["log_score"], 5) == -0.14487


@needs_toronto
def test_toronto_log_score_beats_the_reference_beyond_chance() -> None:
    assert lower_limit(in_toronto(), "log_score", against=toronto.REFERENCE) > 0


@needs_toronto
@pytest.mark.parametrize("reference", [toronto.REFERENCE, "fading@half_life_weeks=52"])
@pytest.mark.parametrize("share", ["0.02", "0.05", "0.1"])
def test_toronto_ranking_is_within_two_percent_of_fading(reference: str, share: str) -> None:
    found = in_toronto()
    least = -0.02 * found.methods[reference]["pai"][share]
    assert lower_limit(found, f"pai@{share}", against=reference) > least


@needs_toronto
def test_toronto_randomised_pit_covers_78_to_82_percent_and_76_to_84_by_decile() -> None:
    found = in_toronto()
    assert 0.78 <= found.methods[METHOD]["pit_coverage80"] <= 0.82
    for row in found.deciles.to_pylist():
        if row["method"] == METHOD and row["expected"] >= 200:
            assert 0.76 <= row["coverage"] <= 0.84, row


def blocks_of(history: History, *, km: float) -> list[NDArray[np.bool_]]:
    """Return the cells of each square of so many kilometres."""
    squares = np.floor((history.xy - history.xy.min(axis=0)) / (1000 * km)).astype(int)
    _, block = np.unique(squares, axis=0, return_inverse=True)
    return [block.ravel() == number for number in range(block.max() + 1)]


@cache
def week_by_week() -> tuple[History, Predictions, dict[int, Noise]]:
    """Return Toronto, the forecast of each week of the test year, and its noise."""
    history, origins, _ = toronto.load()
    foretold = foretold_for(history, METHOD, origins=origins)
    noise = {at: learned_noise(history, foretold, origin=at) for at in origins}
    return history, foretold, noise


def share_within(expected: float, km: float | None) -> float:
    """Return how often an 80 % interval of a sum of so many or more held what came.

    Sums are of squares of so many kilometres, or of the busiest tenth of cells.
    """
    history, foretold, noise = week_by_week()
    held = []
    for at, spread in noise.items():
        mean = foretold[at]
        busiest = [mean >= np.quantile(mean, 0.9)]
        for cells in busiest if km is None else blocks_of(history, km=km):
            if mean[cells].sum() >= expected:
                distribution = ForecastDistribution(mean=mean, noise=spread)
                low, high = distribution.interval_of_sum(cells.astype(float), level=0.8)
                held.append(low <= history.events[cells, at].sum() <= high)
    return float(np.mean(held))


@needs_toronto
@pytest.mark.parametrize("km", [4.0, 7.0, 12.0, None])
def test_toronto_plain_intervals_hold_for_sums_of_neighbourhoods(km: float | None) -> None:
    assert 0.76 <= share_within(5.0, km) <= 0.86


@needs_london
@pytest.mark.parametrize("equal_months", [True, False])
def test_london_log_score_is_not_below_fading_by_a_thousandth(*, equal_months: bool) -> None:
    history = london.load(equal_months=equal_months)
    found = london.results(history, methods=["additive memory", "fading, half-life 12 months"])
    reference = found.methods[FADING_YEAR]["log_score"]
    assert found.methods[METHOD]["log_score"] > 1.001 * reference
    for share in ("0.02", "0.05", "0.1"):
        least = -0.02 * found.methods[FADING_YEAR]["pai"][share]
        assert lower_limit(found, f"pai@{share}", against=FADING_YEAR) > least
