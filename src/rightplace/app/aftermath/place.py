"""The place and time that somebody typed in, and the ground round it by cell and ring."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

import numpy as np
import shapely

from rightplace.app.answer import Notice
from rightplace.errors import BadInputError, UsageError
from rightplace.places import to_degrees, to_metres

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.core.time import Clock
    from rightplace.places.study_area import StudyArea

_FIRST_YEAR, _LAST_YEAR = 1901, 2100
_MOST_LON, _MOST_LAT = 180.0, 90.0
_HOW_PLACE = "Write X,Y in metres of the study area, or longitude,latitude in degrees."
_HOW_TIME = "Write local time as YYYY-MM-DDTHH:MM, or with its offset (...+01:00)."


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedPlace:
    """A place in the study area.

    Parameters
    ----------
    x, y
        Metres of the study area's projected system.
    taken_as
        As what the two numbers were read.
    cell
        Row of the study area's cells.
    """

    x: float
    y: float
    lon: float
    lat: float
    taken_as: Literal["metres", "degrees"]
    cell: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rings:
    """The parts of cells in each ring round a place; all arrays of shape (n_parts,).

    Parameters
    ----------
    cell, band
        Row of the study area's cells, and number of the ring.
    share
        Of the cell's ground that lies in the ring, more than 0 to 1.
    outside
        Share of the whole circle that lies outside of the study area.
    """

    cell: NDArray[np.int64]
    band: NDArray[np.int64]
    share: NDArray[np.float64]
    outside: float


def typed_place(text: str, area: StudyArea) -> TypedPlace:
    """Return the place that somebody typed, which lies in the study area.

    Two numbers that can be degrees are taken as longitude and latitude, else as metres.

    Raises
    ------
    UsageError
        If the text is not two numbers.
    BadInputError
        If the place lies outside of the study area; the message says how far.
    """
    number = r"\s*([-+]?\d+(?:\.\d*)?)\s*"
    written = re.fullmatch(f"{number},{number}", text)
    if written is None:
        msg = f"{text!r} is not a place."
        raise UsageError(msg, value=text, remedy=_HOW_PLACE)
    first, second = float(written[1]), float(written[2])
    degrees = _are_degrees(first, second)
    if degrees:
        x, y = _metres(area, first, second)
        lon, lat = first, second
    else:
        x, y = first, second
        lon, lat = (float(v[0]) for v in to_degrees(area.crs, np.array([x]), np.array([y])))
    cell, distance = _nearest_cell(area, x, y)
    if distance > 0:
        msg, remedy = _outside(text, area, distance=distance, typed=(first, second))
        raise BadInputError(msg, value=text, remedy=remedy)
    taken: Literal["metres", "degrees"] = "degrees" if degrees else "metres"
    return TypedPlace(x=x, y=y, lon=lon, lat=lat, taken_as=taken, cell=cell)


def _are_degrees(first: float, second: float) -> bool:
    """Return whether two numbers can be longitude and latitude; no map in metres goes so low."""
    return abs(first) <= _MOST_LON and abs(second) <= _MOST_LAT


def _metres(area: StudyArea, lon: float, lat: float) -> tuple[float, float]:
    x, y = to_metres(area.crs, np.array([lon]), np.array([lat]))
    return float(x[0]), float(y[0])


def _nearest_cell(area: StudyArea, x: float, y: float) -> tuple[int, float]:
    """Return the row of the nearest cell, and how far it is in metres; not finite if nowhere."""
    if not (np.isfinite(x) and np.isfinite(y)):
        return -1, np.inf
    distances = shapely.distance(area.shapes, shapely.Point(x, y))
    cell = int(np.argmin(distances))
    return cell, float(distances[cell])


def _outside(
    text: str, area: StudyArea, *, distance: float, typed: tuple[float, float]
) -> tuple[str, str]:
    """Return what to say of a place outside, and to do; also if its numbers were swapped."""
    degrees = _are_degrees(*typed)
    far = f"{distance / 1000:,.1f} km" if distance >= 1000 else f"{distance:,.0f} m"  # noqa: PLR2004 - a kilometre
    how_far = far if np.isfinite(distance) else "farther than the map reaches"
    taken = "longitude and latitude" if degrees else "metres"
    msg = f"{text} (taken as {taken}) lies outside the study area {area.name}: {how_far} from it."
    second, first = typed
    x, y = _metres(area, first, second) if degrees else (first, second)
    swapped = _nearest_cell(area, x, y)[1] == 0
    remedy = f"Swapped it lies inside: write {first:g},{second:g}." if swapped else _HOW_PLACE
    return msg, remedy


def typed_time(text: str, clock: Clock) -> tuple[datetime, tuple[Notice, ...]]:
    """Return the UTC instant that somebody typed, with what was supposed of it.

    Without an offset it is local time. A local time that occurs twice, when clocks go back, is
    the later of the two; one that is skipped is read as if they had not gone forward yet.

    Raises
    ------
    UsageError
        If the text is not a day with a time of day.
    """
    try:
        written = datetime.fromisoformat(text.strip())
    except ValueError as error:
        msg = f"{text!r} is not a time."
        raise UsageError(msg, value=text, remedy=_HOW_TIME) from error
    if not re.search(r"[T ]\d{2}", text.strip()) or not _FIRST_YEAR <= written.year <= _LAST_YEAR:
        msg = f"{text!r} is not a day of {_FIRST_YEAR} to {_LAST_YEAR} with its time of day."
        raise UsageError(msg, value=text, remedy=_HOW_TIME)
    if written.tzinfo is not None:
        return written.astimezone(UTC), ()
    instant = clock.instant(written.date(), written.time())
    read = instant.astimezone(clock.tzinfo)
    if read.replace(tzinfo=None, fold=0) != written:
        message = f"{text} is skipped when the clocks go forward; taken as {read.isoformat()}."
        return instant, (Notice(code="clock-change", message=message),)
    if read.fold:
        message = (
            f"{text} comes twice when the clocks go back; the later, {read.isoformat()}, was "
            f"taken. Add the offset if it was the earlier."
        )
        return instant, (Notice(code="clock-change", message=message),)
    return instant, ()


def rings(area: StudyArea, place: TypedPlace, ends_m: tuple[float, ...]) -> Rings:
    """Return the parts of cells in each ring round a place.

    Parameters
    ----------
    area
        The study area.
    place
        The middle.
    ends_m
        Outer radius of each ring, ascending.
    """
    middle = shapely.Point(place.x, place.y)
    circles = shapely.buffer(middle, np.array(ends_m), quad_segs=64)
    shapes = area.shapes
    near = np.flatnonzero(shapely.intersects(shapes, circles[-1]))
    ground = shapely.area(shapes[near])
    within = np.stack([shapely.area(shapely.intersection(shapes[near], c)) for c in circles])
    share = np.diff(within, axis=0, prepend=0) / ground
    band, row = np.nonzero(share > 1e-9)  # noqa: PLR2004 - what rounding leaves
    return Rings(
        cell=near[row],
        band=band,
        share=share[band, row],
        outside=max(0.0, 1 - float(within[-1].sum() / shapely.area(circles[-1]))),
    )
