"""Which crew makes which of a borough's visits in a slot, and in what order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rightplace.errors import UsageError

if TYPE_CHECKING:
    from numpy.typing import NDArray

_ROUNDS = 5


def split_among_crews(
    points: NDArray[np.float64], *, bases: NDArray[np.float64], room: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the crew of each visit, shape (n_visits,), so that each crew has a compact cluster.

    A sweep by angle round the middle of the bases gives the first split. Then visits are dealt
    anew, a few times, so that the squares of their distances to the middle of their cluster and
    to the base of their crew are least in sum. Loads are in proportion to room and never above
    it. Nothing is left to chance.

    Parameters
    ----------
    points
        Shape (n_visits, 2). Where the visits are, in metres.
    bases
        Shape (n_crews, 2). Where the crews start, in metres.
    room
        Shape (n_crews,). Visits that each crew can make.

    Raises
    ------
    UsageError
        If the crews cannot make that many visits.
    """
    if room.sum() < len(points):
        msg = f"{len(points)} visits do not fit into crews that can make {room.sum()}."
        raise UsageError(msg)
    if len(points) == 0:
        return np.zeros(0, dtype=np.int64)
    loads = _loads(room, len(points))
    hub = bases.mean(axis=0)
    crews = np.argsort(_angle(bases, points.mean(axis=0)), kind="stable")
    crew_of = np.empty(len(points), dtype=np.int64)
    crew_of[_sweep(points, hub)] = np.repeat(crews, loads[crews])
    return _tightened(points, crew_of, bases=bases) if np.count_nonzero(loads) > 1 else crew_of


def visiting_order(
    points: NDArray[np.float64], *, base: NDArray[np.float64], again: NDArray[np.int64]
) -> list[int]:
    """Return the order of one crew's visits: each time the nearest next, from the base.

    Second visits to a place come after all first ones, so that time passes between them.

    Parameters
    ----------
    points
        Shape (n_visits, 2), in metres.
    base
        Shape (2,), in metres.
    again
        Shape (n_visits,). 0 for the first visit to a place in the slot, 1 for the second ...
    """
    order: list[int] = []
    here = base
    for turn in sorted(set(again.tolist())):
        left = np.flatnonzero(again == turn).tolist()
        while left:
            away = np.hypot(*(points[left] - here).T)
            nearest = left.pop(int(away.argmin()))
            order.append(nearest)
            here = points[nearest]
    return order


def _loads(room: NDArray[np.int64], visits: int) -> NDArray[np.int64]:
    """Return visits by crew: whole numbers in proportion to room (largest remainder)."""
    fair = room * (visits / max(int(room.sum()), 1))
    loads: NDArray[np.int64] = np.floor(fair).astype(np.int64)
    for crew in np.argsort(loads - fair, kind="stable")[: visits - int(loads.sum())]:
        loads[crew] += 1
    return loads


def _angle(points: NDArray[np.float64], hub: NDArray[np.float64]) -> NDArray[np.float64]:
    away = points - hub
    angles: NDArray[np.float64] = np.arctan2(away[:, 1], away[:, 0])
    return angles


def _sweep(points: NDArray[np.float64], hub: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the points in order of angle round the hub, starting after the widest gap."""
    angles = _angle(points, hub)
    order = np.argsort(angles, kind="stable")
    ahead = np.diff(angles[order], append=angles[order[0]] + 2 * np.pi)
    return np.roll(order, -(int(ahead.argmax()) + 1))


def _tightened(
    points: NDArray[np.float64], crew_of: NDArray[np.int64], *, bases: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Return the split after dealing visits anew; each crew keeps its load."""
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415 - slow to import

    seats = np.sort(crew_of)
    to_base = _squares(points, bases[seats])
    for _ in range(_ROUNDS):
        middles = np.array([points[crew_of == crew].mean(axis=0) for crew in seats])
        visit, seat = linear_sum_assignment(_squares(points, middles) + to_base)
        dealt = np.empty_like(crew_of)
        dealt[visit] = seats[seat]
        if (dealt == crew_of).all():
            break
        crew_of = dealt
    return crew_of


def _squares(points: NDArray[np.float64], others: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return squared distances, shape (n_points, n_others)."""
    squares: NDArray[np.float64] = ((points[:, None, :] - others[None, :, :]) ** 2).sum(axis=2)
    return squares
