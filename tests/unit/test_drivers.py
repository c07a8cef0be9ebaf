"""Reasons for a rank, worked out on four cells."""

from __future__ import annotations

import numpy as np
import pytest

from rightplace.errors import BadInputError
from rightplace.forecast.drivers import drivers_of, ranks_among
from rightplace.forecast.history import History
from rightplace.forecast.registry import forecaster

WEEKS = 104


def four_cells(*, unseen: bool = False) -> History:
    """Return two years of weeks: a lasting, a rising, a fallen and a quiet place."""
    events = np.zeros((4, WEEKS), dtype=int)
    events[0, ::2] = 1  # 52 incidents, 26 of them in the last year, 2 in the last 4 weeks
    events[1, -4:] = 10  # 40, all in the last 4 weeks
    events[2, :10] = 3  # 30, all long ago
    observed = np.ones(events.shape, dtype=bool)
    observed[3] = not unseen
    observed[2, -4:] = not unseen
    return History(
        events=events,
        exposure=np.full(WEEKS, 7.0),
        observed=observed,
        period_ends=np.datetime64("2020-01-06") + 7 * np.arange(WEEKS),
        kind="week",
        area_km2=np.ones(4),
        xy=np.column_stack([np.arange(4) * 250.0, np.zeros(4)]),
    )


def test_counts_parts_and_ranks_by_hand() -> None:
    history = four_cells()
    found = drivers_of(forecaster("counts_2y").fit(history), history, exposure_days=7.0)
    assert found.last_12_months.tolist() == [26, 40, 0, 0]
    assert found.last_28_days.tolist() == [2, 40, 0, 0]
    np.testing.assert_allclose(found.from_recent * WEEKS, [2, 40, 0, 0], atol=1e-12)
    np.testing.assert_allclose(found.from_last_12_months * WEEKS, [26, 40, 0, 0], atol=1e-12)
    np.testing.assert_allclose(found.from_older * WEEKS, [26, 0, 30, 0], atol=1e-12)
    assert found.rank.tolist() == [1, 2, 3, 4]
    # Without its last 4 weeks the first has 50 (still first), the second 0 (level with the last).
    assert found.rank_without_recent.tolist() == [1, 3, 3, 4]
    # Without the last year the first has 26 against 40 and 30; the second 0.
    assert found.rank_without_last_12_months.tolist() == [3, 3, 3, 4]
    # Nothing was mixed in, so nothing is lost with the area rate.
    assert found.rank_without_area_rate.tolist() == [1, 2, 3, 4]


def test_sentences_name_numbers_and_put_the_part_that_moves_the_rank_most_first() -> None:
    history = four_cells()
    found = drivers_of(forecaster("counts_2y").fit(history), history, exposure_days=7.0)
    assert found.sentences(0) == (
        "26 in the last 12 months: rank 1, would be 3 without",
        "2 in the last 28 days: rank 1 with or without",
        "area rate 0.29 a cell: rank 1 with or without",
    )


def test_shrunken_forecast_rests_on_the_area_rate_where_there_is_nothing_else() -> None:
    history = four_cells()
    model = forecaster("fading@half_life_weeks=104,shrunk=1").fit(history)
    found = drivers_of(model, history, exposure_days=7.0)
    np.testing.assert_allclose(found.expected, model.predict(7.0))
    assert found.from_area[3] == found.expected[3] > 0
    weights = np.exp2(-np.arange(WEEKS - 1, -1, -1) / 104)
    by_hand = (weights * history.events.sum(axis=0)).sum() / (4 * weights.sum())
    assert found.area_rate == pytest.approx(by_hand)


def test_cells_without_data_have_no_rank_and_gaps_are_said() -> None:
    history = four_cells(unseen=True)
    found = drivers_of(forecaster("fading").fit(history), history, exposure_days=7.0)
    assert found.rank[3] == found.rank_without_recent[3] == 0
    assert np.isnan(found.expected[3])
    with pytest.raises(BadInputError, match="no data"):
        found.sentences(3)
    said = " ".join(found.sentences(2))
    assert "0 in the last 12 months (92% of it observed)" in said
    assert "no data for the last 28 days" in said


def test_monthly_data_name_the_month_instead_of_28_days() -> None:
    history = History(
        events=np.array([[1, 5], [2, 2]]),
        exposure=np.array([31.0, 30.0]),
        observed=np.ones((2, 2), dtype=bool),
        period_ends=np.array(["2018-06-01", "2018-07-01"], dtype="datetime64[D]"),
        kind="month",
        area_km2=np.ones(2),
        xy=np.array([[0.0, 0.0], [600.0, 0.0]]),
    )
    found = drivers_of(forecaster("fading").fit(history), history, exposure_days=7.0)
    assert found.recent_label == "June 2018"
    assert any(text.startswith("5 in June 2018: ") for text in found.sentences(0))


def test_ranks_share_the_best_place_of_a_tie_and_compare_with_the_others_only() -> None:
    forecast = np.array([3.0, 5.0, 3.0, np.nan, 1.0])
    assert ranks_among(forecast, forecast).tolist() == [2, 1, 2, 0, 4]
    changed = np.array([0.0, 3.0, 6.0, np.nan, 1.0])
    # 5 cut to 3 ties with both threes (first place of that tie); 3 raised to 6 leads.
    assert ranks_among(forecast, changed).tolist() == [4, 1, 1, 0, 4]


def test_sums_in_another_order_still_tie() -> None:
    forecast = np.array([0.1 + 0.2, 0.3, 0.5])
    assert ranks_among(forecast, forecast).tolist() == [2, 2, 1]
