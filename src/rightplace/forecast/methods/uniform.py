"""The forecast of somebody who knows how much happens, but not where."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

import numpy as np

from rightplace.forecast.methods.memory import Memory, remember
from rightplace.forecast.model import fitted_memory

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.forecast.history import History
    from rightplace.forecast.model import Days


@dataclass(kw_only=True)
class Uniform:
    """Expects the area rate of the last 12 months in every cell.

    Attributes
    ----------
    memory_
        Weighted events and days of each cell; only their totals are used.
    """

    memory_: Memory = field(init=False, repr=False, compare=False)

    def fit(self, history: History) -> Self:
        """Learn the area rate and return the forecaster.

        A history without data in the last 12 months is refused (`UnsupportedByDataError`).
        """
        self.memory_ = remember(history, history.window("year").astype(np.float64))
        return self

    def predict(self, exposure_days: Days) -> NDArray[np.float64]:
        """Return expected counts over the coming days, shape (n_cells,).

        NaN marks a cell without data in the last 12 months.

        Refused (`NotFittedError`) before ``fit``.
        """
        memory = fitted_memory(self)
        return np.where(memory.has_data, memory.area_rate, np.nan) * exposure_days

    def part(
        self, history: History, *, periods: NDArray[np.bool_], exposure_days: Days
    ) -> NDArray[np.float64]:
        """Return 0 for every cell with data, shape (n_cells,): its own past plays no part.

        Refused (`NotFittedError`) before ``fit``.
        """
        del history, periods
        memory = fitted_memory(self)
        return np.where(memory.has_data, 0.0, np.nan) * exposure_days

    def area_part(self, exposure_days: Days) -> NDArray[np.float64]:
        """Return ``predict``, shape (n_cells,): it all rests on the area rate.

        Refused (`NotFittedError`) before ``fit``.
        """
        return self.predict(exposure_days)
