"""Violence in a locality and round it before, during and after, where the records give times."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightplace.powers.section_60.after_use import RING_M, equal_spells, violence_counted

if TYPE_CHECKING:
    from datetime import datetime

    import numpy as np
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from rightplace.app.workspace import Workspace
    from rightplace.powers.section_60.after_use import Spell, ViolenceCounted
    from rightplace.powers.section_60.authorisation import Authorisation

NO_WORKSPACE = (
    "not computable here: this service has published runs alone and no recorded crime beside it"
)
MONTHLY = (
    "cannot be known from monthly data: the records held give months, and an authorisation lasts "
    "hours"
)
NOTHING = "not computable: no recorded crime is held for these days"
NO_TIME = "not computable: the authorisation has no period, or no outline that can be read"
TO_COME = "the equal period after it is not over yet"
TIMES = frozenset({"hour", "minute"})
BRITISH_GRID = 27700
DEGREES = 0.02
"""Margin round the locality in which rows are read, in degrees: more than the ring."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ViolenceShown:
    """Violence before, during and after, or why it is not known.

    Parameters
    ----------
    counted
        Spell by spell; empty where it is not known.
    not_known
        Why; empty where it is counted.
    note
        What must be known beside the counts.
    """

    counted: tuple[ViolenceCounted, ...] = ()
    not_known: str = ""
    note: str = ""


def violence_of(workspace: Workspace | None, view: Authorisation, *, at: datetime) -> ViolenceShown:
    """Return the violence round an authorisation; what records cannot give is said, never 0.

    Parameters
    ----------
    workspace
        Whose recorded crime is read; None where there is none.
    view
        The authorisation.
    at
        The time now: no spell that is not over is counted.
    """
    from rightplace.errors import BadInputError
    from rightplace.powers.section_60.outline import shape_of

    starts, ends = view.runs_from, view.end
    if starts is None or ends is None or view.locality is None or ends <= starts:
        return ViolenceShown(not_known=NO_TIME)
    if workspace is None:
        return ViolenceShown(not_known=NO_WORKSPACE)
    try:
        shape = shape_of(view.locality.outline)
    except BadInputError:
        return ViolenceShown(not_known=NO_TIME)
    spells = tuple(each for each in equal_spells(starts, ends) if each.ends <= at)
    rows = _rows(workspace, shape.bounds, spells)
    if isinstance(rows, str):
        return ViolenceShown(not_known=rows)
    counted = _counted(rows, shape, spells)
    missing = "" if len(spells) == 3 else f" {TO_COME.capitalize()}."  # noqa: PLR2004 - before, during, after
    note = (
        f"Victim-reported violence that gives time and point; the ring is {RING_M:.0f} metres "
        f"wide. So few incidents tell nothing of what the authorisation did.{missing}"
    )
    return ViolenceShown(counted=counted, note=note)


def _counted(
    rows: Timed, shape: BaseGeometry, spells: tuple[Spell, ...]
) -> tuple[ViolenceCounted, ...]:
    import numpy as np
    import shapely

    from rightplace.places.projection import to_metres

    xy = np.column_stack(to_metres(BRITISH_GRID, rows.lon, rows.lat))
    locality = shapely.transform(
        shape, lambda x, y: to_metres(BRITISH_GRID, x, y), interleaved=False
    )
    return violence_counted(rows.seconds, xy, locality=locality, spells=spells)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Timed:
    """Victim-reported violence with time and point; arrays of shape (n,)."""

    seconds: NDArray[np.float64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]


def _rows(
    workspace: Workspace, bounds: tuple[float, ...], spells: tuple[Spell, ...]
) -> Timed | str:
    """Return times and points of violence near a locality, or why they are not known."""
    import numpy as np

    from rightplace.crime.holdings import entries_of, holdings
    from rightplace.crime.offences import demand_classes
    from rightplace.crime.standing import standing

    held = holdings(entries_of(workspace.store.manifest()), kind="crimes")
    rows = standing(workspace.engine, workspace.store, held)
    if rows is None or not spells:
        return NOTHING
    near = rows.filter(
        rows.occurred_to >= spells[0].starts,
        rows.occurred_from < spells[-1].ends,
        rows.offence.isin(demand_classes()),
        rows.status == "current",
        rows.lon.between(bounds[0] - DEGREES, bounds[2] + DEGREES),
        rows.lat.between(bounds[1] - DEGREES, bounds[3] + DEGREES),
    )
    columns = ("incident", "occurred_from", "precision", "lon", "lat")
    found = workspace.engine.run(near.select(*columns).distinct()).to_pylist()
    timed = [each for each in found if each["precision"] in TIMES]
    if not timed:
        return MONTHLY if found else NOTHING
    once = {(each["incident"] or n): each for n, each in enumerate(timed)}.values()
    return Timed(
        seconds=np.array([each["occurred_from"].timestamp() for each in once]),
        lon=np.array([each["lon"] for each in once]),
        lat=np.array([each["lat"] for each in once]),
    )
