"""Which limits a plan breaks: worked out from the visits alone, whoever made them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rightplace.deploy.weekly.solution import borough_visits, place_day_visits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from rightplace.deploy.weekly.limits import PlanLimits
    from rightplace.deploy.weekly.problem import PlanProblem


def breaches(problem: PlanProblem, visits: NDArray[np.int64]) -> tuple[str, ...]:
    """Return every limit that visits break, in words; empty means that the plan keeps all.

    Parameters
    ----------
    problem
        What the plan must keep.
    visits
        Shape (n_cells, n_slots).
    """
    found = list(_of_rules(problem, visits))
    if problem.limits is not None:
        found += _of_places(problem, problem.limits, visits)
        found += _of_shared(problem, problem.limits, visits)
    return tuple(found)


def prevented(problem: PlanProblem, visits: NDArray[np.int64]) -> float:
    """Return what visits prevent at the mean effect, from its definition, day by day.

    Parameters
    ----------
    problem
        Demand, gains and carry-over.
    visits
        Shape (n_cells, n_slots).
    """
    total = 0.0
    for day in range(int(problem.day.max()) + 1):
        slots = np.flatnonzero(problem.day == day)
        of_day = visits[:, slots]
        if problem.carry_over is None:
            summed = np.pad(np.cumsum(problem.gain[slots], axis=1), ((0, 0), (1, 0)))
            share = summed[np.arange(slots.size)[None, :], of_day]
        else:
            share = problem.carry_over.prevented_shares(of_day, slots=slots)
        made = share > 0
        total += float((problem.demand[:, slots][made] * share[made]).sum())
    return total


def _of_rules(problem: PlanProblem, visits: NDArray[np.int64]) -> Iterator[str]:
    rules = problem.rules
    per_day, per_plan = place_day_visits(visits, problem.day), visits.sum(axis=1)
    if (visits < 0).any():
        yield "a place has fewer than 0 visits"
    if visits[~problem.visitable].any():
        yield "a place that may not be visited is"
    if (borough_visits(problem, visits) > problem.capacity).any():
        yield "more visits than the crews of a borough can make in a slot"
    if (visits > rules.cap_per_slot).any():
        yield "more visits to a place than its cap in a slot"
    if rules.cap_per_day is not None and (per_day > rules.cap_per_day).any():
        yield "more visits to a place than its cap on a day"
    if rules.cap_per_plan is not None and (per_plan > rules.cap_per_plan).any():
        yield "more visits to a place than its cap over the plan"
    if (per_plan < problem.minimum).any():
        yield "fewer visits to a place than it must have over the plan"


def _of_places(
    problem: PlanProblem, limits: PlanLimits, visits: NDArray[np.int64]
) -> Iterator[str]:
    per_day = place_day_visits(visits, problem.day)
    if (per_day < limits.day_least[:, None]).any():
        yield "fewer visits to a place than its own floor on a day"
    if (per_day > limits.day_most[:, None]).any():
        yield "more visits to a place than its own cap on a day"
    if (visits.sum(axis=1) > limits.plan_most).any():
        yield "more visits to a place than its share of the plan"
    for group in limits.apart:
        if ((visits[group] > 0).sum(axis=0) > 1).any():
            named = ", ".join(problem.cell_ids[cell] for cell in group)
            yield f"places too near each other are visited at once: {named}"


def _of_shared(
    problem: PlanProblem, limits: PlanLimits, visits: NDArray[np.int64]
) -> Iterator[str]:
    used = borough_visits(problem, visits)
    special = limits.specialists_needed(visits)
    if (borough_visits(problem, special) > limits.specialist_capacity).any():
        yield "more visits by specialists than a borough's crews can make in a slot"
    if special.sum() > limits.specialist_total:
        yield "more visits by specialists than there may be"
    if (used.sum(axis=1) < limits.borough_least).any():
        yield "fewer visits in a borough than its floor"
    if (used.sum(axis=1) > limits.borough_most).any():
        yield "more visits in a borough than its ceiling"
    for number, name in enumerate(limits.bcu_names):
        if (used[limits.bcu == number].sum(axis=0) > limits.bcu_most[number]).any():
            yield f"too few minutes are left for response in {name}"
