"""Prospective hot spots by hand: weeks, cells, level and parts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rightplace.errors import UnsupportedByDataError, UsageError
from rightplace.forecast.drivers import drivers_of
from rightplace.forecast.judging.trial import one_step_ahead
from rightplace.forecast.methods.prospective import Prospective, neighbours
from rightplace.forecast.points import Points
from rightplace.forecast.registry import forecaster
from tests.unit.test_points import points, weekly


def test_risk_falls_with_whole_weeks_and_cells_and_sums_to_the_recent_rate() -> None:
    # Three cells in a row, three weeks; an event 1 day old in the first cell (week 0), one
    # 8 days old in the third (week 1, weighing 1/2).
    history = weekly(points((20.0, 0), (13.0, 2)), cells=3, weeks=3)
    found = Prospective(window_weeks=3, reach_cells=3).fit(history).predict(7.0)
    risk = np.array([1 + 1 / 6, 1 / 2 + 1 / 4, 1 / 3 + 1 / 2])
    assert found == pytest.approx(risk / risk.sum() * 2 / 3)  # two events in three weeks


def test_an_event_counts_no_more_from_the_last_week_and_the_last_cell_on() -> None:
    history = weekly(points((20.0, 0), (6.99, 2)), cells=4, weeks=3)
    found = Prospective(window_weeks=2, reach_cells=2).fit(history).predict(7.0)
    # The old one is left out; the new one reaches its neighbour and not the cell beyond.
    assert found == pytest.approx([2 / 3 * 0.5, 1 / 3 * 0.5, 0, 0])


def test_cells_between_are_counted_as_a_king_walks() -> None:
    grid = np.array([(x, y) for x in range(3) for y in range(3)]) * 250.0
    near = neighbours(grid, reach_cells=3).toarray()
    assert near[0].tolist() == [1, 1 / 2, 1 / 3, 1 / 2, 1 / 2, 1 / 3, 1 / 3, 1 / 3, 1 / 3]
    assert (near == near.T).all()


def test_a_single_cell_is_its_own_and_only_neighbour() -> None:
    found = Prospective().fit(weekly(points((20.0, 0)), cells=1, weeks=3)).predict(7.0)
    assert found == pytest.approx([1 / 3])


def test_cells_without_data_have_no_forecast_and_take_no_share_of_the_level() -> None:
    observed = np.array([[True] * 3, [True] * 3, [False] * 3])
    history = replace(weekly(points((20.0, 0)), cells=3, weeks=3), observed=observed)
    found = Prospective(window_weeks=3, reach_cells=3).fit(history).predict(7.0)
    assert np.isnan(found[2])
    assert found[:2] == pytest.approx([2 / 3 / 3, 1 / 3 / 3])


def test_parts_of_periods_add_up_and_the_area_has_none() -> None:
    history = weekly(points((20.0, 0), (13.0, 2), (1.0, 1)), cells=3, weeks=3)
    model = Prospective().fit(history)
    parts = [
        model.part(history, periods=np.arange(3) == week, exposure_days=7.0) for week in range(3)
    ]
    assert sum(parts) == pytest.approx(model.predict(7.0))
    assert model.area_part(7.0).tolist() == [0, 0, 0]
    drivers = drivers_of(model, history, exposure_days=7.0)
    assert drivers.expected == pytest.approx(model.predict(7.0))


def test_a_quiet_area_expects_nothing_and_one_never_observed_is_refused() -> None:
    quiet = weekly(points(), cells=2, weeks=3)
    assert Prospective().fit(quiet).predict(7.0).tolist() == [0, 0]
    unseen = replace(quiet, observed=np.zeros((2, 3), dtype=bool))
    with pytest.raises(UnsupportedByDataError, match="in the last 8 weeks"):
        Prospective().fit(unseen)


def test_one_walk_gives_the_numbers_of_fitting_anew() -> None:
    rng = np.random.default_rng(3)
    days, cell = rng.uniform(0, 84, 90), rng.integers(0, 5, 90)
    known = points(*zip(days.tolist(), cell.tolist(), strict=True))
    history = weekly(known, cells=5, weeks=12)
    walked = one_step_ahead(history, "prospective", periods=range(1, 12))
    for period, mean in walked.items():
        anew = forecaster("prospective").fit(history.before(period)).predict(7.0)
        assert mean.tolist() == anew.tolist()


def test_the_order_of_cells_does_not_matter() -> None:
    history = weekly(points((20.0, 0), (13.0, 2), (1.0, 1)), cells=3, weeks=3)
    order = np.array([2, 0, 1])
    known = history.points
    assert isinstance(known, Points)
    moved = replace(
        history,
        events=history.events[order],
        xy=history.xy[order],
        points=replace(known, cell=np.argsort(order)[known.cell]),
    )
    expected = Prospective().fit(history).predict(7.0)
    assert Prospective().fit(moved).predict(7.0) == pytest.approx(expected[order])


def test_a_reach_whose_pairs_of_cells_would_fill_the_memory_is_refused() -> None:
    assert forecaster("prospective@reach_cells=25") == Prospective(reach_cells=25)
    with pytest.raises(UsageError, match=r"at most 25, got 25\.5") as refused:
        forecaster("prospective@reach_cells=25.5")
    assert "square" in (refused.value.fault.remedy or "")


@pytest.mark.parametrize("spec", ["prospective@window_weeks=0", "prospective@reach_cells=nan"])
def test_impossible_settings_are_refused(spec: str) -> None:
    with pytest.raises(UsageError, match="above 0"):
        forecaster(spec)
