"""What the visits of different places share, as rows with a least and a most.

Prices on the rows take the plan apart: at given prices each place chooses its pattern of each day
by itself. Whatever the prices, what the places then choose bounds every plan from above.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from rightplace.deploy.weekly.limits import UNLIMITED, no_limits
from rightplace.deploy.weekly.whole_plan import best_within

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from rightplace.deploy.weekly.place_days import PlaceDays
    from rightplace.deploy.weekly.problem import PlanProblem

_KINDS = ("crew", "bcu", "borough", "specialist", "specialist_total", "place", "apart")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pick:
    """What places choose at given prices.

    Parameters
    ----------
    bound
        No plan prevents more.
    choice
        Shape (n_places, n_days). Pattern of each.
    used
        Shape (n_rows,). What the choices use of each row.
    """

    bound: float
    choice: NDArray[np.int64]
    used: NDArray[np.int64]


class SharedLimits:
    """The rows that tie places together: crews, cover, fairness, specialists, separation.

    Parameters
    ----------
    problem
        The plan's problem.
    places
        Its places and patterns.

    Attributes
    ----------
    least, most
        Shape (n_rows,). Of visits, of visits by specialists, or of places visited at once.
    parts
        Where the rows of each kind stand.
    used_at_most, can_bind
        Shape (n_rows,). What all places together could use; rows that need a price, since this
        could fill them or they ask for visits.
    whole_plan
        Places with a least or most over the plan that needs watching.
    """

    def __init__(self, problem: PlanProblem, places: PlaceDays) -> None:
        self.places = places
        n_boroughs, n_slots = problem.capacity.shape
        limits = problem.limits or no_limits(
            n_cells=problem.borough.size, n_boroughs=n_boroughs, n_slots=n_slots
        )
        cells = places.cells
        self.borough = problem.borough[cells]
        self.bcu = limits.bcu[self.borough]
        self.n_slots = n_slots
        groups = _groups_of_places(limits.apart, cells, n_cells=problem.borough.size)
        self._of_borough = _members(self.borough, n_boroughs)
        self._of_bcu = _members(self.bcu, len(limits.bcu_names))
        self._of_group = groups
        cap = problem.rules.cap_per_plan
        place_most = np.minimum(limits.plan_most[cells], UNLIMITED if cap is None else cap)
        most = {
            "crew": problem.capacity.ravel(),
            "bcu": limits.bcu_most.ravel(),
            "borough": limits.borough_most,
            "specialist": limits.specialist_capacity.ravel(),
            "specialist_total": np.array([limits.specialist_total]),
            "place": place_most,
            "apart": np.ones(groups.shape[0] * n_slots, dtype=np.int64),
        }
        ends = np.cumsum([0] + [most[kind].size for kind in _KINDS])
        self.parts = {
            kind: slice(int(a), int(b)) for kind, (a, b) in zip(_KINDS, pairwise(ends), strict=True)
        }
        self.most = np.concatenate([most[kind] for kind in _KINDS]).astype(np.float64)
        self.least = np.zeros(self.most.size)
        self.least[self.parts["borough"]] = limits.borough_least
        self.least[self.parts["place"]] = problem.minimum[cells]
        self._classes = [
            (np.flatnonzero(places.specialist_share == share), places.specialists(share))
            for share in np.unique(places.specialist_share[places.specialist_share > 0]).tolist()
        ]
        self.used_at_most = self._used_at_most()
        binds = (self.used_at_most > self.most) | (self.least > 0)
        self.whole_plan = np.flatnonzero(binds[self.parts["place"]])
        self._ends = self.least, self.most
        self.can_bind = binds.copy()
        self.can_bind[self.parts["place"]] = False

    @property
    def has_specialists(self) -> bool:
        """Whether any place needs them."""
        return bool(self._classes)

    def used(self, visits: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return what visits (n_places, n_slots) use of each row."""
        crew = self._of_borough @ visits
        special = self.places.specialists_of(visits)
        return np.concatenate(
            [
                crew.ravel(),
                (self._of_bcu @ visits).ravel(),
                crew.sum(axis=1),
                (self._of_borough @ special).ravel(),
                [special.sum()],
                visits.sum(axis=1),
                (self._of_group @ (visits > 0).astype(np.int64)).ravel(),
            ]
        ).astype(np.int64)

    def group_places(self) -> Iterator[tuple[int, int]]:
        """Yield each group with each of its places."""
        groups = self._of_group.tocoo()
        yield from zip(groups.row.tolist(), groups.col.tolist(), strict=True)

    def places_of_group(self, group: int) -> NDArray[np.int64]:
        """Return the places of a group that stands apart."""
        found: NDArray[np.int64] = self._of_group[[group]].indices.astype(np.int64)
        return found

    def charges(
        self, prices: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Return the price of a visit, of its specialists and of being there, (n_places, n_slots).

        Parameters
        ----------
        prices
            Shape (n_rows,).
        """
        part = {kind: prices[where] for kind, where in self.parts.items()}
        n_slots = self.n_slots
        crew = part["crew"].reshape(-1, n_slots)[self.borough]
        visit = crew + part["borough"][self.borough][:, None]
        if part["bcu"].size:
            inside = self.bcu >= 0
            visit[inside] += part["bcu"].reshape(-1, n_slots)[self.bcu[inside]]
        special = part["specialist"].reshape(-1, n_slots)[self.borough] + part["specialist_total"]
        there = self._of_group.T @ part["apart"].reshape(-1, n_slots)
        return visit, special, there

    def pick(self, prices: NDArray[np.float64]) -> Pick:
        """Return what each place chooses at prices, and the bound that follows.

        Weak duality: with prices 0 or more where only a most is set, no allowed plan prevents
        more than

            sum_rows (most l+ - least l-) + sum_place max_patterns sum_day (worth - charges)

        so the bound does not rest on who found the prices. What a place may have over the plan
        is kept by its choice, exactly, and has no price.

        Parameters
        ----------
        prices
            Shape (n_rows,). 0 or more where the least is 0; 0 in rows that cannot bind.
        """
        net = self._net(prices)
        choice = net.argmax(axis=2)
        if self.whole_plan.size:
            least, most = (each[self.parts["place"]][self.whole_plan] for each in self._ends)
            choice[self.whole_plan] = best_within(
                net[self.whole_plan], self.places.visits.sum(axis=1), least=least, most=most
            )
        best = np.take_along_axis(net, choice[:, :, None], axis=2)
        asked = prices != 0
        rent = np.where(prices > 0, self.most, self.least)[asked] @ prices[asked]
        return Pick(
            bound=float(best.sum() + rent),
            choice=choice,
            used=self.used(self.places.visits_of(choice)),
        )

    def _net(self, prices: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return each pattern's worth less its charges, (n_places, n_days, n_patterns)."""
        places = self.places
        visit, special, there = (places.by_turn(each) for each in self.charges(prices))
        net = visit @ -places.visits.T.astype(np.float64)
        net += places.worth
        for rows, needed in self._classes:
            net[rows] -= special[rows] @ needed.T
        if self._of_group.shape[0]:
            net -= there @ (places.visits > 0).T.astype(np.float64)
        return net

    def _used_at_most(self) -> NDArray[np.int64]:
        """Return what all places together could use of each row, (n_rows,)."""
        places = self.places
        allowed = np.isfinite(places.worth)
        turns = np.stack(
            [
                np.where(allowed, places.visits[:, turn], 0).max(axis=2)
                for turn in range(places.visits.shape[1])
            ],
            axis=2,
        )
        return self.used(places.by_slot(turns))


def _members(group: NDArray[np.int64], n_groups: int) -> sparse.csr_matrix:
    """Return which places are in which group, (n_groups, n_places); -1 is in none."""
    inside = np.flatnonzero(group >= 0)
    ones = np.ones(inside.size, dtype=np.int64)
    return sparse.csr_matrix((ones, (group[inside], inside)), shape=(n_groups, group.size))


def _groups_of_places(
    apart: tuple[NDArray[np.int64], ...], cells: NDArray[np.int64], *, n_cells: int
) -> sparse.csr_matrix:
    """Return the groups of places that stand apart, without cells that may not be visited."""
    position = np.full(n_cells, -1, dtype=np.int64)
    position[cells] = np.arange(cells.size)
    groups = [position[group][position[group] >= 0] for group in apart]
    groups = [group for group in groups if group.size > 1]
    rows = np.repeat(np.arange(len(groups)), [group.size for group in groups])
    columns = np.concatenate(groups) if groups else np.zeros(0, dtype=np.int64)
    ones = np.ones(columns.size, dtype=np.int64)
    return sparse.csr_matrix((ones, (rows, columns)), shape=(len(groups), cells.size))
