"""What postings give in a week, and what they cost where rates are given.

DOMAIN 6.3.16: 100 officers on six days on and four off at 20 % abstraction are 48 on duty a day,
24 pairs; a 10 h shift less 30 min briefing and 60 min break is 8.5 h; 15 min visit and 10 min
travel make 20 visits a pair, 480 a day.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Sequence

_DAYS_A_WEEK = 7
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyPattern:
    """How officers of a surge work.

    Parameters
    ----------
    days_on, days_off
        Of the shift pattern.
    abstraction
        Share of duty lost to leave, training, court, sickness, 0 to 1.
    shift_hours, briefing_minutes, break_minutes
        Of a shift.
    visit_minutes, travel_minutes
        Of a visit on patrol.
    officers_together
        Of a patrol.
    full_time_hours
        A week; fewer contracted hours count by their share.
    """

    days_on: int
    days_off: int
    abstraction: float
    shift_hours: float
    briefing_minutes: float
    break_minutes: float
    visit_minutes: float
    travel_minutes: float
    officers_together: int
    full_time_hours: float

    def __post_init__(self) -> None:
        """Check that a shift has time in it.

        Raises
        ------
        BadInputError
            If a number cannot be.
        """
        wrong = [
            name
            for name, holds in {
                "days_on": self.days_on > 0 and self.days_off >= 0,
                "abstraction": 0 <= self.abstraction < 1,
                "shift_hours": self.minutes_out > 0,
                "visit_minutes": self.visit_minutes > 0 and self.travel_minutes >= 0,
                "officers_together": self.officers_together >= 1,
                "full_time_hours": self.full_time_hours > 0,
            }.items()
            if not holds
        ]
        if wrong:
            msg = (
                f"Settings of duty that cannot be: {', '.join(f'surge.{name}' for name in wrong)}."
            )
            raise BadInputError(msg, remedy="Correct them.")

    @property
    def minutes_out(self) -> float:
        """Minutes of a shift after briefing and break."""
        return self.shift_hours * 60 - self.briefing_minutes - self.break_minutes

    @property
    def visits_each(self) -> int:
        """Whole visits of a patrol in a shift."""
        return int(self.minutes_out / (self.visit_minutes + self.travel_minutes) + _ROUNDING)

    def on_duty(self, weekly_hours: Sequence[float | None]) -> float:
        """Return officers on duty on a day, on average.

        Parameters
        ----------
        weekly_hours
            Of each officer; None for full time.
        """
        whole = sum(
            1.0 if hours is None else min(1.0, hours / self.full_time_hours)
            for hours in weekly_hours
        )
        return whole * self.days_on / (self.days_on + self.days_off) * (1 - self.abstraction)


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """What officers of one role give.

    Parameters
    ----------
    role
        patrol or investigation.
    officers
        Posted.
    on_duty_a_day
        Officers, on average.
    hours_a_week
        Officer-hours after briefing and break.
    patrols_a_day, visits_each, visits_a_day, visits_a_week
        Of patrols; None for investigations.
    """

    role: str
    officers: int
    on_duty_a_day: float
    hours_a_week: float
    patrols_a_day: int | None = None
    visits_each: int | None = None
    visits_a_day: int | None = None
    visits_a_week: int | None = None


def capacity(
    role: str, weekly_hours: Sequence[float | None], pattern: DutyPattern, *, on_patrol: bool
) -> Capacity:
    """Return what officers of one role give.

    Parameters
    ----------
    role
        Its name.
    weekly_hours
        Of each officer posted; None for full time.
    pattern
        How they work.
    on_patrol
        Whether they patrol, so that visits are reckoned.
    """
    on_duty = pattern.on_duty(weekly_hours)
    hours = on_duty * pattern.minutes_out / 60 * _DAYS_A_WEEK
    plain = Capacity(
        role=role, officers=len(weekly_hours), on_duty_a_day=on_duty, hours_a_week=hours
    )
    if not on_patrol:
        return plain
    patrols = int(on_duty / pattern.officers_together + _ROUNDING)
    visits = patrols * pattern.visits_each
    return Capacity(
        role=role,
        officers=plain.officers,
        on_duty_a_day=on_duty,
        hours_a_week=hours,
        patrols_a_day=patrols,
        visits_each=pattern.visits_each,
        visits_a_day=visits,
        visits_a_week=visits * _DAYS_A_WEEK,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """One line of what a surge costs a week.

    Parameters
    ----------
    name
        overtime, rest days or backfill.
    hours
        A week, for all posted; None where not given.
    rate
        Pounds an hour; None where not given.
    pounds
        A week; None where rate or hours are not given.
    """

    name: str
    hours: float | None
    rate: float | None
    pounds: float | None


def price(name: str, *, hours: float | None, rate: float | None) -> Price:
    """Return a line of the cost; no rate is ever made up."""
    pounds = None if hours is None or rate is None else hours * rate
    return Price(name=name, hours=hours, rate=rate, pounds=pounds)
