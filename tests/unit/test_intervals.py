"""Forecast distributions: quantiles, noise, sums, draws, and how they are put into words."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import nbinom, poisson

from rightplace.errors import BadInputError
from rightplace.forecast.counts import cumulative, quantile
from rightplace.forecast.distribution import ForecastDistribution, Noise
from rightplace.forecast.wording import in_words

POISSON = Noise()


def test_poisson_interval_is_the_exact_whole_numbers() -> None:
    # P(Y <= 0) = .0498, P(<= 1) = .1991; P(<= 4) = .8153, P(<= 5) = .9161 for mean 3.
    low, high = ForecastDistribution(mean=np.array([3.0]), noise=POISSON).interval(0.8)
    assert (low[0], high[0]) == (1, 5)


def test_interval_of_a_rare_count_is_zero_to_zero_and_covers_far_more_than_its_level() -> None:
    forecast = ForecastDistribution(mean=np.array([0.046]), noise=POISSON)
    low, high = forecast.interval(0.8)
    assert (low[0], high[0]) == (0, 0)
    assert 1 - forecast.probability_of_any()[0] == pytest.approx(np.exp(-0.046))


@pytest.mark.parametrize("dispersion", [0.0, 0.2, 3.0])
def test_probabilities_and_quantiles_are_those_of_the_negative_binomial(dispersion: float) -> None:
    mean = np.array([0.01, 0.5, 3.0, 40.0, 2500.0])
    known = (
        poisson(mean) if dispersion == 0 else nbinom(1 / dispersion, 1 / (1 + dispersion * mean))
    )
    for count in (0, 1, 7, 2400):
        ours = cumulative(count, mean, dispersion=dispersion)
        np.testing.assert_allclose(ours, known.cdf(count), rtol=1e-9, atol=1e-300)
    for chance in (0.025, 0.25, 0.9, 0.999):
        np.testing.assert_array_equal(
            quantile(chance, mean, dispersion=dispersion), known.ppf(chance)
        )


def test_no_count_is_below_zero() -> None:
    assert cumulative(-1, np.array([2.0]))[0] == 0.0


@pytest.mark.parametrize("level", [0.0, 1.0, 80.0])
def test_a_level_that_is_no_share_is_refused(level: float) -> None:
    forecast = ForecastDistribution(mean=np.array([1.0]), noise=POISSON)
    with pytest.raises(BadInputError, match="level"):
        forecast.interval(level)
    with pytest.raises(BadInputError, match="chance"):
        quantile(level, np.array([1.0]))


def test_cells_without_data_have_no_interval_chance_or_draw() -> None:
    forecast = ForecastDistribution(mean=np.array([1.0, np.nan]), noise=Noise(area=0.1, cell=0.2))
    low, high = forecast.interval(0.5)
    assert np.isnan([low[1], high[1], forecast.probability_of_any()[1]]).all()
    draws = forecast.count_draws(5, np.random.default_rng(0))
    assert np.isnan(draws[:, 1]).all()
    assert not np.isnan(draws[:, 0]).any()
    assert forecast.interval_of_sum(level=0.5)[1] > 0


def test_expected_counts_below_zero_or_infinite_are_refused() -> None:
    for wrong in (-1.0, np.inf):
        with pytest.raises(BadInputError, match="Expected counts"):
            ForecastDistribution(mean=np.array([wrong]), noise=POISSON)
    for name in ("area", "cell", "scatter"):
        with pytest.raises(BadInputError, match="Variances"):
            Noise(**{name: -0.1})


def test_total_of_poisson_cells_is_poisson() -> None:
    forecast = ForecastDistribution(mean=np.full(100, 0.5), noise=POISSON)
    low, high = poisson(50.0).ppf([0.1, 0.9])
    assert forecast.interval_of_sum(level=0.8) == (low, high)


def test_area_noise_does_not_average_out_over_many_cells() -> None:
    # 10,000 cells of mean 1: Poisson alone has a standard deviation of 1 %, the area adds 10 %.
    forecast = ForecastDistribution(mean=np.ones(10_000), noise=Noise(area=0.01))
    assert forecast.variance_of_sum() == pytest.approx(10_000 + 0.01 * 10_000**2)
    low, high = forecast.interval_of_sum(level=0.95)
    assert (high - low) / 2 == pytest.approx(1.96 * 1005, rel=0.02)


def test_variance_of_a_weighted_sum_by_hand() -> None:
    # Own: 2 + .5 x 1.1 x 4 = 4.2 and 3 + .5 x 1.1 x 9 = 7.95; 4.2 + 4 x 7.95 + .1 x 8^2 = 42.4.
    forecast = ForecastDistribution(mean=np.array([2.0, 3.0]), noise=Noise(area=0.1, cell=0.5))
    assert forecast.variance_of_sum(np.array([1.0, 2.0])) == pytest.approx(42.4)


def test_quiet_cells_stray_further_in_proportion() -> None:
    # Own variance .5 + .3 / m; with the area 1.1 x that + .1.
    noise = Noise(area=0.1, cell=0.5, scatter=0.3)
    np.testing.assert_allclose(noise.dispersion(np.array([1.0, 3.0, 0.0])), [0.98, 0.76, 0.65])
    forecast = ForecastDistribution(mean=np.array([3.0]), noise=noise)
    assert forecast.variance_of_sum() == pytest.approx(3 + 0.76 * 9)


def test_interval_of_a_sum_agrees_with_draws_of_it() -> None:
    generator = np.random.default_rng(7)
    mean = generator.gamma(0.5, 1.0, size=60)
    forecast = ForecastDistribution(mean=mean, noise=Noise(area=0.02, cell=0.3, scatter=0.2))
    counts = forecast.count_draws(40_000, generator)
    harm = generator.uniform(1, 20, size=60)
    drawn = np.quantile(counts @ harm, (0.1, 0.9))
    np.testing.assert_allclose(forecast.interval_of_sum(harm, level=0.8), drawn, rtol=0.03)
    assert (counts @ harm).var() == pytest.approx(forecast.variance_of_sum(harm), rel=0.03)
    chosen = (np.arange(60) < 20).astype(float)
    drawn = np.quantile(counts @ chosen, (0.1, 0.9))
    np.testing.assert_allclose(forecast.interval_of_sum(chosen, level=0.8), drawn, atol=1)


def test_sum_of_nothing_is_exactly_nothing() -> None:
    forecast = ForecastDistribution(mean=np.zeros(3), noise=POISSON)
    assert forecast.interval_of_sum(level=0.8) == (0.0, 0.0)


def test_draws_have_the_mean_and_variance_of_the_forecast() -> None:
    forecast = ForecastDistribution(mean=np.array([4.0]), noise=Noise(area=0.1, cell=0.2))
    rates = forecast.rate_draws(200_000, np.random.default_rng(3))[:, 0]
    # Variance of the product of two factors of mean 1: .1 + .2 + .1 x .2 = .32, times 4^2.
    assert rates.mean() == pytest.approx(4.0, rel=0.01)
    assert rates.var() == pytest.approx(0.32 * 16, rel=0.03)
    assert ForecastDistribution(mean=np.array([4.0]), noise=POISSON).rate_draws(
        2, np.random.default_rng(3)
    ).tolist() == [[4.0], [4.0]]


def test_noise_is_recovered_from_forecasts_and_what_came() -> None:
    generator = np.random.default_rng(11)
    truth = Noise(area=0.05, cell=0.4, scatter=0.3)
    mean = generator.gamma(0.5, 2.0, size=2000)
    world = ForecastDistribution(mean=mean, noise=truth).count_draws(400, generator)
    learned = Noise.learned([(counts.astype(np.int64), mean) for counts in world])
    assert learned.area == pytest.approx(0.05, rel=0.25)
    assert learned.cell == pytest.approx(0.4, rel=0.1)
    assert learned.scatter == pytest.approx(0.3, rel=0.1)


def test_poisson_counts_show_hardly_any_noise_and_no_past_shows_none() -> None:
    generator = np.random.default_rng(5)
    mean = generator.gamma(0.5, 2.0, size=2000)
    past = [(generator.poisson(mean), mean) for _ in range(100)]
    learned = Noise.learned(past)
    assert (learned.dispersion(np.array([1.0])) < 0.02).all()
    assert Noise.learned([]) == POISSON


def test_noise_by_moments_on_two_cells_by_hand() -> None:
    # e = (2, 2), y = (4, 4), m = (2, 2): sum(e^2 - y) = 0; (8 - 4)^2 - 8 - 0 = 8 over 16 - 8.
    learned = Noise.learned([(np.array([4, 4]), np.array([2.0, 2.0]))])
    assert (learned.area, learned.cell) == (1.0, 0.0)
    # e = (8, 2), y = (18, 12), m = (10, 10): sum(e^2 - y) = 38 over 200 is .19 together;
    # (30 - 20)^2 - 30 - 38 = 32 over 400 - 200 is .16 shared; (.19 - .16) / 1.16 is the cells' own.
    learned = Noise.learned([(np.array([18, 12]), np.array([10.0, 10.0]))])
    assert learned.area == pytest.approx(0.16)
    assert learned.cell == pytest.approx(0.03 / 1.16)


@pytest.mark.parametrize(
    ("mean", "lo", "hi", "words"),
    [
        (3.2, 2, 5, "about 3 (2 to 5)"),
        (0.04, 0, 0, "1 in 25 this week"),
        (0.0093, 0, 0, "1 in 100 this week"),
        (0.41, 0, 1, "1 in 3 this week"),
        (0.8, 0, 2, "about 1 (0 to 2)"),
        (0.0, 0, 0, "none expected this week"),
        (4812.3, 4500, 5130, "about 4,800 (4,500 to 5,200)"),
        (97.6, 80, 118, "about 100 (80 to 120)"),
        (0.000123, 0, 0, "1 in 8,000 this week"),
        (0.00005, 0, 0, "less than 1 in 10,000 this week"),
    ],
)
def test_words_hold_no_more_digits_than_the_interval_earns(
    mean: float, lo: float, hi: float, words: str
) -> None:
    assert in_words(mean, lo, hi) == words


def test_words_name_the_period_and_take_a_known_chance() -> None:
    assert in_words(0.3, 0, 1, period="tonight", chance=0.2) == "1 in 5 tonight"


@pytest.mark.parametrize(("mean", "lo", "hi"), [(-1, 0, 1), (1, 2, 1), (float("nan"), 0, 1)])
def test_words_refuse_numbers_that_are_no_forecast(mean: float, lo: float, hi: float) -> None:
    with pytest.raises(BadInputError):
        in_words(mean, lo, hi)
