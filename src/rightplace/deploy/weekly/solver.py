"""The best plan there is, with its bound, its gap, what binds and what each limit costs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from rightplace.deploy.weekly.borough import boroughs_of
from rightplace.deploy.weekly.conflicts import PlanInfeasibleError, conflicts_of
from rightplace.deploy.weekly.limit_costs import ConstraintCost, limit_costs
from rightplace.deploy.weekly.priced import solve_priced
from rightplace.deploy.weekly.solution import PlanSolution, binding_limits
from rightplace.deploy.weekly.visit_model import BoroughSolution, VisitModel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rightplace.deploy.weekly.borough import BoroughProblem
    from rightplace.deploy.weekly.problem import PlanProblem


def solve(problem: PlanProblem) -> PlanSolution:
    """Return the visits that prevent most, proven by a bound that does not trust the solver.

    Each borough is solved by itself, for crews stay in theirs, and exactly. With limits that
    boroughs share, or visits that share what they prevent, prices on what is shared take the
    plan apart, and the gap is stated. The same problem gives the same visits.

    Raises
    ------
    PlanInfeasibleError
        If no plan meets every required minimum.
    """
    if not problem.is_separable:
        return solve_priced(problem)
    conflicts = conflicts_of(problem)
    if conflicts:
        raise PlanInfeasibleError(conflicts)
    visits = np.zeros(problem.demand.shape, dtype=np.int64)
    prices = np.zeros(problem.capacity.shape)
    objective = bound = 0.0
    for part in boroughs_of(problem):
        found = VisitModel(part).solve(part)
        visits[part.cells] = found.visits
        prices[part.borough] = found.prices.slot
        objective += found.objective
        bound += found.bound
    return PlanSolution(
        visits=visits,
        objective=objective,
        bound=bound,
        visit_price=prices,
        binding=binding_limits(problem, visits),
        method="simplex by borough",
    )


def constraint_costs(
    problem: PlanProblem, solution: PlanSolution | None = None
) -> tuple[ConstraintCost, ...]:
    """Return what one crew-hour more in each borough and one visit more under each cap prevent.

    Each figure comes from solving again. The crew-hour is given in the slot of the borough where
    it prevents most; boroughs without crews or places that may be visited are left out. Where
    boroughs share limits, the cost of each kind of limit comes first (``limit_costs``).

    Parameters
    ----------
    problem
        The plan's problem.
    solution
        Its solution, where it is at hand.
    """
    if not problem.is_separable:
        return limit_costs(problem, solve(problem) if solution is None else solution)
    hour = problem.rules.visits_per_crew_hour
    crews: list[ConstraintCost] = []
    caps: dict[str, tuple[float, float]] = {}
    for part in boroughs_of(problem):
        if not (part.cells.size and part.capacity.any()):
            continue
        model = VisitModel(part, spare=hour)
        now = model.solve(part)
        crews.append(_crew_hour(problem, part, model, now))
        for name, wider in _wider_caps(problem, part):
            lo, hi = _difference(model.solve(wider), now)
            before = caps.get(name, (0.0, 0.0))
            caps[name] = (before[0] + lo, before[1] + hi)
    return (*crews, *(ConstraintCost(name=name, lo=lo, hi=hi) for name, (lo, hi) in caps.items()))


def _crew_hour(
    problem: PlanProblem, part: BoroughProblem, model: VisitModel, now: BoroughSolution
) -> ConstraintCost:
    """Return the worth of one crew-hour in the slot where it is worth most.

    A price is an upper bound on what each further visit is worth, so slots are tried from the
    dearest, until no price left can beat the best found.
    """
    hour = problem.rules.visits_per_crew_hour
    best, best_slot = (0.0, 0.0), 0
    for tried, slot in enumerate(np.argsort(-now.prices.slot, kind="stable")):
        if tried and hour * now.prices.slot[slot] <= best[0]:
            break
        capacity = part.capacity.copy()
        capacity[slot] += hour
        found = _difference(model.solve(replace(part, capacity=capacity)), now)
        if not tried or found[0] > best[0]:
            best, best_slot = found, int(slot)
    name = (
        f"one more crew-hour in {problem.borough_names[part.borough]} "
        f"({hour} visits, {problem.slot_names[best_slot]})"
    )
    return ConstraintCost(name=name, lo=best[0], hi=best[1])


def _wider_caps(problem: PlanProblem, part: BoroughProblem) -> Sequence[tuple[str, BoroughProblem]]:
    """Return the borough's problem with each cap one visit wider, and what to call it."""
    rules = problem.rules
    found = []
    if part.value.shape[2] > rules.cap_per_slot:
        wider = replace(part, cap_per_slot=part.cap_per_slot + 1)
        found.append((f"one more visit per place and slot (cap {rules.cap_per_slot})", wider))
    if rules.cap_per_day is not None:
        wider = replace(part, cap_per_day=part.cap_per_day + 1)
        found.append((f"one more visit per place and day (cap {rules.cap_per_day})", wider))
    if rules.cap_per_plan is not None:
        wider = replace(part, cap_per_plan=part.cap_per_plan + 1)
        found.append((f"one more visit per place and plan (cap {rules.cap_per_plan})", wider))
    return found


def _difference(wider: BoroughSolution, now: BoroughSolution) -> tuple[float, float]:
    """Return the interval of what a wider limit prevents more; never below 0, for it can only."""
    return max(0.0, wider.objective - now.bound), max(0.0, wider.bound - now.objective)
