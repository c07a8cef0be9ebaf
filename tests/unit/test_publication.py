"""No data is not zero: which boroughs and months a publisher really covered."""

from __future__ import annotations

import numpy as np

from rightplace.core.time import Month, months_between
from rightplace.crime.publication import (
    covered_boroughs,
    feed_ended,
    published_by_borough,
    published_over_time,
)

JANUARY = Month(2018, 1)


def months(count: int) -> list[Month]:
    return months_between(JANUARY, JANUARY.plus(count - 1))


def over_time(*records: int) -> list[bool]:
    found: list[bool] = published_over_time(np.array(records), months(len(records))).tolist()
    return found


def test_a_borough_is_published_in_a_month_if_half_its_cells_have_a_record() -> None:
    # Camden: 4 cells with 4, 2 and 1 of them recorded in three months. Barnet: none, all, all.
    records = np.array(
        [[3, 1, 0], [1, 2, 0], [2, 0, 0], [1, 0, 9], [0, 5, 1], [0, 1, 2]], dtype=np.int64
    )
    found = published_by_borough(records, ["Camden"] * 4 + ["Barnet"] * 2, cells_share=0.5)
    assert found.tolist() == [[True, True, False]] * 4 + [[False, True, True]] * 2


def test_records_that_spill_over_a_border_do_not_publish_a_borough() -> None:
    # Two of ten cells of Hackney lie on the border of Islington, and carry much of its crime.
    records = np.array([[40], [25], *[[0]] * 8, [10], [12]], dtype=np.int64)
    found = published_by_borough(records, ["Hackney"] * 10 + ["Islington"] * 2, cells_share=0.5)
    assert found[:, 0].tolist() == [False] * 10 + [True] * 2


def test_the_share_of_cells_asked_for_is_the_one_that_counts() -> None:
    records = np.array([[1], [1], [1], [0]], dtype=np.int64)
    names = ["Camden"] * 4
    assert published_by_borough(records, names, cells_share=0.75).all()
    assert not published_by_borough(records, names, cells_share=0.76).any()


def test_cells_without_a_borough_are_judged_together() -> None:
    records = np.array([[1], [0], [1]], dtype=np.int64)
    found = published_by_borough(records, [None, None, "Camden"], cells_share=0.6)
    assert found[:, 0].tolist() == [False, False, True]


def test_a_stub_month_of_a_feed_is_no_data() -> None:
    assert over_time(90, 100, 110, 20, 95) == [True, True, True, False, True]


def test_a_month_without_any_record_in_a_busy_feed_is_no_data() -> None:
    assert over_time(90, 100, 0, 110, 95) == [True, True, False, True, True]


def test_a_sparse_feed_has_quiet_months_and_no_stubs() -> None:
    assert over_time(2, 0, 5, 1, 0, 3) == [True] * 6


def test_months_before_the_first_record_and_after_the_last_are_not_published() -> None:
    assert over_time(0, 0, 3, 4, 2, 0) == [False, False, True, True, True, False]


def test_records_reported_late_of_a_time_before_the_feed_do_not_start_it() -> None:
    # A median of 100; the feed starts with the first month of 10 or more.
    assert over_time(1, 3, 2, 90, 100, 110, 105, 100, 100) == [False] * 3 + [True] * 6


def test_decades_of_stray_records_before_a_feed_do_not_start_it() -> None:
    # 40 sparse months and 6 of the feed: the median month holds 2, the middle record lies in
    # one of 100.
    assert over_time(*[2] * 40, *[100] * 6) == [False] * 40 + [True] * 6


def test_without_any_record_nothing_is_published() -> None:
    assert over_time(0, 0) == [False, False]


def test_weeks_after_the_last_record_of_a_busy_feed_are_no_data() -> None:
    assert feed_ended(np.array([9, 5, 6, 0, 0])).tolist() == [False] * 3 + [True] * 2


def test_weeks_after_the_last_record_of_a_rare_feed_may_be_quiet() -> None:
    assert not feed_ended(np.array([1, 0, 2, 0, 0])).any()


def test_a_quiet_week_between_busy_ones_does_not_end_a_feed() -> None:
    assert not feed_ended(np.array([9, 0, 6])).any()


def test_without_a_record_no_feed_ended() -> None:
    assert not feed_ended(np.zeros(3, dtype=np.int64)).any()


def test_a_borough_with_no_record_beside_busy_ones_is_another_forces_ground() -> None:
    # The mean of 6 cells is 100; the City's 2 would hold 200 and hold 3, under a fiftieth.
    records = np.array([150, 150, 150, 147, 3, 0])
    names = ["Westminster"] * 4 + ["City of London"] * 2
    assert covered_boroughs(records, names).tolist() == [True] * 4 + [False] * 2


def test_a_quiet_borough_is_covered() -> None:
    # Its 2 cells would hold 200 on average and hold 4: a fiftieth.
    records = np.array([150, 150, 150, 146, 2, 2])
    names = ["Westminster"] * 4 + ["Richmond"] * 2
    assert covered_boroughs(records, names).all()


def test_where_events_are_too_rare_to_tell_all_ground_is_covered() -> None:
    # The mean of 6 cells is 14: one cell without a record says nothing yet.
    records = np.array([20, 20, 20, 20, 4, 0])
    names = ["Camden"] * 5 + ["City of London"]
    assert covered_boroughs(records, names).all()
