"""What a plan reads before it plans: its places, where crews may start, a declared profile."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from rightplace.app.forecast.outlook import Outlook
    from rightplace.deploy import Bounds, Places, ShiftProfile
    from rightplace.places.study_area import StudyArea

# A crew's base may lie so many degrees outside the study area; further off it is a mistake.
BASE_MARGIN = 0.5


def places_of(outlook: Outlook) -> Places:
    """Return the cells of a forecast, as far as a plan must know them."""
    from rightplace.deploy import Places

    cells = outlook.area.cells
    return Places(
        cell_ids=tuple(cells["cell_id"].to_pylist()),
        boroughs=tuple(cells["borough"].to_pylist()),
        excluded=cells["excluded"].to_numpy(),
        masked=outlook.masked,
    )


def bounds_of_bases(area: StudyArea) -> Bounds:
    """Return the box that crews' bases are expected in."""
    from rightplace.deploy import Bounds

    lon, lat = area.cells["lon"].to_numpy(), area.cells["lat"].to_numpy()
    return Bounds(
        west=lon.min() - BASE_MARGIN,
        south=lat.min() - BASE_MARGIN,
        east=lon.max() + BASE_MARGIN,
        north=lat.max() + BASE_MARGIN,
    )


def declared_profile(outlook: Outlook, path: Path | None) -> ShiftProfile | None:
    """Return the shift profile of a file, for the shifts of a forecast; None without a file."""
    from rightplace.deploy import read_profile

    if path is None:
        return None
    shifts = [shift.name for shift in outlook.area.clock.shifts]
    return read_profile(path, shifts=shifts)
