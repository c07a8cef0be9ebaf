"""Hours that open cases will still ask for in the stages after the one they are in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.deploy.investigation.simulated import Simulated
    from rightplace.deploy.investigation.unit import Unit


def hours_of_later_stages(unit: Unit) -> NDArray[np.float64]:
    """Return hours that a case of one victim in each stage is to bring after it, by the means.

    Stages count by the share of cases that come to them.

    Returns
    -------
    Shape (stages + 1,); the last is 0, of a case that is through all of them.
    """
    found = np.zeros(len(unit.stages) + 1)
    for number in range(len(unit.stages) - 1, 0, -1):
        stage = unit.stages[number]
        own = sum(work.mean_hours for work in stage.work)
        found[number - 1] = stage.share * (own + found[number])
    return found


def hours_to_come(simulated: Simulated, day: float) -> NDArray[np.float64]:
    """Return hours of later stages, as expected, of cases that are open on a day.

    Parameters
    ----------
    simulated
        What happened.
    day
        From the start of the warm-up.

    Returns
    -------
    Shape (replications,).
    """
    unit, cases = simulated.unit, simulated.cases
    of_start = np.isnan(cases.opened)
    first = np.zeros(cases.opened.size, dtype=np.int64)
    stages = np.repeat(np.arange(len(unit.stages)), unit.waiting)
    first[of_start] = np.tile(stages, simulated.horizon.replications)
    is_open = (of_start | (cases.opened <= day)) & ~(cases.closed <= day)
    stage = (first + (cases.stage_ends <= day).sum(axis=1))[is_open]
    victims = np.maximum(cases.victims[is_open], 1)
    hours = hours_of_later_stages(unit)[stage]
    hours *= 1 + unit.arrivals.further_victim * (victims - 1)
    number = simulated.horizon.replications
    found = np.bincount(cases.replication[is_open], weights=hours, minlength=number)
    return found.astype(np.float64)
