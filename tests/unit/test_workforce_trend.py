"""Looking ahead from strength alone: checked against joint normal distributions written out."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import t

from rightplace.deploy.workforce.trend import (
    Outlook,
    TrendPrior,
    candidate,
    drift_ahead,
    fitted_trend,
)
from rightplace.errors import BadInputError, UsageError

OFFICERS = np.array([1000.0, 1004, 1003, 1009, 1018, 1020, 1031, 1029])
PRIOR = TrendPrior(persistences=(0.5, 0.9), shares=(0.25, 1.0), monthly_scale=0.005, weight=2.0)


def covariance(phi: float, share: float, months: int) -> np.ndarray:
    """Of monthly changes in units of ``v``: share phi^|i - j|, and chance of each month alone."""
    lags = np.abs(np.subtract.outer(np.arange(months), np.arange(months)))
    return np.asarray(share * phi**lags + (1 - share) * np.eye(months))


def by_conditioning(phi: float, share: float, ahead: int) -> tuple[float, float, float, float]:
    """Log weight, mean and variance of the sum of coming changes, and the centre of ``v``."""
    changes = np.diff(OFFICERS)
    n = changes.size
    whole = covariance(phi, share, n + ahead)
    past, cross = whole[:n, :n], whole[n:, :n].sum(axis=0)
    pull = np.linalg.solve(past, cross)
    shape = 2.0 + n / 2
    scale = (0.005 * OFFICERS[-1]) ** 2 + changes @ np.linalg.solve(past, changes) / 2
    log_weight = -np.linalg.slogdet(past)[1] / 2 - shape * math.log(scale)
    return (
        float(log_weight),
        float(pull @ changes),
        float(whole[n:, n:].sum() - pull @ cross),
        float(scale / shape),
    )


@pytest.mark.parametrize("ahead", [1, 2, 7])
def test_the_filter_agrees_with_conditioning_the_joint_normal_distribution(ahead: int) -> None:
    found = fitted_trend(OFFICERS, PRIOR).ahead(ahead)
    grid = [(phi, share) for phi in PRIOR.persistences for share in PRIOR.shares]
    points = np.array([by_conditioning(*each, ahead) for each in grid])
    weights = np.exp(points[:, 0] - points[:, 0].max())
    assert found.weights == pytest.approx(weights / weights.sum())
    assert found.centres == pytest.approx(OFFICERS[-1] + points[:, 1])
    assert found.scales == pytest.approx(np.sqrt(points[:, 2] * points[:, 3]))
    assert found.freedom == 2 * (2 + 7 / 2)


def test_a_random_walk_with_drift_by_hand() -> None:
    found = drift_ahead(np.array([100.0, 102, 106, 109]), 2)  # changes 2, 4, 3: mean 3, variance 1
    assert found.centres == pytest.approx([115])
    assert found.scales == pytest.approx([math.sqrt(2 + 4 / 3)])
    reach = t.ppf(0.9, 2) * math.sqrt(10 / 3)
    assert found.interval(0.8) == pytest.approx((115 - reach, 115 + reach))


def test_quantiles_and_chances_of_a_mixture_are_inverse() -> None:
    mixture = Outlook(
        weights=np.array([0.3, 0.7]),
        centres=np.array([0.0, 100.0]),
        scales=np.array([1.0, 20.0]),
        freedom=5.0,
    )
    for chance in (0.025, 0.1, 0.31, 0.5, 0.9, 0.975):
        assert mixture.chance_below(mixture.quantile(chance)) == pytest.approx(chance)


def test_a_lasting_fall_fades_and_the_interval_widens() -> None:
    falling = 1000 - 5.0 * np.arange(40) + np.tile([1.0, -1.0], 20)
    trend = fitted_trend(falling, PRIOR)
    assert trend.change_now < 0
    medians = [trend.ahead(months).quantile(0.5) for months in (0 + 1, 12, 24)]
    assert medians[0] > medians[1] > medians[2]
    assert medians[1] - medians[2] < medians[0] - medians[1]
    widths = [np.ptp(trend.ahead(months).interval(0.8)) for months in (1, 12, 24)]
    assert widths[0] < widths[1] < widths[2]


def test_the_largest_force_and_a_small_one_differ_in_scale_alone() -> None:
    small = fitted_trend(OFFICERS, PRIOR).ahead(6)
    large = fitted_trend(30 * OFFICERS, PRIOR).ahead(6)
    assert large.interval(0.8) == pytest.approx([30 * each for each in small.interval(0.8)])


@pytest.mark.parametrize(
    ("officers", "words"),
    [
        ([100.0, 101, 102], "3 months of strength are given"),
        ([100.0, 101, 0, 99, 98], "not above 0"),
        ([100.0, 101, math.nan, 99, 98], "not above 0"),
    ],
)
def test_a_series_that_teaches_nothing_is_refused(officers: list[float], words: str) -> None:
    for method in ("damped_local_trend", "random_walk_with_drift"):
        with pytest.raises(BadInputError, match=words):
            candidate(method, PRIOR)(np.array(officers), 1)


def test_a_series_without_scatter_gives_no_random_walk() -> None:
    with pytest.raises(BadInputError, match="All 4 monthly changes are 2"):
        drift_ahead(np.array([100.0, 102, 104, 106, 108]), 1)


@pytest.mark.parametrize(
    "wrong", [{"persistences": (1.0,)}, {"shares": (0.0,)}, {"weight": 1.0}, {"monthly_scale": 0.0}]
)
def test_a_prior_that_cannot_be_is_refused(wrong: dict[str, object]) -> None:
    given = {"persistences": (0.5,), "shares": (0.5,), "monthly_scale": 0.003, "weight": 2.0}
    with pytest.raises(BadInputError, match="A trend needs"):
        TrendPrior(**given | wrong)  # type: ignore[arg-type]  # wrong on purpose


def test_an_unknown_method_is_refused() -> None:
    with pytest.raises(UsageError, match="no method 'magic'"):
        candidate("magic", PRIOR)
