"""Published results on the Seattle Drug Market Intervention, with the same weights.

Source: microsynth package for R, vignette of 2025-04-25 (Robbins and Davenport), examples 1, 3 and
4. Numbers of the first tables to 0.01; examples with draws within their Monte Carlo error.
"""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest

from rightplace.evaluate.designs.synthetic.calibrate import Match, calibrate, proof_against
from rightplace.evaluate.designs.synthetic.draws import jackknife, lower_chance, placebos
from rightplace.evaluate.designs.synthetic.linearised import effect
from rightplace.evaluate.designs.synthetic.matching import Matching, constraints
from tests.paths import needs_shared
from tests.seattle import AGGREGATED, COVARIATES, FOUR, NINE, seattle

pytestmark = needs_shared

TO_THE_PRINT = 0.0101
"""Published to two decimals by an iteration that stops at 1e-4: ours may differ by 0.01."""


def _totals(matching: Matching, until: int) -> dict[str, tuple[float, float]]:
    """Return what was counted and expected from quarter 13 until a later one."""
    table = seattle()
    found = calibrate(constraints(table, matching), table.treated)
    assert found.match is Match.ALL
    inside = table.treated
    return {
        name: (
            counts[inside, 12:until].sum(),
            float(found.weights[~inside] @ counts[~inside, 12:until].sum(axis=1)),
        )
        for name, counts in table.outcomes.items()
    }


@pytest.mark.parametrize(
    ("until", "name", "treated", "control"),
    [
        (16, "i_felony", 46, 68.22),
        (16, "i_misdemea", 45, 71.80),
        (16, "i_drugs", 20, 23.76),
        (16, "any_crime", 788, 986.44),
        (14, "i_felony", 28, 37.56),
        (14, "i_misdemea", 19, 34.57),
        (14, "i_drugs", 11, 14.58),
        (14, "any_crime", 401, 504.05),
    ],
)
def test_example_1_with_four_outcomes_matched_each_quarter(
    until: int, name: str, treated: float, control: float
) -> None:
    matching = Matching.each_period(seattle(), FOUR, covariates=COVARIATES)
    counted, expected = _totals(matching, until)[name]
    assert counted == treated
    assert expected == pytest.approx(control, abs=TO_THE_PRINT)


def test_example_4_with_nine_outcomes_matched_in_sums_of_quarters() -> None:
    published = {
        "i_robbery": (11, 18.60),
        "i_aggassau": (12, 16.64),
        "i_burglary": (245, 314.59),
        "i_larceny": (145, 168.76),
        "i_felony": (46, 52.83),
        "i_misdemea": (45, 56.78),
        "i_drugsale": (11, 6.13),
        "i_drugposs": (9, 15.46),
        "any_crime": (788, 961.64),
    }
    found = _totals(AGGREGATED, 16)
    for name, (treated, control) in published.items():
        assert found[name][0] == treated
        assert found[name][1] == pytest.approx(control, abs=TO_THE_PRINT)


def test_example_1_one_sided_chances_and_limits_by_linearisation() -> None:
    table = seattle()
    matching = Matching.each_period(table, FOUR, covariates=COVARIATES)
    weights = calibrate(constraints(table, matching), table.treated).weights
    published = {"i_felony": 0.0109, "i_misdemea": 0.0019, "i_drugs": 0.2559, "any_crime": 0.0146}
    found = {
        name: effect(table.outcomes[name][:, 12:], weights, table.treated) for name in published
    }
    for name, chance in published.items():
        assert found[name].one_sided == pytest.approx(chance, abs=0.0001)
    lo, hi = found["any_crime"].limits(level=0.90)
    assert lo == pytest.approx(-0.329, abs=0.0005)
    assert hi == pytest.approx(-0.049, abs=0.0006)


def test_example_3_cannot_be_matched_is_proved_so_and_takes_the_next_best() -> None:
    table = seattle()
    wanted = constraints(table, Matching.each_period(table, NINE, covariates=COVARIATES))
    found = calibrate(wanted, table.treated)
    assert found.match is Match.SUMS
    proof = proof_against(wanted, table.treated)
    assert proof is not None
    combined = wanted.features @ proof
    assert combined[~table.treated].max() <= 1e-9 * np.abs(proof).max()
    assert combined[table.treated].sum() > 1
    # Many weights come as near; the published solver takes another of them than ours, which takes
    # those nearest to equal ones. Published: 21.49, 16.46, 294.10, 921.55.
    published = {"i_robbery": 21.49, "i_aggassau": 16.46, "i_burglary": 294.10, "any_crime": 921.55}
    for name, control in published.items():
        after = table.outcomes[name][:, 12:].sum(axis=1)
        ours = float((found.weights * after)[~table.treated].sum())
        assert ours == pytest.approx(control, rel=0.04)


DRAWS = 150


def _within_chance(ours: float, published: float) -> bool:
    """Return whether two chances from draws may be of one: 3 standard errors, 250 draws theirs."""
    spread = np.sqrt(ours * (1 - ours) * (1 / 250 + 1 / DRAWS))
    return bool(abs(ours - published) <= 3 * spread)


@pytest.mark.parametrize(
    ("matching", "published"),
    [
        (
            Matching(outcomes=dict.fromkeys(FOUR, (1,) * 12), covariates=COVARIATES),
            {"i_felony": 0.0120, "i_misdemea": 0.0240},
        ),
        (
            AGGREGATED,
            {"i_robbery": 0.0840, "i_aggassau": 0.1960, "i_burglary": 0.0200, "any_crime": 0.0200},
        ),
    ],
    ids=["example 1", "example 4"],
)
def test_one_sided_chances_by_placebo_groups_are_those_published_but_for_the_draws(
    matching: Matching, published: dict[str, float]
) -> None:
    table = seattle()
    wanted = constraints(table, matching)
    weights = calibrate(wanted, table.treated).weights
    drawn = placebos(
        wanted,
        {name: table.outcomes[name] for name in published},
        after=slice(12, 16),
        size=39,
        draws=DRAWS,
        rng=np.random.default_rng(0),
    )
    for name, chance in published.items():
        statistic = effect(table.outcomes[name][:, 12:], weights, table.treated).statistic
        assert _within_chance(lower_chance(statistic, drawn.statistics[name]), chance)


def test_the_jackknife_of_example_1_is_no_surer_than_the_published_one() -> None:
    # Published, with groups drawn once: .0359 .0479 .3331 .0460. Groups drawn here give felony
    # .04 to .09, misdemeanour .05 to .11, drugs .33 to .36 and any crime .03 to .08: the first two
    # lie just above the published ones, for which no reason was found: what was compared stands
    # in the page of benchmarks on synthetic comparisons.
    table = seattle()
    wanted = constraints(table, Matching.each_period(table, FOUR, covariates=COVARIATES))
    whole = calibrate(wanted, table.treated)
    published = {"i_felony": 0.0359, "i_misdemea": 0.0479, "i_drugs": 0.3331, "any_crime": 0.0460}
    for name, chance in published.items():
        counts = table.outcomes[name][:, 12:]
        error, groups = jackknife(
            wanted, counts, table.treated, whole=whole, rng=np.random.default_rng(5)
        )
        one = effect(counts, whole.weights, table.treated)
        ours = NormalDist().cdf((one.treated - one.control) / (39 * 4) / error)
        assert groups == 39
        assert ours == pytest.approx(chance, abs=0.06)
