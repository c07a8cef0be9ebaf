"""What the calendar says of a period: season, weekdays and weekends, and days given by date."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rightplace.forecast.history import Kind

    Dates = NDArray[np.datetime64]

HARMONICS = 2
# How far a factor may lie from 1 before anything is known of it, on the log scale: the first
# harmonic of the season, and what changes if all days of a period were of a kind.
SEASON_SD = 0.1
DAYS_SD = 0.25
_YEAR_DAYS = 365.25
_WEEKDAYS = 7
_SATURDAY = 5
_DAY = np.timedelta64(1, "D")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DatedDays:
    """Days of one kind that may be busier or quieter than others: school holidays, a festival.

    They must be known for the days ahead as well as for the past.

    Parameters
    ----------
    name
        What they are.
    days
        Shape (n_days,). The dates, in any order.
    """

    name: str
    days: Dates

    def __post_init__(self) -> None:
        """Sort the dates, each once.

        Raises
        ------
        BadInputError
            If there is none, or one is missing.
        """
        days = np.unique(np.asarray(self.days, dtype="datetime64[D]"))
        if days.size == 0 or np.isnat(days).any():
            msg = f"The days of {self.name!r} must be dates, one or more."
            raise BadInputError(msg, value=self.name)
        days.flags.writeable = False
        object.__setattr__(self, "days", days)

    def share(self, starts: Dates, ends: Dates) -> NDArray[np.float64]:
        """Return the share of each period's days that are such days, shape (n_periods,)."""
        held = np.searchsorted(self.days, ends) - np.searchsorted(self.days, starts)
        return np.asarray(held / ((ends - starts) / _DAY), dtype=np.float64)


def period_starts(ends: Dates, kind: Kind) -> Dates:
    """Return the first day of each period, given the first day after it."""
    if kind == "month":
        return (ends - _DAY).astype("datetime64[M]").astype("datetime64[D]")
    return np.asarray(ends - (_WEEKDAYS if kind == "week" else 1) * _DAY)


def coming_ends(newest: np.datetime64, kind: Kind, *, periods: int) -> Dates:
    """Return the first day after each of the periods that follow the newest one."""
    ahead = np.arange(1, periods + 1)
    if kind == "month":
        month = (newest - _DAY).astype("datetime64[M]")
        return np.asarray(month + ahead + 1, dtype="datetime64[D]")
    return np.asarray(newest + (_WEEKDAYS if kind == "week" else 1) * ahead * _DAY)


def periods_between(newest: np.datetime64, kind: Kind, *, days: Dates) -> NDArray[np.int64]:
    """Return how many whole periods lie between the newest one and that of each day, (n_days,).

    0 for days in the period that follows; also for what is left of a newest month cut short.

    Parameters
    ----------
    newest
        First day after the newest period.
    kind
        How long periods are.
    days
        Shape (n_days,). Days from then on.

    Raises
    ------
    BadInputError
        If there is no day, or one is missing or lies before.
    """
    if days.size == 0 or np.isnat(days).any() or (days < newest).any():
        msg = f"The days ahead must be dates from {newest} on, one or more."
        raise BadInputError(msg, value=str(days.min()) if days.size else None)
    if kind == "month":
        months = days.astype("datetime64[M]") - (newest - _DAY).astype("datetime64[M]")
        return np.asarray(np.maximum(months.astype(np.int64) - 1, 0))
    lasts = (_WEEKDAYS if kind == "week" else 1) * _DAY
    return np.asarray((days - newest) // lasts, dtype=np.int64)


def calendar_terms(
    ends: Dates, kind: Kind, *, dated: Sequence[DatedDays] = ()
) -> NDArray[np.float64]:
    """Return what is known of periods from their dates alone, shape (n_periods, n_terms).

    Two harmonics of the time of year; of months the share of weekend days above 2 in 7 (a month
    has 4 or 5 weekends); of days the weekday; then the share of days of each given kind.

    Parameters
    ----------
    ends
        Shape (n_periods,). First day after each period.
    kind
        How long periods are.
    dated
        Kinds of days given by date.
    """
    starts = period_starts(ends, kind)
    middle = starts + (ends - starts) // 2
    turn = 2 * np.pi * ((middle - middle.astype("datetime64[Y]")) / _DAY) / _YEAR_DAYS
    columns = [wave(h * turn) for h in range(1, HARMONICS + 1) for wave in (np.cos, np.sin)]
    if kind == "month":
        columns.append(_weekend_days(ends) - _weekend_days(starts))
        columns[-1] = columns[-1] / ((ends - starts) / _DAY) - 2 / _WEEKDAYS
    if kind == "day":
        weekday = _weekday(starts)
        columns += [(weekday == day) - 1 / _WEEKDAYS for day in range(_WEEKDAYS)]
    columns += [days.share(starts, ends) for days in dated]
    return np.column_stack(columns).astype(np.float64)


def prior_sds(kind: Kind, *, n_dated: int = 0) -> NDArray[np.float64]:
    """Return how far each factor may lie from 1 beforehand, on the log scale, shape (n_terms,)."""
    season = [SEASON_SD / h for h in range(1, HARMONICS + 1) for _ in (np.cos, np.sin)]
    kinds_of_days = {"month": 1, "week": 0, "day": _WEEKDAYS}[kind] + n_dated
    return np.array(season + [DAYS_SD] * kinds_of_days)


def _weekday(days: Dates) -> NDArray[np.int64]:
    """Return Monday 0 to Sunday 6; 1970-01-01 was a Thursday."""
    return np.asarray((days.astype(np.int64) + 3) % _WEEKDAYS)


def _weekend_days(days: Dates) -> NDArray[np.int64]:
    """Return how many Saturdays and Sundays lie before each day, from a fixed Monday on."""
    since_monday = days.astype(np.int64) + 3
    whole, rest = np.divmod(since_monday, _WEEKDAYS)
    return np.asarray(2 * whole + np.maximum(rest - _SATURDAY, 0))
