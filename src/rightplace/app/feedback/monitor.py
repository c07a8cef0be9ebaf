"""Use case: whether recorded crime follows patrol in real use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from rightplace.app.answer import Answer, Notice
from rightplace.app.feedback.result import FeedbackResult, MonitorResult
from rightplace.app.feedback.settings import FeedbackSettings
from rightplace.app.feedback.words import monitor_notices, monitor_verdict
from rightplace.app.forecast.settings import ForecastSettings
from rightplace.errors import UnsupportedByDataError

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    import pyarrow as pa

    from rightplace.app.evidence import Question
    from rightplace.app.feedback.compare import Case, Units
    from rightplace.app.feedback.result import AssociationResult, ContrastResult
    from rightplace.app.workspace import Workspace
    from rightplace.core.runs import RunRecipe

DrawnBy = Literal["plan", "place"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorOptions:
    """What is compared.

    Parameters
    ----------
    plans
        Plans that were carried out; none takes every kept plan that held places out.
    drawn_by
        ``plan`` if each plan drew its lots anew, ``place`` if a place keeps its arm.
    """

    area_id: str | None = None
    plans: tuple[str, ...] = ()
    drawn_by: DrawnBy = "plan"
    seed: int = 0
    dry_run: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Found:
    """What the comparisons gave; no units where places cannot be compared, and why."""

    units: Units | None
    why_not: str
    contrasts: tuple[ContrastResult, ...]
    associations: tuple[AssociationResult, ...]


def monitor_feedback(
    workspace: Workspace,
    visits_file: Path,
    question: Question,
    *,
    options: MonitorOptions,
    made_at: datetime,
) -> Answer[FeedbackResult]:
    """Ask whether records follow patrol, and keep the run.

    Places that a lot held out are compared with those it treated where kept plans have them;
    minutes are set beside the records of the next period in any case, which alone cannot tell a
    loop from good targeting. An alert is a notice, not an error.

    Parameters
    ----------
    workspace
        Where records and plans are.
    visits_file
        Visits as they were made.
    question
        Which records may be read.
    options
        Area, plans, seed.
    made_at
        The time now, for the run's record alone.
    """
    from rightplace.app.areas import find_area
    from rightplace.app.feedback.arms import arms_of_plans
    from rightplace.app.feedback.compare import Case
    from rightplace.app.feedback.records import watched
    from rightplace.app.feedback.visits import read_visits

    area = find_area(workspace, options.area_id)
    case = Case(
        visits=read_visits(visits_file, area),
        watched=watched(workspace, area, question),
        arms=arms_of_plans(workspace, area, options.plans),
        settings=workspace.settings("feedback", FeedbackSettings),
        kept_arm=options.drawn_by == "place",
    )
    method = workspace.settings("forecast", ForecastSettings).method
    found = _compared(case, method=method, seed=options.seed)
    recipe = _recipe(case, visits_file, method=method, options=options)
    keeps_units = found.units is not None and not options.dry_run
    path = str(workspace.runs / recipe.id / "units.parquet") if keeps_units else None
    result = _result(case, found, monitor_id=recipe.id, units_path=path)
    notices = (*monitor_notices(result, found.why_not), *_releases(workspace, result))
    if not options.dry_run:
        cell_ids = area.cells["cell_id"].to_pylist()
        tables = {} if found.units is None else {"units": _units_table(found.units, cell_ids)}
        _keep(workspace, recipe, result, notices=notices, made_at=made_at, tables=tables)
    return Answer(
        verb="feedback",
        result=FeedbackResult(monitoring=result),
        id=recipe.id,
        as_of=question.as_of,
        data_releases=case.watched.evidence.releases,
        warnings=notices,
    )


def _releases(workspace: Workspace, result: MonitorResult) -> tuple[Notice, ...]:
    """Return a notice of the places released from the hold-outs that were compared."""
    from rightplace.app.holdout.releases import released

    freed = sum(len(released(workspace, plan_id)) for plan_id in result.plans)
    if not freed:
        return ()
    message = (
        f"{freed} places were released from a hold-out. They are compared as they were drawn: "
        f"violence releases a place in one arm alone, and leaving it out would hide that."
    )
    return (Notice(code="feedback-released", message=message),)


def _compared(case: Case, *, method: str, seed: int) -> _Found:
    from rightplace.app.feedback.compare import associations_of, contrasts_of, units_of

    lots, places = np.random.default_rng(seed).spawn(2)
    units, why_not = None, ""
    contrasts: tuple[ContrastResult, ...] = ()
    try:
        units = units_of(case)
        contrasts = contrasts_of(units, case, lots)
    except UnsupportedByDataError as error:
        why_not = error.fault.message
    associations = associations_of(case, method=method, rng=places)
    return _Found(units=units, why_not=why_not, contrasts=contrasts, associations=associations)


def _recipe(case: Case, path: Path, *, method: str, options: MonitorOptions) -> RunRecipe:
    from rightplace.app.runs import recipe_inputs
    from rightplace.core.canonical import file_digest, plain
    from rightplace.core.runs import RunInput, RunRecipe

    evidence = case.watched.evidence
    question = evidence.question
    return RunRecipe(
        kind="monitor",
        settings=plain(case.settings)
        | {
            "method": method,
            "classes": list(evidence.classes),
            "sources": list(question.sources or ()),
            "area": evidence.area.area_id,
            "plans": [arms.plan_id for arms in case.arms],
            "drawn_by": options.drawn_by,
        },
        inputs=(
            RunInput(source=str(path), release=None, sha256=file_digest(path)),
            *recipe_inputs(evidence.entries, evidence.area),
        ),
        as_of=question.as_of,
        known_at=question.known_at,
        seed=options.seed,
    )


def _result(case: Case, found: _Found, *, monitor_id: str, units_path: str | None) -> MonitorResult:
    from rightplace.app.feedback.records import POLICE, VICTIM, police_classes

    watched, visits, units = case.watched, case.visits, found.units
    comparisons = found.contrasts or found.associations
    rests_on = "hold-out" if found.contrasts else "association" if comparisons else "nothing"
    return MonitorResult(
        monitor_id=monitor_id,
        verdict=monitor_verdict(found.contrasts, found.associations),
        rests_on=rests_on,
        alert=any(each.alert for each in comparisons),
        contrasts=found.contrasts,
        associations=found.associations,
        minutes_treated=None if units is None else units.mean_minutes(treated=True),
        minutes_held_out=None if units is None else units.mean_minutes(treated=False),
        plans=() if units is None else units.plans,
        visits=visits.cell.size,
        minutes=float(visits.minutes.sum()),
        first_day=str(visits.day.min()),
        last_day=str(visits.day.max()),
        police_generated=int(np.nansum(watched.by_period(POLICE))),
        victim_reported=int(np.nansum(watched.by_period(VICTIM))),
        police_classes=police_classes(),
        demand_classes=watched.evidence.classes,
        period=watched.axis.kind,
        units_path=units_path,
    )


def _keep(
    workspace: Workspace,
    recipe: RunRecipe,
    result: MonitorResult,
    *,
    notices: tuple[Notice, ...],
    made_at: datetime,
    tables: dict[str, pa.Table],
) -> None:
    from rightplace.app.runs import keep
    from rightplace.core.canonical import plain

    warnings = tuple({"code": n.code, "message": n.message} for n in notices)
    keep(workspace, recipe.record(made_at, result=plain(result), warnings=warnings), tables)


def _units_table(units: Units, cell_ids: list[str]) -> pa.Table:
    """Return one row for each place and plan."""
    import pyarrow as pa

    return pa.table(
        {
            "plan_id": [units.plans[number] for number in units.plan],
            "cell_id": [cell_ids[number] for number in units.cell],
            "arm": np.where(units.treated, "treat", "holdout").tolist(),
            "probability": units.probability,
            "minutes": units.minutes,
            **units.records,
        }
    )
