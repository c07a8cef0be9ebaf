"""Counts that fade: old incidents weigh less, none is forgotten."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rightplace.errors import UsageError
from rightplace.forecast.model import Remembering

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.forecast.history import History


@dataclass(kw_only=True)
class Fading(Remembering):
    """Expects the mean of all past periods, each weighing half as much per half-life.

    rate = sum(w C) / sum(w), w = 2^(-age / half-life), the newest full period has age 0, over
    all history. Weights of time are days observed, so months of 28 to 31 days and periods
    without data are right; for equal exposures the rate is the published definition.

    Parameters
    ----------
    half_life_weeks
        Age in weeks at which a period weighs half, more than 0. A month is 365.25 / 12 / 7 weeks.
    """

    half_life_weeks: float = 52.0

    def __post_init__(self) -> None:
        """Check the half-life.

        Raises
        ------
        UsageError
            If it is not a number above 0.
        """
        if not (np.isfinite(self.half_life_weeks) and self.half_life_weeks > 0):
            msg = f"half_life_weeks must be above 0, got {self.half_life_weeks:g}."
            raise UsageError(msg, value=self.half_life_weeks)

    def period_weights(self, history: History) -> NDArray[np.float64]:
        """Return 2^(-age / half-life) for each period, shape (n_periods,)."""
        return np.exp2(-history.ages_weeks / self.half_life_weeks)
