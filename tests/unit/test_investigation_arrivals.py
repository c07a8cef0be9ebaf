"""How cases come, learnt from months: rates, spread, several victims, trend, gaps."""

from __future__ import annotations

import math
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pytest

from rightplace.crime.homicides import read_homicides
from rightplace.deploy.investigation.arrivals import CaseMonths, cases_by_month, learn
from rightplace.errors import BadInputError, UnsupportedByDataError
from tests.homicide_rows import MONTHS, a_year, row, write_homicides
from tests.paths import needs_shared
from tests.unit.test_homicides import PUBLISHED

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

DAYS_2023 = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]


def of_year(tmp_path: Path, counts: Sequence[int]) -> CaseMonths:
    """Return the cases of 2023."""
    read = read_homicides(write_homicides(tmp_path / "h.csv", a_year(counts)))
    return cases_by_month(read, months=12, last=None)


def test_one_a_month_has_the_exact_poisson_interval(tmp_path: Path) -> None:
    learnt = learn(of_year(tmp_path, [1] * 12), origin="test")
    mean_months = 365 / (365.25 / 12)
    # Garwood's 95 % interval of 12 events is 6.201 to 20.962.
    assert learnt.a_month.estimate == pytest.approx(12 / mean_months)
    assert learnt.a_month.lo == pytest.approx(6.2006 / mean_months, rel=1e-4)
    assert learnt.a_month.hi == pytest.approx(20.9616 / mean_months, rel=1e-4)


def test_dispersion_is_never_below_one_though_measured_below(tmp_path: Path) -> None:
    learnt = learn(of_year(tmp_path, [1] * 12), origin="test")
    assert learnt.variance_over_mean < 0.1
    assert learnt.arrivals.dispersion == 1


def test_spread_is_pearsons_statistic_and_its_chance_that_of_chi_squared() -> None:
    counts = np.array([0, 9, 0, 9, 0, 9, 0, 9, 0, 9, 0, 9, 0])
    months = (*(date(2023, m, 1) for m in range(1, 13)), date(2024, 1, 1))
    found = CaseMonths(
        months=months, cases=counts, victims=counts, sizes=(1,) * int(counts.sum()), solved=0
    )
    learnt = learn(found, origin="test")
    days = [*DAYS_2023, 31]
    expected = [54 * d / sum(days) for d in days]
    statistic = sum((c - e) ** 2 / e for c, e in zip(counts.tolist(), expected, strict=True))
    assert learnt.variance_over_mean == pytest.approx(statistic / 12)
    # Of an even number of degrees of freedom the upper tail is a Poisson sum.
    half = statistic / 2
    tail = math.exp(-half) * sum(half**i / math.factorial(i) for i in range(6))
    assert learnt.dispersion_p == pytest.approx(tail)
    assert learnt.arrivals.dispersion == pytest.approx(statistic / 12)


def test_a_wider_spread_between_months_widens_the_interval(tmp_path: Path) -> None:
    even = learn(of_year(tmp_path, [4] * 12), origin="test").a_month
    uneven = learn(of_year(tmp_path, [1, 7] * 6), origin="test").a_month
    assert even.estimate == pytest.approx(uneven.estimate)
    assert uneven.lo < even.lo
    assert uneven.hi > even.hi


def test_alike_rows_are_one_case_of_several_victims(tmp_path: Path) -> None:
    rows = [*a_year([1] * 12), row("Dec-23", who="TWIN"), row("Dec-23", who="TWIN")]
    found = cases_by_month(
        read_homicides(write_homicides(tmp_path / "h.csv", rows)), months=12, last=None
    )
    learnt = learn(found, origin="test")
    assert (learnt.cases, learnt.victims, learnt.several, learnt.most_victims) == (13, 14, 1, 2)
    assert learnt.arrivals.victims == pytest.approx((12 / 13, 1 / 13))


def test_a_gap_names_the_month_and_a_row_of_none_fills_it(tmp_path: Path) -> None:
    rows = [each for each in a_year([2] * 12) if each[5] != "May-23"]
    with pytest.raises(BadInputError, match="May-23") as caught:
        cases_by_month(
            read_homicides(write_homicides(tmp_path / "h.csv", rows)), months=12, last=None
        )
    assert caught.value.fault.value == "May-23"
    filled = [*rows, row("May-23", count="0")]
    found = cases_by_month(
        read_homicides(write_homicides(tmp_path / "g.csv", filled)), months=12, last=None
    )
    assert found.cases.tolist() == [2, 2, 2, 2, 0, 2, 2, 2, 2, 2, 2, 2]


def test_a_borough_without_a_case_in_a_month_has_none_and_no_gap(tmp_path: Path) -> None:
    rows = [*a_year([1] * 12), *(row("Mar-23", "Barnet", who=str(n)) for n in range(3))]
    read = read_homicides(write_homicides(tmp_path / "h.csv", rows))
    found = cases_by_month(read, months=12, last=None, boroughs=["Barnet"])
    assert found.cases.tolist() == [0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    with pytest.raises(BadInputError, match="no borough 'Barnett'"):
        cases_by_month(read, months=12, last=None, boroughs=["Barnett"])


def test_a_window_outside_the_file_or_below_a_year_is_refused(tmp_path: Path) -> None:
    read = read_homicides(write_homicides(tmp_path / "h.csv", a_year([1] * 12)))
    for months, last in ((13, None), (11, None), (12, date(2024, 1, 1)), (12, date(2023, 11, 1))):
        with pytest.raises(UnsupportedByDataError, match="January 2023 to December 2023"):
            cases_by_month(read, months=months, last=last)


def test_too_few_cases_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedByDataError, match="11 cases"):
        learn(of_year_with_none(tmp_path, [11]), origin="test")
    with pytest.raises(UnsupportedByDataError, match="too few"):
        learn(of_year_with_none(tmp_path, [40]), origin="test")


def of_year_with_none(tmp_path: Path, counts: Sequence[int]) -> CaseMonths:
    """Return a year with no case after the months that are given."""
    none = [row(f"{name}-23", count="0") for name in MONTHS[len(counts) :]]
    read = read_homicides(write_homicides(tmp_path / "h.csv", [*a_year(counts), *none]))
    return cases_by_month(read, months=12, last=None)


def test_all_cases_in_the_first_months_still_end_in_a_trend(tmp_path: Path) -> None:
    learnt = learn(of_year_with_none(tmp_path, [20, 20]), origin="test")
    assert -1 < learnt.trend_a_year.lo <= learnt.trend_a_year.estimate < -0.99


def test_a_steady_growth_is_found() -> None:
    months = tuple(date(2019 + m // 12, m % 12 + 1, 1) for m in range(48))
    start = date(2019, 1, 1)
    ends = [*months[1:], date(2023, 1, 1)]
    counts = np.array(
        [
            round(
                100
                * (end - month).days
                * math.exp(0.1 * ((month - start).days + (end - month).days / 2) / 365.25)
            )
            for month, end in zip(months, ends, strict=True)
        ]
    )
    found = CaseMonths(months=months, cases=counts, victims=counts, sizes=(1,), solved=0)
    trend = learn(found, origin="test").trend_a_year
    assert trend.estimate == pytest.approx(math.expm1(0.1), rel=1e-3)
    assert trend.lo < trend.estimate < trend.hi


@needs_shared
def test_s5_five_years_of_london_homicides() -> None:
    found = cases_by_month(read_homicides(PUBLISHED), months=60, last=None)
    learnt = learn(found, origin="test")
    # 153 + 133 + 134 + 108 + 109 victims of 2019 to 2023; of them four alike pairs and one three.
    assert learnt.victims == 637
    assert learnt.cases == learnt.victims - 6
    assert (learnt.first, learnt.last, learnt.whole_years) == (
        date(2019, 1, 1),
        date(2023, 12, 1),
        True,
    )
    assert learnt.a_month.lo < 631 / 60 < learnt.a_month.hi
