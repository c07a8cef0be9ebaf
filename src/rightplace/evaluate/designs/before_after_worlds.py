"""Worlds in which the highest places are treated: how often each comparison is fooled.

Rates of places are gamma, counts Poisson; the highest of the time before are treated. With a shape
of 2 and a mean of 10 the top 50 of 1,000 fall by about 11 % next time without any treatment.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rightplace.evaluate.designs.before_after import beyond_return
from rightplace.evaluate.designs.panel import NEVER, Panel, Part

if TYPE_CHECKING:
    from rightplace.evaluate.designs.finding import Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenWorld:
    """A world of places of which the highest are treated.

    Parameters
    ----------
    places, treated
        How many, and how many of them, by their count before, are treated.
    shape, mean
        Of the gamma distribution of rates.
    effect
        Share by which the treated change.
    drift
        Spread of the logarithm by which each place's own rate moves from before to after.
    """

    places: int = 1000
    treated: int = 50
    shape: float = 2.0
    mean: float = 10.0
    effect: float = 0.0
    drift: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fooled:
    """What happened over many draws.

    Parameters
    ----------
    fall
        Mean relative change of the treated, as counted.
    expected_fall
        The same, as expected of the choice alone.
    covered
        Share of intervals of 95 % that held what the treatment really did, in incidents.
    alarms, plain_alarms
        Share of draws in which the design, and a plain before and after, told a change.
    """

    fall: float
    expected_fall: float
    covered: float
    alarms: float
    plain_alarms: float


def chosen_world(of: ChosenWorld, *, rng: np.random.Generator) -> tuple[Panel, float]:
    """Return one draw of a world, and how many incidents the treatment really brought."""
    rates = rng.gamma(of.shape, of.mean / of.shape, of.places)
    before = rng.poisson(rates)
    top = np.argsort(-before, kind="stable")[: of.treated]
    # A lognormal factor of mean 1: the mean of all places does not move.
    later = rates * np.exp(rng.normal(-(of.drift**2) / 2, of.drift, of.places))
    without = rng.poisson(later)
    after = without.copy()
    if of.effect < 0:
        after[top] = rng.binomial(without[top], 1 + of.effect)
    elif of.effect > 0:
        after[top] += rng.poisson(of.effect * later[top])
    chosen = np.isin(np.arange(of.places), top)
    starts = np.array(["2018-01-01", "2019-01-01"], dtype="datetime64[D]")
    panel = Panel(
        units=tuple(f"place {number}" for number in range(of.places)),
        parts=tuple(Part.TREATED if each else Part.CONTROL for each in chosen),
        starts=starts,
        ends=np.array(["2019-01-01", "2020-01-01"], dtype="datetime64[D]"),
        counts=np.stack([before, after], axis=1).astype(np.float64),
        known=np.ones((of.places, 2), dtype=np.bool_),
        treated_from=np.where(chosen, 1, NEVER),
    )
    return panel, float((after - without)[top].sum())


def fooled(of: ChosenWorld, *, draws: int, rng: np.random.Generator) -> Fooled:
    """Return how often the design and a plain comparison told a change."""
    told = np.zeros((draws, 5))
    for number in range(draws):
        panel, truth = chosen_world(of, rng=rng)
        found = beyond_return(panel)
        each = found.finding.estimate
        before = panel.counts[panel.rows(Part.TREATED), 0].sum()
        told[number] = (
            (found.finding.observed or 0.0) / before - 1,
            found.expected_change.value,
            _holds(each, truth),
            each.excludes_none,
            found.plain.excludes_none,
        )
    fall, expected, covered, alarms, plain = (float(each) for each in told.mean(axis=0))
    return Fooled(
        fall=fall, expected_fall=expected, covered=covered, alarms=alarms, plain_alarms=plain
    )


def _holds(each: Estimate, truth: float) -> bool:
    return each.lo is not None and each.hi is not None and each.lo <= truth <= each.hi
