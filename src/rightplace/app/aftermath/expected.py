"""What is ordinarily expected near a place in some hours, from parameters that are kept."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from rightplace.app.aftermath.learning import ORDINARY, SPOTS
from rightplace.app.aftermath.words import HOURS
from rightplace.forecast.aftermath.counts import DISTANCES_M

if TYPE_CHECKING:
    from datetime import datetime

    import pyarrow as pa
    from numpy.typing import NDArray

    from rightplace.app.aftermath.place import Rings, TypedPlace
    from rightplace.app.workspace import Workspace
    from rightplace.places.study_area import StudyArea

# A cell's points are told apart by ring with the weight of so many incidents spread evenly.
_EVEN_INCIDENTS = 10.0


def ordinary_by_cell(
    workspace: Workspace, run_id: str, area: StudyArea, start: datetime
) -> NDArray[np.float64]:
    """Return ordinarily expected incidents in the 72 hours, shape (n_cells,); NaN without data.

    Parameters
    ----------
    workspace, run_id
        Where the parameters are kept.
    area
        The study area they were learned for.
    start
        When the hours begin.
    """
    from rightplace.app.runs import read_table

    hours = _hours_by_slot(area, start)
    table = read_table(workspace, run_id, ORDINARY)
    found = np.zeros(area.n_cells)
    weekday, cell = (table[name].to_numpy() for name in ("weekday", "cell"))
    shift = np.array(table["shift"].to_pylist())
    per_hour = _per_hour(table)
    for (day, name), elapsed in hours.items():
        chosen = (weekday == day) & (shift == name)
        found[cell[chosen]] += per_hour[chosen] * elapsed
    return found


def _per_hour(table: pa.Table) -> NDArray[np.float64]:
    expected = table["expected"].to_numpy().astype(np.float64)
    return np.asarray(expected / table["hours"].to_numpy())


def _hours_by_slot(area: StudyArea, start: datetime) -> dict[tuple[int, str], float]:
    """Return how many hours of each weekday's shifts lie in the 72 hours."""
    end = start + timedelta(hours=HOURS)
    first = start.astimezone(area.clock.tzinfo).date() - timedelta(days=1)
    found: dict[tuple[int, str], float] = {}
    for slot in area.clock.slots(first, HOURS // 24 + 3):
        elapsed = (min(slot.end, end) - max(slot.start, start)) / timedelta(hours=1)
        if elapsed > 0:
            key = (slot.policing_day.weekday(), slot.shift)
            found[key] = found.get(key, 0.0) + elapsed
    return found


def ring_shares(
    workspace: Workspace, run_id: str, parts: Rings, place: TypedPlace
) -> NDArray[np.float64]:
    """Return which share of its cell's incidents each part ordinarily holds, (n_parts,).

    By where the incidents of two years stood, and by ground with the weight of ten incidents.

    Parameters
    ----------
    workspace, run_id
        Where the parameters are kept.
    parts
        Parts of cells in rings.
    place
        The middle of the rings.
    """
    from rightplace.app.runs import read_table

    table = read_table(workspace, run_id, SPOTS)
    cell, x, y, n = (table[name].to_numpy() for name in ("cell", "x", "y", "incidents"))
    band = np.searchsorted(DISTANCES_M, np.hypot(x - place.x, y - place.y), side="right")
    here = np.array(
        [n[(cell == c) & (band == b)].sum() for c, b in zip(parts.cell, parts.band, strict=True)]
    )
    of_cell = np.array([n[cell == c].sum() for c in parts.cell])
    return np.asarray((here + _EVEN_INCIDENTS * parts.share) / (of_cell + _EVEN_INCIDENTS))
