"""Kernel density: incidents count for the ground around them too."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from rightplace.errors import UsageError
from rightplace.forecast.methods.smoothing import Smoother, smoother, typical_spacing_m
from rightplace.forecast.model import Remembering, fitted_memory

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.forecast.history import History


class NarrowBandwidthWarning(UserWarning):
    """The bandwidth is so small that cells hardly learn from their neighbours."""

    code: ClassVar[str] = "narrow-bandwidth"


@dataclass(kw_only=True)
class Kernel(Remembering):
    """Expects the rate of the last 2 years, smoothed by a Gaussian over cell centroids.

    On a regular grid the kernel is applied to the raster of rates, and ground beyond the study
    area counts as free of incidents, as in plain kernel density estimation; elsewhere density
    per square kilometre is averaged over the cells within 4 bandwidths. Cells without data are
    left out of the average: they lend neither incidents nor calm.

    Parameters
    ----------
    bandwidth_m
        Standard deviation of the kernel in metres, more than 0.

    Attributes
    ----------
    smoother_
        Averages rates over neighbours.
    """

    bandwidth_m: float = 100.0
    smoother_: Smoother = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Check the bandwidth.

        Raises
        ------
        UsageError
            If it is not a number above 0.
        """
        if not (np.isfinite(self.bandwidth_m) and self.bandwidth_m > 0):
            msg = f"bandwidth_m must be above 0, got {self.bandwidth_m:g}."
            raise UsageError(msg, value=self.bandwidth_m)

    def period_weights(self, history: History) -> NDArray[np.float64]:
        """Return 1 for the periods of the last 2 years and 0 for the rest, shape (n_periods,)."""
        return history.window("two_years").astype(np.float64)

    def fit(self, history: History) -> Self:
        """Learn from a history and return the forecaster; what was learned before is forgotten.

        A history without data in the last 2 years is refused (`UnsupportedByDataError`).

        Warns
        -----
        NarrowBandwidthWarning
            If the bandwidth is below half the typical distance between neighbouring cells.
        """
        spacing_m = typical_spacing_m(history.xy)
        if self.bandwidth_m < spacing_m / 2:
            warnings.warn(
                f"A bandwidth of {self.bandwidth_m:g} m is below half the distance between cells "
                f"({spacing_m:.0f} m): the map is little smoother than plain counts.",
                NarrowBandwidthWarning,
                stacklevel=2,
            )
        self.smoother_ = smoother(
            history.xy, bandwidth_m=self.bandwidth_m, area_km2=history.area_km2
        )
        return super().fit(history)

    def spread(self, rate: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the rate averaged over neighbours, shape (n_cells,); NaN without data."""
        has_data = fitted_memory(self).has_data
        smooth = self.smoother_.mean(np.nan_to_num(rate), known=has_data)
        return np.where(has_data, smooth, np.nan)
