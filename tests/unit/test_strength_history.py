"""Strength month by month: months missing or doubled are named, breaks are crossed or not."""

from __future__ import annotations

import pytest

from rightplace.core.time import Month
from rightplace.deploy.workforce.history import Break, StrengthHistory, StrengthMonth, crossed
from rightplace.errors import BadInputError, UnsupportedByDataError


def history(*months: tuple[str, int]) -> StrengthHistory:
    rows = tuple(
        StrengthMonth(
            month=Month.parse(month), officers=officers, staff=0, pcsos=0, file="s.csv", row=row
        )
        for row, (month, officers) in enumerate(months, start=1)
    )
    return StrengthHistory(force="metropolitan", months=rows)


BROKEN = history(
    ("2018-10", 100), ("2018-11", 101), ("2019-02", 110), ("2019-03", 112), ("2019-04", 111)
)


def test_s20_missing_months_are_named_with_the_row_after_which_they_are_missing() -> None:
    (gap,) = BROKEN.gaps
    assert gap.finding == "no strength for 2018-12 to 2019-01, after row 2 of s.csv"


def test_s20_a_doubled_month_is_refused_and_both_rows_are_named() -> None:
    with pytest.raises(BadInputError, match="2018-11 stands in row 2") as caught:
        history(("2018-10", 100), ("2018-11", 101), ("2018-11", 102))
    assert (caught.value.fault.row, caught.value.fault.value) == (3, "2018-11")


def test_months_out_of_order_are_refused() -> None:
    with pytest.raises(BadInputError, match="2018-09 stands after 2018-10"):
        history(("2018-10", 100), ("2018-09", 101))


def test_changes_are_taken_of_the_newest_months_without_a_gap() -> None:
    newest = BROKEN.unbroken(least_changes=2)
    assert [str(each.month) for each in newest.months] == ["2019-02", "2019-03", "2019-04"]
    assert newest.net_changes.tolist() == [2, -1]


def test_too_few_months_since_a_gap_are_refused_and_the_gap_is_named() -> None:
    with pytest.raises(UnsupportedByDataError, match=r"2 monthly changes .*after row 2 of s\.csv"):
        BROKEN.unbroken(least_changes=3)


def test_months_up_to_one_end_with_it() -> None:
    assert [str(m.month) for m in BROKEN.up_to(Month(2018, 12)).months] == ["2018-10", "2018-11"]


@pytest.mark.parametrize(
    ("first", "last", "is_crossed"),
    [
        ("2018-01", "2019-06", False),
        ("2018-01", "2019-07", True),
        ("2020-01", "2020-02", True),
        ("2023-03", "2024-01", True),
        ("2023-04", "2024-03", False),
    ],
)
def test_s20_a_break_is_crossed_where_a_month_lies_in_it(
    first: str, last: str, *, is_crossed: bool
) -> None:
    programme = Break(name="programme", first=Month(2019, 7), last=Month(2023, 3))
    found = crossed((programme,), Month.parse(first), Month.parse(last))
    assert found == ((programme,) if is_crossed else ())


def test_a_break_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(BadInputError, match="ends in 2019-06, before it begins"):
        Break(name="programme", first=Month(2019, 7), last=Month(2019, 6))
