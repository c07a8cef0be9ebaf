"""From degrees to metres and back, and the coordinate systems that are refused."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pyproj
import shapely
from pyproj.exceptions import CRSError

from rightplace.errors import BadInputError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

BRITISH_GRID = 27700
WGS84 = 4326
_WIDEST_UTM_DEGREES = 12.0  # two zones; beyond, metres on the map are no longer metres
_MARGIN_DEGREES = 1.0  # areas of use are boxes with rounded corners
_ANTARCTIC = -60.0

# Hand-drawn in the sea round England, Wales, Scotland and Man; Ireland and France stay outside.
_ROUND_GREAT_BRITAIN = shapely.Polygon(
    np.fromstring(
        "-6.9 49.7 -3 49.9 0.3 50.5 1 50.8 1.5 51.05 1.9 51.5 2.1 52.5 1.9 53.1 0.6 53.7 -1 55.3 "
        "-1.3 57.6 -0.4 60.4 -0.4 61.1 -1.8 61.1 -6.4 59.3 -9 58 -9 57.4 -7 55.8 -6.3 55.45 "
        "-5.93 55.25 -5.4 54.9 -5.3 54.6 -5.1 54.2 -5.1 53.5 -5.1 52.9 -5.9 52 -5.9 51.5 "
        "-5.9 50.4 -6.9 50.1",
        sep=" ",
    ).reshape(-1, 2)
)


def in_great_britain(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which points lie in Great Britain or the sea near it, shape (n,)."""
    return np.asarray(shapely.contains_xy(_ROUND_GREAT_BRITAIN, lon, lat), dtype=np.bool_)


def source_crs(text: str | None, *, file: str | Path) -> pyproj.CRS:
    """Return the coordinate system that a file states.

    The British National Grid is often written without its EPSG code; it is known by its name.

    Raises
    ------
    BadInputError
        If the file states none, or one that cannot be read.
    """
    if not text:
        msg = "The file does not say which coordinate system it is in."
        remedy = "Add it (the .prj file of a shapefile), or say it with --file-crs EPSG."
        raise BadInputError(msg, file=file, remedy=remedy)
    try:
        stated = pyproj.CRS.from_user_input(text)
    except CRSError as error:
        msg = "The coordinate system of the file cannot be read."
        raise BadInputError(msg, file=file, value=text, remedy="Set it anew.") from error
    letters = re.sub("[^a-z]", "", stated.name.lower())
    if stated.to_epsg() is None and "britishnationalgrid" in letters:
        return pyproj.CRS.from_epsg(BRITISH_GRID)
    return stated


def metre_crs(epsg: int) -> pyproj.CRS:
    """Return a projected coordinate system in metres, from its EPSG code.

    Raises
    ------
    UsageError
        If there is no such code, or it does not measure in metres.
    """
    remedy = "Choose a projected one in metres: 27700 in Great Britain, else the UTM zone."
    try:
        crs = pyproj.CRS.from_epsg(epsg)
    except CRSError as error:
        msg = f"There is no coordinate system EPSG:{epsg}."
        raise UsageError(msg, value=epsg, remedy=remedy) from error
    if not crs.is_projected or crs.axis_info[0].unit_name != "metre":
        msg = f"EPSG:{epsg} ({crs.name}) is not a map in metres."
        raise UsageError(msg, value=epsg, remedy=remedy)
    return crs


def default_epsg(lon: NDArray[np.float64], lat: NDArray[np.float64], *, file: str | Path) -> int:
    """Return the British National Grid for Great Britain, elsewhere the UTM zone.

    Parameters
    ----------
    lon, lat
        Shape (n,). A point of each polygon, in degrees.
    file
        The file they came from, for the message.

    Raises
    ------
    BadInputError
        If the points are spread over too many degrees for one zone.
    """
    if in_great_britain(lon, lat).all():
        return BRITISH_GRID
    width = float(np.ptp(lon))
    if width > _WIDEST_UTM_DEGREES:
        msg = f"The polygons are spread over {width:.0f} degrees; no one UTM zone fits them."
        raise BadInputError(msg, file=file, remedy="Give --crs, or a smaller area.")
    middle = (float(lon.min()) + float(lon.max())) / 2
    zone = min(int((middle + 180) // 6) + 1, 60)
    return (32600 if float(np.median(lat)) >= 0 else 32700) + zone


def reproject(
    shapes: NDArray[np.object_], source: pyproj.CRS, target: pyproj.CRS
) -> NDArray[np.object_]:
    """Return shapes in another coordinate system, coordinates in the order x, y."""
    if source.equals(target, ignore_axis_order=True):
        return shapes
    steps = pyproj.Transformer.from_crs(source, target, always_xy=True)
    moved = shapely.transform(shapes, steps.transform, interleaved=False)
    return np.asarray(moved, dtype=np.object_)


def to_metres(
    epsg: int, lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return x and y in metres; not finite where the point has no place in the system.

    Parameters
    ----------
    epsg
        Projected coordinate system.
    lon, lat
        Shape (n,). Degrees (WGS84).
    """
    steps = pyproj.Transformer.from_crs(WGS84, epsg, always_xy=True)
    x, y = steps.transform(lon, lat)
    return np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)


def to_degrees(
    epsg: int, x: NDArray[np.float64], y: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return longitude and latitude (WGS84), each shape (n,)."""
    steps = pyproj.Transformer.from_crs(epsg, WGS84, always_xy=True)
    lon, lat = steps.transform(x, y)
    return np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)


def transform_used(epsg: int, lon: float, lat: float) -> str:
    """Return in words how degrees become metres at a point, with the accuracy PROJ states.

    Without the OSTN15 grid PROJ turns WGS84 into the British National Grid by a Helmert
    transform, good to 2 m; with it (in ``PROJ_DATA``) to 1 m or better.
    """
    steps = pyproj.Transformer.from_crs(WGS84, epsg, always_xy=True)
    steps.transform(lon, lat)
    used = steps.get_last_used_operation()
    accuracy = f"accurate to {used.accuracy:g} m" if used.accuracy >= 0 else "accuracy unknown"
    steps_named = used.description.replace("axis order change (2D) + ", "")
    return f"{steps_named}; {accuracy}; PROJ {pyproj.proj_version_str}"


def check_coordinates(
    bounds: tuple[float, float, float, float], crs: pyproj.CRS, *, file: str | Path
) -> None:
    """Check that coordinates can be what the file says they are.

    Parameters
    ----------
    bounds
        Lowest x, lowest y, highest x, highest y as written in the file.
    crs
        The system that the file states.
    file
        The file, for the message.

    Raises
    ------
    BadInputError
        If metres are labelled as degrees, degrees as metres, or the place lies outside the
        ground for which the system is meant.
    """
    west, south, east, north = bounds
    shown = f"{west:.7g}, {south:.7g}"
    if crs.is_geographic:
        if max(abs(west), abs(east)) > 180 or max(abs(south), abs(north)) > 90:  # noqa: PLR2004 - degrees
            msg = f"Coordinates such as {shown} are not degrees, yet the file says {crs.name}."
            remedy = (
                "Look for swapped columns, or label the file with the system it was drawn in; "
                "six-figure eastings and northings are the British National Grid, EPSG:27700."
            )
            raise BadInputError(msg, file=file, value=shown, remedy=remedy)
        return
    if max(map(abs, bounds)) <= 360:  # noqa: PLR2004 - degrees
        msg = f"Coordinates such as {shown} look like degrees, yet the file says {crs.name}."
        remedy = "Label the file with the system it was drawn in, perhaps EPSG:4326."
        raise BadInputError(msg, file=file, value=shown, remedy=remedy)


def check_place(
    lon: NDArray[np.float64], lat: NDArray[np.float64], crs: pyproj.CRS, *, file: str | Path
) -> None:
    """Check that points lie where a coordinate system is meant for.

    Parameters
    ----------
    lon, lat
        Shape (n,). Points in degrees.
    crs
        A system that states its area of use; one that does not is not checked.
    file
        The file, for the message.

    Raises
    ------
    BadInputError
        If a point lies more than a degree outside that area.
    """
    use = crs.area_of_use
    if use is None:
        return
    inside = (lon >= use.west - _MARGIN_DEGREES) & (lon <= use.east + _MARGIN_DEGREES)
    inside &= (lat >= use.south - _MARGIN_DEGREES) & (lat <= use.north + _MARGIN_DEGREES)
    if use.west > use.east or inside.all():  # a box over the date line is not checked
        return
    at = int(np.flatnonzero(~inside)[0])
    shown = f"{lon[at]:.5f}, {lat[at]:.5f}"
    msg = f"A polygon lies at longitude and latitude {shown}, outside the ground of {crs.name}."
    remedy = "Look for swapped or mislabelled coordinates, or choose another --crs."
    raise BadInputError(msg, file=file, row=at + 1, value=shown, remedy=remedy)


def check_not_swapped(
    lon: NDArray[np.float64], lat: NDArray[np.float64], *, file: str | Path
) -> None:
    """Check that longitude and latitude do not stand in each other's place.

    Only swaps that land in Great Britain or the Antarctic show; North America's do.

    Raises
    ------
    BadInputError
        If the points lie in Great Britain once swapped, or in the Antarctic as they are.
    """
    british_if_swapped = in_great_britain(lat, lon).all() and not in_great_britain(lon, lat).any()
    if british_if_swapped or (lat < _ANTARCTIC).any():
        shown = f"{lon[0]:.5f}, {lat[0]:.5f}"
        msg = f"Longitude and latitude {shown} seem to be swapped."
        remedy = "Write longitude first; if they are right, say so with --crs."
        raise BadInputError(msg, file=file, value=shown, remedy=remedy)
