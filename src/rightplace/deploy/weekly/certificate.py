"""An upper bound on what any plan can prevent, from prices, whoever set them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.deploy.weekly.borough import BoroughProblem


_ROUNDS = 12


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Prices:
    """What one visit more would be worth at each limit, in the unit of the demand.

    Parameters
    ----------
    slot
        Shape (n_slots,). Of the crews' visits; 0 or more.
    place_day
        Shape (n_places, n_days). Of the cap per day; 0 or more.
    place
        Shape (n_places,). Of the cap per plan where above 0, of the minimum where below.
    """

    slot: NDArray[np.float64]
    place_day: NDArray[np.float64]
    place: NDArray[np.float64]


def upper_bound(part: BoroughProblem, prices: Prices) -> float:
    """Return a bound on what any allowed plan of the borough prevents.

    Weak duality: whatever the prices, as long as those of ``slot`` and ``place_day`` are 0 or
    more, no allowed plan prevents more than

        sum_s C_s l_s + D sum_pd m_pd + sum_p (P_p n_p+ - M_p n_p-) + sum_psk (v - l - m - n)+

    so the bound does not rest on the solver that found the prices. It is taken over every place,
    also those that the solver was not shown.
    """
    charged = prices.slot[None, :] + prices.place_day[:, part.day] + prices.place[:, None]
    return float(
        part.capacity @ prices.slot
        + part.cap_per_day * prices.place_day.sum()
        + part.cap_per_plan @ np.maximum(prices.place, 0)
        - part.minimum @ np.maximum(-prices.place, 0)
        + np.maximum(part.allowed - charged[:, :, None], 0).sum()
    )


def preview_prices(part: BoroughProblem) -> Prices:
    """Return prices whose bound is near what can be reached, without a solver.

    Block descent on the dual: given the places' prices, the best price of a slot is the worth of
    the first visit its crews cannot make; given the slots' prices, that of a place is the worth
    of the first visit its cap refuses. Places move half of the way each round, for the full way
    overshoots. Any round gives a valid bound; the best one stands.
    """
    n_places, n_slots, _ = part.allowed.shape
    place_day, place = np.zeros((n_places, part.n_days)), np.zeros(n_places)
    tried: list[Prices] = []
    for _ in range(_ROUNDS):
        charged = part.allowed - (place_day[:, part.day] + place[:, None])[:, :, None]
        slot = _first_refused(charged.transpose(1, 0, 2).reshape(n_slots, -1), part.capacity)
        tried.append(Prices(slot=slot, place_day=place_day, place=place))
        worth = part.allowed - slot[None, :, None]
        place_day = (place_day + _day_prices(part, worth - place[:, None, None])) / 2
        over_plan = worth - place_day[:, part.day][:, :, None]
        place = (place + _first_refused(over_plan.reshape(n_places, -1), part.cap_per_plan)) / 2
    return min(tried, key=lambda prices: upper_bound(part, prices))


def _day_prices(part: BoroughProblem, worth: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the worth of the first visit that each place's cap per day refuses."""
    n_places = worth.shape[0]
    cap = np.full(n_places, part.cap_per_day)
    days = [worth[:, part.day == day].reshape(n_places, -1) for day in range(part.n_days)]
    return np.stack([_first_refused(day, cap) for day in days], axis=1)


def _first_refused(worth: NDArray[np.float64], room: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return, per row, the worth of the visit after as many best ones as there is room, or 0."""
    ranked = np.pad(-np.sort(-worth, axis=1), ((0, 0), (0, 1)))
    at = np.minimum(room, worth.shape[1])
    return np.maximum(ranked[np.arange(worth.shape[0]), at], 0)
