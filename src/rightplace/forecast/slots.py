"""Shifts and weekdays: a cell's own rate, spread over the week as the area's week goes.

Only for events that carry their hour. Monthly files never come here: they give place and month,
and what a plan does with days and shifts is then a declared profile, not a forecast.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

import numpy as np

from rightplace.errors import BadInputError, NotFittedError, UnsupportedByDataError

if TYPE_CHECKING:
    from numpy.typing import NDArray

WEEKDAYS = 7


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ShiftHistory:
    """Counts by cell, policing day and shift, with the hours that each shift really lasted.

    Parameters
    ----------
    counts
        Shape (n_cells, n_days, n_shifts), integers, 0 or more. Days follow each other.
    hours
        Shape (n_days, n_shifts). Elapsed hours, more than 0: a night is 7 or 9 hours long when
        the clocks change.
    weekdays
        Shape (n_days,). 0 Monday to 6 Sunday, of the policing day.
    observed
        Shape (n_cells, n_days). False where there is no data.
    """

    counts: NDArray[np.integer]
    hours: NDArray[np.float64]
    weekdays: NDArray[np.integer]
    observed: NDArray[np.bool_]

    def __post_init__(self) -> None:
        """Check that shapes and values fit.

        Raises
        ------
        BadInputError
            If they do not.
        """
        cells, days, shifts = self.counts.shape
        shapes = (self.hours.shape, self.weekdays.shape, self.observed.shape)
        if 0 in self.counts.shape or shapes != ((days, shifts), (days,), (cells, days)):
            msg = (
                f"Counts of shape {self.counts.shape} do not fit hours, weekdays and observed of "
                f"shapes {shapes}."
            )
            raise BadInputError(msg)
        if self.counts.min() < 0 or not (self.hours > 0).all():
            msg = "Counts must be 0 or more, and every shift must last."
            raise BadInputError(msg)
        check_weekdays(self.weekdays)


def check_weekdays(weekdays: NDArray[np.integer]) -> None:
    """Refuse numbers that are no weekday.

    Raises
    ------
    BadInputError
        If a number is not from 0 (Monday) to 6 (Sunday).
    """
    if ((weekdays < 0) | (weekdays >= WEEKDAYS)).any():
        msg = "Weekdays are numbered from 0 (Monday) to 6 (Sunday)."
        raise BadInputError(msg)


@dataclass(kw_only=True)
class SlotForecaster:
    """Expected counts by cell, weekday and shift.

    expected = cell rate x hours x area factor of (weekday, shift) x cell factor of the shift,
    scaled so that an ordinary week sums to the cell's rate x its hours. The rate fades over all
    weeks; a forecast of Friday night therefore rests on the same shift of past weeks through the
    factors, and on everything else the cell has seen through the rate.

    Both factors are gamma-Poisson means around 1: (prior + counted) / (prior + expected if all
    hours were alike), the cell's relative to the area's mix of shifts.

    Parameters
    ----------
    half_life_weeks
        Age at which a day weighs half, more than 0.
    factor_prior_events
        Events by which each area factor is pulled to 1, more than 0.
    mix_prior_events
        Events by which the shift mix of a cell is pulled to that of the area, more than 0.

    Attributes
    ----------
    rate_
        Shape (n_cells,). Faded incidents per hour; NaN without data.
    area_factor_
        Shape (7, n_shifts). Intensity of an hour relative to the mean hour of the week.
    cell_factor_
        Shape (n_cells, n_shifts). Further factor of each cell.
    shift_hours_
        Shape (n_shifts,). Hours of each shift on an ordinary day.
    """

    half_life_weeks: float = 104.0
    factor_prior_events: float = 20.0
    mix_prior_events: float = 20.0
    rate_: NDArray[np.float64] = field(init=False, repr=False, compare=False)
    area_factor_: NDArray[np.float64] = field(init=False, repr=False, compare=False)
    cell_factor_: NDArray[np.float64] = field(init=False, repr=False, compare=False)
    shift_hours_: NDArray[np.float64] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Check that all parameters are above 0.

        Raises
        ------
        BadInputError
            If one is not.
        """
        for name in ("half_life_weeks", "factor_prior_events", "mix_prior_events"):
            if not getattr(self, name) > 0:
                msg = f"{name} must be above 0, got {getattr(self, name):g}."
                raise BadInputError(msg)

    def fit(self, history: ShiftHistory) -> Self:
        """Learn from a history and return the forecaster; what was learned before is forgotten.

        Raises
        ------
        UnsupportedByDataError
            If no cell was observed on any day.
        """
        if not history.observed.any():
            msg = "No cell has data on any day."
            raise UnsupportedByDataError(msg)
        ages = np.arange(len(history.weekdays))[::-1] / WEEKDAYS
        weight = np.exp2(-ages / self.half_life_weeks)[None, :] * history.observed
        counted = np.einsum("id,ids->is", weight, history.counts)
        hours = weight @ history.hours
        self.rate_ = np.full(len(counted), np.nan)
        np.divide(counted.sum(axis=1), hours.sum(axis=1), out=self.rate_, where=hours.any(axis=1))
        self.shift_hours_ = np.median(history.hours, axis=0)
        self.area_factor_ = self._area_factor(history, weight)
        self.cell_factor_ = self._cell_factor(history, weight, counted=counted)
        return self

    def _area_factor(
        self, history: ShiftHistory, weight: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        by_day = np.einsum("id,ids->ds", weight, history.counts)
        if_alike = (np.nan_to_num(self.rate_) @ weight)[:, None] * history.hours
        shape = (WEEKDAYS, history.hours.shape[1])
        counted, expected = np.zeros(shape), np.zeros(shape)
        np.add.at(counted, history.weekdays, by_day)
        np.add.at(expected, history.weekdays, if_alike)
        prior = self.factor_prior_events
        return np.asarray((prior + counted) / (prior + expected))

    def _cell_factor(
        self, history: ShiftHistory, weight: NDArray[np.float64], *, counted: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        as_area = weight @ (history.hours * self.area_factor_[history.weekdays])
        expected = np.nan_to_num(self.rate_)[:, None] * as_area
        prior = self.mix_prior_events
        return np.asarray((prior + counted) / (prior + expected))

    def intensity(self) -> NDArray[np.float64]:
        """Return how busy an hour of each weekday and shift is, shape (n_cells, 7, n_shifts).

        Relative to the cell's own mean hour of the week, before that is scaled to 1.

        Raises
        ------
        NotFittedError
            If ``fit`` has not been called.
        """
        if not hasattr(self, "cell_factor_"):
            msg = "SlotForecaster has not been fitted; call fit() before predict()."
            raise NotFittedError(msg)
        return np.asarray(self.area_factor_[None, :, :] * self.cell_factor_[:, None, :])

    def predict(
        self, weekdays: NDArray[np.integer], hours: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Return expected counts in coming slots, shape (n_cells, n_days, n_shifts).

        Over seven different weekdays of ordinary length the slots of a cell sum to its rate x
        their hours. NaN without data. Numbers that are no weekday are refused (`BadInputError`).

        Parameters
        ----------
        weekdays
            Shape (n_days,). 0 Monday to 6 Sunday, of each coming policing day.
        hours
            Shape (n_days, n_shifts). Elapsed hours of each coming slot.
        """
        check_weekdays(weekdays)
        intensity = self.intensity()
        week = np.einsum("iws,s->i", intensity, self.shift_hours_)
        week /= WEEKDAYS * self.shift_hours_.sum()
        scaled = intensity[:, weekdays, :] / week[:, None, None]
        return np.asarray(self.rate_[:, None, None] * hours[None, :, :] * scaled)

    def split(
        self,
        expected: NDArray[np.float64],
        *,
        weekdays: NDArray[np.integer],
        hours: NDArray[np.float64],
    ) -> NDArray[np.float64]:
        """Return another method's expected counts spread over coming slots.

        The slots of each cell sum to its expected count exactly, so totals, ranks over the whole
        period and plans by slot agree.

        Parameters
        ----------
        expected
            Shape (n_cells,). Expected counts over all the coming slots together; NaN without
            data.
        weekdays
            Shape (n_days,). 0 Monday to 6 Sunday.
        hours
            Shape (n_days, n_shifts). Elapsed hours of each slot.

        Returns
        -------
        ndarray
            Shape (n_cells, n_days, n_shifts).
        """
        check_weekdays(weekdays)
        busy = self.intensity()[:, weekdays, :] * hours[None, :, :]
        shares = busy / busy.sum(axis=(1, 2), keepdims=True)
        return np.asarray(expected[:, None, None] * shares)
