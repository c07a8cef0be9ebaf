"""What somebody changes in a plan: places left out or wanted, crews taken away or shortened."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from rightplace.errors import BadInputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rightplace.app.replan.running import Running
    from rightplace.core import Slot
    from rightplace.deploy import Crew, PlanProblem

MOST_CHANGES = 200
"""Changes of one plan; a choice of ours: beyond it a new plan is meant."""
MOST_VISITS = 99


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Changes of a plan, by id; why and by whom is kept beside them.

    Parameters
    ----------
    left_out
        Places that must have no visit.
    wanted
        Visits that a place must have at least, by place.
    without
        Crews that make none.
    minutes
        Minutes that a crew has at most in each of its duties, by crew.

    Raises
    ------
    UsageError
        If nothing is changed, too much is, or one thing is changed in two ways.
    """

    left_out: tuple[str, ...] = ()
    wanted: tuple[tuple[str, int], ...] = ()
    without: tuple[str, ...] = ()
    minutes: tuple[tuple[str, int], ...] = ()

    def __post_init__(self) -> None:
        """Check that it can be meant.

        Raises
        ------
        UsageError
            If nothing is changed, too much is, or one thing is changed in two ways.
        """
        places = [*self.left_out, *(cell for cell, _ in self.wanted)]
        crews = [*self.without, *(crew for crew, _ in self.minutes)]
        if not 1 <= len(places) + len(crews) <= MOST_CHANGES:
            msg = f"{len(places) + len(crews)} changes are asked for."
            raise UsageError(msg, remedy=f"Ask for 1 to {MOST_CHANGES}.")
        twice = [n for names in (places, crews) for n in names if names.count(n) > 1]
        if twice:
            msg = f"{twice[0]} is changed in two ways."
            raise UsageError(msg, value=twice[0], remedy="Name it once.")
        if any(not 1 <= visits <= MOST_VISITS for _, visits in self.wanted):
            msg = "A place is wanted with no visit, or with too many."
            raise UsageError(msg, remedy=f"Ask for 1 to {MOST_VISITS} visits.")
        if any(minutes < 1 for _, minutes in self.minutes):
            msg = "A crew is to have no minute."
            raise UsageError(msg, remedy="Take the crew away, or leave it some minutes.")

    @property
    def as_settings(self) -> dict[str, Any]:
        """As the run's record keeps them, in one order."""
        return {
            "left_out": sorted(self.left_out),
            "wanted": dict(sorted(self.wanted)),
            "without": sorted(self.without),
            "minutes": dict(sorted(self.minutes)),
        }


def changed_crews(crews: tuple[Crew, ...], changes: Changes) -> tuple[Crew, ...]:
    """Return the duties that are left, with the minutes that are left to them.

    Parameters
    ----------
    crews
        The plan's duties.
    changes
        What is changed.

    Raises
    ------
    BadInputError
        If the plan has no such crew, or it would get more minutes than it has.
    """
    most = dict(changes.minutes)
    held = {crew.crew_id for crew in crews}
    unknown = sorted({*changes.without, *most} - held)
    if unknown:
        msg = f"The plan has no crew {unknown[0]!r}."
        raise BadInputError(msg, value=unknown[0], remedy="Name a crew of the plan.")
    for crew_id, minutes in most.items():
        longest = max(crew.minutes for crew in crews if crew.crew_id == crew_id)
        if minutes >= longest:
            msg = f"{crew_id} has {longest:g} minutes at most; {minutes} would be no fewer."
            raise BadInputError(msg, value=minutes, remedy="Give fewer minutes.")
    return tuple(
        replace(crew, minutes=min(crew.minutes, most.get(crew.crew_id, crew.minutes)))
        for crew in crews
        if crew.crew_id not in changes.without
    )


def with_specialists(
    problem: PlanProblem, crews: tuple[Crew, ...], *, slots: Sequence[Slot]
) -> PlanProblem:
    """Return a problem with the visits that specialists among the crews can make.

    Parameters
    ----------
    problem
        The problem with the crews that are left.
    crews
        Those crews.
    slots
        The plan's slots.
    """
    from rightplace.deploy.weekly.problem import visit_capacity

    limits = problem.limits
    if limits is None or not limits.specialist_share.any():
        return problem
    capacity = visit_capacity(
        [crew for crew in crews if crew.specialist],
        slots=slots,
        boroughs=problem.borough_names,
        rules=problem.rules,
    )
    return replace(problem, limits=replace(limits, specialist_capacity=capacity))


def with_less_cover(running: Running, problem: PlanProblem, crews: tuple[Crew, ...]) -> PlanProblem:
    """Return a problem in which response keeps its minutes although crews have fewer.

    What is taken from a BCU's crews goes off its visits, whole visits rounded up.

    Parameters
    ----------
    running
        The plan before.
    problem
        The problem with the crews that are left.
    crews
        Those crews.
    """
    limits = problem.limits
    if limits is None or not limits.bcu_names:
        return problem
    index = {name: i for i, name in enumerate(problem.borough_names)}
    slot = running.slot
    gone = np.zeros(limits.bcu_most.shape)
    for sign, duties in ((1, running.crews), (-1, crews)):
        for crew in duties:
            bcu, at = int(limits.bcu[index[crew.borough]]), slot.get(crew.slot_start, -1)
            if bcu >= 0 and at >= 0:
                gone[bcu, at] += sign * crew.minutes
    fewer = np.ceil(gone / problem.rules.minutes_per_visit - 1e-9).astype(np.int64)
    most = np.maximum(limits.bcu_most - fewer, 0)
    return replace(problem, limits=replace(limits, bcu_most=most))


def without_places(problem: PlanProblem, left_out: tuple[str, ...]) -> PlanProblem:
    """Return a problem in which some places cannot be visited.

    Parameters
    ----------
    problem
        The plan's problem.
    left_out
        Their ids.

    Raises
    ------
    BadInputError
        If there is no such place, or the plan must visit it: a floor or a nomination stands.
    """
    at = {cell_id: i for i, cell_id in enumerate(problem.cell_ids)}
    _check_places(at, left_out)
    cells = np.array([at[cell_id] for cell_id in left_out], dtype=np.int64)
    least = problem.minimum.copy()
    if problem.limits is not None:
        least = np.maximum(least, problem.limits.day_least)
    bound = [cell_id for cell_id in left_out if least[at[cell_id]] > 0]
    if bound:
        msg = f"The plan must visit {bound[0]}: a floor, a nomination or a term asks for it."
        raise BadInputError(msg, value=bound[0], remedy="Have that ended first.")
    visitable = problem.visitable.copy()
    visitable[cells] = False
    return replace(problem, visitable=visitable)


def check_wanted(problem: PlanProblem, wanted: tuple[tuple[str, int], ...]) -> None:
    """Check that places can have the visits wanted.

    Raises
    ------
    BadInputError
        If there is no such place, or nobody may visit it.
    """
    at = {cell_id: i for i, cell_id in enumerate(problem.cell_ids)}
    _check_places(at, tuple(cell_id for cell_id, _ in wanted))
    for cell_id, _ in wanted:
        if not problem.visitable[at[cell_id]]:
            msg = f"{cell_id} cannot be visited: it is excluded, has no data or no borough."
            raise BadInputError(msg, value=cell_id, remedy="Choose another place.")


def _check_places(at: Mapping[str, int], cell_ids: tuple[str, ...]) -> None:
    """Check that places are in the plan's study area.

    Raises
    ------
    BadInputError
        If one is not.
    """
    for cell_id in cell_ids:
        if cell_id not in at:
            msg = f"The plan's study area has no place {cell_id!r}."
            raise BadInputError(msg, value=cell_id, remedy="Name a place of the plan's forecast.")
