"""Limits of a plan beyond crews and caps: specialists, cover, fairness, shares, separation.

Each stands here in whole visits of places, slots, boroughs and BCUs; the files that state them in
minutes and rates are read elsewhere. What visits leave behind for later slots of the day, the
carry-over, stands here too: with it a place's visits on one day are worth what they are together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rightplace.errors import BadInputError, UsageError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.deploy.effect import EffectSize

UNLIMITED = 2**40
"""A number of visits that no plan reaches."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CarryOver:
    """How much of a visit's dose is still there in the next slot of the same policing day.

    The dose of a slot is that of ``sum_j share^j v_j`` visits, with v_j those made j slots before.
    The dose is concave, so visits to one place on one day share what they prevent. Nothing is
    carried into the next day: none was seen there in Bedfordshire (DOMAIN 3.1.7).

    Parameters
    ----------
    share
        From 0 (nothing stays) to 1.
    origin
        Where the figure comes from; printed with the plan.
    effect
        What a dose prevents.
    slot_hours
        Shape (n_slots,). Elapsed hours.
    """

    share: float
    origin: str
    effect: EffectSize
    slot_hours: NDArray[np.float64]

    def __post_init__(self) -> None:
        """Check that the share is one and that somebody says where it comes from.

        Raises
        ------
        UsageError
            If not.
        """
        if not 0 <= self.share <= 1:
            msg = f"The carry-over is {self.share:g}; it must be a share from 0 to 1."
            raise UsageError(msg, value=self.share, remedy="Correct plan.carry_over.")
        if self.share and not self.origin.strip():
            msg = f"The carry-over is {self.share:g}, and nobody says where that comes from."
            raise UsageError(msg, value=self.share, remedy="State plan.carry_over_origin.")

    def standing(self, visits: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return visits with what is left of earlier ones, both (n, slots of one day)."""
        left = np.zeros(visits.shape)
        for slot in range(visits.shape[1]):
            before = left[:, slot - 1] * self.share if slot else 0.0
            left[:, slot] = visits[:, slot] + before
        return left

    def prevented_shares(
        self, visits: NDArray[np.int64], *, slots: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """Return the share of each slot's demand prevented, shape (n, slots of one day).

        Parameters
        ----------
        visits
            Shape (n, slots of one day). Visits to one place.
        slots
            Which slots of the plan they are, in order of time.
        """
        hours = self.slot_hours[slots][None, :]
        return self.effect.prevented_share(self.standing(visits), slot_hours=hours)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlanLimits:
    """What a plan must keep beside its crews' visits and the caps that hold for every place.

    A variant comes from ``dataclasses.replace`` of ``no_limits``.

    Parameters
    ----------
    specialist_share
        Shape (n_cells,). Share of a place's visits in a slot that specialist crews must make,
        0 to 1, rounded up to whole visits.
    specialist_capacity
        Shape (n_boroughs, n_slots). Visits that specialist crews can make, among all visits.
    specialist_total
        Most visits by specialists in the whole plan.
    borough_least, borough_most
        Shape (n_boroughs,). Visits of a borough over the plan: fairness and weekly caps.
    bcu
        Shape (n_boroughs,). Index of the BCU of each borough, -1 for none.
    bcu_names
        For messages.
    bcu_most
        Shape (n_bcus, n_slots). Visits that leave enough minutes for response.
    day_least, day_most, plan_most
        Shape (n_cells,). Visits to each place on every day at least and at most, and over the
        plan at most.
    apart
        Groups of cells of which at most one may be visited in a slot.
    """

    specialist_share: NDArray[np.float64]
    specialist_capacity: NDArray[np.int64]
    specialist_total: int
    borough_least: NDArray[np.int64]
    borough_most: NDArray[np.int64]
    bcu: NDArray[np.int64]
    bcu_names: tuple[str, ...]
    bcu_most: NDArray[np.int64]
    day_least: NDArray[np.int64]
    day_most: NDArray[np.int64]
    plan_most: NDArray[np.int64]
    apart: tuple[NDArray[np.int64], ...] = ()

    def __post_init__(self) -> None:
        """Check that every figure can be.

        Raises
        ------
        BadInputError
            If a limit is below 0, a share is none, or arrays do not fit together.
        """
        n_boroughs, n_slots = self.specialist_capacity.shape
        n_cells = self.specialist_share.size
        numbers = (
            *(self.borough_least, self.borough_most, self.bcu_most, self.specialist_capacity),
            *(self.day_least, self.day_most, self.plan_most, np.array(self.specialist_total)),
        )
        shapes = {
            (self.borough_least.shape, (n_boroughs,)),
            (self.borough_most.shape, (n_boroughs,)),
            (self.bcu.shape, (n_boroughs,)),
            (self.bcu_most.shape, (len(self.bcu_names), n_slots)),
            *((each.shape, (n_cells,)) for each in (self.day_least, self.day_most, self.plan_most)),
        }
        share = self.specialist_share
        facts = {
            "the arrays must fit together": all(given == wanted for given, wanted in shapes),
            "visits must be 0 or more": all((each >= 0).all() for each in numbers),
            "shares must lie between 0 and 1": bool(((share >= 0) & (share <= 1)).all()),
            "a borough's BCU must be an index or -1": bool(
                ((self.bcu >= -1) & (self.bcu < len(self.bcu_names))).all()
            ),
            "cells that stand apart must be cells": all(
                group.size > 1 and group.min() >= 0 and group.max() < n_cells
                for group in self.apart
            ),
        }
        wrong = [fact for fact, holds in facts.items() if not holds]
        if wrong:
            msg = f"These are no limits that a plan can keep: {'; '.join(wrong)}."
            raise BadInputError(msg, remedy="Correct the files that state the limits.")

    def specialists_needed(self, visits: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return visits that specialists must make of visits, both (n_cells, n_slots)."""
        # A share such as 0.1 x 10 must not become 2 by rounding error.
        exact = self.specialist_share[:, None] * visits
        needed: NDArray[np.int64] = np.ceil(exact - 1e-9).astype(np.int64)
        return needed


def no_limits(*, n_cells: int, n_boroughs: int, n_slots: int) -> PlanLimits:
    """Return limits that no plan meets, to be narrowed one by one."""
    boroughs = np.full(n_boroughs, UNLIMITED, dtype=np.int64)
    cells = np.full(n_cells, UNLIMITED, dtype=np.int64)
    return PlanLimits(
        specialist_share=np.zeros(n_cells),
        specialist_capacity=np.zeros((n_boroughs, n_slots), dtype=np.int64),
        specialist_total=UNLIMITED,
        borough_least=np.zeros(n_boroughs, dtype=np.int64),
        borough_most=boroughs,
        bcu=np.full(n_boroughs, -1, dtype=np.int64),
        bcu_names=(),
        bcu_most=np.zeros((0, n_slots), dtype=np.int64),
        day_least=np.zeros(n_cells, dtype=np.int64),
        day_most=cells,
        plan_most=cells,
    )


def neighbourhoods(xy: NDArray[np.float64], *, metres: float) -> tuple[NDArray[np.int64], ...]:
    """Return groups of points all within a distance of each other that cover every such pair.

    "At most one of each group" then says the same as "no two within the distance", with fewer
    and tighter rows than one for each pair. Groups are grown from the pairs in order, each taking
    in the points that are near to all it has.

    Parameters
    ----------
    xy
        Shape (n, 2), in metres.
    metres
        Points nearer than this may not be visited at once; 0 gives no group.
    """
    from scipy.spatial import cKDTree  # noqa: PLC0415 - slow to import

    if metres <= 0 or len(xy) == 0:
        return ()
    pairs = cKDTree(xy).query_pairs(metres, output_type="ndarray")
    pairs = pairs[np.hypot(*(xy[pairs[:, 0]] - xy[pairs[:, 1]]).T) < metres]
    near: list[set[int]] = [set() for _ in xy]
    for one, other in pairs.tolist():
        near[one].add(other)
        near[other].add(one)
    covered: set[tuple[int, int]] = set()
    groups = []
    for one, other in sorted(pairs.tolist()):
        if (one, other) in covered:
            continue
        group = [one, other]
        for point in sorted(near[one] & near[other]):
            if all(point in near[member] for member in group):
                group.append(point)
        group.sort()
        covered.update((a, b) for i, a in enumerate(group) for b in group[i + 1 :])
        groups.append(np.array(group, dtype=np.int64))
    return tuple(groups)
