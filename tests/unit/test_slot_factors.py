"""The area's factors: fitted together, so that no kind of day passes for another."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize

from rightplace.forecast.shifts.days import DayTable
from rightplace.forecast.shifts.slot_factors import LEVEL_DAYS, fit_factors
from tests.unit.test_slots import days


def test_a_holiday_on_mondays_does_not_pollute_mondays() -> None:
    holidays = list(range(0, 700, 28))  # every fourth Monday
    of = days(700, kinds={"holiday": holidays})
    counts = np.full((700, 3), 10.0)
    counts[holidays] = 30
    found = fit_factors(counts, of, weight=np.ones(700), prior_events=1)
    blind = fit_factors(counts, days(700), weight=np.ones(700), prior_events=1)
    np.testing.assert_allclose(found.weekday[0], found.weekday[1], rtol=0.01)
    # One event of prior at 1 beside 750 that came where 250 were expected: 751 / 251.
    np.testing.assert_allclose(found.kind, 751 / 251, rtol=0.01)
    # Three Mondays of four hold 10, one 30.
    np.testing.assert_allclose(blind.weekday[0] / blind.weekday[1], 1.5, rtol=0.02)


def test_a_season_does_not_pass_for_a_kind_of_day() -> None:
    day = np.arange(1456)
    season = 1 + 0.2 * np.sin(2 * np.pi * day / 364)
    summer = [int(d) for d in day if d % 364 in {80, 90, 100}]  # at the season's height
    of = days(1456, kinds={"holiday": summer})
    counts = np.tile((100 * season)[:, None], (1, 3))
    found = fit_factors(counts, of, weight=np.ones(1456), prior_events=20)
    np.testing.assert_allclose(found.kind, 1, atol=0.03)


def test_two_kinds_of_day_multiply() -> None:
    of = days(700, kinds={"a": list(range(3, 700, 21)), "b": list(range(3, 700, 14))})
    kind = np.array([[2.0, 2.0, 2.0], [1.0, 1.0, 0.5]])
    counts = 400 * np.exp(of.kinds @ np.log(kind))
    found = fit_factors(counts, of, weight=np.ones(700), prior_events=1e-6)
    np.testing.assert_allclose(found.kind, kind, rtol=1e-6)
    np.testing.assert_allclose(found.of(of) / found.of(of)[0], counts / 400, rtol=1e-6)


def test_a_kind_never_seen_changes_nothing() -> None:
    counts = np.random.default_rng(1).poisson(5, (140, 2)).astype(float)
    of = days(140, n_shifts=2, kinds={"never": []})
    found = fit_factors(counts, of, weight=np.ones(140), prior_events=20)
    np.testing.assert_allclose(found.kind, 1, atol=1e-12)


def test_the_factors_are_the_top_of_the_posterior_that_is_stated() -> None:
    """The same posterior written out plainly, climbed by a general optimiser."""
    rng = np.random.default_rng(2)
    n, shifts, prior = 28, 2, 3.0
    of = DayTable(
        weekdays=np.arange(n) % 7,
        hours=rng.uniform(7, 9, (n, shifts)),
        kinds=rng.random((n, 1)) < 0.2,
        kind_names=("event",),
    )
    counts = rng.poisson(of.hours * np.where(of.kinds, 2.0, 1.0)).astype(float)
    weight = np.exp2(-np.arange(n)[::-1] / 10)
    base = (weight[:, None] * counts).sum() / (weight[:, None] * of.hours).sum()
    back = np.arange(n)[::-1] / LEVEL_DAYS  # of two points, the second one is `LEVEL_DAYS` ago

    def cost(theta: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
        weekday, kind = theta[:14].reshape(7, 2), theta[14:16]
        level = theta[16] * (1 - back) + theta[17] * back
        log_mean = np.log(base * of.hours) + weekday[of.weekdays] + level[:, None]
        log_mean = log_mean + of.kinds * kind
        likelihood = (weight[:, None] * (counts * log_mean - np.exp(log_mean))).sum()
        pulls = np.r_[np.full(16, prior), 1, 1] * (theta - np.exp(theta))
        return float(-likelihood - pulls.sum())

    best = minimize(cost, np.zeros(18), method="BFGS", options={"gtol": 1e-7})
    found = fit_factors(counts, of, weight=weight, prior_events=prior)
    np.testing.assert_allclose(found.weekday, np.exp(best.x[:14].reshape(7, 2)), rtol=1e-4)
    np.testing.assert_allclose(found.kind[0], np.exp(best.x[14:16]), rtol=1e-4)


def test_hours_and_not_shifts_are_compared() -> None:
    hours = np.tile([4.0, 12.0, 8.0], (70, 1))
    of = DayTable(weekdays=np.arange(70) % 7, hours=hours, kinds=np.zeros((70, 0), dtype=bool))
    found = fit_factors(hours * 5, of, weight=np.ones(70), prior_events=1.0)
    np.testing.assert_allclose(found.weekday / found.weekday[0, 0], 1, rtol=1e-3)


@pytest.mark.parametrize("swing", [0.0, 0.05, 0.2])
def test_the_swing_within_weeks_is_found_again(swing: float) -> None:
    rng, n = np.random.default_rng(3), 7 * 300
    factor = rng.gamma(1 / swing, swing, n)[:, None] if swing else np.ones((n, 1))
    of = days(n)
    counts = rng.poisson(np.full((n, 3), 40.0) * factor).astype(float)
    found = fit_factors(counts, of, weight=np.ones(n), prior_events=20)
    # One factor a day: its three shifts stray together, and so does the day.
    assert found.day_swing == pytest.approx(swing, abs=0.1 * swing + 0.002)
    assert found.slot_swing == pytest.approx(swing, abs=0.2 * swing + 0.002)


def test_days_of_a_kind_are_left_out_of_the_swing() -> None:
    rng, n = np.random.default_rng(3), 7 * 200
    on = list(range(2, n, 14))
    counts = rng.poisson(40, (n, 3)).astype(float)
    counts[on[::2]] *= 5  # these days are wild
    found = fit_factors(counts, days(n, kinds={"x": on}), weight=np.ones(n), prior_events=20)
    blind = fit_factors(counts, days(n), weight=np.ones(n), prior_events=20)
    assert found.slot_swing < 0.1 < blind.slot_swing


def test_the_swing_of_few_events_is_not_taken_for_chance() -> None:
    # Three events a day: of a week's count a day is a seventh, which takes 1/7 off its chance
    # variance. Left on, it would hide a swing of 1/6 / 3 = 0.056.
    rng, n = np.random.default_rng(5), 7 * 1000
    counts = rng.poisson(3 * rng.gamma(10, 0.1, (n, 1))).astype(float)
    found = fit_factors(counts, days(n, n_shifts=1), weight=np.ones(n), prior_events=20)
    assert found.day_swing == pytest.approx(0.1, abs=0.02)
    assert found.slot_swing == found.day_swing
