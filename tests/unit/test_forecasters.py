"""Histories and forecasters on a few cells and periods that a person can add up."""

from __future__ import annotations

import inspect
import types
from typing import TYPE_CHECKING

import numpy as np
import pytest

import rightplace.forecast as room
from rightplace.errors import BadInputError, NotFittedError, UnsupportedByDataError, UsageError
from rightplace.forecast.history import WEEKS_PER_MONTH, History
from rightplace.forecast.methods.fading import Fading
from rightplace.forecast.methods.kernel import Kernel, NarrowBandwidthWarning
from rightplace.forecast.methods.memory import prior_days
from rightplace.forecast.methods.smoothing import Lattice, Scattered, smoother, typical_spacing_m
from rightplace.forecast.registry import FORECASTERS, SHORT_HISTORY_DEFAULT, forecaster

if TYPE_CHECKING:
    from numpy.typing import NDArray

MONTH_ENDS = np.array(
    ["2018-02-01", "2018-03-01", "2018-04-01", "2018-05-01"], dtype="datetime64[D]"
)
MONTH_DAYS = np.array([31.0, 28.0, 31.0, 30.0])


def weekly(events: object, *, observed: object = None, days: float = 7.0) -> History:
    """Return a weekly history of cells 250 m apart in a row, the first week ending 2020-01-06."""
    counts = np.array(events)
    cells, weeks = counts.shape
    return History(
        events=counts,
        exposure=np.full(weeks, days),
        observed=np.ones(counts.shape, dtype=bool) if observed is None else np.array(observed),
        period_ends=np.datetime64("2020-01-06") + 7 * np.arange(weeks),
        kind="week",
        area_km2=np.full(cells, 0.0625),
        xy=np.column_stack([250.0 * np.arange(cells), np.zeros(cells)]),
    )


def monthly(events: object, *, observed: object = None) -> History:
    """Return January to April 2018 for cells 600 m apart."""
    counts = np.array(events)
    return History(
        events=counts,
        exposure=MONTH_DAYS[: counts.shape[1]],
        observed=np.ones(counts.shape, dtype=bool) if observed is None else np.array(observed),
        period_ends=MONTH_ENDS[: counts.shape[1]],
        kind="month",
        area_km2=np.full(len(counts), 0.3),
        xy=np.column_stack([600.0 * np.arange(len(counts)), np.zeros(len(counts))]),
    )


# History


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"exposure": np.ones(3)}, "exposure has shape"),
        ({"observed": np.ones((2, 4))}, "observed must be true or false"),
        ({"observed": np.ones((2, 3), dtype=bool)}, "observed has shape"),
        ({"events": np.ones((2, 4))}, "whole numbers"),
        ({"events": np.ones(4, dtype=int)}, "n_cells, n_periods"),
        ({"events": np.full((2, 4), -1)}, "below 0"),
        ({"exposure": np.array([31.0, 28.0, 0.0, 30.0])}, "days above 0"),
        ({"area_km2": np.array([1.0, 0.0])}, "square kilometres"),
        ({"xy": np.full((2, 2), np.nan)}, "metres"),
        ({"period_ends": MONTH_ENDS[::-1]}, "follow each other"),
        ({"kind": "hour"}, "kind must be one of month, week, day"),
    ],
)
def test_history_that_cannot_be_true_is_refused(change: dict[str, object], message: str) -> None:
    right = {
        "events": np.ones((2, 4), dtype=int),
        "exposure": MONTH_DAYS,
        "observed": np.ones((2, 4), dtype=bool),
        "period_ends": MONTH_ENDS,
        "kind": "month",
        "area_km2": np.ones(2),
        "xy": np.zeros((2, 2)),
    }
    with pytest.raises(BadInputError, match=message):
        History(**(right | change))  # type: ignore[arg-type]  # wrong on purpose


def test_counts_where_nothing_was_published_do_not_count() -> None:
    history = weekly([[5, 7]], observed=[[True, False]])
    assert history.events.tolist() == [[5, 0]]
    assert history.exposure_days.tolist() == [[7.0, 0.0]]


def test_history_cannot_be_written_to_and_leaves_the_callers_arrays_alone() -> None:
    counts = np.array([[1, 2]])
    history = weekly(counts)
    with pytest.raises(ValueError, match="read-only"):
        history.events[0, 0] = 9
    counts[0, 0] = 9


def test_what_was_known_before_a_period_leaves_out_that_period() -> None:
    before = monthly([[1, 2, 3, 4]]).before(2)
    assert before.events.tolist() == [[1, 2]]
    assert before.exposure.tolist() == [31.0, 28.0]
    assert before.recent_label == "February 2018"
    for impossible in (0, 5):
        with pytest.raises(UnsupportedByDataError, match="no history before"):
            monthly([[1, 2, 3, 4]]).before(impossible)


def test_ages_of_months_are_equal_steps_and_those_of_weeks_are_weeks() -> None:
    months = monthly([[0, 0, 0, 0]]).ages_weeks
    np.testing.assert_allclose(months, WEEKS_PER_MONTH * np.array([3, 2, 1, 0]))
    assert weekly([[0, 0, 0]]).ages_weeks.tolist() == [2.0, 1.0, 0.0]


def test_windows_are_counted_back_from_the_newest_period() -> None:
    month = monthly([[0, 0, 0, 0]])
    assert month.window("recent").tolist() == [False, False, False, True]
    assert month.window("year").all()
    week = weekly(np.zeros((1, 120), dtype=int))
    assert [week.window(w).sum() for w in ("recent", "year", "two_years")] == [4, 52, 104]
    assert week.recent_label == "last 28 days"


# Baselines


def test_fading_is_the_published_definition_for_equal_weeks() -> None:
    # Half-life of 1 week, newest age 0: weights 1/4, 1/2, 1.
    model = Fading(half_life_weeks=1).fit(weekly([[4, 2, 1]]))
    assert model.predict(7.0)[0] == pytest.approx((4 / 4 + 2 / 2 + 1) / 1.75)


def test_fading_by_month_weighs_days_and_counts_ages_in_months() -> None:
    # Half-life of one month: weights 1/2 and 1. Rate = (3/2 + 4) / (31/2 + 28) a day.
    model = Fading(half_life_weeks=WEEKS_PER_MONTH).fit(monthly([[3, 4]]))
    assert model.predict(31.0)[0] == pytest.approx(31 * 5.5 / 43.5)


def test_a_period_without_data_carries_no_exposure() -> None:
    seen = Fading(half_life_weeks=1).fit(weekly([[4, 2, 1]], observed=[[True, False, True]]))
    assert seen.predict(7.0)[0] == pytest.approx((4 / 4 + 1) / 1.25)


@pytest.mark.parametrize("spec", ["fading", "counts_2y", "last_12_months", "kernel", "uniform"])
def test_a_cell_never_observed_is_no_data_and_moves_no_other(spec: str) -> None:
    counts = [[3, 1], [2, 2], [0, 0]]
    observed = [[True, True], [True, True], [False, False]]
    model = forecaster(f"{spec}@bandwidth_m=200" if spec == "kernel" else spec)
    expected = model.fit(weekly(counts, observed=observed)).predict(7.0)
    assert np.isnan(expected[2])
    alone = model.fit(weekly(counts[:2])).predict(7.0)
    if spec != "kernel":  # there the cell beside an empty edge has other neighbours
        np.testing.assert_allclose(expected[:2], alone)


def test_windows_average_only_their_own_periods() -> None:
    counts = np.zeros((1, 120), dtype=int)
    counts[0, [0, 20, 80, 119]] = [1000, 104, 52, 4]
    history = weekly(counts)
    expect = {"last_28_days": 4 / 4, "last_12_months": 56 / 52, "counts_2y": 160 / 104}
    for spec, rate in expect.items():
        assert forecaster(spec).fit(history).predict(7.0)[0] == pytest.approx(rate)


def test_last_28_days_of_monthly_data_is_the_newest_month_by_the_day() -> None:
    model = forecaster("last_28_days").fit(monthly([[9, 9, 9, 15]]))
    assert model.predict(7.0)[0] == pytest.approx(7 * 15 / 30)


def test_uniform_expects_the_area_rate_everywhere() -> None:
    model = forecaster("uniform").fit(weekly([[4, 0], [0, 0]]))
    assert model.predict(7.0).tolist() == [1.0, 1.0]


def test_forecast_of_a_few_days_is_rate_times_days() -> None:
    model = forecaster("counts_2y").fit(weekly([[7, 7], [14, 0]]))
    np.testing.assert_allclose(model.predict(3.0), [3.0, 3.0])
    np.testing.assert_allclose(model.predict(np.array([1.0, 2.0])), [1.0, 2.0])


def test_cells_with_the_same_past_tie_to_the_last_bit() -> None:
    past = np.random.default_rng(2).poisson(0.3, size=300)
    counts = np.tile(past, (97, 1)).astype(np.int16)
    for spec in ("fading@half_life_weeks=26", SHORT_HISTORY_DEFAULT):
        expected = forecaster(spec).fit(weekly(counts)).predict(7.0)
        assert (expected == expected[0]).all()


def test_a_second_fit_forgets_the_first() -> None:
    model = Fading(half_life_weeks=52)
    once = model.fit(weekly([[1, 2, 3]])).predict(7.0)
    model.fit(weekly([[9, 9, 9]]))
    assert model.fit(weekly([[1, 2, 3]])).predict(7.0) == once


def test_a_history_without_any_data_is_refused() -> None:
    with pytest.raises(UnsupportedByDataError, match="No cell has data"):
        Fading().fit(weekly([[1, 1]], observed=[[False, False]]))


@pytest.mark.parametrize("spec", sorted(FORECASTERS))
def test_predicting_before_fitting_is_refused(spec: str) -> None:
    with pytest.raises(NotFittedError, match="call fit"):
        forecaster(spec).predict(7.0)


# Shrinkage


def test_plain_methods_mix_nothing_in_and_the_product_never_expects_exactly_nothing() -> None:
    history = weekly([[9, 8, 9], [2, 0, 1], [0, 0, 0]])
    assert forecaster("fading").fit(history).predict(7.0)[2] == 0.0
    for spec in (SHORT_HISTORY_DEFAULT, "last_28_days@shrunk=1", "kernel@bandwidth_m=300,shrunk=1"):
        assert (forecaster(spec).fit(history).predict(7.0) > 0).all()


def test_prior_is_the_area_rate_over_the_variance_between_cells() -> None:
    # Rates .2 and .4 a day over 100 days each, mean .3; spread .01, Poisson noise .3/100 = .003:
    # variance between cells .007, prior .3 / .007 days.
    days = np.array([100.0, 100.0])
    found = prior_days(np.array([20.0, 40.0]), days, noise_days=days)
    assert found == pytest.approx(0.3 / 0.007)


def test_noise_of_fading_counts_is_that_of_their_squared_weights() -> None:
    # Weights 1/2 and 1: S = 9 and 1, W = 10.5 days, Q = 7 x (1/4 + 1) = 8.75, r = 10/21.
    # Spread 2 x 10.5 x (8/21)^2, noise 2 r x 8.75/10.5; variance = their difference over 21.
    rate, spread = 10 / 21, 21 * (8 / 21) ** 2
    by_hand = rate / ((spread - 2 * rate * 8.75 / 10.5) / 21)
    model = Fading(half_life_weeks=1, shrunk=True).fit(weekly([[2, 8], [2, 0]]))
    assert model.memory_.prior_days == pytest.approx(by_hand)


def test_cells_that_hardly_differ_lean_on_the_area_rate_as_far_as_is_allowed() -> None:
    days = np.array([100.0, 100.0])
    assert prior_days(np.array([30.0, 30.0]), days, noise_days=days) == 100 * 100.0


def test_parts_of_a_forecast_add_up_to_it() -> None:
    history = weekly([[9, 8, 9], [2, 0, 1], [0, 3, 0]])
    for spec in (SHORT_HISTORY_DEFAULT, "kernel@bandwidth_m=300,shrunk=1", "uniform", "counts_2y"):
        model = forecaster(spec).fit(history)
        last = np.array([False, False, True])
        parts = (
            model.part(history, periods=last, exposure_days=7.0)
            + model.part(history, periods=~last, exposure_days=7.0)
            + model.area_part(7.0)
        )
        np.testing.assert_allclose(parts, model.predict(7.0))


# Kernel


def grid(side: int, step: float) -> NDArray[np.float64]:
    """Return the centroids of a square grid."""
    rows, columns = np.divmod(np.arange(side * side), side)
    return np.column_stack([columns * step + 13.0, rows * step - 7.0])


def test_kernel_on_a_grid_is_the_gaussian_of_its_steps() -> None:
    found = smoother(grid(9, 250.0), bandwidth_m=250.0, area_km2=np.full(81, 0.0625))
    assert isinstance(found, Lattice)
    one = np.zeros(81)
    one[40] = 1.0
    spread = found.mean(one, known=np.ones(81, dtype=bool)).reshape(9, 9)
    by_step = np.exp(-0.5 * np.arange(-4, 5) ** 2)
    by_step /= by_step.sum()
    np.testing.assert_allclose(spread, np.outer(by_step, by_step))


def test_kernel_between_scattered_cells_averages_density() -> None:
    xy = np.array([[0.0, 0.0], [300.0, 40.0], [9000.0, 10.0]])
    area = np.array([1.0, 3.0, 2.0])
    found = smoother(xy, bandwidth_m=200.0, area_km2=area)
    assert isinstance(found, Scattered)
    rate = np.array([2.0, 3.0, 4.0])
    w = np.exp(-0.5 * (300.0**2 + 40.0**2) / 200.0**2)
    smooth = found.mean(rate, known=np.ones(3, dtype=bool))
    np.testing.assert_allclose(
        smooth, [1 * (2 + 3 * w) / (1 + 3 * w), 3 * (2 * w + 3) / (w + 3), 4.0]
    )


@pytest.mark.parametrize(("shift", "kind"), [(0.0, Lattice), (40.0, Scattered)])
def test_cells_without_data_lend_neither_incidents_nor_calm(shift: float, kind: type) -> None:
    xy = grid(11, 250.0)
    xy[0] -= shift  # off the lattice, the other way of smoothing is taken
    found = smoother(xy, bandwidth_m=250.0, area_km2=np.full(121, 0.0625))
    assert isinstance(found, kind)
    known = np.ones(121, dtype=bool)
    known[61] = False
    smooth = found.mean(np.where(known, 2.0, 99.0), known=known)
    assert smooth[60] == pytest.approx(2.0)  # in the middle, beside the cell without data


def test_bandwidth_below_half_the_spacing_of_cells_warns() -> None:
    history = weekly([[1, 2], [3, 4], [5, 6]])
    with pytest.warns(NarrowBandwidthWarning, match=r"100 m is below half .*250 m"):
        Kernel(bandwidth_m=100).fit(history)
    Kernel(bandwidth_m=125).fit(history)  # half: no warning, or this test would fail


def test_one_cell_has_no_spacing_and_smooths_to_itself() -> None:
    assert typical_spacing_m(np.zeros((1, 2))) == 0.0
    model = Kernel(bandwidth_m=50).fit(weekly([[2, 4]]))
    assert model.predict(7.0)[0] == pytest.approx(3.0)


# Registry


def test_specification_sets_what_it_names() -> None:
    model = forecaster("fading@half_life_weeks=26,shrunk=1")
    assert model == Fading(half_life_weeks=26.0, shrunk=True)
    assert forecaster("kernel@bandwidth_m=100") == Kernel(bandwidth_m=100.0)


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("fadign", "Did you mean fading"),
        ("last_12_month", "Did you mean last_12_months"),
        ("fading@half_life=52", "Did you mean half_life_weeks"),
        ("fading@half_life_weeks=long", "must be a number, not 'long'"),
        ("fading@half_life_weeks", "must be a number"),
        ("fading@half_life_weeks=-1", "above 0"),
        ("fading@half_life_weeks=nan", "above 0"),
        ("kernel@bandwidth_m=0", "above 0"),
        ("fading@shrunk=yes", "shrunk=0 or shrunk=1"),
        ("fading@shrunk=1,shrunk=0", "twice"),
        ("uniform@x=1", "It takes none"),
        ("", "no method called ''"),
    ],
)
def test_unknown_or_impossible_specifications_are_refused_with_a_remedy(
    spec: str, message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        forecaster(spec)


def test_every_method_of_the_contract_for_this_version_is_registered() -> None:
    named = {"uniform", "last_28_days", "last_12_months", "counts_2y", "fading", "kernel"}
    assert set(FORECASTERS) == named | {
        "additive_memory",
        "boosted",
        "etas",
        "prospective",
        "stack",
    }
    assert forecaster(SHORT_HISTORY_DEFAULT)


def test_every_public_name_of_the_room_is_found_and_none_is_a_module() -> None:
    for name in room.__all__:
        assert not isinstance(getattr(room, name), types.ModuleType), name
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        room.nothing  # noqa: B018 - the look-up is what is tested


def test_no_forecaster_asks_for_more_than_a_history() -> None:
    for kind in FORECASTERS.values():
        assert list(inspect.signature(kind.fit).parameters) == ["self", "history"]
