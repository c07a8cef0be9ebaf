"""Days that a published figure covers, and whether two of them can be set beside each other."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from rightplace.errors import BadInputError
from rightplace.evaluate.designs.finding import Check, Diagnostic, Flag
from rightplace.evaluate.recording import lockdowns

if TYPE_CHECKING:
    from rightplace.evaluate.designs.claim_settings import ClaimSettings
    from rightplace.evaluate.rate_ratio import RateRatio

_LEAP_DAY: Final = 1
_YEAR_DAYS: Final = 365
_PART: Final = r"\d{4}(?:-\d{2}(?:-\d{2})?)?"
_WRITTEN: Final = re.compile(rf"({_PART})(?:\s*(?:\.\.|to)\s*({_PART}))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimPeriod:
    """Days, first and last included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        """Check that there is a day.

        Raises
        ------
        BadInputError
            If the last day lies before the first.
        """
        if self.last < self.first:
            msg = f"A period from {self.first} to {self.last} has no day."
            raise BadInputError(msg, value=str(self.last), remedy="Give first and last day.")

    @classmethod
    def read(cls, text: str) -> ClaimPeriod:
        """Return a period: ``2018``, ``2018-10``, ``2018-01..2018-10``, ``2018-01-01..2018-10-31``.

        Raises
        ------
        BadInputError
            If it is none.
        """
        written = _WRITTEN.fullmatch(text.strip())
        ends = None if written is None else (_ends(written[1]), _ends(written[2] or written[1]))
        if ends is None or ends[0] is None or ends[1] is None:
            msg = f"{text!r} is no period."
            remedy = "Write 2018, 2018-10, or 2018-01-01..2018-10-31."
            raise BadInputError(msg, value=text, remedy=remedy)
        return cls(first=ends[0][0], last=ends[1][1])

    @property
    def days(self) -> int:
        """How many days, 1 or more."""
        return (self.last - self.first).days + 1

    def __str__(self) -> str:
        """Return first and last day."""
        return f"{self.first} to {self.last}"


def _ends(text: str) -> tuple[date, date] | None:
    """Return first and last day of a year, month or day, or None where there is none such."""
    try:
        first = date.fromisoformat(text + "-01-01"[len(text) - len("2018") :])
    except ValueError:
        return None
    if len(text) == len("2018"):
        return first, first.replace(month=12, day=31)
    if len(text) == len("2018-01"):
        return first, first.replace(day=monthrange(first.year, first.month)[1])
    return first, first


def period_checks(before: ClaimPeriod | None, after: ClaimPeriod | None) -> tuple[Diagnostic, ...]:
    """Return whether the lockdowns lie in either period; nothing where no period is known."""
    known = [each for each in (before, after) if each is not None]
    if not known:
        return ()
    held = [
        each
        for each in known
        if any(met.starts <= each.last and each.first <= met.ends for met in lockdowns())
    ]
    words = (
        f"A lockdown of 2020 or 2021 lies in {' and in '.join(str(each) for each in held)}."
        if held
        else "No period given touches the lockdowns of 2020 and 2021."
    )
    return (Diagnostic(check=Check.NO_LOCKDOWN, passed=not held, words=words),)


def unequal(before: ClaimPeriod | None, after: ClaimPeriod | None, ratio: RateRatio) -> str:
    """Return a sentence on periods of different length, or nothing where they are alike.

    Parameters
    ----------
    before, after
        Periods, or None where nobody says.
    ratio
        Rates per day, where both are known.
    """
    if before is None or after is None or abs(before.days - after.days) <= _LEAP_DAY:
        return ""
    return (
        f"The periods are of different length, {before} ({before.days} days) and {after} "
        f"({after.days} days): per day the change is {ratio.value - 1:+.1%} "
        f"({ratio.lo - 1:+.1%} to {ratio.hi - 1:+.1%} under Poisson chance)."
    )


def season_flags(
    before: ClaimPeriod | None, after: ClaimPeriod | None, settings: ClaimSettings
) -> tuple[Flag, ...]:
    """Return a flag where two parts of years lie in different seasons."""
    if before is None or after is None or min(before.days, after.days) >= _YEAR_DAYS:
        return ()
    apart = abs(before.first.timetuple().tm_yday - after.first.timetuple().tm_yday)
    if min(apart, _YEAR_DAYS - apart) <= settings.same_season_days:
        return ()
    words = f"The periods begin in different seasons: {before} and {after}."
    return (Flag(code="other-season", words=words),)
