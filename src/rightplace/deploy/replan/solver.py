"""The visits that keep most value when a plan is made anew, and change fewest of those that stood.

What is made as large as can be is

    what visits prevent - sum over changes of what a change must gain

A change is a visit that a crew loses or a visit that it gains. So a visit is moved only where that
prevents more than a stated worth, and among plans that prevent the same the one with fewest
changes is taken. Single visits make a network: a duty sends visits to the places that it keeps, or
to others through a pool of its borough and slot, from there they go to the day of the place, to
the place, to the borough. Corners of such a programme are whole visits (Ahuja, Magnanti and Orlin
1993, Network Flows, theorem 11.5), so nothing is relaxed.

Floors that can no longer be met do not stop a crew that is needed elsewhere: what is missing is
counted, and is never worth missing for anything else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rightplace.deploy.replan.programme import SMALL, Programme
from rightplace.deploy.replan.ways import rooms_of, ways_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.deploy.replan.problem import ReplanProblem
    from rightplace.deploy.replan.ways import Rooms, Ways

_FLOOR_WORTH = 100.0  # of the visit worth most: a floor is missed only where it cannot be met


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Replanned:
    """What duties keep, what they gain, and what could have been prevented at most.

    Parameters
    ----------
    kept
        Shape of ``remaining.times``. Visits that a duty keeps in a cell.
    added
        Shape (n_duties,). Further visits of each duty, in any cells of ``gained``.
    gained
        Shape (n_cells, n_slots). Visits that no duty had there, to be dealt to those of the
        cell's borough in the slot.
    prevented, bound
        What visits that may change prevent beside those that stand; no allowed visits that miss
        no more of the floors prevent more than the bound, however many visits change.
    floors_missed
        Visits that floors ask for and nobody can make.
    """

    kept: NDArray[np.int64]
    added: NDArray[np.int64]
    gained: NDArray[np.int64]
    prevented: float
    bound: float
    floors_missed: int


def replanned(asked: ReplanProblem, *, seconds: float = 3.0) -> Replanned:
    """Return the best visits of a plan that is made anew; the same problem gives the same visits.

    Parameters
    ----------
    asked
        What is left to decide.
    seconds
        Time for a programme in whole numbers, needed only where visits carry over, specialists
        are shared or places stand apart; then the bound says how close it came.
    """
    rooms = rooms_of(asked)
    ways = ways_of(asked, rooms)
    built = _Built(asked, ways, rooms, seconds=seconds)
    duties, remaining = asked.duties, asked.remaining
    floor = _FLOOR_WORTH * float(max(ways.worth.max(initial=0), duties.change_worth.max(initial=0)))
    worth = np.zeros(built.programme.n_columns)
    worth[built.ways] = ways.worth
    worth[built.missed] = -floor
    # In whole numbers the relaxation's bound is enough: it is close, and found at once.
    small = built.programme.n_columns <= SMALL or not ways.one_a_day
    most = (
        built.programme.solve(worth, whole=ways.one_a_day).bound
        if small
        else built.programme.bound(worth)
    )
    worth[built.kept] = duties.change_worth[remaining.duty]
    worth[built.added] = -duties.change_worth
    found = built.programme.solve(worth, whole=ways.one_a_day).values
    taken = found[built.ways]
    prevented = float(taken @ ways.worth)
    missed = int(found[built.missed].sum())
    gained = np.zeros(asked.problem.demand.shape, dtype=np.int64)
    cell = asked.cells[ways.place]
    np.add.at(gained, (cell[ways.way], ways.slot), ways.visits * taken[ways.way])
    np.add.at(gained, (remaining.cell, duties.slot[remaining.duty]), -found[built.kept])
    return Replanned(
        kept=found[built.kept],
        added=found[built.added],
        gained=gained,
        prevented=prevented,
        # Only rounding can put the bound below visits that exist.
        bound=max(most + floor * missed, prevented),
        floors_missed=missed,
    )


class _Built:
    """The programme, and which of its columns are what."""

    def __init__(self, asked: ReplanProblem, ways: Ways, rooms: Rooms, *, seconds: float) -> None:
        self._asked, self._ways, self._rooms = asked, ways, rooms
        self.programme = Programme(seconds=seconds if ways.one_a_day else None)
        self.kept = self.programme.columns(asked.remaining.times)
        self.added = self.programme.columns(asked.duties.room)
        self.ways = self.programme.columns(np.ones(ways.place.size, dtype=np.int64))
        self.missed = np.zeros(0, dtype=np.int64)
        self.programme.always(np.concatenate([self.kept, self.added]))
        self._crews()
        self._places()
        self._boroughs()
        if ways.one_a_day:
            self._one_way_a_day()
            self._specialists()
            self._apart()

    def _most(self, rooms: NDArray[np.int64]) -> NDArray[np.int64]:
        return self.programme.rows(np.full(rooms.size, -np.inf), rooms)

    def _count(self, rows: NDArray[np.int64]) -> None:
        """Let every visit of every way count in a row, given for each use of a way; -1: none."""
        counted = rows >= 0
        columns = self.ways[self._ways.way[counted]]
        self.programme.put(rows[counted], columns, self._ways.visits[counted])

    def _least(self, rows: NDArray[np.int64], least: NDArray[np.int64]) -> None:
        """Ask for a least number of visits in rows; what is missing is a column."""
        asked = np.flatnonzero(least > 0)
        missed = self.programme.columns(least[asked])
        floor = self.programme.rows(least[asked], np.full(asked.size, np.inf))
        self.programme.put(floor, missed)
        position = np.full(least.size, -1)
        position[asked] = floor
        self._count(np.where(rows >= 0, position[rows], -1))
        self.missed = np.concatenate([self.missed, missed])
        self.programme.always(missed)

    def _crews(self) -> None:
        """Keep each duty within its room; visits are made by crews of the borough on duty."""
        asked, ways = self._asked, self._ways
        duties, remaining = asked.duties, asked.remaining
        n_boroughs, n_slots = asked.problem.capacity.shape
        rows = self._most(duties.room)
        self.programme.put(rows, self.added)
        self.programme.put(rows[remaining.duty], self.kept)
        pool = self.programme.rows(np.zeros(n_boroughs * n_slots), np.zeros(n_boroughs * n_slots))
        of_duty = pool[duties.borough * n_slots + duties.slot]
        self.programme.put(of_duty, self.added)
        self.programme.put(of_duty[remaining.duty], self.kept)
        borough = asked.problem.borough[asked.cells[ways.place]]
        of_use = pool[borough[ways.way] * n_slots + ways.slot]
        self.programme.put(of_use, self.ways[ways.way], -ways.visits)
        self._keeps_are_visits()

    def _keeps_are_visits(self) -> None:
        """Count a visit that a duty keeps among the place's; where none may be gained, all are."""
        asked, ways = self._asked, self._ways
        n_slots = asked.problem.n_slots
        slot = asked.duties.slot[asked.remaining.duty]
        pairs, row = np.unique(asked.remaining.cell * n_slots + slot, return_inverse=True)
        closed = ~asked.may_gain.ravel()[pairs]
        lower = np.where(closed, 0.0, -np.inf)
        rows = self.programme.rows(lower, np.zeros(pairs.size))
        self.programme.put(rows[row.ravel()], self.kept)
        used = asked.cells[ways.place][ways.way] * n_slots + ways.slot
        at = np.minimum(np.searchsorted(pairs, used), max(pairs.size - 1, 0))
        met = pairs[at] == used if pairs.size else np.zeros(used.size, dtype=np.bool_)
        self.programme.put(rows[at[met]], self.ways[ways.way[met]], -ways.visits[met])

    def _places(self) -> None:
        """Keep caps and floors of each place, of its days and of the plan."""
        ways, rooms = self._ways, self._rooms
        n_days = rooms.day.shape[1]
        place_day = (ways.place * n_days + ways.day)[ways.way]
        self._count(self._most(rooms.day.ravel())[place_day])
        self._least(place_day, rooms.day_least.ravel())
        place = ways.place[ways.way]
        self._count(self._most(rooms.plan)[place])
        self._least(place, rooms.plan_least)

    def _boroughs(self) -> None:
        """Keep fairness of boroughs and response cover of BCUs."""
        asked, limits = self._asked, self._asked.problem.limits
        if limits is None:
            return
        ways, problem = self._ways, asked.problem
        inside = problem.borough >= 0
        n_boroughs = len(problem.borough_names)
        stand = np.zeros((n_boroughs, problem.n_slots), dtype=np.int64)
        np.add.at(stand, problem.borough[inside], asked.fixed[inside])
        borough = problem.borough[asked.cells[ways.place]][ways.way]
        total = stand.sum(axis=1)
        self._count(self._most(np.maximum(limits.borough_most - total, 0))[borough])
        here = np.unique(problem.borough[asked.cells])
        least = np.zeros(n_boroughs, dtype=np.int64)
        least[here] = np.maximum(limits.borough_least - total, 0)[here]
        self._least(borough, least)
        if not limits.bcu_names:
            return
        left = limits.bcu_most.copy()
        some = limits.bcu >= 0
        np.subtract.at(left, limits.bcu[some], stand[some])
        rows = self._most(np.maximum(left, 0).ravel())
        bcu = limits.bcu[borough]
        at = bcu * problem.n_slots + ways.slot
        self._count(np.where(bcu >= 0, rows[np.maximum(at, 0)], -1))

    def _one_way_a_day(self) -> None:
        ways = self._ways
        n_places, n_days = self._rooms.day.shape
        rows = self._most(np.ones(n_places * n_days, dtype=np.int64))
        self.programme.put(rows[ways.place * n_days + ways.day], self.ways)

    def _specialists(self) -> None:
        """Keep visits that need specialists within what those on duty can still make."""
        asked, limits = self._asked, self._asked.problem.limits
        if limits is None or not limits.specialist_share.any():
            return
        ways, duties, problem = self._ways, asked.duties, asked.problem
        room = np.zeros(limits.specialist_capacity.shape, dtype=np.int64)
        skilled = duties.specialist
        np.add.at(room, (duties.borough[skilled], duties.slot[skilled]), duties.room[skilled])
        rows = self._most(room.ravel())
        borough = problem.borough[asked.cells[ways.place]][ways.way]
        some = ways.specialists > 0
        columns = self.ways[ways.way[some]]
        at = (borough * problem.n_slots + ways.slot)[some]
        self.programme.put(rows[at], columns, ways.specialists[some])
        made = int(limits.specialists_needed(asked.fixed).sum())
        total = self._most(np.array([max(limits.specialist_total - made, 0)]))
        self.programme.put(np.repeat(total, at.size), columns, ways.specialists[some])

    def _apart(self) -> None:
        """Let at most one place of each group that stands apart be visited in a slot."""
        asked, limits = self._asked, self._asked.problem.limits
        if limits is None:
            return
        ways = self._ways
        cell = asked.cells[ways.place][ways.way]
        for group in limits.apart:
            visited = asked.fixed[group] > 0
            rows = self._most(np.where(visited.any(axis=0), 0, 1))
            member = np.isin(cell, group)
            again = asked.fixed[cell, ways.slot] > 0
            use = np.flatnonzero(member & ~again)
            self.programme.put(rows[ways.slot[use]], self.ways[ways.way[use]])
