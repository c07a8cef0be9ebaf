"""Routes by PyVRP: the prize first, then the time on the way; a seed repeats.

The search is iterated local search with late acceptance, stopped by a number of iterations and
never by the clock. What it returns is reckoned again here, from the order of stops alone, and
verified; nothing of the solver's own arithmetic is shown.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from rightplace.deploy.routes.problem import Route, RoutePlan, plan_of
from rightplace.deploy.routes.schedule import leaving_window, route_of
from rightplace.deploy.routes.verifier import RouteFaultError, check_routes
from rightplace.errors import InfeasibleError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rightplace.deploy.routes.problem import Duty, Refreshment, RouteProblem

_LARGEST_OBJECTIVE: Final = 1 << 52
"""Of all prizes in the solver's unit; beyond it its sums might overflow with penalties."""
_NO_LIMIT: Final = 1 << 40
_TWICE: Final = 2.0
"""A moment too late may cost two of the largest prizes in the search, never in the answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How long the solver searches, in iterations, so that a seed repeats.

    Parameters
    ----------
    least, each, most
        Iterations of one problem: ``least`` and ``each`` for every stop, at most ``most``.
    history
        Length of the list that late acceptance compares with.
    restart_after
        Iterations without a better answer after which the search starts anew from the best.

    References
    ----------
    Burke and Bykov (2017), European Journal of Operational Research 258, 70-78.
    """

    least: int = 100
    each: int = 50
    most: int = 5000
    history: int = 100
    restart_after: int = 3000

    def __post_init__(self) -> None:
        """Check that it searches.

        Raises
        ------
        UsageError
            If a number is below 1.
        """
        numbers = (self.least, self.each, self.most, self.history, self.restart_after)
        if min(numbers) < 1:
            msg = f"An effort of {self.least}, {self.each}, {self.most} iterations is none."
            raise UsageError(msg, value=self, remedy="Give whole numbers from 1 up.")

    def iterations(self, stops: int) -> int:
        """Return the iterations spent on a problem of so many stops."""
        return min(self.least + self.each * stops, self.most)


def solve_routes(
    problem: RouteProblem,
    *,
    seed: int,
    effort: Effort | None = None,
    travel_unit: int = 1,
    cost: NDArray[np.int64] | None = None,
) -> RoutePlan:
    """Return routes of most prize, and of least travel among the routes found of that prize.

    Not proven best: `prize_bound` says how much better any routes could be.

    Parameters
    ----------
    problem
        Stops, crews and travel times.
    seed
        Seed of the search, 0 or more.
    effort
        How long to search.
    travel_unit
        Time that travel is compared in; coarser units leave more room for prizes.
    cost
        Shape (n_points, n_points). What to make least in place of travel, at most twice as much;
        windows and limits are held to travel whatever it says.

    Raises
    ------
    InfeasibleError
        If no routes were found that make every required stop.
    """
    if not problem.stops or not problem.duties:
        return plan_of(problem, ())
    import pyvrp  # noqa: PLC0415 - slow to import
    from pyvrp.exceptions import PenaltyBoundWarning  # noqa: PLC0415 - as above
    from pyvrp.stop import MaxIterations  # noqa: PLC0415 - as above

    effort = effort or Effort()
    weight = _weight(problem, travel_unit)
    cost = problem.travel if cost is None else cost
    with warnings.catch_warnings():
        # The answer is verified below, so penalties at their ceiling are no one's concern.
        warnings.simplefilter("ignore", PenaltyBoundWarning)
        result = pyvrp.solve(
            _data(problem, weight=weight, cost=_in_units(cost, travel_unit)),
            MaxIterations(effort.iterations(len(problem.stops))),
            seed=seed,
            collect_stats=False,
            params=_params(problem, weight, effort),
        )
    if not result.best.is_feasible():
        msg = f"No routes of {len(problem.duties)} crews make every required stop and break."
        raise InfeasibleError(msg, remedy="Give more crews, longer windows, or fewer stops.")
    routes = _routes(problem, result.best)
    check_routes(problem, routes)
    return plan_of(problem, routes)


def _weight(problem: RouteProblem, travel_unit: int) -> int:
    """Return what one unit of prize weighs against travel: more than all travel there can be.

    Raises
    ------
    UsageError
        If the prizes are too large for that.
    """
    limits = sum(min(duty.limit, duty.closes - duty.opens) for duty in problem.duties)
    most_legs = len(problem.stops) + 3 * len(problem.duties)
    weight = 2 * limits // travel_unit + most_legs + 1
    if problem.prize * weight > _LARGEST_OBJECTIVE:
        msg = f"Prizes of {problem.prize:,} in all are too large beside {weight:,} of travel."
        raise UsageError(msg, remedy="Scale the prizes down.")
    return weight


def _params(problem: RouteProblem, weight: int, effort: Effort) -> Any:  # noqa: ANN401 - of an untyped library
    import pyvrp  # noqa: PLC0415 - slow to import

    largest = max(stop.prize for stop in problem.stops) * weight
    ceiling = max(_TWICE * largest, pyvrp.PenaltyParams().max_penalty)
    return pyvrp.SolveParams(
        ils=pyvrp.IteratedLocalSearchParams(
            history_length=effort.history, num_iters_no_improvement=effort.restart_after
        ),
        penalty=pyvrp.PenaltyParams(max_penalty=ceiling),
    )


def _kinds(duties: Sequence[Duty]) -> list[Refreshment]:
    """Return the kinds of break: crews whose breaks are alike may swap them."""
    return list(dict.fromkeys(duty.refreshment for duty in duties if duty.refreshment))


def _data(problem: RouteProblem, *, weight: int, cost: NDArray[np.int64]) -> Any:  # noqa: ANN401 - of an untyped library
    """Return the problem in PyVRP's words.

    The first load is that of the stops. A break is a required client that takes up the one place
    which a crew of its kind has for it: so each crew takes one, its own or its like.
    """
    import pyvrp  # noqa: PLC0415 - slow to import

    kinds = _kinds(problem.duties)
    stops = [
        pyvrp.Client(
            stop.point,
            delivery=[stop.load, *[0] * len(kinds)],
            service_duration=stop.service,
            tw_early=stop.opens,
            tw_late=stop.closes,
            prize=0 if stop.required else stop.prize * weight,
            required=stop.required,
        )
        for stop in problem.stops
    ]
    breaks = [
        pyvrp.Client(
            rest.point,
            delivery=[0, *(int(rest == kind) for kind in kinds)],
            service_duration=rest.length,
            tw_early=rest.opens,
            tw_late=rest.closes,
            required=True,
        )
        for rest in (duty.refreshment for duty in problem.duties)
        if rest is not None
    ]
    bases = sorted({duty.base for duty in problem.duties})
    costs: list[Any] = [cost]  # the library's own annotation of a matrix names no array
    travel: list[Any] = [problem.travel.astype(np.int64)]
    return pyvrp.ProblemData(
        [pyvrp.Location(0, 0) for _ in range(len(problem.travel))],
        stops + breaks,
        [pyvrp.Depot(base) for base in bases],
        [_vehicle(duty, bases, kinds) for duty in problem.duties],
        costs,
        travel,
    )


def _in_units(travel: NDArray[np.int64], unit: int) -> NDArray[np.int64]:
    rounded_up: NDArray[np.int64] = -(-travel.astype(np.int64) // unit)
    return rounded_up


def _vehicle(duty: Duty, bases: list[int], kinds: list[Refreshment]) -> Any:  # noqa: ANN401 - of an untyped library
    import pyvrp  # noqa: PLC0415 - slow to import

    room = _NO_LIMIT if duty.room is None else duty.room
    return pyvrp.VehicleType(
        1,
        capacity=[room, *(int(kind == duty.refreshment) for kind in kinds)],
        start_depot=bases.index(duty.base),
        end_depot=bases.index(duty.base),
        tw_early=duty.opens,
        tw_late=duty.closes,
        shift_duration=duty.limit,
    )


def _routes(problem: RouteProblem, best: Any) -> tuple[Route, ...]:  # noqa: ANN401 - of an untyped library
    """Return each crew's round from the solver's order alone; the crew leaves as early as it can.

    Raises
    ------
    RouteFaultError
        If an order cannot be made.
    """
    routes = []
    for found in best.routes():
        clients = [activity.idx for activity in found if activity.is_client()]
        order = [i if i < len(problem.stops) else None for i in clients]
        if all(stop is None for stop in order):
            continue
        window = leaving_window(problem, found.vehicle_type(), order)
        if window is None:
            msg = f"The order {order} of crew {found.vehicle_type()} cannot be made."
            raise RouteFaultError(msg, remedy="Please report it with the plan and the seed.")
        routes.append(route_of(problem, found.vehicle_type(), order, window[0]))
    return tuple(routes)
