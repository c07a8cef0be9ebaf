"""The plan with places held out, and what holding them out costs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.deploy.weekly.problem import PlanProblem
    from rightplace.deploy.weekly.solution import PlanSolution


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What is prevented less because places are held out, as an interval, in the objective's unit.

    Both plans are known within a gap, so their difference is too (METHODS B9). An interval that
    begins at 0 says only that the price is less than its upper end.
    """

    lo: float
    hi: float


def with_hold_out(
    problem: PlanProblem, *, held_out: NDArray[np.int64], treated: NDArray[np.int64]
) -> PlanProblem:
    """Return the problem in which places held out may not be visited and those treated must be.

    Parameters
    ----------
    problem
        The plan's problem.
    held_out, treated
        Rows of the cells in each arm.
    """
    visitable, minimum = problem.visitable.copy(), problem.minimum.copy()
    visitable[held_out] = False
    minimum[treated] = np.maximum(minimum[treated], 1)
    return replace(problem, visitable=visitable, minimum=minimum)


def price_of(full: PlanSolution, held: PlanSolution) -> Price:
    """Return what holding places out costs: from lower end less upper end, to the reverse.

    Parameters
    ----------
    full
        The plan in which nothing is held out.
    held
        The plan with the hold-out; it can prevent no more.
    """
    return Price(lo=max(0.0, full.objective - held.bound), hi=max(0.0, full.bound - held.objective))
