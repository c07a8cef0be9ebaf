"""The course of cases in SimPy, an oracle for the compiled one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import simpy

from rightplace.deploy.investigation.lists import NONE

if TYPE_CHECKING:
    from collections.abc import Generator

    from numpy.typing import NDArray

    from rightplace.deploy.investigation.arrays import Drawn, Rules

    Steps = Generator[simpy.Event, Any, None]


@dataclass
class Oracle:
    """The model in SimPy, without officers who help: slow, and written apart from the kernel."""

    drawn: Drawn
    how: Rules
    clock: simpy.Environment = field(default_factory=simpy.Environment)
    places: list[simpy.PreemptiveResource] = field(default_factory=list)
    live: list[int] = field(default_factory=list)
    ends: NDArray[np.float64] = field(init=False)
    parts: int = 0

    def stage_ends(self) -> NDArray[np.float64]:
        """Return the day on which each stage of each case ends."""
        officers = np.maximum(self.drawn.present.max(axis=0), 1)
        self.places = [simpy.PreemptiveResource(self.clock, int(each)) for each in officers]
        self.live = [0] * self.how.teams
        self.ends = np.full(self.drawn.goes.shape, np.nan)
        for place, most in enumerate(officers):
            self.clock.process(self.absences(place, int(most)))
        for case in range(self.drawn.opened.size):
            self.clock.process(self.case(case))
        self.clock.run(until=np.nextafter(self.how.ends, np.inf))
        return self.ends

    def absences(self, place: int, most: int) -> Steps:
        """Take officers of a place away, by the week; each request is granted at once."""
        held: list[Any] = []
        for there in self.drawn.present[:, place]:
            while len(held) < most - there:
                key: Any = (-1, len(held))
                held.append(self.places[place].request(priority=key, preempt=True))
            while len(held) > most - there:
                self.places[place].release(held.pop())
            yield self.clock.timeout(7)

    def case(self, number: int) -> Steps:
        """Give a case to a team and take it through its stages."""
        drawn, how = self.drawn, self.how
        yield self.clock.timeout(float(drawn.opened[number]))
        team = int(drawn.team[number])
        if team == NONE:
            turn = int(drawn.opened[number] // how.on_call_days)
            rota = [(turn + step) % how.teams for step in range(how.teams)]
            team = next((each for each in rota if self.live[each] < how.cap), rota[0])
        self.live[team] += 1
        for stage in range(int(drawn.stage[number]), drawn.goes.shape[1]):
            if not drawn.goes[number, stage]:
                break
            doing: list[simpy.Event] = [self.clock.timeout(float(drawn.waits[number, stage]))]
            for work in range(how.first_work[stage], how.first_work[stage + 1]):
                hours = drawn.hours[number, work] / how.parts[work]
                place = team * how.roles + int(how.role[work])
                for _ in range(how.parts[work]):
                    key = (0 if how.urgent[stage] else 1, self.parts)
                    self.parts += 1
                    doing.append(self.clock.process(self.part(place, hours, key)))
            yield self.clock.all_of(doing)
            self.ends[number, stage] = self.clock.now
        self.live[team] -= 1

    def part(self, place: int, hours: float, key: Any) -> Steps:  # noqa: ANN401 - SimPy sorts keys
        """Do a part, and go on with it where it was put down."""
        rate = self.how.rate[place]
        while hours > 0:
            with self.places[place].request(priority=key, preempt=False) as officer:
                yield officer
                since = self.clock.now
                try:
                    yield self.clock.timeout(hours / rate)
                    hours = 0.0
                except simpy.Interrupt:
                    hours -= (self.clock.now - since) * rate
