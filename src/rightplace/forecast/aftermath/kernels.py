"""Compiled loop over incidents and what followed them, week by week at the same hours.

Compiled when first called and kept in memory only, so that nothing is written beside the
installed package.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numba
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

_WEEK = 7.0


def _follow(  # noqa: PLR0913, PLR0917 - one loop; what it calls would be compiled apart
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    days: NDArray[np.float64],
    square: NDArray[np.int64],
    starts: NDArray[np.int64],
    width: int,
    reach: NDArray[np.float64],
    since: NDArray[np.float64],
    weeks: NDArray[np.int64],
    watched: NDArray[np.bool_],
    found: NDArray[np.int64],
) -> None:
    """Count what lies near each incident in the same hours after it and in other weeks.

    Incidents stand by square (``width`` squares in a row, each as wide as the last reach; empty
    ones round the edge) and by time within it; ``starts`` holds where each square begins.
    ``found`` is (n, 2, n_bands, n_elapsed): after the incident (the first of ``weeks`` is 0), and
    in all other weeks together.
    """
    far, last = reach[reach.size - 1], since[since.size - 1]
    for i in range(x.size):
        for row in range(-1, 2):
            for column in range(-1, 2):
                at = square[i] + row * width + column
                low, high = starts[at], starts[at + 1]
                for k in range(weeks.size):
                    if not watched[i, k]:
                        continue
                    opens = days[i] + _WEEK * weeks[k] + since[0]
                    closes = days[i] + _WEEK * weeks[k] + last
                    j = low + np.searchsorted(days[low:high], opens)
                    while j < high and days[j] < closes:
                        dx, dy = x[j] - x[i], y[j] - y[i]
                        distance = np.sqrt(dx * dx + dy * dy)
                        if j != i and distance < far:
                            band = 0
                            while distance >= reach[band]:
                                band += 1
                            part = 0
                            while days[j] - days[i] - _WEEK * weeks[k] >= since[part + 1]:
                                part += 1
                            found[i, min(k, 1), band, part] += 1
                        j += 1


follow: Callable[..., None] = numba.njit(nogil=True)(_follow)
