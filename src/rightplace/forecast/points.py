"""Single events with their time and place, for methods that counts by period cannot serve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from rightplace.errors import BadInputError, UnsupportedByDataError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.forecast.history import History

HOURS_PER_DAY = 24
# Steps of this share of an interval fill it evenly, however many are taken (Weyl 1916).
GOLDEN_STEP = (5**0.5 - 1) / 2
_ROUNDING_HOURS = 1e-6  # a day written as a float is exact to a thousandth of that
_CENTIMETRES = 100


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Points:
    """Events one by one, in the order in which they happened.

    Parameters
    ----------
    days
        Shape (n,). Local days since 1 January 1970, with the share of the day that had passed.
        Days begin as those of the history's periods do: a policing day that begins at seven
        holds what happened at one at night as 18 / 24 of it.
    xy
        Shape (n, 2). Metres of the study area's projected system.
    cell
        Shape (n,). Position of the cell, from 0.
    """

    days: NDArray[np.float64]
    xy: NDArray[np.float64]
    cell: NDArray[np.int64]

    def __post_init__(self) -> None:
        """Check the arrays, put them in order of time and make them read-only.

        Raises
        ------
        BadInputError
            If shapes do not fit, a number is not finite, or a cell is below 0.
        """
        days = np.asarray(self.days, dtype=np.float64)
        xy = np.asarray(self.xy, dtype=np.float64)
        cell = np.asarray(self.cell, dtype=np.int64)
        if days.ndim != 1 or xy.shape != (days.size, 2) or cell.shape != days.shape:
            msg = f"Points of shapes {days.shape}, {xy.shape} and {cell.shape} do not fit."
            raise BadInputError(msg)
        if not (np.isfinite(days).all() and np.isfinite(xy).all() and (cell >= 0).all()):
            msg = "A point lacks its time, its place or its cell."
            raise BadInputError(msg)
        # Also by cell and place, so that the order of events at one time is not that of a file.
        self._store(np.lexsort((xy[:, 1], xy[:, 0], cell, days)), days=days, xy=xy, cell=cell)

    def _store(self, chosen: NDArray[np.generic], **arrays: NDArray[np.generic]) -> None:
        for name, values in arrays.items():
            kept = values[chosen]
            kept.flags.writeable = False
            object.__setattr__(self, name, kept)

    @property
    def n(self) -> int:
        """Events held."""
        return int(self.days.size)

    def where(self, chosen: NDArray[np.bool_]) -> Self:
        """Return the events that are chosen, shape (n,)."""
        cut = object.__new__(type(self))
        cut._store(chosen, days=self.days, xy=self.xy, cell=self.cell)
        return cut

    def before(self, day: np.datetime64) -> Self:
        """Return the events before a day began."""
        return self.where(self.days < day_number(day))

    def period_of(self, history: History) -> NDArray[np.int64]:
        """Return the period of each event, shape (n,); -1 outside of all periods."""
        ends = history.period_ends.astype(np.int64)
        period = np.searchsorted(ends, self.days, side="right")
        outside = (self.days < day_number(history.starts_on)) | (period == ends.size)
        return np.where(outside, -1, period).astype(np.int64)

    def observed_in(self, history: History) -> Self:
        """Return the events in cells and periods for which a history has data."""
        period = self.period_of(history)
        return self.where((period >= 0) & history.observed[self.cell, period])

    def joined(self) -> Self:
        """Return the events with those at one place in one hour as one, the first of them.

        Several rows of one incident (its victims, its offences) stand at one place and time; to a
        method that looks at who follows whom they would be the strongest pattern of all.
        """
        hour = np.floor(self.days * HOURS_PER_DAY + _ROUNDING_HOURS)
        spot = np.rint(self.xy * _CENTIMETRES)
        key = np.column_stack([self.cell, hour, spot]).astype(np.int64)
        first = np.zeros(self.n, dtype=np.bool_)
        if self.n:
            first[np.unique(key, axis=0, return_index=True)[1]] = True
        return self.where(first)


def day_number(day: np.datetime64) -> float:
    """Return how many days after 1 January 1970 a day began."""
    return float(day.astype("datetime64[D]").astype(np.int64))


def moments(
    begins: NDArray[np.float64], ends: NDArray[np.float64], xy: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return one moment of each event's interval, in days, shape (n,).

    An event known to the hour lies somewhere in that hour, one known to the day somewhere in
    that day. The places of one interval take their turn, by x and then y: the first stands in
    its middle, each next a golden-ratio step of its length further, round and round. Nothing is
    drawn by chance; what happened at other times moves nothing; rows of one place and one
    interval, such as the victims of one incident, stay together.

    Parameters
    ----------
    begins, ends
        Shape (n,). Days, each end no earlier than its beginning.
    xy
        Shape (n, 2). Metres.
    """
    if begins.size == 0:
        return np.zeros(0)
    spot = np.rint(xy * _CENTIMETRES)
    rows, row_of = np.unique(
        np.column_stack([begins, ends, spot]), axis=0, return_inverse=True
    )  # in order of interval, then of place
    opens = np.r_[True, (rows[1:, :2] != rows[:-1, :2]).any(axis=1)]
    first = np.flatnonzero(opens)[np.cumsum(opens) - 1]
    turn = np.arange(len(rows)) - first
    share = ((0.5 + turn * GOLDEN_STEP) % 1.0)[row_of.reshape(-1)]
    return np.asarray(begins + share * (ends - begins), dtype=np.float64)


def points_needed(history: History, method: str) -> Points:
    """Return the points of a history.

    Raises
    ------
    UnsupportedByDataError
        If it has none: the records are monthly, or without exact places and times.
    """
    if history.points is None:
        why = (
            "the records give a month and a place that stands for its surroundings"
            if history.kind == "month"
            else "this history holds counts only, without exact points and times"
        )
        msg = f"{method} looks at single events in time and space; {why}."
        remedy = "Take in records with day or hour and exact point, or name another method."
        raise UnsupportedByDataError(msg, value=method, remedy=remedy)
    return history.points
