"""Where a crew would go instead: the place where one further visit prevents most."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rightplace.deploy.weekly.solution import borough_visits, place_day_visits

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.deploy.weekly.limits import PlanLimits
    from rightplace.deploy.weekly.problem import PlanProblem


def further_worth(problem: PlanProblem, visits: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return what one further visit would prevent, 0 where a limit refuses it, as the demand.

    It is made by crews that are there anyway, so what crews, boroughs and BCUs may do together is
    not in its way; what the place may have is: caps, its specialists, its distance from others.

    Parameters
    ----------
    problem
        The plan's problem.
    visits
        Shape (n_cells, n_slots).
    """
    rules = problem.rules
    refused = visits >= rules.cap_per_slot
    per_day = place_day_visits(visits, problem.day)[:, problem.day]
    if rules.cap_per_day is not None:
        refused |= per_day >= rules.cap_per_day
    if rules.cap_per_plan is not None:
        refused |= (visits.sum(axis=1) >= rules.cap_per_plan)[:, None]
    if problem.limits is not None:
        refused |= per_day >= problem.limits.day_most[:, None]
        refused |= (visits.sum(axis=1) >= problem.limits.plan_most)[:, None]
        refused |= _lack_specialists(problem, problem.limits, visits)
        refused |= _too_near(problem.limits, visits)
    return np.where(refused, 0.0, _worth(problem, visits))


def two_best(cells: NDArray[np.int64], worth: NDArray[np.float64]) -> list[int]:
    """Return the two cells of most worth above 0, the earlier first among equals."""
    order = np.argsort(-worth, kind="stable")[:2]
    return [int(cells[i]) for i in order if worth[i] > 0]


def _worth(problem: PlanProblem, visits: NDArray[np.int64]) -> NDArray[np.float64]:
    if problem.carry_over is None:
        turn = np.minimum(visits, problem.gain.shape[1] - 1)
        worth: NDArray[np.float64] = (
            problem.demand * problem.gain[np.arange(problem.n_slots)[None, :], turn]
        )
        return worth
    worth = np.zeros(visits.shape)
    for day in range(int(problem.day.max()) + 1):
        slots = np.flatnonzero(problem.day == day)
        stands = problem.carry_over.prevented_shares(visits[:, slots], slots=slots)
        for turn, slot in enumerate(slots.tolist()):
            more = visits[:, slots].copy()
            more[:, turn] += 1
            added = problem.carry_over.prevented_shares(more, slots=slots) - stands
            # Where nothing is added the demand may be unknown, and must not spoil the sum.
            worth[:, slot] = np.where(added > 0, problem.demand[:, slots] * added, 0.0).sum(axis=1)
    return worth


def _lack_specialists(
    problem: PlanProblem, limits: PlanLimits, visits: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Return where a further visit needs a specialist and none is left."""
    needed = limits.specialists_needed(visits)
    more = limits.specialists_needed(visits + 1) > needed
    used = borough_visits(problem, needed)
    full = (used >= limits.specialist_capacity) | (needed.sum() >= limits.specialist_total)
    found: NDArray[np.bool_] = more & full[np.maximum(problem.borough, 0)]
    return found


def _too_near(limits: PlanLimits, visits: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return where another place that must stand apart is visited in the slot."""
    refused = np.zeros(visits.shape, dtype=np.bool_)
    for group in limits.apart:
        visited = visits[group] > 0
        refused[group] |= visited.sum(axis=0)[None, :] > visited
    return refused
