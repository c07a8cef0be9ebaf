"""What a forecaster is, and what those that only remember have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, Self, TypeAlias, runtime_checkable

import numpy as np

from rightplace.errors import NotFittedError, UnsupportedByDataError
from rightplace.forecast.methods.memory import Memory, remember, weighted_events

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from rightplace.forecast.history import History
    from rightplace.forecast.methods.calendar import Dates
    from rightplace.forecast.methods.weighed import SharesOf

    Days: TypeAlias = float | NDArray[np.float64]


class Forecaster(Protocol):
    """Learns from a history and expects a count in each cell for the coming time."""

    def fit(self, history: History) -> Self:
        """Learn from a history and return the forecaster."""
        ...

    def predict(self, exposure_days: Days) -> NDArray[np.float64]:
        """Return expected counts, shape (n_cells,); NaN marks a cell without data."""
        ...

    def part(
        self, history: History, *, periods: NDArray[np.bool_], exposure_days: Days
    ) -> NDArray[np.float64]:
        """Return how much of the expected counts rests on the events of some periods."""
        ...

    def area_part(self, exposure_days: Days) -> NDArray[np.float64]:
        """Return how much of the expected counts rests on the area rate, shape (n_cells,)."""
        ...


@runtime_checkable
class Sharing(Protocol):
    """A forecaster that says how much its forecasts rest on which past, and how surely."""

    def shares_with_intervals(
        self, history: History, *, level: float = 0.8, area_wide: bool = False
    ) -> SharesOf:
        """Return shares of the cells, or of all together, with intervals of a level."""
        ...


class SharesUnavailableError(UnsupportedByDataError):
    """A forecast is no sum of parts of the past, so that no share of it can be named."""

    code = "shares-unavailable"

    def __init__(self, method: str) -> None:
        super().__init__(
            f"Shares are not available for {method}: its forecasts are no sum of parts.",
            value=method,
            remedy="Name additive_memory for shares.",
        )


@runtime_checkable
class Counterfactual(Forecaster, Protocol):
    """A forecaster that can say what it would expect if a cell's past had been another."""

    def without(
        self, history: History, *, periods: NDArray[np.bool_], exposure_days: Days
    ) -> NDArray[np.float64]:
        """Return the expected counts if each cell alone had seen no event in some periods."""
        ...

    def without_area(self, exposure_days: Days) -> NDArray[np.float64]:
        """Return the expected counts if no cell leant on the area, shape (n_cells,)."""
        ...


@runtime_checkable
class Dated(Protocol):
    """A fitted forecaster that expects more of some days than of others: season, weekends."""

    def on_days(self, days: Dates) -> Self:
        """Return a copy that forecasts these days, and not those that follow the history.

        Until it is fitted again. The days, shape (n_days,), lie after the history.
        """
        ...


@runtime_checkable
class Rolling(Protocol):
    """A forecaster that forecasts many periods in one walk through the past."""

    def one_step_ahead(
        self, history: History, *, periods: Iterable[int]
    ) -> dict[int, NDArray[np.float64]]:
        """Return the forecast of each period from what came before it, by period.

        The same numbers as fitting anew before each; periods that it cannot learn for are left
        out.
        """
        ...


@dataclass(kw_only=True)
class Remembering(ABC):
    """Base of forecasters that weigh the periods of each cell's own past.

    Parameters
    ----------
    shrunk
        Whether each cell leans on the area rate (a gamma-Poisson mean). False mixes in nothing:
        a cell without incidents is then expected to have none.

    Attributes
    ----------
    memory_
        Weighted events and days of each cell.
    """

    shrunk: bool = False
    memory_: Memory = field(init=False, repr=False, compare=False)

    @abstractmethod
    def period_weights(self, history: History) -> NDArray[np.float64]:
        """Return the weight of each period, shape (n_periods,), 0 or more."""

    def fit(self, history: History) -> Self:
        """Learn from a history and return the forecaster; what was learned before is forgotten.

        A history without data in any period that counts is refused (`UnsupportedByDataError`).
        """
        self.memory_ = remember(history, self.period_weights(history), shrunk=self.shrunk)
        return self

    def predict(self, exposure_days: Days) -> NDArray[np.float64]:
        """Return expected counts over the coming days, shape (n_cells,).

        Refused (`NotFittedError`) before ``fit``.

        Parameters
        ----------
        exposure_days
            Days ahead: one number, or shape (n_cells,).

        Returns
        -------
        ndarray
            Expected counts, 0 or more. NaN marks a cell without data in the periods that
            count; see ``memory_.has_data``.
        """
        return self.spread(fitted_memory(self).rate) * exposure_days

    def part(
        self, history: History, *, periods: NDArray[np.bool_], exposure_days: Days
    ) -> NDArray[np.float64]:
        """Return how much of ``predict`` rests on the events of some periods.

        Refused (`NotFittedError`) before ``fit``.

        Parameters
        ----------
        history
            The history that the forecaster was fitted on.
        periods
            Shape (n_periods,). The periods in question.
        exposure_days
            As for ``predict``.

        Returns
        -------
        ndarray
            Expected counts, shape (n_cells,). The parts of disjoint periods add up, and with the
            part of the area rate they make up ``predict``.
        """
        memory = fitted_memory(self)
        events = weighted_events(history, memory.weights * periods)
        return self.spread(memory.per_day(events)) * exposure_days

    def area_part(self, exposure_days: Days) -> NDArray[np.float64]:
        """Return how much of ``predict`` rests on the area rate, shape (n_cells,).

        Refused (`NotFittedError`) before ``fit``; 0 unless ``shrunk``.
        """
        memory = fitted_memory(self)
        credit = np.full(memory.days.shape, memory.prior_days * memory.area_rate)
        return self.spread(memory.per_day(credit)) * exposure_days

    def spread(self, rate: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the rate after what neighbours add to it: here nothing."""
        return rate


def fitted_memory(forecaster: object) -> Memory:
    """Return what a forecaster has learned.

    Raises
    ------
    NotFittedError
        If it has learned nothing yet.
    """
    memory = getattr(forecaster, "memory_", None)
    if not isinstance(memory, Memory):
        msg = f"{type(forecaster).__name__} has not been fitted; call fit() before predict()."
        raise NotFittedError(msg)
    return memory
