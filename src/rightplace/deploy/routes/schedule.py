"""When a crew is where, given the order of what it does and when it leaves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightplace.deploy.routes.problem import Event, Route
from rightplace.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rightplace.deploy.routes.problem import RouteProblem


@dataclass(frozen=True, slots=True, kw_only=True)
class _Call:
    """A stop or break as the schedule needs it."""

    point: int
    opens: int
    closes: int
    length: int


def _call(problem: RouteProblem, duty: int, stop: int | None) -> _Call:
    """Return a stop, or the crew's break for None.

    Raises
    ------
    UsageError
        If the crew takes no break on its round.
    """
    if stop is None:
        rest = problem.duties[duty].refreshment
        if rest is None:
            msg = f"Crew {duty} has no break on its round."
            raise UsageError(msg)
        return _Call(point=rest.point, opens=rest.opens, closes=rest.closes, length=rest.length)
    given = problem.stops[stop]
    return _Call(point=given.point, opens=given.opens, closes=given.closes, length=given.service)


def route_of(problem: RouteProblem, duty: int, order: Sequence[int | None], leaves: int) -> Route:
    """Return the round of a crew that leaves at a moment and waits for nothing but windows.

    It may break windows or limits: a verifier says so.

    Parameters
    ----------
    problem
        Travel times and stops.
    duty
        Position of the crew.
    order
        Positions of its stops; None where it takes its break.
    leaves
        When it leaves its base.
    """
    base = problem.duties[duty].base
    now, here = leaves, base
    events = []
    for stop in order:
        call = _call(problem, duty, stop)
        arrives = now + int(problem.travel[here, call.point])
        starts = max(arrives, call.opens)
        now, here = starts + call.length, call.point
        events.append(Event(stop=stop, point=call.point, arrives=arrives, starts=starts, ends=now))
    returns = now + int(problem.travel[here, base])
    return Route(duty=duty, leaves=leaves, returns=returns, events=tuple(events))


def latest_leave(problem: RouteProblem, duty: int, order: Sequence[int | None]) -> int:
    """Return the latest moment at which a crew can leave for all windows and be back in time.

    It may lie before the duty opens; then the order cannot be made.

    Parameters
    ----------
    problem, duty, order
        As for `route_of`.
    """
    crew = problem.duties[duty]
    by, there = crew.closes, crew.base
    for stop in reversed(order):
        call = _call(problem, duty, stop)
        by = min(by - int(problem.travel[call.point, there]) - call.length, call.closes)
        there = call.point
    return by - int(problem.travel[crew.base, there])


def leaving_window(
    problem: RouteProblem, duty: int, order: Sequence[int | None]
) -> tuple[int, int] | None:
    """Return when a crew may leave so that the round is as short as it can be, or None.

    From the first to the last of these moments every window holds and the crew waits as little
    as the order allows.

    Parameters
    ----------
    problem, duty, order
        As for `route_of`.
    """
    crew = problem.duties[duty]
    latest = latest_leave(problem, duty, order)
    if latest < crew.opens:
        return None
    # Back at max(leave + L, C): leaving later shortens the round one for one while the crew waits
    # somewhere, and never after.
    last = route_of(problem, duty, order, latest)
    length = last.returns - latest
    if not _holds(problem, last):
        return None
    first = route_of(problem, duty, order, crew.opens).returns - length
    return None if length > crew.limit else (first, latest)


def _holds(problem: RouteProblem, route: Route) -> bool:
    """Return whether nothing begins too late; a window that opens late may see to that."""
    late = any(e.starts > _call(problem, route.duty, e.stop).closes for e in route.events)
    return not late and route.returns <= problem.duties[route.duty].closes
