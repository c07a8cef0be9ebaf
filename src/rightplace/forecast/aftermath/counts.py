"""What followed incidents nearby, and what the same hours of the weeks around them held.

The comparison is within each place: what lies within some metres of an incident in the hours
after it, against the same metres and the same hours of the week, three to eight weeks before and
as many after. How busy a place is, its weekdays and its hours are therefore the same on both
sides. What moves the whole study area at once (season, a hot week, a bank holiday) is taken off
by the same comparison of everything farther away. Nothing is drawn by chance.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

DISTANCES_M = (100.0, 200.0, 400.0, 800.0)
"""Upper ends of the bands of distance; each holds its lower end and not its upper."""
JOIN_HOURS = 2.0
"""Rows of one place within so many hours of the first of them are one incident, at the least."""
ELAPSED_HOURS = (24.0, 48.0, 72.0)
"""Ends of the bands of elapsed time. The first begins where rows no longer are one incident."""
WEEKS = tuple(week for near in range(3, 9) for week in (-near, near))
"""Weeks compared with, before and after. Two weeks on each side are left out, so that what a
fortnight of aftermath brings is not taken for ordinary."""
_SPOT_M = 1.0
_HOURS, _WEEK = 24.0, 7.0
_MOST_SQUARES = 4_000_000
_CHANCE = 1e-4  # of a single hour, that rows at one point stand so many so far apart


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Followers:
    """For each incident, what followed it and what the weeks around it held; nothing is summed.

    Parameters
    ----------
    observed
        Shape (n, n_distances, n_elapsed). Further incidents in each band.
    control
        Shape (n, n_distances, n_elapsed). Mean number in the same hours of the weeks compared.
    far_observed, far_control
        Shape (n, n_elapsed). The same for everything farther away than the last band.
    used
        Shape (n,). False where the hours after an incident, or every pair of weeks around it,
        reach beyond what was published; its counts are 0.
    days
        Shape (n,). When each incident happened, in local days.
    """

    observed: NDArray[np.float64]
    control: NDArray[np.float64]
    far_observed: NDArray[np.float64]
    far_control: NDArray[np.float64]
    used: NDArray[np.bool_]
    days: NDArray[np.float64]


def first_of_incident(
    days: NDArray[np.float64], xy: NDArray[np.float64], *, within_hours: float = JOIN_HOURS
) -> NDArray[np.int64]:
    """Return for each row the first row of its incident, shape (n,).

    Rows at one point (to the metre) within some hours of the first of them are one incident:
    its victims or offences, whatever keys they bear.

    Parameters
    ----------
    days
        Shape (n,). Times in days.
    xy
        Shape (n, 2). Metres.
    within_hours
        How far apart, at the most.
    """
    spot = np.rint(xy / _SPOT_M)
    order = np.lexsort((days, spot[:, 1], spot[:, 0]))
    first = np.empty(days.size, dtype=np.int64)
    current = -1
    for row in order:
        same = current >= 0 and (spot[row] == spot[current]).all()
        if not same or days[row] - days[current] >= within_hours / _HOURS:
            current = row
        first[row] = current
    return first


def slipped_hours(begins: NDArray[np.float64], xy: NDArray[np.float64]) -> tuple[int, ...]:
    """Return how many hours apart rows at one point stand far too often to be further incidents.

    Where one row of an incident was dated by another clock than its others (its time in UTC, or
    12 hours off), many pairs at one point lie exactly so far apart. Each whole hour from 2 to 23
    is compared with the same hours of the weeks around, and with the median of all 22.

    Parameters
    ----------
    begins
        Shape (n,). Days, at the beginning of the hour each row gives.
    xy
        Shape (n, 2). Metres.
    """
    from scipy.special import gammainc  # noqa: PLC0415 - heavy

    hours = np.arange(JOIN_HOURS, _HOURS)
    since = np.append(hours - 0.5, hours[-1] + 0.5) / _HOURS
    watched = np.ones((begins.size, 1 + len(WEEKS)), dtype=np.bool_)
    found = _near(begins, xy, since=since, reach=np.array([_SPOT_M]), watched=watched)
    seen, around = found.sum(axis=0)[:, 0, :].astype(np.float64)
    usual = (around + 1) / len(WEEKS)
    usual *= max(1.0, float(np.median(seen / usual)))
    # The chance of so many or more, were they Poisson.
    chance = np.where(seen > 0, gammainc(np.maximum(seen, 1), usual), 1.0)
    return tuple(int(hour) for hour in hours[(chance < _CHANCE) & (seen >= 2 * usual)])


def followers(
    days: NDArray[np.float64],
    xy: NDArray[np.float64],
    *,
    spells: Sequence[tuple[float, float]],
    after_hours: float = JOIN_HOURS,
) -> Followers:
    """Return what followed each incident, and what the weeks around it held.

    Parameters
    ----------
    days
        Shape (n,). Local days with the share of the day that had passed.
    xy
        Shape (n, 2). Metres.
    spells
        From when to when records were published without a gap, in the same days.
    after_hours
        Where the first band of elapsed time begins, below 24: rows nearer than that may be one
        incident.

    Raises
    ------
    BadInputError
        If shapes do not fit, or a number is not finite.
    """
    if days.ndim != 1 or xy.shape != (days.size, 2):
        msg = f"Days of shape {days.shape} and places of shape {xy.shape} do not fit."
        raise BadInputError(msg)
    if not (np.isfinite(days).all() and np.isfinite(xy).all()):
        msg = "An incident lacks its time or its place."
        raise BadInputError(msg)
    weeks = np.array((0, *WEEKS), dtype=np.int64)
    since = np.array((after_hours, *ELAPSED_HOURS)) / _HOURS
    watched = _watched(days, weeks, spells)
    used = watched[:, 0] & watched[:, 1:].any(axis=1)
    watched &= used[:, None]
    near = _near(days, xy, since=since, reach=np.array(DISTANCES_M), watched=watched)
    every = _everywhere(days, weeks, since) * watched[:, :, None]
    far = np.stack([every[:, 0], every[:, 1:].sum(axis=1)], axis=1) - near.sum(axis=2)
    n_weeks = np.maximum(watched[:, 1:].sum(axis=1), 1)
    return Followers(
        observed=near[:, 0].astype(np.float64),
        control=near[:, 1] / n_weeks[:, None, None],
        far_observed=far[:, 0].astype(np.float64),
        far_control=far[:, 1] / n_weeks[:, None],
        used=used,
        days=days,
    )


def _watched(
    days: NDArray[np.float64], weeks: NDArray[np.int64], spells: Sequence[tuple[float, float]]
) -> NDArray[np.bool_]:
    """Return in which weeks the hours after each incident were published, (n, n_weeks).

    A week before is used only with the one as far after, so that a steady rise or fall cancels.
    """
    opens = days[:, None] + _WEEK * weeks
    closes = opens + ELAPSED_HOURS[-1] / _HOURS
    inside = np.zeros(opens.shape, dtype=np.bool_)
    for start, end in spells:
        inside |= (opens >= start) & (closes <= end)
    pairs = inside[:, 1::2] & inside[:, 2::2]
    inside[:, 1::2] = inside[:, 2::2] = pairs
    return inside


def _everywhere(
    days: NDArray[np.float64], weeks: NDArray[np.int64], since: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Return what happened anywhere in the same hours, shape (n, n_weeks, n_elapsed)."""
    ordered = np.sort(days)
    at = days[:, None, None] + _WEEK * weeks[None, :, None] + since
    return np.diff(np.searchsorted(ordered, at, side="left"), axis=2).astype(np.int64)


def _near(
    days: NDArray[np.float64],
    xy: NDArray[np.float64],
    *,
    since: NDArray[np.float64],
    reach: NDArray[np.float64],
    watched: NDArray[np.bool_],
) -> NDArray[np.int64]:
    """Return what happened within reach after each incident, and in all weeks around together.

    Shape (n, 2, n_distances, n_elapsed); bands of distance end at ``reach`` (metres), those of
    elapsed time lie between ``since`` (days).
    """
    from rightplace.forecast.aftermath.kernels import follow  # noqa: PLC0415 - compiles on demand

    found = np.zeros((days.size, 2, reach.size, since.size - 1), dtype=np.int64)
    if not days.size:
        return found
    square, width, n_squares = _squares(xy, reach=float(reach[-1]))
    order = np.lexsort((days, square))
    starts = np.searchsorted(square[order], np.arange(n_squares + 1))
    counted = np.zeros_like(found)
    x, y = np.ascontiguousarray(xy[order].T)
    weeks = np.array((0, *WEEKS), dtype=np.int64)
    follow(
        x,
        y,
        days[order],
        square[order],
        starts,
        width,
        reach,
        since,
        weeks,
        watched[order],
        counted,
    )
    found[order] = counted
    return found


def _squares(xy: NDArray[np.float64], *, reach: float) -> tuple[NDArray[np.int64], int, int]:
    """Return the square of each incident, squares in a row, and squares in all.

    Squares are at least as wide as the reach, and none on the edge holds an incident.
    """
    low, extent = xy.min(axis=0), np.ptp(xy, axis=0)
    side = max(reach * (1 + 1e-9), float(np.sqrt(extent.prod() / _MOST_SQUARES)))
    side = max(side, float(extent.max()) / _MOST_SQUARES)
    at = np.floor((xy - low) / side).astype(np.int64) + 1
    width, height = (int(most) + 2 for most in at.max(axis=0))
    return at[:, 1] * width + at[:, 0], width, width * height
