"""Curves of a simulation: backlog week by week, and the share interviewed day by day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import stats

from rightplace.deploy.investigation.interviews import interviews_of
from rightplace.deploy.investigation.measures import backlog_weeks

if TYPE_CHECKING:
    from typing import TypeAlias

    from numpy.typing import NDArray

    from rightplace.deploy.investigation.interviews import Interviews
    from rightplace.deploy.investigation.simulated import Simulated

    Curve: TypeAlias = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]
    """A middle, and the lower and upper end of a band; each of shape (points,)."""

_ENDS_OF_80: Final = (10, 90)


def backlog_curve(simulated: Simulated) -> Curve:
    """Return weeks of open work at the start and each 7 days on: mean and 80 % of futures.

    Parameters
    ----------
    simulated
        What happened.
    """
    weeks = backlog_weeks(simulated)
    low, high = np.percentile(weeks, _ENDS_OF_80, axis=0)
    return weeks.mean(axis=0), low, high


def interview_curve(simulated: Simulated, *, sections: int, level: float) -> Curve | None:
    """Return the share interviewed by each whole day from the report, of those that come to one.

    The middle is that of all cases, 0 to 1; the band holds the true share at one day, by the
    scatter of groups of futures (Asmussen and Glynn 2007, section III.5). Not a number from the
    day on of which nothing was seen; the band ends where that is so for one of the groups.

    Parameters
    ----------
    simulated
        What happened.
    sections
        Groups of futures, 2 or more.
    level
        Share of bands that hold the true share, 0 to 1.

    Returns
    -------
    Shape (days + 1,) each; None if no stage is marked as the first interview.
    """
    found = interviews_of(simulated, sections=sections)
    if found is None:
        return None
    days = np.arange(simulated.horizon.days + 1, dtype=np.float64)
    everyone = np.ones(found.days.size, dtype=np.bool_)
    middle = share_by(found, days, of=everyone)
    groups = np.stack(
        [share_by(found, days, of=found.section == each) for each in range(found.sections)]
    )
    scatter = np.sqrt(((groups - middle) ** 2).sum(axis=0) / (len(groups) - 1) / len(groups))
    width = scatter * stats.t.ppf((1 + level) / 2, len(groups) - 1)
    return middle, np.maximum(middle - width, 0.0), np.minimum(middle + width, 1.0)


def share_by(
    found: Interviews, days: NDArray[np.float64], *, of: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Return the share of some cases that had the interview by each day (Kaplan and Meier).

    Parameters
    ----------
    found
        Days of all cases, with the weight of each.
    days
        Shape (m,), rising.
    of
        Shape (n,). Which cases.

    Returns
    -------
    Shape (m,), 0 to 1; not a number from the day on of which nothing was seen.
    """
    waits, came, weight = found.days[of], found.has_come[of], found.weight[of]
    when, place = np.unique(waits[came], return_inverse=True)
    events = np.bincount(place, weights=weight[came], minlength=when.size)
    order = np.argsort(waits)
    later = np.append(np.cumsum(weight[order][::-1])[::-1], 0.0)
    at_risk = later[np.searchsorted(waits[order], when, side="left")]
    share = np.append(0.0, 1 - np.cumprod(1 - events / at_risk))
    by_day = share[np.searchsorted(when, days, side="right")]
    counted = waits[weight > 0]
    is_seen = days <= (counted.max() if counted.size else -1.0)
    # Once all have had it nothing more can be seen, and nothing is left to see.
    return np.where(is_seen | (by_day >= 1 - 1e-9), by_day, np.nan)
