"""Classic synthetic control: a mixture of untreated areas that ran as the treated one did before.

The mixture's shares are 0 or more and sum to 1. Every untreated area then plays the treated one,
and the real answer is ranked among theirs.

References
----------
Abadie, Diamond and Hainmueller (2010), Journal of the American Statistical Association 105,
493-505; Firpo and Possebom (2018), Journal of Causal Inference 6(2), for tests of effects other
than none and their inversion. The least distance from a point to a hull by non-negative least
squares: Lawson and Hanson (1974), Solving Least Squares Problems, chapter 23.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

EXACT: Final = 1e-6
"""A miss under this share of the mean counts as none: nothing can be ranked by it."""


def mixture(series: NDArray[np.float64], donors: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return shares, 0 or more and 1 together, that bring the donors nearest to a series.

    The shares that minimise the distance from 0 to the hull of the differences are the solution
    u of non-negative least squares for the differences towards 0 and the sum towards 1, divided
    by its own sum: at any direction of u the best length leaves d^2 / (1 + d^2), which grows
    with the distance d.

    Parameters
    ----------
    series
        Shape (n_periods,).
    donors
        Shape (n_donors, n_periods).

    Returns
    -------
    NDArray
        Shape (n_donors,). Where several mixtures are as near, one with few donors.
    """
    from scipy.optimize import nnls  # noqa: PLC0415 - heavy

    apart = donors - series
    size = float(np.abs(apart).max()) or 1.0
    table = np.vstack([apart.T / size, np.ones(donors.shape[0])])
    wanted = np.append(np.zeros(series.size), 1.0)
    shares, _ = nnls(table, wanted)
    return np.asarray(shares / shares.sum())


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AreaFit:
    """One area beside its mixture.

    Parameters
    ----------
    shares
        Shape (n_donors,).
    gap
        Shape (n_periods,). Area less mixture.
    first
        Index of the first period of the operation.
    """

    shares: NDArray[np.float64]
    gap: NDArray[np.float64]
    first: int

    @property
    def miss(self) -> float:
        """Root of the mean squared gap before."""
        return float(np.sqrt((self.gap[: self.first] ** 2).mean()))

    @property
    def change(self) -> float:
        """Mean gap since."""
        return float(self.gap[self.first :].mean())

    @property
    def statistic(self) -> float:
        """Size of the mean gap since, in misses before; infinite where nothing was missed."""
        return abs(self.change) / self.miss if self.miss > 0 else math.inf

    @property
    def ratio(self) -> float:
        """Root of the mean squared gap since, in misses before."""
        since = float(np.sqrt((self.gap[self.first :] ** 2).mean()))
        return since / self.miss if self.miss > 0 else math.inf


def fit_area(series: NDArray[np.float64], donors: NDArray[np.float64], *, first: int) -> AreaFit:
    """Return an area beside the mixture that ran most like it before.

    Parameters
    ----------
    series
        Shape (n_periods,).
    donors
        Shape (n_donors, n_periods).
    first
        Index of the first period of the operation.
    """
    shares = mixture(series[:first], donors[:, :first])
    return AreaFit(shares=shares, gap=series - shares @ donors, first=first)


def placebo_fits(donors: NDArray[np.float64], *, first: int) -> tuple[AreaFit, ...]:
    """Return each donor beside a mixture of the others, as though it had been treated."""
    rows = np.arange(donors.shape[0])
    return tuple(fit_area(donors[row], donors[rows != row], first=first) for row in rows)


def placebo_groups(
    areas: NDArray[np.float64], *, size: int, first: int, draws: int, rng: np.random.Generator
) -> tuple[AreaFit, ...]:
    """Return means of groups drawn from all areas, each beside a mixture of the areas not in it.

    The mean of several areas is steadier than a single one, so that several treated areas must be
    ranked among groups of as many; the treated ones may be drawn too, as a lot would.

    Parameters
    ----------
    areas
        Shape (n_areas, n_periods). Treated and untreated.
    size
        Areas in a group.
    first
        Index of the first period of the operation.
    draws
        Groups.
    """
    fits = []
    for _ in range(draws):
        group = np.zeros(areas.shape[0], dtype=np.bool_)
        group[rng.choice(areas.shape[0], size, replace=False)] = True
        fits.append(fit_area(areas[group].mean(axis=0), areas[~group], first=first))
    return tuple(fits)


def rank_chance(value: float, placebos: NDArray[np.float64]) -> float:
    """Return the share of areas, the treated one among them, with a value as large or larger."""
    return float((1 + (placebos >= value).sum()) / (1 + placebos.size))


def critical(placebos: NDArray[np.float64], *, level: float) -> tuple[float, float]:
    """Return the largest value that is not refuted, and the level that so few areas allow.

    With fewer than 1 / (1 - level) areas the level asked for cannot be had; then it is the
    largest that can.
    """
    areas = placebos.size + 1
    beyond = math.floor((1 - level) * areas + 1e-9)
    ranked = np.sort(placebos)[::-1]
    return (float(ranked[beyond - 1]), level) if beyond else (float(ranked[0]), 1 - 1 / areas)
