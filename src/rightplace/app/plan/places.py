"""Places that a plan keeps for people, and the audit of who lives where it goes."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from rightplace.app.equality.settings import EqualitySettings
from rightplace.app.equality.words import equality_notices
from rightplace.app.hot_spots.problems import asked_for_notices
from rightplace.app.hot_spots.settings import HotSpotSettings
from rightplace.app.hot_spots.term_result import TermInPlan
from rightplace.app.nominated.places import (
    Nominated,
    nominated,
    nominated_places,
    nominations_table,
)
from rightplace.app.nominated.words import nominated_notices

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import pyarrow as pa

    from rightplace.app.answer import Notice
    from rightplace.app.equality.result import EqualityEffect
    from rightplace.app.forecast.outlook import Outlook
    from rightplace.app.hot_spots.problem_result import LastingHotSpot
    from rightplace.app.hot_spots.terms import Term
    from rightplace.app.nominated.result import NominatedPlaces
    from rightplace.app.plan.making import Planned, PlanOptions
    from rightplace.app.plan.result import PlanResult
    from rightplace.app.plan.settings import PlanSettings
    from rightplace.app.workspace import Workspace
    from rightplace.deploy import PlanProblem


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceOptions:
    """Files about places.

    Parameters
    ----------
    nominated_file
        Places nominated by people.
    term_id
        Hot spots fixed for a term, which must have its visits.
    composition_files
        Published tables of ethnic group and deprivation by area, for the audit alone.
    term
        What the id stands for; found when the plan is made.
    """

    nominated_file: Path | None = None
    term_id: str | None = None
    composition_files: tuple[Path, ...] = ()
    term: Term | None = None

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
    without_term
        What the problem was before the hot spots of a term were promised their visits.
    nominated
        Those nominated for this plan, if any file names some.
    term, least
        Hot spots of a term, and the visits promised to each, by cell.
    """

    problem: PlanProblem
    without_term: PlanProblem
    nominated: Nominated | None
    term: Term | None
    least: Mapping[str, int]

    @property
    def nominated_cells(self) -> frozenset[str]:
        """Cells nominated for this plan."""
        held = () if self.nominated is None else self.nominated.held
        return frozenset(each.cell_id for each in held)


def settled(workspace: Workspace, options: PlanOptions) -> PlanOptions:
    """Return options with the term that is named, effect sizes, and the settings' files."""
    from rightplace.app.effects.kept import with_effects
    from rightplace.app.equality.effect import equality_files
    from rightplace.app.hot_spots.terms import read_term

    settings = workspace.settings("equality", EqualitySettings)
    files = equality_files(workspace, options.places.composition_files, settings)
    term_id = options.places.term_id
    term = None if term_id is None else read_term(workspace, term_id)
    places = replace(options.places, composition_files=files, term=term)
    return with_effects(workspace, replace(options, places=places))


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
    from rightplace.deploy.hot_spots import with_least_visits

    term = options.term
    if term is None and options.nominated_file is None:
        return None
    least = {} if term is None else term.least_visits(outlook.first_day, outlook.days)
    with_term = with_least_visits(problem, least)
    found = nominated(
        with_term,
        options.nominated_file,
        outlook=outlook,
        share_most=settings.nominated_share_most,
    )
    return KeptPlaces(
        problem=with_term if found is None else found.problem,
        without_term=problem,
        nominated=found,
        term=term,
        least=least,
    )


def with_origins(visits: pa.Table, planned: Planned) -> pa.Table:
    """Return visits with the column that tells who wanted each."""
    from rightplace.deploy.nominated import with_origin

    if planned.kept is None:
        return with_origin(visits, ())
    found = planned.kept.nominated
    return with_origin(visits, () if found is None else found.held, term=planned.kept.least)


def nominated_of(planned: Planned) -> NominatedPlaces | None:
    """Return what nominated places have in a plan without hold-out, and what they cost it."""
    found = None if planned.kept is None else planned.kept.nominated
    if found is None:
        return None
    share = planned.settings.nominated_share_most
    return nominated_places(found, planned.solution, share_most=share)


def term_of(planned: Planned) -> TermInPlan | None:
    """Return what the hot spots of a term have in a plan without hold-out, and what they cost."""
    from rightplace.deploy import solve

    if planned.kept is None or planned.kept.term is None:
        return None
    kept, term, now = planned.kept, planned.kept.term, planned.solution
    minimum = kept.without_term.minimum
    if kept.nominated is not None:
        at = {cell_id: cell for cell, cell_id in enumerate(kept.problem.cell_ids)}
        minimum = minimum.copy()
        for each in kept.nominated.held:
            minimum[at[each.cell_id]] = max(minimum[at[each.cell_id]], each.visits)
    without = solve(replace(kept.problem, minimum=minimum))
    return TermInPlan(
        term_id=term.id,
        places=len(term.cell_ids),
        visits_each=max(kept.least.values()),
        cost_lo=max(0.0, without.objective - now.bound),
        cost_hi=max(0.0, without.bound - now.objective),
    )


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


def recorded_places(
    workspace: Workspace, options: PlanOptions, *, lasting: Sequence[LastingHotSpot]
) -> dict[str, Any]:
    """Return what decides the plan's answer about places beside its files, for its record.

    Parameters
    ----------
    workspace
        Whose settings hold.
    options
        What was named.
    lasting
        Places that lack a problem record as the plan is made.
    """
    least = workspace.settings("equality", EqualitySettings).matched_share_least
    return {
        "matched_share_least": least if options.places.composition_files else None,
        "term": options.places.term_id,
        "problem_records_asked_for": [place.cell_id for place in lasting],
    }


def visited_among(places: Sequence[LastingHotSpot], visits: pa.Table) -> tuple[LastingHotSpot, ...]:
    """Return those of some places that a plan visits."""
    visited = set(visits["cell_id"].to_pylist())
    return tuple(place for place in places if place.cell_id in visited)


def place_notices(workspace: Workspace, result: PlanResult) -> tuple[Notice, ...]:
    """Return what a reader must know of nominations, problem records and the audit."""
    months = workspace.settings("hot_spots", HotSpotSettings).problem_months
    return (
        *nominated_notices(result.nominated),
        *asked_for_notices(result.problem_records, months=months),
        *equality_notices(result.equality),
    )


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
