"""Rankings, ceilings, stability, intervals and same-noise scores, worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from rightplace.errors import BadInputError, UndefinedMetricError
from rightplace.forecast.distribution import Noise
from rightplace.forecast.history import History
from rightplace.forecast.judging.backtest import Backtest, Design, rolling_backtest
from rightplace.forecast.judging.ceiling import expected_log_scores
from rightplace.forecast.judging.intervals import Totals, lasting, summed
from rightplace.forecast.judging.measures import calibration
from rightplace.forecast.judging.ranking import Ranking
from rightplace.forecast.judging.scores import log_likelihood, pit_histogram
from rightplace.forecast.judging.stability import stability


def weeks(events: object, *, area_km2: object = None) -> History:
    """Return weeks of given counts (n_cells, n_weeks), all observed."""
    counts = np.array(events)
    n_cells, n_weeks = counts.shape
    return History(
        events=counts,
        exposure=np.full(n_weeks, 7.0),
        observed=np.ones(counts.shape, dtype=bool),
        period_ends=np.datetime64("2020-01-06") + 7 * np.arange(n_weeks),
        kind="week",
        area_km2=np.ones(n_cells) if area_km2 is None else np.array(area_km2, dtype=float),
        xy=np.column_stack([np.arange(n_cells) * 250.0, np.zeros(n_cells)]),
    )


def busy(n_weeks: int = 60, *, mean: float = 8.0, n_cells: int = 20) -> History:
    """Return cells of the same Poisson mean every week."""
    return weeks(np.random.default_rng(4).poisson(mean, size=(n_cells, n_weeks)))


def scored(history: History, *origins: int, **how: object) -> Backtest:
    methods = how.pop("methods", ["counts_2y"])
    generator = np.random.default_rng(0)
    return rolling_backtest(history, origins, methods=methods, generator=generator, **how)  # type: ignore[arg-type]  # any of its arguments


# Rankings


def test_one_ranking_gives_what_every_number_of_cells_catches() -> None:
    # Forecast 9, 5, 5, 5, 1 with 4, 6, 3, 0, 7 events: the three tied cells share 9.
    ranking = Ranking.of(np.array([5.0, 9.0, 5.0, 1.0, 5.0]))
    caught = ranking.caught(np.array([6, 4, 3, 7, 0]), np.array([0, 1, 2, 3, 4, 5]))
    np.testing.assert_allclose(caught, [0, 4, 7, 10, 13, 20])


def test_share_of_area_takes_the_last_cell_in_part_and_ties_by_size() -> None:
    ranking = Ranking.of(np.array([3.0, 2.0, 2.0]))
    size, events = np.array([1.0, 1.0, 3.0]), np.array([5, 8, 0])
    # Whole first cell; then four units of tied ground with 8 events, 2 a unit.
    caught = ranking.caught(events, np.array([0.5, 1.0, 2.0, 5.0]), size=size)
    np.testing.assert_allclose(caught, [2.5, 5.0, 7.0, 13.0])


def test_chance_to_be_among_the_first_is_shared_by_ties() -> None:
    ranking = Ranking.of(np.array([1.0, 5.0, 5.0, 9.0]))
    assert ranking.chance(2).tolist() == [0.0, 0.5, 0.5, 1.0]
    assert ranking.chance(4).tolist() == [1.0] * 4


@pytest.mark.parametrize("forecast", [[], [1.0, np.nan], [[1.0]]])
def test_cells_without_a_forecast_cannot_be_ranked(forecast: object) -> None:
    with pytest.raises(BadInputError, match="ranked"):
        Ranking.of(np.array(forecast, dtype=float))


# Curves


def test_curve_by_cells_is_the_hit_rate_at_each_share_and_names_the_ceiling_and_hindsight() -> None:
    # Forecast 3, 2, 1, 0; came 1, 4, 0, 5. One cell of four is flagged up to a share of 20 %.
    found = scored(weeks([[3, 3, 1], [2, 2, 4], [1, 1, 0], [0, 0, 5]]), 2).curves
    assert found.num_rows == 40
    assert set(found["by"].to_pylist()) == {"cells"}  # all cells are of one size
    last = found.to_pylist()[-1]
    assert last["share"] == 0.2
    assert last["hit_rate"] == pytest.approx(1 / 10)
    assert last["pai"] == pytest.approx(0.4)
    assert last["expected_hit_rate"] == pytest.approx(3 / 6)
    assert last["expected_pai"] == pytest.approx(2.0)
    assert last["best_hit_rate"] == pytest.approx(5 / 10)


def test_curve_by_area_takes_the_densest_forecast_first() -> None:
    # Forecast 4 on 4 km2 (1 a km2) and 2 on 1 km2 (2 a km2); came 3 and 1. A fifth of the area is
    # the small cell: 1 of 4 events, PAI 1.25. By cells the large one comes first.
    found = scored(weeks([[4, 4, 3], [2, 2, 1]], area_km2=[4, 1]), 2).curves
    rows = {(row["by"], row["share"]): row for row in found.to_pylist()}
    assert rows["area", 0.2]["hit_rate"] == pytest.approx(0.25)
    assert rows["area", 0.2]["pai"] == pytest.approx(1.25)
    assert rows["area", 0.1]["hit_rate"] == pytest.approx(0.125)
    assert rows["area", 0.2]["expected_hit_rate"] == pytest.approx(2 / 6)
    assert rows["area", 0.2]["best_hit_rate"] == pytest.approx(0.25)
    assert rows["cells", 0.2]["hit_rate"] == pytest.approx(0.75)


# Log scores


def test_likelihood_without_extra_noise_is_poisson() -> None:
    found = log_likelihood(np.array([0, 2]), np.array([1.0, 3.0]))
    np.testing.assert_allclose(found, [-1.0, 2 * np.log(3) - 3 - np.log(2)])


def test_likelihood_with_dispersion_one_and_mean_one_is_geometric() -> None:
    # P(Y = k) = 2^-(k + 1)
    found = log_likelihood(np.arange(4), np.ones(4), dispersion=1.0)
    np.testing.assert_allclose(found, -np.log(2) * np.array([1, 2, 3, 4]))


def test_likelihood_goes_over_into_poisson_as_dispersion_vanishes() -> None:
    counts, mean = np.array([0, 3, 7, 40]), np.array([0.01, 2.0, 9.0, 35.0])
    found = log_likelihood(counts, mean, dispersion=1e-8)
    np.testing.assert_allclose(found, log_likelihood(counts, mean), rtol=1e-5)


def test_same_noise_score_is_the_likelihood_of_what_came_under_the_learned_noise() -> None:
    found = scored(busy(), 58)
    row = found.origins.to_pylist()[0]
    noise = Noise(area=row["noise_area"], cell=row["noise_cell"], scatter=row["noise_scatter"])
    past, came = busy().events[:, :58], busy().events[:, 58]
    mean = past.mean(axis=1)
    mean = 0.99 * mean + 0.01 * mean.mean()
    by_hand = log_likelihood(came, mean, dispersion=noise.dispersion(mean)).mean()
    assert found.methods["counts_2y"]["log_score_same_noise"] == pytest.approx(by_hand)


# Ceiling


def test_expected_log_score_of_a_certain_calm_is_0() -> None:
    assert expected_log_scores(np.zeros(3), np.zeros(3)) == (0.0, 0.0)


def test_expected_log_score_of_a_geometric_count_is_minus_its_entropy() -> None:
    # Entropy of P(k) = 2^-(k + 1) is 2 log 2.
    _, own = expected_log_scores(np.ones(1), np.ones(1))
    assert own == pytest.approx(-2 * np.log(2), abs=1e-6)


def test_expected_log_score_of_rare_poisson_counts_by_hand() -> None:
    # P(0) = .904837, P(1) = .090484, P(2) = .004524, P(3) = .000151, P(4) = .0000038
    chances = np.exp(-0.1) * np.array([1, 0.1, 0.005, 1 / 6000, 1 / 240000])
    by_hand = (chances * np.log(chances)).sum()
    poisson, own = expected_log_scores(np.array([0.1]), np.zeros(1))
    assert own == pytest.approx(by_hand, abs=1e-5)
    assert poisson == pytest.approx(own)


def test_expected_log_scores_are_means_of_draws() -> None:
    generator = np.random.default_rng(2)
    mean, extra = np.array([0.05, 3.0, 400.0]), np.array([4.0, 0.2, 0.01])
    draws = generator.poisson(mean * generator.gamma(1 / extra, extra, size=(200_000, 3)))
    poisson, own = expected_log_scores(mean, extra)
    assert poisson == pytest.approx(log_likelihood(draws, mean).mean(), abs=0.02)
    assert own == pytest.approx(log_likelihood(draws, mean, dispersion=extra).mean(), abs=0.01)


def test_ceiling_is_what_the_method_expects_of_itself() -> None:
    # Forecast 3, 2, 1, 0: the top cell expects 3 of 6, whatever came.
    history = weeks([[3, 3, 1], [2, 2, 4], [1, 1, 0], [0, 0, 5]])
    ceiling = scored(history, 2, shares=(0.25,)).methods["counts_2y"]["ceiling"]
    assert ceiling.hit_rate == {"0.25": pytest.approx(3 / 6)}
    assert ceiling.pai == {"0.25": pytest.approx(2.0)}


def test_a_method_that_knows_the_truth_scores_about_its_ceiling() -> None:
    found = scored(busy(160, n_cells=40), *range(110, 160)).methods["counts_2y"]
    assert found["log_score"] == pytest.approx(found["ceiling"].log_score, rel=0.02)


# Stability


def test_stability_is_the_part_of_the_top_that_was_there_before() -> None:
    every = np.ones(4, dtype=bool)
    one, two = Ranking.of(np.array([4.0, 3, 2, 1])), Ranking.of(np.array([4.0, 1, 3, 2]))
    # Top halves {0, 1} and {0, 2} share one of two.
    assert stability([(every, one), (every, two)], share=0.5) == pytest.approx(0.5)
    assert stability([(every, one), (every, one)], share=0.5) == 1.0
    assert stability([(every, one)], share=0.5) is None


def test_a_method_that_ranks_all_alike_keeps_only_its_share() -> None:
    every, level = np.ones(4, dtype=bool), Ranking.of(np.ones(4))
    assert stability([(every, level), (every, level)], share=0.25) == pytest.approx(0.25)


def test_cells_not_scored_at_both_origins_say_nothing_of_stability() -> None:
    before, now = np.array([True, True, False, True]), np.ones(4, dtype=bool)
    earlier, later = Ranking.of(np.array([3.0, 2, 1])), Ranking.of(np.array([3.0, 1, 4, 2]))
    # Top half now {2, 0}; cell 2 was not scored before, so only cell 0 counts, and it was there.
    assert stability([(before, earlier), (now, later)], share=0.5) == 1.0


# Calibration


def test_histogram_is_of_shares() -> None:
    found = pit_histogram(np.array([0.0, 0.05, 0.15, 0.95, 1.0]))
    np.testing.assert_allclose(found, [0.4, 0.2, 0, 0, 0, 0, 0, 0, 0, 0.4])
    with pytest.raises(UndefinedMetricError):
        pit_histogram(np.array([]))


def test_only_tenths_with_200_expected_events_are_judged() -> None:
    rows = [
        {"expected": 199.9, "coverage": 0.5},
        {"expected": 200.0, "coverage": 0.76},
        {"expected": 900.0, "coverage": 0.84},
    ]
    good = calibration(0.78, rows)
    assert (good.overall_holds, good.deciles_judged, good.deciles_hold) == (True, 2, True)
    assert calibration(0.821, [{"expected": 200.0, "coverage": 0.85}]).deciles_hold is False
    assert calibration(0.779, []).overall_holds is False
    assert calibration(0.8, []).deciles_hold is None


def test_pit_table_has_ten_bins_overall_and_for_each_tenth() -> None:
    rows = scored(busy(), 58, 59).pit.to_pylist()
    assert len(rows) == 11 * 10
    overall = [row for row in rows if row["decile"] == 0]
    assert sum(row["share"] for row in overall) == pytest.approx(1)
    assert {row["n"] for row in overall} == {40}
    assert {row["n"] for row in rows if row["decile"] > 0} == {4}


# Plain intervals


def test_intervals_are_judged_only_where_5_are_expected() -> None:
    # The central 80 % of Poisson 10 is 6 to 14, of Poisson 5 it is 2 to 8.
    totals = Totals(
        events=np.array([5, 6, 14, 15, 0, 8]),
        mean=np.array([10.0, 10, 10, 10, 4.9, 5]),
        dispersion=np.zeros(6),
    )
    assert totals.held(0.8) == (3, 5)


def test_variance_of_a_group_keeps_the_common_factor_whole() -> None:
    # Two cells of 10: own noise .1 each, common .2. Variance 2 (10 + .1 x 1.2 x 100) + .2 x 400
    # = 124, so the group of mean 20 has dispersion (124 - 20) / 400 = .26.
    noise = Noise(area=0.2, cell=0.1)
    cells = Totals(events=np.array([7, 8]), mean=np.array([10.0, 10.0]), dispersion=np.zeros(2))
    whole = summed(cells, np.zeros(2, dtype=np.int64), noise=noise, n_units=1)
    assert whole.events.tolist() == [15]
    assert whole.mean.tolist() == [20.0]
    assert whole.dispersion.tolist() == pytest.approx([0.26])


def test_plain_intervals_of_a_world_as_forecast_hold_about_as_often_as_they_say() -> None:
    groups = np.repeat([0, 1, 2, -1], 10)
    found = scored(
        busy(160, mean=200.0, n_cells=40), *range(100, 160), design=Design(groups=groups)
    ).methods["counts_2y"]["plain_intervals"]
    rows = {(each.units, each.level): each for each in found}
    assert {units for units, _ in rows} == {
        "cells", "groups", "cells_4_periods", "top_tenth_4_periods",
    }  # fmt: skip
    assert rows["cells", 0.8].n == 40 * 60
    assert rows["groups", 0.8].n == 3 * 60
    assert rows["cells_4_periods", 0.8].n == 4 * 15
    assert rows["top_tenth_4_periods", 0.8].n == 15
    cells = rows["cells", 0.8]
    assert cells.covered is not None
    assert cells.lo95 is not None
    assert cells.hi95 is not None
    assert cells.covered == pytest.approx(0.8, abs=0.03)
    assert cells.lo95 < cells.covered < cells.hi95
    assert cells.holds is True
    assert rows["cells", 0.5].holds is None  # told, not judged


def test_four_origins_together_take_half_the_variance_of_both_factors() -> None:
    four = lasting(Noise(area=0.2, cell=0.4, scatter=0.1), periods=4)
    assert four == Noise(area=0.1, cell=0.2, scatter=0.1)


def test_cells_without_data_in_one_of_four_periods_are_no_unit_of_them() -> None:
    whole = busy(60, n_cells=20)
    first = np.argmax(whole.events[:, :55].sum(axis=1))
    observed = whole.observed.copy()
    observed[first, 57] = False
    masked = History(
        events=whole.events,
        exposure=whole.exposure,
        observed=observed,
        period_ends=whole.period_ends,
        kind="week",
        area_km2=whole.area_km2,
        xy=whole.xy,
    )
    found = scored(masked, 55, 56, 57, 58).methods["counts_2y"]["plain_intervals"]
    rows = {(each.units, each.level): each for each in found}
    assert rows["cells_4_periods", 0.8].n == 1  # the second; the first was not seen in week 57
    assert rows["cells", 0.8].n == 20 + 20 + 19 + 20


def test_without_units_of_5_nothing_is_said_of_intervals() -> None:
    found = scored(busy(mean=0.1), 58, 59).methods["counts_2y"]["plain_intervals"]
    cells = found[0]
    assert (cells.units, cells.n, cells.covered, cells.lo95, cells.holds) == (
        "cells", 0, None, None, None,
    )  # fmt: skip
    assert all(each.n == 0 for each in found)


def test_intervals_that_all_hold_have_an_exact_lower_end() -> None:
    # Ten origins, all cells held: .025^(1/10) = .6915.
    calm = weeks(np.full((6, 60), 9))
    found = scored(calm, *range(50, 60)).methods["counts_2y"]["plain_intervals"]
    cells = next(each for each in found if (each.units, each.level) == ("cells", 0.8))
    assert (cells.covered, cells.hi95) == (1.0, 1.0)
    assert cells.lo95 == pytest.approx(0.6915, abs=1e-4)
    assert cells.holds is True  # 80 % is not ruled out by ten origins


# Odd worlds


def test_one_cell_can_be_tested() -> None:
    found = scored(weeks([[3, 5, 4, 6, 5, 4, 5, 6]]), 5, 6, 7, methods=["counts_2y", "uniform"])
    scores = found.methods["counts_2y"]
    assert scores["pai"]["0.02"] == 1.0
    assert scores["stability"]["0.02"] == 1.0
    assert found.deciles.num_rows == 0
    assert scores["calibration"].deciles_hold is None


def test_an_origin_named_twice_counts_once() -> None:
    once, twice = scored(busy(), 57, 58), scored(busy(), 58, 57, 58)
    assert once.origins.equals(twice.origins)
    assert once.methods == twice.methods


def test_intervals_table_has_a_row_for_each_method_unit_and_level() -> None:
    found = scored(busy(), 58, 59, methods=["counts_2y", "uniform"])
    assert found.intervals.num_rows == 2 * 3 * 3
    assert found.intervals.column_names[:4] == ["method", "units", "level", "n"]
