"""Which limits no plan can keep, each by itself or together, in words that name the demand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rightplace.deploy.weekly.conflicts import PlanInfeasibleError, listed
from rightplace.deploy.weekly.solution import borough_visits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from rightplace.deploy.weekly.problem import PlanProblem
    from rightplace.deploy.weekly.shared_limits import SharedLimits


def impossible_by_itself(problem: PlanProblem) -> None:
    """Check each demand against what stands against it alone.

    Raises
    ------
    PlanInfeasibleError
        If one cannot be met whatever else is planned; every one is named.
    """
    found = list(_places(problem))
    if problem.limits is not None:
        found += _boroughs(problem)
    if found:
        raise PlanInfeasibleError(found)


def _places(problem: PlanProblem) -> Iterator[str]:
    """Yield demands of single places that their own caps refuse."""
    asked = problem.minimum.copy()
    days = int(problem.day.max()) + 1
    if problem.limits is not None:
        asked = np.maximum(asked, problem.limits.day_least * days)
    for cell in np.flatnonzero((asked > 0) & ~problem.visitable):
        yield f"{problem.cell_ids[cell]} must have {asked[cell]} visits but may not be visited."
    most = _most_on_a_day(problem)
    if problem.limits is not None:
        least = problem.limits.day_least
        for cell in np.flatnonzero((least > most.min(axis=1)) & problem.visitable):
            day = int(most[cell].argmin())
            yield (
                f"{problem.cell_ids[cell]} must have {least[cell]} visits every day, but its caps "
                f"leave {most[cell, day]} on day {day + 1}."
            )
    room = np.minimum(most.sum(axis=1), _most_over_plan(problem))
    for cell in np.flatnonzero((asked > room) & problem.visitable):
        yield (
            f"{problem.cell_ids[cell]} must have {asked[cell]} visits over the plan, but its caps "
            f"leave {room[cell]}."
        )


def _most_on_a_day(problem: PlanProblem) -> NDArray[np.int64]:
    """Return the most visits that a place's own caps allow on each day, (n_cells, n_days)."""
    in_slots = np.bincount(problem.day) * problem.rules.cap_per_slot
    most = np.tile(in_slots, (problem.minimum.size, 1)).astype(np.int64)
    if problem.rules.cap_per_day is not None:
        most = np.minimum(most, problem.rules.cap_per_day)
    if problem.limits is not None:
        most = np.minimum(most, problem.limits.day_most[:, None])
    return most


def _most_over_plan(problem: PlanProblem) -> NDArray[np.int64]:
    cap = problem.rules.cap_per_plan
    most = np.full(problem.minimum.size, np.iinfo(np.int64).max if cap is None else cap)
    return most if problem.limits is None else np.minimum(most, problem.limits.plan_most)


def _boroughs(problem: PlanProblem) -> Iterator[str]:
    """Yield floors of boroughs that their crews, places or ceilings refuse."""
    limits = problem.limits
    if limits is None:
        return
    per_slot = np.where(problem.visitable[:, None], problem.rules.cap_per_slot, 0)
    room = np.minimum(
        borough_visits(problem, np.broadcast_to(per_slot, problem.demand.shape)), problem.capacity
    ).sum(axis=1)
    for number, name in enumerate(problem.borough_names):
        least, most = limits.borough_least[number], limits.borough_most[number]
        if least > room[number]:
            yield (
                f"{name} must have {least} visits over the plan, but its crews and places allow "
                f"{room[number]}."
            )
        if least > most:
            yield f"{name} must have {least} visits over the plan, and at most {most}."


def impossible_together(
    problem: PlanProblem,
    shared: SharedLimits,
    conflict: tuple[NDArray[np.int64], NDArray[np.int64], float],
) -> None:
    """Check that required visits can be made together.

    Parameters
    ----------
    problem, shared
        The plan and its rows.
    conflict
        Rows that ask for visits, rows that stand against them, and by how many visits.

    Raises
    ------
    PlanInfeasibleError
        If they cannot; both sides are named.
    """
    asking, against, short = conflict
    if asking.size == 0:
        return
    on_days = [
        f"of {problem.cell_ids[shared.places.cells[place]]} on day {day + 1}"
        for place, day in (
            divmod(int(row) - shared.most.size, len(shared.places.slots))
            for row in asking[asking >= shared.most.size]
        )
    ]
    over_plan = [_named(problem, shared, row) for row in asking[asking < shared.most.size]]
    wanted = listed(over_plan + on_days)
    limits = listed(_named(problem, shared, row) for row in against) or "caps of the places"
    text = f"The required visits {wanted} cannot all be made beside {limits}: {short:g} lack."
    raise PlanInfeasibleError([text])


def _named(problem: PlanProblem, shared: SharedLimits, row: int) -> str:
    """Return a row of the shared limits in words."""
    kind = next(k for k, part in shared.parts.items() if part.start <= row < part.stop)
    number = row - shared.parts[kind].start
    index, slot = divmod(number, problem.n_slots)
    least, most = f"{shared.least[row]:g}", f"{shared.most[row]:g}"
    if kind == "place":
        cell = problem.cell_ids[shared.places.cells[number]]
        return f"of {cell} ({least})" if shared.least[row] else f"at most {most} to {cell}"
    if kind == "borough":
        name = problem.borough_names[number]
        return f"of {name} ({least})" if shared.least[row] else f"at most {most} in {name}"
    if kind == "specialist_total":
        return f"{most} specialist visits in all"
    where = problem.slot_names[slot]
    if kind == "bcu" and problem.limits is not None:
        return f"the response cover of {problem.limits.bcu_names[index]}, {where} ({most} visits)"
    if kind == "apart":
        return f"the separation of places, {where}"
    what = {"crew": "crews", "specialist": "specialist crews"}[kind]
    return f"{what} of {problem.borough_names[index]}, {where} ({most} visits)"
