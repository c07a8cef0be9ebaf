"""Use cases: define a study area, and find the one to work in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightplace.app.answer import Answer, Notice
from rightplace.errors import NotHeldError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from rightplace.app.workspace import Workspace
    from rightplace.places.definition import AreaSettings
    from rightplace.places.study_area import StudyArea


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaResult:
    """A study area as defined.

    Parameters
    ----------
    area_km2
        Ground in square kilometres.
    crs
        EPSG code of the system in metres.
    """

    area_id: str
    name: str
    unit: str
    cells: int
    area_km2: float
    crs: int
    boroughs: int
    excluded: int


def _result(area: StudyArea) -> AreaResult:
    boroughs = {b for b in area.cells["borough"].to_pylist() if b is not None}
    return AreaResult(
        area_id=area.area_id,
        name=area.name,
        unit=area.unit.value,
        cells=area.n_cells,
        area_km2=round(area.area_km2, 3),
        crs=area.crs,
        boroughs=len(boroughs),
        excluded=sum(area.cells["excluded"].to_pylist()),
    )


def define_area(
    workspace: Workspace, polygons: Path, settings: AreaSettings, *, dry_run: bool = False
) -> Answer[AreaResult]:
    """Define the study area from a file of polygons and keep it.

    Parameters
    ----------
    workspace
        Where to keep it.
    polygons
        GeoPackage, GeoJSON or Shapefile, zipped or not.
    settings
        Unit, cell size, projection, clock, excluded cells.
    dry_run
        Say what it would be and keep nothing.
    """
    from rightplace.places import define_area as define

    area = define(polygons, settings)
    if not dry_run:
        workspace.areas.mkdir(parents=True, exist_ok=True)
        area.write(workspace.areas / area.area_id)
    notices = tuple(Notice(code=n.code, message=n.message) for n in area.notices)
    return Answer(verb="areas", result=_result(area), id=area.area_id, warnings=notices)


def find_area(workspace: Workspace, area_id: str | None) -> StudyArea:
    """Return the named study area, or the only one there is.

    Raises
    ------
    NotHeldError
        If there is none, or none of that name.
    UsageError
        If there are several and none is named.
    """
    from rightplace.places.study_area import StudyArea

    held = sorted(p.name for p in workspace.areas.glob("area-*") if p.is_dir())
    if area_id is not None:
        if area_id not in held:
            msg = f"No study area {area_id!r} in this workspace."
            raise NotHeldError(msg, value=area_id, remedy=f"It holds: {', '.join(held) or 'none'}.")
        return StudyArea.read(workspace.areas / area_id)
    if not held:
        msg = "No study area is defined yet."
        raise NotHeldError(msg, remedy="Run `rightplace areas define POLYGONS --unit lsoa`.")
    if len(held) > 1:
        msg = f"There are {len(held)} study areas: {', '.join(held)}."
        raise UsageError(msg, remedy="Name one with --area.")
    return StudyArea.read(workspace.areas / held[0])
