"""A plan's visits with the proof of how good they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from rightplace.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from rightplace.deploy.weekly.limits import PlanLimits
    from rightplace.deploy.weekly.problem import PlanProblem

_OPTIMAL_GAP = 1e-6
UNREACHED = 2**39
"""A limit of so many visits is none (see ``limits.UNLIMITED``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BindingLimit:
    """How often the plan stands at a limit: ``at_limit`` of ``of`` places, slots or days."""

    name: str
    at_limit: int
    of: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlanSolution:
    """Visits by place and slot, what they prevent, and what no plan can exceed.

    Parameters
    ----------
    visits
        Shape (n_cells, n_slots).
    objective, bound
        Expected harm or count prevented at the mean effect, planned and not achieved; no
        allowed plan prevents more than the bound.
    visit_price
        Shape (n_boroughs, n_slots). What one visit more of the crews is worth at most.
    binding
        Limits, and how often the plan stands at them.
    method
        How the visits were found.
    """

    visits: NDArray[np.int64]
    objective: float
    bound: float
    visit_price: NDArray[np.float64]
    binding: tuple[BindingLimit, ...]
    method: str

    def __post_init__(self) -> None:
        """Check that the bound is one.

        Raises
        ------
        UsageError
            If the objective exceeds it.
        """
        if not self.bound >= self.objective >= 0:
            msg = f"The bound {self.bound} does not lie above the objective {self.objective}."
            raise UsageError(msg)

    @property
    def gap(self) -> float:
        """Share of the bound that the plan misses at most, 0 to 1; 0 if nothing can be gained."""
        return 0.0 if self.bound == 0 else (self.bound - self.objective) / self.bound

    @property
    def status(self) -> Literal["optimal", "gap"]:
        """Whether the plan is proven optimal (relative gap of 1e-6 or less)."""
        return "optimal" if self.gap <= _OPTIMAL_GAP else "gap"


def binding_limits(problem: PlanProblem, visits: NDArray[np.int64]) -> tuple[BindingLimit, ...]:
    """Return each limit of a problem with how often visits stand at it."""
    rules = problem.rules
    per_day = place_day_visits(visits, problem.day)
    used = borough_visits(problem, visits)
    manned = problem.capacity > 0
    limits = [
        BindingLimit(
            name="crew visits per borough and slot",
            at_limit=int((used == problem.capacity)[manned].sum()),
            of=int(manned.sum()),
        ),
        _cap("place and slot", rules.cap_per_slot, visits),
    ]
    if rules.cap_per_day is not None:
        limits.append(_cap("place and day", rules.cap_per_day, per_day))
    if rules.cap_per_plan is not None:
        limits.append(_cap("place and plan", rules.cap_per_plan, visits.sum(axis=1)))
    if problem.limits is not None:
        limits += _of_places(problem.limits, visits, per_day=per_day)
        limits += _of_shared(problem, problem.limits, visits)
    return tuple(limits)


def _of_places(
    limits: PlanLimits, visits: NDArray[np.int64], *, per_day: NDArray[np.int64]
) -> Iterator[BindingLimit]:
    """Yield the limits that places have of their own, where any has one."""
    total = visits.sum(axis=1)
    day_most, day_least = limits.day_most[:, None], limits.day_least[:, None]
    yield from _met("a place's own most on a day", per_day == day_most, day_most < UNREACHED)
    yield from _met("a place's own least on a day", per_day == day_least, day_least > 0)
    plan_most = limits.plan_most
    yield from _met("a place's most over the plan", total == plan_most, plan_most < UNREACHED)
    if limits.apart:
        visited = np.stack([(visits[group] > 0).any(axis=0) for group in limits.apart])
        yield from _met("one of the places near each other in a slot", visited, visited | True)


def _of_shared(
    problem: PlanProblem, limits: PlanLimits, visits: NDArray[np.int64]
) -> Iterator[BindingLimit]:
    """Yield the limits that places share, where there are any."""
    used, total = borough_visits(problem, visits), borough_visits(problem, visits).sum(axis=1)
    most, least = limits.borough_most, limits.borough_least
    yield from _met("a borough's most over the plan", total == most, most < UNREACHED)
    yield from _met("a borough's least over the plan", total == least, least > 0)
    of_bcu = [used[limits.bcu == number].sum(axis=0) for number in range(len(limits.bcu_names))]
    if of_bcu:
        full, manned = np.stack(of_bcu) == limits.bcu_most, limits.bcu_most > 0
        yield from _met("response cover per BCU and slot", full, manned)
    if limits.specialist_share.any():
        needed = limits.specialists_needed(visits)
        capacity = limits.specialist_capacity
        full = borough_visits(problem, needed) == capacity
        yield from _met("specialists' visits per borough and slot", full, capacity > 0)
        every = np.array([limits.specialist_total])
        yield from _met("specialists' visits in the plan", needed.sum() == every, every < UNREACHED)


def _met(
    name: str, at_limit: NDArray[np.bool_], limited: NDArray[np.bool_]
) -> Iterator[BindingLimit]:
    """Yield a limit with how often it is met of where it is set; nothing where it is not."""
    limited = np.broadcast_to(limited, at_limit.shape)
    if limited.any():
        yield BindingLimit(
            name=name, at_limit=int((at_limit & limited).sum()), of=int(limited.sum())
        )


def place_day_visits(visits: NDArray[np.int64], day: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the visits of each place on each policing day, shape (n_cells, n_days)."""
    belongs: NDArray[np.int64] = (day[:, None] == np.arange(int(day.max()) + 1)).astype(np.int64)
    return visits @ belongs


def borough_visits(problem: PlanProblem, visits: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the visits of each borough in each slot, shape (n_boroughs, n_slots)."""
    used = np.zeros(problem.capacity.shape, dtype=np.int64)
    np.add.at(used, problem.borough[problem.visitable], visits[problem.visitable])
    return used


def _cap(what: str, cap: int, visits: NDArray[np.int64]) -> BindingLimit:
    return BindingLimit(
        name=f"visits per {what} (cap {cap})",
        at_limit=int((visits == cap).sum()),
        of=int((visits > 0).sum()),
    )
