"""Which places of a plan are so nearly equal that a lot may decide between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rightplace.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from rightplace.deploy.weekly.problem import PlanProblem

NOT_NEAR_EQUAL = "above the near-equal band"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Eligible:
    """The places that a lot may decide on, and why the others are left out.

    Parameters
    ----------
    cells
        Shape (n,). Row of each eligible place, in order.
    excluded
        Visited places left out, by the first reason that applies.
    """

    cells: NDArray[np.int64]
    excluded: Mapping[str, int]


def first_visit_worth(problem: PlanProblem) -> NDArray[np.float64]:
    """Return what the first visit to each place prevents in its best slot, shape (n_cells,).

    The best among the slots in which its borough has crews; in the unit of the objective. NaN
    for places that may not be visited, or whose borough has no crew.
    """
    worth = np.full(problem.borough.size, np.nan)
    cells = np.flatnonzero(problem.visitable)
    crewed = problem.capacity[problem.borough[cells]] > 0
    each = np.where(crewed, problem.demand[cells] * problem.gain[:, 0], np.nan)
    some = crewed.any(axis=1)
    worth[cells[some]] = np.nanmax(each[some], axis=1)
    return worth


def near_equals(
    problem: PlanProblem,
    visits: NDArray[np.int64],
    *,
    band: float,
    forced: NDArray[np.bool_] | None = None,
) -> NDArray[np.bool_]:
    """Return the visited places whose first visit is worth nearly what the marginal place's is.

    The marginal place of a borough is the one of least worth that the plan still visits by its
    own choice, for crews stay in their borough.

    Parameters
    ----------
    problem, visits
        The plan.
    band
        A place is near-equal if its first visit is worth at most ``1 + band`` times that of the
        marginal place; 0 or more.
    forced
        Shape (n_cells,). Places that the plan had to visit, which say nothing of where it would
        have stopped; they are not near-equal to anything. None for none.

    Raises
    ------
    UsageError
        If the band is below 0.
    """
    if not (np.isfinite(band) and band >= 0):
        msg = f"The near-equal band is {band:g}; it must be 0 or more."
        raise UsageError(msg, value=band, remedy="Correct holdout.near_equal_band.")
    visited = visits.any(axis=1)
    if forced is not None:
        visited &= ~forced
    worth = first_visit_worth(problem)
    near = np.zeros(visited.size, dtype=np.bool_)
    for borough in np.unique(problem.borough[visited]):
        here = np.flatnonzero(visited & (problem.borough == borough))
        near[here] = worth[here] <= worth[here].min() * (1 + band)
    return near


def eligible_places(
    visited: NDArray[np.bool_],
    near: NDArray[np.bool_],
    *,
    never: Mapping[str, NDArray[np.bool_]],
) -> Eligible:
    """Return the visited places that a lot may decide on.

    Parameters
    ----------
    visited, near
        Shape (n_cells,). Places that the best plan visits, and those that are near-equal.
    never
        Places that must keep their visits, by reason; the first reason that applies is counted.
    """
    left = visited.copy()
    excluded: dict[str, int] = {}
    for reason, mask in {**never, NOT_NEAR_EQUAL: ~near}.items():
        found = left & mask
        if found.any():
            excluded[reason] = int(found.sum())
        left &= ~mask
    return Eligible(cells=np.flatnonzero(left), excluded=excluded)
