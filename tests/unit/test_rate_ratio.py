"""Rate ratios and their intervals, by exact sums, by enumeration and against a published one."""

from __future__ import annotations

import math
from math import comb

import numpy as np
import pytest

from rightplace.errors import BadInputError, UndefinedMetricError
from rightplace.evaluate.rate_ratio import RateRatio, paired_dispersion, rate_ratio


def ratio(before: int, after: int, **how: float) -> RateRatio:
    given = {"exposure_before": 1.0, "exposure_after": 1.0} | how
    return rate_ratio(before, after, **given)


def test_the_ends_are_where_the_binomial_tails_hold_the_level_that_is_left() -> None:
    found = ratio(7, 3)
    low, high = found.lo / (1 + found.lo), found.hi / (1 + found.hi)
    at_least_3 = sum(comb(10, k) * low**k * (1 - low) ** (10 - k) for k in range(3, 11))
    at_most_3 = sum(comb(10, k) * high**k * (1 - high) ** (10 - k) for k in range(4))
    assert at_least_3 == pytest.approx(0.025)
    assert at_most_3 == pytest.approx(0.025)
    assert found.value == pytest.approx(3 / 7)
    assert found.chance_could


def test_the_fall_in_moped_crime_has_the_interval_that_was_computed_for_it() -> None:
    # 13,193 to 8,151: 0.601 to 0.635 under Poisson (METHODS, D13).
    found = ratio(13_193, 8_151)
    assert (round(found.lo, 3), round(found.hi, 3)) == (0.601, 0.635)
    assert not found.chance_could


@pytest.mark.parametrize(("before", "after"), [(0, 4), (4, 0)])
def test_none_in_one_period_leaves_one_end_open(before: int, after: int) -> None:
    found = ratio(before, after)
    if before:
        assert (found.value, found.lo) == (0, 0)
        # 1 - (1 - p)^4 = 0.975 at the upper end
        assert found.hi / (1 + found.hi) == pytest.approx(1 - 0.025**0.25)
    else:
        assert (found.value, found.hi) == (math.inf, math.inf)
        assert found.lo / (1 + found.lo) == pytest.approx(0.025**0.25)


def test_time_counts_as_time() -> None:
    found = ratio(10, 10, exposure_before=31, exposure_after=62)
    assert found.value == pytest.approx(0.5)
    same = ratio(10, 10)
    assert [found.lo, found.hi] == pytest.approx([same.lo / 2, same.hi / 2])


def test_scatter_widens_the_interval_as_if_there_were_so_many_times_fewer_incidents() -> None:
    wide, few = ratio(400, 300, dispersion=4.0), ratio(100, 75)
    assert [wide.lo, wide.hi] == pytest.approx([few.lo, few.hi])
    assert wide.value == pytest.approx(0.75)


@pytest.mark.parametrize("rate", [0.5, 1.0, 2.0])
def test_intervals_hold_the_true_ratio_at_least_as_often_as_they_say(rate: float) -> None:
    mean = 12.0
    probability = [
        [math.exp(k * math.log(m) - m - math.lgamma(k + 1)) for k in range(70)]
        for m in (mean, mean * rate)
    ]
    held = 0.0
    for before in range(70):
        for after in range(70):
            if before + after == 0:
                continue
            found = ratio(before, after)
            if found.lo <= rate <= found.hi:
                held += probability[0][before] * probability[1][after]
    assert 0.95 <= held < 0.99


def test_what_is_no_rate_is_refused() -> None:
    with pytest.raises(UndefinedMetricError):
        ratio(0, 0)
    with pytest.raises(BadInputError):
        ratio(-1, 3)
    with pytest.raises(BadInputError):
        ratio(1, 3, exposure_after=0)
    with pytest.raises(BadInputError):
        ratio(1, 3, dispersion=0.5)
    with pytest.raises(BadInputError):
        ratio(1, 3, level=1.0)


def test_dispersion_by_hand_leaves_out_what_both_periods_share() -> None:
    # Share of the later period 1/2: expected 15 and 5 of pairs of 30 and 10.
    squares, freedom = paired_dispersion(np.array([10, 10]), np.array([20, 0]))
    assert freedom == 1
    # Distances of 5 from both, squared, by variances of 15/2 and 5/2.
    assert squares == pytest.approx(25 / 7.5 + 25 / 2.5)
    season = np.array([10, 40, 90])
    assert list(paired_dispersion(season, 2 * season)) == pytest.approx([0, 2])


def test_pairs_without_incidents_say_nothing_of_scatter() -> None:
    assert paired_dispersion(np.array([0, 3, 5]), np.array([0, 5, 3]))[1] == 1
    assert paired_dispersion(np.array([0, 0]), np.array([1, 2])) == (0.0, 0)
    with pytest.raises(BadInputError):
        paired_dispersion(np.array([1]), np.array([1, 2]))
