"""What an operation could show: shares printed in the domain notes, and chances by simulation."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from rightplace.errors import BadInputError
from rightplace.evaluate.designs.finding import Design
from rightplace.evaluate.power.designs import (
    before_after,
    by_placebos,
    difference,
    displacement_difference,
    randomised,
)
from rightplace.evaluate.power.noise import (
    Asked,
    Noise,
    power_of,
    smallest_change,
    weeks_needed,
)

ONE_SIDED = Asked(one_sided=True)
RUNS = 200
BAND = 0.1  # 200 runs of power .8 have a standard error of .028; the band is 3.5 of them


@pytest.mark.parametrize(
    ("count", "percent"), [(100, 46.7), (200, 33.7), (400, 24.1), (800, 17.2), (1600, 12.2)]
)
def test_displacement_difference_needs_the_falls_of_the_domain_notes(
    count: int, percent: float
) -> None:
    found = smallest_change(displacement_difference((count,) * 4), ONE_SIDED)
    assert found is not None
    assert 100 * found == pytest.approx(percent, abs=0.05)


def test_overdispersion_of_four_needs_four_times_the_counts() -> None:
    # Fall d of counts n: d n = z sqrt(f n (4 - d)), so that n goes with f at one d.
    of_chance = smallest_change(displacement_difference((100,) * 4), ONE_SIDED)
    wide = smallest_change(displacement_difference((400,) * 4, dispersion=4), ONE_SIDED)
    assert wide == pytest.approx(of_chance)


def test_few_counts_show_not_even_an_end_to_all() -> None:
    # n d = 2.4865 sqrt(n (4 - d)) at d = 1 needs n = 18.55.
    assert smallest_change(displacement_difference((18,) * 4), ONE_SIDED) is None
    assert smallest_change(displacement_difference((19,) * 4), ONE_SIDED) is not None


def test_weeks_are_the_fewest_that_reach_the_power() -> None:
    # At 10 a week in each cell and a fall of 20 %: n = 2.4865**2 * 3.8 / 0.04 = 587.4.
    def of_weeks(weeks: int) -> Noise:
        return displacement_difference((10.0 * weeks,) * 4)

    assert weeks_needed(of_weeks, 0.2, ONE_SIDED) == 59
    assert power_of(of_weeks(59), 0.2, ONE_SIDED) >= 0.8
    assert power_of(of_weeks(58), 0.2, ONE_SIDED) < 0.8


def test_ten_years_that_are_too_few_are_told_as_never() -> None:
    assert weeks_needed(lambda w: displacement_difference((0.1 * w,) * 4), 0.05, ONE_SIDED) is None


def test_before_and_after_has_two_counts_only() -> None:
    # d n = z sqrt(n (2 - d)), n = 400, z = 1.959964 + 0.841621: d**2 n + z**2 d - 2 z**2 = 0.
    z2 = 2.801585**2
    by_hand = (-z2 + math.sqrt(z2**2 + 4 * 400 * 2 * z2)) / (2 * 400)
    found = smallest_change(before_after(400, 400), Asked())
    assert found == pytest.approx(by_hand, abs=1e-5)


def test_two_ends_of_an_interval_need_more_than_one() -> None:
    noise = displacement_difference((400,) * 4)
    one, two = smallest_change(noise, ONE_SIDED), smallest_change(noise, Asked())
    assert one is not None
    assert two is not None
    assert two > one


def test_correlation_inside_areas_is_not_cured_by_more_periods() -> None:
    # With r = 1 a mean over periods is no better than one period.
    few = difference(20, units=(5, 15), periods=(1, 1), intra_area=1.0)
    many = difference(20, units=(5, 15), periods=(24, 24), intra_area=1.0)
    assert smallest_change(many, Asked()) == pytest.approx(smallest_change(few, Asked()))


def test_spread_of_placebos_is_the_noise_of_a_synthetic_control() -> None:
    noise = by_placebos(
        np.array([3.0, -4.0, 5.0, 0.0]), expected=100, design=Design.SYNTHETIC_CONTROL
    )
    assert noise.standard_error() == pytest.approx(math.sqrt(12.5))  # (9 + 16 + 25 + 0) / 4
    assert noise.freedom == 3


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (lambda: displacement_difference((0, 1, 1, 1)), "above 0"),
        (lambda: displacement_difference((1, 1, 1, 1), dispersion=0.5), "Poisson"),
        (lambda: difference(2, units=(1, 1), periods=(1, 1)), "3 areas"),
        (lambda: randomised(2, draws=(1, 5)), "2 draws"),
        (lambda: randomised(2, draws=(5, 5), design=Design.BEFORE_AFTER), "by lot"),
        (lambda: Asked(level=1.0), "between 0 and 1"),
        (lambda: power_of(before_after(9, 9), 1.5, Asked()), "fall"),
    ],
)
def test_what_no_design_can_be_is_refused(made: object, words: str) -> None:
    with pytest.raises(BadInputError, match=words):
        made()  # type: ignore[operator] # a function of no argument


def _drawn(rng: np.random.Generator, mean: float, dispersion: float, size: int) -> np.ndarray:
    if dispersion == 1:
        return rng.poisson(mean, size)
    return rng.negative_binomial(mean / (dispersion - 1), 1 / dispersion, size)


@pytest.mark.parametrize("dispersion", [1.0, 3.0])
def test_power_of_the_displacement_difference_is_that_of_drawn_operations(
    dispersion: float,
) -> None:
    rng = np.random.default_rng(5)
    noise = displacement_difference((400,) * 4, dispersion=dispersion)
    fall = smallest_change(noise, ONE_SIDED)
    assert fall is not None
    counts = np.stack([_drawn(rng, m, dispersion, RUNS) for m in (400, 400 * (1 - fall), 400, 400)])
    change = (counts[1] - counts[0]) - (counts[3] - counts[2])
    seen = change / np.sqrt(dispersion * counts.sum(axis=0)) < -1.644854
    assert abs(seen.mean() - 0.8) < BAND


def test_power_of_a_lot_among_places_is_that_of_drawn_trials() -> None:
    rng = np.random.default_rng(6)
    fall = smallest_change(randomised(4, draws=(60, 60), dispersion=3), Asked())
    assert fall is not None
    # Extra variance k = (3 - 1) / 4: negative binomial of size 2 at either mean.
    treated = rng.negative_binomial(2, 2 / (2 + 4 * (1 - fall)), (RUNS, 60))
    left = rng.negative_binomial(2, 2 / (2 + 4), (RUNS, 60))
    p = stats.ttest_ind(treated, left, axis=1, equal_var=False).pvalue
    assert abs((p < 0.05).mean() - 0.8) < BAND


def test_a_crossover_of_alike_spans_needs_less_than_places_drawn_once() -> None:
    asked = Asked()
    once = smallest_change(randomised(8, draws=(10, 10), dispersion=4), asked)
    crossed = randomised(8, draws=(10, 10), dispersion=4, intra_area=0.7, design=Design.CROSSOVER)
    both = smallest_change(crossed, asked)
    assert once is not None
    assert both is not None
    assert both < once
