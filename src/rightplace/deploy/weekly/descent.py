"""Prices on shared limits, lowered and raised until the bound they give falls no further."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.deploy.weekly.shared_limits import Pick, SharedLimits

_PATIENCE = 8
_KEEP = 0.7
_SMALLEST_STEP = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Priced:
    """Prices and the bound they give.

    Parameters
    ----------
    prices
        Shape (n_rows,).
    pick
        What places choose at them.
    steps
        Prices tried to find them.
    """

    prices: NDArray[np.float64]
    pick: Pick
    steps: int


def first_prices(shared: SharedLimits) -> NDArray[np.float64]:
    """Return prices to start from: in each slot the worth of the visit its crews cannot make.

    The worth of visits is that of a place's only visits of the day; other rows are free.
    """
    places = shared.places
    prices = np.zeros(shared.most.size)
    rooms = shared.most[shared.parts["crew"]].astype(np.int64).reshape(-1, shared.n_slots)
    worth = _worth_alone(shared)
    for borough, room in enumerate(rooms):
        here = worth[shared.borough == borough]
        ranked = -np.sort(-here.transpose(1, 0, 2).reshape(places.n_slots, -1), axis=1)
        ranked = np.pad(ranked, ((0, 0), (0, 1)))
        first = shared.parts["crew"].start + borough * shared.n_slots
        at = np.minimum(room, ranked.shape[1] - 1)
        prices[first : first + shared.n_slots] = ranked[np.arange(shared.n_slots), at]
    return np.where(shared.can_bind, prices, 0.0)


def _worth_alone(shared: SharedLimits) -> NDArray[np.float64]:
    """Return what each further visit adds to a place with no other, (n_places, n_slots, cap)."""
    places = shared.places
    n_turns, most = places.visits.shape[1], int(places.visits.max(initial=0))
    found = np.zeros((len(places.cells), places.n_slots + 1, most))
    total = places.visits.sum(axis=1)
    for turn in range(n_turns):
        alone = np.flatnonzero(places.visits[:, turn] == total)
        alone = alone[np.argsort(total[alone])]
        worth = places.worth[:, :, alone]
        steps = np.diff(np.where(np.isfinite(worth), worth, np.nan), axis=2)
        found[:, places.slots[:, turn]] = np.nan_to_num(np.maximum(steps, 0))
    return found[:, :-1]


def lowered(
    shared: SharedLimits, start: NDArray[np.float64], *, reached: float, steps: int, close: float
) -> Priced:
    """Return prices with a lower bound, by steps against what the choices use too much.

    Deflected subgradient steps of Polyak's length towards a plan already found (Bertsekas 2015,
    Convex Optimization Algorithms, section 3.2). Nothing is left to chance.

    Parameters
    ----------
    shared
        The rows that are priced.
    start
        Shape (n_rows,). Prices to start from.
    reached
        What some allowed plan prevents.
    steps
        Most prices to try.
    close
        Stop when the bound is within this share above ``reached``.
    """
    best = Priced(prices=start, pick=shared.pick(start), steps=0)
    scale = _scale(shared, start)
    floor = np.where(shared.least > 0, -np.inf, 0.0)
    prices, pick, way = start, best.pick, np.zeros_like(start)
    length, idle = 1.0, 0
    for step in range(steps):
        excess = best.pick.bound - reached
        if excess <= close * abs(best.pick.bound) or length < _SMALLEST_STEP:
            break
        against = np.where(shared.can_bind, _against(shared, prices, pick), 0.0)
        way = against + _KEEP * way
        weight = float(scale @ way**2)
        if weight == 0:
            break
        ahead = length * (pick.bound - reached) * (1 - _KEEP) / weight
        prices = np.maximum(prices + ahead * scale * way, floor)
        pick = shared.pick(prices)
        if pick.bound < best.pick.bound:
            best, idle = Priced(prices=prices, pick=pick, steps=step + 1), 0
        else:
            idle += 1
        if idle >= _PATIENCE:
            length, idle = length / 2, 0
            prices, pick, way = best.prices, best.pick, np.zeros_like(start)
    return best


def _against(shared: SharedLimits, prices: NDArray[np.float64], pick: Pick) -> NDArray[np.float64]:
    """Return which way to move each price: up where too much is used, down where too little."""
    over, under = pick.used - shared.most, pick.used - shared.least
    at_rest = np.where(over > 0, over, np.minimum(under, 0))
    return np.where(prices > 0, over, np.where(prices < 0, under, at_rest))


def _scale(shared: SharedLimits, start: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how far each price moves: in proportion to what a visit is worth, less if many."""
    positive = start[start > 0]
    typical = float(positive.mean()) if positive.size else 1.0
    size = np.maximum(np.minimum(shared.most, shared.used_at_most), 1.0)
    return typical * (np.maximum(start, typical / 4) / typical) / size
