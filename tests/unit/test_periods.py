"""The weeks and months that a history is made of."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np

from rightplace.app.periods import time_axis
from rightplace.crime.counting import Counts


def records(by_day: dict[str, int]) -> Counts:
    """Return dated records of assaults in one cell, so many on each day."""
    n = len(by_day)
    return Counts(
        cell=np.zeros(n, dtype=np.int32),
        day=np.array(list(by_day), dtype="datetime64[D]"),
        shift=np.zeros(n, dtype=np.int8),
        offence=np.array(["assault"] * n),
        setting=np.array(["street"] * n),
        population=np.array(["toronto-police/mci/crimes"] * n),
        timed=np.ones(n, dtype=bool),
        monthly=np.zeros(n, dtype=bool),
        vague=np.zeros(n, dtype=bool),
        current=np.ones(n, dtype=bool),
        n=np.array(list(by_day.values())),
        incidents=np.array(list(by_day.values())),
    )


def test_weeks_begin_with_the_feed_and_not_with_a_mistyped_year() -> None:
    # 91 days from 1 January to 1 April 2021; the last 13 weeks of them begin on 1 January.
    feed = {"1900-01-01": 1, "2021-01-15": 100, "2021-02-15": 100, "2021-03-15": 100}
    axis = time_axis(records(feed), as_of=date(2021, 4, 1))
    assert len(axis.starts) == 13
    assert str(axis.starts[0]) == "2021-01-01"


def test_weeks_of_a_rare_feed_begin_with_its_first_record() -> None:
    axis = time_axis(records({"2021-01-10": 1, "2021-03-01": 2}), as_of=date(2021, 3, 6))
    assert (len(axis.starts), str(axis.starts[0])) == (8, "2021-01-10")


def test_where_days_stand_among_months_the_month_that_is_not_over_is_left_out() -> None:
    feed = records({"2021-01-15": 3, "2021-02-10": 4, "2021-03-05": 2})
    mixed = replace(feed, monthly=np.array([True, True, False]))
    assert str(time_axis(mixed, as_of=date(2021, 3, 30)).ends[-1]) == "2021-03-01"
    assert str(time_axis(mixed, as_of=date(2021, 3, 31)).ends[-1]) == "2021-04-01"
    only_begun = replace(
        feed.where(feed.day > np.datetime64("2021-03-01")), monthly=np.array([True])
    )
    assert len(time_axis(only_begun, as_of=date(2021, 3, 30)).ends) == 0
