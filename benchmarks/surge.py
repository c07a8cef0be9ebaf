"""Surges for a made-up London: seconds, memory and gap as the officers listed grow.

32 boroughs in two roles, 32 units with floors, spans, skills, up to three past postings an officer;
100 are posted. Run with ``python -m benchmarks.surge``; a number runs that size alone. Each size
has a process of its own, on one thread; memory is the highest it had, imports included.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from dataclasses import dataclass

import numpy as np

from rightplace.deploy.surge.alternatives import next_best
from rightplace.deploy.surge.case import SurgeCase, SurgeLimits, harm_of, surge_problem
from rightplace.deploy.surge.demand import Effect, Want
from rightplace.deploy.surge.limits import Donor
from rightplace.deploy.surge.match import MatchRule, match_terms
from rightplace.deploy.surge.officers import ROLES, Officer, PastPosting
from rightplace.deploy.surge.optimum import optimum

SIZES = (1_000, 5_000, 32_000)
COUNT, BOROUGHS, UNITS = 100, 32, 32
ACTIONS = {"cctv_trawl": 1, "suspect_interview": 2}
# Shares of officers, and of posts.
SUPERVISORS, AVAILABLE, SKILLED = 0.12, 0.95, 0.1
SKILLED_POSTS, WITH_FLOOR, WITH_SPAN = 0.15, 0.3, 0.7
SKILLS = ("public_order", "licensing", "language_pl")


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What one size took."""

    officers: int
    posted: int
    gap: float
    prepare_seconds: float
    solve_seconds: float
    next_best_seconds: float
    peak_mib: float


def officers(n: int, rng: np.random.Generator) -> tuple[Officer, ...]:
    """Return made-up officers; one in forty stays with another."""
    found = []
    paired = rng.random(n // 2) < 1 / 40
    for number in range(n):
        past = tuple(
            PastPosting(
                borough=f"Borough {rng.integers(BOROUGHS)}",
                role=ROLES[rng.integers(2)],
                months=float(rng.integers(3, 80)),
                months_since=float(rng.integers(0, 90)),
            )
            for _ in range(rng.integers(0, 4))
        )
        pair = number // 2 < paired.size and paired[number // 2]
        found.append(
            Officer(
                officer_id=f"SYN-{number}",
                unit=f"Unit {rng.integers(UNITS)}",
                supervisor=bool(rng.random() < SUPERVISORS),
                past_postings=past,
                accreditation=int(rng.choice(3, p=[0.5, 0.35, 0.15])),
                skills=frozenset(s for s in SKILLS if rng.random() < SKILLED),
                pair_with=f"SYN-{number ^ 1}" if pair else None,
                available=bool(rng.random() < AVAILABLE),
            )
        )
    return tuple(found)


def wants(rng: np.random.Generator) -> tuple[Want, ...]:
    """Return made-up demand."""
    found: list[Want] = []
    for borough in range(BOROUGHS):
        for role in ROLES:
            skilled = rng.random() < SKILLED_POSTS
            found.append(
                Want(
                    borough=f"Borough {borough}",
                    role=role,
                    expected_harm=float(rng.gamma(2, 100)),
                    source="file",
                    effect=Effect(most=0.12, half_officers=float(rng.uniform(5, 20))),
                    increments=(),
                    floor=1 if rng.random() < WITH_FLOOR else None,
                    ceiling=20,
                    skills={SKILLS[rng.integers(3)]: 1} if skilled else {},
                    need="made up",
                    supervisors=int(rng.integers(0, 3)) if rng.random() < WITH_SPAN else None,
                    actions=() if role == ROLES[0] else (list(ACTIONS)[rng.integers(2)],),
                    row=len(found) + 1,
                )
            )
    return tuple(found)


def result(n: int) -> Result:
    """Return what a surge of so many officers listed takes."""
    rng = np.random.default_rng(0)
    listed, posts = officers(n, rng), wants(rng)
    began = time.perf_counter()
    rule = MatchRule(half_life_months=24, full_months=36, knowledge=0.6, role=0.2, skills=0.2)
    curves = [w.effect.increments(w.expected_harm or 0.0, COUNT) for w in posts if w.effect]
    case = SurgeCase(
        officers=listed,
        wants=posts,
        terms=match_terms(listed, posts, rule),
        harm=harm_of(posts, curves, count=COUNT),
        actions=ACTIONS,
        order=np.arange(n),
    )
    donors = tuple(
        Donor(unit=f"Unit {u}", strength=n, floor=n - int(rng.integers(2, 6)), set_by="", row=u)
        for u in range(UNITS)
    )
    limits = SurgeLimits(
        count=COUNT,
        span_least=6,
        span_most=10,
        investigation_least=30,
        investigation_most=30,
        donors=donors,
    )
    problem = surge_problem(case, limits)
    ready = time.perf_counter()
    found = optimum(problem, match_weight=0.2)
    solved = time.perf_counter()
    next_best(found.surge, found.best)
    done = time.perf_counter()
    return Result(
        officers=n,
        posted=found.officers,
        gap=max(found.best.gap, found.unmatched.gap),
        prepare_seconds=ready - began,
        solve_seconds=solved - ready,
        next_best_seconds=done - solved,
        peak_mib=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    )


def main(sizes: tuple[int, ...] = SIZES) -> None:
    """Print a row for each size."""
    print("Aims: 5,000 officers listed, gap 1e-6 in 10 s; 32,000 within 0.5 % in 2 minutes.\n")
    print("| officers listed | posted | gap | read s | solved s | next best s | peak MiB |")
    print("|--:|--:|--:|--:|--:|--:|--:|")
    for size in sizes:
        command = [sys.executable, "-m", "benchmarks.surge", str(size)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - our own module
        print(done.stdout.strip())


def _row(found: Result) -> str:
    return (
        f"| {found.officers:,} | {found.posted} | {found.gap:.1e} | {found.prepare_seconds:.1f} | "
        f"{found.solve_seconds:.1f} | {found.next_best_seconds:.1f} | {found.peak_mib:,.0f} |"
    )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(_row(result(int(sys.argv[1]))))
    else:
        main()
