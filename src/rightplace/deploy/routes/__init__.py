"""Routes of crews: which visits in which order at which minute, base to base, and their proof.

Pure: travel times and stops in, routes out; names are loaded when first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rightplace.deploy.routes.bound import prize_bound
    from rightplace.deploy.routes.breaks import BreakTable
    from rightplace.deploy.routes.problem import (
        Duty,
        Event,
        Refreshment,
        Route,
        RoutePlan,
        RouteProblem,
        Stop,
    )
    from rightplace.deploy.routes.regularity import repeat_time_index
    from rightplace.deploy.routes.repeats import repeat_windows
    from rightplace.deploy.routes.solver import Effort, solve_routes
    from rightplace.deploy.routes.variation import Variety, varied
    from rightplace.deploy.routes.verifier import check_routes, route_faults

_MODULE_OF = {
    "BreakTable": "breaks",
    "Duty": "problem",
    "Effort": "solver",
    "Event": "problem",
    "Refreshment": "problem",
    "Route": "problem",
    "RoutePlan": "problem",
    "RouteProblem": "problem",
    "Stop": "problem",
    "Variety": "variation",
    "check_routes": "verifier",
    "prize_bound": "bound",
    "repeat_time_index": "regularity",
    "repeat_windows": "repeats",
    "route_faults": "verifier",
    "solve_routes": "solver",
    "varied": "variation",
}

__all__ = [
    "BreakTable",
    "Duty",
    "Effort",
    "Event",
    "Refreshment",
    "Route",
    "RoutePlan",
    "RouteProblem",
    "Stop",
    "Variety",
    "check_routes",
    "prize_bound",
    "repeat_time_index",
    "repeat_windows",
    "route_faults",
    "solve_routes",
    "varied",
]


def __getattr__(name: str) -> object:
    """Return a public name, loading its module.

    Raises
    ------
    AttributeError
        If there is no such name.
    """
    if name not in _MODULE_OF:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    return getattr(import_module(f"{__name__}.{_MODULE_OF[name]}"), name)
