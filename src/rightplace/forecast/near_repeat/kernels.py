"""Compiled loops over pairs of events that lie near each other.

Compiled when first called and kept in memory only, so that nothing is written beside the
installed package. They hold no lock of Python, so that threads run side by side.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numba
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

_FLUSH = 32_000  # 16-bit counters are emptied before they can run over


def _walk(  # noqa: C901, PLR0913, PLR0917 - one loop; what it calls would be compiled apart
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    strips: NDArray[np.int64],
    edges: NDArray[np.float64],
    manhattan: bool,  # noqa: FBT001 - a compiled loop takes no keywords
    right: bool,  # noqa: FBT001 - as above
    places: NDArray[np.int64],
    neighbours: NDArray[np.int32],
) -> None:
    """Visit each pair of events within the last edge once.

    Events stand by strip (of y, as wide as the last edge) and by x within it; ``strips`` holds
    where each begins. ``places`` has one entry for each event and band: with no neighbours given
    the pairs are counted there; else it says where the next neighbour of each goes, and moves on.
    """
    n_bands = edges.size - 1
    reach = edges[n_bands]
    for strip in range(strips.size - 1):
        beyond = strips[strip + 1]
        above = strips[strip + 2] if strip + 2 < strips.size else beyond
        low = beyond
        for i in range(strips[strip], beyond):
            while low < above and x[low] < x[i] - reach:
                low += 1
            for part in range(2):
                start, stop = (i + 1, beyond) if part == 0 else (low, above)
                for j in range(start, stop):
                    dx = x[j] - x[i]
                    if dx > reach:
                        break
                    dy = y[j] - y[i]
                    distance = abs(dx) + abs(dy) if manhattan else np.sqrt(dx * dx + dy * dy)
                    if distance < edges[0]:
                        continue
                    for band in range(n_bands):
                        upper = edges[band + 1]
                        if distance < upper or (right and distance == upper):
                            at = i * n_bands + band
                            if neighbours.size:
                                neighbours[places[at]] = j
                            places[at] += 1
                            break


def _count(
    starts: NDArray[np.int64],
    neighbours: NDArray[np.int32],
    units: NDArray[Any],
    last: NDArray[Any],
    counts: NDArray[np.int64],
) -> None:
    """Add to ``counts`` the pairs no more than each of ``last`` units apart.

    Many permutations stand side by side in the rows of ``units``, shape (n_events, width), so
    that one pair is looked up once for all of them and the processor takes many in one step.
    ``counts`` has shape (n_bands, n_times, width), ``starts`` one entry for each event and band.
    """
    n_bands, n_times, width = counts.shape
    near = np.zeros((n_times, width), np.int16)
    gap = np.empty(width, units.dtype)
    for run in range(starts.size - 1):
        i, band = run // n_bands, run % n_bands
        start, stop = starts[run], starts[run + 1]
        for first in range(start, stop, _FLUSH):
            near[:] = 0
            for at in range(first, min(first + _FLUSH, stop)):
                j = neighbours[at]
                for k in range(width):
                    gap[k] = abs(units[i, k] - units[j, k])
                for t in range(n_times):
                    for k in range(width):
                        near[t, k] += np.int16(gap[k] <= last[t])
            for t in range(n_times):
                for k in range(width):
                    counts[band, t, k] += near[t, k]


walk: Callable[..., None] = numba.njit(nogil=True)(_walk)
count: Callable[..., None] = numba.njit(nogil=True)(_count)
