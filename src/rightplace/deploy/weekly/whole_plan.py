"""The best pattern of each day for places with a least or a most over the whole plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def best_within(
    net: NDArray[np.float64],
    totals: NDArray[np.int64],
    *,
    least: NDArray[np.float64],
    most: NDArray[np.float64],
) -> NDArray[np.int64]:
    """Return the patterns worth most whose visits lie within limits, shape (n, n_days).

    Exact: day by day, the best for every number of visits so far (dynamic programming). Where no
    patterns lie within the limits, the least or the most is missed; the caller has checked that.

    Parameters
    ----------
    net
        Shape (n, n_days, n_patterns). Worth of each pattern; minus infinity if not allowed.
    totals
        Shape (n_patterns,). Visits of each pattern.
    least, most
        Shape (n,). Visits over the plan.
    """
    n_places, n_days, _ = net.shape
    kinds = np.unique(totals)
    kinds = kinds[kinds <= _largest(net, totals)]
    by_total = np.stack([_best_of(net, totals == total)[0] for total in kinds], axis=2)
    reach = int(kinds.max()) * n_days
    so_far = np.full((n_places, reach + 1), -np.inf)
    so_far[:, 0] = 0
    taken = np.zeros((n_days, n_places, reach + 1), dtype=np.int64)
    for day in range(n_days):
        ahead = np.full_like(so_far, -np.inf)
        for index, total in enumerate(kinds.tolist()):
            reached = np.full_like(so_far, -np.inf)
            reached[:, total:] = so_far[:, : reach + 1 - total] + by_total[:, day, [index]]
            better = reached > ahead
            ahead[better] = reached[better]
            taken[day][better] = index
        so_far = ahead
    counts = np.arange(reach + 1)[None, :]
    allowed = (counts >= least[:, None]) & (counts <= most[:, None])
    at = np.where(allowed, so_far, -np.inf).argmax(axis=1)
    choice = np.zeros((n_places, n_days), dtype=np.int64)
    which = np.stack([_best_of(net, totals == total)[1] for total in kinds], axis=2)
    every = np.arange(n_places)
    for day in reversed(range(n_days)):
        index = taken[day, every, at]
        choice[:, day] = which[every, day, index]
        at = at - kinds[index]
    return choice


def _largest(net: NDArray[np.float64], totals: NDArray[np.int64]) -> int:
    """Return the most visits of any pattern that is allowed anywhere."""
    allowed = np.isfinite(net).any(axis=(0, 1))
    return int(totals[allowed].max(initial=0))


def _best_of(
    net: NDArray[np.float64], chosen: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return worth and position of the best of some patterns, both (n, n_days)."""
    at = np.flatnonzero(chosen)
    within = net[:, :, at]
    best = within.argmax(axis=2)
    return np.take_along_axis(within, best[:, :, None], axis=2)[:, :, 0], at[best]
