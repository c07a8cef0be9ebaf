"""From a running plan, a log and abstractions to the visits that follow, borough by borough."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from rightplace.app.replan.logged import BEGUN, DONE, OPEN, Standing
from rightplace.deploy.weekly.limits import UNLIMITED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from numpy.typing import NDArray

    from rightplace.app.replan.running import Running
    from rightplace.app.replan.settings import ReplanSettings
    from rightplace.app.replan.spans import Spans
    from rightplace.deploy import PlanProblem
    from rightplace.deploy.replan.problem import Remaining, ReplanProblem


SECONDS = 3.0
"""Time for what must be decided in whole numbers, all boroughs together: somebody waits."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Asked:
    """What a running plan is made anew from.

    Parameters
    ----------
    now
        From when.
    standing
        Every visit with its state.
    spans
        Who is away.
    held_out
        Shape (n_cells,). Places that a lot holds out and nobody has released.
    released
        Shape (n_cells,). Places that were released.
    has_log
        Whether a log says which visits were made. Without one nobody knows, and crews that were
        not taken away are left what the plan gave them.
    """

    now: datetime
    standing: tuple[Standing, ...]
    spans: Spans
    held_out: NDArray[np.bool_]
    released: NDArray[np.bool_]
    has_log: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Remade:
    """What the crews keep, lose and gain.

    Parameters
    ----------
    problem
        The plan's problem with the limits that hold now.
    dropped
        Positions in ``standing`` of visits that are not made.
    gained
        Duty and cell of each visit that a duty gains.
    boroughs
        Indices of the boroughs made anew.
    above
        What could be prevented more at most, by the same crews, however many visits change.
    floors_missed
        Visits that floors ask for and nobody can make.
    """

    problem: PlanProblem
    dropped: frozenset[int]
    gained: tuple[tuple[int, int], ...]
    boroughs: tuple[int, ...]
    above: float
    floors_missed: int


def remade(running: Running, asked: Asked, settings: ReplanSettings) -> Remade:
    """Return the visits that keep most value with fewest changes, in the boroughs touched.

    Parameters
    ----------
    running
        The plan.
    asked
        Log, abstractions, releases.
    settings
        What a change must gain.
    """
    from rightplace.deploy.replan.dealing import dealt
    from rightplace.deploy.replan.solver import replanned

    desk = _Desk(running, asked, settings)
    parts = desk.parts()
    dropped: set[int] = set()
    gained: list[tuple[int, int]] = []
    above, missed = 0.0, 0
    for boroughs in parts:
        part = desk.part_of(boroughs)
        found = replanned(part.asked, seconds=SECONDS / len(parts))
        above += found.bound - found.prevented
        missed += found.floors_missed
        dropped |= part.dropped(found.kept)
        duty, cell = dealt(part.asked, found, xy=running.xy, bases=running.bases[part.duties])
        gained += list(zip(part.duties[duty].tolist(), cell.tolist(), strict=True))
    return Remade(
        problem=desk.problem,
        dropped=frozenset(dropped),
        gained=tuple(gained),
        boroughs=tuple(desk.touched),
        above=above,
        floors_missed=missed,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Part:
    """What is decided together: duties of the plan, and positions of the visits left to them."""

    asked: ReplanProblem
    duties: NDArray[np.int64]
    left: tuple[int, ...]
    standing: tuple[Standing, ...]

    def dropped(self, kept: NDArray[np.int64]) -> set[int]:
        """Return the positions of visits that crews do not keep, the last ones first."""
        remaining = self.asked.remaining
        duties = self.duties[remaining.duty].tolist()
        pairs = zip(duties, remaining.cell.tolist(), strict=True)
        room = dict(zip(pairs, kept.tolist(), strict=True))
        found = set()
        for position in self.left:
            pair = (self.standing[position].duty, self.standing[position].cell)
            room[pair] -= 1
            if room[pair] < 0:
                found.add(position)
        return found


class _Desk:
    """What every part needs: rooms of duties, boroughs touched, visits that stand."""

    def __init__(self, running: Running, asked: Asked, settings: ReplanSettings) -> None:
        self._running, self._asked = running, asked
        self.problem = _with_less_cover(running, asked)
        slots = running.outlook.slots
        self._open = np.array([slot.end > asked.now for slot in slots])
        index = {name: i for i, name in enumerate(self.problem.borough_names)}
        self._borough = np.array([index[crew.borough] for crew in running.crews], dtype=np.int64)
        self._room = rooms_left(running, asked)
        self._left = Counter(each.duty for each in asked.standing if each.state == OPEN)
        self._taken = np.array([c.crew_id in asked.spans.of_crew for c in running.crews])
        visits = max(len(running.rows), 1)
        self._change = float(running.record["result"]["objective"]) / visits
        self._settings = settings
        self.touched = self._touched()

    def parts(self) -> list[tuple[int, ...]]:
        """Return the boroughs touched, those together that share a limit."""
        limits = self.problem.limits
        if limits is None:
            return [(borough,) for borough in self.touched]
        if limits.specialist_total < UNLIMITED and limits.specialist_share.any():
            return [self.touched] if self.touched else []
        by_bcu: dict[int, list[int]] = defaultdict(list)
        for borough in self.touched:
            bcu = int(limits.bcu[borough])
            # Boroughs without a BCU share no cover: each stands for itself.
            by_bcu[bcu if bcu >= 0 else -1 - borough].append(borough)
        return [tuple(boroughs) for boroughs in by_bcu.values()]

    def _on_duty(self) -> NDArray[np.bool_]:
        """Return which duties are not over."""
        slots = self._running.duty_slots
        on_duty: NDArray[np.bool_] = (slots >= 0) & self._open[np.maximum(slots, 0)]
        return on_duty

    def _short(self) -> NDArray[np.bool_]:
        """Return the duties that cannot make all that is left to them, or are away for a time."""
        left = np.array([self._left[i] for i in range(self._room.size)])
        now = self._asked.now
        away = [
            any(start < crew.slot_end and max(crew.slot_start, now) < end for start, end in spans)
            for crew in self._running.crews
            for spans in (self._asked.spans.of_crew.get(crew.crew_id, ()),)
        ]
        return self._on_duty() & ((left > self._room) | np.array(away, dtype=np.bool_))

    def _touched(self) -> tuple[int, ...]:
        found = set(self._borough[self._short()].tolist())
        for each in self._asked.standing:
            beside = each.row is None or each.row["crew_id"] != self._crew_id(each.duty)
            if each.state in {DONE, BEGUN} and beside and self._open[each.slot]:
                found.add(int(self.problem.borough[each.cell]))
        found |= set(self.problem.borough[self._asked.released].tolist())
        limits = self.problem.limits
        if limits is not None and limits.bcu_names:
            found |= set(np.flatnonzero(np.isin(limits.bcu, self._without_cover())).tolist())
        return tuple(sorted(found - {-1}))

    def _without_cover(self) -> NDArray[np.int64]:
        """Return the BCUs in which the plan no longer leaves enough minutes for response."""
        problem, limits = self.problem, self.problem.limits
        if limits is None:
            return np.zeros(0, dtype=np.int64)
        used = np.zeros(limits.bcu_most.shape, dtype=np.int64)
        for each in self._asked.standing:
            bcu = int(limits.bcu[problem.borough[each.cell]])
            if bcu >= 0:
                used[bcu, each.slot] += 1
        return np.flatnonzero(((used > limits.bcu_most) & self._open).any(axis=1))

    def _crew_id(self, duty: int) -> str:
        return self._running.crews[duty].crew_id

    def part_of(self, boroughs: Sequence[int]) -> _Part:
        """Return what is to be decided in some boroughs together."""
        from rightplace.deploy.replan.problem import Duties, ReplanProblem

        running, problem, standing = self._running, self.problem, self._asked.standing
        opens = self._open_slots(boroughs)
        mine = np.isin(self._borough, boroughs)
        duties = np.flatnonzero(mine & self._on_duty() & opens[np.maximum(running.duty_slots, 0)])
        at = {duty: i for i, duty in enumerate(duties.tolist())}
        left = [i for i, each in enumerate(standing) if each.state == OPEN and each.duty in at]
        fixed = np.zeros(problem.demand.shape, dtype=np.int64)
        for i in set(range(len(standing))) - set(left):
            fixed[standing[i].cell, standing[i].slot] += 1
        taken = self._taken[duties]
        worth = np.where(taken, self._settings.taken_change_worth, self._settings.change_worth)
        asked = ReplanProblem(
            problem=problem,
            fixed=fixed,
            cells=np.flatnonzero(problem.visitable & np.isin(problem.borough, boroughs)),
            open_slots=opens,
            may_gain=np.repeat(~self._asked.held_out[:, None], problem.n_slots, axis=1),
            duties=Duties(
                borough=self._borough[duties],
                slot=running.duty_slots[duties],
                room=self._room[duties],
                change_worth=worth * self._change,
                specialist=np.array(
                    [running.crews[i].specialist for i in duties.tolist()], dtype=np.bool_
                ),
            ),
            remaining=_remaining(Counter((at[standing[i].duty], standing[i].cell) for i in left)),
        )
        return _Part(asked=asked, duties=duties, left=tuple(left), standing=standing)

    def _open_slots(self, boroughs: Sequence[int]) -> NDArray[np.bool_]:
        """Return the slots that may change: every one to come where single visits are exact.

        Where whole days must be weighed against each other, only the days that are touched.
        """
        limits = self.problem.limits
        plain = limits is None or not (limits.apart or limits.specialist_share.any())
        if self.problem.carry_over is None and plain:
            return self._open
        short = self._short() & np.isin(self._borough, boroughs)
        days = set(self.problem.day[self._running.duty_slots[short]].tolist())
        days.add(int(self.problem.day[np.flatnonzero(self._open)[0]]))
        return self._open & np.isin(self.problem.day, sorted(days))


def rooms_left(running: Running, asked: Asked) -> NDArray[np.int64]:
    """Return whole visits that each duty can still make, shape (n_duties,)."""
    from rightplace.deploy.replan.minutes import minutes_left

    per_visit = running.problem.rules.minutes_per_visit
    made = Counter(each.duty for each in asked.standing if each.state != OPEN)
    left = [
        minutes_left(
            crew,
            now=asked.now,
            spans=asked.spans.of_crew.get(crew.crew_id, ()),
            used=made[duty] * per_visit,
        )
        for duty, crew in enumerate(running.crews)
    ]
    # Minutes that are a whole number of visits but for rounding are that number.
    rooms: NDArray[np.int64] = np.floor(np.array(left) / per_visit + 1e-9).astype(np.int64)
    if asked.has_log:
        return rooms
    to_come = Counter(each.duty for each in asked.standing if each.state == OPEN)
    left_alone = [
        0 if crew.crew_id in asked.spans.of_crew else to_come[duty]
        for duty, crew in enumerate(running.crews)
    ]
    return np.maximum(rooms, np.array(left_alone, dtype=np.int64))


def _remaining(planned: Mapping[tuple[int, int], int]) -> Remaining:
    from rightplace.deploy.replan.problem import Remaining

    rows = np.array([(*pair, times) for pair, times in planned.items()], dtype=np.int64)
    duty, cell, times = rows.reshape(-1, 3).T
    return Remaining(duty=duty, cell=cell, times=times)


def _with_less_cover(running: Running, asked: Asked) -> PlanProblem:
    """Return the problem with fewer visits where crews who also respond are taken away.

    Response keeps its minutes: what abstractions take of a BCU's crews goes off its visits, whole
    visits rounded up.
    """
    from rightplace.deploy.replan.minutes import minutes_free

    problem, limits = running.problem, running.problem.limits
    if limits is None or not limits.bcu_names:
        return problem
    index = {name: i for i, name in enumerate(problem.borough_names)}
    gone = np.zeros(limits.bcu_most.shape)
    for crew, slot in zip(running.crews, running.duty_slots.tolist(), strict=True):
        bcu = int(limits.bcu[index[crew.borough]])
        spans = asked.spans.of_crew.get(crew.crew_id, ())
        if slot >= 0 and bcu >= 0 and spans:
            gone[bcu, slot] += crew.minutes - minutes_free(crew, spans)
    fewer = np.ceil(gone / problem.rules.minutes_per_visit - 1e-9).astype(np.int64)
    most = np.maximum(limits.bcu_most - fewer, 0)
    return replace(problem, limits=replace(limits, bcu_most=most))
