"""How long it takes to get from place to place, whatever it is reckoned from."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Literal, Protocol

import numpy as np

from rightplace.errors import BadInputError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from rightplace.places.streets.settings import StreetSettings

Mode = Literal["foot", "car"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SnappedPoints:
    """Points with their places on the network, in the order in which they were given.

    Parameters
    ----------
    xy
        Shape (n, 2). The place on a street that stands for each point, in metres of the area's
        projected system.
    off_metres
        Shape (n,). From each point to that place, in a straight line. No time is reckoned for
        it: a visit begins at the street.
    moved
        Shape (n,). Whether a nearer street was passed over because it lies on a piece cut off
        from the rest.
    edge
        Shape (n,). Number of the street's edge; -1 where there are no streets.
    along_metres
        Shape (n,). From the start of that edge to the place, along it.
    """

    xy: NDArray[np.float64]
    off_metres: NDArray[np.float64]
    moved: NDArray[np.bool_]
    edge: NDArray[np.int64]
    along_metres: NDArray[np.float64]

    def __post_init__(self) -> None:
        """Check that each point has one of everything.

        Raises
        ------
        UsageError
            If the columns are of different lengths.
        """
        columns = (self.xy, self.off_metres, self.moved, self.edge, self.along_metres)
        if len({len(column) for column in columns}) != 1:
            msg = f"Columns of points differ in length: {[len(column) for column in columns]}."
            raise UsageError(msg)

    def __len__(self) -> int:
        return len(self.edge)

    def at(self, position: int) -> SnappedPoints:
        """Return one of the points alone."""
        one = [position]
        return SnappedPoints(
            xy=self.xy[one],
            off_metres=self.off_metres[one],
            moved=self.moved[one],
            edge=self.edge[one],
            along_metres=self.along_metres[one],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """One street of a journey and the metres walked or driven on it.

    Parameters
    ----------
    name
        The street's name; empty where the file has none, or there are no streets.
    metres
        Length on it before the name changes.
    """

    name: str
    metres: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """The quickest way from one place to another.

    Parameters
    ----------
    seconds
        Time that it takes; the same number as in the matrix.
    metres
        Length of the way, zero or more.
    xy
        Shape (k, 2), k at least 2. The way, in metres of the area's projected system.
    stretches
        Streets in order, neighbours of the same name as one; their metres sum to ``metres``.
    """

    seconds: float
    metres: float
    xy: NDArray[np.float64]
    stretches: tuple[Stretch, ...]


def street_words(journey: Journey, *, shortest_metres: float = 15.0) -> str:
    """Return the streets of a journey in words: ``Market Street 320 m, then Broad Street 150 m``.

    Metres are rounded to tens. A shorter stretch goes unsaid, unless there is no other.

    Parameters
    ----------
    journey
        The way.
    shortest_metres
        Shortest stretch that is told.
    """
    told = [part for part in journey.stretches if part.metres >= shortest_metres]
    parts = told or list(journey.stretches)
    merged = [
        (name, sum(part.metres for part in group))
        for name, group in groupby(parts, key=attrgetter("name"))
    ]
    return ", then ".join(
        f"{name or 'unnamed street'} {max(10, round(metres, -1)):.0f} m" for name, metres in merged
    )


def checked_points(
    points: NDArray[np.float64],
    *,
    file: str | Path | None = None,
    rows: NDArray[np.int64] | None = None,
    what: str = "point",
) -> NDArray[np.float64]:
    """Return points as shape (n, 2), every one of them a place.

    Parameters
    ----------
    points
        Shape (n, 2). x and y in metres of the area's projected system.
    file, rows, what
        Where they come from, for the message.

    Raises
    ------
    BadInputError
        If a point is not finite, naming the first such row.
    UsageError
        If the points are not pairs.
    """
    xy = np.asarray(points, dtype=np.float64)
    if xy.ndim != 2 or xy.shape[1] != 2:  # noqa: PLR2004 - x and y
        msg = f"Points are pairs of x and y, not an array of shape {xy.shape}."
        raise UsageError(msg)
    lost = np.flatnonzero(~np.isfinite(xy).all(axis=1))
    if lost.size:
        row = row_of(int(lost[0]), rows)
        msg = f"{lost.size} of {len(xy)} have no place; the first is {what} {row}."
        remedy = "Give each a position inside the study area."
        raise BadInputError(msg, file=file, row=row, remedy=remedy)
    return xy


def row_of(position: int, rows: NDArray[np.int64] | None) -> int:
    """Return the row in its file of the point at a position."""
    return position + 1 if rows is None else int(rows[position])


class TravelTimes(Protocol):
    """Times and ways between places, for one mode of travel."""

    @property
    def description(self) -> str:
        """A sentence that says what the times are reckoned from, for sheets and records."""

    def snap(
        self,
        points: NDArray[np.float64],
        *,
        file: str | Path | None = None,
        rows: NDArray[np.int64] | None = None,
        what: str = "point",
    ) -> SnappedPoints:
        """Return the place on the network that stands for each point.

        Parameters
        ----------
        points
            Shape (n, 2). x and y in metres of the area's projected system.
        file
            Where the points come from, for the message.
        rows
            Shape (n,). Their rows in that file; without it 1 to n.
        what
            What they are (``base``, ``visit``), for the message.

        Raises
        ------
        BadInputError
            If a point has no place on the network, naming the first such row.
        """

    def travel_seconds(self, sources: SnappedPoints, targets: SnappedPoints) -> NDArray[np.float64]:
        """Return shape (sources, targets): seconds from each source to each target."""

    def path(self, points: SnappedPoints, start: int, end: int) -> Journey:
        """Return the quickest way from one of the points, by position, to another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DetourTravel:
    """Straight lines made longer by a factor, for where no street file is given.

    Parameters
    ----------
    factor
        Length of the way for each metre as the crow flies, 1 or more.
    metres_per_second
        Speed along the way, above 0.
    """

    factor: float
    metres_per_second: float

    def __post_init__(self) -> None:
        """Check that factor and speed can be what they say.

        Raises
        ------
        UsageError
            If the factor is below 1, or the speed is not above 0, or one is not finite.
        """
        if not (math.isfinite(self.factor) and self.factor >= 1):
            msg = f"A detour factor of {self.factor} would be shorter than a straight line."
            raise UsageError(msg, value=self.factor, remedy="Give a number of 1 or more.")
        if not (math.isfinite(self.metres_per_second) and self.metres_per_second > 0):
            msg = f"Nobody travels at {self.metres_per_second} metres per second."
            raise UsageError(msg, value=self.metres_per_second, remedy="Give one above 0.")

    @property
    def description(self) -> str:
        """A sentence that says what the times are reckoned from."""
        return (
            f"Travel in a straight line times a detour factor of {self.factor:g}, at "
            f"{self.metres_per_second:g} metres per second; no street file was given."
        )

    def snap(
        self,
        points: NDArray[np.float64],
        *,
        file: str | Path | None = None,
        rows: NDArray[np.int64] | None = None,
        what: str = "point",
    ) -> SnappedPoints:
        """Return the points as they are: without streets each is its own place.

        Parameters
        ----------
        points
            Shape (n, 2). x and y in metres of the area's projected system.
        file, rows, what
            Where the points come from, for the message.

        Notes
        -----
        A point that is not finite is refused as bad input, naming its row.
        """
        xy = checked_points(points, file=file, rows=rows, what=what)
        n = len(xy)
        return SnappedPoints(
            xy=xy,
            off_metres=np.zeros(n),
            moved=np.zeros(n, dtype=np.bool_),
            edge=np.full(n, -1, dtype=np.int64),
            along_metres=np.zeros(n),
        )

    def travel_seconds(self, sources: SnappedPoints, targets: SnappedPoints) -> NDArray[np.float64]:
        """Return shape (sources, targets): seconds from each source to each target."""
        apart = sources.xy[:, None, :] - targets.xy[None, :, :]
        metres = np.hypot(apart[..., 0], apart[..., 1]) * self.factor
        return np.asarray(metres / self.metres_per_second, dtype=np.float64)

    def path(self, points: SnappedPoints, start: int, end: int) -> Journey:
        """Return the straight line between two of the points, its metres with the detour."""
        xy = points.xy[[start, end]]
        metres = float(np.hypot(*(xy[1] - xy[0]))) * self.factor
        return Journey(
            seconds=metres / self.metres_per_second,
            metres=metres,
            xy=xy,
            stretches=(Stretch(name="", metres=metres),),
        )


def detour_travel(settings: StreetSettings, mode: Mode) -> DetourTravel:
    """Return travel without streets; a car drives at the speed of local streets."""
    on_foot = mode == "foot"
    return DetourTravel(
        factor=settings.detour_factor,
        metres_per_second=(
            settings.walk_metres_per_second if on_foot else settings.local_metres_per_second
        ),
    )
