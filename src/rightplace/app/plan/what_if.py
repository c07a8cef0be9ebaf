"""What the plan would be with other crews, another measure or other floors: side by side."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from rightplace.deploy.weekly.breaches import prevented
from rightplace.deploy.weekly.conflicts import PlanInfeasibleError
from rightplace.deploy.weekly.solver import solve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rightplace.app.plan.making import Planned
    from rightplace.deploy import PlanProblem

CREW_SHARES = (0.8, 0.9, 1.1, 1.2)
FLOOR_SHARES = (0.0, 0.5, 1.5)


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """One variant of the plan.

    Parameters
    ----------
    name
        What is different.
    status
        ``optimal``, ``gap`` or ``infeasible``; figures are 0 where no plan is possible.
    objective, bound
        In the unit named; the best plan lies between the two.
    prevented_count, prevented_harm
        At the mean effect: planned, not achieved.
    """

    name: str
    status: str
    unit: str
    objective: float
    bound: float
    visits: int
    prevented_count: float
    prevented_harm: float


def what_if(planned: Planned) -> tuple[WhatIf, ...]:
    """Return the plan and its variants, each solved anew."""
    return tuple(
        _row(planned, name, problem, unit=unit) for name, problem, unit in _variants(planned)
    )


def _variants(planned: Planned) -> Iterator[tuple[str, PlanProblem, str]]:
    """Yield each variant with its name and the unit of its objective."""
    problem = planned.problem
    by_harm = planned.settings.objective == "harm"
    unit, other = ("harm", "incidents") if by_harm else ("incidents", "harm")
    yield "as planned", problem, unit
    for share in CREW_SHARES:
        crews = np.floor(problem.capacity * share + 0.5).astype(np.int64)
        yield f"crew visits x {share:g}", replace(problem, capacity=crews), unit
    demand = planned.counts if by_harm else planned.harm
    yield f"to prevent most {other}", replace(problem, demand=demand), other
    limits = problem.limits
    if limits is not None and limits.borough_least.any():
        for share in FLOOR_SHARES:
            least = np.ceil(limits.borough_least * share).astype(np.int64)
            changed = replace(problem, limits=replace(limits, borough_least=least))
            yield f"floors of boroughs x {share:g}", changed, unit


def _row(planned: Planned, name: str, problem: PlanProblem, *, unit: str) -> WhatIf:
    try:
        found = planned.solution if problem is planned.problem else solve(problem)
    except PlanInfeasibleError:
        return WhatIf(
            name=name,
            status="infeasible",
            unit=unit,
            objective=0.0,
            bound=0.0,
            visits=0,
            prevented_count=0.0,
            prevented_harm=0.0,
        )
    count, harm = (
        prevented(replace(problem, demand=values), found.visits)
        for values in (planned.counts, planned.harm)
    )
    return WhatIf(
        name=name,
        status=found.status,
        unit=unit,
        objective=found.objective,
        bound=found.bound,
        visits=int(found.visits.sum()),
        prevented_count=count,
        prevented_harm=harm,
    )
