"""What limits that boroughs share cost, each as an interval between bounds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from rightplace.deploy.weekly.limits import no_limits
from rightplace.deploy.weekly.priced import solve_priced

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rightplace.deploy.weekly.problem import PlanProblem
    from rightplace.deploy.weekly.solution import PlanSolution

_ROUNDS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ConstraintCost:
    """What the plan would prevent more if a limit were wider, as an interval.

    Both plans are known within a gap, so their difference is too: from the lower end of the
    wider plan less the upper end of this one, to the reverse (METHODS B9).
    """

    name: str
    lo: float
    hi: float


def limit_costs(problem: PlanProblem, now: PlanSolution) -> tuple[ConstraintCost, ...]:
    """Return what each kind of limit costs, and one crew-hour more in each borough.

    A limit's figure comes from solving without it. That of a crew-hour comes from prices: each
    further visit is worth its slot's price at most, beyond what the plan may miss already.

    Parameters
    ----------
    problem
        The plan's problem.
    now
        Its solution.
    """
    found = [_without(wider, name, now=now) for name, wider in wider_limits(problem)]
    hour = problem.rules.visits_per_crew_hour
    missed = now.bound - now.objective
    for number, name in enumerate(problem.borough_names):
        if problem.capacity[number].any():
            slot = int(now.visit_price[number].argmax())
            found.append(
                ConstraintCost(
                    name=f"one more crew-hour in {name} ({hour} visits, "
                    f"{problem.slot_names[slot]}), at most",
                    lo=0.0,
                    hi=missed + hour * float(now.visit_price[number, slot]),
                )
            )
    return tuple(found)


def wider_limits(problem: PlanProblem) -> Iterator[tuple[str, PlanProblem]]:
    """Yield the problem without each kind of limit that it has, and what to call that."""
    limits = problem.limits
    if limits is None:
        return
    none = no_limits(
        n_cells=limits.specialist_share.size,
        n_boroughs=limits.bcu.size,
        n_slots=problem.n_slots,
    )
    kinds = {
        "response cover": ("bcu", "bcu_names", "bcu_most"),
        "floors of boroughs": ("borough_least",),
        "ceilings of boroughs": ("borough_most",),
        "separation of places": ("apart",),
        "visits that need specialists": ("specialist_share",),
        "most visits by specialists": ("specialist_total",),
        "floors of places and days": ("day_least",),
        "caps of places and days": ("day_most",),
        "largest share of one place": ("plan_most",),
    }
    for name, fields in kinds.items():
        free = {field: getattr(none, field) for field in fields}
        if any(_differ(getattr(limits, field), value) for field, value in free.items()):
            yield f"without: {name}", replace(problem, limits=replace(limits, **free))


def _differ(here: object, there: object) -> bool:
    if isinstance(here, tuple) and isinstance(there, tuple):
        return len(here) != len(there)
    return not np.array_equal(np.asarray(here), np.asarray(there))


def _without(wider: PlanProblem, name: str, *, now: PlanSolution) -> ConstraintCost:
    then = solve_priced(wider, rounds=_ROUNDS)
    return ConstraintCost(
        name=name,
        lo=max(0.0, then.objective - now.bound),
        hi=max(0.0, then.bound - now.objective),
    )
