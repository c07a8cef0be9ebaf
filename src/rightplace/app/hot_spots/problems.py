"""Use case: problem records of places, and which lasting hot spots lack one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from rightplace.app.answer import Answer, Notice
from rightplace.app.areas import find_area
from rightplace.app.hot_spots.problem_result import LastingHotSpot, ProblemKept, ProblemsResult
from rightplace.app.hot_spots.settings import HotSpotSettings
from rightplace.app.hot_spots.terms import hotspot_records, terms_of
from rightplace.core.canonical import file_digest, plain
from rightplace.core.runs import RunInput, RunRecipe, read_run_of
from rightplace.core.time import Month
from rightplace.errors import NotHeldError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from rightplace.app.forecast.outlook import Outlook
    from rightplace.app.hot_spots.terms import Term
    from rightplace.app.workspace import Workspace
    from rightplace.places.study_area import StudyArea

_NAMED = 8  # so many places are named in a notice; the result names all
ASKED_FOR, HELD, DUE = "asked for", "held", "assessment due"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemOptions:
    """Which record is kept.

    Parameters
    ----------
    cell_id
        The place.
    path
        TOML of the record.
    as_of
        The day on which it is written.
    area_id
        The place's study area, where there are several.
    """

    cell_id: str
    path: Path
    as_of: date
    area_id: str | None = None
    dry_run: bool = False


def keep_problem(
    workspace: Workspace, options: ProblemOptions, *, made_at: datetime
) -> Answer[ProblemKept]:
    """Keep the problem record of a place.

    Parameters
    ----------
    workspace
        Where it goes.
    options
        The place and its record.
    made_at
        The time now, for the run's record alone.

    Raises
    ------
    NotHeldError
        If the study area has no such place.
    """
    from rightplace.app.runs import keep
    from rightplace.deploy.hot_spots.problem_file import read_problem

    cell_id, path = options.cell_id, options.path
    area = find_area(workspace, options.area_id)
    names = _names(area)
    if cell_id not in names:
        msg = f"{cell_id!r} is no cell of {area.name}."
        raise NotHeldError(msg, value=cell_id, remedy="Name a cell as plans and maps do.")
    record = read_problem(path, after=options.as_of)
    recipe = RunRecipe(
        kind="hot_spots",
        settings={"record": "problem", "area": area.area_id, "cell_id": cell_id}
        | {"content": plain(record)},
        inputs=(RunInput(source=str(path), release=None, sha256=file_digest(path)),),
        as_of=options.as_of,
        known_at=None,
        seed=0,
    )
    result = ProblemKept(
        problem_id=recipe.id,
        cell_id=cell_id,
        name=names[cell_id][0],
        assessment=record.assessment.isoformat(),
        hypotheses=len(record.hypotheses),
    )
    if not options.dry_run:
        keep(workspace, recipe.record(made_at, result=plain(result)), {})
    return Answer(verb="hot-spots-problem", result=result, id=recipe.id, as_of=options.as_of)


def problems(
    workspace: Workspace, *, as_of: date, area_id: str | None = None
) -> Answer[ProblemsResult]:
    """Return the places that have been hot for months, and whether each has a problem record.

    Parameters
    ----------
    workspace
        Where forecasts, terms and records are.
    as_of
        Rows of months are counted up to its month; records written later are not seen.
    area_id
        The study area, where there are several.
    """
    from rightplace.deploy.hot_spots import months_in_a_row

    area = find_area(workspace, area_id)
    settings = workspace.settings("hot_spots", HotSpotSettings)
    month = Month.of(as_of)
    terms = terms_of(workspace, area.area_id)
    newest = _newest_forecasts(workspace, area.area_id, as_of=as_of)
    hot = {each: _first_places(workspace, run["id"], settings.top) for each, run in newest.items()}
    for term in terms:
        for each in term.every_month:
            if each.first <= as_of:
                hot[each] = hot.get(each, set()) | set(term.cell_ids)
    rows = months_in_a_row(hot, until=month)
    lasting = {cell: n for cell, n in rows.items() if n >= settings.problem_months}
    records = _records(workspace, area.area_id, as_of=as_of)
    names = _names(area)
    places = tuple(
        _place(cell, n, names=names, terms=terms, month=month, kept=records.get(cell), as_of=as_of)
        for cell, n in sorted(lasting.items(), key=lambda item: (-item[1], item[0]))
    )
    result = ProblemsResult(
        month=str(month),
        months_needed=settings.problem_months,
        top=settings.top,
        known_months=tuple(str(each) for each in sorted(hot, key=lambda each: each.index)),
        asked_for=sum(place.record != HELD for place in places),
        synthetic=any(run["result"]["synthetic"] for run in newest.values()),
        places=places,
    )
    return Answer(verb="hot-spots-problems", result=result, as_of=as_of)


def asked_for(workspace: Workspace, outlook: Outlook) -> tuple[LastingHotSpot, ...]:
    """Return the places that have been hot for months as a plan starts and lack a record.

    Parameters
    ----------
    workspace
        Where forecasts, terms and records are.
    outlook
        The forecast that the plan is for.
    """
    found = problems(workspace, as_of=outlook.first_day, area_id=outlook.area.area_id).result
    return tuple(place for place in found.places if place.record != HELD)


def asked_for_notices(places: Sequence[LastingHotSpot], *, months: int) -> tuple[Notice, ...]:
    """Return a notice that names the places whose problem record is asked for.

    Parameters
    ----------
    places
        Those that lack one.
    months
        For how many in a row a place must have been hot.
    """
    if not places:
        return ()
    named = ", ".join(f"{place.name} ({place.cell_id})" for place in places[:_NAMED])
    more = f" and {len(places) - _NAMED} more" if len(places) > _NAMED else ""
    message = (
        f"{len(places)} places of this plan have been hot for {months} months in a row or more and "
        f"lack a problem record, or its assessment is due: {named}{more}. Patrol alone does not "
        f"solve what brings violence back: keep one with `rightplace hot-spots problem`."
    )
    return (Notice(code="problem-record-asked-for", message=message),)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """The newest record of a place."""

    id: str
    assessment: date


def _names(area: StudyArea) -> dict[str, tuple[str, str]]:
    """Return name and borough of each cell."""
    columns = (area.cells[name].to_pylist() for name in ("cell_id", "name", "borough"))
    return {
        cell: (name or cell, borough or "") for cell, name, borough in zip(*columns, strict=True)
    }


def _newest_forecasts(
    workspace: Workspace, area_id: str, *, as_of: date
) -> dict[Month, dict[str, Any]]:
    """Return the newest kept forecast of each month, by the month in which its days start."""
    newest: dict[Month, dict[str, Any]] = {}
    for path in sorted(workspace.runs.glob("f-*")):
        if not (path / "run.json").is_file():
            continue
        record = read_run_of(workspace.runs, path.name, kind="forecast")
        known = date.fromisoformat(record["as_of"])
        if record["settings"]["area"] == area_id and known <= as_of:
            month = Month.of(known + timedelta(days=1))
            other = newest.get(month, record)
            newest[month] = max(record, other, key=_when)
    return newest


def _when(record: dict[str, Any]) -> tuple[str, str, str]:
    return record["as_of"], record["made_at"], record["id"]


def _first_places(workspace: Workspace, forecast_id: str, top: int) -> set[str]:
    from rightplace.app.runs import read_table

    cells = read_table(workspace, forecast_id, "cells").select(["cell_id", "rank"])
    columns = (cells[name].to_pylist() for name in ("cell_id", "rank"))
    return {c for c, rank in zip(*columns, strict=True) if rank is not None and rank <= top}


def _records(workspace: Workspace, area_id: str, *, as_of: date) -> dict[str, _Kept]:
    """Return the newest problem record of each place, by when it was written."""
    found: dict[str, tuple[tuple[str, str], _Kept]] = {}
    for record in hotspot_records(workspace, "problem"):
        settings: dict[str, Any] = record["settings"]
        if settings["area"] == area_id and record["as_of"] <= as_of.isoformat():
            assessment = date.fromisoformat(settings["content"]["assessment"])
            when = (record["as_of"], record["made_at"])
            mine = (when, _Kept(id=record["id"], assessment=assessment))
            other = found.get(settings["cell_id"], mine)
            found[settings["cell_id"]] = mine if mine[0] >= other[0] else other
    return {cell: kept for cell, (_, kept) in found.items()}


def _place(  # noqa: PLR0913 - one row joins what stands in six places
    cell_id: str,
    months: int,
    *,
    names: dict[str, tuple[str, str]],
    terms: tuple[Term, ...],
    month: Month,
    kept: _Kept | None,
    as_of: date,
) -> LastingHotSpot:
    now = (t for t in terms if t.first.index <= month.index <= t.last.index)
    name, borough = names[cell_id]
    record = ASKED_FOR
    if kept is not None:
        record = HELD if kept.assessment > as_of else DUE
    return LastingHotSpot(
        cell_id=cell_id,
        name=name,
        borough=borough,
        months=months,
        in_term=next((term.id for term in now if cell_id in term.cell_ids), None),
        record=record,
        problem_id=None if kept is None else kept.id,
        assessment=None if kept is None else kept.assessment.isoformat(),
    )
