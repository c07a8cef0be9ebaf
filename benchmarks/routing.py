"""Routes on published instances and on Philadelphia's streets: prize, distance, seconds.

Run with ``python -m benchmarks.routing``; prints Markdown. ``--all`` runs all 76 instances of team
orienteering with time windows for one to four routes and all of Solomon's R1 and RC1, some 20
minutes; without it every eighth of the former and every fourth of the latter. "Best" is the best
of old heuristics in the library's workbook, not the best known; a share below 0 beats it.
Solomon: every visit required, distances cut to one decimal, distance alone; iterations that take
some 30 seconds. Philadelphia: 200 hot spots in the middle of streets drawn, two visits each, 30
crews of 8 hours from the police districts' middles, 40,342 segments, by car and on foot: seconds
from the street file to verified rounds with the way of every leg.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pyogrio
import shapely
from pyproj import Transformer

from rightplace.deploy.routes import (
    Duty,
    Effort,
    Refreshment,
    RouteProblem,
    Stop,
    check_routes,
    prize_bound,
    solve_routes,
)
from rightplace.places.streets import StreetSettings, StreetTravel, read_streets
from tests.paths import SHARED
from tests.routing_instances import (
    ROUTE_COUNTS,
    SOLOMON,
    members,
    solomon,
    toptw,
    toptw_names,
    workbook_best,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.places.streets import Mode

TOPTW_EFFORT = Effort(least=5000, each=50, most=10_000)
SOLOMON_EFFORT = Effort(least=40_000, each=1, most=40_000)
PHILADELPHIA = SHARED / "events" / "philadelphia"
PHILADELPHIA_CRS = 26918  # UTM 18N, metres
HOT_SPOTS, CREWS, MOST_SECONDS = 200, 30, 60
SHIFT, REST = 8 * 3600, 45 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """How far one instance's answer is from the published one; below 0 is better."""

    name: str
    share: float
    seconds: float


def toptw_gaps(*, every: int) -> dict[int, list[Gap]]:
    """Return the prize short of the workbook's Best, by number of routes."""
    best = workbook_best()
    found: dict[int, list[Gap]] = {}
    for routes in ROUTE_COUNTS:
        for name in toptw_names()[::every]:
            problem = toptw(name, routes)
            began = time.perf_counter()
            plan = solve_routes(problem, seed=0, effort=TOPTW_EFFORT)
            seconds = time.perf_counter() - began
            check_routes(problem, plan.routes)
            share = 1 - plan.prize / best[name, routes]
            found.setdefault(routes, []).append(Gap(name=name, share=share, seconds=seconds))
    return found


def solomon_gaps(*, every: int) -> list[Gap]:
    """Return the distance above the solution file's, over R1 and RC1."""
    names = sorted(
        path.rsplit("/", 1)[1].removesuffix(".sol")
        for path in members(SOLOMON.name)
        if "Vrp-Set-Solomon/R" in path and path.endswith(".sol")
    )
    chosen = [name for name in names if name.startswith(("R1", "RC1"))][::every]
    found = []
    for name in chosen:
        problem, cost = solomon(name)
        began = time.perf_counter()
        plan = solve_routes(problem, seed=0, effort=SOLOMON_EFFORT)
        seconds = time.perf_counter() - began
        found.append(Gap(name=name, share=plan.travel / 10 / cost - 1, seconds=seconds))
    return found


def crews_and_hot_spots(
    streets: NDArray[np.object_],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return hot spots, the middles of streets drawn, and bases in the middles of districts."""
    _, _, outlines, _ = pyogrio.raw.read(PHILADELPHIA / "police_districts.geojson")
    turn = Transformer.from_crs(4326, PHILADELPHIA_CRS, always_xy=True)
    districts = shapely.transform(
        shapely.from_wkb(outlines), lambda d: np.column_stack(turn.transform(d[:, 0], d[:, 1]))
    )
    middles = shapely.get_coordinates(shapely.point_on_surface(districts))
    drawn = np.random.default_rng(0).choice(streets, HOT_SPOTS, replace=False)
    spots = shapely.get_coordinates(shapely.line_interpolate_point(drawn, 0.5, normalized=True))
    return spots, middles[np.arange(CREWS) % len(middles)]


def philadelphia(mode: Mode) -> str:
    """Return what 200 hot spots and 30 crews take on Philadelphia's streets."""
    began = time.perf_counter()
    lines = read_streets(
        PHILADELPHIA / "streets" / "Street_Network_Types.shp", crs=PHILADELPHIA_CRS
    )
    travel = StreetTravel(lines, mode=mode, settings=StreetSettings(snap_metres=2000.0))
    spots, bases = crews_and_hot_spots(lines.lines)
    points = travel.snap(np.concatenate([spots, bases]))
    seconds = travel.travel_seconds(points, points)
    reckoned = time.perf_counter()
    problem = _problem(np.ceil(seconds).astype(np.int64))
    plan = solve_routes(problem, seed=0, effort=Effort(), travel_unit=60)
    solved = time.perf_counter()
    for route in plan.routes:
        base = problem.duties[route.duty].base
        legs = [base, *(event.point for event in route.events), base]
        for a, b in pairwise(legs):
            travel.path(points, a, b)
    done = time.perf_counter()
    return (
        f"| {mode} | {reckoned - began:.1f} | {solved - reckoned:.1f} | {done - solved:.1f} | "
        f"{done - began:.1f} | {HOT_SPOTS * 2 - len(plan.dropped)} of {HOT_SPOTS * 2} | "
        f"{plan.prize / problem.prize:.1%} | {prize_bound(problem) / problem.prize:.1%} |"
    )


def _problem(travel: NDArray[np.int64]) -> RouteProblem:
    """Return two visits to each hot spot, four hours apart at most and an hour at least."""
    rng = np.random.default_rng(1)
    prizes = rng.gamma(0.7, 1000, HOT_SPOTS).astype(int) + 1
    half = (SHIFT + 3600) // 2
    stops = [
        Stop(
            point=spot,
            opens=turn * half,
            closes=(SHIFT if turn else half - 3600) - 900,
            service=900,
            prize=int(prizes[spot] / (1 + turn)) + 1,
            spacing=3600,
            group=spot,
        )
        for spot in range(HOT_SPOTS)
        for turn in range(2)
    ]
    duties = [
        Duty(
            base=HOT_SPOTS + crew,
            opens=0,
            closes=SHIFT,
            limit=SHIFT - 1800,
            refreshment=Refreshment(
                point=HOT_SPOTS + crew, opens=SHIFT // 3, closes=SHIFT * 2 // 3, length=REST
            ),
        )
        for crew in range(CREWS)
    ]
    return RouteProblem(travel=travel, stops=tuple(stops), duties=tuple(duties))


def main(*, whole: bool = False) -> None:
    """Print the tables."""
    print("| routes | instances | mean share below Best | worst | best | mean seconds |")
    print("|--:|--:|--:|--:|--:|--:|")
    for routes, gaps in toptw_gaps(every=1 if whole else 8).items():
        shares = [gap.share for gap in gaps]
        seconds = sum(gap.seconds for gap in gaps) / len(gaps)
        print(
            f"| {routes} | {len(gaps)} | {np.mean(shares):.2%} | {max(shares):.2%} | "
            f"{min(shares):.2%} | {seconds:.1f} |"
        )
    print("\n| Solomon | share above the .sol distance | seconds |\n|---|--:|--:|")
    for gap in solomon_gaps(every=1 if whole else 4):
        print(f"| {gap.name} | {gap.share:.2%} | {gap.seconds:.1f} |")
    print(
        f"\n| Philadelphia | streets and times, s | routes, s | ways, s | all, s (aim under "
        f"{MOST_SECONDS}) | visits made | prize | no routes above |"
    )
    print("|---|--:|--:|--:|--:|--:|--:|--:|")
    print(philadelphia("car"))
    print(philadelphia("foot"))


if __name__ == "__main__":
    main(whole="--all" in sys.argv[1:])
