"""From visits and crews to verified rounds, one slot of a borough at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rightplace.app.routes.facts import borough_ground, prize_column
from rightplace.core.canonical import digest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rightplace.app.routes.facts import BoroughGround, Round, RoundFacts
    from rightplace.app.routes.settings import RoutesSettings
    from rightplace.deploy.crews import Crew
    from rightplace.deploy.routes import RoutePlan, Variety
    from rightplace.deploy.routes.assembly import RoundRules, SlotRounds, Task
    from rightplace.deploy.routes.solver import Effort
    from rightplace.places.streets import TravelTimes

TRAVEL_UNIT = 60
"""Seconds in which travel is compared: of two routes of one prize, a minute decides."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Routed:
    """One round's routes.

    Parameters
    ----------
    of
        Slot, borough, kind of crew.
    crews
        Crews, in the order of the problem's duties.
    rounds
        The problem and its visits.
    best
        The best routes found.
    drawn
        Those drawn among near-equal ones, which crews go.
    visit
        The visit behind each stop that is made.
    ground
        Places and bases.
    prevented
        What all visits may prevent, what those made may prevent, what no routes could exceed,
        and what the best routes found may prevent.
    """

    of: Round
    crews: tuple[Crew, ...]
    rounds: SlotRounds
    best: RoutePlan
    drawn: RoutePlan
    visit: dict[int, Task]
    ground: BoroughGround
    prevented: tuple[float, float, float, float]

    @property
    def dropped(self) -> tuple[tuple[Task, str], ...]:
        """Visits not made, and why."""
        made = {task.visit_id for task in self.visit.values()}
        late = ((t, "no time on any round") for t in self.rounds.tasks if t.visit_id not in made)
        tight = ((t, "no room in the slot to space it") for t in self.rounds.unspaced)
        return (*late, *tight)


@dataclass(frozen=True, kw_only=True, eq=False)
class How:
    """How routes are looked for."""

    rules: RoundRules
    variety: Variety
    effort: Effort
    prize_column: str
    seed: int

    def lot(self, of: Round) -> list[int]:
        """Return numbers that start chance for a round: the same for a seed, whatever else is."""
        named = digest([of.slot.start.isoformat(), of.borough, of.specialist])
        return [self.seed, int(named[:12], 16)]


def how_of(settings: RoutesSettings, *, seed: int) -> How:
    """Return how routes are looked for, from the settings in force."""
    from rightplace.deploy.routes import BreakTable, Effort, Variety
    from rightplace.deploy.routes.assembly import RoundRules

    breaks = BreakTable.read(
        settings.break_table,
        on_round_minutes=settings.break_on_round_minutes,
        earliest_share=settings.break_earliest_share,
        latest_share=settings.break_latest_share,
    )
    return How(
        rules=RoundRules(spacing_minutes=settings.spacing_minutes, breaks=breaks),
        variety=Variety(
            prize_share=settings.near_equal_share,
            travel_share=settings.near_equal_travel_share,
            tries=settings.variation_tries,
        ),
        effort=Effort(
            least=settings.iterations_least,
            each=settings.iterations_each,
            most=settings.iterations_most,
        ),
        prize_column=prize_column(settings),
        seed=seed,
    )


def all_routes(
    facts: RoundFacts, travel: TravelTimes, how: How, *, progress: Callable[[str], None]
) -> Iterator[Routed]:
    """Yield the routes of each round, borough by borough.

    Parameters
    ----------
    facts
        Visits and crews.
    travel
        Travel times.
    how
        How to look for routes.
    progress
        Called with the name of each borough as its rounds are made.
    """
    for borough, rounds in facts.by_borough.items():
        progress(borough)
        ground = borough_ground(facts, rounds, travel)
        for each in rounds:
            yield routed(facts, each, ground, how)


def routed(facts: RoundFacts, of: Round, ground: BoroughGround, how: How) -> Routed:
    """Return the routes of one round.

    Parameters
    ----------
    facts
        Visits and crews.
    of
        The round.
    ground
        Its borough's places and bases.
    how
        How to look for routes.
    """
    from rightplace.deploy.routes import prize_bound, solve_routes, varied
    from rightplace.deploy.routes.assembly import Team, slot_rounds, tasks_in_time

    crews = tuple(facts.crews[of])
    bases = tuple(ground.base[crew.base_lon, crew.base_lat] for crew in crews)
    rounds = slot_rounds(
        _tasks(facts, of, ground, how.prize_column),
        Team(crews=crews, bases=bases),
        seconds=ground.seconds,
        slot=(of.slot.start, of.slot.end),
        rules=how.rules,
    )
    rng = np.random.default_rng(how.lot(of))
    best = solve_routes(
        rounds.problem,
        seed=int(rng.integers(2**31)),
        effort=how.effort,
        travel_unit=TRAVEL_UNIT,
    )
    drawn = varied(
        rounds.problem,
        best,
        variety=how.variety,
        rng=rng,
        effort=how.effort,
        travel_unit=TRAVEL_UNIT,
    )
    visit = tasks_in_time(rounds, drawn)
    planned = sum(task.prize for task in (*rounds.tasks, *rounds.unspaced))
    spaced = sum(task.prize for task in rounds.tasks)
    share = min(prize_bound(rounds.problem) / max(rounds.problem.prize, 1), 1.0)
    return Routed(
        of=of,
        crews=crews,
        rounds=rounds,
        best=best,
        drawn=drawn,
        visit=visit,
        ground=ground,
        prevented=(
            planned,
            sum(task.prize for task in visit.values()),
            share * spaced,
            sum(task.prize for task in tasks_in_time(rounds, best).values()),
        ),
    )


def _tasks(facts: RoundFacts, of: Round, ground: BoroughGround, column: str) -> list[Task]:
    from rightplace.deploy.routes.assembly import Task

    return [
        Task(
            visit_id=row["visit_id"],
            cell_id=row["cell_id"],
            point=ground.place[row["cell_id"]],
            minutes=row["minutes"],
            prize=row[column] or 0.0,
        )
        for row in facts.visits[of]
    ]
