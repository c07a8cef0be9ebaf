"""Policing days in a row: which weekday and of what kind each is, and how long its shifts last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

WEEKDAYS = 7
SATURDAY = 5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DayTable:
    """Policing days that follow each other, past or to come.

    Parameters
    ----------
    weekdays
        Shape (n_days,). 0 Monday to 6 Sunday.
    hours
        Shape (n_days, n_shifts). Elapsed hours, more than 0: a night is 7 or 9 hours long when
        the clocks change. Where the hour of events is not known, days have one shift.
    kinds
        Shape (n_days, n_kinds). Whether a day is of a kind (a bank holiday, a school holiday, the
        day of an event); a day may be of several, and most are of none.
    kind_names
        Name of each kind.
    """

    weekdays: NDArray[np.integer]
    hours: NDArray[np.float64]
    kinds: NDArray[np.bool_]
    kind_names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Check that shapes and values fit.

        Raises
        ------
        BadInputError
            If they do not.
        """
        days, kinds = len(self.weekdays), (len(self.weekdays), len(self.kind_names))
        fits = days > 0 and self.hours.ndim == 2 and len(self.hours) == days  # noqa: PLR2004 - days by shifts
        if not fits or self.hours.shape[1] == 0 or self.kinds.shape != kinds:
            msg = (
                f"{days} days do not fit hours of shape {self.hours.shape} and "
                f"{len(self.kind_names)} kinds of shape {self.kinds.shape}."
            )
            raise BadInputError(msg)
        if not (np.isfinite(self.hours) & (self.hours > 0)).all():
            msg = "Every shift must last."
            raise BadInputError(msg)
        if ((self.weekdays < 0) | (self.weekdays >= WEEKDAYS)).any():
            msg = "Weekdays are numbered from 0 (Monday) to 6 (Sunday)."
            raise BadInputError(msg)

    @property
    def n_days(self) -> int:
        """Days."""
        return len(self.weekdays)

    @property
    def n_shifts(self) -> int:
        """Shifts of a day."""
        return int(self.hours.shape[1])

    @property
    def weekend(self) -> NDArray[np.int64]:
        """Shape (n_days,). 1 for Saturdays and Sundays, else 0."""
        return np.asarray(self.weekdays >= SATURDAY, dtype=np.int64)

    @property
    def ordinary(self) -> NDArray[np.bool_]:
        """Shape (n_days,). Days of no kind."""
        return np.asarray(~self.kinds.any(axis=1))
