"""One borough's visits as a linear programme in HiGHS, built once and solved again when changed.

A column is the k-th visit to a place in a slot, between 0 and 1. Rows limit the visits of a slot
(crews), of a place on a day, and of a place over the plan. Every column stands in one row of the
first kind and in a nested chain of the other two; two such laminar families make the matrix
totally unimodular (Schrijver 2003, Combinatorial Optimization, theorem 41.11), so a corner found
by the simplex method is whole visits, and the programme is the exact problem, not a relaxation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import highspy
import numpy as np

from rightplace.deploy.weekly.certificate import Prices, upper_bound
from rightplace.errors import RightplaceError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.deploy.weekly.borough import BoroughProblem

_WHOLE_TOLERANCE = 1e-6
# HiGHS solves nothing, silently, once `threads` has changed within a process: one value for all.
OPTIONS: dict[str, bool | int | float | str] = {
    "output_flag": False,
    "threads": 1,
    "solver": "simplex",
    "random_seed": 0,
    "dual_feasibility_tolerance": 1e-10,
    "primal_feasibility_tolerance": 1e-9,
}


class SolverStoppedError(RightplaceError, RuntimeError):
    """The solver ended without an answer."""

    code = "solver-stopped"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BoroughSolution:
    """The visits of one borough with the proof of how good they are.

    Parameters
    ----------
    visits
        Shape (n_places, n_slots).
    objective, bound
        What they prevent, and what no allowed plan exceeds.
    prices
        What one visit more would be worth at each limit.
    """

    visits: NDArray[np.int64]
    objective: float
    bound: float
    prices: Prices


class VisitModel:
    """The linear programme of one borough.

    Parameters
    ----------
    part
        The borough's problem.
    spare
        Further visits in one slot that a later variant may ask for.
    """

    def __init__(self, part: BoroughProblem, *, spare: int = 0) -> None:
        self._place, self._slot = np.nonzero(part.candidates(spare=spare))
        self._n_pairs, self._depth = self._place.size, part.value.shape[2]
        values = part.value[self._place, self._slot]
        # Values are scaled to at most 1, for the tolerances of HiGHS are absolute.
        self._scale = float(values.max(initial=0.0)) or 1.0
        self._highs = highspy.Highs()
        for name, value in OPTIONS.items():
            self._highs.setOptionValue(name, value)
        self._lower, self._upper = _row_bounds(part)
        self._highs.passModel(self._programme(part, values / self._scale))

    def solve(self, part: BoroughProblem) -> BoroughSolution:
        """Return the best visits of the problem, or of a variant with other caps or capacity.

        A second call starts from where the last one ended.

        Raises
        ------
        SolverStoppedError
            If HiGHS ends without an optimum, or with parts of visits.
        """
        self._set_bounds(part)
        self._highs.run()
        status = self._highs.getModelStatus()
        if self._n_pairs and status != highspy.HighsModelStatus.kOptimal:
            msg = f"HiGHS ended with {self._highs.modelStatusToString(status)!r}."
            raise SolverStoppedError(msg, remedy="Report it with the inputs of the plan.")
        found = self._highs.getSolution()
        made = np.asarray(found.col_value, dtype=np.float64).reshape(self._n_pairs, self._depth)
        if np.abs(made - made.round()).max(initial=0.0) > _WHOLE_TOLERANCE:
            msg = "HiGHS returned parts of visits, which this problem does not have."
            raise SolverStoppedError(msg, remedy="Report it with the inputs of the plan.")
        visits = np.zeros(part.value.shape[:2], dtype=np.int64)
        visits[self._place, self._slot] = made.round().astype(np.int64).sum(axis=1)
        prices = self._prices(part, np.asarray(found.row_dual, dtype=np.float64))
        objective = part.prevented(visits)
        # Only rounding can put the certificate below a plan that exists.
        bound = max(upper_bound(part, prices), objective)
        return BoroughSolution(visits=visits, objective=objective, bound=bound, prices=prices)

    def _programme(self, part: BoroughProblem, values: NDArray[np.float64]) -> highspy.HighsLp:
        n_places, n_slots = part.value.shape[:2]
        place_day = n_slots + self._place * part.n_days + part.day[self._slot]
        place = n_slots + n_places * part.n_days + self._place
        rows = np.stack([self._slot, place_day, place], axis=1)
        n_columns = values.size
        programme = highspy.HighsLp()
        programme.num_col_ = n_columns
        programme.num_row_ = n_slots + n_places * (part.n_days + 1)
        programme.col_cost_ = -values.ravel()
        programme.col_lower_ = np.zeros(n_columns)
        programme.col_upper_ = np.ones(n_columns)
        programme.row_lower_, programme.row_upper_ = self._lower, self._upper
        programme.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        programme.a_matrix_.start_ = np.arange(n_columns + 1, dtype=np.int32) * rows.shape[1]
        programme.a_matrix_.index_ = np.repeat(rows, self._depth, axis=0).ravel().astype(np.int32)
        programme.a_matrix_.value_ = np.ones(n_columns * rows.shape[1])
        return programme

    def _set_bounds(self, part: BoroughProblem) -> None:
        lower, upper = _row_bounds(part)
        for row in np.flatnonzero((lower != self._lower) | (upper != self._upper)).tolist():
            self._highs.changeRowBounds(row, lower[row], upper[row])
        self._lower, self._upper = lower, upper
        within = np.arange(self._depth) < part.cap_per_slot
        most = np.tile(within.astype(np.float64), self._n_pairs)
        columns = np.arange(most.size, dtype=np.int32)
        self._highs.changeColsBounds(columns.size, columns, np.zeros(most.size), most)

    def _prices(self, part: BoroughProblem, row_dual: NDArray[np.float64]) -> Prices:
        """Return the duals as prices: HiGHS minimises the negative, hence the sign."""
        n_places, n_slots = part.value.shape[:2]
        duals = -row_dual * self._scale
        slot, place_day, place = np.split(duals, [n_slots, n_slots + n_places * part.n_days])
        # A slot without crews has no column; its price costs nothing, so it may be the dearest.
        first = (part.value[:, :, 0] - place[:, None]).max(axis=0, initial=0.0)
        return Prices(
            slot=np.where(part.capacity == 0, first, np.maximum(slot, 0)),
            place_day=np.maximum(place_day, 0).reshape(n_places, part.n_days),
            place=place,
        )


def _row_bounds(part: BoroughProblem) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return lower and upper bounds of the rows: slots, then place-days, then places."""
    n_places = part.value.shape[0]
    per_day = np.full(n_places * part.n_days, part.cap_per_day)
    upper = np.concatenate([part.capacity, per_day, part.cap_per_plan]).astype(np.float64)
    lower = np.full(upper.size, -np.inf)
    lower[upper.size - n_places :] = part.minimum
    return lower, upper
