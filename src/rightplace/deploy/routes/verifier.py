"""Whether routes can be made as they stand, reckoned apart from the solver that made them."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING

from rightplace.errors import RightplaceError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rightplace.deploy.routes.problem import Duty, Event, Route, RouteProblem


class RouteFaultError(RightplaceError):
    """A solver returned a route that cannot be made; the fault is ours, and nothing is shown."""

    code = "route-fault"


def check_routes(problem: RouteProblem, routes: Sequence[Route]) -> None:
    """Check that routes can be made as they stand.

    Raises
    ------
    RouteFaultError
        If one cannot; every fault is named.
    """
    faults = route_faults(problem, routes)
    if faults:
        msg = f"The routes cannot be made: {'; '.join(faults)}."
        raise RouteFaultError(msg, remedy="Please report it with the plan and the seed.")


def route_faults(problem: RouteProblem, routes: Sequence[Route]) -> tuple[str, ...]:
    """Return everything that is wrong with routes; empty means that they can be made.

    Each goes base to base inside the duty and its limit, travels no faster than the matrix,
    begins every stop inside its window, stays its whole length and takes the break once; no crew
    goes twice, no stop is made twice, no required stop is missing, and stops of one group lie as
    far apart as they must.

    Parameters
    ----------
    problem
        Travel times, stops, duties.
    routes
        Rounds.
    """
    crews = Counter(route.duty for route in routes)
    made = Counter(stop for route in routes for stop in route.stops)
    found = [f"crew {duty} goes {n} times" for duty, n in crews.items() if n > 1]
    found += [f"stop {stop} is made {n} times" for stop, n in made.items() if n > 1]
    found += [
        f"stop {i} is required and missing"
        for i, stop in enumerate(problem.stops)
        if stop.required and i not in made
    ]
    for route in routes:
        found += [f"crew {route.duty} {fault}" for fault in _faults_of(problem, route)]
    return (*found, *_too_close(problem, routes))


def _faults_of(problem: RouteProblem, route: Route) -> Iterator[str]:
    duty = problem.duties[route.duty]
    if route.leaves < duty.opens or route.returns > duty.closes:
        yield f"is out from {route.leaves} to {route.returns}, beyond its duty"
    if route.returns - route.leaves > duty.limit:
        yield f"is out for {route.returns - route.leaves}; its limit is {duty.limit}"
    load = sum(problem.stops[stop].load for stop in route.stops)
    if duty.room is not None and load > duty.room:
        yield f"takes on {load}; it has room for {duty.room}"
    now, here = route.leaves, duty.base
    for event in route.events:
        if event.arrives - now < problem.travel[here, event.point]:
            yield f"reaches point {event.point} too fast"
        yield from _faults_at(problem, duty, event)
        now, here = event.ends, event.point
    if route.returns - now < problem.travel[here, duty.base]:
        yield "is back too fast"
    breaks = sum(event.stop is None for event in route.events)
    if breaks != (duty.refreshment is not None):
        yield f"takes {breaks} breaks"


def _faults_at(problem: RouteProblem, duty: Duty, event: Event) -> Iterator[str]:
    if event.stop is None:
        rest = duty.refreshment
        if rest is None:
            return
        due = (rest.point, rest.opens, rest.closes, rest.length)
    else:
        stop = problem.stops[event.stop]
        due = (stop.point, stop.opens, stop.closes, stop.service)
    point, opens, closes, length = due
    name = "the break" if event.stop is None else f"stop {event.stop}"
    if event.point != point:
        yield f"makes {name} at point {event.point}, not {point}"
    if event.starts < event.arrives or not opens <= event.starts <= closes:
        yield f"begins {name} at {event.starts}, not from {opens} to {closes}"
    if event.ends - event.starts != length:
        yield f"spends {event.ends - event.starts} on {name}, not {length}"


def _too_close(problem: RouteProblem, routes: Sequence[Route]) -> Iterator[str]:
    groups: defaultdict[int, list[Event]] = defaultdict(list)
    for event in (event for route in routes for event in route.events):
        group = None if event.stop is None else problem.stops[event.stop].group
        if group is not None:
            groups[group].append(event)
    for events in groups.values():
        in_time = sorted(events, key=lambda event: event.starts)
        for before, after in pairwise(in_time):
            spacing = problem.stops[after.stop or 0].spacing
            if after.starts - before.ends < spacing:
                apart = after.starts - before.ends
                yield f"stops {before.stop} and {after.stop} lie {apart} apart, not {spacing}"
