"""Places that a plan keeps for people, and the audit of who lives where it goes."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from rightplace.app.equality.settings import EqualitySettings
from rightplace.app.equality.words import equality_notices
from rightplace.app.nominated.places import (
    Nominated,
    nominated,
    nominated_places,
    nominations_table,
)
from rightplace.app.nominated.words import nominated_notices

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

    from rightplace.app.answer import Notice
    from rightplace.app.equality.result import EqualityEffect
    from rightplace.app.nominated.result import NominatedPlaces
    from rightplace.app.outlook import Outlook
    from rightplace.app.plan_making import Planned, PlanOptions
    from rightplace.app.plan_result import PlanResult
    from rightplace.app.plan_settings import PlanSettings
    from rightplace.app.workspace import Workspace
    from rightplace.deploy import PlanProblem


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceOptions:
    """Files about places.

    Parameters
    ----------
    nominated_file
        Places nominated by people.
    composition_files
        Published tables of ethnic group and deprivation by area, for the audit alone.
    """

    nominated_file: Path | None = None
    composition_files: tuple[Path, ...] = ()

    @property
    def files(self) -> tuple[Path, ...]:
        """The files named."""
        named = () if self.nominated_file is None else (self.nominated_file,)
        return named + self.composition_files


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class KeptPlaces:
    """A problem in which places that people chose must have their visits.

    Parameters
    ----------
    problem
        The plan's problem with all of them.
    nominated
        Those nominated for this plan, if any file names some.
    """

    problem: PlanProblem
    nominated: Nominated | None

    @property
    def nominated_cells(self) -> frozenset[str]:
        """Cells nominated for this plan."""
        held = () if self.nominated is None else self.nominated.held
        return frozenset(each.cell_id for each in held)


def settled(workspace: Workspace, options: PlanOptions) -> PlanOptions:
    """Return options with the composition files of the settings where none is named."""
    from rightplace.app.equality.effect import equality_files

    settings = workspace.settings("equality", EqualitySettings)
    files = equality_files(workspace, options.places.composition_files, settings)
    return replace(options, places=replace(options.places, composition_files=files))


def kept_places(
    problem: PlanProblem, options: PlaceOptions, *, settings: PlanSettings, outlook: Outlook
) -> KeptPlaces | None:
    """Return the problem with the places that people chose; None where they chose none.

    Parameters
    ----------
    problem
        The plan's problem with every other limit.
    options
        Files about places.
    settings
        The share that nominated places may have.
    outlook
        The forecast that the plan is for.
    """
    found = nominated(
        problem,
        options.nominated_file,
        outlook=outlook,
        share_most=settings.nominated_share_most,
    )
    return None if found is None else KeptPlaces(problem=found.problem, nominated=found)


def with_origins(visits: pa.Table, planned: Planned) -> pa.Table:
    """Return visits with the column that tells who wanted each."""
    from rightplace.deploy.nominated import with_origin

    found = None if planned.kept is None else planned.kept.nominated
    return with_origin(visits, () if found is None else found.held)


def nominated_of(planned: Planned) -> NominatedPlaces | None:
    """Return what nominated places have in a plan without hold-out, and what they cost it."""
    found = None if planned.kept is None else planned.kept.nominated
    if found is None:
        return None
    share = planned.settings.nominated_share_most
    return nominated_places(found, planned.solution, share_most=share)


def equality_of(
    workspace: Workspace, planned: Planned, options: PlanOptions, visits: pa.Table
) -> EqualityEffect | None:
    """Return the equality effect of a plan's visits; None where no file says who lives where.

    Parameters
    ----------
    workspace
        Whose settings hold.
    planned
        The plan, made already.
    options
        Which files say who lives where.
    visits
        The plan's visits.
    """
    from rightplace.app.equality.effect import equality_effect, read_who_lives_where

    outlook = planned.outlook
    cell_ids = outlook.area.cells["cell_id"].to_pylist()
    who = read_who_lives_where(options.places.composition_files, cell_ids=cell_ids)
    if who is None:
        return None
    settings = workspace.settings("equality", EqualitySettings)
    return equality_effect(outlook, visits, who, settings=settings)


def recorded_places(workspace: Workspace, options: PlanOptions) -> dict[str, Any]:
    """Return what decides the audit beside its files, for the plan's record."""
    least = workspace.settings("equality", EqualitySettings).matched_share_least
    return {"matched_share_least": least if options.places.composition_files else None}


def place_notices(result: PlanResult) -> tuple[Notice, ...]:
    """Return what a reader must know of nominations and of the audit."""
    return (*nominated_notices(result.nominated), *equality_notices(result.equality))


def place_tables(planned: Planned, result: PlanResult) -> dict[str, pa.Table]:
    """Return the nominations with their authors, and the rows of the audit, as tables."""
    import pyarrow as pa

    tables = {}
    found = None if planned.kept is None else planned.kept.nominated
    if found is not None:
        tables["nominations"] = nominations_table(found)
    if result.equality is not None:
        tables["equality"] = pa.Table.from_pylist([asdict(row) for row in result.equality.rows])
    return tables
