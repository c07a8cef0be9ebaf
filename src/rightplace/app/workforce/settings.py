"""Settings of strength to come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from rightplace.deploy.workforce.tornado import Steps


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkforceSettings:
    """How far a workforce is followed, in how many draws, and how far inputs are moved.

    Parameters
    ----------
    months
        Months of the horizon, where none are asked for.
    draws
        Draws of strength by month, where none are asked for.
    compared_draws
        Draws in which what-ifs and inputs moved are compared, with the same chance; at most all.
    step_attrition_points
        Percentage points by which the annual share that leaves is moved down and up, to see what
        matters most; 0 leaves an input out. All steps are choices of ours.
    step_filled_points
        Percentage points by which the share of places filled is moved.
    step_intake
        Share by which the planned intake is moved.
    step_places
        Share by which training places are moved.
    step_tutors
        Share by which tutors are moved.
    step_leave
        Share by which the share going on leave is moved.
    step_training_months
        Months by which initial training is moved.
    """

    months: int = 36
    draws: int = 10_000
    compared_draws: int = 2_000
    step_attrition_points: float = 1.0
    step_filled_points: float = 5.0
    step_intake: float = 0.1
    step_places: float = 0.1
    step_tutors: float = 0.1
    step_leave: float = 0.1
    step_training_months: int = 1

    def __post_init__(self) -> None:
        """Check the numbers of draws.

        Raises
        ------
        BadInputError
            If nothing could be compared.
        """
        if self.compared_draws < 1:
            msg = f"workforce.compared_draws is {self.compared_draws}."
            raise BadInputError(msg, value=self.compared_draws, remedy="Give 1 or more.")

    def steps(self) -> Steps:
        """Return how far inputs are moved; what cannot be raises ``BadInputError``."""
        from rightplace.deploy.workforce.tornado import Steps

        return Steps(
            attrition_points=self.step_attrition_points,
            filled_points=self.step_filled_points,
            intake_factor=self.step_intake,
            places_factor=self.step_places,
            tutors_factor=self.step_tutors,
            leave_factor=self.step_leave,
            training_months=self.step_training_months,
        )
