"""Days from the report to the first interview of a suspect, of the cases that come to one.

Cases that are open without one are censored (Kaplan and Meier 1958). Those closed without one are
left out, not censored: they would never have come to it, and to take them for cases that still
might makes the days far too many (in a unit that closes half its cases before, twice as many).
Of an open case nobody knows yet; it counts by the share of such cases that go on, which is the
unit's own: whether a case goes on is drawn apart from the days it took.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

from rightplace.deploy.investigation.intervals import paired
from rightplace.deploy.investigation.measured import Centile

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.deploy.investigation.measured import Difference
    from rightplace.deploy.investigation.simulated import Simulated

_NEAR = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class Interviews:
    """Days of the cases reported in the days measured.

    Parameters
    ----------
    days
        Shape (n,). Until the interview, else until nothing more was seen of the case.
    has_come
        Shape (n,). Whether there was an interview.
    weight
        Shape (n,). Share of such cases that come to one: 1 where it has come, 0 where the case was
        closed before, between for those still open.
    section
        Shape (n,). Which group of replications the case is of, from 0.
    sections
        How many groups there are.
    """

    days: NDArray[np.float64]
    has_come: NDArray[np.bool_]
    weight: NDArray[np.float64]
    section: NDArray[np.int64]
    sections: int

    def days_until(self, share: float) -> float | None:
        """Return the days by which a share has had the interview; none if it is not reached."""
        return days_until(self.days, has_come=self.has_come, weight=self.weight, share=share)

    def parts(self, share: float) -> list[float | None]:
        """Return the same by group of replications."""
        groups = [self.section == each for each in range(self.sections)]
        return [
            days_until(
                self.days[one], has_come=self.has_come[one], weight=self.weight[one], share=share
            )
            for one in groups
        ]


def interviews_of(simulated: Simulated, *, sections: int) -> Interviews | None:
    """Return the days to the first interview; none if no stage of the unit is marked as it.

    Parameters
    ----------
    simulated
        What happened.
    sections
        Groups of replications by whose scatter an interval is made, 2 or more.
    """
    stages = simulated.unit.stages
    marked = [number for number, each in enumerate(stages) if each.is_first_interview]
    if not marked:
        return None
    cases, horizon = simulated.cases, simulated.horizon
    counts = cases.opened >= horizon.warm_up_days  # not those whose report is not known
    has_come = ~np.isnan(cases.interviewed[counts])
    closed = cases.closed[counts]
    ended = (~np.isnan(cases.stage_ends[counts])).sum(axis=1)
    # go_on[s]: share of cases in stage s that come to the end of the interview's stage.
    shares = np.array([each.share for each in stages[: marked[0] + 1]])
    go_on = np.append(np.cumprod(shares[::-1])[::-1][1:], 1.0)
    open_weight = go_on[np.minimum(ended, marked[0])]
    weight = np.where(has_come, 1.0, np.where(np.isnan(closed), open_weight, 0.0))
    until = np.where(has_come, cases.interviewed[counts], horizon.all_days)
    groups = min(sections, horizon.replications)
    return Interviews(
        days=until - cases.opened[counts],
        has_come=has_come,
        weight=weight,
        section=cases.replication[counts].astype(np.int64) % groups,
        sections=groups,
    )


def days_until(
    days: NDArray[np.float64],
    *,
    has_come: NDArray[np.bool_],
    weight: NDArray[np.float64],
    share: float,
) -> float | None:
    """Return the day by which a share of weighted cases has come to it; none if not reached.

    Parameters
    ----------
    days, has_come, weight
        As in ``Interviews``.
    share
        Above 0, below 1.

    References
    ----------
    Kaplan and Meier (1958), Journal of the American Statistical Association 53, 457-481; cases
    censored on a day are at risk on that day.
    """
    if not has_come.any():
        return None
    when, place = np.unique(days[has_come], return_inverse=True)
    events = np.bincount(place, weights=weight[has_come])
    order = np.argsort(days)
    later = np.append(np.cumsum(weight[order][::-1])[::-1], 0.0)
    at_risk = later[np.searchsorted(days[order], when, side="left")]
    still = np.cumprod(1 - events / at_risk)
    reached = still <= 1 - share + _NEAR
    return float(when[reached][0]) if reached.any() else None


def centile_of(found: Interviews, share: float, *, level: float) -> Centile:
    """Return the days by which a share has had the interview, with the interval by groups.

    The interval is that of the groups' mean round the value of all together (Asmussen and Glynn
    2007, Stochastic Simulation, section III.5); there is none where a group does not come so far.
    """
    days = found.days_until(share)
    known = [each for each in found.parts(share) if each is not None]
    if days is None or len(known) < found.sections:
        return Centile(share=share, days=days, low=None, high=None)
    values = np.array(known)
    scatter = np.sqrt(((values - days) ** 2).sum() / (values.size - 1) / values.size)
    width = float(scatter * stats.t.ppf((1 + level) / 2, values.size - 1))
    return Centile(share=share, days=days, low=max(0.0, days - width), high=days + width)


def change_of(
    name: str, base: Interviews, other: Interviews, *, share: float, level: float
) -> Difference | None:
    """Return how the days by which a share has had the interview change, group by group.

    None where a group does not come so far in either.
    """
    one, two = base.parts(share), other.parts(share)
    known = [
        (was, will) for was, will in zip(one, two, strict=True) if not (was is None or will is None)
    ]
    if len(known) < max(len(one), len(two)):
        return None
    was, will = np.array(known).T
    return paired(name, was, will, level=level)
