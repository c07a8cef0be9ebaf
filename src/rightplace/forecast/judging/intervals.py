"""Whether plain intervals hold as often as they say, where enough is expected to ask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rightplace.forecast.counts import quantile
from rightplace.forecast.distribution import Noise
from rightplace.forecast.judging.accuracy import flagged_count
from rightplace.forecast.judging.comparison import BLOCK, LEAST_BLOCKS, block_draws
from rightplace.forecast.judging.scorecard import PlainInterval

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from rightplace.forecast.judging.trial import Trial

LEVELS = (0.5, 0.8, 0.95)
LEAST_EXPECTED = 5.0
TOP_TENTH = 0.1
JUDGED_LEVEL = 0.8
HOLDS_80 = (0.76, 0.86)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Totals:
    """Counts of some units in one period, with what was expected of them.

    Parameters
    ----------
    events, mean, dispersion
        Shape (n_units,). What came, what was expected, and the extra variance of it as a share
        of the squared mean.
    """

    events: NDArray[np.generic]
    mean: NDArray[np.float64]
    dispersion: NDArray[np.float64]

    def held(self, level: float) -> tuple[int, int]:
        """Return how many central intervals held the count, and how many were judged.

        Units of which fewer than 5 are expected are not judged: an interval of whole numbers
        then holds far more than its level.
        """
        judged = self.mean >= LEAST_EXPECTED
        events, mean, extra = (
            self.events[judged].astype(np.float64),
            self.mean[judged],
            self.dispersion[judged],
        )
        if mean.size == 0:
            return 0, 0
        low, high = (
            quantile(chance, mean, dispersion=extra)
            for chance in ((1 - level) / 2, (1 + level) / 2)
        )
        return int(((low <= events) & (events <= high)).sum()), mean.size


def plain_intervals(
    trials: Sequence[Trial],
    *,
    generator: np.random.Generator,
    groups: NDArray[np.int64] | None = None,
) -> tuple[PlainInterval, ...]:
    """Return how often the intervals of one method held the counts of cells and larger units.

    Parameters
    ----------
    trials
        The method at each origin, in time order.
    generator
        Source of chance for the bootstrap.
    groups
        Shape (n_cells,). Number of the borough or district of each cell, -1 for none.

    Notes
    -----
    Four origins together: the sum of four forecasts, each of one period from what came before
    it, with the noise learned at the first. How errors of the four hang together cannot be known
    from single periods: the factors' variances are taken at half, between those of errors that
    last (unchanged) and of errors that are drawn anew (a quarter), as in ``Noise.within``. A
    remainder of fewer than four origins at the end is not looked at.
    """
    blocks = [trials[i : i + BLOCK] for i in range(0, len(trials) - BLOCK + 1, BLOCK)]
    of_blocks = [_block_totals(block) for block in blocks]
    units = {"cells": ([_cells(t) for t in trials], BLOCK)}
    if groups is not None:
        units["groups"] = ([_grouped(t, groups) for t in trials], BLOCK)
    units["cells_4_periods"] = ([cells for cells, _ in of_blocks], 1)
    units["top_tenth_4_periods"] = ([whole for _, whole in of_blocks], 1)
    return tuple(
        _judged(name, level, totals, block=block, generator=generator)
        for name, (totals, block) in units.items()
        for level in LEVELS
    )


def _cells(trial: Trial) -> Totals:
    return Totals(
        events=trial.events, mean=trial.mean, dispersion=trial.noise.dispersion(trial.mean)
    )


def summed(cells: Totals, members: NDArray[np.int64], *, noise: Noise, n_units: int) -> Totals:
    """Return the totals of units of many cells, each with the variance of its sum.

    Parameters
    ----------
    cells
        Of single cells.
    members
        Shape (n_cells,). Unit of each cell, 0 to ``n_units`` - 1.
    noise
        Noise of the cells: the common factor does not average out over many.
    """
    own = cells.mean + noise.own(cells.mean) * (1 + noise.area) * cells.mean**2
    mean, spread, events = (
        np.bincount(members, weights=values, minlength=n_units).astype(np.float64)
        for values in (cells.mean, own, cells.events)
    )
    variance = spread + noise.area * mean**2
    extra = np.zeros(mean.shape)
    np.divide(np.maximum(variance - mean, 0.0), mean**2, out=extra, where=mean > 0)
    return Totals(events=np.rint(events), mean=mean, dispersion=extra)


def _grouped(trial: Trial, groups: NDArray[np.int64]) -> Totals:
    of_cell = groups[trial.cells]
    inside = of_cell >= 0
    every = _cells(trial)
    cells = Totals(
        events=every.events[inside], mean=every.mean[inside], dispersion=every.dispersion[inside]
    )
    n_units = int(groups.max()) + 1 if groups.size else 0
    return summed(cells, of_cell[inside], noise=trial.noise, n_units=max(n_units, 1))


def _block_totals(block: Sequence[Trial]) -> tuple[Totals, Totals]:
    """Return the cells of the top tenth at the first origin over the block, and their total."""
    first = block[0]
    n_cells = first.cells.size
    top = np.zeros(n_cells, dtype=bool)
    flagged = flagged_count(TOP_TENTH, first.mean.size)
    top[np.flatnonzero(first.cells)[first.ranking.order[:flagged]]] = True
    for trial in block:
        top &= trial.cells
    mean, events = np.zeros(n_cells), np.zeros(n_cells)
    for trial in block:
        mean[trial.cells] += trial.mean
        events[trial.cells] += trial.events
    noise = lasting(first.noise, periods=len(block))
    cells = Totals(events=events[top], mean=mean[top], dispersion=noise.dispersion(mean[top]))
    whole = summed(cells, np.zeros(cells.mean.size, dtype=np.int64), noise=noise, n_units=1)
    return cells, whole


def lasting(noise: Noise, *, periods: int) -> Noise:
    """Return the noise of the sum of so many one-period forecasts.

    Both factors' variances are divided by the square root of the number of periods: see
    `plain_intervals`. Scatter goes by expected incidents and stays.
    """
    narrower = periods**-0.5
    return Noise(area=noise.area * narrower, cell=noise.cell * narrower, scatter=noise.scatter)


def _judged(
    units: str,
    level: float,
    totals: Iterable[Totals],
    *,
    block: int,
    generator: np.random.Generator,
) -> PlainInterval:
    found = np.array([t.held(level) for t in totals], dtype=np.int64).reshape(-1, 2)
    held, n = found[:, 0], found[:, 1]
    covered = float(held.sum() / n.sum()) if n.sum() else None
    ends = _interval(held, n, block=block, generator=generator)
    return PlainInterval(
        units=units,
        level=level,
        n=int(n.sum()),
        covered=covered,
        lo95=ends[0],
        hi95=ends[1],
        holds=_holds(level, covered, ends),
    )


def _interval(
    held: NDArray[np.int64], n: NDArray[np.int64], *, block: int, generator: np.random.Generator
) -> tuple[float | None, float | None]:
    """Return the bootstrap interval of a share, all units of an origin drawn together.

    Where all held, or none, no resample differs: the exact binomial end over origins stands in.
    """
    if (origins := np.count_nonzero(n)) < LEAST_BLOCKS * BLOCK:
        return None, None
    if not held.any():
        return 0.0, float(1 - 0.025 ** (1 / origins))
    if (held == n).all():
        return float(0.025 ** (1 / origins)), 1.0
    times = block_draws(n.size, generator=generator, block=block)
    below = times @ n
    lo95, hi95 = np.quantile((times @ held)[below > 0] / below[below > 0], (0.025, 0.975))
    return float(lo95), float(hi95)


def _holds(
    level: float, covered: float | None, ends: tuple[float | None, float | None]
) -> bool | None:
    lo95, hi95 = ends
    if covered is None or level != JUDGED_LEVEL:
        return None
    if HOLDS_80[0] <= covered <= HOLDS_80[1]:
        return True
    return None if lo95 is None or hi95 is None else lo95 <= level <= hi95
