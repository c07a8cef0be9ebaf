"""Quiet and busy cells: how far each belongs to a stratum, by its long memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Centres of the strata in multiples of the area's rate per cell: a quarter or less, the mean,
# four times it, sixteen times it or more.
CENTRES = (0.25, 1.0, 4.0, 16.0)


def belonging(long_memory: NDArray[np.float64], *, area_rate: float) -> NDArray[np.float64]:
    """Return how far each cell belongs to each stratum, shape (n_strata, n_cells), sums 1.

    A cell lies between the two centres next to its long-run rate, on the log scale, so that no
    forecast jumps where one more incident would tip a cell over a border.

    Parameters
    ----------
    long_memory
        Shape (n_cells,). Rate of each cell over the years, 0 or more.
    area_rate
        Mean rate of a cell in the area, in the same unit; 0 puts all cells at the mean.
    """
    centres = np.log(CENTRES)
    relative = np.ones_like(long_memory) if area_rate <= 0 else long_memory / area_rate
    place = np.log(np.clip(relative, CENTRES[0], CENTRES[-1]))
    steps = np.interp(place, centres, np.arange(len(CENTRES)))
    apart = np.abs(steps - np.arange(len(CENTRES))[:, None])
    return np.asarray(np.maximum(1.0 - apart, 0.0))
