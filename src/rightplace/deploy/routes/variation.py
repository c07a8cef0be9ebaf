"""Routes chosen by lot among near-equal ones, so that nobody can set a clock by patrols."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from rightplace.deploy.routes.problem import RoutePlan, plan_of
from rightplace.deploy.routes.schedule import leaving_window, route_of
from rightplace.deploy.routes.solver import solve_routes
from rightplace.deploy.routes.verifier import check_routes
from rightplace.errors import UsageError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.deploy.routes.problem import Route, RouteProblem
    from rightplace.deploy.routes.solver import Effort


@dataclass(frozen=True, slots=True, kw_only=True)
class Variety:
    """What counts as near-equal, and how many other routes are looked for.

    Parameters
    ----------
    prize_share
        Share of the best routes' prize, 0 to 1, that may be given up.
    travel_share
        Share of the best routes' travel, 0 or more, that may be added.
    tries
        Other routes looked for, 0 or more; with 0 only order and minute vary.
    """

    prize_share: float = 0.02
    travel_share: float = 0.1
    tries: int = 2

    def __post_init__(self) -> None:
        """Check that the shares are shares.

        Raises
        ------
        UsageError
            If one is out of range.
        """
        if not 0 <= self.prize_share < 1 or self.travel_share < 0 or self.tries < 0:
            msg = f"Near-equal is {self.prize_share} of prize and {self.travel_share} of travel."
            raise UsageError(msg, remedy="Give shares from 0 up, of prize below 1.")


def varied(
    problem: RouteProblem,
    best: RoutePlan,
    *,
    variety: Variety,
    rng: np.random.Generator,
    effort: Effort,
    travel_unit: int = 1,
) -> RoutePlan:
    """Return routes drawn by lot among near-equal ones, and leaving at a moment drawn by lot.

    Others are looked for with prizes and travel slightly out of true. Those that give up no more
    prize and add no more travel than may be, reckoned with the true ones, are near-equal; each
    is as likely. Then each crew goes its round the other way about where a coin says so and its
    windows and the same shares allow, and leaves at any moment, all as likely, at which its
    round is as short as it can be.

    Parameters
    ----------
    problem
        Stops, crews and travel times.
    best
        The best routes found.
    variety
        What counts as near-equal.
    rng
        Source of chance.
    effort, travel_unit
        As for `solve_routes`.
    """
    near = [best]
    for _ in range(variety.tries if best.routes else 0):
        other = solve_routes(
            _out_of_true(problem, variety, rng),
            seed=int(rng.integers(2**31)),
            effort=effort,
            travel_unit=travel_unit,
            cost=_jittered(problem.travel, variety.travel_share, rng),
        )
        near.append(plan_of(problem, other.routes))
    fitting = [plan for plan in near if is_near_equal(plan, best, variety)]
    drawn = fitting[int(rng.integers(len(fitting)))]
    longest = best.travel * (1 + variety.travel_share)
    spare = longest - drawn.travel
    routes = []
    for route in drawn.routes:
        turned = _perhaps_turned(problem, route, spare=spare, rng=rng)
        spare -= _length(turned) - _length(route)
        routes.append(_at_any_moment(problem, turned, rng=rng, step=travel_unit))
    check_routes(problem, routes)
    return plan_of(problem, tuple(routes))


def is_near_equal(plan: RoutePlan, best: RoutePlan, variety: Variety) -> bool:
    """Return whether routes give up and add no more than may be, beside the best ones."""
    enough = plan.prize >= (1 - variety.prize_share) * best.prize
    return enough and plan.travel <= (1 + variety.travel_share) * best.travel


def _out_of_true(problem: RouteProblem, variety: Variety, rng: np.random.Generator) -> RouteProblem:
    """Return the problem with each prize up to twice the share above or below the true one."""
    factors = 1 + rng.uniform(-2, 2, len(problem.stops)) * variety.prize_share
    stops = tuple(
        replace(stop, prize=max(round(stop.prize * factor), min(stop.prize, 1)))
        for stop, factor in zip(problem.stops, factors.tolist(), strict=True)
    )
    return replace(problem, stops=stops)


def _jittered(
    travel: NDArray[np.int64], share: float, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Return travel times each up to twice the share, at most all of it, off the true one."""
    off = rng.uniform(-1, 1, travel.shape) * min(2 * share, 1.0)
    jittered: NDArray[np.int64] = np.rint(travel * (1 + off)).astype(np.int64)
    return jittered


def _length(route: Route) -> int:
    return route.returns - route.leaves


def _order(route: Route) -> list[int | None]:
    return [event.stop for event in route.events]


def _perhaps_turned(
    problem: RouteProblem, route: Route, *, spare: float, rng: np.random.Generator
) -> Route:
    """Return the round the other way about if a coin says so and it is near-equal too."""
    heads = rng.random() < 0.5  # noqa: PLR2004 - a fair coin
    order = _order(route)[::-1]
    window = leaving_window(problem, route.duty, order) if heads else None
    if window is None:
        return route
    turned = route_of(problem, route.duty, order, window[0])
    return turned if _length(turned) - _length(route) <= spare else route


def _at_any_moment(
    problem: RouteProblem, route: Route, *, rng: np.random.Generator, step: int
) -> Route:
    """Return the round leaving at a moment drawn from all at which it is as short as can be."""
    order = _order(route)
    window = leaving_window(problem, route.duty, order)
    if window is None:
        return route
    first, latest = window
    steps = (latest - first) // step
    return route_of(problem, route.duty, order, first + step * int(rng.integers(steps + 1)))
