"""Worlds in which what an operation did is known: counts of areas by month, drawn by a generator.

Every area has a rate of its own and all share a season; counts scatter more than Poisson, and each
area drifts on its own once the operation has begun, which clustered errors are there for.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from rightplace.evaluate.designs.panel import NEVER, Panel, Part


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """How counts come about.

    Parameters
    ----------
    treated, controls
        Areas.
    months, start
        Periods, and the first treated one.
    ratio
        What the operation multiplies counts by; 1 does nothing.
    dispersion
        Variance over mean, above 1.
    drift
        Standard deviation of the logarithm of each area's own change from the start on.
    memory
        Correlation of an area's monthly shocks with those of the month before, 0 to below 1.
    shock
        Standard deviation of the logarithm of those shocks.
    starts
        Of each treated area, where they are staggered.
    slope
        By how much the logarithm of the treated areas' counts changes a month, always.
    """

    treated: int = 8
    controls: int = 16
    months: int = 36
    start: int = 24
    ratio: float = 1.0
    dispersion: float = 2.0
    drift: float = 0.1
    memory: float = 0.0
    shock: float = 0.0
    starts: tuple[int, ...] = field(default=())
    slope: float = 0.0


def months_from(first: str, many: int) -> np.ndarray:
    """Return the first days of months, one more than there are."""
    begin = np.datetime64(first, "M")
    return np.arange(begin, begin + many + 1).astype("datetime64[D]")


def drawn(world: World, rng: np.random.Generator) -> Panel:
    """Return counts of a world."""
    areas, months = world.treated + world.controls, np.arange(world.months)
    first = np.full(areas, NEVER)
    first[: world.treated] = world.starts or world.start
    rate = rng.gamma(4, 5, areas)[:, None] * (1 + 0.2 * np.sin(2 * np.pi * months / 12))
    log = rng.normal(0, world.drift, (areas, 1)) * (months >= world.start)
    log[: world.treated] += world.slope * months
    log += _shocks(world, rng, areas)
    on = (first != NEVER)[:, None] & (months >= first[:, None])
    rate = rate * np.exp(log) * np.where(on, world.ratio, 1.0)
    counts = rng.negative_binomial(rate / (world.dispersion - 1), 1 / world.dispersion)
    return panel(counts.astype(np.float64), first)


def _shocks(world: World, rng: np.random.Generator, areas: int) -> np.ndarray:
    found = np.empty((areas, world.months))
    found[:, 0] = rng.normal(0, 1, areas)
    fresh = rng.normal(0, np.sqrt(1 - world.memory**2), found.shape)
    for month in range(1, world.months):
        found[:, month] = world.memory * found[:, month - 1] + fresh[:, month]
    return found * world.shock


def panel(counts: np.ndarray, first: np.ndarray, known: np.ndarray | None = None) -> Panel:
    """Return a table of months; treated are the units with a first treated period."""
    days = months_from("2015-01", counts.shape[1])
    return Panel(
        units=tuple(f"area {row}" for row in range(counts.shape[0])),
        parts=tuple(Part.CONTROL if each == NEVER else Part.TREATED for each in first),
        starts=days[:-1],
        ends=days[1:],
        counts=counts.astype(np.float64),
        known=np.ones(counts.shape, dtype=np.bool_) if known is None else known,
        treated_from=np.asarray(first, dtype=np.int64),
    )
