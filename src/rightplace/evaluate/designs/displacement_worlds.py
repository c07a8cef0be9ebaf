"""Worlds with known truth for the displacement difference: how often its intervals hold it.

Counts of each area and period are Poisson, or gamma-Poisson where incidents come in spells: their
variance is the mean and ``dispersion`` times its square, each period and area by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rightplace.evaluate.designs.displacement_panel import displacement_difference
from rightplace.evaluate.designs.panel import NEVER, Panel, Part

if TYPE_CHECKING:
    from rightplace.evaluate.designs.finding import Estimate


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
    means
        Incidents expected in a period: treated, control, ring, ring's control.
    """

    dispersion: float = 0.0
    effect: float = 0.0
    before: int = 24
    after: int = 12
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
    """

    measured: float
    poisson: float


def world(of: World, *, rng: np.random.Generator) -> Panel:
    """Return one draw of a world; periods are days."""
    periods = of.before + of.after
    means = np.repeat(np.array(of.means)[:, None], periods, axis=1)
    means[0, of.before :] *= 1 + of.effect
    if of.dispersion > 0:
        means = rng.gamma(1 / of.dispersion, of.dispersion * means)
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
    measured = poisson = 0
    for _ in range(draws):
        finding = displacement_difference(world(of, rng=rng))
        measured += _holds(finding.estimate, of.truth)
        poisson += _holds(finding.refutations[0].estimate, of.truth)
    return Coverage(measured=measured / draws, poisson=poisson / draws)


def _holds(each: Estimate, truth: float) -> bool:
    return each.lo is not None and each.hi is not None and each.lo <= truth <= each.hi
