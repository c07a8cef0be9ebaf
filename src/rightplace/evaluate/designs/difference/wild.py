"""Wild cluster bootstrap of a contrast: the null imposed, the interval by turning the test round.

With one value per unit a draw takes one product of matrices, so that the test can be made again at
every value that an interval might hold. On unit totals it is the same bootstrap as on the whole
table: with effects for units and periods only the units' changes enter the estimate.

References: Cameron, Gelbach and Miller (2008), Rev. Econ. Stat. 90, 414-427; Roodman, MacKinnon,
Nielsen and Webb (2019), Stata Journal 19, 4-60; Kline and Santos (2012), J. Econometric Methods 1,
23-41, for scores of a pseudo-likelihood; Webb (2014), Queen's Economics Department 1315.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from rightplace.evaluate.designs.difference.contrast import Contrast

WEBB: Final = np.sqrt([0.5, 1.0, 1.5])
_STEPS: Final = 30
_WIDENINGS: Final = 12


def weights(
    n_units: int, *, draws: int, webb_below: int, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Return a weight for each draw and unit, shape (draws, n_units), of mean 0 and variance 1.

    Parameters
    ----------
    webb_below
        Under so many units Webb's six points, else signs.
    """
    signs = rng.choice(np.array([-1.0, 1.0]), size=(draws, n_units))
    return signs * rng.choice(WEBB, size=signs.shape) if n_units < webb_below else signs


def studentised(
    contrast: Contrast, null: float, drawn: NDArray[np.float64]
) -> tuple[float, NDArray[np.float64]]:
    """Return the t of the data and those of the draws, shape (draws,), under a null.

    Parameters
    ----------
    null
        As ``Contrast.effect``.
    drawn
        From ``weights``.
    """
    u, w = contrast.at(null)
    side = np.where(contrast.treated, 0, 1)
    mass = np.bincount(side, weights=w, minlength=2)
    # What each unit weighs in the difference of the two sides.
    part = np.where(contrast.treated, 1.0, -1.0) / mass[side]
    shared = float(u.sum() / w.sum())
    scattered = drawn * (u - shared * w)
    rows = np.vstack([u, scattered])
    difference, spread = rows @ part, np.zeros(rows.shape[0])
    for which in (0, 1):
        own = side == which
        centre = rows[:, own].sum(axis=1) / mass[which]
        spread += (part[own] ** 2 * (rows[:, own] - centre[:, None] * w[own]) ** 2).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.where(difference == 0, 0.0, difference / np.sqrt(spread))
    return float(t[0]), t[1:]


def chance(contrast: Contrast, null: float, drawn: NDArray[np.float64]) -> float:
    """Return the two-sided chance, above 0 to 1, of a t so large under the null."""
    found, others = studentised(contrast, null, drawn)
    return (1 + int((np.abs(others) >= abs(found) * (1 - 1e-12)).sum())) / (1 + others.size)


def interval(
    p_at: Callable[[float], float],
    *,
    effect: float,
    step: float,
    level: float,
    furthest: float = math.inf,
) -> tuple[float, float]:
    """Return the ends of what a test does not reject, going out from the estimate.

    Parameters
    ----------
    p_at
        The chance under a null.
    effect
        The estimate.
    step
        About one standard error, above 0: how far to go at first.
    level
        Of the interval.
    furthest
        From the estimate; what is not rejected so far out has no end.

    Returns
    -------
    tuple
        Both ends; infinite where no null so far out is rejected.
    """
    ends = [
        _end(p_at, effect, way * min(step, furthest / 4), (1 - level, furthest)) for way in (-1, 1)
    ]
    return ends[0], ends[1]


def _end(
    p_at: Callable[[float], float], effect: float, step: float, bounds: tuple[float, float]
) -> float:
    size, furthest = bounds
    inside, outside = effect, effect + 2 * step
    for _ in range(_WIDENINGS):
        if p_at(outside) < size:
            break
        inside, outside = outside, effect + 2 * (outside - effect)
        if abs(outside - effect) > furthest:
            return math.copysign(math.inf, step)
    else:
        return math.copysign(math.inf, step)
    for _ in range(_STEPS):
        middle = (inside + outside) / 2
        inside, outside = (inside, middle) if p_at(middle) < size else (middle, outside)
        if abs(outside - inside) < abs(step) * 1e-4:
            break
    return outside
