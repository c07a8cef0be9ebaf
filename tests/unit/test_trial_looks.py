"""Looks at a running trial: boundaries as published, and the false alarms they let through."""

from __future__ import annotations

import math

import numpy as np
import pytest

from rightplace.errors import BadInputError
from rightplace.evaluate.trial.looks import Spending, false_alarms, planned_looks, spent_by

FIVE = (0.2, 0.4, 0.6, 0.8, 1.0)


def boundaries(fractions: tuple[float, ...], *, alpha: float, spending: Spending) -> list[float]:
    return [each.boundary for each in planned_looks(fractions, alpha=alpha, spending=spending)]


def test_obrien_fleming_spending_gives_the_published_boundaries_of_five_looks() -> None:
    """Lan and DeMets' programs: 4.8769, 3.3569, 2.6803, 2.2898, 2.0310 (two-sided 5 %)."""
    found = boundaries(FIVE, alpha=0.05, spending=Spending.OBRIEN_FLEMING)
    assert found == pytest.approx([4.8769, 3.3569, 2.6803, 2.2898, 2.0310], abs=1.5e-4)


def test_pocock_spending_gives_the_published_boundaries_of_five_looks() -> None:
    """Lan and DeMets' programs: 2.4380, 2.4268, 2.4101, 2.3966, 2.3859 (two-sided 5 %)."""
    found = boundaries(FIVE, alpha=0.05, spending=Spending.POCOCK)
    assert found == pytest.approx([2.4380, 2.4268, 2.4101, 2.3966, 2.3859], abs=1.5e-4)


def test_boundaries_of_four_looks_agree_with_another_program() -> None:
    """SeqBounds (Julia), one-sided 5 %, so two-sided 10 %: 3.74955, 2.53993, 2.01604, 1.72014."""
    found = boundaries((0.25, 0.5, 0.75, 1), alpha=0.1, spending=Spending.OBRIEN_FLEMING)
    assert found == pytest.approx([3.74955, 2.53993, 2.01604, 1.72014], abs=1.5e-4)


def test_testing_at_five_per_cent_each_time_finds_something_in_14_per_cent_of_empty_trials() -> (
    None
):
    """Armitage, McPherson and Rowe (1969): .083, .142 and .193 at 2, 5 and 10 looks."""
    for looks, published in ((2, 0.083), (5, 0.142), (10, 0.193)):
        fractions = [(k + 1) / looks for k in range(looks)]
        assert false_alarms([1.959964] * looks, fractions) == pytest.approx(published, abs=5e-4)


def test_the_classical_boundaries_let_through_five_per_cent() -> None:
    """Pocock (1977): 2.413 at each of five looks; O'Brien and Fleming: 2.040 sqrt(5/k)."""
    assert false_alarms([2.413] * 5, FIVE) == pytest.approx(0.05, abs=1e-4)
    falling = [2.040 * math.sqrt(5 / k) for k in range(1, 6)]
    assert false_alarms(falling, FIVE) == pytest.approx(0.05, abs=1e-4)


@pytest.mark.parametrize("spending", Spending)
def test_what_is_spent_is_what_is_crossed_at_looks_that_nobody_spaced(spending: Spending) -> None:
    fractions = (0.05, 0.3, 0.31, 0.9, 1.0)
    looks = planned_looks(fractions, alpha=0.05, spending=spending)
    crossed = false_alarms([min(each.boundary, 50) for each in looks], fractions)
    assert crossed == pytest.approx(0.05, abs=1e-6)
    assert [each.spent for each in looks] == sorted(each.spent for each in looks)
    assert looks[-1].spent == pytest.approx(0.05)


def test_one_look_at_the_end_is_the_ordinary_test() -> None:
    (look,) = planned_looks([1.0], alpha=0.05, spending=Spending.OBRIEN_FLEMING)
    assert look.boundary == pytest.approx(1.959964, abs=1e-6)
    assert look.nominal_p == pytest.approx(0.05)


def test_so_early_a_look_that_nothing_may_be_spent_cannot_stop_the_trial() -> None:
    early, last = planned_looks([0.02, 1.0], alpha=0.05, spending=Spending.OBRIEN_FLEMING)
    assert math.isinf(early.boundary)
    assert early.nominal_p == 0
    assert last.boundary == pytest.approx(1.959964, abs=1e-6)


def test_half_of_the_trial_has_spent_what_the_formulas_say() -> None:
    """4 Phi(-2.241403 / sqrt(0.5)) is 4 x 0.00076244; 0.05 ln(1 + 1.718282 / 2) is 0.031006."""
    half = spent_by(0.5, alpha=0.05, spending=Spending.OBRIEN_FLEMING)
    assert half == pytest.approx(0.0030498, abs=2e-6)
    assert spent_by(0.5, alpha=0.05, spending=Spending.POCOCK) == pytest.approx(0.031006, abs=1e-6)


def test_five_looks_at_simulated_trials_without_effect_cry_wolf_in_five_per_cent() -> None:
    """Sums of five independent weeks, 20,000 trials: 5 % within three standard errors (0.46)."""
    weeks = np.random.default_rng(5).normal(size=(20_000, 5)).cumsum(axis=1)
    standardised = np.abs(weeks) / np.sqrt(np.arange(1, 6))
    for spending in Spending:
        edge = boundaries(FIVE, alpha=0.05, spending=spending)
        assert (standardised >= edge).any(axis=1).mean() == pytest.approx(0.05, abs=0.0046)
    naive = (standardised >= 1.959964).any(axis=1).mean()
    assert naive == pytest.approx(0.142, abs=0.0075)


@pytest.mark.parametrize("fractions", [(), (0.5, 0.5), (0.6, 0.4), (0.0, 1.0), (0.5, 1.1)])
def test_looks_that_cannot_be_are_refused(fractions: tuple[float, ...]) -> None:
    with pytest.raises(BadInputError, match="cannot be"):
        planned_looks(fractions, alpha=0.05, spending=Spending.POCOCK)


def test_an_alpha_that_is_no_chance_is_refused() -> None:
    with pytest.raises(BadInputError, match="alpha 0"):
        planned_looks([1.0], alpha=0.0, spending=Spending.POCOCK)
