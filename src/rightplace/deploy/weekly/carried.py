"""What each visit of a plan adds, and what is left of earlier ones, with and without carry-over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.deploy.weekly.problem import PlanProblem


def standing_visits(problem: PlanProblem, visits: NDArray[np.int64]) -> NDArray[np.float64] | None:
    """Return visits with what is left of earlier ones of the day, or None without carry-over.

    Parameters
    ----------
    problem
        The plan's problem.
    visits
        Shape (n_cells, n_slots), as the answer.
    """
    if problem.carry_over is None:
        return None
    standing = np.zeros(visits.shape)
    for day in range(int(problem.day.max()) + 1):
        slots = np.flatnonzero(problem.day == day)
        standing[:, slots] = problem.carry_over.standing(visits[:, slots])
    return standing


def added_by_each(
    problem: PlanProblem, visits: NDArray[np.int64], values: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return what each visit adds to those before it on its day, (n_cells, n_slots, cap).

    With carry-over a visit adds also in later slots, less what is there already. The sum over a
    plan's visits is what they prevent together.

    Parameters
    ----------
    problem
        The plan's problem.
    visits
        Shape (n_cells, n_slots).
    values
        Shape (n_cells, n_slots). Expected count or harm.
    """
    depth = problem.gain.shape[1]
    if problem.carry_over is None:
        return values[:, :, None] * problem.gain[None]
    added = np.zeros((*visits.shape, depth))
    for day in range(int(problem.day.max()) + 1):
        slots = np.flatnonzero(problem.day == day)
        before = np.zeros((len(visits), slots.size), dtype=np.int64)
        for place, slot in enumerate(slots.tolist()):
            less = problem.carry_over.prevented_shares(before, slots=slots)
            for turn in range(depth):
                before[:, place] = turn + 1
                more = problem.carry_over.prevented_shares(before, slots=slots)
                worth = np.where(more > less, values[:, slots] * (more - less), 0.0)
                added[:, slot, turn] = worth.sum(axis=1)
                less = more
            before[:, place] = visits[:, slot]
    return added
