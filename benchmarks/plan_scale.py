"""A week's plan for a made-up London: seconds, memory, gap, and what the preview misses.

5,000 places in 32 boroughs, 21 shifts, some 20,000 visits. Run with
``python -m benchmarks.plan_scale``. Memory is the highest the process had, imports included.
"""

from __future__ import annotations

import resource
import time
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from rightplace.core import Clock
from rightplace.deploy import (
    Crew,
    PlaceFacts,
    Places,
    PlannedVisits,
    PlanProblem,
    VisitRules,
    constraint_costs,
    greedy,
    plan_problem,
    prospect,
    read_effect_sizes,
    solve,
    visits_table,
)
from rightplace.deploy.weekly.limits import CarryOver, neighbourhoods, no_limits

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

Found = TypeVar("Found")
N_PLACES, N_BOROUGHS, N_DRAWS, MINIMA = 5000, 32, 500, 1000
SPECIAL = 0.2
CREW_MINUTES = 250  # ten visits
SLOTS = tuple(Clock().slots(date(2018, 7, 2), 7))


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One measured figure of the benchmark."""

    name: str
    value: float
    unit: str


def world(
    rng: np.random.Generator, *, rules: VisitRules
) -> tuple[PlanProblem, PlaceFacts, tuple[Crew, ...], NDArray[np.float64]]:
    """Return a problem of London's size with its facts, crews and their bases in metres."""
    names = tuple(f"Borough {number:02d}" for number in range(N_BOROUGHS))
    borough = rng.integers(0, N_BOROUGHS, N_PLACES)
    seats = rng.uniform(0, 40_000, (N_BOROUGHS, 2))
    rate = rng.gamma(0.4, 1.0, (N_PLACES, 1))
    count = rate * rng.gamma(5, 0.2, (1, len(SLOTS))) * rng.gamma(20, 0.05, (N_PLACES, len(SLOTS)))
    crews, bases = [], []
    for slot in SLOTS:
        for place, name in enumerate(names):
            for number in range(int(rng.integers(2, 5))):
                bases.append(seats[place])
                crews.append(
                    Crew(
                        crew_id=f"{name}/{number}",
                        borough=name,
                        slot_start=slot.start,
                        slot_end=slot.end,
                        minutes=CREW_MINUTES,
                        officers=2,
                        specialist=False,
                        base_lon=0,
                        base_lat=51.5,
                    )
                )
    places = Places(
        cell_ids=tuple(f"E{number:08d}" for number in range(N_PLACES)),
        boroughs=tuple(names[i] for i in borough),
        excluded=np.zeros(N_PLACES, dtype=np.bool_),
        masked=np.zeros(N_PLACES, dtype=np.bool_),
    )
    (effect,) = read_effect_sizes()
    facts = PlaceFacts(
        expected_count=count,
        expected_harm=count * 30,
        bcu=tuple("BCU" for _ in borough),
        xy=seats[borough] + rng.normal(0, 2000, (N_PLACES, 2)),
        reasons=tuple(f"{value:.3f}" for value in rate[:, 0]),
    )
    problem = plan_problem(
        count, places=places, slots=SLOTS, crews=crews, rules=rules, effect=effect
    )
    return problem, facts, tuple(crews), np.array(bases)


def results() -> list[Result]:
    """Return seconds, memory and gaps of a week's plan, every step once, in one process."""
    rules = VisitRules(cap_per_slot=2, cap_per_day=3, cap_per_plan=10)
    made, (problem, facts, crews, bases) = _timed(
        lambda: world(np.random.default_rng(0), rules=rules)
    )
    solving, best = _timed(lambda: solve(problem))
    previewing, fast = _timed(lambda: greedy(problem))
    pricing, _ = _timed(lambda: constraint_costs(problem))
    dealing, table = _timed(
        lambda: visits_table(problem, best, facts=facts, slots=SLOTS, crews=crews, bases=bases)
    )
    looking, _ = _timed(lambda: _prospect(problem, facts, visits=best.visits))
    loose = solve(replace(problem, rules=VisitRules(cap_per_slot=2, cap_per_day=3)))
    narrow = _limited(problem, facts.xy)
    measured = [
        ("visits", float(table.num_rows), ""),
        ("problem from crews and places", made, "s"),
        ("optimal plan", solving, "s"),
        ("gap of the plan", best.gap, "share"),
        ("gap of the plan without a cap per plan", loose.gap, "share"),
        ("preview", previewing, "s"),
        ("gap that the preview states", fast.gap, "share"),
        ("gap that the preview has", 1 - fast.objective / best.objective, "share"),
        ("constraint costs", pricing, "s"),
        ("visits dealt to crews", dealing, "s"),
        (f"prospect from {N_DRAWS} draws", looking, "s"),
        *narrow,
        ("peak memory", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "MiB"),
    ]
    return [Result(name=name, value=value, unit=unit) for name, value, unit in measured]


def limited(problem: PlanProblem, xy: NDArray[np.float64]) -> dict[str, PlanProblem]:
    """Return the problem with limits that boroughs share, each kind on top of those before.

    A fifth of the places need specialists for half or all of their visits; specialists make 15 %
    of a borough's visits and 80 % of that over London. Groups of three boroughs keep 15 % of
    their visits for response, and each borough has 80 % of its visits at least and 97 % at most.
    """
    rng = np.random.default_rng(5)
    n_places, n_boroughs = problem.borough.size, len(problem.borough_names)
    special = np.maximum(1, (problem.capacity * 0.15).astype(np.int64))
    whole = problem.capacity.sum(axis=1)
    limits = replace(
        no_limits(n_cells=n_places, n_boroughs=n_boroughs, n_slots=problem.n_slots),
        specialist_share=np.where(
            rng.random(n_places) < SPECIAL, rng.choice([0.5, 1.0], n_places), 0.0
        ),
        specialist_capacity=special,
        specialist_total=int(special.sum() * 0.8),
        borough_most=(whole * 0.97).astype(np.int64),
    )
    bcu = np.arange(n_boroughs) // 3
    room = np.stack([problem.capacity[bcu == one].sum(axis=0) for one in range(bcu.max() + 1)])
    shared = replace(
        limits,
        bcu=bcu,
        bcu_names=tuple(f"BCU {one}" for one in range(bcu.max() + 1)),
        bcu_most=(room * 0.85).astype(np.int64),
        borough_least=(whole * 0.8).astype(np.int64),
    )
    (effect,) = read_effect_sizes()
    hours = np.array([slot.hours for slot in SLOTS])
    carry = CarryOver(share=0.3, origin="made up", effect=effect, slot_hours=hours)
    base = replace(problem, rules=VisitRules(cap_per_slot=2, cap_per_day=3))
    near = replace(shared, apart=neighbourhoods(xy, metres=200))
    thousand = np.where(np.arange(n_places) < MINIMA, 1, 0)
    return {
        "specialists": replace(base, limits=limits),
        "and cover, floors, carry-over": replace(base, limits=shared, carry_over=carry),
        "and 1,000 minima": replace(base, limits=shared, carry_over=carry, minimum=thousand),
        "and 200 m apart": replace(base, limits=near, carry_over=carry, minimum=thousand),
    }


def _limited(problem: PlanProblem, xy: NDArray[np.float64]) -> list[tuple[str, float, str]]:
    measured = []
    for name, narrower in limited(problem, xy).items():
        seconds, found = _timed(partial(solve, narrower))
        measured += [(f"plan: {name}", seconds, "s"), (f"gap: {name}", found.gap, "share")]
    return measured


def _prospect(problem: PlanProblem, facts: PlaceFacts, *, visits: NDArray[np.int64]) -> object:
    rng = np.random.default_rng(1)
    (effect,) = read_effect_sizes()
    rate = facts.expected_count.sum(axis=1)
    planned = PlannedVisits(
        visits=visits,
        expected_count=problem.demand,
        expected_harm=facts.expected_harm,
        slot_hours=np.array([slot.hours for slot in SLOTS]),
    )
    draws = rng.gamma(20, rate / 20, (N_DRAWS, rate.size))
    return prospect(draws, planned=planned, effect=effect, rng=rng)


def _timed(step: Callable[[], Found]) -> tuple[float, Found]:
    start = time.perf_counter()
    found = step()
    return time.perf_counter() - start, found


if __name__ == "__main__":
    for result in results():
        print(f"{result.name:45s} {result.value:12.6g} {result.unit}")
