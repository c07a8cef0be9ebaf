"""What a plan may prevent joins three doubts; each can be checked by hand on its own."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from rightplace.deploy import EffectSize, PlannedVisits, prospect
from rightplace.deploy.weekly.prevented import COUNTS, EFFECT, RATES
from rightplace.errors import UnsupportedByDataError, UsageError

# Half of the events at one visit in 8 hours, and that for certain.
CERTAIN = EffectSize(
    name="hot-spot-visit",
    version="test",
    change_mean=-0.5,
    change_lo=-0.5,
    change_hi=-0.5,
    level=0.8,
    anchor_visits=1,
    anchor_hours=8,
    further_visit_ratio=0.5,
    source="invented",
    assumptions=(),
    approver="nobody",
    in_force_from=date(2018, 1, 1),
)
UNSURE = replace(CERTAIN, change_lo=-0.75, change_hi=0.0)

# Place 0 has 3/4 of its 40 incidents in slot 0, where it is visited; place 1 is never visited.
PLANNED = PlannedVisits(
    visits=np.array([[1, 0], [0, 0]]),
    expected_count=np.array([[30.0, 10.0], [np.nan, np.nan]]),
    expected_harm=np.array([[300.0, 100.0], [np.nan, np.nan]]),
    slot_hours=np.array([8.0, 8.0]),
)


def rates(
    mean: float, sd: float, draws: int = 4000
) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Return draws of a gamma rate for place 0; place 1 has no data."""
    drawn = np.random.default_rng(5).gamma((mean / sd) ** 2, sd**2 / mean, size=draws)
    return np.column_stack([drawn, np.full(draws, np.nan)])


def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def test_means_are_rate_times_slot_share_times_effect() -> None:
    found = prospect(rates(40, 0.01), planned=PLANNED, effect=CERTAIN, rng=rng())

    assert found.visited_count.mean == pytest.approx(30, rel=1e-3)
    assert found.visited_harm.mean == pytest.approx(300, rel=1e-3)
    assert found.prevented_count.mean == pytest.approx(15, rel=1e-3)
    assert found.prevented_harm.mean == pytest.approx(150, rel=1e-3)
    assert found.label == "planned, not achieved"


def test_rates_below_those_chosen_by_show_how_much_choosing_flatters() -> None:
    found = prospect(rates(32, 3), planned=PLANNED, effect=CERTAIN, rng=rng())

    assert found.prevented_as_chosen == pytest.approx(15)
    assert found.prevented_count.mean == pytest.approx(12, rel=0.01)


def test_with_rates_and_effect_known_what_is_left_is_poisson() -> None:
    found = prospect(rates(40, 0.01, 40_000), planned=PLANNED, effect=CERTAIN, rng=rng())

    # Poisson with mean 15: P(X <= 9) = 0.0699, P(X <= 10) = 0.1185; P(X <= 20) = 0.9170,
    # P(X <= 19) = 0.8752. So the central 80 % interval is 10 to 20.
    assert (found.prevented_count.lo80, found.prevented_count.hi80) == (10, 20)
    assert found.prevented_count.sources[COUNTS] == pytest.approx(1, abs=1e-3)
    assert found.prevented_harm.lo80 == 100


def test_variance_is_shared_out_by_source() -> None:
    found = prospect(rates(40, 8, 40_000), planned=PLANNED, effect=UNSURE, rng=rng())

    # With B normal (log 2, s): share p = 1 - exp(-B) has mean 1 - exp(s^2/2)/2 and variance
    # exp(s^2) (exp(s^2) - 1) / 4. Given the effect the mean is 30 p, so its variance is 900 var p;
    # rates add 6^2 E p^2 (sd 8 x 3/4 = 6); counts add the mean of |30 p|, nearly all of it above 0.
    s2 = UNSURE.log_reduction_sd**2
    mean_p = 1 - math.exp(s2 / 2) / 2
    var_p = math.exp(s2) * (math.exp(s2) - 1) / 4
    by_hand = {EFFECT: 900 * var_p, RATES: 36 * (var_p + mean_p**2), COUNTS: 30 * mean_p}
    total = sum(by_hand.values())
    for source, variance in by_hand.items():
        assert found.prevented_count.sources[source] == pytest.approx(variance / total, abs=0.02)
    assert sum(found.prevented_count.sources.values()) == pytest.approx(1)
    # Every incident has a harm of 10, so harm shares its variance out alike.
    assert found.prevented_harm.sources == pytest.approx(found.prevented_count.sources)
    assert found.visited_count.sources[EFFECT] == pytest.approx(0, abs=1e-9)


def test_each_doubt_widens_the_interval() -> None:
    def width(sd: float, effect: EffectSize, dispersion: float | None = None) -> float:
        found = prospect(
            rates(40, sd, 20_000), planned=PLANNED, effect=effect, rng=rng(), dispersion=dispersion
        ).prevented_count
        return found.hi80 - found.lo80

    chance = width(0.01, CERTAIN)
    assert width(12, CERTAIN) > chance
    assert width(0.01, UNSURE) > chance
    assert width(0.01, CERTAIN, dispersion=3) > chance


def test_a_negative_binomial_count_scatters_by_its_dispersion() -> None:
    found = prospect(rates(40, 4, 40_000), planned=PLANNED, effect=CERTAIN, rng=rng(), dispersion=5)

    # Counts: 15 + E m^2 / 5 with m = mean prevented, sd 1.5: 15 + (225 + 2.25) / 5 = 60.45.
    # Rates: 1.5^2 = 2.25.
    assert found.prevented_count.sources[RATES] == pytest.approx(2.25 / 62.7, rel=0.05)


def test_no_dose_prevents_more_than_comes() -> None:
    many = replace(PLANNED, visits=np.array([[50, 50], [0, 0]]))

    found = prospect(rates(40, 4), planned=many, effect=CERTAIN, rng=rng())

    assert found.prevented_count.mean < found.visited_count.mean


def test_an_effect_that_may_do_harm_shows_in_the_interval() -> None:
    doubtful = replace(CERTAIN, change_mean=-0.05, change_lo=-0.5, change_hi=0.8)

    found = prospect(rates(40, 4), planned=PLANNED, effect=doubtful, rng=rng()).prevented_count

    # At the upper end of the effect's interval visits would add 0.8 x 30 = 24 incidents.
    assert found.lo80 == pytest.approx(-24, abs=3)


def test_a_second_visit_adds_less_than_the_first() -> None:
    def mean(visits: int) -> float:
        planned = replace(PLANNED, visits=np.array([[visits, 0], [0, 0]]))
        return prospect(
            rates(40, 4), planned=planned, effect=CERTAIN, rng=rng()
        ).prevented_as_chosen

    # One: 30 (1 - 1/2) = 15. Two: 30 (1 - 2^-1.5) = 19.39.
    assert mean(1) == pytest.approx(15)
    assert mean(2) == pytest.approx(30 * (1 - 2**-1.5))


def test_the_same_seed_gives_the_same_figures() -> None:
    drawn = rates(40, 8)

    first, second = (prospect(drawn, planned=PLANNED, effect=UNSURE, rng=rng()) for _ in range(2))

    assert first == second


def test_rates_taken_for_known_are_refused() -> None:
    known = np.tile([40.0, np.nan], (100, 1))

    with pytest.raises(UnsupportedByDataError, match="do not differ"):
        prospect(known, planned=PLANNED, effect=CERTAIN, rng=rng())


def test_draws_that_do_not_fit_are_refused() -> None:
    drawn = rates(40, 8)

    for wrong in (drawn[:, :1], drawn[:, ::-1], -drawn):
        with pytest.raises(UsageError):
            prospect(wrong, planned=PLANNED, effect=CERTAIN, rng=rng())
    with pytest.raises(UsageError, match="dispersion"):
        prospect(drawn, planned=PLANNED, effect=CERTAIN, rng=rng(), dispersion=0)
    with pytest.raises(UsageError, match="without an expected"):
        replace(PLANNED, visits=np.array([[0, 0], [1, 0]]))
    with pytest.raises(UsageError, match="shapes"):
        replace(PLANNED, slot_hours=np.array([8.0]))
