"""The clock of a request: one month by law, when it begins, stands still and is extended.

Pure functions over dated limits. Days are days of the study area's clock.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from rightplace.errors import BadInputError, RefusedError


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestLimit:
    """How long an answer may take, by law in force from a day.

    Parameters
    ----------
    provision
        Where it stands.
    in_force_from
        First day; a request keeps to the limit of the day on which it was received.
    months
        Months, beginning with the day on which the clock begins.
    extension_months
        Further months by notice, for complexity or number of requests; 0: none.
    stands_still
        Whether the clock of a request for access stands still while the subject is asked what
        they mean.
    source
        Which text was read.
    """

    provision: str
    in_force_from: date
    months: int
    extension_months: int
    stands_still: bool
    source: str


LIMITS = (
    RequestLimit(
        provision="Data Protection Act 2018 s54(2)-(3)",
        in_force_from=date(2018, 5, 25),
        months=1,
        extension_months=0,
        stands_still=False,
        source="legislation.gov.uk: s54 as enacted (its power to lengthen was never used)",
    ),
    RequestLimit(
        provision="Data Protection Act 2018 s54(2)-(3D)",
        in_force_from=date(2026, 2, 5),
        months=1,
        extension_months=2,
        stands_still=True,
        source="legislation.gov.uk: s54 as amended by the Data (Use and Access) Act 2025 s76, in "
        "force by SI 2026/82 reg 2",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestDays:
    """The days on which something happened to a request.

    Parameters
    ----------
    received
        When it came in.
    is_access
        Whether it asks for access.
    identity_asked, identity_shown
        When the subject was asked to show who they are (s52(4)), and did; or None.
    more_asked, more_told
        When they were asked what they mean (s54(3C)), and said it; or None.
    is_extended
        Whether they had notice of an extension.

    Raises
    ------
    BadInputError
        If days do not follow each other.
    """

    received: date
    is_access: bool
    identity_asked: date | None = None
    identity_shown: date | None = None
    more_asked: date | None = None
    more_told: date | None = None
    is_extended: bool = False

    def __post_init__(self) -> None:
        """Check that an answer follows its question, and a question the request.

        Raises
        ------
        BadInputError
            If it does not.
        """
        pairs = (
            (self.received, self.identity_asked),
            (self.received, self.more_asked),
            (self.identity_asked, self.identity_shown),
            (self.more_asked, self.more_told),
        )
        for first, then in pairs:
            if then is not None and (first is None or then < first):
                msg = f"{then} does not follow {first}."
                raise BadInputError(msg, value=then, remedy="Check the days of the request.")


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestClock:
    """Until when a request must be answered.

    Parameters
    ----------
    due_on
        The last day; None while the clock has not begun, or stands still.
    extendable_until
        The last day on which notice of an extension can be given; None where none can.
    provision
        By which law.
    """

    due_on: date | None
    extendable_until: date | None
    provision: str

    def days_left(self, today: date) -> int | None:
        """Return how many days are left after a day: negative when it is late."""
        return None if self.due_on is None else (self.due_on - today).days


def limit_on(day: date) -> RequestLimit:
    """Return the limit in force on a day.

    Raises
    ------
    BadInputError
        If no limit was in force yet.
    """
    found = [each for each in LIMITS if each.in_force_from <= day]
    if not found:
        msg = f"On {day} the Data Protection Act 2018 was not in force yet."
        raise BadInputError(msg, value=day, remedy="Check when the request was received.")
    return found[-1]


def clock_of(days: RequestDays) -> RequestClock:
    """Return the clock of a request.

    "Beginning with" a day counts that day: the last day is the one before the same date of a later
    month, a day earlier than by the Commissioner's reckoning. So nobody is late by either.
    """
    limit = limit_on(days.received)
    begins = days.identity_shown if days.identity_asked else days.received
    still = timedelta(0)
    if limit.stands_still and days.is_access and days.more_asked is not None:
        if days.more_told is None:
            return RequestClock(due_on=None, extendable_until=None, provision=limit.provision)
        still = days.more_told - max(days.more_asked, begins or days.more_asked)
        still = max(still + timedelta(days=1), timedelta(0))
    if begins is None:
        return RequestClock(due_on=None, extendable_until=None, provision=limit.provision)
    first_end = _end(begins, limit.months) + still
    extended = _end(begins, limit.months + limit.extension_months) + still
    can_extend = limit.extension_months > 0 and not days.is_extended
    return RequestClock(
        due_on=extended if days.is_extended else first_end,
        extendable_until=first_end if can_extend else None,
        provision=limit.provision,
    )


def check_extendable(clock: RequestClock, *, today: date) -> None:
    """Check that an extension can be given notice of on a day.

    Raises
    ------
    RefusedError
        If the law knows none, it was extended, or the first month is over.
    """
    if clock.extendable_until is None or today > clock.extendable_until:
        until = clock.extendable_until
        why = "it cannot be extended" if until is None else f"its first month ended on {until}"
        msg = f"The time for the answer stands: {why} ({clock.provision})."
        raise RefusedError(msg, value=today, remedy="Answer what can be answered now.")


def _end(begins: date, months: int) -> date:
    """Return the last day of so many months that begin with a day."""
    month = begins.month - 1 + months
    year, month = begins.year + month // 12, month % 12 + 1
    same_day = min(begins.day, monthrange(year, month)[1])
    return date(year, month, same_day) - timedelta(days=1)
