"""From records with their point and day or hour to the points that a history carries."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import ibis
    import pyarrow as pa
    from numpy.typing import NDArray

    from rightplace.app.workspace import Workspace
    from rightplace.crime.counting import Counts
    from rightplace.forecast.points import Points
    from rightplace.places.study_area import StudyArea

# Of so many records the point must be known; the rest, which name their cell alone, are left out.
POINTED_SHARE = 0.9


def exact_points(
    workspace: Workspace,
    area: StudyArea,
    rows: ibis.Table,
    *,
    located: tuple[pa.Table, NDArray[np.int32]],
    demand: Counts,
) -> Points | None:
    """Return the records of demand one by one, or None where they give no exact point and time.

    Monthly records give neither: their points are snapped to streets. A record known to the hour
    or the day stands at one moment of it, without chance (`rightplace.forecast.points.moments`).

    Parameters
    ----------
    workspace
        Where the records are held.
    area
        The study area.
    rows
        Standing rows, already cut at what may be known.
    located
        Places of those rows, and the cell of each.
    demand
        What is counted as demand.
    """
    from rightplace.crime.timed_points import timed_points
    from rightplace.forecast.points import Points, moments
    from rightplace.places import to_metres

    if demand.monthly.any():
        return None
    places, cells = located
    found = timed_points(
        workspace.engine, rows, places=places, cells=cells, clock=area.clock, demand=demand
    )
    pointed = np.isfinite(found.lon) & np.isfinite(found.lat)
    if pointed.sum() < POINTED_SHARE * pointed.size:
        return None
    xy = np.column_stack(to_metres(area.crs, found.lon[pointed], found.lat[pointed]))
    return Points(
        days=moments(found.begins[pointed], found.ends[pointed], xy),
        xy=xy,
        cell=found.cell[pointed],
    )
