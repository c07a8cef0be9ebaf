"""Crew minutes that the plan leaves, each with its reason: none vanish, none read as quiet."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rightplace.deploy.crews import slots_of_crews
from rightplace.deploy.weekly.solution import borough_visits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rightplace.core import Slot
    from rightplace.deploy.crews import Crew
    from rightplace.deploy.weekly.problem import Places, PlanProblem
    from rightplace.deploy.weekly.solution import PlanSolution


@dataclass(frozen=True, slots=True, kw_only=True)
class CrewMinutes:
    """Minutes of a borough's crews, and what became of them.

    Parameters
    ----------
    borough
        Name as the crews give it.
    minutes
        Crew minutes over the plan, above 0.
    reason
        Why no visit is made in them; None for those used by visits and the way to them.
    """

    borough: str
    minutes: float
    reason: str | None


def account_for_minutes(
    problem: PlanProblem,
    solution: PlanSolution,
    *,
    crews: Sequence[Crew],
    slots: Sequence[Slot],
    places: Places,
) -> tuple[CrewMinutes, ...]:
    """Return what became of every crew minute, by borough; they sum to what the crews have."""
    per_visit = problem.rules.minutes_per_visit
    used = borough_visits(problem, solution.visits).sum(axis=1)
    inside = slots_of_crews(crews, slots) >= 0
    found: list[CrewMinutes] = []
    for borough in sorted({crew.borough for crew in crews}):
        late = [c for c, in_plan in zip(crews, inside, strict=True) if not in_plan]
        here = [c for c, in_plan in zip(crews, inside, strict=True) if in_plan]
        rows: list[tuple[float, str | None]] = [
            (_minutes(late, borough), "on duty outside the period of the plan")
        ]
        total = _minutes(here, borough)
        reason = _nowhere_to_go(borough, places)
        if reason is not None:
            rows.append((total, reason))
        else:
            fit = sum(crew.visits(per_visit) for crew in here if crew.borough == borough)
            made = int(used[problem.borough_names.index(borough)])
            rows += [
                (float(made * per_visit), None),
                (float((fit - made) * per_visit), "no further visit is allowed or of use"),
                (total - fit * per_visit, "too few minutes left for another visit"),
            ]
        found += [
            CrewMinutes(borough=borough, minutes=minutes, reason=why)
            for minutes, why in rows
            if minutes > 0
        ]
    return tuple(found)


def used_share(account: Sequence[CrewMinutes]) -> float:
    """Return the share of all crew minutes that visits use, 0 to 1, the way included."""
    total = math.fsum(row.minutes for row in account)
    return math.fsum(row.minutes for row in account if row.reason is None) / total


def _minutes(crews: Sequence[Crew], borough: str) -> float:
    return math.fsum(crew.minutes for crew in crews if crew.borough == borough)


def _nowhere_to_go(borough: str, places: Places) -> str | None:
    """Return why a borough has no place to visit, or None if it has one."""
    here = np.array([name == borough for name in places.boroughs], dtype=np.bool_)
    if not here.any():
        return f"no place of {borough} in the study area"
    if (here & places.visitable).any():
        return None
    if (here & places.masked & ~places.excluded).any():
        return f"no data for {borough}"
    return f"every place in {borough} is excluded from patrol"
