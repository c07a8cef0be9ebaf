"""Compiled lists of what waits, and the heap of what ends next: the simulation's bookkeeping.

Compiled when first called and kept in memory only, so that nothing is written beside the
installed package.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, ParamSpec, TypeVar

import numba
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

Given = ParamSpec("Given")
Result = TypeVar("Result")
NONE = -1
"""Stands for no item: the end of a list, an item in no list, no place."""


def compiled(function: Callable[Given, Result]) -> Callable[Given, Result]:
    """Return the function as machine code that runs beside other threads.

    It makes no arrays, so it need not count who holds those handed over (``_nrt``): nine times as
    fast here. The option is in no manual of numba: one that drops it refuses it on import, and a
    test looks into the code. Only what is called from Python gets a door there, which halves the
    compiling. Nothing is kept on disk: numba would not see a change in another file of the kernel.
    """
    options: dict[str, Any] = {"_nrt": False, "no_cfunc_wrapper": True}
    options["no_cpython_wrapper"] = function.__name__ != "run"
    made: Callable[Given, Result] = numba.njit(nogil=True, **options)(function)
    return made


class Lists(NamedTuple):
    """Lists of items in order; an item is in one of them at most.

    Parameters
    ----------
    ends
        Shape (lists, 2). First and last item of each.
    links
        Shape (items, 2). Neighbours of each item, before and after it.
    """

    ends: NDArray[np.int64]
    links: NDArray[np.int64]


class Agenda(NamedTuple):
    """A binary heap of items by the day on which they end; of equal days the lower item first.

    Parameters
    ----------
    items
        Shape (most at a time,). The heap.
    position
        Shape (items,). Where each item stands in it.
    day
        Shape (items,). When each ends.
    size
        Shape (1,). How many there are.
    """

    items: NDArray[np.int64]
    position: NDArray[np.int64]
    day: NDArray[np.float64]
    size: NDArray[np.int64]


def empty_lists(lists: int, items: int) -> Lists:
    """Return so many lists without an item."""
    return Lists(np.full((lists, 2), NONE), np.full((items, 2), NONE))


def empty_agenda(items: int, most: int) -> Agenda:
    """Return an agenda for so many items, of which so many at a time may stand in it."""
    return Agenda(
        np.empty(most, dtype=np.int64),
        np.full(items, NONE, dtype=np.int64),
        np.zeros(items),
        np.zeros(1, dtype=np.int64),
    )


@compiled
def put_last(lists: Lists, which: int, item: int) -> None:
    """Put an item at the end of a list."""
    last = lists.ends[which, 1]
    lists.links[item, 0] = last
    lists.links[item, 1] = NONE
    lists.ends[which, 1] = item
    if last == NONE:
        lists.ends[which, 0] = item
    else:
        lists.links[last, 1] = item


@compiled
def put_first(lists: Lists, which: int, item: int) -> None:
    """Put an item at the front of a list."""
    first = lists.ends[which, 0]
    lists.links[item, 1] = first
    lists.links[item, 0] = NONE
    lists.ends[which, 0] = item
    if first == NONE:
        lists.ends[which, 1] = item
    else:
        lists.links[first, 0] = item


@compiled
def take_out(lists: Lists, which: int, item: int) -> None:
    """Take an item out of the list that it is in."""
    before, after = lists.links[item, 0], lists.links[item, 1]
    if before == NONE:
        lists.ends[which, 0] = after
    else:
        lists.links[before, 1] = after
    if after == NONE:
        lists.ends[which, 1] = before
    else:
        lists.links[after, 0] = before


@compiled
def _comes_before(agenda: Agenda, one: int, other: int) -> bool:
    if agenda.day[one] != agenda.day[other]:
        return bool(agenda.day[one] < agenda.day[other])
    return one < other


@compiled
def _settle(agenda: Agenda, item: int, start: int) -> None:
    """Put an item where it belongs, given a gap in the heap."""
    at = start
    while at > 0:
        parent = (at - 1) // 2
        above = agenda.items[parent]
        if _comes_before(agenda, above, item):
            break
        agenda.items[at] = above
        agenda.position[above] = at
        at = parent
    while True:
        child = 2 * at + 1
        if child >= agenda.size[0]:
            break
        right = child + 1
        if right < agenda.size[0] and _comes_before(
            agenda, agenda.items[right], agenda.items[child]
        ):
            child = right
        below = agenda.items[child]
        if _comes_before(agenda, item, below):
            break
        agenda.items[at] = below
        agenda.position[below] = at
        at = child
    agenda.items[at] = item
    agenda.position[item] = at


@compiled
def note(agenda: Agenda, item: int, day: float) -> None:
    """Note that an item ends on a day."""
    agenda.day[item] = day
    agenda.size[0] += 1
    _settle(agenda, item, agenda.size[0] - 1)


@compiled
def strike(agenda: Agenda, item: int) -> None:
    """Take an item off the agenda."""
    gap = agenda.position[item]
    agenda.position[item] = NONE
    agenda.size[0] -= 1
    last = agenda.items[agenda.size[0]]
    if last != item:
        _settle(agenda, last, gap)
