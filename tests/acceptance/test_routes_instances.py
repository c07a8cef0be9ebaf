"""Routes on published instances, by the solver that makes the product's routes.

"Best" is the best of old heuristics in the library's workbook, not the best known: some of its
values are beaten. The full run over all 76 instances is in the benchmarks.
"""

from __future__ import annotations

import pytest

from rightplace.deploy.routes import Effort, check_routes, solve_routes
from tests.paths import needs_shared
from tests.routing_instances import solomon, toptw, toptw_names, workbook_best

pytestmark = needs_shared
# Of both kinds of window, of both libraries, with one route to four.
NAMED = {"c101": 4, "r101": 2, "rc101": 1, "c201": 1, "pr01": 4, "rc201": 2}


def test_the_workbook_is_read_as_its_published_sums_say() -> None:
    # ANCHORS 4: sums of Best over the 76 instances for one to four routes.
    best = workbook_best()
    sums = [sum(v for (_, m), v in best.items() if m == routes) for routes in (1, 2, 3, 4)]
    assert sums == [44_098, 71_474, 88_258, 98_538]
    assert {name for name, _ in best} == set(toptw_names())
    assert [best["c101", m] for m in (1, 2, 3, 4)] == [320, 590, 810, 1020]


def test_six_named_instances_come_within_two_per_cent_of_the_workbook_on_average() -> None:
    best, effort = workbook_best(), Effort(most=8000, each=80)
    short = []
    for name, routes in NAMED.items():
        problem = toptw(name, routes)
        found = solve_routes(problem, seed=0, effort=effort)
        check_routes(problem, found.routes)
        assert len(found.routes) <= routes
        short.append(1 - found.prize / best[name, routes])
    assert sum(short) / len(short) <= 0.02


@pytest.mark.parametrize("name", ["R101", "RC101"])
def test_solomon_comes_within_two_per_cent_of_the_solution_file(name: str) -> None:
    problem, cost = solomon(name)
    found = solve_routes(problem, seed=0, effort=Effort(each=60, most=6000))
    assert found.dropped == ()
    assert found.travel / 10 <= 1.02 * cost
