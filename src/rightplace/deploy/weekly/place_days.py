"""Every way to visit a place on a day: how many visits in each slot, and what they prevent.

A *pattern* says how many visits a place has in each slot of one policing day. Its worth holds
diminishing returns and carry-over, and whatever is true of one place on one day (caps, floors,
the share for specialists) is true of a pattern by itself. What is left to decide is which pattern
each place has on each day, and only crews, cover and the like tie those choices together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rightplace.errors import UsageError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.deploy.weekly.problem import PlanProblem

_MOST_PATTERNS = 1024
_SLACK = 1e-9  # against rounding a whole number up


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlaceDays:
    """Places that may be visited, days, and the patterns of each place on each day.

    Parameters
    ----------
    cells
        Shape (n_places,). Index of each place in the problem.
    slots
        Shape (n_days, n_turns). Slots of each day, in order; ``n_slots`` where a day has fewer.
    visits
        Shape (n_patterns, n_turns). Visits in each slot of the day.
    worth
        Shape (n_places, n_days, n_patterns). What a pattern prevents, minus infinity where it
        is not allowed.
    specialist_share
        Shape (n_places,). Share of visits in a slot for specialists, rounded up.
    n_slots
        Slots of the plan.
    """

    cells: NDArray[np.int64]
    slots: NDArray[np.int64]
    visits: NDArray[np.int64]
    worth: NDArray[np.float64]
    specialist_share: NDArray[np.float64]
    n_slots: int

    def specialists(self, share: float) -> NDArray[np.int64]:
        """Return visits for specialists in each pattern at a share, (n_patterns, n_turns)."""
        return _rounded_up(share * self.visits)

    def next_pattern(self, step: int) -> NDArray[np.int64]:
        """Return the pattern with one visit more or fewer in a slot, (n_patterns, n_turns).

        Parameters
        ----------
        step
            1 or -1; -1 stands in the answer where there is no such pattern.
        """
        most = int(self.visits.max(initial=0))
        n_turns = self.visits.shape[1]
        radix = (most + 1) ** np.arange(n_turns - 1, -1, -1)
        moved = self.visits + step
        index = np.arange(len(self.visits))[:, None] + step * radix[None, :]
        return np.where((moved >= 0) & (moved <= most), index, -1)

    def by_slot(self, per_turn: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return numbers of place, day and turn as (n_places, n_slots)."""
        spread = np.zeros((len(self.cells), self.n_slots + 1), dtype=np.int64)
        spread[:, self.slots.ravel()] = per_turn.reshape(len(self.cells), self.slots.size)
        return spread[:, :-1]

    def by_turn(self, per_slot: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return numbers (n_places, n_slots) as place, day and turn; 0 where there is no slot."""
        return np.pad(per_slot, ((0, 0), (0, 1)))[:, self.slots]

    def visits_of(self, choice: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return visits (n_places, n_slots) of a pattern for each place and day."""
        return self.by_slot(self.visits[choice])

    def specialists_of(self, visits: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return visits for specialists among visits, both (n_places, n_slots)."""
        return _rounded_up(self.specialist_share[:, None] * visits)

    def choice_of(self, visits: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the pattern of each place and day from visits (n_places, n_slots)."""
        most = int(self.visits.max(initial=0))
        radix = (most + 1) ** np.arange(self.visits.shape[1] - 1, -1, -1)
        turns = np.pad(visits, ((0, 0), (0, 1)))[:, self.slots]
        found: NDArray[np.int64] = turns @ radix
        return found

    def prevented(self, choice: NDArray[np.int64]) -> float:
        """Return what patterns of all places and days prevent together."""
        return float(np.take_along_axis(self.worth, choice[:, :, None], axis=2).sum())


def place_days(problem: PlanProblem) -> PlaceDays:
    """Return the patterns of a problem's places that may be visited.

    Raises
    ------
    UsageError
        If days have so many slots, or slots so many visits, that patterns cannot be listed.
    """
    cells = np.flatnonzero(problem.visitable)
    slots = _slots_by_day(problem.day)
    most, n_turns = problem.rules.cap_per_slot, slots.shape[1]
    if (most + 1) ** n_turns > _MOST_PATTERNS:
        msg = f"A day of {n_turns} slots with up to {most} visits each has too many patterns."
        raise UsageError(msg, remedy="Lower plan.visits_per_place_slot, or use longer shifts.")
    visits = np.indices((most + 1,) * n_turns).reshape(n_turns, -1).T.astype(np.int64)
    demand = np.pad(problem.demand[cells], ((0, 0), (0, 1)))
    worth = np.empty((cells.size, len(slots), len(visits)))
    for day, of_day in enumerate(slots):
        worth[:, day] = demand[:, of_day] @ _shares(problem, visits, slots=of_day).T
        worth[:, day, visits[:, of_day == problem.n_slots].any(axis=1)] = -np.inf
    least, upmost = _per_day(problem, cells)
    total = visits.sum(axis=1)
    outside = (total < least[:, None]) | (total > upmost[:, None])
    np.copyto(worth, -np.inf, where=outside[:, None, :])
    share = np.zeros(cells.size)
    if problem.limits is not None:
        share = problem.limits.specialist_share[cells]
    return PlaceDays(
        cells=cells,
        slots=slots,
        visits=visits,
        worth=worth,
        specialist_share=share,
        n_slots=problem.n_slots,
    )


def _rounded_up(exact: NDArray[np.floating]) -> NDArray[np.int64]:
    whole: NDArray[np.int64] = np.ceil(exact - _SLACK).astype(np.int64)
    return whole


def _slots_by_day(day: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the slots of each day, filled up with a slot that does not exist."""
    of_days = [np.flatnonzero(day == one) for one in range(int(day.max()) + 1)]
    longest = max(each.size for each in of_days)
    return np.stack([np.pad(e, (0, longest - e.size), constant_values=day.size) for e in of_days])


def _shares(
    problem: PlanProblem, visits: NDArray[np.int64], *, slots: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the share of each slot's demand that patterns prevent, (n_patterns, n_turns)."""
    shares = np.zeros(visits.shape)
    real = slots < problem.n_slots
    if problem.carry_over is not None:
        shares[:, real] = problem.carry_over.prevented_shares(visits[:, real], slots=slots[real])
        return shares
    summed = np.pad(np.cumsum(problem.gain, axis=1), ((0, 0), (1, 0)))
    shares[:, real] = summed[slots[real][None, :], visits[:, real]]
    return shares


def _per_day(
    problem: PlanProblem, cells: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the fewest and most visits to each place on a day."""
    cap = problem.rules.cap_per_day
    never = problem.rules.cap_per_slot * problem.n_slots
    most = np.full(cells.size, never if cap is None else cap, dtype=np.int64)
    if problem.limits is None:
        return np.zeros(cells.size, dtype=np.int64), most
    limits = problem.limits
    return limits.day_least[cells], np.minimum(most, limits.day_most[cells])
