"""From what places choose by themselves to a plan that is allowed: fewest losses, then best gains.

At good prices the choices break few limits. Visits that are worth least beyond their charges are
dropped until nothing is broken, required visits are made, and what room is left goes to the
visits that are worth most beyond their charges. No step is left to chance.
"""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from rightplace.deploy.weekly.shared_limits import SharedLimits

_NONE = -1
_TRIED = 20
_TRIED_IN_ALL = 500


class Repair:
    """A plan on its way to being allowed.

    Parameters
    ----------
    shared
        The rows that tie places together.
    choice
        Shape (n_places, n_days). Pattern of each place and day to start from.
    prices
        Shape (n_rows,). What to charge for each row when visits compete.
    """

    def __init__(
        self, shared: SharedLimits, choice: NDArray[np.int64], prices: NDArray[np.float64]
    ) -> None:
        self._shared = shared
        self._places = shared.places
        self._worth = shared.places.worth
        self._choice = choice.copy()
        used = shared.used(self._places.visits_of(choice))
        self._room = (shared.most - used).tolist()
        self._spare = (used - shared.least).tolist()
        self._charges = tuple(self._places.by_turn(each) for each in shared.charges(prices))
        self._up, self._down = (self._places.next_pattern(step) for step in (1, -1))
        first = {kind: where.start for kind, where in shared.parts.items()}
        self._first = first
        self._groups = _groups(shared)

    @property
    def choice(self) -> NDArray[np.int64]:
        """Shape (n_places, n_days). Pattern of each place and day."""
        return self._choice

    @property
    def is_allowed(self) -> bool:
        """Whether every limit is kept."""
        return min(self._room, default=0) >= 0 and min(self._spare, default=0) >= 0

    def run(self) -> None:
        """Drop what breaks limits, make what is required, and use the room that is left."""
        self._drop()
        self._lift()
        self._fill()
        self._level()

    def _rows(self, place: int, day: int, turn: int, *, step: int) -> list[tuple[int, int]]:
        """Return the rows that one visit more or fewer changes, and by how much."""
        shared, first = self._shared, self._first
        slot = int(self._places.slots[day, turn])
        borough, bcu = int(shared.borough[place]), int(shared.bcu[place])
        at = borough * shared.n_slots + slot
        rows = [
            (first["crew"] + at, step),
            (first["borough"] + borough, step),
            (first["place"] + place, step),
        ]
        if bcu >= 0:
            rows.append((first["bcu"] + bcu * shared.n_slots + slot, step))
        before = int(self._places.visits[self._choice[place, day], turn])
        needed = self._needed(place, before + step) - self._needed(place, before)
        if needed:
            rows += [(first["specialist"] + at, needed), (first["specialist_total"], needed)]
        if before + (step < 0) * step == 0:
            rows += [
                (first["apart"] + group * shared.n_slots + slot, step)
                for group in self._groups.get(place, ())
            ]
        return rows

    def _needed(self, place: int, visits: int) -> int:
        share = float(self._places.specialist_share[place])
        return 0 if share == 0 else int(np.ceil(share * visits - 1e-9))

    def _changed(self, place: int, day: int, turn: int, *, step: int) -> None:
        """Make or drop one visit."""
        for row, change in self._rows(place, day, turn, step=step):
            self._room[row] -= change
            self._spare[row] += change
        moves = self._up if step > 0 else self._down
        self._choice[place, day] = moves[self._choice[place, day], turn]

    def _fits(self, place: int, day: int, turn: int) -> bool:
        rows = self._rows(place, day, turn, step=1)
        return all(self._room[row] >= change for row, change in rows)

    def _charge(self, places: NDArray[np.int64], step: int) -> NDArray[np.float64]:
        """Return what one visit more or fewer is charged, (n, n_days, n_turns)."""
        visit, special, there = (each[places] for each in self._charges)
        before = self._places.visits[self._choice[places]]
        after = np.maximum(before + step, 0)
        share = self._places.specialist_share[places][:, None, None]
        needed = np.ceil(share * after - 1e-9) - np.ceil(share * before - 1e-9)
        moved: NDArray[np.float64] = (
            step * visit + needed * special + ((after > 0) * 1 - (before > 0) * 1) * there
        )
        return moved

    def _moves(
        self, places: NDArray[np.int64], step: int
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return what one visit more or fewer adds, alone and less its charge.

        Both (n, n_days, n_turns); minus infinity where it is not allowed.
        """
        choice = self._choice[places]
        target = (self._up if step > 0 else self._down)[choice]
        days = np.arange(choice.shape[1])[None, :, None]
        worth = self._worth[places[:, None, None], days, np.maximum(target, 0)]
        now = np.take_along_axis(self._worth[places], choice[:, :, None], axis=2)
        plain = np.where(target == _NONE, -np.inf, worth - now)
        return plain, plain - self._charge(places, step)

    def _move(self, place: int, day: int, turn: int, *, step: int) -> tuple[float, float]:
        """Return what one visit more or fewer adds, alone and less its charge, as ``_moves``."""
        now = int(self._choice[place, day])
        target = int((self._up if step > 0 else self._down)[now, turn])
        if target == _NONE:
            return -np.inf, -np.inf
        plain = float(self._worth[place, day, target] - self._worth[place, day, now])
        before = int(self._places.visits[now, turn])
        visit, special, there = (float(each[place, day, turn]) for each in self._charges)
        needed = self._needed(place, before + step) - self._needed(place, before)
        moved = step * visit + needed * special + ((before + step > 0) - (before > 0)) * there
        return plain, plain - moved

    def _drop(self) -> None:
        """Drop visits until no row is used beyond its most."""
        for kind in ("apart", "specialist_total", "specialist", "bcu", "borough", "crew", "place"):
            part = self._shared.parts[kind]
            for row in range(part.start, part.stop):
                if self._room[row] < 0:
                    self._relieve(row, kind)

    def _relieve(self, row: int, kind: str) -> None:
        """Drop visits from a row until it is not used beyond its most, if that can be."""
        members, slot = self._members(row, kind)
        _, worth = self._moves(members, -1)
        found = (np.isfinite(worth) & self._in_slot(slot)).nonzero()
        at = zip(*(column.tolist() for column in found), strict=True)
        queue = [(-float(worth[i]), *i) for i in at]
        heapq.heapify(queue)
        while self._room[row] < 0 and queue:
            _, member, day, turn = heapq.heappop(queue)
            place = int(members[member])
            # A visit that the place must have is made again elsewhere, afterwards.
            self._changed(place, day, turn, step=-1)
            _, again = self._move(place, day, turn, step=-1)
            if np.isfinite(again):
                heapq.heappush(queue, (-again, member, day, turn))
        if self._room[row] < 0 and slot is not None:
            self._put_off(row, members, slot)

    def _put_off(self, row: int, members: NDArray[np.int64], slot: int) -> None:
        """Move visits that may not be dropped to another slot of their day, until a row fits."""
        day, turn = (int(each[0]) for each in (self._places.slots == slot).nonzero())
        for place in members.tolist():
            others = [other for other in range(self._up.shape[1]) if other != turn]
            while self._room[row] < 0 and any(
                self._moved(place, day, turn, to=other) for other in others
            ):
                pass

    def _moved(self, place: int, day: int, turn: int, *, to: int) -> bool:
        """Move a visit to another slot of the day if it is allowed there; say if it was."""
        fewer = int(self._down[self._choice[place, day], turn])
        if fewer == _NONE or int(self._up[fewer, to]) == _NONE:
            return False
        if not np.isfinite(self._worth[place, day, self._up[fewer, to]]):
            return False
        self._changed(place, day, turn, step=-1)
        fits = self._fits(place, day, to)
        self._changed(place, day, to if fits else turn, step=1)
        return fits

    def _members(self, row: int, kind: str) -> tuple[NDArray[np.int64], int | None]:
        """Return the places whose visits may use a row, and in which slot (None for any)."""
        shared = self._shared
        number, slot = divmod(row - self._first[kind], shared.n_slots)
        if kind in {"crew", "specialist"}:
            return np.flatnonzero(shared.borough == number), slot
        if kind == "bcu":
            return np.flatnonzero(shared.bcu == number), slot
        if kind == "apart":
            return shared.places_of_group(number), slot
        if kind == "borough":
            return np.flatnonzero(shared.borough == row - self._first[kind]), None
        if kind == "place":
            return np.array([row - self._first[kind]]), None
        return np.flatnonzero(self._places.specialist_share > 0), None

    def _in_slot(self, slot: int | None) -> NDArray[np.bool_]:
        slots = self._places.slots
        chosen: NDArray[np.bool_] = slots < self._shared.n_slots if slot is None else slots == slot
        return chosen[None]

    def _lift(self) -> None:
        """Make visits where a place has fewer than it must have over the plan."""
        first = self._first["place"]
        for place in self._shared.whole_plan.tolist():
            while self._spare[first + place] < 0 and self._lifted(place):
                pass

    def _lifted(self, place: int) -> bool:
        """Make one more visit to a place, at another's cost if need be; return whether it was."""
        _, worth = self._moves(np.array([place]), 1)
        order = np.argsort(-worth, axis=None, kind="stable")[: int(np.isfinite(worth).sum())]
        at = [tuple(int(x) for x in np.unravel_index(i, worth.shape)[1:]) for i in order]
        for day, turn in at:
            if self._fits(place, day, turn):
                self._changed(place, day, turn, step=1)
                return True
        return any(self._swapped(place, day, turn) for day, turn in at)

    def _swapped(self, place: int, day: int, turn: int, *, abroad: bool = False) -> bool:
        """Make a visit by dropping one in the same slot that is worth least; say if it was.

        Only the few that are worth least are tried, and with ``abroad`` only other boroughs'.
        """
        shared = self._shared
        home, bcu = shared.borough == shared.borough[place], shared.bcu[place]
        near = (shared.bcu == bcu) if bcu >= 0 else home
        others = np.flatnonzero(near & ~home if abroad else near)
        others = others[others != place]
        _, worth = self._moves(others, -1)
        order = np.argsort(-worth[:, day, turn], kind="stable")[:_TRIED]
        order = order[np.isfinite(worth[order, day, turn])]
        for other in others[order].tolist():
            if not self._spared(other, instead=place):
                continue
            self._changed(other, day, turn, step=-1)
            if self._fits(place, day, turn):
                self._changed(place, day, turn, step=1)
                return True
            self._changed(other, day, turn, step=1)
        return False

    def _spared(self, other: int, *, instead: int) -> bool:
        """Return whether a place and its borough can do with a visit less."""
        shared, first = self._shared, self._first
        row = first["place"] + other
        home = int(shared.borough[other])
        borough = first["borough"] + home
        return bool(
            (not shared.least[row] or self._spare[row] > 0)
            and (
                home == shared.borough[instead]
                or not shared.least[borough]
                or self._spare[borough] > 0
            )
        )

    def _level(self) -> None:
        """Make visits in boroughs that have fewer than they must, at other boroughs' cost."""
        for borough in np.flatnonzero(self._wanted()).tolist():
            here = np.flatnonzero(self._shared.borough == borough)
            row = self._first["borough"] + borough
            _, worth = self._moves(here, 1)
            order = np.argsort(-worth, axis=None, kind="stable")[: int(np.isfinite(worth).sum())]
            for index in order[:_TRIED_IN_ALL].tolist():
                if self._spare[row] >= 0:
                    break
                place, day, turn = (int(x) for x in np.unravel_index(index, worth.shape))
                _, now = self._move(int(here[place]), day, turn, step=1)
                if not np.isfinite(now):
                    continue
                if self._fits(int(here[place]), day, turn):
                    self._changed(int(here[place]), day, turn, step=1)
                else:
                    self._swapped(int(here[place]), day, turn, abroad=True)

    def _fill(self) -> None:
        """Make further visits, the one worth most beyond its charges first, while any fits."""
        every = np.arange(len(self._places.cells))
        plain, worth = self._moves(every, 1)
        use = (plain > 0) & self._in_slot(None) & self._roomy()
        queue = [
            (-value, place, day, turn, pattern)
            for value, place, day, turn, pattern in self._found(use, worth)
        ]
        heapq.heapify(queue)
        while queue:
            _, place, day, turn, pattern = heapq.heappop(queue)
            if self._choice[place, day] != pattern:
                self._again(queue, place, day, turn)
            elif self._fits(place, day, turn):
                self._changed(place, day, turn, step=1)
                self._again(queue, place, day, turn)

    def _again(
        self, queue: list[tuple[float, int, int, int, int]], place: int, day: int, turn: int
    ) -> None:
        """Put a possible further visit back into the queue at what it is worth now."""
        plain, worth = self._move(place, day, turn, step=1)
        if plain > 0:
            pattern = int(self._choice[place, day])
            heapq.heappush(queue, (-worth, place, day, turn, pattern))

    def _found(
        self, use: NDArray[np.bool_], worth: NDArray[np.float64]
    ) -> Iterator[tuple[float, int, int, int, int]]:
        """Yield worth, place, day, turn and pattern of possible visits."""
        place, day, turn = use.nonzero()
        columns = (worth[use], place, day, turn, self._choice[place, day])
        yield from zip(*(column.tolist() for column in columns), strict=True)

    def _wanted(self) -> NDArray[np.bool_]:
        """Return the boroughs that have fewer visits than they must have, (n_boroughs,)."""
        part = self._shared.parts["borough"]
        return np.array(self._spare[part], dtype=np.float64) < 0

    def _roomy(self) -> NDArray[np.bool_]:
        """Return where crews have room, (n_places, n_days, n_turns)."""
        room = np.array(self._room[self._shared.parts["crew"]]).reshape(-1, self._shared.n_slots)
        return self._places.by_turn(room[self._shared.borough]) > 0


def _groups(shared: SharedLimits) -> dict[int, list[int]]:
    """Return the groups that each place stands apart in."""
    found: dict[int, list[int]] = {}
    for group, place in shared.group_places():
        found.setdefault(place, []).append(group)
    return found
