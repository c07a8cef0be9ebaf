"""One crew's round as plain values: where next, by which streets, when, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rightplace.briefing.stamp import require_words
from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from datetime import datetime

    import numpy as np
    from numpy.typing import NDArray

    from rightplace.briefing.sheet import Copy
    from rightplace.briefing.stamp import Stamp

BREAK: Final = "Refreshment break"


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteLine:
    """One step of a round.

    Parameters
    ----------
    number
        Visit on the sheet and on the map, from 1; None for the break.
    place
        Street words of the place.
    starts, ends
        On the study area's clock.
    way
        How to get there: streets and metres, or distance and time where no streets are known.
    why
        Why there, in computed numbers; empty for the break.
    x, y
        Where, in metres.
    lon, lat
        Where, in degrees.
    """

    number: int | None
    place: str
    starts: datetime
    ends: datetime
    way: str
    why: str
    x: float
    y: float
    lon: float
    lat: float

    def __post_init__(self) -> None:
        """Check that the line can be acted on.

        Raises
        ------
        BadInputError
            If a text is empty, a time has no offset, or it ends before it starts.
        """
        require_words(f"Line {self.number}", place=self.place, way=self.way)
        if self.starts.tzinfo is None or self.ends < self.starts:
            msg = f"Line {self.number}: from {self.starts} to {self.ends}."
            raise BadInputError(msg, remedy="Give times with offset, in order.")


@dataclass(frozen=True, kw_only=True, eq=False)
class RouteSheet:
    """One crew's round.

    Parameters
    ----------
    stamp
        Marking and provenance of the plan.
    routes_id
        The run that made the round.
    crew_id
        Name of the crew; never of a person.
    borough, period, shift
        Where and when, in words.
    base
        Where it starts and ends, in words; ``base_x``, ``base_y`` in metres, ``base_lon``,
        ``base_lat`` in degrees.
    leaves, returns
        On the study area's clock.
    way_back
        How to get back to base.
    lines
        What it does, in order.
    path
        Shape (k, 2). The whole way, in metres; ``path_degrees`` the same as longitude, latitude.
    headline
        One sentence: how many visits, from when to when, by which mode.
    regularity
        How alike visit times are from day to day, in a sentence; empty where nobody can say.
    travel
        What travel times are reckoned from, in a sentence.
    copy
        Whose copy it is.
    """

    stamp: Stamp
    routes_id: str
    crew_id: str
    borough: str
    period: str
    shift: str
    base: str
    base_x: float
    base_y: float
    base_lon: float
    base_lat: float
    leaves: datetime
    returns: datetime
    way_back: str
    lines: tuple[RouteLine, ...]
    path: NDArray[np.float64]
    path_degrees: NDArray[np.float64]
    headline: str
    regularity: str
    travel: str
    copy: Copy

    def __post_init__(self) -> None:
        """Check that the sheet says where to go and agrees with itself.

        Raises
        ------
        BadInputError
            If a text is empty, visits are not numbered from 1 in order, times go backwards, or
            the way has fewer than two points.
        """
        require_words(
            f"The sheet of crew {self.crew_id}",
            crew_id=self.crew_id,
            borough=self.borough,
            period=self.period,
            shift=self.shift,
            base=self.base,
            way_back=self.way_back,
            headline=self.headline,
            travel=self.travel,
        )
        numbers = [line.number for line in self.lines if line.number is not None]
        times = [self.leaves, *(t for x in self.lines for t in (x.starts, x.ends)), self.returns]
        if numbers != [*range(1, len(numbers) + 1)] or not numbers or times != sorted(times):
            msg = f"The sheet of crew {self.crew_id}: visits {numbers}, times out of order or none."
            raise BadInputError(msg, remedy="Give the visits in order.")
        if len(self.path) < 2 or self.path.shape != self.path_degrees.shape:  # noqa: PLR2004 - a line
            msg = f"The way of crew {self.crew_id} is no line."
            raise BadInputError(msg)
