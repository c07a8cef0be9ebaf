"""Additive memory on a few cells: its recursions, its weights and what it refuses."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np
import pytest

from rightplace.errors import UnsupportedByDataError, UsageError
from rightplace.forecast import additive
from rightplace.forecast.additive import AdditiveMemory
from rightplace.forecast.backtest import rolling_backtest
from rightplace.forecast.drivers import drivers_of
from rightplace.forecast.history import History
from rightplace.forecast.memories import OWN_WEEKS, Surroundings, faded
from rightplace.forecast.memory import weighted_days, weighted_events
from rightplace.forecast.mixture import Lesson, Mixture
from rightplace.forecast.registry import forecaster
from rightplace.forecast.trial import forecast_noise, one_step_ahead

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
    for period, past in enumerate(faded(history), start=1):
        before = history.before(period)
        for row, half_life in enumerate(OWN_WEEKS):
            weights = np.exp2(-before.ages_weeks / half_life)
            np.testing.assert_allclose(past.events[row], weighted_events(before, weights))
            np.testing.assert_allclose(past.days[row], weighted_days(before, weights))


@pytest.mark.parametrize("off_lattice_m", [0.0, 40.0])
def test_a_neighbours_memory_leaves_out_the_cell_itself(off_lattice_m: float) -> None:
    xy = np.column_stack([250.0 * np.arange(5), np.zeros(5)])
    xy[4, 1] = off_lattice_m  # off the lattice, cells are averaged as scattered points
    history = replace(weekly(np.ones((5, 2), dtype=int)), xy=xy)
    rates = np.zeros((len(OWN_WEEKS), 5))
    rates[:, 2] = 1.0
    near = Surroundings.of(history).near(rates, known=np.ones(5, dtype=bool))
    assert len(near) == 8
    np.testing.assert_allclose(near[:, 2], 0.0, atol=1e-12)
    assert (near[:, [1, 3]] > 0).all()


def test_cells_without_data_lend_neighbours_neither_incidents_nor_calm() -> None:
    rows, columns = np.divmod(np.arange(441), 21)
    history = replace(
        weekly(np.ones((441, 2), dtype=int)), xy=250.0 * np.column_stack([columns, rows])
    )
    centre, beside = 220, 221
    known = np.arange(441) != beside
    rates = np.full((len(OWN_WEEKS), 441), 2.0)
    rates[:, beside] = 99.0
    near = Surroundings.of(history).near(rates, known=known)
    np.testing.assert_allclose(near[:, centre], 2.0)


# Weights


def two_separate_terms() -> Mixture:
    """Return a cell that only the first term explains, with 6 events, and one for the second."""
    lesson = Lesson(
        counts=np.array([6, 2]),
        terms=np.array([[3.0, 0.0], [0.0, 1.0]], dtype=np.float32),
        totals=np.array([4.0, 5.0]),
    )
    return Mixture.of([lesson], weights=np.ones(1))


def test_terms_that_never_meet_share_events_as_they_came() -> None:
    # E = 8. Without a prior 6/8 and 2/8 of the events; weights p E / T = 6/4 and 2/5.
    weights = two_separate_terms().weights(prior_events=1e-9)
    np.testing.assert_allclose(weights, [6 / 4, 2 / 5], rtol=1e-6)


def test_prior_events_pull_shares_to_equal_ones() -> None:
    # (4/2 + 6) / (4 + 8) and (4/2 + 2) / (4 + 8), times 8/4 and 8/5.
    weights = two_separate_terms().weights(prior_events=4)
    np.testing.assert_allclose(weights, [8 / 12 * 2, 4 / 12 * 8 / 5], rtol=1e-6)


def test_a_lesson_of_half_the_weight_counts_as_half_the_events() -> None:
    lesson = Lesson(
        counts=np.array([6]), terms=np.array([[2.0]], dtype=np.float32), totals=np.array([2.0])
    )
    other = Lesson(
        counts=np.array([4]), terms=np.array([[4.0]], dtype=np.float32), totals=np.array([4.0])
    )
    mixture = Mixture.of([lesson, other], weights=np.array([0.5, 1.0]))
    assert mixture.weights(prior_events=1e-9)[0] == pytest.approx((3 + 4) / (1 + 4))


@pytest.mark.parametrize("prior_events", [0.01, 2.0, 50.0])
def test_every_step_makes_what_came_likelier_and_keeps_weights_at_zero_or_more(
    prior_events: float,
) -> None:
    chance = np.random.default_rng(1)
    terms = chance.gamma(0.5, size=(8, 300))
    terms[6] = terms[7]  # two that cannot be told apart
    lesson = Lesson(
        counts=chance.poisson(terms[0] + 0.2) + 1, terms=terms, totals=2.0 * terms.sum(axis=1)
    )
    mixture = Mixture.of([lesson], weights=np.ones(1))
    steps = list(islice(mixture.steps(prior_events=prior_events), 200))
    gains = np.diff([likelihood for likelihood, _ in steps])
    assert gains[:10].min() > 1e-6
    assert gains.min() > -1e-9  # converged: rounding
    assert all((share >= 0).all() for _, share in steps)
    assert steps[-1][1].sum() == pytest.approx(1.0)
    assert steps[-1][1][6] == pytest.approx(steps[-1][1][7])


def test_a_term_that_never_expects_anything_has_no_weight() -> None:
    lesson = Lesson(
        counts=np.array([3]),
        terms=np.array([[1.0], [0.0]], dtype=np.float32),
        totals=np.array([1.0, 0.0]),
    )
    weights = Mixture.of([lesson], weights=np.ones(1)).weights(prior_events=2)
    np.testing.assert_allclose(weights, [3.0, 0.0])


# Lessons


def test_a_lesson_holds_observed_cells_with_a_past_and_no_others() -> None:
    # At week 2 cell 0 is whole, cell 1 is not observed, cell 2 was never observed before.
    events = np.array([[1, 2, 3], [4, 5, 6], [7, 8, 9]])
    observed = np.array([[True, True, True], [True, True, False], [False, False, True]])
    history = weekly(events, observed=observed)
    past = list(faded(history))[1]
    terms = Surroundings.of(history).terms(past)
    lesson = additive._lesson(history, past, terms=terms, period=2)
    assert lesson.counts.tolist() == [3]
    np.testing.assert_allclose(lesson.terms, 7 * terms[:, [0]], rtol=1e-6)
    np.testing.assert_allclose(lesson.totals, 7 * terms[:, 0])


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


@pytest.mark.parametrize("setting", ["lesson_half_life_weeks=0", "prior_events=-1"])
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
