"""Worlds with known truth for the displacement difference: how often its intervals hold it.

Counts of each area and period are Poisson, or gamma-Poisson where incidents come in spells: their
variance is the mean and ``dispersion`` times its square, each area by itself and each period by
itself unless it keeps that of the one before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from rightplace.evaluate.designs.displacement_panel import displacement_difference
from rightplace.evaluate.designs.finding import Check
from rightplace.evaluate.designs.panel import NEVER, Panel, Part

if TYPE_CHECKING:
    from rightplace.evaluate.designs.finding import Estimate

_BEFORE: Final = frozenset({Check.PRE_TREND, Check.RESIDUALS, Check.PLACEBO_TIME})


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """A world of four areas.

    Parameters
    ----------
    dispersion
        Extra variance as a share of the squared mean, 0 or more; 0 is Poisson.
    effect
        Share by which the treated area changes after the start: -0.3 is 30 % fewer.
    before, after
        Periods of each.
    memory
        Chance, 0 to 1, that a period keeps what spells made of the one before, in its area.
    means
        Incidents expected in a period: treated, control, ring, ring's control.
    """

    dispersion: float = 0.0
    effect: float = 0.0
    before: int = 24
    after: int = 12
    memory: float = 0.0
    means: tuple[float, float, float, float] = (30.0, 30.0, 20.0, 20.0)

    @property
    def truth(self) -> float:
        """Incidents more than without the operation."""
        return self.means[0] * self.effect * self.after


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How often intervals held the truth, 0 to 1.

    Parameters
    ----------
    measured
        Those with the scatter of the periods before.
    poisson
        Those of Poisson chance.
    warned
        Share of draws in which a check of the periods before failed.
    told
        Share of draws whose interval with the measured scatter leaves out no effect.
    """

    measured: float
    poisson: float
    warned: float
    told: float


def world(of: World, *, rng: np.random.Generator) -> Panel:
    """Return one draw of a world; periods are days."""
    periods = of.before + of.after
    means = np.repeat(np.array(of.means)[:, None], periods, axis=1)
    means[0, of.before :] *= 1 + of.effect
    if of.dispersion > 0:
        factors = rng.gamma(1 / of.dispersion, of.dispersion, means.shape)
        kept = rng.random(means.shape) < of.memory
        for period in range(1, periods):
            factors[:, period] = np.where(
                kept[:, period], factors[:, period - 1], factors[:, period]
            )
        means = means * factors
    starts = np.datetime64("2018-01-01") + np.arange(periods)
    return Panel(
        units=tuple(part.value for part in Part),
        parts=tuple(Part),
        starts=starts,
        ends=starts + 1,
        counts=rng.poisson(means).astype(np.float64),
        known=np.ones((len(Part), periods), dtype=np.bool_),
        treated_from=np.array([of.before, NEVER, NEVER, NEVER]),
    )


def coverage(of: World, *, draws: int, rng: np.random.Generator) -> Coverage:
    """Return how often intervals of 95 % held the truth of a world."""
    found = np.zeros((draws, 4))
    for number in range(draws):
        finding = displacement_difference(world(of, rng=rng))
        found[number] = (
            _holds(finding.estimate, of.truth),
            _holds(finding.refutations[0].estimate, of.truth),
            any(each.passed is False for each in finding.diagnostics if each.check in _BEFORE),
            finding.estimate.excludes_none,
        )
    measured, poisson, warned, told = (float(each) for each in found.mean(axis=0))
    return Coverage(measured=measured, poisson=poisson, warned=warned, told=told)


def _holds(each: Estimate, truth: float) -> bool:
    return each.lo is not None and each.hi is not None and each.lo <= truth <= each.hi
