"""Monthly forecasts of London come as near the printed table as the placing of points allows."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest

from benchmarks.quality.london import CRIMES, METHODS, PRINTED, load, results
from benchmarks.quality.toronto import SHARES

if TYPE_CHECKING:
    from rightplace.forecast import Backtest

pytestmark = pytest.mark.skipif(
    not CRIMES.is_file(), reason="the London street-level crimes are absent (london/police_uk)"
)
SHRUNKEN = "fading, half-life 12 months, shrunk"


@cache
def measured(*, equal_months: bool) -> Backtest:
    return results(load(equal_months=equal_months), methods=(*PRINTED, SHRUNKEN))


def test_the_lsoas_with_any_event_are_those_of_the_printed_table() -> None:
    history = load()
    assert history.n_cells == 3_804
    assert history.observed.sum() == 3_804 * 29  # 2016-03 is no data


@pytest.mark.parametrize("method", PRINTED)
def test_scores_are_within_a_few_boundary_points_of_the_printed_ones(method: str) -> None:
    scores = measured(equal_months=True).methods[METHODS[method]]
    for share, printed in zip(SHARES, PRINTED[method].pai, strict=True):
        assert scores["pai"][share] == pytest.approx(float(printed), abs=0.01)
    assert scores["log_score"] == pytest.approx(float(PRINTED[method].log_score), abs=0.0002)


@pytest.mark.parametrize("method", ["last 12 months", "fading, half-life 12 months"])
def test_months_of_their_real_length_forecast_better_than_equal_ones(method: str) -> None:
    spec = METHODS[method]
    by_day = measured(equal_months=False).methods[spec]["log_score"]
    assert by_day > measured(equal_months=True).methods[spec]["log_score"] + 0.002


def test_randomised_pit_covers_78_to_82_percent_and_76_to_84_in_each_tenth_of_forecasts() -> None:
    found = measured(equal_months=False)
    assert 0.78 <= found.methods[METHODS[SHRUNKEN]]["pit_coverage80"] <= 0.82
    tenths = [row for row in found.deciles.to_pylist() if row["method"] == METHODS[SHRUNKEN]]
    assert len(tenths) == 10
    for row in tenths:
        assert row["expected"] >= 200
        assert 0.76 <= row["coverage"] <= 0.84, row
