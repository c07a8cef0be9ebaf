"""Places of events in metres, from metres or degrees, each checked that it can be meant."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

import numpy as np

from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.app.near_repeat.table import EventTable

_WIDEST_DEGREES = 12.0  # two zones; beyond, metres on the map are no longer metres
_FARTHEST_M = 1_000_000.0  # from the middle of all events
_FAR_FROM_ORIGIN_M = 10_000.0


def places(table: EventTable, *, crs: int | None) -> tuple[NDArray[np.float64], int | None]:
    """Return places in metres, shape (n, 2), and the map onto which degrees were brought.

    Parameters
    ----------
    table
        The events.
    crs
        EPSG code of that map; None to choose the British National Grid or the UTM zone.
    """
    if "lon" not in table.used:
        xy = np.column_stack([_numbers(table, "x"), _numbers(table, "y")])
        _check_metres(table, xy)
        return xy, None
    lon, lat = _numbers(table, "lon"), _numbers(table, "lat")
    return _from_degrees(table, lon, lat, crs=crs)


def _numbers(table: EventTable, role: str) -> NDArray[np.float64]:
    """Return a column as numbers."""
    found = np.empty(len(table.numbers))
    for position, cell in enumerate(table.cells[role]):
        try:
            found[position] = float(cell)
        except ValueError:
            found[position] = np.nan
        if not np.isfinite(found[position]):
            _refuse(table, position, f"{table.used[role]} is no number.", cell)
    return found


def _refuse(table: EventTable, position: int, message: str, value: object) -> NoReturn:
    """Say what is wrong in which row.

    Raises
    ------
    BadInputError
        Always.
    """
    remedy = "Correct the row, or take it out."
    raise BadInputError(
        message, file=table.file, row=table.numbers[position], value=value, remedy=remedy
    )


def _check_metres(table: EventTable, xy: NDArray[np.float64]) -> None:
    """Check that no event lies where none of the others can."""
    if not len(xy):
        return
    middle = np.median(xy, axis=0)
    at_origin = ~xy.any(axis=1)
    if at_origin.any() and np.abs(middle).min() > _FAR_FROM_ORIGIN_M:
        position = int(np.argmax(at_origin))
        _refuse(table, position, "The event lies at 0, 0, far from the others.", "0, 0")
    away = np.abs(xy - middle).max(axis=1)
    if away.max() > _FARTHEST_M:
        position = int(np.argmax(away))
        shown = f"{xy[position, 0]:.10g}, {xy[position, 1]:.10g}"
        message = f"The event lies {away.max() / 1000:,.0f} km from the middle of the others."
        _refuse(table, position, message, shown)


def _from_degrees(
    table: EventTable, lon: NDArray[np.float64], lat: NDArray[np.float64], *, crs: int | None
) -> tuple[NDArray[np.float64], int]:
    """Return places in metres and the map they are on."""
    from rightplace.places.projection import default_epsg, metre_crs, to_metres

    outside = (np.abs(lon) > 180) | (np.abs(lat) > 90) | ((lon == 0) & (lat == 0))  # noqa: PLR2004 - degrees
    if outside.any():
        position = int(np.argmax(outside))
        shown = f"{lon[position]:.7g}, {lat[position]:.7g}"
        _refuse(table, position, f"Longitude and latitude {shown} are no place.", shown)
    if crs is None and lon.size and np.ptp(lon) > _WIDEST_DEGREES:
        position = int(np.argmax(np.abs(lon - np.median(lon))))
        message = f"The events spread over {np.ptp(lon):.0f} degrees, this one farthest out."
        _refuse(table, position, message, lon[position])
    epsg = crs if crs is not None else default_epsg(lon, lat, file=table.file)
    use = metre_crs(epsg).area_of_use
    x, y = to_metres(epsg, lon, lat)
    wrong = ~(np.isfinite(x) & np.isfinite(y))
    if use is not None and use.west < use.east:
        wrong |= (lon < use.west - 1) | (lon > use.east + 1)
        wrong |= (lat < use.south - 1) | (lat > use.north + 1)
    if wrong.any():
        position = int(np.argmax(wrong))
        shown = f"{lon[position]:.7g}, {lat[position]:.7g}"
        _refuse(
            table,
            position,
            f"{shown} lies outside the ground of EPSG:{epsg}; {wrong.sum():,} rows do.",
            shown,
        )
    return np.column_stack([x, y]), epsg
