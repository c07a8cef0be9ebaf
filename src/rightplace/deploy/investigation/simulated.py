"""What a simulation of a unit of detectives keeps of its replications: arrays, no officer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rightplace.deploy.investigation.horizon import Horizon, Support
    from rightplace.deploy.investigation.unit import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Cases:
    """All cases of all replications, one after the other.

    Parameters
    ----------
    replication
        Shape (n,). Which replication a case is of, from 0.
    opened
        Shape (n,). Day of the report, from the start of the warm-up; not a number for cases that
        were open at the start, whose report lies before it.
    team
        Shape (n,). Which team took it, from 0, in the order of the unit.
    victims
        Shape (n,). How many victims it has; 0 for cases open at the start.
    over_cap
        Shape (n,). Whether each team was at the cap when it came, so that the one on call took it.
    stage_ends
        Shape (n, stages). Day on which each stage ended; not a number where it did not.
    closed
        Shape (n,). Day on which it was closed; not a number for cases open at the end.
    interviewed
        Shape (n,). Day of the first interview of a suspect; not a number where there was none yet.
    """

    replication: NDArray[np.int32]
    opened: NDArray[np.float64]
    team: NDArray[np.int16]
    victims: NDArray[np.int16]
    over_cap: NDArray[np.bool_]
    stage_ends: NDArray[np.float64]
    closed: NDArray[np.float64]
    interviewed: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulated:
    """What happened in each replication in the days that are measured.

    Parameters
    ----------
    unit, horizon, support
        What was simulated.
    cases
        All cases, those of the warm-up and those open at the start included.
    busy_hours, available_hours
        Shape (replications, teams, roles). Hours that officers worked on cases, and were present.
    support_busy_hours, support_available_hours
        Shape (replications, levels). The same of officers who help; no level without support.
    open_hours, waiting_hours
        Shape (replications, looks, roles). Hours left of the stages that cases are in, and those of
        them that nobody is working on, at the start of the days measured and each 7 days on.
    live
        Shape (replications, looks, teams). Cases open at the same times.
    live_days, over_cap_days
        Shape (replications, teams). Open cases times days, and days with more of them than the cap.
    waiting_hour_days, waiting_case_days
        Shape (replications, teams). Hours of work waiting times days, and cases with work waiting
        times days.
    callouts, passed
        Shape (replications, turns). New cases that the team on call took in each turn of the rota,
        and those that it passed on; turn k is of team k modulo their number (during the warm-up
        that of teams before), from the start of the warm-up.
    """

    unit: Unit
    horizon: Horizon
    support: Support | None
    cases: Cases
    busy_hours: NDArray[np.float64]
    available_hours: NDArray[np.float64]
    support_busy_hours: NDArray[np.float64]
    support_available_hours: NDArray[np.float64]
    open_hours: NDArray[np.float64]
    waiting_hours: NDArray[np.float64]
    live: NDArray[np.int64]
    live_days: NDArray[np.float64]
    over_cap_days: NDArray[np.float64]
    waiting_hour_days: NDArray[np.float64]
    waiting_case_days: NDArray[np.float64]
    callouts: NDArray[np.int64]
    passed: NDArray[np.int64]
