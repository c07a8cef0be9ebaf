"""Means over replications and their differences, each with its interval."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

from rightplace.deploy.investigation.measured import Difference, Interval

if TYPE_CHECKING:
    from numpy.typing import NDArray


def mean_interval(values: NDArray[np.float64], *, level: float) -> Interval:
    """Return the mean of values that are drawn independently, with its interval by Student's t.

    Parameters
    ----------
    values
        Shape (n,), two or more; one for each replication.
    level
        Share of such intervals that hold the true mean, 0 to 1.

    References
    ----------
    Law (2015), Simulation Modeling and Analysis, 5th ed., section 4.5.
    """
    mean = float(values.mean())
    width = half_width(values, level=level)
    return Interval(mean=mean, low=mean - width, high=mean + width)


def half_width(values: NDArray[np.float64], *, level: float) -> float:
    """Return half the width of the interval of the mean, 0 if nothing scatters."""
    error = values.std(ddof=1) / np.sqrt(values.size)
    return float(error * stats.t.ppf((1 + level) / 2, values.size - 1))


def paired(
    name: str, base: NDArray[np.float64], other: NDArray[np.float64], *, level: float
) -> Difference:
    """Return the mean difference of two figures, each pair of one replication."""
    change = other - base
    alone = half_width(base, level=level) ** 2 + half_width(other, level=level) ** 2
    narrowed = half_width(change, level=level) / np.sqrt(alone) if alone > 0 else None
    return Difference(
        name=name,
        base=float(base.mean()),
        other=float(other.mean()),
        change=mean_interval(change, level=level),
        narrowed_to=None if narrowed is None else float(narrowed),
    )
