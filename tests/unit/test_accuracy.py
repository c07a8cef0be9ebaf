"""Measures of accuracy on worlds small enough to work out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from rightplace.errors import BadInputError, UndefinedMetricError
from rightplace.forecast.counts import cumulative
from rightplace.forecast.judging.accuracy import (
    expected_hits,
    flagged_count,
    harm_weighted_hit_rate,
    hit_rate,
    predictive_accuracy_index,
    predictive_efficiency_index,
    recapture_rate_index,
)
from rightplace.forecast.judging.scores import (
    coverage,
    coverage_by_decile,
    crps,
    floored,
    poisson_log_score,
    randomised_pit,
)

# Ten cells; 20 events; the forecast ranks them in order.
EVENTS = np.array([6, 3, 0, 4, 1, 0, 2, 0, 0, 4])
FORECAST = np.arange(10.0, 0.0, -1.0)


def test_index_of_30_in_200_events_on_2_of_100_square_kilometres_is_7_5() -> None:
    events = np.array([30, 170])
    area_km2 = np.array([2.0, 98.0])
    index = predictive_accuracy_index(events, area_km2, flagged=np.array([True, False]))
    assert index == pytest.approx(7.5)


def test_index_follows_the_ground_that_is_flagged_not_the_number_of_cells() -> None:
    events, area_km2 = np.array([5, 5]), np.array([1.0, 3.0])
    index = predictive_accuracy_index(events, area_km2, flagged=np.array([True, False]))
    assert index == pytest.approx(2.0)  # half the events on a quarter of the ground


def test_index_without_a_flag_or_an_event_is_undefined() -> None:
    area_km2 = np.ones(2)
    with pytest.raises(UndefinedMetricError, match="No cell is flagged"):
        predictive_accuracy_index(np.array([1, 0]), area_km2, flagged=np.zeros(2, dtype=bool))
    with pytest.raises(UndefinedMetricError, match="No offence"):
        predictive_accuracy_index(np.zeros(2, dtype=int), area_km2, flagged=np.ones(2, dtype=bool))


def test_published_unit_case_gives_indices_2_and_1_5_and_1() -> None:
    # Observed 6, 3, 0, predicted 3, 2, 1, equal areas: PAI 2, 1.5, 1 and PEI 1, 1, 1.
    observed, predicted, area = np.array([6, 3, 0]), np.array([3.0, 2.0, 1.0]), np.ones(3)
    for flagged, index in ((1, 2.0), (2, 1.5), (3, 1.0)):
        chosen = predicted >= np.sort(predicted)[-flagged]
        assert predictive_accuracy_index(observed, area, flagged=chosen) == pytest.approx(index)
        share = flagged / 3
        assert predictive_efficiency_index(observed, predicted, share=share) == pytest.approx(1.0)


def test_hit_rate_counts_the_cells_ranked_highest() -> None:
    assert hit_rate(EVENTS, FORECAST, share=0.2) == pytest.approx(9 / 20)


def test_efficiency_is_relative_to_the_best_cells_of_that_period() -> None:
    # The best two cells hold 6 and 4 events; ours hold 6 and 3.
    assert predictive_efficiency_index(EVENTS, FORECAST, share=0.2) == pytest.approx(0.9)


def test_cells_that_tie_at_the_cut_share_the_last_places() -> None:
    forecast = np.array([9.0, 5.0, 5.0, 5.0, 1.0])
    events = np.array([4, 6, 3, 0, 7])
    # One place is certain, one is shared by three cells with 9 events: 4 + 9 / 3.
    assert expected_hits(events, forecast, flagged=2) == pytest.approx(7.0)
    assert expected_hits(events, forecast, flagged=3) == pytest.approx(10.0)


def test_all_cells_tied_hit_their_share_of_events() -> None:
    assert hit_rate(EVENTS, np.ones(10), share=0.3) == pytest.approx(0.3)


@pytest.mark.parametrize(
    ("share", "n_cells", "flagged"),
    [(0.01, 7103, 72), (0.02, 7103, 143), (0.07, 100, 7), (0.001, 10, 1), (1.0, 3, 3)],
)
def test_a_share_of_cells_is_rounded_up(share: float, n_cells: int, flagged: int) -> None:
    assert flagged_count(share, n_cells) == flagged


@pytest.mark.parametrize("share", [0.0, -0.1, 1.01, float("nan")])
def test_a_share_outside_0_to_1_is_refused(share: float) -> None:
    with pytest.raises(BadInputError, match="share of cells"):
        flagged_count(share, 10)


def test_a_forecast_without_a_number_is_refused() -> None:
    with pytest.raises(BadInputError, match="finite"):
        expected_hits(np.array([1, 2]), np.array([1.0, np.nan]), flagged=1)
    with pytest.raises(BadInputError, match="3 of 2"):
        expected_hits(np.array([1, 2]), np.ones(2), flagged=3)


def test_rates_without_an_event_are_undefined() -> None:
    nothing = np.zeros(3, dtype=int)
    with pytest.raises(UndefinedMetricError):
        hit_rate(nothing, np.ones(3), share=0.5)
    with pytest.raises(UndefinedMetricError):
        predictive_efficiency_index(nothing, np.ones(3), share=0.5)
    with pytest.raises(UndefinedMetricError):
        harm_weighted_hit_rate(np.zeros(3), np.ones(3), share=0.5)


def test_harm_weighted_hit_rate_weighs_the_grave_offence() -> None:
    harm = np.array([10.0, 0.0, 90.0])
    assert harm_weighted_hit_rate(harm, np.array([3.0, 2.0, 1.0]), share=1 / 3) == pytest.approx(
        0.1
    )


def test_recapture_is_one_when_hot_ground_changes_as_the_whole_does() -> None:
    before, flagged = np.array([20, 80]), np.array([True, False])
    assert recapture_rate_index(before, before * 2, flagged=flagged) == pytest.approx(1.0)
    # 20 -> 10 on hot ground while 100 -> 100 overall: half its share was kept.
    after = np.array([10, 90])
    assert recapture_rate_index(before, after, flagged=flagged) == pytest.approx(0.5)


def test_recapture_from_or_to_nothing_is_undefined() -> None:
    flagged = np.array([True, False])
    with pytest.raises(UndefinedMetricError, match="earlier"):
        recapture_rate_index(np.array([0, 5]), np.array([1, 1]), flagged=flagged)
    with pytest.raises(UndefinedMetricError, match="later"):
        recapture_rate_index(np.array([1, 5]), np.array([0, 0]), flagged=flagged)


def test_log_score_is_the_mean_poisson_log_likelihood_after_the_floor() -> None:
    # Mean rate 1: the floor turns 2 into 1.99 and 0 into 0.01.
    events, mean = np.array([2, 0]), np.array([2.0, 0.0])
    np.testing.assert_allclose(floored(mean), [1.99, 0.01])
    by_hand = ((2 * np.log(1.99) - 1.99 - np.log(2.0)) + (-0.01)) / 2
    assert poisson_log_score(events, mean) == pytest.approx(by_hand)


def test_log_score_where_nothing_was_expected_is_undefined_unless_nothing_came() -> None:
    with pytest.raises(UndefinedMetricError):
        poisson_log_score(np.array([1, 0]), np.zeros(2))
    assert poisson_log_score(np.zeros(2, dtype=int), np.zeros(2)) == 0.0


def test_crps_of_a_certain_zero_is_the_count_that_came() -> None:
    np.testing.assert_allclose(crps(np.array([0, 3]), np.zeros(2)), [0.0, 3.0])


def test_crps_of_poisson_one_when_none_came() -> None:
    # sum over k of (F(k) - 1)^2 with F = .367879, .735759, .919699, .981012, .996340, .999406..
    by_hand = 0.632121**2 + 0.264241**2 + 0.080301**2 + 0.018988**2 + 0.003660**2 + 0.000594**2
    assert crps(np.array([0]), np.array([1.0]))[0] == pytest.approx(by_hand, abs=1e-5)


def test_crps_of_a_geometric_count_when_none_came() -> None:
    # Dispersion 1 and mean 1 is geometric: P(Y > k) = 2^-(k+1), so the sum is 1/4 + 1/16 + ...
    assert crps(np.array([0]), np.array([1.0]), dispersion=1.0)[0] == pytest.approx(1 / 3)


@pytest.mark.parametrize(("mean", "dispersion"), [(5.0, 1e-7), (0.2, 1e-5), (4000.0, 0.05)])
def test_crps_is_the_sum_where_the_closed_form_cannot_be_evaluated(
    mean: float, dispersion: float
) -> None:
    count, counts = round(mean * 1.1), np.arange(round(20 * mean) + 60)
    steps = cumulative(counts, mean, dispersion=dispersion) - (counts >= count)
    score = crps(np.array([count]), np.array([mean]), dispersion=dispersion)[0]
    assert score == pytest.approx((steps**2).sum())


def test_pit_of_a_rare_count_lies_between_its_two_probabilities() -> None:
    generator = np.random.default_rng(1)
    none = randomised_pit(np.zeros(1000, dtype=int), np.full(1000, 0.1), generator=generator)
    assert none.min() >= 0
    assert none.max() <= np.exp(-0.1)
    one = randomised_pit(np.ones(1000, dtype=int), np.full(1000, 0.1), generator=generator)
    assert one.min() >= np.exp(-0.1)


def test_coverage_counts_the_central_part() -> None:
    assert coverage(np.array([0.05, 0.1, 0.5, 0.9, 0.95])) == pytest.approx(0.6)
    with pytest.raises(UndefinedMetricError):
        coverage(np.array([]))


def test_coverage_by_decile_sorts_cells_by_their_forecast() -> None:
    mean = np.arange(20.0)[::-1]
    pit = np.where(mean >= 18, 0.99, 0.5)
    rows = coverage_by_decile(pit, mean, events=np.arange(20))
    assert [row["n"] for row in rows] == [2] * 10
    assert [row["coverage"] for row in rows] == [1.0] * 9 + [0.0]
    assert (rows[0]["expected"], rows[0]["observed"]) == (1.0, 37)
    with pytest.raises(BadInputError):
        coverage_by_decile(pit[:9], mean[:9], events=np.arange(9))
