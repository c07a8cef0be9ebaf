"""Forecasters that count one stretch of the past and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from rightplace.forecast.model import Remembering

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.forecast.history import History, Window


@dataclass(kw_only=True)
class _Counted(Remembering):
    """Base of forecasters that weigh the periods of one window alike."""

    window: ClassVar[Window]

    def period_weights(self, history: History) -> NDArray[np.float64]:
        """Return 1 for the periods of the window and 0 for the rest, shape (n_periods,)."""
        return history.window(self.window).astype(np.float64)


@dataclass(kw_only=True)
class Last28Days(_Counted):
    """Expects the rate of the last 28 days; on monthly data that of the newest month.

    ``History.recent_label`` says which of the two it was. Fast to follow, noisy to rank by.
    """

    window: ClassVar[Window] = "recent"


@dataclass(kw_only=True)
class Last12Months(_Counted):
    """Expects the rate of the last 12 months: 52 weeks, or 365 days of daily data.

    The ranking that analysts already use, hence the first baseline to beat (College of Policing
    guidance notes that hot spots are stable).
    """

    window: ClassVar[Window] = "year"


@dataclass(kw_only=True)
class CountsTwoYears(_Counted):
    """Expects the rate of the last 24 months: 104 weeks, or 730 days of daily data."""

    window: ClassVar[Window] = "two_years"
