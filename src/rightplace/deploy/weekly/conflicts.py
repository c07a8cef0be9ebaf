"""Which demands conflict when no plan meets every required minimum."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from rightplace.deploy.weekly.borough import boroughs_of
from rightplace.deploy.weekly.visit_model import VisitModel
from rightplace.errors import InfeasibleError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rightplace.deploy.weekly.borough import BoroughProblem
    from rightplace.deploy.weekly.problem import PlanProblem

_MOST_NAMED = 10
_HALF = 0.5  # prices of a flow are 0 or 1


class PlanInfeasibleError(InfeasibleError):
    """No plan meets every required minimum; ``conflicts`` names the demands, one text each."""

    def __init__(self, conflicts: Sequence[str]) -> None:
        super().__init__(
            f"No plan meets every demand. {' '.join(conflicts)}",
            value=conflicts[0],
            remedy="Lower a minimum, raise a cap or add crews.",
        )
        self.conflicts = tuple(conflicts)


def conflicts_of(problem: PlanProblem) -> tuple[str, ...]:
    """Return the demands that no plan can meet together, one text for each conflict."""
    found = [
        f"{problem.cell_ids[cell]} must have {problem.minimum[cell]} visits but may not be visited."
        for cell in np.flatnonzero((problem.minimum > 0) & ~problem.visitable)
    ]
    for part in boroughs_of(problem):
        if part.minimum.any():
            found += _conflicts_within(part, problem)
    return tuple(found)


def _conflicts_within(part: BoroughProblem, problem: PlanProblem) -> Iterator[str]:
    """Yield the conflict of one borough, if there is one.

    The most visits that can count towards the minima are a maximum flow. Where it falls short,
    its dual is a minimum cut: the places on one side ask for more than the cut lets through.
    """
    asked = np.flatnonzero(part.minimum > 0)
    minimum = part.minimum[asked]
    flow = replace(
        part,
        cells=part.cells[asked],
        value=np.ones((asked.size, *part.value.shape[1:])),
        minimum=np.zeros_like(minimum),
        cap_per_plan=np.minimum(part.cap_per_plan[asked], minimum),
    )
    served = VisitModel(flow).solve(flow)
    short_by = int(minimum.sum()) - int(served.visits.sum())
    if short_by == 0:
        return
    # Places that have a price of their own are served whatever the others ask for.
    rivals = (served.prices.place < _HALF) | (flow.cap_per_plan < minimum)
    named = listed(
        f"{problem.cell_ids[cell]} ({least})"
        for cell, least in zip(flow.cells[rivals], minimum[rivals], strict=True)
    )
    wanted = int(minimum[rivals].sum())
    full = np.flatnonzero(served.prices.slot > _HALF)
    limit = listed(problem.slot_names[slot] for slot in full) or "none; the caps leave no more"
    yield (
        f"In {problem.borough_names[part.borough]} the minimum visits of {named} are {wanted}; "
        f"{wanted - short_by} can be made (crews used up in: {limit})."
    )


def listed(names: Iterable[str]) -> str:
    """Return names with commas, the first few of them if they are many."""
    every = list(names)
    more = len(every) - _MOST_NAMED
    return ", ".join(every[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
