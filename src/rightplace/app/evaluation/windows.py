"""The periods of an operation's windows: whole ones before and during, none that is partly both."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from rightplace.core.time import Month, months_between
from rightplace.errors import UnsupportedByDataError
from rightplace.evaluate.operations.plan import Step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from rightplace.evaluate.operations.plan import When

WEEK = timedelta(days=7)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Periods:
    """Periods of one length, before and during an operation.

    Parameters
    ----------
    starts, ends
        Shape (n_periods,). First day of each, and first day after it, ``datetime64[D]``.
    first_treated
        The first period of the operation.
    part_days
        Days of the windows in no whole period; they are not counted.
    """

    starts: NDArray[np.datetime64]
    ends: NDArray[np.datetime64]
    first_treated: int
    part_days: int

    @property
    def span(self) -> tuple[date, date]:
        """First day of all, and first day after the last."""
        return self.starts[0].astype(object), self.ends[-1].astype(object)


def periods_of(when: When) -> Periods:
    """Return the whole periods of both windows.

    Months are calendar months, weeks are counted from the first day of the operation. A month in
    whose middle the operation begins is in neither window.

    Raises
    ------
    UnsupportedByDataError
        If a window has no whole period.
    """
    cut = {Step.DAY: _days, Step.WEEK: _weeks, Step.MONTH: _months}[when.step]
    odd = (when.starts - when.before_from) % WEEK if when.step is Step.WEEK else timedelta(0)
    before = list(cut(when.before_from + odd, when.starts))
    during = list(cut(when.starts, when.ends + DAY))
    for name, found in (("before", before), ("of the operation", during)):
        if not found:
            msg = f"The window {name} has no whole {when.step.value}."
            remedy = "Register a plan with longer windows or, where records are dated, a finer step"
            raise UnsupportedByDataError(msg, value=when.step.value, remedy=f"{remedy}.")
    spans = [*before, *during]
    counted = sum((end - start).days for start, end in spans)
    return Periods(
        starts=np.array([start for start, _ in spans], dtype="datetime64[D]"),
        ends=np.array([end for _, end in spans], dtype="datetime64[D]"),
        first_treated=len(before),
        part_days=(when.ends + DAY - when.before_from).days - counted,
    )


def _days(first: date, after: date) -> Iterator[tuple[date, date]]:
    for number in range((after - first).days):
        yield first + number * DAY, first + (number + 1) * DAY


def _weeks(first: date, after: date) -> Iterator[tuple[date, date]]:
    for number in range((after - first) // WEEK):
        yield first + number * WEEK, first + (number + 1) * WEEK


def _months(first: date, after: date) -> Iterator[tuple[date, date]]:
    begin = Month.of(first) if first.day == 1 else Month.of(first).plus(1)
    for month in months_between(begin, Month.of(after).plus(-1)):
        yield month.first, month.plus(1).first
