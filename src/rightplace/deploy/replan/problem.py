"""What is left to decide of a running plan: who still has time, what stands, what may change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rightplace.errors import UsageError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.deploy.weekly.problem import PlanProblem


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Duties:
    """Crews in the slots that may change, each with the visits it can still make.

    Parameters
    ----------
    borough, slot
        Shape (n_duties,). Index of each in the plan's problem.
    room
        Shape (n_duties,). Whole visits that fit into the minutes left, 0 or more.
    change_worth
        Shape (n_duties,). What a change of one visit of the crew must gain at least, above 0,
        in the unit of the plan's objective.
    specialist
        Shape (n_duties,). Whether the crew has specialist skills.
    """

    borough: NDArray[np.int64]
    slot: NDArray[np.int64]
    room: NDArray[np.int64]
    change_worth: NDArray[np.float64]
    specialist: NDArray[np.bool_]

    def __post_init__(self) -> None:
        """Check that the columns fit together and changes cost something.

        Raises
        ------
        UsageError
            If not.
        """
        columns = (self.borough, self.slot, self.room, self.change_worth, self.specialist)
        if len({each.size for each in columns}) > 1:
            msg = f"The columns of the duties differ: {[each.size for each in columns]}."
            raise UsageError(msg)
        if (self.room < 0).any() or not (self.change_worth > 0).all():
            msg = "A duty has room for 0 visits or more, and a change is worth more than 0."
            raise UsageError(msg, remedy="Correct replan.change_worth.")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Remaining:
    """Visits that are planned and not made: which duty goes to which cell, how often.

    Parameters
    ----------
    duty, cell, times
        Shape (n,). Each pair of duty and cell stands once; times are 1 or more.
    """

    duty: NDArray[np.int64]
    cell: NDArray[np.int64]
    times: NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ReplanProblem:
    """A plan's problem with what is left of it to decide.

    Parameters
    ----------
    problem
        The plan's problem; its capacity is not read, its limits are those that hold now.
    fixed
        Shape (n_cells, n_slots). Visits that stand whatever is decided: made, begun, of slots
        that are over, and of boroughs that are left alone.
    cells
        Shape (n_places,). Cells whose visits may change.
    open_slots
        Shape (n_slots,). Slots whose visits may change.
    may_gain
        Shape (n_cells, n_slots). Cells that may have more visits than remain planned there;
        places held out by lot may not.
    duties, remaining
        Who has time left, and what they were to do.
    """

    problem: PlanProblem
    fixed: NDArray[np.int64]
    cells: NDArray[np.int64]
    open_slots: NDArray[np.bool_]
    may_gain: NDArray[np.bool_]
    duties: Duties
    remaining: Remaining

    def __post_init__(self) -> None:
        """Check that all speak of the same cells, slots and duties.

        Raises
        ------
        UsageError
            If they do not, or a duty or a remaining visit lies where nothing may change.
        """
        shape = self.problem.demand.shape
        shapes = (self.fixed.shape, self.may_gain.shape, (shape[0], self.open_slots.size))
        wrong = [f"{each} is not {shape}" for each in shapes if each != shape]
        inside = np.isin(self.remaining.cell, self.cells)
        if not (self.open_slots[self.duties.slot].all() and inside.all()):
            wrong.append("a duty or a remaining visit lies where nothing may change")
        if wrong:
            msg = f"What is left to decide does not fit the plan: {'; '.join(wrong)}."
            raise UsageError(msg)

    @property
    def is_separable(self) -> bool:
        """Whether what a visit prevents and needs depends on its place and slot alone."""
        limits = self.problem.limits
        plain = limits is None or not (limits.apart or limits.specialist_share.any())
        return self.problem.carry_over is None and plain
