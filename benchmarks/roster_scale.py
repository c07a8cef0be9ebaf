"""Rosters of 500 invented officers: seconds, memory, gap, and whether every rule is kept.

Twenty-five teams of 20, five of 100, and one of 100 alone; 28 days, three shifts a day, leave,
training, part-time officers, adjustments and a wish in ten officer-days. Run with
``python -m benchmarks.roster_scale``. Memory is the highest the process had, imports included.
"""

from __future__ import annotations

import resource
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from rightplace.core import Clock
from rightplace.deploy.roster.calendar import RosterCalendar
from rightplace.deploy.roster.costs import cost_of
from rightplace.deploy.roster.people import Absence, Need, Officer, Opening, Wish
from rightplace.deploy.roster.problem import RosterProblem
from rightplace.deploy.roster.rules import RosterRules, RosterWeights
from rightplace.deploy.roster.solve import INFEASIBLE, Search, solve_roster
from rightplace.deploy.roster.verify import breaches

if TYPE_CHECKING:
    from collections.abc import Iterator

FIRST, DAYS, THREADS = date(2026, 3, 2), 28, 2
CALENDAR = RosterCalendar.of(Clock(), first=FIRST, days=DAYS)
EFFORT = 0.04
# Of the invented officers: who works part-time, drives, has leave, training, or an adjustment.
PART_TIME, DRIVERS, LEAVE, TRAINING, ADJUSTED, WISHES = 0.1, 0.7, 0.4, 0.3, 0.05, 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One measured figure of the benchmark."""

    name: str
    value: float
    unit: str


def team(name: str, size: int, rng: np.random.Generator) -> RosterProblem:
    """Return an invented team's problem: a fifth of its officers on duty in each shift."""
    officers: list[Officer] = []
    absences: list[Absence] = []
    wishes: list[Wish] = []
    for number in range(size):
        who = f"{name}-{number:03d}"
        officers.append(_officer(who, name, number, rng))
        absences += _absences(who, rng)
        wishes += _wishes(who, rng)
    least = size * 3 // 20
    needs = tuple(
        Need(
            day=CALENDAR.day(day),
            shift=shift,
            teams=(name,),
            officers=least,
            supervisors=1,
            skills=(("driver", max(1, least // 3)),),
        )
        for day in range(DAYS)
        for shift in CALENDAR.shifts
    )
    return RosterProblem(
        calendar=CALENDAR,
        rules=RosterRules(),
        officers=tuple(officers),
        absences=tuple(absences),
        needs=needs,
        wishes=tuple(wishes),
    )


def _officer(who: str, name: str, number: int, rng: np.random.Generator) -> Officer:
    part_time = rng.random() < PART_TIME
    return Officer(
        officer_id=who,
        team=name,
        supervisor=number % 3 == 0,
        skills=frozenset({"driver"} if rng.random() < DRIVERS else ()),
        weekly_hours=24.0 if part_time else 40.0,
        opening=Opening(
            hours=float(rng.integers(400, 521)),
            excluded_days=int(rng.integers(0, 8)),
            last_end=datetime(2026, 2, 27, 15, tzinfo=UTC),
            shifts=0,
            nights=0,
        ),
        never_shifts=frozenset({"night"} if rng.random() < ADJUSTED else ()),
        never_weekdays=frozenset({"wed"} if rng.random() < ADJUSTED else ()),
    )


def _absences(who: str, rng: np.random.Generator) -> Iterator[Absence]:
    if rng.random() < LEAVE:
        first = FIRST + timedelta(days=int(rng.integers(0, 14)))
        last = first + timedelta(days=int(rng.integers(0, 7)))
        yield Absence(officer_id=who, first=first, last=last, kind="leave")
    if rng.random() < TRAINING:
        day = FIRST + timedelta(days=int(rng.integers(21, 26)))
        yield Absence(officer_id=who, first=day, last=day, kind="training")


def _wishes(who: str, rng: np.random.Generator) -> Iterator[Wish]:
    for day in np.flatnonzero(rng.random(DAYS) < WISHES):
        shift = str(rng.choice(["off", "off", "early", "late", "night"]))
        weight = int(rng.integers(1, 4))
        yield Wish(officer_id=who, day=CALENDAR.day(int(day)), shift=shift, weight=weight)


def measured(teams: int, size: int, *, seed: int = 0) -> list[Result]:
    """Return what rosters of so many teams of one size took and came to."""
    rng = np.random.default_rng(seed)
    problems = [team(f"T{number:02d}", size, rng) for number in range(teams)]
    search = Search(effort=EFFORT)
    start, used = time.perf_counter(), time.process_time()
    with ThreadPoolExecutor(THREADS) as pool:
        found = list(pool.map(lambda one: solve_roster(one, RosterWeights(), search), problems))
    took, used = time.perf_counter() - start, time.process_time() - used
    name = f"{teams} teams of {size}"
    objective, bound = sum(each.objective for each in found), sum(each.bound for each in found)
    broken = sum(len(breaches(each.problem, each.duties)) for each in found)
    for each in found:
        assert each.status != INFEASIBLE, each.problem.teams()
        assert cost_of(each.problem, each.duties).total(RosterWeights()) == each.objective
    return [
        Result(name=f"{name}: time", value=took, unit="s"),
        Result(name=f"{name}: processor time", value=used, unit="s"),
        Result(name=f"{name}: objective", value=objective, unit=""),
        Result(name=f"{name}: bound", value=bound, unit=""),
        Result(name=f"{name}: gap", value=100 * (objective - bound) / max(1, objective), unit="%"),
        Result(name=f"{name}: optimal", value=sum(e.status == "optimal" for e in found), unit=""),
        Result(name=f"{name}: breaches", value=broken, unit=""),
    ]


def results() -> list[Result]:
    """Return every figure, each world once."""
    rows = [row for teams, size in ((25, 20), (5, 100), (1, 100)) for row in measured(teams, size)]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return [*rows, Result(name="highest memory", value=peak, unit="MiB")]


def main() -> None:
    """Print every figure."""
    for row in results():
        print(f"{row.name:<32} {row.value:>12,.2f} {row.unit}")


if __name__ == "__main__":
    main()
