"""How much prize any routes could collect: a bound proven apart from the solver."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.deploy.routes.problem import RouteProblem


def prize_bound(problem: RouteProblem) -> float:
    """Return a prize that no routes can exceed.

    Each stop made takes its own time, at least half of the shortest way to it and half of the
    shortest way from it. Together they cannot take more than all crews have beside their breaks.
    Filling that time by prize per time, the last stop in part, gives the bound (Dantzig 1957).
    It looks past windows and spacing, so it may lie above what can be done.

    Parameters
    ----------
    problem
        Stops, crews and travel times.

    References
    ----------
    Dantzig (1957), Operations Research 5, 266-288.
    """
    prizes = np.array([float(stop.prize) for stop in problem.stops])
    if not problem.duties or not prizes.size:
        return 0.0
    time = sum(
        min(duty.limit, duty.closes - duty.opens)
        - (duty.refreshment.length if duty.refreshment else 0)
        for duty in problem.duties
    )
    needs = _needs(problem)
    order = np.lexsort((needs, -prizes / np.maximum(needs, 1e-9)))
    used = np.cumsum(needs[order])
    whole = used <= time
    bound = prizes[order][whole].sum()
    if not whole.all():
        first = int(np.argmin(whole))
        left = time - (used[first] - needs[order][first])
        bound += prizes[order][first] * max(left, 0.0) / needs[order][first]
    return float(bound)


def _needs(problem: RouteProblem) -> NDArray[np.float64]:
    """Return the least time of each stop, half of its shortest ways included."""
    at = np.array([stop.point for stop in problem.stops])
    rests = (duty.refreshment for duty in problem.duties)
    others = {duty.base for duty in problem.duties} | {r.point for r in rests if r is not None}
    ends = np.concatenate([at, np.array(sorted(others))])
    out = problem.travel[np.ix_(at, ends)].astype(np.float64)
    into = problem.travel[np.ix_(ends, at)].T.astype(np.float64)
    own = np.arange(at.size)
    out[own, own] = into[own, own] = np.inf
    service = np.array([stop.service for stop in problem.stops], dtype=np.float64)
    return np.asarray(service + (out.min(axis=1) + into.min(axis=1)) / 2)
