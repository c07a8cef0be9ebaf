"""Additive memory on a few cells: its recursions, its weights and what it refuses."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np
import pytest

from rightplace.errors import BadInputError, UnsupportedByDataError, UsageError
from rightplace.forecast.drivers import drivers_of
from rightplace.forecast.history import History
from rightplace.forecast.judging.backtest import rolling_backtest
from rightplace.forecast.judging.trial import forecast_noise, one_step_ahead
from rightplace.forecast.methods import additive
from rightplace.forecast.methods.additive import AdditiveMemory
from rightplace.forecast.methods.memories import OWN_WEEKS, Surroundings, faded
from rightplace.forecast.methods.memory import weighted_days, weighted_events
from rightplace.forecast.methods.mixture import Lesson, Mixture, Prior
from rightplace.forecast.methods.strata import belonging
from rightplace.forecast.registry import forecaster

if TYPE_CHECKING:
    from numpy.typing import NDArray


def weekly(events: NDArray[np.integer], *, observed: NDArray[np.bool_] | None = None) -> History:
    """Return a weekly history of cells 250 m apart in a row."""
    cells, weeks = events.shape
    return History(
        events=events,
        exposure=np.full(weeks, 7.0),
        observed=np.ones(events.shape, dtype=bool) if observed is None else observed,
        period_ends=np.datetime64("2019-01-07") + 7 * np.arange(weeks),
        kind="week",
        area_km2=np.full(cells, 0.0625),
        xy=np.column_stack([250.0 * np.arange(cells), np.zeros(cells)]),
    )


def monthly(events: NDArray[np.integer]) -> History:
    """Return a monthly history from January 2018 on, months of 28 to 31 days."""
    cells, months = events.shape
    ends = np.arange(np.datetime64("2018-02"), np.datetime64("2018-02") + months)
    days = np.diff(np.concatenate([[ends[0] - 1], ends]).astype("datetime64[D]"))
    return History(
        events=events,
        exposure=days.astype(np.float64),
        observed=np.ones(events.shape, dtype=bool),
        period_ends=ends.astype("datetime64[D]"),
        kind="month",
        area_km2=np.full(cells, 0.3),
        xy=np.column_stack([600.0 * np.arange(cells), np.zeros(cells)]),
    )


def some_weeks(cells: int = 6, weeks: int = 70, *, holes: bool = True) -> History:
    """Return cells from quiet to busy, with holes in what was published."""
    chance = np.random.default_rng(5)
    events = chance.poisson(np.linspace(0.1, 2.0, cells)[:, None], size=(cells, weeks))
    return weekly(events, observed=chance.random(events.shape) > (0.1 if holes else -1.0))


# Memories


@pytest.mark.parametrize("history", [some_weeks(), monthly(np.arange(60).reshape(2, 30) % 7)])
def test_memories_carried_forward_are_the_weighted_sums_of_all_the_past(history: History) -> None:
    levels: list[tuple[float, NDArray[np.float64]]] = []
    for period, past in enumerate(faded(history), start=1):
        before = history.before(period)
        busy = past.days[0] - (levels[-1][1] * np.exp2(-_gap(before)) if levels else 0.0)
        factor = (busy / before.exposure[-1])[before.observed[:, -1]]
        levels.append((factor[0] if factor.size else 1.0, past.days[0]))
        np.testing.assert_allclose(factor, levels[-1][0])  # one level for the whole area
        usual = replace(before, exposure=before.exposure * [level for level, _ in levels])
        for row, half_life in enumerate(OWN_WEEKS):
            weights = np.exp2(-before.ages_weeks / half_life)
            np.testing.assert_allclose(past.events[row], weighted_events(before, weights))
            np.testing.assert_allclose(past.days[row], weighted_days(usual, weights), atol=1e-12)


def _gap(history: History) -> float:
    """Return the weeks between the two newest periods."""
    return float(history.ages_weeks[-2] - history.ages_weeks[-1])


@pytest.mark.parametrize("off_lattice_m", [0.0, 40.0])
def test_a_neighbours_memory_leaves_out_the_cell_itself(off_lattice_m: float) -> None:
    xy = np.column_stack([250.0 * np.arange(5), np.zeros(5)])
    xy[4, 1] = off_lattice_m  # off the lattice, cells are averaged as scattered points
    history = replace(weekly(np.ones((5, 2), dtype=int)), xy=xy)
    rates = np.zeros((len(OWN_WEEKS), 5))
    rates[:, 2] = 1.0
    near = Surroundings.of(history).near(rates, known=np.ones(5, dtype=bool))
    assert len(near) == 4
    np.testing.assert_allclose(near[:, 2], 0.0, atol=1e-12)
    assert (near[:, [1, 3]] > 0).all()


def test_cells_without_data_lend_neighbours_neither_incidents_nor_calm() -> None:
    rows, columns = np.divmod(np.arange(900), 30)
    history = replace(
        weekly(np.ones((900, 2), dtype=int)), xy=250.0 * np.column_stack([columns, rows])
    )
    centre, beside = 465, 466  # row 15, column 15: the reach of 12 squares ends inside the area
    known = np.arange(900) != beside
    rates = np.full((len(OWN_WEEKS), 900), 2.0)
    rates[:, beside] = 99.0
    near = Surroundings.of(history).near(rates, known=known)
    np.testing.assert_allclose(near[:, centre], 2.0)


# Weights


def lesson_of(
    counts: list[int],
    terms: NDArray[np.float64],
    totals: list[float],
    *,
    strata: NDArray[np.float64] | None = None,
) -> Lesson:
    """Return a lesson of one stratum unless told otherwise."""
    return Lesson(
        counts=np.array(counts),
        terms=np.asarray(terms, dtype=np.float64),
        strata=np.ones((1, len(counts)), dtype=np.float64) if strata is None else strata,
        totals=np.reshape(totals, (1, -1) if strata is None else (len(strata), -1)),
    )


def common_weights(
    lessons: list[Lesson], *, prior_events: float, weights: NDArray[np.float64] | None = None
) -> NDArray[np.float64]:
    """Return the weights of terms when all cells are taken together, to the last digit."""
    lesson_weights = np.ones(len(lessons)) if weights is None else weights
    mixture = Mixture.of(lessons, weights=lesson_weights).together()
    total = mixture.total
    even = np.zeros_like(total)
    np.divide(mixture.counts.sum() / (total > 0).sum(), total, out=even, where=total > 0)
    prior = Prior.resting_on(prior_events, weights=even, total=total)
    last = list(islice(mixture.rounds(prior), 200))[-1]
    return np.asarray(last[1][0])


# A cell that only the first term explains, with 6 events, and one for the second with 2.
TWO_SEPARATE = lesson_of([6, 2], np.array([[3.0, 0.0], [0.0, 1.0]]), [4.0, 5.0])


def test_terms_that_never_meet_share_events_as_they_came() -> None:
    # Without a prior 6 events over 4 expected, and 2 over 5.
    weights = common_weights([TWO_SEPARATE], prior_events=1e-9)
    np.testing.assert_allclose(weights, [6 / 4, 2 / 5], rtol=1e-6)


def test_prior_events_pull_shares_to_equal_ones() -> None:
    # (4/2 + 6) / (4 + 8) and (4/2 + 2) / (4 + 8) of the 8 events, over 4 and 5 expected.
    weights = common_weights([TWO_SEPARATE], prior_events=4)
    np.testing.assert_allclose(weights, [8 / 12 * 8 / 4, 4 / 12 * 8 / 5], rtol=1e-6)


def test_a_lesson_of_half_the_weight_counts_as_half_the_events() -> None:
    lessons = [lesson_of([6], np.array([[2.0]]), [2.0]), lesson_of([4], np.array([[4.0]]), [4.0])]
    weights = common_weights(lessons, prior_events=1e-9, weights=np.array([0.5, 1.0]))
    assert weights[0] == pytest.approx((3 + 4) / (1 + 4))


@pytest.mark.parametrize("prior_events", [0.01, 2.0, 50.0])
def test_every_round_makes_what_came_likelier_and_keeps_weights_at_zero_or_more(
    prior_events: float,
) -> None:
    chance = np.random.default_rng(1)
    terms = chance.gamma(0.5, size=(8, 300))
    terms[6] = terms[7]  # two that cannot be told apart
    lesson = Lesson(
        counts=chance.poisson(terms[0] + 0.2) + 1,
        terms=terms,
        strata=np.ones((1, 300)),
        totals=2.0 * terms.sum(axis=1)[None],
    )
    mixture = Mixture.of([lesson], weights=np.ones(1))
    even = lesson.counts.sum() / 8 / mixture.total
    prior = Prior.resting_on(prior_events, weights=even, total=mixture.total)
    rounds = list(islice(mixture.rounds(prior), 200))
    gains = np.diff([likelihood for likelihood, _ in rounds])
    assert gains[:3].min() > 1e-6
    assert gains.min() > -1e-8  # converged: rounding
    assert all((weights >= 0).all() for _, weights in rounds)
    last = rounds[-1][1]
    assert (last * mixture.total).sum() == pytest.approx(lesson.counts.sum())
    assert last[0, 6] == pytest.approx(last[0, 7])


def test_a_term_that_never_expects_anything_has_no_weight() -> None:
    mixture = Mixture.of([lesson_of([3], np.array([[1.0], [0.0]]), [1.0, 0.0])], weights=np.ones(1))
    weights, _ = mixture.weights(prior_events=2, stratum_events=20)
    np.testing.assert_allclose(weights, [[3.0, 0.0]])


def quiet_and_busy(*, busy_events: int) -> Mixture:
    """Return one term that expects 10 in each of two strata; 30 came in the quiet one."""
    lesson = lesson_of(
        [30, busy_events],
        np.array([[10.0, 10.0]]),
        [10.0, 10.0],
        strata=np.eye(2, dtype=np.float64),
    )
    return Mixture.of([lesson], weights=np.ones(1))


def test_a_stratum_is_held_to_the_common_weights_by_so_many_events() -> None:
    # Together 40 came where 20 were expected: 2. Alone 3 and 1. Held by 20 events, which stand
    # for 20 / 2 = 10 expected: (20 + 30) / (10 + 10) and (20 + 10) / (10 + 10).
    weights, _ = quiet_and_busy(busy_events=10).weights(prior_events=1e-9, stratum_events=20)
    np.testing.assert_allclose(weights[:, 0], [50 / 20, 30 / 20], rtol=1e-4)


def test_a_stratum_without_any_lesson_has_the_common_weights() -> None:
    lesson = lesson_of(
        [4], np.array([[2.0]]), [2.0, 0.0], strata=np.array([[1.0], [0.0]], dtype=np.float64)
    )
    weights, _ = Mixture.of([lesson], weights=np.ones(1)).weights(prior_events=2, stratum_events=20)
    np.testing.assert_allclose(weights, [[2.0], [2.0]])


def test_weights_of_one_term_are_known_as_well_as_the_periods_agree() -> None:
    # 6 and 2 events where 4 were expected each: w = 1, H = 8, pulls 2 and -2, (4 + 4) / 64.
    lessons = [lesson_of([n], np.array([[4.0]]), [4.0]) for n in (6, 2)]
    mixture = Mixture.of(lessons, weights=np.ones(2))
    one = np.ones((1, 1))
    spread = mixture.covariance(one, Prior(weights=one, events=1e-9 * one))
    np.testing.assert_allclose(spread, [[8 / 64]], rtol=1e-6)


# Strata


def test_cells_shade_from_one_stratum_into_the_next() -> None:
    # Twice the mean lies halfway, on the log scale, between the mean and four times it.
    found = belonging(np.array([0.0, 0.25, 1.0, 2.0, 16.0, 99.0]), area_rate=1.0)
    np.testing.assert_allclose(found.sum(axis=0), 1.0)
    np.testing.assert_allclose(found[0], [1, 1, 0, 0, 0, 0], atol=1e-12)
    np.testing.assert_allclose(found[1], [0, 0, 1, 0.5, 0, 0], atol=1e-12)
    np.testing.assert_allclose(found[2], [0, 0, 0, 0.5, 0, 0], atol=1e-12)
    np.testing.assert_allclose(found[3], [0, 0, 0, 0, 1, 1], atol=1e-12)


def test_an_area_without_a_rate_has_no_quiet_cells() -> None:
    assert belonging(np.zeros(3), area_rate=0.0)[1].tolist() == [1.0, 1.0, 1.0]


def test_quiet_and_busy_cells_learn_weights_of_their_own() -> None:
    # Busy cells alternate every 8 weeks; quiet ones keep their own steady rate.
    chance = np.random.default_rng(4)
    busy = 12 * ((np.arange(120)[None, :] // 8 + np.arange(4)[:, None]) % 2)
    quiet = chance.poisson(np.repeat([[0.05], [0.4]], 20, axis=0), size=(40, 120))
    model = AdditiveMemory().fit(weekly(np.concatenate([busy, quiet])))
    weights = model.weighed_.weights
    assert weights[3, :2].sum() > 2 * weights[0, :2].sum()


# Lessons


def test_a_lesson_holds_observed_cells_with_a_past_and_no_others() -> None:
    # At week 2 cell 0 is whole, cell 1 is not observed, cell 2 was never observed before.
    events = np.array([[1, 2, 3], [4, 5, 6], [7, 8, 9]])
    observed = np.array([[True, True, True], [True, True, False], [False, False, True]])
    history = weekly(events, observed=observed)
    past = list(faded(history))[1]
    terms = Surroundings.of(history).terms(past)
    lesson = additive._lesson(history, past, terms=terms, period=2)
    days = 7 * past.outlook.factor()
    assert lesson.counts.tolist() == [3]
    np.testing.assert_allclose(lesson.terms, days * terms[:, [0]], rtol=1e-6)
    np.testing.assert_allclose(lesson.totals.sum(axis=0), days * terms[:, 0])


def test_lessons_older_than_three_half_lives_are_not_looked_at() -> None:
    model = AdditiveMemory(lesson_half_life_weeks=4)
    stand = next(model._walk(some_weeks(), [70]))
    np.testing.assert_allclose(stand.lesson_weights, np.exp2(-np.arange(12, -1, -1) / 4))


def test_lessons_come_from_the_newer_half_of_a_short_past() -> None:
    assert len(next(AdditiveMemory()._walk(some_weeks(), [69])).lessons) == 69 - 34


# Forecasts


def test_a_steady_rate_is_forecast_by_the_day_in_months_of_any_length() -> None:
    # Two a day in one cell: every memory says 2 a day, so their weights sum to 1.
    days = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 31, 28])
    history = monthly(2 * days[None, :])
    np.testing.assert_allclose(history.exposure, days)
    model = AdditiveMemory().fit(history)
    assert model.predict(30.0)[0] == pytest.approx(60.0, rel=1e-5)
    np.testing.assert_allclose(model.shares(history).sum(axis=1), 1.0)


def test_weights_are_never_below_zero_and_every_cell_with_data_expects_something() -> None:
    model = AdditiveMemory().fit(some_weeks())
    assert (model.weighed_.weights >= 0).all()
    assert (model.predict(7.0) > 0).all()


def test_a_cell_never_observed_has_no_forecast_and_counts_there_move_nothing() -> None:
    history = some_weeks()
    observed = history.observed.copy()
    observed[3] = False
    noisy = np.where(observed, history.events, 77)
    plain = AdditiveMemory().fit(weekly(history.events, observed=observed)).predict(7.0)
    assert np.isnan(plain).tolist() == [False, False, False, True, False, False]
    again = AdditiveMemory().fit(weekly(noisy, observed=observed)).predict(7.0)
    np.testing.assert_array_equal(again, plain)


def test_a_change_of_level_is_followed_by_the_quick_memories() -> None:
    # Cells that jump every 8 weeks from 0 to 8 and back teach that the newest weeks count.
    phase = (np.arange(104)[None, :] // 8 + np.arange(6)[:, None]) % 2
    model = AdditiveMemory().fit(weekly(8 * phase))
    quick = model.weighed_.weights[:3].sum()
    assert quick > 0.5
    expected = model.predict(7.0)
    assert expected[phase[:, -1] == 1].min() > 2 * expected[phase[:, -1] == 0].max()


def test_one_walk_forecasts_as_fitting_anew_before_each_period_does() -> None:
    history = some_weeks()
    found = one_step_ahead(history, "additive_memory", periods=range(40, 70))
    assert sorted(found) == list(range(52, 70))
    for period in (52, 60, 69):
        model = AdditiveMemory().fit(history.before(period))
        np.testing.assert_allclose(found[period], model.predict(7.0), rtol=1e-6)


def test_what_comes_later_changes_no_earlier_forecast() -> None:
    history = some_weeks(holes=False)
    later = history.events.copy()
    later[:, 60:] += 9
    ours = one_step_ahead(history, "additive_memory", periods=range(52, 61))
    theirs = one_step_ahead(weekly(later), "additive_memory", periods=range(52, 61))
    for period, forecast in ours.items():
        np.testing.assert_array_equal(forecast, theirs[period])


# Parts and shares


def test_parts_of_a_forecast_add_up_to_it() -> None:
    history = some_weeks()
    model = AdditiveMemory().fit(history)
    late = np.arange(70) >= 60
    parts = (
        model.part(history, periods=late, exposure_days=3.0)
        + model.part(history, periods=~late, exposure_days=3.0)
        + model.area_part(3.0)
    )
    np.testing.assert_allclose(parts, model.predict(3.0))
    drivers = drivers_of(model, history, exposure_days=3.0)
    np.testing.assert_allclose(drivers.expected, model.predict(3.0))


def test_shares_name_the_time_of_the_cells_own_events() -> None:
    events = np.zeros((4, 70), dtype=int)
    events[0, 69] = events[1, 40] = events[2, 3] = 5  # last month, last year, long past, never
    model = AdditiveMemory().fit(weekly(events))
    shares = model.shares(weekly(events))
    np.testing.assert_allclose(shares.sum(axis=1), 1.0)
    assert (shares >= 0).all()
    assert (shares[:3, :3] > 0).tolist() == np.eye(3, dtype=bool).tolist()
    assert shares[3, :3].tolist() == [0.0, 0.0, 0.0]
    assert (shares[:, 4] > 0).all()


def test_shares_of_the_whole_area_are_those_of_its_expected_events() -> None:
    history = some_weeks()
    model = AdditiveMemory().fit(history)
    whole = model.shares_with_intervals(history, area_wide=True)
    expected = model.predict(7.0)
    mean = (model.shares(history) * expected[:, None]).sum(axis=0) / expected.sum()
    np.testing.assert_allclose(whole.share, mean[None, :])
    assert (whole.low < whole.share).any()
    wider = model.shares_with_intervals(history, area_wide=True, level=0.95)
    assert (wider.high >= whole.high).all()
    assert (wider.low <= whole.low).all()


@pytest.mark.parametrize("level", [0.0, 1.0])
def test_an_interval_of_shares_needs_a_level_between_0_and_1(level: float) -> None:
    history = some_weeks()
    with pytest.raises(BadInputError, match="between 0 and 1"):
        AdditiveMemory().fit(history).shares_with_intervals(history, level=level)


# Odd histories


def test_one_cell_leans_on_itself_and_the_area_alone() -> None:
    history = weekly(np.random.default_rng(2).poisson(3.0, size=(1, 60)))
    model = AdditiveMemory().fit(history)
    assert model.predict(7.0)[0] == pytest.approx(3.0, rel=0.2)
    assert model.shares(history)[0, 3] == 0.0  # no neighbour


def test_a_cell_that_appears_late_is_forecast_once_it_was_observed() -> None:
    history = some_weeks(holes=False)
    observed = np.ones(history.events.shape, dtype=bool)
    observed[2, :69] = False
    model = AdditiveMemory().fit(weekly(history.events, observed=observed))
    assert model.predict(7.0)[2] > 0
    before = weekly(history.events, observed=observed).before(69)
    assert np.isnan(AdditiveMemory().fit(before).predict(7.0)[2])


def test_a_quiet_spell_of_the_whole_area_does_not_make_its_forecast_nothing() -> None:
    history = some_weeks(weeks=80, holes=False)
    quiet = history.events.copy()
    quiet[:, 60:] = 0
    expected = AdditiveMemory().fit(weekly(quiet)).predict(7.0)
    usual = AdditiveMemory().fit(history).predict(7.0)
    assert (expected > 0).all()
    assert expected.sum() < 0.3 * usual.sum()


# What it refuses


@pytest.mark.parametrize(
    ("history", "message"),
    [
        (weekly(np.ones((2, 51), dtype=int)), "needs 52 weeks of history; there are 51"),
        (monthly(np.ones((2, 11), dtype=int)), "needs 12 months of history; there are 11"),
        (weekly(np.zeros((2, 60), dtype=int)), "cannot be learned"),
        (
            weekly(np.ones((2, 60), dtype=int), observed=np.zeros((2, 60), dtype=bool)),
            "No cell has data",
        ),
    ],
)
def test_a_history_that_cannot_teach_is_refused_by_name(history: History, message: str) -> None:
    with pytest.raises(UnsupportedByDataError, match=message):
        AdditiveMemory().fit(history)


@pytest.mark.parametrize(
    "setting", ["lesson_half_life_weeks=0", "prior_events=-1", "stratum_events=0"]
)
def test_settings_that_mean_nothing_are_refused(setting: str) -> None:
    with pytest.raises(UsageError, match="must be above 0"):
        forecaster(f"additive_memory@{setting}")


def test_a_backtest_says_how_much_history_an_origin_needs() -> None:
    chance = np.random.default_rng(0)
    with pytest.raises(UnsupportedByDataError, match="needs 52 weeks"):
        rolling_backtest(some_weeks(), [51, 60], methods=["additive_memory"], generator=chance)


def test_the_first_origin_it_can_forecast_has_poisson_noise() -> None:
    history = some_weeks().before(52)
    noise = forecast_noise(history, "additive_memory")
    assert (noise.area, noise.cell, noise.scatter) == (0.0, 0.0, 0.0)


def test_rounding_of_a_neighbour_who_lends_nothing_is_no_memory() -> None:
    """Two cells, one hardly ever observed: no weight may make much of what is left by rounding."""
    counts = np.zeros((2, 52), dtype=np.int64)
    counts[0, ::2] = 1
    observed = np.ones((2, 52), dtype=bool)
    observed[1] = np.isin(np.arange(52), [0, 21])
    expected = AdditiveMemory().fit(weekly(counts, observed=observed)).predict(7.0)
    assert 0.2 < expected[0] < 1.0
    assert 0.0 < expected[1] < expected[0]
