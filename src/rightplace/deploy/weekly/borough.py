"""One borough's share of the problem: boroughs share no crew and no place, so each is its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from rightplace.deploy.weekly.problem import PlanProblem


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BoroughProblem:
    """The places of one borough that may be visited, and its crews' visits.

    Parameters
    ----------
    borough
        Index of the borough in the whole problem.
    cells
        Shape (n_places,). Index of each place in the whole problem.
    value
        Shape (n_places, n_slots, n). What the 1st, 2nd ... visit prevents; never increases
        along the last axis, which goes one visit beyond ``cap_per_slot`` where gains are known.
    capacity, day
        Shape (n_slots,). Visits that can be made; number of the policing day.
    minimum
        Shape (n_places,). Visits that must be made over the plan.
    cap_per_slot, cap_per_day
        Most visits to one place; where the problem sets none, a number that never binds.
    cap_per_plan
        Shape (n_places,). Most visits to each place over the plan.
    """

    borough: int
    cells: NDArray[np.int64]
    value: NDArray[np.float64]
    capacity: NDArray[np.int64]
    day: NDArray[np.int64]
    minimum: NDArray[np.int64]
    cap_per_slot: int
    cap_per_day: int
    cap_per_plan: NDArray[np.int64]

    @property
    def n_days(self) -> int:
        """Policing days of the plan."""
        return int(self.day.max()) + 1

    @property
    def allowed(self) -> NDArray[np.float64]:
        """What each visit within the cap per slot prevents, shape (n_places, n_slots, cap)."""
        return self.value[:, :, : self.cap_per_slot]

    def prevented(self, visits: NDArray[np.int64]) -> float:
        """Return what visits, shape (n_places, n_slots), prevent together."""
        made = np.arange(self.value.shape[2]) < visits[:, :, None]
        return float(self.value[made].sum())

    def candidates(self, *, spare: int = 0) -> NDArray[np.bool_]:
        """Return the places and slots that suffice for an optimum, shape (n_places, n_slots).

        In a slot with C visits rank places by demand. Take a plan that visits place p there,
        and the places above p that this slot does not visit. Such a place q cannot take over
        p's last visit only if its cap of the day or the plan is used up elsewhere. Elsewhere at
        most (T - C) visits are made in the plan and (D - C) on the day, so no more than
        (T - C) // cap_per_plan + (D - C) // cap_per_day places are used up, and fewer than C
        others are visited. If more places than all these stand above p, some q can take the
        visit and prevents at least as much. So p is not needed, unless it has a minimum. One
        place more than that is kept: it stays unvisited, so the slot's price is not below its
        worth, nor below that of any place left out, and the certificate of the solution, which
        is taken over all places, proves that none was missed.

        Parameters
        ----------
        spare
            Further visits that a variant of the problem may add to one slot.
        """
        capacity = self.capacity + spare
        by_day = np.bincount(self.day, weights=self.capacity)[self.day].astype(np.int64) + spare
        total = self.capacity.sum() + spare
        needed = (
            capacity
            + (total - self.capacity) // max(1, int(self.cap_per_plan.min(initial=total + 1)))
            + (by_day - self.capacity) // self.cap_per_day
        )
        order = np.argsort(-self.value[:, :, 0], axis=0, kind="stable")
        rank = np.empty_like(order)
        np.put_along_axis(rank, order, np.arange(order.shape[0])[:, None], axis=0)
        kept: NDArray[np.bool_] = (rank <= needed[None, :]) & (self.capacity + spare > 0)[None, :]
        return kept | (self.minimum > 0)[:, None]


def boroughs_of(problem: PlanProblem) -> Iterator[BoroughProblem]:
    """Yield each borough's problem, in order; one without places or crews has empty axes."""
    rules = problem.rules
    depth = min(problem.gain.shape[1], rules.cap_per_slot + 1)
    never = int(problem.capacity.sum()) + problem.n_slots * depth
    for borough in range(len(problem.borough_names)):
        cells = np.flatnonzero((problem.borough == borough) & problem.visitable)
        yield BoroughProblem(
            borough=borough,
            cells=cells,
            value=problem.demand[cells][:, :, None] * problem.gain[None, :, :depth],
            capacity=problem.capacity[borough],
            day=problem.day,
            minimum=problem.minimum[cells],
            cap_per_slot=rules.cap_per_slot,
            cap_per_day=never if rules.cap_per_day is None else rules.cap_per_day,
            cap_per_plan=np.full(
                cells.size, never if rules.cap_per_plan is None else rules.cap_per_plan
            ),
        )
