"""Until when somebody who was stopped or searched may ask, in calendar months of London's clock.

A statement of having been stopped or searched under section 60: twelve months from that day
(section 60(10) and (10A)). A copy of the search record: three months that begin with that day (PACE
section 3(7) to (9)). They are two clocks (DOMAIN 1.5.33). Neither asks who somebody is.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from rightplace.errors import BadInputError
from rightplace.powers.law.keys import Key
from rightplace.powers.law.limits import CIVIL

if TYPE_CHECKING:
    from rightplace.powers.law.limits import Limits


class Paper(StrEnum):
    """What may be asked for."""

    STATEMENT = "section 60 statement"
    RECORD_COPY = "copy of the search record"


_KEYS = {Paper.STATEMENT: Key.STATEMENT_MONTHS, Paper.RECORD_COPY: Key.RECORD_COPY_MONTHS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """Whether a paper is given on an application.

    Parameters
    ----------
    paper
        What was asked for.
    given
        Whether it was asked for in time.
    last_day
        Last day, in London, on which it can be asked for.
    provision
        What sets that.
    """

    paper: Paper
    given: bool
    last_day: date
    provision: str


def months_after(day: date, months: int) -> date:
    """Return the same day so many months later; the month's last day where it has no such day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def last_day(paper: Paper, searched_at: datetime, *, limits: Limits) -> date:
    """Return the last day on which a paper may be asked for.

    Parameters
    ----------
    paper
        What is asked for.
    searched_at
        When somebody was stopped or searched.
    limits
        Those on that day.

    Raises
    ------
    BadInputError
        If the time carries no zone.
    """
    if searched_at.tzinfo is None:
        msg = f"The time of the search {searched_at} carries no zone."
        raise BadInputError(msg, value=searched_at, remedy="Give it with its offset.")
    day = searched_at.astimezone(CIVIL).date()
    ends = months_after(day, limits.months(_KEYS[paper]))
    begins_with_the_day = paper is Paper.RECORD_COPY
    has_no_such_day = ends.day < day.day  # months that begin with the 30th end with February
    return ends - timedelta(days=1) if begins_with_the_day and not has_no_such_day else ends


def answer_application(
    paper: Paper, *, searched_at: datetime, asked_on: date, limits: Limits
) -> Answered:
    """Return whether a paper is given to whoever asks for it on a day.

    Parameters
    ----------
    paper
        What is asked for.
    searched_at
        When somebody was stopped or searched.
    asked_on
        Day of the application, in London.
    limits
        Those on the day of the search.

    Raises
    ------
    BadInputError
        If it was asked for before the search.
    """
    day = searched_at.astimezone(CIVIL).date()
    if asked_on < day:
        msg = f"It was asked for on {asked_on}, before the search of {day}."
        raise BadInputError(msg, value=asked_on, remedy="Check both days.")
    last = last_day(paper, searched_at, limits=limits)
    provision = limits.of(_KEYS[paper])[0].provision
    return Answered(paper=paper, given=asked_on <= last, last_day=last, provision=provision)
