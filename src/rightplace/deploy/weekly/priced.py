"""The best plan where boroughs share limits, or slots of a day share what visits prevent.

Prices on what is shared take the plan apart; what places then choose gives the bound, and, once
repaired, the plan. The bound holds whatever the prices, so the gap that is printed is true
whether or not they are good. Small problems are solved whole, their prices too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rightplace.deploy.weekly.breaches import breaches
from rightplace.deploy.weekly.descent import Priced, first_prices, lowered
from rightplace.deploy.weekly.limit_conflicts import impossible_by_itself, impossible_together
from rightplace.deploy.weekly.pattern_model import PatternModel
from rightplace.deploy.weekly.place_days import place_days
from rightplace.deploy.weekly.repair import Repair
from rightplace.deploy.weekly.shared_limits import SharedLimits
from rightplace.deploy.weekly.solution import PlanSolution, binding_limits
from rightplace.deploy.weekly.visit_model import SolverStoppedError
from rightplace.errors import RightplaceError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.deploy.weekly.problem import PlanProblem

SMALL = 4000
"""Patterns of all places and days up to which a problem is solved whole."""
_STEPS, _ROUNDS = 150, 8
_CLOSE = 1e-5
_WORTH_A_ROUND = 0.05


class NoPlanFoundError(RightplaceError, RuntimeError):
    """Limits can be met in parts of visits, as far as is known, but no whole plan was found."""

    code = "no-plan-found"


def solve_priced(
    problem: PlanProblem, *, rounds: int = _ROUNDS, small: int = SMALL
) -> PlanSolution:
    """Return a plan within every limit, and a bound that no such plan exceeds.

    Parameters
    ----------
    problem
        The plan's problem; the same one gives the same visits.
    rounds
        How often prices and plan are improved in turn, at most.
    small
        Patterns up to which the problem is solved whole.
    """
    impossible_by_itself(problem)
    if not problem.visitable.any():
        return _nowhere_to_go(problem)
    shared = SharedLimits(problem, place_days(problem))
    if np.isfinite(shared.places.worth).sum() <= small:
        return _solved_whole(problem, shared)
    choice, priced = _improved(shared, rounds=rounds)
    if choice is None:
        return _without_a_plan(problem, shared)
    return _solution(problem, shared, choice, priced, method="prices on shared limits")


def preview_priced(problem: PlanProblem) -> PlanSolution:
    """Return a plan at once: the visit worth most, again and again, with a bound of few steps."""
    impossible_by_itself(problem)
    if not problem.visitable.any():
        return _nowhere_to_go(problem)
    shared = SharedLimits(problem, place_days(problem))
    prices = first_prices(shared)
    choice = _from_nothing(shared, prices)
    if choice is None:
        return _without_a_plan(problem, shared)
    reached = shared.places.prevented(choice)
    priced = lowered(shared, prices, reached=reached, steps=20, close=_CLOSE)
    return _solution(problem, shared, choice, priced, method="greedy preview")


def preview_visits(problem: PlanProblem) -> NDArray[np.int64]:
    """Return visits by greed, (n_cells, n_slots): every most is kept, a least perhaps not."""
    visits = np.zeros(problem.demand.shape, dtype=np.int64)
    if problem.visitable.any():
        shared = SharedLimits(problem, place_days(problem))
        repair = _greedy(shared, first_prices(shared))
        visits[shared.places.cells] = shared.places.visits_of(repair.choice)
    return visits


def _nowhere_to_go(problem: PlanProblem) -> PlanSolution:
    visits = np.zeros(problem.demand.shape, dtype=np.int64)
    return PlanSolution(
        visits=visits,
        objective=0.0,
        bound=0.0,
        visit_price=np.zeros(problem.capacity.shape),
        binding=binding_limits(problem, visits),
        method="no place may be visited",
    )


def _improved(shared: SharedLimits, *, rounds: int) -> tuple[NDArray[np.int64] | None, Priced]:
    """Return the best allowed patterns found, and the best prices."""
    prices = first_prices(shared)
    best = _from_nothing(shared, prices)
    reached = 0.0 if best is None else shared.places.prevented(best)
    priced = Priced(prices=prices, pick=shared.pick(prices), steps=0)
    for _ in range(rounds):
        gap = priced.pick.bound - reached
        # Without a plan yet, prices are lowered towards a guess; any prices give a true bound.
        towards = reached if best is not None else priced.pick.bound * (1 - _WORTH_A_ROUND)
        priced = lowered(shared, priced.prices, reached=towards, steps=_STEPS, close=_CLOSE)
        repair = Repair(shared, priced.pick.choice, priced.prices)
        repair.run()
        found = shared.places.prevented(repair.choice) if repair.is_allowed else -np.inf
        if repair.is_allowed and (best is None or found > reached):
            best, reached = repair.choice, found
        left = priced.pick.bound - reached
        if best is not None and (
            left <= _CLOSE * priced.pick.bound or gap - left < _WORTH_A_ROUND * gap
        ):
            break
    return best, priced


def _from_nothing(shared: SharedLimits, prices: NDArray[np.float64]) -> NDArray[np.int64] | None:
    """Return the patterns of greed alone, or None if they miss what is required."""
    repair = _greedy(shared, prices)
    return repair.choice if repair.is_allowed else None


def _greedy(shared: SharedLimits, prices: NDArray[np.float64]) -> Repair:
    asked = ~np.isfinite(shared.places.worth[:, :, 0])  # places with a floor on the day
    repair = Repair(shared, np.where(asked, shared.pick(prices).choice, 0), prices)
    repair.run()
    return repair


def _solved_whole(problem: PlanProblem, shared: SharedLimits) -> PlanSolution:
    model = PatternModel(shared)
    choice = model.choice()
    if choice is None:
        return _without_a_plan(problem, shared)
    prices = model.prices()
    priced = Priced(prices=prices, pick=shared.pick(prices), steps=0)
    # The relaxation of HiGHS allows parts of a place's visits over the plan; the bound does not.
    priced = lowered(
        shared, prices, reached=shared.places.prevented(choice), steps=_STEPS, close=_CLOSE / 10
    )
    return _solution(problem, shared, choice, priced, method="integer programme")


def _without_a_plan(problem: PlanProblem, shared: SharedLimits) -> PlanSolution:
    """Say why there is no plan.

    Raises
    ------
    NoPlanFoundError
        If no conflict is found either.
    """
    impossible_together(problem, shared, PatternModel(shared).conflict())
    msg = "No plan was found that keeps every limit, and no conflict that proves there is none."
    raise NoPlanFoundError(msg, remedy="Lower a floor or a minimum, or shorten the separation.")


def _solution(
    problem: PlanProblem,
    shared: SharedLimits,
    choice: NDArray[np.int64],
    priced: Priced,
    *,
    method: str,
) -> PlanSolution:
    """Return the plan of patterns, checked by what does not know how it was made.

    Raises
    ------
    SolverStoppedError
        If it breaks a limit.
    """
    visits = np.zeros(problem.demand.shape, dtype=np.int64)
    visits[shared.places.cells] = shared.places.visits_of(choice)
    broken = breaches(problem, visits)
    if broken:
        msg = f"The plan that was found is not allowed: {'; '.join(broken)}."
        raise SolverStoppedError(msg, remedy="Report it with the inputs of the plan.")
    objective = max(shared.places.prevented(choice), 0.0)
    crews = priced.prices[shared.parts["crew"]]
    return PlanSolution(
        visits=visits,
        objective=objective,
        # Only rounding can put the bound below a plan that exists.
        bound=max(priced.pick.bound, objective),
        visit_price=crews.reshape(problem.capacity.shape),
        binding=binding_limits(problem, visits),
        method=method,
    )
