"""Means over replications with their interval, and centiles of times of which some are censored."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

from rightplace.deploy.investigation.measured import Centile, Interval

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


def days_until(
    days: NDArray[np.float64], *, has_come: NDArray[np.bool_], share: float
) -> float | None:
    """Return the day by which a share of cases has come to something; none if it is not reached.

    Parameters
    ----------
    days
        Shape (n,). Days until it came, or until nothing more was seen of the case.
    has_come
        Shape (n,). Whether it came; otherwise the case is censored.
    share
        Above 0, below 1.

    References
    ----------
    Kaplan and Meier (1958), Journal of the American Statistical Association 53, 457-481; cases
    censored on a day are at risk on that day.
    """
    if not has_come.any():
        return None
    when, events = np.unique(days[has_come], return_counts=True)
    at_risk = days.size - np.searchsorted(np.sort(days), when, side="left")
    still = np.cumprod(1 - events / at_risk)
    reached = still <= 1 - share + 1e-12
    return float(when[reached][0]) if reached.any() else None


def by_sections(
    days: NDArray[np.float64],
    *,
    has_come: NDArray[np.bool_],
    section: NDArray[np.int64],
    sections: int,
    share: float,
) -> list[float | None]:
    """Return the day by which a share has come to something, by group of replications."""
    groups = (section == each for each in range(sections))
    return [days_until(days[one], has_come=has_come[one], share=share) for one in groups]


def centile(
    days: NDArray[np.float64],
    parts: list[float | None],
    *,
    has_come: NDArray[np.bool_],
    share: float,
    level: float,
) -> Centile:
    """Return the day by which a share of all cases has come to something, with its interval.

    The interval is that of the groups' mean round the value of all together (sectioning).

    References
    ----------
    Asmussen and Glynn (2007), Stochastic Simulation, section III.5.
    """
    found = days_until(days, has_come=has_come, share=share)
    known = [each for each in parts if each is not None]
    if found is None or len(known) < len(parts):
        return Centile(share=share, days=found, low=None, high=None)
    values = np.array(known)
    scatter = np.sqrt(((values - found) ** 2).sum() / (values.size - 1) / values.size)
    width = float(scatter * stats.t.ppf((1 + level) / 2, values.size - 1))
    return Centile(share=share, days=found, low=max(0.0, found - width), high=found + width)
