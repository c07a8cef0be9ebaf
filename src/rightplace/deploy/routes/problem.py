"""What is to be routed and what came of it, in whole units of time: seconds for patrols."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

from rightplace.errors import BadInputError, UsageError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One visit that may be made.

    Parameters
    ----------
    point
        Position of its place among the problem's points.
    opens, closes
        Earliest and latest moment at which it may begin; half-open windows are for the caller.
    service
        How long it takes, 0 or more.
    prize
        What it is worth, a whole number, 0 or more; never weighed against travel.
    required
        Whether it must be made; then its prize decides nothing.
    spacing
        Least time from the end of one stop of its ``group`` to the start of the next.
    group
        Stops of one place that must lie apart; None for a stop that is alone.
    load
        What it takes of a crew's room; 1 each counts visits.
    """

    point: int
    opens: int
    closes: int
    service: int
    prize: int = 0
    required: bool = False
    spacing: int = 0
    group: int | None = None
    load: int = 0

    def __post_init__(self) -> None:
        """Check that it can be made at all.

        Raises
        ------
        BadInputError
            If its window closes before it opens, or a number is below 0.
        """
        if self.closes < self.opens:
            msg = f"A stop may begin from {self.opens} to {self.closes}: never."
            raise BadInputError(msg, remedy="Widen the window, or shorten the visit.")
        if min(self.point, self.service, self.prize, self.spacing, self.load) < 0:
            msg = "Point, service, prize, spacing and load of a stop are 0 or more."
            raise BadInputError(msg, value=self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refreshment:
    """A refreshment break that a crew takes on its round, at a base.

    Parameters
    ----------
    point
        Base where it is taken.
    opens, closes
        Earliest and latest moment at which it begins.
    length
        How long it takes, above 0.
    """

    point: int
    opens: int
    closes: int
    length: int

    def __post_init__(self) -> None:
        """Check that it can be taken.

        Raises
        ------
        BadInputError
            If its window closes before it opens, or it takes no time.
        """
        if self.closes < self.opens or self.length <= 0:
            msg = f"A break of {self.length} may begin from {self.opens} to {self.closes}."
            raise BadInputError(msg, remedy="Give a break that fits the duty.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """One crew's round: it starts and ends at its base.

    Parameters
    ----------
    base
        Position of its base among the problem's points.
    opens, closes
        It leaves at the earliest, and is back at the latest.
    limit
        Longest time from leaving to being back, the break included.
    refreshment
        The break to be taken on the way; None where it lies outside the round.
    room
        Most load of all its stops; None for no limit.
    """

    base: int
    opens: int
    closes: int
    limit: int
    refreshment: Refreshment | None = None
    room: int | None = None

    def __post_init__(self) -> None:
        """Check that the crew has time.

        Raises
        ------
        BadInputError
            If it has none, or the break takes all of it.
        """
        rest = self.limit - (self.refreshment.length if self.refreshment else 0)
        if self.closes <= self.opens or rest <= 0:
            msg = f"A crew has {rest} of time from {self.opens} to {self.closes}."
            raise BadInputError(msg, remedy="Give minutes above 0 beside the break.")


@dataclass(frozen=True, kw_only=True, eq=False)
class RouteProblem:
    """Stops, crews and the time from point to point.

    Parameters
    ----------
    travel
        Shape (n_points, n_points), whole numbers. Time from each point to each other, 0 or more.
    stops
        Visits that may be made.
    duties
        Crews that may make them.
    """

    travel: NDArray[np.int64]
    stops: tuple[Stop, ...]
    duties: tuple[Duty, ...]

    def __post_init__(self) -> None:
        """Check that everything named is there.

        Raises
        ------
        UsageError
            If the matrix is no square, or a stop or crew names a point outside it.
        """
        n_points = len(self.travel)
        named = [s.point for s in self.stops] + [d.base for d in self.duties]
        named += [d.refreshment.point for d in self.duties if d.refreshment]
        square = self.travel.shape == (n_points, n_points)
        if not square or max(named, default=-1) >= n_points or (self.travel < 0).any():
            msg = f"Travel times of shape {self.travel.shape} do not fit stops and bases."
            raise UsageError(msg)

    @cached_property
    def prize(self) -> int:
        """The prize of all stops together."""
        return sum(stop.prize for stop in self.stops)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing a crew does away from its first step: a visit, or its break.

    Parameters
    ----------
    stop
        Position of the stop; None for the break.
    point
        Where.
    arrives, starts, ends
        When it is there, begins and leaves; it waits between the first two.
    """

    stop: int | None
    point: int
    arrives: int
    starts: int
    ends: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One crew's round.

    Parameters
    ----------
    duty
        Position of the crew.
    leaves, returns
        When it leaves its base and is back.
    events
        What it does, in order.
    """

    duty: int
    leaves: int
    returns: int
    events: tuple[Event, ...]

    @property
    def stops(self) -> tuple[int, ...]:
        """Positions of the stops made, in order."""
        return tuple(event.stop for event in self.events if event.stop is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutePlan:
    """Rounds of all crews that go out.

    Parameters
    ----------
    routes
        One for each crew that makes a visit, in order of crews.
    dropped
        Stops that nobody makes, in order.
    prize
        Prize of the stops made.
    travel
        Time on the way, all crews together.
    """

    routes: tuple[Route, ...]
    dropped: tuple[int, ...]
    prize: int
    travel: int


def plan_of(problem: RouteProblem, routes: tuple[Route, ...]) -> RoutePlan:
    """Return routes with what they collect, drop and travel.

    Parameters
    ----------
    problem
        What they are routes of.
    routes
        Rounds; those without a visit are left out.
    """
    kept = tuple(sorted((r for r in routes if r.stops), key=lambda route: route.duty))
    made = {stop for route in kept for stop in route.stops}
    return RoutePlan(
        routes=kept,
        dropped=tuple(i for i in range(len(problem.stops)) if i not in made),
        prize=sum(problem.stops[i].prize for i in made),
        travel=sum(travel_of(problem, route) for route in kept),
    )


def travel_of(problem: RouteProblem, route: Route) -> int:
    """Return the time that a route spends on the way."""
    base = problem.duties[route.duty].base
    points = [base, *(event.point for event in route.events), base]
    return sum(int(problem.travel[a, b]) for a, b in pairwise(points))
