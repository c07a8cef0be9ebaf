"""How long a simulation looks ahead and how often, and who helps the teams meanwhile."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Mapping

HOURS_OF_A_DAY: Final = 24
DAYS_OF_A_WEEK: Final = 7
_REMEDY: Final = (
    "Hours of a day are above 0, to 24, duty days of a week above 0, to 7, the share absent 0 or "
    "more and below 1; officers and levels are whole numbers from 0 up."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Horizon:
    """How long the future is that is simulated, and how often.

    Parameters
    ----------
    days
        Days that are measured, a week or more.
    warm_up_days
        Days before them that are simulated and not measured, 0 or more: none where the cases open
        at the start are known, long where the usual course of years is asked for.
    replications
        How often the future is drawn, 2 or more, so that there is an interval.
    seed
        Each seed has its own draws, 0 or more; two questions with one seed have the same cases.
    """

    days: int
    warm_up_days: int
    replications: int
    seed: int

    def __post_init__(self) -> None:
        """Check the numbers.

        Raises
        ------
        BadInputError
            If one of them cannot be.
        """
        least = {"days": DAYS_OF_A_WEEK, "warm_up_days": 0, "replications": 2, "seed": 0}
        for name, lowest in least.items():
            value = getattr(self, name)
            if type(value) is not int or value < lowest:
                msg = f"{name} of {value!r} cannot be."
                remedy = f"Give a whole number from {lowest} up."
                raise BadInputError(msg, value=str(value), remedy=remedy)

    @property
    def all_days(self) -> int:
        """Days that are simulated, the warm-up included."""
        return self.warm_up_days + self.days

    @property
    def weeks(self) -> int:
        """Weeks that begin in them; those present change with each."""
        return self.all_days // DAYS_OF_A_WEEK + 1

    @property
    def weeks_before(self) -> int:
        """Weeks that begin before the first day measured."""
        return -(-self.warm_up_days // DAYS_OF_A_WEEK)


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """Officers of a surge posted to investigations: they do what their accreditation allows.

    They belong to no team: whoever is free takes the first work of any team that carries an action
    of his or her level or a lower one, if the team's own officers are all busy when it comes up.

    Parameters
    ----------
    officers_by_level
        How many officers of accreditation level 0, 1, 2 ...
    hours_a_day, duty_days_a_week, absent
        As in ``Duty``; ``absent`` includes whatever else keeps them away.
    actions
        Level that each action needs, by its name; see ``deploy/surge/actions.py``.
    """

    officers_by_level: tuple[int, ...]
    hours_a_day: float
    duty_days_a_week: float
    absent: float
    actions: Mapping[str, int]

    def __post_init__(self) -> None:
        """Check the numbers.

        Raises
        ------
        BadInputError
            If one of them cannot be.
        """
        officers = self.officers_by_level
        fine = {
            "officers_by_level": all(type(each) is int and each >= 0 for each in officers),
            "hours_a_day": 0 < self.hours_a_day <= HOURS_OF_A_DAY,
            "duty_days_a_week": 0 < self.duty_days_a_week <= DAYS_OF_A_WEEK,
            "absent": math.isfinite(self.absent) and 0 <= self.absent < 1,
            "actions": all(type(each) is int and each >= 0 for each in self.actions.values()),
        }
        for name, is_fine in fine.items():
            if not is_fine:
                value = str(getattr(self, name))
                msg = f"{name} of {value} of the officers who help cannot be."
                raise BadInputError(msg, value=value, remedy=_REMEDY)
