"""Worlds in which synthetic comparisons are tried: nothing happens in them, or a known change."""

from __future__ import annotations

import numpy as np

from rightplace.evaluate.designs.panel import NEVER, Panel, Part
from rightplace.evaluate.designs.synthetic.calibrated import compare, estimates
from rightplace.evaluate.designs.synthetic.matching import Matching, UnitTable
from rightplace.evaluate.designs.synthetic.settings import SyntheticSettings


def areas_world(
    rng: np.random.Generator,
    *,
    change: float = 0.0,
    treated: int = 1,
    donors: int = 39,
    before: int = 36,
    shared: float = 0.1,
) -> Panel:
    """Return monthly counts of areas that share a season and a wandering trend.

    Parameters
    ----------
    rng
        Draws the areas' sizes, the trend and the counts.
    change
        What the operation did: -0.4 is 40 % fewer.
    treated, donors
        Areas of each kind.
    before
        Months; the operation runs for twelve.
    shared
        Standard deviation of the monthly step of the trend all areas share, in logarithms.
    """
    areas, months = treated + donors, before + 12
    size = rng.uniform(20, 60, areas)
    season = 0.2 * np.sin(2 * np.pi * np.arange(months) / 12)
    trend = np.cumsum(rng.normal(0, shared, months)) * rng.uniform(0.5, 1.5, areas)[:, None]
    mean = size[:, None] * np.exp(season + trend)
    mean[:treated, before:] *= 1 + change
    starts = _months(months)
    return Panel(
        units=tuple(f"area {number}" for number in range(areas)),
        parts=(Part.TREATED,) * treated + (Part.CONTROL,) * donors,
        starts=starts[:-1],
        ends=starts[1:],
        counts=rng.poisson(mean).astype(np.float64),
        known=np.ones((areas, months), dtype=np.bool_),
        treated_from=np.array([before] * treated + [NEVER] * donors),
    )


def _months(count: int) -> np.ndarray[tuple[int], np.dtype[np.datetime64]]:
    first = np.datetime64("2015-01", "M")
    return (first + np.arange(count + 1)).astype("datetime64[D]")


def blocks_world(
    rng: np.random.Generator,
    *,
    change: float = 0.0,
    treated: int = 10,
    units: int = 200,
    memory: float = 0.0,
) -> UnitTable:
    """Return quarterly counts of blocks of differing busyness with a season; two quarters treated.

    Parameters
    ----------
    memory
        Standard deviation of the quarterly step of each block's own level, in logarithms.
    """
    quarters, first = 8, 6
    busyness = rng.gamma(2.0, 3.0, units)
    season = np.array([1.0, 1.2, 0.9, 0.8] * 2)
    wander = np.exp(np.cumsum(rng.normal(0, memory, (units, quarters)), axis=1))
    mean = np.outer(busyness, season) * wander
    mean[:treated, first:] *= 1 + change
    return UnitTable(
        units=tuple(f"block {number}" for number in range(units)),
        treated=np.arange(units) < treated,
        outcomes={"crime": rng.poisson(mean).astype(np.float64)},
        covariates={},
        periods=tuple(f"Q{quarter}" for quarter in range(quarters)),
        first_treated=first,
    )


def rejects_blocks(rng: np.random.Generator, *, memory: float, draws: int) -> bool:
    """Return whether the permutation test finds an effect at 5 % where there is none."""
    table = blocks_world(rng, memory=memory)
    (one,) = compare(
        table,
        Matching.each_period(table, ("crime",)),
        outcomes=("crime",),
        settings=SyntheticSettings(permutations=draws),
        rng=rng,
    )
    chance = estimates(one)[0].p
    return chance is not None and chance <= 0.05 + 1e-12
