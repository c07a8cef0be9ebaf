"""Trials drawn in stated worlds, to see how often the lot's test is wrong and its interval right.

Counts are Poisson round rates that differ between places, scatter by gamma factors, and keep a
memory of the period before; a treatment multiplies the rate. Nothing of this is known to the test.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rightplace.evaluate.designs.finding import Design
from rightplace.evaluate.designs.lot.designs import (
    crossover,
    place_days,
    randomised_units,
    week_blocks,
)
from rightplace.evaluate.designs.lot.rows import TrialRows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.evaluate.designs.finding import Estimate, Finding
    from rightplace.evaluate.designs.lot.settings import LotSettings

    Floats = NDArray[np.float64]

_DESIGNS = {
    Design.RANDOMISED_UNITS: randomised_units,
    Design.PLACE_DAY: place_days,
    Design.WEEK_BLOCK: week_blocks,
    Design.CROSSOVER: crossover,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """How incidents come about.

    Parameters
    ----------
    design
        Randomised.
    places, periods
        How many; of a design with blocks the periods are cut into blocks of ``block`` periods.
    mean
        Incidents of an average place and period without treatment.
    between
        Variance of places' rates as a share of the squared mean (gamma), 0 or more.
    scatter
        The same of each period's rate round its place's (gamma), 0 or more.
    memory
        Correlation of a place's log rate with that of the period before, 0 to 1; its standard
        deviation is ``swing``.
    swing
        Standard deviation of the slow part of the log rate, and of a part that all places share.
    factor
        What treatment multiplies the rate by; 1 is no effect.
    lasts
        Share of the effect's logarithm that is left in the period after, 0 to 1.
    share
        Of the places, that the lot treats.
    strata
        Into how many strata of nearly equal rates places are cut before the lot.
    block
        Periods of one block.
    """

    design: Design
    places: int = 20
    periods: int = 1
    mean: float = 5.0
    between: float = 0.0
    scatter: float = 0.0
    memory: float = 0.0
    swing: float = 0.0
    factor: float = 1.0
    lasts: float = 0.0
    share: float = 0.5
    strata: int = 1
    block: int = 1


def drawn_trial(world: World, rng: np.random.Generator) -> tuple[TrialRows, float]:
    """Return the rows of a trial drawn in a world, and its true effect in incidents.

    A row for each place and period. The true effect is what treatment changes in an average row
    of the stratum, as often as rows were treated there: nobody can know it for those drawn alone.
    """
    shape = (world.places, world.periods)
    place = _gamma(world.between, (world.places, 1), rng)
    of_place = _stratum(place[:, 0], world.strata)
    block = np.arange(world.periods) // world.block
    treated = _lot(world, of_place, block, rng)
    earlier = np.zeros(shape, dtype=np.bool_)
    earlier[:, 1:] = treated[:, :-1]
    effect = world.factor ** (treated + world.lasts * (earlier & ~treated))
    rate = world.mean * place * np.exp(_slow(world, rng)) * _gamma(world.scatter, shape, rng)
    counts = rng.poisson(rate * effect)
    by_block = world.design in {Design.PLACE_DAY, Design.WEEK_BLOCK}
    stratum = np.broadcast_to(of_place[:, np.newaxis], shape)
    if by_block:
        stratum = stratum * (block.max() + 1) + block
    one_span = world.design is Design.RANDOMISED_UNITS
    _, number = np.unique(stratum.reshape(-1), return_inverse=True)
    average = np.bincount(number, weights=rate.reshape(-1)) / np.bincount(number)
    truth = (world.factor - 1) * float(average @ np.bincount(number, treated.reshape(-1)))
    rows = TrialRows(
        unit=np.repeat(np.arange(world.places), world.periods),
        period=np.tile(np.arange(world.periods), world.places),
        block=np.tile(0 * block if one_span else block, world.places),
        stratum=stratum.reshape(-1).astype(np.int64),
        treated=treated.reshape(-1),
        count=counts.reshape(-1).astype(np.float64),
    )
    return rows, truth


def _gamma(variance: float, shape: tuple[int, int], rng: np.random.Generator) -> Floats:
    """Return factors of mean 1."""
    if variance == 0:
        return np.ones(shape)
    return np.asarray(rng.gamma(1 / variance, variance, shape))


def _stratum(rate: Floats, strata: int) -> NDArray[np.int64]:
    """Return the stratum of each place: blocks of places in order of their rates."""
    of_place = np.zeros(rate.size, dtype=np.int64)
    for number, members in enumerate(np.array_split(np.argsort(rate, kind="stable"), strata)):
        of_place[members] = number
    return of_place


def _slow(world: World, rng: np.random.Generator) -> Floats:
    """Return the log of what changes slowly: each place's own walk and one that all share."""
    if world.swing == 0:
        return np.zeros((world.places, world.periods))
    steps = rng.normal(0, world.swing, (world.places + 1, world.periods))
    level = np.empty_like(steps)
    level[:, 0] = steps[:, 0]
    for now in range(1, world.periods):
        level[:, now] = (
            world.memory * level[:, now - 1] + np.sqrt(1 - world.memory**2) * steps[:, now]
        )
    return np.asarray(level[1:] + level[0] - world.swing**2)


def _lot(
    world: World, of_place: NDArray[np.int64], block: NDArray[np.int64], rng: np.random.Generator
) -> NDArray[np.bool_]:
    """Return who is treated, shape (n_places, n_periods)."""
    by_block = world.design in {Design.PLACE_DAY, Design.WEEK_BLOCK}
    columns = int(block.max()) + 1 if by_block else 1
    lots = np.zeros((world.places, columns), dtype=np.bool_)
    for stratum in range(world.strata):
        members = np.flatnonzero(of_place == stratum)
        ranks = rng.random((members.size, columns)).argsort(axis=0).argsort(axis=0)
        lots[members] = ranks < round(members.size * world.share)
    if world.design is Design.CROSSOVER:
        return np.asarray(lots == (block % 2 == 0))
    return np.asarray(lots[:, block if by_block else 0 * block])


def judged_in(
    world: World, settings: LotSettings, rng: np.random.Generator
) -> tuple[Finding, float]:
    """Return what the design of a world finds in one trial drawn in it, and the true effect."""
    rows, truth = drawn_trial(world, rng)
    return _DESIGNS[world.design](rows, outcome="incidents", settings=settings, rng=rng), truth


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How a design did in many trials of one world; shares from 0 to 1.

    Parameters
    ----------
    runs
        How many trials.
    told
        Share in which an effect was told from chance: false alarms where there is none, power
        where there is one.
    held
        Share in which the interval in incidents held the true effect.
    relative_held
        Share in which the interval of the relative change held the true one.
    bias
        Mean of the relative change found, less the true one.
    """

    runs: int
    told: float
    held: float
    relative_held: float
    bias: float


def tally(world: World, settings: LotSettings, *, runs: int, rng: np.random.Generator) -> Tally:
    """Return how a design does in a world; trials without a relative change count as not held."""
    factor = world.factor - 1
    told = held = relative_held = 0
    found = []
    for _ in range(runs):
        finding, truth = judged_in(world, settings, rng)
        p, relative = finding.estimate.p, finding.relative
        told += p is not None and p <= 1 - settings.level + 1e-9
        held += _holds(finding.estimate, truth)
        if relative is not None:
            relative_held += _holds(relative, factor)
            found.append(relative.value - factor)
    return Tally(
        runs=runs,
        told=told / runs,
        held=held / runs,
        relative_held=relative_held / runs,
        bias=float(np.mean(found)) if found else float("nan"),
    )


def _holds(each: Estimate, truth: float) -> bool:
    return each.lo is not None and each.hi is not None and each.lo <= truth <= each.hi
