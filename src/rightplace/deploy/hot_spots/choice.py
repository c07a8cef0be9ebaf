"""Which places a term fixes, and that a plan visits them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from rightplace.errors import UnsupportedByDataError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from rightplace.deploy.weekly.problem import PlanProblem


def first_places(
    expected: NDArray[np.float64], *, able: NDArray[np.bool_], count: int
) -> NDArray[np.int64]:
    """Return the cells where most is expected, most first, shape (count,).

    Ties go to the earlier cell.

    Parameters
    ----------
    expected
        Shape (n_cells,). Expected counts; NaN without data.
    able
        Shape (n_cells,). Cells that may be visited.
    count
        How many, 1 or more.

    Raises
    ------
    UsageError
        If none is asked for.
    UnsupportedByDataError
        If fewer may be visited.
    """
    if count < 1:
        msg = f"{count} hot spots cannot be fixed."
        raise UsageError(msg, value=count, remedy="Ask for 1 or more.")
    cells = np.flatnonzero(able & np.isfinite(expected))
    if cells.size < count:
        msg = f"{count} hot spots are asked for and {cells.size} places may be visited."
        raise UnsupportedByDataError(msg, value=count, remedy="Ask for fewer.")
    order = np.argsort(-expected[cells], kind="stable")
    return cells[order][:count].astype(np.int64)


def with_least_visits(problem: PlanProblem, least: Mapping[str, int]) -> PlanProblem:
    """Return the problem in which some places must have so many visits, or what they must already.

    Parameters
    ----------
    problem
        The plan's problem.
    least
        Visits over the plan, by cell.

    Raises
    ------
    UsageError
        If a cell is none of the problem's.
    """
    at = {cell_id: cell for cell, cell_id in enumerate(problem.cell_ids)}
    unknown = sorted(least.keys() - at.keys())
    if unknown:
        msg = f"{unknown[0]} is no cell of this study area."
        raise UsageError(msg, value=unknown[0], remedy="Take a term of the same study area.")
    minimum = problem.minimum.copy()
    for cell_id, visits in least.items():
        minimum[at[cell_id]] = max(int(minimum[at[cell_id]]), visits)
    return replace(problem, minimum=minimum)
