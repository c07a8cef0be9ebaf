"""Boosted trees on a few cells: rules that can be checked, and what they refuse."""

from __future__ import annotations

import sys
from dataclasses import replace

import numpy as np
import pytest

from rightplace.errors import BadInputError, NotHeldError, UnsupportedByDataError, UsageError
from rightplace.forecast.drivers import drivers_of
from rightplace.forecast.features import SHIPPED, PlaceFeatures
from rightplace.forecast.history import History
from rightplace.forecast.judging.trial import one_step_ahead
from rightplace.forecast.methods import boosted
from rightplace.forecast.methods.boosted import Boosted
from rightplace.forecast.model import SharesUnavailableError
from rightplace.forecast.registry import forecaster

LATTICE = 250.0 * np.column_stack(np.divmod(np.arange(400), 20)[::-1])


def weekly(events: np.ndarray, *, observed: np.ndarray | None = None) -> History:
    """Return a weekly history of squares of 250 m, twenty in a row."""
    cells, weeks = events.shape
    return History(
        events=events,
        exposure=np.full(weeks, 7.0),
        observed=np.ones(events.shape, dtype=bool) if observed is None else observed,
        period_ends=np.datetime64("2019-01-07") + 7 * np.arange(weeks),
        kind="week",
        area_km2=np.full(cells, 0.0625),
        xy=LATTICE[:cells],
    )


def some_weeks(weeks: int = 80, cells: int = 400) -> History:
    """Return cells from quiet to busy, a tenth of what was published missing."""
    chance = np.random.default_rng(5)
    busy = chance.gamma(0.4, 1.0, size=(cells, 1))
    events = chance.poisson(busy, size=(cells, weeks))
    return weekly(events, observed=chance.random(events.shape) > 0.1)


def stations(values: np.ndarray) -> PlaceFeatures:
    return PlaceFeatures(features=SHIPPED[:1], values=values[:, None])


# Rolling


def test_one_walk_forecasts_as_fitting_anew_before_each_period_does() -> None:
    history = some_weeks()
    found = one_step_ahead(history, "boosted", periods=range(40, 64))
    assert sorted(found) == list(range(52, 64))
    for period in (52, 53, 59, 63):
        anew = Boosted().fit(history.before(period)).predict(7.0)
        np.testing.assert_allclose(found[period], anew)


def test_what_comes_later_changes_no_earlier_forecast() -> None:
    history = some_weeks()
    later = history.events.copy()
    later[:, 60:] += 9
    changed = weekly(later, observed=history.observed)
    ours = Boosted().one_step_ahead(history, periods=range(52, 61))
    theirs = Boosted().one_step_ahead(changed, periods=range(52, 61))
    for period, forecast in ours.items():
        np.testing.assert_array_equal(forecast, theirs[period])


def test_trees_are_kept_until_the_next_growing_while_memories_move_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    grown = []
    grow = Boosted._grow

    def counted(self: Boosted, *args: object) -> object:
        grown.append(args)
        return grow(self, *args)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr(Boosted, "_grow", counted)
    history = some_weeks()
    found = Boosted(refit_every=4).one_step_ahead(history, periods=range(56, 64))
    assert len(grown) == 2
    assert not np.array_equal(found[57], found[58])


def test_the_same_seed_gives_the_same_forecast_and_another_thins_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(boosted, "_MOST_ROWS", 10_000)
    history = some_weeks()
    first, again, other = (Boosted(seed=seed).fit(history).predict(7.0) for seed in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_cells_without_events_that_stand_for_others_keep_the_sum(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    history = some_weeks()
    whole = Boosted().fit(history).predict(7.0)
    monkeypatch.setattr(boosted, "_MOST_ROWS", 10_000)
    thinned = Boosted().fit(history).predict(7.0)
    assert np.nansum(thinned) == pytest.approx(np.nansum(whole), rel=0.02)


# More past never lowers a forecast


def test_trees_split_by_memories_and_more_memory_never_lowers_the_forecast() -> None:
    history = some_weeks()
    grown = Boosted().fit(history).grown_
    terms = grown.stand.terms.copy()
    before = grown.trees.predict(terms)
    assert np.unique(before).size > 10
    for column in range(terms.shape[1]):
        raised = terms.copy()
        raised[:, column] *= 3
        raised[:, column] += 0.1
        assert (grown.trees.predict(raised) >= before - 1e-12).all()


def test_place_features_are_free_to_raise_or_lower() -> None:
    history = replace(some_weeks(), places=stations(np.arange(400.0)))
    n_memories = Boosted().fit(some_weeks()).grown_.stand.terms.shape[1]
    assert boosted._may_only_raise(history, n_memories + 1) == [1] * n_memories + [0]


# Place features


def test_a_place_feature_tells_places_apart_that_have_the_same_past() -> None:
    # Every week four cells see their first incident, always cells with a station.
    has_station = np.arange(400) % 2 == 0
    order = np.random.default_rng(3).permutation(np.flatnonzero(has_station))
    events = np.zeros((400, 80), dtype=int)
    for week in range(36, 80):
        events[order[4 * (week - 36) : 4 * (week - 35)], week] = 1
    knowing = replace(weekly(events), places=stations(has_station.astype(float)))
    quiet_so_far = ~events.any(axis=1)
    apart = []
    for history in (weekly(events), knowing):
        expected = Boosted().fit(history).predict(7.0)
        waiting, other = quiet_so_far & has_station, quiet_so_far & ~has_station
        assert (waiting.sum(), other.sum()) == (24, 200)
        apart.append(expected[waiting].mean() / expected[other].mean())
    assert apart[0] == pytest.approx(1.0, abs=0.1)
    assert apart[1] > 2


def test_a_place_whose_features_are_unknown_is_forecast_all_the_same() -> None:
    history = replace(some_weeks(), places=stations(np.full(400, np.nan)))
    expected = Boosted().fit(history).predict(7.0)
    assert np.isfinite(expected).all()


def test_place_features_of_other_cells_are_refused() -> None:
    with pytest.raises(BadInputError, match="of other cells"):
        replace(some_weeks(), places=stations(np.zeros(3)))


def test_a_cut_history_keeps_its_place_features() -> None:
    history = replace(some_weeks(), places=stations(np.zeros(400)))
    assert history.before(60).places is history.places


# Forecasts


def test_a_past_too_small_to_split_gives_the_simple_forecast() -> None:
    # Two cells, 4 and 0 a week, in all weeks: 0.9 of the cell's own and 0.1 of the mean of 2.
    events = np.array([[4], [0]]).repeat(60, axis=1)
    expected = Boosted().fit(weekly(events)).predict(7.0)
    np.testing.assert_allclose(expected, [0.9 * 4 + 0.1 * 2, 0.1 * 2], rtol=0.01)


def test_a_cell_never_observed_has_no_forecast_and_counts_there_move_nothing() -> None:
    history = some_weeks()
    observed = history.observed.copy()
    observed[3] = False
    noisy = np.where(observed, history.events, 77)
    plain = Boosted().fit(weekly(history.events, observed=observed)).predict(7.0)
    assert np.flatnonzero(np.isnan(plain)).tolist() == [3]
    np.testing.assert_array_equal(
        Boosted().fit(weekly(noisy, observed=observed)).predict(7.0), plain
    )


# What it refuses


def test_without_scikit_learn_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [n for n in sys.modules if n.partition(".")[0] == "sklearn"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "sklearn", None)
    with pytest.raises(NotHeldError, match=r"pip install rightplace\[boosted\]") as missing:
        Boosted().fit(some_weeks())
    assert missing.value.exit_code == 11


def test_shares_are_not_available() -> None:
    history = some_weeks()
    model = Boosted().fit(history)
    with pytest.raises(SharesUnavailableError, match="Shares are not available for boosted"):
        model.part(history, periods=np.ones(80, dtype=bool), exposure_days=7.0)
    with pytest.raises(SharesUnavailableError):
        model.area_part(7.0)


def test_ranks_without_a_part_come_from_asking_again_and_shares_are_said_to_be_missing() -> None:
    history = some_weeks()
    model = Boosted().fit(history)
    drivers = drivers_of(model, history, exposure_days=7.0)
    assert drivers.shares_unavailable is not None
    assert "Shares are not available for boosted" in drivers.shares_unavailable
    np.testing.assert_array_equal(drivers.expected, model.predict(7.0))
    assert np.isnan(drivers.from_older).all()
    best = int(np.argmax(drivers.expected))
    assert drivers.rank[best] == 1
    assert drivers.rank_without_last_12_months[best] > drivers.rank_without_recent[best] >= 1
    assert "would be 2 without" in drivers.sentences(best)[0]


def test_without_some_of_its_past_no_cell_is_expected_to_have_more() -> None:
    history = some_weeks()
    model = Boosted().fit(history)
    whole = model.predict(7.0)
    quiet = ~history.events[:, -4:].any(axis=1)
    recent = model.without(history, periods=np.arange(80) >= 76, exposure_days=7.0)
    nothing = model.without(history, periods=np.zeros(80, dtype=bool), exposure_days=7.0)
    np.testing.assert_allclose(nothing, whole)
    np.testing.assert_allclose(recent[quiet], whole[quiet])
    assert (recent <= whole + 1e-12).all()
    assert (recent[~quiet] < whole[~quiet]).all()
    assert (model.without_area(7.0) < whole).all()


def test_a_cell_whose_whole_past_is_taken_away_leans_on_the_area_alone() -> None:
    # 0.9 x 0 + 0.1 x the mean of 4 and 0.
    history = weekly(np.array([[4], [0]]).repeat(60, axis=1))
    model = Boosted().fit(history)
    every = np.ones(60, dtype=bool)
    expected = model.without(history, periods=every, exposure_days=7.0)
    np.testing.assert_allclose(expected, [0.2, 0.2], rtol=0.01)
    np.testing.assert_allclose(model.without_area(7.0), [3.6, 0.0], rtol=0.01)


@pytest.mark.parametrize(
    ("history", "message"),
    [
        (weekly(np.ones((2, 51), dtype=int)), "needs 52 weeks of history; there are 51"),
        (weekly(np.zeros((2, 60), dtype=int)), "could learn from"),
        (
            weekly(np.ones((2, 60), dtype=int), observed=np.zeros((2, 60), dtype=bool)),
            "could learn from",
        ),
    ],
)
def test_a_history_that_cannot_teach_is_refused(history: History, message: str) -> None:
    with pytest.raises(UnsupportedByDataError, match=message):
        Boosted().fit(history)


@pytest.mark.parametrize("setting", ["refit_every=0", "trees=2.5", "seed=-1", "trees=inf"])
def test_settings_that_mean_nothing_are_refused(setting: str) -> None:
    with pytest.raises(UsageError, match="must be a whole number"):
        forecaster(f"boosted@{setting}")
