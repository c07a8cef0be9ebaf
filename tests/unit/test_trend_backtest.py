"""Scores of looking ahead: by hand, by tables, and blind to what came after an origin."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy.stats import t

from rightplace.core.time import Month
from rightplace.deploy.workforce.history import Break, StrengthHistory, StrengthMonth
from rightplace.deploy.workforce.trend import Outlook, TrendPrior, candidates
from rightplace.deploy.workforce.trend_backtest import (
    PICKED,
    Scored,
    covered,
    interval_score,
    score_difference,
    scored_origins,
    with_picked,
    yearly_origins,
)
from rightplace.errors import UnsupportedByDataError

if TYPE_CHECKING:
    from numpy.typing import NDArray

PRIOR = TrendPrior(persistences=(0.5, 0.9), shares=(0.5,), monthly_scale=0.005, weight=2.0)


def history(officers: list[int]) -> StrengthHistory:
    months = tuple(
        StrengthMonth(
            month=Month(2013, 5).plus(n), officers=each, staff=0, pcsos=0, file="s", row=n + 1
        )
        for n, each in enumerate(officers)
    )
    return StrengthHistory(force="metropolitan", months=months)


def scored(score: float, *, method: str = "a", year: int = 2014, ahead_years: int = 1) -> Scored:
    """A forecast whose interval is so wide, and holds what came: the width is its score."""
    return Scored(
        method=method,
        origin=Month(year, 3),
        target=Month(year + ahead_years, 3),
        history_months=11,
        median=score / 2,
        lo80=0,
        hi80=score,
        came=0,
        breaks=(),
    )


@pytest.mark.parametrize(("came", "score"), [(100, 50), (150, 50), (90, 150), (152, 70)])
def test_the_interval_score_is_width_and_ten_for_each_officer_outside(
    came: float, score: float
) -> None:
    assert interval_score(100, 150, came) == pytest.approx(score)


@pytest.mark.parametrize(
    ("inside", "lo95", "hi95", "fails"),
    [(9, 0.4281, 0.9451, False), (12, 0.7354, 1.0, False), (4, 0.0992, 0.6511, True)],
)
def test_s20_k_of_12_inside_has_the_exact_interval_and_fails_only_if_80_percent_is_outside(
    inside: int, lo95: float, hi95: float, *, fails: bool
) -> None:
    rows = [replace(scored(10), came=5 if n < inside else 11) for n in range(12)]
    found = covered(rows)
    assert (found.inside, found.origins, found.fails) == (inside, 12, fails)
    assert found.lo95 == pytest.approx(lo95, abs=1e-4)
    assert found.hi95 == pytest.approx(hi95, abs=1e-4)


def test_the_paired_difference_without_overlap_is_students() -> None:
    first, second = [scored(n) for n in (8, 10, 6)], [scored(10)] * 3
    found = score_difference(first, second, ahead=12)
    reach = t.ppf(0.975, 2) * 2 / math.sqrt(3)  # differences -2, 0, -4: deviation 2
    assert found.difference == -2
    assert found.lo95 == pytest.approx(-2 - reach)
    assert found.hi95 == pytest.approx(-2 + reach)


def test_overlapping_windows_widen_the_interval_where_neighbours_go_together() -> None:
    first = [scored(n) for n in (4, 4, 4, 10, 10, 10)]
    second = [scored(10)] * 6
    found = score_difference(first, second, ahead=24)
    # Around -3 lie -3, -3, -3, 3, 3, 3: own 9, lag one (9 + 9 - 9 + 9 + 9) / 6 = 4.5.
    variance, factor = (9 + 2 * 4.5) / 6, (6 + 1 - 4 + 2 / 6) / 6
    reach = t.ppf(0.975, 5) * math.sqrt(variance / factor)
    assert found.lo95 == pytest.approx(-3 - reach)
    assert found.hi95 == pytest.approx(-3 + reach)


def test_too_few_origins_give_a_difference_without_an_interval() -> None:
    found = score_difference([scored(8)], [scored(10)], ahead=12)
    assert (found.difference, found.lo95, found.hi95) == (-2, None, None)


def test_s20_origins_are_a_year_apart_and_the_newest_target_is_the_last_month() -> None:
    found = yearly_origins(history([100 + n % 3 for n in range(155)]), ahead=12, least_changes=10)
    assert found == list(range(10, 143, 12))
    assert len(found) == 12


def test_no_forecast_of_the_past_sees_what_came_after_its_origin() -> None:
    officers = [1000 + (7 * n) % 11 for n in range(48)]
    changed = [*officers[:24], *(each + 300 for each in officers[24:])]
    before, after = (
        scored_origins(history(each), candidates(PRIOR), ahead=12, least_changes=10)
        for each in (officers, changed)
    )
    pairs = [pair for pair in zip(before, after, strict=True) if pair[0].origin <= Month(2015, 4)]
    assert pairs
    for old, new in pairs:
        assert (old.median, old.lo80, old.hi80) == (new.median, new.lo80, new.hi80)
    newest = before[-1], after[-1]
    assert newest[0].median != newest[1].median


def test_s20_a_programme_between_origin_and_target_is_named() -> None:
    programme = Break(name="programme", first=Month(2015, 5), last=Month(2015, 6))
    rows = scored_origins(
        history([1000 + (7 * n) % 11 for n in range(48)]),
        candidates(PRIOR),
        ahead=12,
        least_changes=10,
        breaks=(programme,),
    )
    named = {(str(each.origin), str(each.target)): each.breaks for each in rows}
    assert named[("2014-04", "2015-04")] == ()
    assert named[("2015-04", "2016-04")] == ("programme",)


def test_what_is_picked_rests_on_outcomes_known_at_the_origin() -> None:
    rows = [
        scored(score, method=method, year=year, ahead_years=2)
        for year in range(2014, 2021)
        for method, score in (("a", 10.0), ("b", 5.0 if year < 2019 else 500.0))
    ]
    picked = [each for each in with_picked(rows, default="a") if each.method == PICKED]
    # Outcomes of 2014 to 2016 are known from 2018 on; the bad ones of 2019 only from 2021 on.
    assert [each.hi80 for each in picked] == [10, 10, 10, 10, 5, 500, 500]


def test_a_series_too_short_for_an_origin_is_refused() -> None:
    with pytest.raises(UnsupportedByDataError, match="20 months without a gap hold no origin"):
        scored_origins(
            history(list(range(100, 120))), candidates(PRIOR), ahead=12, least_changes=10
        )


def test_every_way_is_asked_once_an_origin() -> None:
    calls: list[int] = []

    def flat(officers: NDArray[np.float64], months: int) -> Outlook:
        calls.append(officers.size + months)
        one = np.ones(1)
        return Outlook(weights=one, centres=officers[-1:], scales=one, freedom=3.0)

    rows = scored_origins(history([100] * 48), {"flat": flat}, ahead=12, least_changes=10)
    assert calls == [24, 36, 48]
    assert all(each.inside for each in rows)
