"""From a plan's visits and crews in one slot of a borough to a problem, and back to visits."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from rightplace.deploy.routes.problem import Duty, Refreshment, RouteProblem, Stop
from rightplace.deploy.routes.repeats import repeat_windows
from rightplace.errors import BadInputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from numpy.typing import NDArray

    from rightplace.deploy.crews import Crew
    from rightplace.deploy.routes.breaks import BreakTable
    from rightplace.deploy.routes.problem import Event, RoutePlan

MINUTE: Final = 60
_LEVELS: Final = 10_000
"""Steps into which the largest prize is cut; a ten-thousandth of it decides nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A visit of the plan, to be given a time and a crew.

    Parameters
    ----------
    visit_id, cell_id
        Of the plan.
    point
        Position of its place among the points of the travel times.
    minutes
        Length of the visit, above 0.
    prize
        What it may prevent, in the plan's harm or count; 0 or more.
    """

    visit_id: str
    cell_id: str
    point: int
    minutes: int
    prize: float

    def __post_init__(self) -> None:
        """Check that it is a visit.

        Raises
        ------
        BadInputError
            If it takes no time, or its prize is no number from 0 up.
        """
        if self.minutes <= 0 or not (np.isfinite(self.prize) and self.prize >= 0):
            msg = f"Visit {self.visit_id}: {self.minutes} minutes, worth {self.prize}."
            raise BadInputError(msg, value=self.visit_id, remedy="Make the plan again.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """Crews of a slot with the point of each one's base."""

    crews: tuple[Crew, ...]
    bases: tuple[int, ...]

    def __post_init__(self) -> None:
        """Check that each crew has a base.

        Raises
        ------
        UsageError
            If one has none.
        """
        if len(self.crews) != len(self.bases):
            msg = f"{len(self.crews)} crews have {len(self.bases)} bases."
            raise UsageError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundRules:
    """How visits and breaks fall on a round.

    Parameters
    ----------
    spacing_minutes
        Least time from the end of one visit to a place to the start of the next in a slot.
    breaks
        How long refreshment is, and when it falls on the round.
    """

    spacing_minutes: int
    breaks: BreakTable


@dataclass(frozen=True, kw_only=True, eq=False)
class SlotRounds:
    """A problem in seconds from the start of a slot, with the visits that it is about.

    Parameters
    ----------
    starts
        Moment that second 0 stands for.
    problem
        Stops in order of ``tasks``.
    tasks
        The visit behind each stop; of one place in order of time, the most worth first.
    unspaced
        Visits for which the slot has no room at the spacing asked for; they are no stops.
    """

    starts: datetime
    problem: RouteProblem
    tasks: tuple[Task, ...]
    unspaced: tuple[Task, ...]


def slot_rounds(
    tasks: Sequence[Task],
    team: Team,
    *,
    seconds: NDArray[np.float64],
    slot: tuple[datetime, datetime],
    rules: RoundRules,
) -> SlotRounds:
    """Return the routing problem of one slot of a borough.

    Parameters
    ----------
    tasks
        Visits to be made in the slot.
    team
        Crews that may make them.
    seconds
        Shape (n_points, n_points). Travel between all points, in seconds.
    slot
        When the slot starts and ends.
    rules
        Spacing and breaks.

    Raises
    ------
    BadInputError
        If a visit is longer than the slot.
    """
    starts, ends = slot
    length = round((ends - starts).total_seconds())
    places: defaultdict[str, list[Task]] = defaultdict(list)
    for task in tasks:
        if task.minutes * MINUTE > length:
            msg = f"Visit {task.visit_id} takes {task.minutes} minutes; its slot has "
            msg += f"{length // MINUTE}."
            raise BadInputError(
                msg, value=task.visit_id, remedy="Plan shorter visits, or longer shifts."
            )
        places[task.cell_id].append(task)
    largest = max((task.prize for task in tasks), default=0.0)
    stops: list[Stop] = []
    kept: list[Task] = []
    unspaced: list[Task] = []
    for group, same in enumerate(places.values()):
        ranked = sorted(same, key=lambda task: (-task.prize, task.visit_id))
        made = _spaced(ranked, group, length=length, rules=rules, largest=largest)
        stops += made
        kept += ranked[: len(made)]
        unspaced += ranked[len(made) :]
    duties = tuple(
        _duty(crew, base, starts=starts, breaks=rules.breaks)
        for crew, base in zip(team.crews, team.bases, strict=True)
    )
    travel = np.ceil(seconds - 1e-6).astype(np.int64)
    problem = RouteProblem(travel=travel, stops=tuple(stops), duties=duties)
    return SlotRounds(starts=starts, problem=problem, tasks=tuple(kept), unspaced=tuple(unspaced))


def _spaced(
    ranked: Sequence[Task], group: int, *, length: int, rules: RoundRules, largest: float
) -> list[Stop]:
    """Return a stop for each visit to one place that the slot has room for."""
    service = max(task.minutes for task in ranked) * MINUTE
    spacing = rules.spacing_minutes * MINUTE
    windows = repeat_windows(0, length, service=service, times=len(ranked), spacing=spacing)
    return [
        Stop(
            point=task.point,
            opens=opens,
            closes=closes,
            service=task.minutes * MINUTE,
            prize=max(round(task.prize / largest * _LEVELS), 1) if largest else 1,
            spacing=spacing,
            group=group,
        )
        for task, (opens, closes) in zip(ranked, windows, strict=False)
    ]


def _duty(crew: Crew, base: int, *, starts: datetime, breaks: BreakTable) -> Duty:
    """Return a crew's round, with its break where the round is long enough to hold it.

    A crew's minutes are free for visits and the way to them. So a break on the round comes on
    top of them, as far as the duty has room; one beside the round only shortens it where the
    duty would otherwise have no room for both.
    """
    opens = round((crew.slot_start - starts).total_seconds())
    closes = round((crew.slot_end - starts).total_seconds())
    rest = breaks.minutes(crew.duty_minutes) * MINUTE
    free = int(crew.minutes * MINUTE)
    if rest == 0 or not breaks.is_on_round(crew.minutes):
        return Duty(base=base, opens=opens, closes=closes, limit=min(free, closes - opens - rest))
    span = closes - opens
    refreshment = Refreshment(
        point=base,
        opens=opens + round(span * breaks.earliest_share),
        closes=min(opens + round(span * breaks.latest_share), closes - rest),
        length=rest,
    )
    limit = min(free + rest, span)
    return Duty(base=base, opens=opens, closes=closes, limit=limit, refreshment=refreshment)


def tasks_in_time(rounds: SlotRounds, plan: RoutePlan) -> dict[int, Task]:
    """Return the visit that each stop made stands for: of one place the most worth comes first.

    Where only the later part of a slot sees a place, that visit is its first.

    Parameters
    ----------
    rounds
        The problem.
    plan
        Its routes.
    """
    stops = rounds.problem.stops
    events: dict[int, Event] = {
        event.stop: event
        for route in plan.routes
        for event in route.events
        if event.stop is not None
    }
    by_group: defaultdict[int | None, list[int]] = defaultdict(list)
    for stop in range(len(stops)):
        by_group[stops[stop].group].append(stop)
    found: dict[int, Task] = {}
    for group in by_group.values():
        made = sorted((s for s in group if s in events), key=lambda s: events[s].starts)
        found |= {stop: rounds.tasks[first] for stop, first in zip(made, group, strict=False)}
    return found
