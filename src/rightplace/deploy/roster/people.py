"""What a roster is made from: officers, absences, demand, wishes, duties. No reason of a person.

That an officer is ill, cares for somebody or has an adjustment is never asked for; only which
days and shifts are not worked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import date, datetime

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
OFF: Final = "off"
"""What a wish for a day without duty says in place of a shift."""

ON_DUTY: Final = ("training", "court")
"""Absences that are work: their hours count, and rest is due before and after."""
ABSENCES: Final = ("leave", "training", "court", "sickness", "other")
EXCLUDED: Final = ("leave", "sickness")
"""Absences that leave the 48 h average: neither hours nor days of the reference period."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What an officer brings into a roster.

    Parameters
    ----------
    hours
        Worked in that part of the reference period (17 weeks up to the roster's last day) that
        lies before the roster.
    excluded_days
        Days of leave and sickness in that part.
    last_end
        End of the last shift in UTC; None if there was none in living memory (a new officer).
    shifts, nights
        Shifts and night shifts on consecutive days up to the day before the roster.
    """

    hours: float
    excluded_days: int
    last_end: datetime | None
    shifts: int
    nights: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Officer:
    """An officer as a roster sees one.

    Parameters
    ----------
    team
        Where the officer works.
    weekly_hours
        Contracted hours of a week.
    opening
        What is brought in; None where it is not known, which a run must say.
    never_shifts, never_weekdays
        Shifts (by name) and weekdays (``mon`` to ``sun``) that the officer does not work:
        adjustments, carers, agreed flexible working. Hard, and without a reason.
    row
        In the file; the first row of data is 1.
    """

    officer_id: str
    team: str
    supervisor: bool
    skills: frozenset[str]
    weekly_hours: float
    opening: Opening | None
    never_shifts: frozenset[str] = frozenset()
    never_weekdays: frozenset[str] = frozenset()
    row: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """Policing days, both ends included, on which an officer works no shift; one of a kind."""

    officer_id: str
    first: date
    last: date
    kind: str
    row: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """The least crewing of one shift.

    Parameters
    ----------
    teams
        Whose officers count; several share the demand.
    officers, supervisors
        Least of each; supervisors are officers too.
    skills
        Least officers with each skill.
    row
        Of the demand file.
    """

    day: date
    shift: str
    teams: tuple[str, ...]
    officers: int
    supervisors: int = 0
    skills: tuple[tuple[str, int], ...] = ()
    row: int = 0

    def parts(self) -> tuple[tuple[str, int], ...]:
        """Return what is asked for, and the least of it: ``officers``, ``supervisors``, skills."""
        asked = (("officers", self.officers), ("supervisors", self.supervisors), *self.skills)
        return tuple((what, least) for what, least in asked if least > 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A shift that an officer asks for on a day, or ``off``; the heavier the dearer."""

    officer_id: str
    day: date
    shift: str
    weight: int
    row: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """A shift that an officer works, rostered or as published, in order of officer and time."""

    officer_id: str
    day: date
    shift: str
    start: datetime
    end: datetime

    @property
    def minutes(self) -> int:
        """Elapsed minutes."""
        return round((self.end - self.start).total_seconds() / 60)


def counts_as(officer: Officer, what: str) -> bool:
    """Return whether an officer counts towards a part of a need."""
    if what == "officers":
        return True
    return officer.supervisor if what == "supervisors" else what in officer.skills
