"""The whole plan as one integer programme in HiGHS: for small problems, and to find conflicts.

A column is a pattern of one place on one day; one of each is taken. Rows are the shared limits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import highspy
import numpy as np
from scipy import sparse

from rightplace.deploy.weekly.visit_model import OPTIONS, SolverStoppedError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.deploy.weekly.shared_limits import SharedLimits

_SHORT = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Columns:
    """The patterns that are allowed, as columns over the rows of a programme.

    Parameters
    ----------
    place, day, pattern
        Shape (n_columns,).
    rows
        Shape (n_rows + n_place_days, n_columns). What each uses: of the shared rows, then one of
        its place and day.
    """

    place: NDArray[np.int64]
    day: NDArray[np.int64]
    pattern: NDArray[np.int64]
    rows: sparse.csc_matrix


def columns_of(shared: SharedLimits) -> Columns:
    """Return the allowed patterns of every place and day."""
    places = shared.places
    place, day, pattern = np.isfinite(places.worth).nonzero()
    visits = places.visits[pattern]
    needed = np.ceil(places.specialist_share[place][:, None] * visits - 1e-9).astype(np.int64)
    index, row, amount = [], [], []

    def put(at: NDArray[np.int64], rows: NDArray[np.int64], amounts: NDArray[np.int64]) -> None:
        used = amounts > 0
        index.append(at[used])
        row.append(rows[used])
        amount.append(amounts[used])

    first = {kind: part.start for kind, part in shared.parts.items()}
    every = np.arange(place.size)
    for turn in range(visits.shape[1]):
        slot = places.slots[day, turn]
        at = shared.borough[place] * shared.n_slots + slot
        put(every, first["crew"] + at, visits[:, turn])
        put(every, first["specialist"] + at, needed[:, turn])
        inside = shared.bcu[place] >= 0
        at = shared.bcu[place] * shared.n_slots + slot
        put(every[inside], first["bcu"] + at[inside], visits[inside, turn])
    total = visits.sum(axis=1)
    put(every, first["borough"] + shared.borough[place], total)
    put(every, np.full(place.size, first["specialist_total"]), needed.sum(axis=1))
    put(every, first["place"] + place, total)
    for group, member in shared.group_places():
        mine = np.flatnonzero(place == member)
        for turn in range(visits.shape[1]):
            at = first["apart"] + group * shared.n_slots + places.slots[day[mine], turn]
            put(mine, at, (visits[mine, turn] > 0).astype(np.int64))
    n_rows, n_days = shared.most.size, len(places.slots)
    put(every, n_rows + place * n_days + day, np.ones(place.size, dtype=np.int64))
    shape = (n_rows + len(places.cells) * n_days, place.size)
    cells = (np.concatenate(amount), (np.concatenate(row), np.concatenate(index)))
    return Columns(
        place=place, day=day, pattern=pattern, rows=sparse.csc_matrix(cells, shape=shape)
    )


class PatternModel:
    """The integer programme of a whole plan.

    Parameters
    ----------
    shared
        The plan's rows and patterns.
    """

    def __init__(self, shared: SharedLimits) -> None:
        self._shared = shared
        self._columns = columns_of(shared)
        columns = self._columns
        self._worth = shared.places.worth[columns.place, columns.day, columns.pattern]
        self._scale = float(self._worth.max(initial=0.0)) or 1.0

    def prices(self) -> NDArray[np.float64]:
        """Return the prices of the shared rows at the optimum of the relaxation, (n_rows,)."""
        highs = self._solved(whole=False)
        duals = -np.asarray(highs.getSolution().row_dual)[: self._shared.most.size] * self._scale
        duals = np.where(self._shared.can_bind, duals, 0.0)
        found: NDArray[np.float64] = np.where(self._shared.least > 0, duals, np.maximum(duals, 0.0))
        return found

    def choice(self) -> NDArray[np.int64] | None:
        """Return the best patterns, shape (n_places, n_days), or None if no plan is allowed."""
        highs = self._solved(whole=True)
        if highs.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
            return None
        taken = np.flatnonzero(np.asarray(highs.getSolution().col_value).round() > 0)
        columns = self._columns
        choice = np.zeros(self._shared.places.worth.shape[:2], dtype=np.int64)
        choice[columns.place[taken], columns.day[taken]] = columns.pattern[taken]
        return choice

    def conflict(self) -> tuple[NDArray[np.int64], NDArray[np.int64], float]:
        """Return required rows that cannot be met together, what stands against them, by how much.

        The visits that are lacking are made as few as can be, parts of visits allowed. Where some
        lack, rows with a price are those in conflict; none lacking gives empty answers.
        """
        highs = self._solved(whole=False, elastic=True)
        short = float(highs.getInfo().objective_function_value)
        if short < _SHORT:
            nothing = np.zeros(0, dtype=np.int64)
            return nothing, nothing, 0.0
        duals = np.asarray(highs.getSolution().row_dual)
        priced = np.abs(duals) > _SHORT
        lacking = np.zeros(duals.size, dtype=np.bool_)
        lacking[self._required()] = True
        asking = priced & lacking & (duals > 0)
        # The other places and days choose one pattern each; that is no demand.
        priced[self._shared.most.size :] = False
        return np.flatnonzero(asking), np.flatnonzero(priced & ~asking), short

    def _solved(self, *, whole: bool, elastic: bool = False) -> highspy.Highs:
        highs = highspy.Highs()
        for name, value in OPTIONS.items():
            highs.setOptionValue(name, value)
        if whole:
            # A search by branch and bound chooses its own methods.
            highs.setOptionValue("solver", "choose")
            highs.setOptionValue("mip_rel_gap", 0.0)
            highs.setOptionValue("mip_abs_gap", 1e-12)
        highs.passModel(self._programme(whole=whole, elastic=elastic))
        highs.run()
        status = highs.getModelStatus()
        known = {highspy.HighsModelStatus.kOptimal}
        if whole:
            known.add(highspy.HighsModelStatus.kInfeasible)
        if status not in known:
            msg = f"HiGHS ended with {highs.modelStatusToString(status)!r}."
            raise SolverStoppedError(msg, remedy="Report it with the inputs of the plan.")
        return highs

    def _required(self) -> NDArray[np.int64]:
        """Return the rows that ask for visits: shared ones, then places with a floor on a day."""
        places = self._shared.places
        floors = np.flatnonzero(~np.isfinite(places.worth[:, :, 0]).ravel())
        return np.concatenate(
            [np.flatnonzero(self._shared.least > 0), self._shared.most.size + floors]
        )

    def _programme(self, *, whole: bool, elastic: bool) -> highspy.HighsLp:
        shared, rows = self._shared, self._columns.rows
        asking = self._required()
        cost = -self._worth / self._scale
        if elastic:
            ones = np.ones(asking.size)
            at = (asking, np.arange(asking.size))
            lacking = sparse.csc_matrix((ones, at), shape=(rows.shape[0], asking.size))
            rows = sparse.hstack([rows, lacking]).tocsc()
            cost = np.concatenate([np.zeros(cost.size), ones])
        n_place_days = rows.shape[0] - shared.most.size
        upper = np.full(cost.size, np.inf if elastic else 1.0)
        programme = highspy.HighsLp()
        programme.num_col_, programme.num_row_ = cost.size, rows.shape[0]
        programme.col_cost_ = cost
        programme.col_lower_, programme.col_upper_ = np.zeros(cost.size), upper
        lower = np.where(shared.least > 0, shared.least, -np.inf)
        programme.row_lower_ = np.concatenate([lower, np.ones(n_place_days)])
        programme.row_upper_ = np.concatenate([shared.most, np.ones(n_place_days)])
        programme.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        programme.a_matrix_.start_ = rows.indptr.astype(np.int32)
        programme.a_matrix_.index_ = rows.indices.astype(np.int32)
        programme.a_matrix_.value_ = rows.data.astype(np.float64)
        if whole:
            programme.integrality_ = [highspy.HighsVarType.kInteger] * cost.size
        return programme
