"""Gaps, stubs and categories that vanish, in months small enough to count."""

from __future__ import annotations

import pytest

from rightplace.core.time import Month
from rightplace.crime.coverage import Coverage, missing_categories, stub_months

JANUARY = Month(2018, 1)


def months(*rows: int) -> dict[Month, int]:
    return {JANUARY.plus(n): count for n, count in enumerate(rows) if count}


def covering(*rows: int) -> Coverage:
    return Coverage(
        population="p",
        rows_by_month=months(*rows),
        without_place=5,
        unknown_setting=None,
        missing_categories=(),
    )


def test_months_without_a_row_between_the_first_and_the_last_are_gaps() -> None:
    covered = covering(10, 0, 10, 0, 0, 20)
    assert (str(covered.first), str(covered.last), covered.rows) == ("2018-01", "2018-06", 40)
    assert list(map(str, covered.gaps)) == ["2018-02", "2018-04", "2018-05"]
    assert (covered.without_place_share, covered.unknown_setting_share) == (0.125, None)


@pytest.mark.parametrize(
    ("rows", "stubs"),
    [
        ((100, 100, 24, 100, 100), ["2018-03"]),
        ((100, 100, 25, 100, 100), []),  # a quarter is a fall, not a stub
        ((100, 110, 50, 105, 100), []),  # a cold February of shootings
        ((1, 100, 100, 100), ["2018-01"]),  # the first month of a rolling release
        ((36, 36, 5, 36), ["2018-03"]),  # 36 - 5 is more than 5 standard deviations of 6
        ((36, 36, 6, 36), []),  # not more than chance may do
        ((29, 29, 1, 29), []),  # rare events are left alone
        ((100,), []),
        ((), []),
    ],
)
def test_a_month_with_less_than_a_quarter_of_those_around_is_a_stub(
    rows: tuple[int, ...], stubs: list[str]
) -> None:
    assert list(map(str, stub_months(months(*rows)))) == stubs


def missing(*rows: int, held: tuple[int, ...] = (9, 9, 9, 9, 9, 9, 9, 9, 9, 9)) -> list[str]:
    """Months in which a category misses, where another one fills the months that are held."""
    counts = {(month, "asb"): n for month, n in months(*rows).items()}
    counts |= {(month, "other"): n for month, n in months(*held).items()}
    return [str(month) for month, category in missing_categories(counts) if category == "asb"]


@pytest.mark.parametrize(
    ("rows", "held", "found"),
    [
        ((129, 0, 179), (9, 9, 9), ["2018-02"]),
        ((129, 0, 0, 179), (9, 9, 9, 9), ["2018-02", "2018-03"]),  # two months running
        ((129, 0, 0, 0, 179), (9, 9, 0, 0, 9), ["2018-02"]),  # before a gap in publication
        ((29, 0, 179), (9, 9, 9), []),  # too few to be missed
        ((129, 0), (9, 9), []),  # nobody knows yet
        ((0, 129), (9, 9), []),
        ((40, *[0] * 12, 40), (9,) * 14, []),  # more than six months: gone, not missing
    ],
)
def test_a_category_is_missing_where_the_months_around_have_it(
    rows: tuple[int, ...], held: tuple[int, ...], found: list[str]
) -> None:
    assert missing(*rows, held=held) == found
