"""The ways in which places may be visited further, as columns of a programme.

Where what a visit prevents depends on its place and slot alone, a way is one further visit: the
second never prevents more than the first, so the programme takes them in order. Otherwise (visits
carried over, specialists rounded up, places apart) a way is all further visits of a place on a
day, and of each place and day at most one way is taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from rightplace.deploy.weekly.limits import UNLIMITED
from rightplace.deploy.weekly.solution import place_day_visits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from rightplace.deploy.replan.problem import ReplanProblem


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rooms:
    """Further visits that places may and must have, beside those that stand.

    Parameters
    ----------
    slot, day, plan
        Shape (n_places, n_slots), (n_places, n_days) and (n_places,). At most, 0 or more.
    day_least, plan_least
        Shape (n_places, n_days) and (n_places,). At least, 0 or more.
    """

    slot: NDArray[np.int64]
    day: NDArray[np.int64]
    plan: NDArray[np.int64]
    day_least: NDArray[np.int64]
    plan_least: NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ways:
    """Columns: further visits of a place, what they prevent, and where they count.

    Parameters
    ----------
    place, day
        Shape (n_ways,). Index among the cells that may change; policing day.
    worth
        Shape (n_ways,). What a way prevents beside what stands.
    way, slot, visits, specialists
        Shape (n_uses,). Visits of a way in a slot, 1 or more, and how many specialists they need.
    one_a_day
        Whether only one way of each place and day may be taken.
    """

    place: NDArray[np.int64]
    day: NDArray[np.int64]
    worth: NDArray[np.float64]
    way: NDArray[np.int64]
    slot: NDArray[np.int64]
    visits: NDArray[np.int64]
    specialists: NDArray[np.int64]
    one_a_day: bool


def rooms_of(asked: ReplanProblem) -> Rooms:
    """Return how many further visits each place that may change can and must have."""
    problem, cells = asked.problem, asked.cells
    rules, limits = problem.rules, problem.limits
    fixed = asked.fixed[cells]
    by_day, total = place_day_visits(fixed, problem.day), fixed.sum(axis=1)
    n_places, n_days = by_day.shape
    day_most = np.full(n_places, UNLIMITED if rules.cap_per_day is None else rules.cap_per_day)
    plan_most = np.full(n_places, UNLIMITED if rules.cap_per_plan is None else rules.cap_per_plan)
    day_least = np.zeros(n_places, dtype=np.int64)
    if limits is not None:
        day_most = np.minimum(day_most, limits.day_most[cells])
        plan_most = np.minimum(plan_most, limits.plan_most[cells])
        day_least = limits.day_least[cells]
    slot = np.maximum(rules.cap_per_slot - fixed, 0)
    # A place that may not gain has at most what remains planned there.
    planned = np.zeros(problem.demand.shape, dtype=np.int64)
    left = asked.remaining
    np.add.at(planned, (left.cell, asked.duties.slot[left.duty]), left.times)
    slot = np.where(asked.may_gain[cells], slot, np.minimum(slot, planned[cells]))
    slot[:, ~asked.open_slots] = 0
    opens = np.zeros(n_days, dtype=np.bool_)
    opens[problem.day[asked.open_slots]] = True
    return Rooms(
        slot=slot,
        day=np.maximum(day_most[:, None] - by_day, 0),
        plan=np.maximum(plan_most - total, 0),
        day_least=np.where(opens[None, :], np.maximum(day_least[:, None] - by_day, 0), 0),
        plan_least=np.maximum(problem.minimum[cells] - total, 0),
    )


def ways_of(asked: ReplanProblem, rooms: Rooms) -> Ways:
    """Return the columns of a problem: single visits where that is exact, else whole days."""
    return _single_visits(asked, rooms) if asked.is_separable else _whole_days(asked, rooms)


def _single_visits(asked: ReplanProblem, rooms: Rooms) -> Ways:
    problem = asked.problem
    fixed = asked.fixed[asked.cells]
    turn = np.arange(problem.rules.cap_per_slot)
    place, slot, further = np.nonzero(turn < rooms.slot[:, :, None])
    nth = np.minimum(fixed[place, slot] + further, problem.gain.shape[1] - 1)
    return Ways(
        place=place,
        day=problem.day[slot],
        worth=problem.demand[asked.cells[place], slot] * problem.gain[slot, nth],
        way=np.arange(place.size),
        slot=slot,
        visits=np.ones(place.size, dtype=np.int64),
        specialists=np.zeros(place.size, dtype=np.int64),
        one_a_day=False,
    )


def _whole_days(asked: ReplanProblem, rooms: Rooms) -> Ways:
    """Return every allowed set of further visits of each place on each day that may change."""
    found = list(_patterns(asked, rooms))
    sizes = [each.place.size for each in found]
    first = np.cumsum([0, *sizes])
    uses = [
        (start + np.arange(each.place.size), slot, times, each.specialists[:, turn])
        for each, start in zip(found, first.tolist(), strict=False)
        for turn, (slot, times) in enumerate(zip(each.slots, each.pattern, strict=True))
        if times
    ]
    return Ways(
        place=_joined([each.place for each in found]),
        day=np.repeat(np.array([each.day for each in found], dtype=np.int64), sizes),
        worth=np.concatenate([np.zeros(0), *(each.worth for each in found)]),
        way=_joined([way for way, _, _, _ in uses]),
        slot=_joined([np.full(way.size, slot) for way, slot, _, _ in uses]),
        visits=_joined([np.full(way.size, times) for way, _, times, _ in uses]),
        specialists=_joined([needed for _, _, _, needed in uses]),
        one_a_day=True,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Pattern:
    """One pattern of further visits on a day, and the places that may have it."""

    day: int
    slots: tuple[int, ...]
    pattern: tuple[int, ...]
    place: NDArray[np.int64]  # (n,)
    worth: NDArray[np.float64]  # (n,)
    specialists: NDArray[np.int64]  # (n, n_turns)


def _patterns(asked: ReplanProblem, rooms: Rooms) -> Iterator[_Pattern]:
    problem, limits = asked.problem, asked.problem.limits
    for day in np.unique(problem.day[asked.open_slots]).tolist():
        slots = np.flatnonzero(problem.day == day)
        before = asked.fixed[np.ix_(asked.cells, slots)]
        most = rooms.slot[:, slots].max(axis=0, initial=0)
        for pattern in product(*(range(m + 1) for m in most.tolist())):
            fits = (np.array(pattern) <= rooms.slot[:, slots]).all(axis=1)
            here = np.flatnonzero(fits & (sum(pattern) <= rooms.day[:, day]))
            if not any(pattern) or here.size == 0:
                continue
            after = before[here] + np.array(pattern)
            share = np.zeros(here.size)
            if limits is not None:
                share = limits.specialist_share[asked.cells[here]]
            yield _Pattern(
                day=day,
                slots=tuple(slots.tolist()),
                pattern=pattern,
                place=here,
                worth=_prevented(asked, here, slots=slots, visits=after)
                - _prevented(asked, here, slots=slots, visits=before[here]),
                specialists=_rounded_up(share, after) - _rounded_up(share, before[here]),
            )


def _prevented(
    asked: ReplanProblem,
    places: NDArray[np.int64],
    *,
    slots: NDArray[np.int64],
    visits: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Return what visits of one day prevent in each place, shape (n_places,)."""
    problem = asked.problem
    demand = problem.demand[np.ix_(asked.cells[places], slots)]
    if problem.carry_over is not None:
        shares = problem.carry_over.prevented_shares(visits, slots=slots)
    else:
        summed = np.pad(np.cumsum(problem.gain, axis=1), ((0, 0), (1, 0)))
        within = np.minimum(visits, problem.gain.shape[1])
        shares = summed[slots[None, :], within]
    worth: NDArray[np.float64] = (demand * shares).sum(axis=1)
    return worth


def _rounded_up(share: NDArray[np.float64], visits: NDArray[np.int64]) -> NDArray[np.int64]:
    # As in the plan's own limits: 0.1 x 10 must not become 2 by rounding error.
    whole: NDArray[np.int64] = np.ceil(share[:, None] * visits - 1e-9).astype(np.int64)
    return whole


def _joined(parts: list[NDArray[np.int64]]) -> NDArray[np.int64]:
    return np.concatenate([np.zeros(0, dtype=np.int64), *parts])
