"""Single events: their order, their moments, what is joined, and that nobody looks ahead."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rightplace.errors import BadInputError, UnsupportedByDataError
from rightplace.forecast.history import History
from rightplace.forecast.judging.trial import one_step_ahead
from rightplace.forecast.points import Points, moments, points_needed
from rightplace.forecast.registry import forecaster

MONDAY = 18_267  # 6 January 2020 in days since 1 January 1970
HERE = (100.0, 100.0)


def points(*events: tuple[float, int], xy: tuple[float, float] = HERE) -> Points:
    """Return events at one place, given as days after that Monday and a cell."""
    days, cell = np.array(events, dtype=np.float64).reshape(-1, 2).T
    return Points(days=MONDAY + days, xy=np.full((len(days), 2), xy), cell=cell.astype(int))


def weekly(known: Points | None, *, cells: int = 2, weeks: int = 4) -> History:
    """Return so many weeks from that Monday whose counts are those of the points."""
    counts = np.zeros((cells, weeks), dtype=int)
    if known is not None:
        week = np.floor((known.days - MONDAY) / 7).astype(int)
        within = (week >= 0) & (week < weeks)
        np.add.at(counts, (known.cell[within], week[within]), 1)
    return History(
        events=counts,
        exposure=np.full(weeks, 7.0),
        observed=np.ones((cells, weeks), dtype=bool),
        period_ends=np.datetime64("2020-01-13") + 7 * np.arange(weeks),
        kind="week",
        area_km2=np.full(cells, 0.0625),
        xy=np.column_stack([250.0 * np.arange(cells), np.zeros(cells)]),
        points=known,
    )


def test_events_stand_in_order_of_time_whatever_the_order_of_the_file() -> None:
    found = points((3.5, 1), (0.25, 0), (3.5, 0))
    assert (found.days - MONDAY).tolist() == [0.25, 3.5, 3.5]
    assert found.cell.tolist() == [0, 0, 1]


def test_points_cannot_be_written_to_and_leave_the_callers_arrays_alone() -> None:
    days = np.array([2.0, 1.0])
    found = Points(days=days, xy=np.zeros((2, 2)), cell=np.zeros(2, dtype=int))
    with pytest.raises(ValueError, match="read-only"):
        found.days[0] = 0.0
    days[0] = 9.0
    assert found.days.tolist() == [1.0, 2.0]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"days": np.zeros((2, 1))}, "do not fit"),
        ({"xy": np.zeros((3, 2))}, "do not fit"),
        ({"cell": np.zeros(3, dtype=int)}, "do not fit"),
        ({"days": np.array([0.0, np.nan])}, "lacks its time"),
        ({"xy": np.array([[0.0, np.inf], [0.0, 0.0]])}, "its place"),
        ({"cell": np.array([0, -1])}, "its cell"),
    ],
)
def test_points_that_cannot_be_are_refused(change: dict[str, object], message: str) -> None:
    right = {"days": np.zeros(2), "xy": np.zeros((2, 2)), "cell": np.zeros(2, dtype=int)}
    with pytest.raises(BadInputError, match=message):
        Points(**(right | change))  # type: ignore[arg-type]  # wrong on purpose


def test_a_cell_that_the_history_does_not_have_is_refused() -> None:
    with pytest.raises(BadInputError, match="no cell of the history"):
        replace(weekly(None), points=points((0.5, 2)))


def test_what_was_known_before_a_period_holds_no_event_of_it() -> None:
    history = weekly(points((0.0, 0), (13.999, 0), (14.0, 0), (27.9, 1)))
    known = history.before(2).points
    assert known is not None
    assert (known.days - MONDAY).round(3).tolist() == [0.0, 13.999]


@pytest.mark.parametrize("spec", ["etas", "prospective"])
def test_no_method_can_look_ahead(spec: str) -> None:
    rng = np.random.default_rng(5)
    past = [(t, c) for t, c in zip(rng.uniform(0, 21, 60), rng.integers(0, 2, 60), strict=True)]
    quiet, busy = points(*past), points(*past, *[(21.0 + k / 100, 0) for k in range(50)])
    forecasts = [one_step_ahead(weekly(known), spec, periods=[3])[3] for known in (quiet, busy)]
    assert forecasts[0].tolist() == forecasts[1].tolist()
    anew = forecaster(spec).fit(weekly(busy).before(3)).predict(7.0)
    assert forecasts[1].tolist() == anew.tolist()


def test_events_before_the_first_period_after_the_last_and_without_data_are_left_out() -> None:
    observed = np.array([[True, False, True, True], [True, True, True, True]])
    known = points((-0.1, 0), (3.0, 0), (8.0, 0), (8.0, 1), (28.0, 1))
    history = replace(weekly(None), observed=observed, points=known)
    assert history.points is not None
    kept = zip((history.points.days - MONDAY).tolist(), history.points.cell.tolist(), strict=True)
    assert list(kept) == [(3.0, 0), (8.0, 1)]
    assert history.points.period_of(history).tolist() == [0, 1]


@pytest.mark.parametrize(
    ("kind", "end", "starts"),
    [
        ("week", "2020-01-13", "2020-01-06"),
        ("day", "2020-03-01", "2020-02-29"),
        ("month", "2020-03-01", "2020-02-01"),
        ("month", "2020-03-16", "2020-03-01"),  # the newest month may be short
    ],
)
def test_a_history_knows_on_which_day_it_starts(kind: str, end: str, starts: str) -> None:
    history = replace(
        weekly(None, weeks=1),
        kind=kind,  # type: ignore[arg-type]  # one of the three, by the table above
        period_ends=np.array([end], dtype="datetime64[D]"),
    )
    assert history.starts_on == np.datetime64(starts)


# Joining


def test_rows_of_one_place_and_hour_are_one_event() -> None:
    hour = 1 / 24
    # Two in the hour from one o'clock, one at two sharp, one elsewhere in the same hour.
    here = points((hour, 0), (1.99 * hour, 0), (2 * hour, 0))
    both = Points(
        days=np.append(here.days, MONDAY + 1.5 * hour),
        xy=np.vstack([here.xy, [HERE[0] + 0.02, HERE[1]]]),
        cell=np.append(here.cell, 0),
    )
    assert np.round((both.joined().days - MONDAY) * 24, 2).tolist() == [1.0, 1.5, 2.0]


def test_every_full_hour_is_its_own_hour_however_it_is_rounded() -> None:
    every = points(*[(h / 24, 0) for h in range(24 * 30)])
    assert every.joined().n == 24 * 30


def test_no_events_stay_no_events() -> None:
    none = points()
    assert none.joined().n == 0
    assert weekly(none).points is not None
    assert moments(none.days, none.days, none.xy).tolist() == []


# Moments


def test_an_event_alone_in_its_interval_stands_in_the_middle() -> None:
    found = moments(np.array([3.0]), np.array([4.0]), np.array([HERE]))
    assert found.tolist() == [3.5]


def test_places_of_one_day_are_spread_evenly_over_it() -> None:
    n = 100
    xy = np.column_stack([np.arange(n), np.zeros(n)]).astype(float)
    found = np.sort(moments(np.zeros(n), np.ones(n), xy))
    gaps = np.diff(np.r_[found, found[0] + 1])
    assert ((found >= 0) & (found < 1)).all()
    # Golden-ratio steps leave gaps of at most two lengths' ratio 1 + golden: never near 0.
    assert gaps.max() < 2.7 / n
    assert gaps.min() > 0.3 / n


def test_rows_of_one_place_and_day_stay_together_and_other_days_move_nothing() -> None:
    xy = np.array([HERE, HERE, (0.0, 0.0), (500.0, 0.0)])
    day = np.array([1.0, 1.0, 1.0, 2.0])
    found = moments(day, day + 1, xy)
    # Day 1 has the place at the origin first (the middle), then ours: 0.5 + 0.618 - 1.
    assert np.round(found, 3).tolist() == [1.118, 1.118, 1.5, 2.5]
    assert moments(day[:3], day[:3] + 1, xy[:3]).tolist() == found[:3].tolist()


def test_the_order_of_a_file_does_not_matter() -> None:
    rng = np.random.default_rng(1)
    begins, xy = rng.integers(0, 5, 40).astype(float), rng.uniform(0, 900, (40, 2))
    found, order = moments(begins, begins + 1, xy), rng.permutation(40)
    assert (moments(begins[order], begins[order] + 1, xy[order]) == found[order]).all()


def test_an_interval_without_length_is_its_own_moment() -> None:
    at = np.array([2.25, 2.25])
    assert moments(at, at, np.array([HERE, (0.0, 0.0)])).tolist() == [2.25, 2.25]


# Refusals


@pytest.mark.parametrize("spec", ["etas", "prospective"])
def test_counts_without_points_are_refused_by_name(spec: str) -> None:
    with pytest.raises(UnsupportedByDataError, match=f"{spec} .* counts only") as refused:
        forecaster(spec).fit(weekly(None))
    assert refused.value.exit_code == 21
    with pytest.raises(UnsupportedByDataError, match="counts only"):
        one_step_ahead(weekly(None), spec, periods=[3])


def test_monthly_records_are_refused_because_they_are_monthly() -> None:
    ends = np.array(["2020-02-01", "2020-03-01", "2020-04-01", "2020-05-01"], dtype="M8[D]")
    monthly = replace(weekly(None), kind="month", period_ends=ends, exposure=np.full(4, 30.0))
    with pytest.raises(UnsupportedByDataError, match="give a month and a place"):
        points_needed(monthly, "etas")
