"""Investigation capacity: 1,000 years of 22 teams, beside the same model in SimPy.

Run with ``python -m benchmarks.investigation [YEARS]``; prints Markdown. Hours are invented. SimPy
runs two of the same years with the same draws, which it is handed; its stage ends must agree.
"""

from __future__ import annotations

import math
import sys
import time
from dataclasses import replace

import numpy as np
import psutil
from scipy import stats

from rightplace.deploy.investigation.comparing import compare
from rightplace.deploy.investigation.draws import draw, rules_of
from rightplace.deploy.investigation.horizon import Horizon
from rightplace.deploy.investigation.measures import by_replication, measure
from rightplace.deploy.investigation.simulation import simulate
from tests.investigation_oracle import Oracle
from tests.investigation_worlds import TEMPLATE, course, homicide

YEARS = 1000
PAIRED = 200
IN_SIMPY = 2
UNIT = homicide(a_month=11.0, waiting=(1, 2, 20))
BUSY = homicide(a_month=22.0, waiting=(2, 5, 40))
PAIRS = ("utilisation_dc", "waiting_officer_days", "waiting_cases", "backlog_end", "live", "closed")


def year(replications: int, seed: int = 0) -> Horizon:
    """Return a year, so many times."""
    return Horizon(days=365, warm_up_days=0, replications=replications, seed=seed)


def speed(years: int) -> None:
    """Print how long the years take, and beside them the same model in SimPy."""
    began = time.perf_counter()
    simulate(UNIT, year(2))
    compiling = time.perf_counter() - began
    before = psutil.Process().memory_info().rss
    began, worked = time.perf_counter(), time.process_time()
    found = simulate(UNIT, year(years))
    took, worked = time.perf_counter() - began, time.process_time() - worked
    grown = (psutil.Process().memory_info().rss - before) / 2**20
    began = time.perf_counter()
    measure(found)
    measuring = time.perf_counter() - began
    slow, apart = in_simpy()
    print("| figure | value | unit |\n|---|--:|---|")
    print(f"| years of {len(UNIT.teams)} teams | {years:,} | |")
    print(f"| cases | {found.cases.opened.size:,} | |")
    print(f"| compiling and two years | {compiling:.1f} | s |")
    print(f"| all years, draws and course | {took:.1f} | s |")
    print(f"| the same, time of processors | {worked:.1f} | s |")
    print(f"| all measures of them | {measuring:.2f} | s |")
    print(f"| memory that is kept | {grown:.0f} | MiB |")
    print(f"| the same model in SimPy, of one year | {slow:.2f} | s |")
    print(f"| times as fast as SimPy, in time of processors | {slow * years / worked:,.0f} | |")
    print(f"| largest difference of a stage's end | {apart:.1g} | days |")


def in_simpy() -> tuple[float, float]:
    """Return processor seconds of a year in SimPy, and how far a stage's end is off at most.

    Draws are excluded there.
    """
    rules, slow, apart = rules_of(UNIT, year(2), support=None), [], 0.0
    for replication in range(IN_SIMPY):
        drawn = draw(UNIT, year(2), support=None, replication=replication).drawn
        began = time.process_time()
        ends = Oracle(drawn, rules).stage_ends()
        slow.append(time.process_time() - began)
        ours = course(drawn, rules).stage_ends
        assert (np.isnan(ours) == np.isnan(ends)).all()
        apart = max(apart, float(np.nanmax(np.abs(ours - ends))))
    return float(np.mean(slow)), apart


def sharpness(years: int) -> None:
    """Print how wide intervals of differences are beside those of runs of their own."""
    base = simulate(BUSY, year(years))
    unit = replace(BUSY, teams=(*BUSY.teams, TEMPLATE, TEMPLATE))
    other = simulate(unit, base.horizon)
    apart = by_replication(simulate(unit, year(years, seed=1)))
    change, one = compare(base, other), by_replication(base)
    print(f"\nTwice as many cases, two teams more, {years} years: the same draws beside runs of")
    print("their own.\n")
    print("| figure | change | 95 % with the same draws | with own draws | widths |")
    print("|---|--:|--:|--:|--:|")
    for name in PAIRS:
        figure = change.of(name)
        own = apart[name] - one[name]
        error = own.std(ddof=1) / math.sqrt(own.size)
        wide = float(stats.t.ppf(0.975, own.size - 1) * error)
        narrow = figure.change.high - figure.change.mean
        print(
            f"| {name.replace('_', ' ')} | {figure.change.mean:.3g} | ± {narrow:.2g} | "
            f"± {wide:.2g} | {narrow / wide:.0%} |"
        )


def main(years: int = YEARS) -> None:
    """Print both tables."""
    speed(years)
    sharpness(min(years, PAIRED))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else YEARS)
