"""The rules that every roster keeps, and what it weighs."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from datetime import time
from typing import Final

from rightplace.errors import UsageError

HARD, WEIGHED, IGNORED = "hard", "weighed", "ignored"
_LONGEST_DUTY: Final = 24.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterRules:
    """What no roster may break.

    Parameters
    ----------
    rest_hours
        Least elapsed hours between the end of a shift and the start of the next.
    weekly_hours
        Most hours a week, on average over the reference period that ends with the roster.
    reference_weeks
        Weeks of that period.
    weekly_rest_hours
        Least hours without duty in each seven days from the roster's first day on.
    shifts_in_row, nights_in_row
        Most shifts, and night shifts, on consecutive days.
    rest_block
        Least days off together, absences among them; an absence by itself may be shorter.
    rotation
        ``hard``: from one day of duty to the next the shift never goes back (early, late,
        night); ``weighed``: going back costs; ``ignored``.
    contract_slack_hours
        Hours of the whole roster by which the contract may be passed.
    fixed_starts, fixed_hours
        When training and court start, local time, and how long they last.
    notice_days
        A change of a published shift with less notice is flagged.
    """

    rest_hours: float = 11.0
    weekly_hours: float = 48.0
    reference_weeks: float = 17.0
    weekly_rest_hours: float = 24.0
    shifts_in_row: int = 6
    nights_in_row: int = 4
    rest_block: int = 2
    rotation: str = HARD
    contract_slack_hours: float = 4.0
    fixed_starts: time = time(9)
    fixed_hours: float = 8.0
    notice_days: int = 90

    def __post_init__(self) -> None:
        """Check that the rules can be kept.

        Raises
        ------
        UsageError
            If a value makes no sense.
        """
        for name in ("shifts_in_row", "nights_in_row", "rest_block", "reference_weeks"):
            if getattr(self, name) < 1:
                msg = f"{name} is {getattr(self, name):g}; it must be 1 or more."
                raise UsageError(msg, remedy=f"Correct roster.{name}.")
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, int | float) and not (math.isfinite(value) and value >= 0):
                msg = f"{field.name} is {value:g}; it must be 0 or more."
                raise UsageError(msg, remedy=f"Correct roster.{field.name}.")
        if not 0 < self.fixed_hours < _LONGEST_DUTY:
            msg = f"Training and court of {self.fixed_hours:g} hours fit in no day."
            raise UsageError(msg, remedy="Correct roster.fixed_hours.")
        if self.rotation not in {HARD, WEIGHED, IGNORED}:
            msg = f"rotation is {self.rotation!r}, none of {HARD}, {WEIGHED}, {IGNORED}."
            raise UsageError(msg, remedy="Correct roster.rotation.")


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterWeights:
    """What each unwanted thing costs; whole numbers, so that bounds are exact.

    Parameters
    ----------
    wish
        For each unit of weight of a wish that is refused.
    night, weekend
        For each night shift, or shift of a weekend, above an officer's fair share.
    idle
        For each whole shift of contracted hours that is not rostered.
    back
        For each day on which the shift goes back, where the rotation is weighed.
    change
        For each officer and day changed with less notice than the rules ask.
    uncovered
        For each officer lacking in a shift, where that is allowed at all.
    """

    wish: int = 10
    night: int = 5
    weekend: int = 5
    idle: int = 2
    back: int = 5
    change: int = 20
    uncovered: int = 1000

    def __post_init__(self) -> None:
        """Check that nothing unwanted is rewarded.

        Raises
        ------
        UsageError
            If a weight is below 0.
        """
        for field in fields(self):
            if getattr(self, field.name) < 0:
                msg = f"The weight {field.name} is {getattr(self, field.name)}, below 0."
                raise UsageError(msg, remedy=f"Correct roster.{field.name}_weight.")
