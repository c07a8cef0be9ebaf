"""Values of a backtest report cannot hold what cannot be."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest

from rightplace.briefing import Estimate
from rightplace.errors import BadInputError
from tests.report_worlds import estimate, method, numbers, report


@pytest.mark.parametrize(
    ("value", "lo", "hi"), [(1.0, 2.0, 0.0), (1.0, None, 2.0), (math.nan, None, None)]
)
def test_an_estimate_has_a_whole_interval_or_none(
    value: float, lo: float | None, hi: float | None
) -> None:
    with pytest.raises(BadInputError):
        Estimate(value=value, lo=lo, hi=hi)


def test_a_margin_allows_some_loss() -> None:
    with pytest.raises(BadInputError, match="allows no loss"):
        replace(numbers().differences[0], margin_percent=0.0)


@pytest.mark.parametrize("shares", [(0.1,) * 9, (0.2,) * 10, (1.5, -0.5, *(0.0,) * 8)])
def test_a_histogram_has_ten_shares_that_sum_to_one(shares: tuple[float, ...]) -> None:
    with pytest.raises(BadInputError, match="no histogram"):
        replace(numbers().pits[0], shares=shares)


@pytest.mark.parametrize("change", [{"tenth": 0}, {"tenth": 11}, {"expected": -1.0}])
def test_a_tenth_is_one_of_ten_and_expects_nothing_below_zero(change: dict[str, Any]) -> None:
    with pytest.raises(BadInputError):
        replace(numbers().tenths[0], **change)


def test_intervals_have_a_share_where_there_are_some_and_none_where_not() -> None:
    row = numbers().intervals[0]
    with pytest.raises(BadInputError, match="plain intervals"):
        replace(row, n=0)
    with pytest.raises(BadInputError, match="plain intervals"):
        replace(row, covered=None)
    assert replace(row, n=0, covered=None).covered is None


def test_rows_of_a_method_that_the_table_hides_are_refused() -> None:
    everything = numbers()
    with pytest.raises(BadInputError, match="no method is"):
        replace(everything, methods=everything.methods[:2])


def test_there_is_one_reference_at_the_most() -> None:
    everything = numbers()
    two = (*everything.methods[:2], method("C", "worse", is_reference=True))
    with pytest.raises(BadInputError, match="More than one"):
        replace(everything, methods=two)
    assert everything.reference == everything.methods[0]


def test_hit_rates_are_shares() -> None:
    with pytest.raises(BadInputError, match="no share"):
        replace(numbers().curves[0], hit_rate=1.2)
    with pytest.raises(BadInputError, match="no share"):
        replace(method("A", "plain"), coverage80=-0.1)


def test_a_report_says_what_it_is_about() -> None:
    with pytest.raises(BadInputError, match="verdict is empty"):
        report(verdict=" ")
    assert estimate(1.0, 1.0).lo == 0.0
