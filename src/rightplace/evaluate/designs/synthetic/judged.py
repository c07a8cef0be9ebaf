"""The treated areas' mean beside its mixture, and the placebos it is ranked among."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rightplace.evaluate.designs.finding import Estimate, Scale
from rightplace.evaluate.designs.synthetic.areas import (
    EXACT,
    critical,
    fit_area,
    placebo_fits,
    placebo_groups,
    rank_chance,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.evaluate.designs.synthetic.areas import AreaFit
    from rightplace.evaluate.designs.synthetic.settings import SyntheticSettings


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Judged:
    """The treated areas' mean beside its mixture and beside the placebos.

    Parameters
    ----------
    real
        The treated areas' mean.
    placebos
        What played it: each untreated area, or groups of as many as were treated.
    areas, donors
        Treated areas, and untreated ones.
    mean
        Counted before in a treated area and period.
    level
        Of intervals.
    """

    real: AreaFit
    placebos: tuple[AreaFit, ...]
    areas: int
    donors: int
    mean: float
    level: float

    @property
    def statistics(self) -> NDArray[np.float64]:
        """Shape (n_placebos,)."""
        return np.array([each.statistic for each in self.placebos])

    @property
    def kind(self) -> str:
        """What played the treated area."""
        return "areas" if self.areas == 1 else "groups"

    @property
    def smallest_chance(self) -> float:
        """The smallest that can come out: one among all placebos there are."""
        held = math.comb(self.donors + self.areas, self.areas)
        return 1 / min(len(self.placebos) + 1, held)

    @property
    def cells(self) -> int:
        """Treated areas times periods since."""
        return self.areas * (self.real.gap.size - self.real.first)

    @property
    def too_close(self) -> bool:
        """Whether the fit is so exact that a change cannot be measured by its misses."""
        return self.real.miss <= EXACT * max(self.mean, EXACT)

    def estimate(self) -> Estimate:
        """Return the change in incidents in all treated areas and periods since."""
        reach, level = critical(self.statistics, level=self.level)
        half = reach * self.real.miss
        bounded = not self.too_close and np.isfinite(half)
        change = self.real.change
        return Estimate(
            value=change * self.cells,
            lo=(change - half) * self.cells if bounded else None,
            hi=(change + half) * self.cells if bounded else None,
            scale=Scale.INCIDENTS,
            method=f"synthetic control, {len(self.placebos)} placebo {self.kind}",
            level=level,
            p=None if self.too_close else rank_chance(self.real.statistic, self.statistics),
        )


def judge(
    treated: NDArray[np.float64],
    pool: NDArray[np.float64],
    *,
    first: int,
    rng: np.random.Generator,
    settings: SyntheticSettings,
) -> Judged:
    """Return the mean of the treated areas beside its mixture, and the placebos it is ranked by.

    Parameters
    ----------
    treated
        Shape (n_treated, n_periods).
    pool
        Shape (n_donors, n_periods).
    first
        Index of the first period of the operation.
    """
    size = treated.shape[0]
    placebos = (
        placebo_fits(pool, first=first)
        if size == 1
        else placebo_groups(
            np.vstack([treated, pool]),
            size=size,
            first=first,
            draws=settings.permutations,
            rng=rng,
        )
    )
    series = treated.mean(axis=0)
    return Judged(
        real=fit_area(series, pool, first=first),
        placebos=placebos,
        areas=size,
        donors=pool.shape[0],
        mean=float(series[:first].mean()),
        level=settings.level,
    )
