"""A plan at once: the visit that prevents most, again and again, with a gap of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rightplace.deploy.weekly.borough import boroughs_of
from rightplace.deploy.weekly.certificate import preview_prices, upper_bound
from rightplace.deploy.weekly.priced import preview_priced, preview_visits
from rightplace.deploy.weekly.solution import PlanSolution, binding_limits
from rightplace.errors import UsageError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.deploy.weekly.borough import BoroughProblem
    from rightplace.deploy.weekly.problem import PlanProblem


def greedy(problem: PlanProblem) -> PlanSolution:
    """Return a plan by taking visits in order of what they prevent, as long as they are allowed.

    For a preview: its bound comes from approximate prices, so the gap it states is wider than the
    true one. Ties go to the earlier cell, then to the earlier slot.

    Raises
    ------
    UsageError
        If places have a required minimum, which this plan would not promise.
    """
    if not problem.is_separable:
        return preview_priced(problem)
    if problem.minimum.any():
        msg = "The preview cannot promise the required minimum of visits."
        raise UsageError(msg, remedy="Solve the problem instead.")
    visits = np.zeros(problem.demand.shape, dtype=np.int64)
    prices = np.zeros(problem.capacity.shape)
    objective = bound = 0.0
    for part in boroughs_of(problem):
        if part.cells.size == 0:
            continue
        chosen = _greedy_visits(part)
        visits[part.cells] = chosen
        asked = preview_prices(part)
        prices[part.borough] = asked.slot
        prevented = part.prevented(chosen)
        objective += prevented
        bound += max(upper_bound(part, asked), prevented)  # equal but for rounding
    return PlanSolution(
        visits=visits,
        objective=objective,
        bound=bound,
        visit_price=prices,
        binding=binding_limits(problem, visits),
        method="greedy preview",
    )


def greedy_visits(problem: PlanProblem) -> NDArray[np.int64]:
    """Return the visits of ``greedy`` alone, (n_cells, n_slots), without their bound.

    Required minima are not promised.
    """
    if not problem.is_separable:
        return preview_visits(problem)
    visits = np.zeros(problem.demand.shape, dtype=np.int64)
    for part in boroughs_of(problem):
        if part.cells.size:
            visits[part.cells] = _greedy_visits(part)
    return visits


def _greedy_visits(part: BoroughProblem) -> NDArray[np.int64]:
    """Return one borough's visits, shape (n_places, n_slots).

    The k-th visit never prevents less than the next, so it comes first; and where a cap refuses
    it, it refuses the next too.
    """
    allowed = part.allowed
    visits = np.zeros(allowed.shape[:2], dtype=np.int64)
    room = part.capacity.tolist()
    days = part.day.tolist()
    day_room = [[part.cap_per_day] * part.n_days for _ in range(allowed.shape[0])]
    plan_room = part.cap_per_plan.tolist()
    left = sum(room)
    order = np.argsort(-allowed, axis=None, kind="stable")
    places, slots, _ = np.unravel_index(order[: np.count_nonzero(allowed)], allowed.shape)
    for place, slot in zip(places.tolist(), slots.tolist(), strict=True):
        if left == 0:
            break
        day = days[slot]
        if room[slot] and day_room[place][day] and plan_room[place]:
            room[slot] -= 1
            day_room[place][day] -= 1
            plan_room[place] -= 1
            left -= 1
            visits[place, slot] += 1
    return visits
