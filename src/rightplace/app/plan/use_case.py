"""Use case: which crews visit which places in the coming days, and what that may prevent."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from rightplace.app.answer import Answer, Notice
from rightplace.app.forecast.outlook import Outlook, outlook_of, read_outlook
from rightplace.app.holdout.drawing import held_out_plan
from rightplace.app.holdout.result import draft_notices, recorded, result_of
from rightplace.app.holdout.rows import hold_out_tables
from rightplace.app.hot_spots.problems import asked_for
from rightplace.app.plan.draws import robustness_of, with_stays
from rightplace.app.plan.making import (
    Planned,
    PlanOptions,
    check_files,
    check_span,
    check_visits,
    demand_table,
    make_plan,
    prospect_of,
    shift_evidence,
    visits_of,
)
from rightplace.app.plan.places import (
    equality_of,
    nominated_of,
    place_notices,
    place_tables,
    recorded_places,
    settled,
    term_of,
    visited_among,
    with_origins,
)
from rightplace.app.plan.result import (
    CrewTime,
    EffectUsed,
    Interval80,
    LimitCost,
    OverDraws,
    PlanResult,
)
from rightplace.app.plan.settings import PlanSettings
from rightplace.app.plan.what_if import what_if
from rightplace.app.replan.kept import kept_tables
from rightplace.core.canonical import file_digest, plain
from rightplace.core.runs import RunInput, RunRecipe

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    import pyarrow as pa

    from rightplace.app.evidence import Question
    from rightplace.app.forecast.use_case import ForecastOptions
    from rightplace.app.holdout.making import HeldOut
    from rightplace.app.workspace import Workspace
    from rightplace.deploy import Estimate, Prospect
    from rightplace.deploy.weekly.robustness import Robustness

# So many boroughs are named in a notice; the result names all.
NAMED = 8


def plan(
    workspace: Workspace,
    forecast_id: str,
    *,
    as_of: date,
    days: int,
    options: PlanOptions,
    made_at: datetime,
) -> Answer[PlanResult]:
    """Plan visits for a forecast and keep the run.

    Parameters
    ----------
    workspace
        Where the forecast is and the plan goes.
    forecast_id
        The forecast.
    as_of, days
        As the forecast's; a check that it is the one meant.
    options
        Crews, profile, effect sizes, seed.
    made_at
        The time now, for the run's record alone.
    """
    options = settled(workspace, options)
    check_files(options)
    outlook = read_outlook(workspace, forecast_id)
    check_span(outlook, as_of=as_of, days=days)
    return _planned_and_kept(workspace, outlook, options, made_at=made_at)


def forecast_and_plan(
    workspace: Workspace,
    question: Question,
    *,
    days: int,
    source: ForecastOptions,
    options: PlanOptions,
    made_at: datetime,
) -> Answer[PlanResult]:
    """Make a new forecast, plan visits for it, and keep both; a dry run keeps neither.

    Parameters
    ----------
    workspace
        Where data are and runs go.
    question
        What the forecast may know.
    days
        Days ahead.
    source
        Area, method and harm weights of the forecast.
    options
        Crews, profile, effect sizes, seed.
    made_at
        The time now, for the runs' records alone.
    """
    from rightplace.app.forecast.use_case import keep_forecast, make_forecast

    options = settled(workspace, options)
    check_files(options)
    made = make_forecast(workspace, question, days=days, made_at=made_at, options=source)
    if not options.dry_run:
        keep_forecast(workspace, made)
    record = plain(made.record) | {"settings_hash": made.record.settings_hash}
    outlook = outlook_of(record, made.area, cells=made.tables["cells"])
    return _planned_and_kept(workspace, outlook, options, made_at=made_at)


def _planned_and_kept(
    workspace: Workspace, outlook: Outlook, options: PlanOptions, *, made_at: datetime
) -> Answer[PlanResult]:
    from rightplace.app.runs import keep

    options.progress(f"choosing visits for {outlook.id} and proving how good they are")
    planned = make_plan(outlook, options, workspace.settings("plan", PlanSettings))
    check_visits(planned)
    nominated, term = nominated_of(planned), term_of(planned)
    held = held_out_plan(workspace, planned, options)
    if held is not None:
        planned = held.planned
        check_visits(planned)
    lasting = asked_for(workspace, outlook)
    places = recorded_places(workspace, options, lasting=lasting)
    recipe = _recipe(planned, options, held, places=places)
    options.progress("trying the plan against drawn rates and effects")
    # A generator of its own, so that other draws of the plan stay as they are.
    stands = robustness_of(planned, rng=np.random.default_rng([options.seed, 1]))
    visits = with_origins(with_stays(visits_of(planned), planned, stands), planned)
    prospects = prospect_of(planned, rng=np.random.default_rng(options.seed))
    path = workspace.runs / recipe.id / "visits.parquet"
    result = replace(
        plan_result(planned, prospects, plan_id=recipe.id, visits=visits, path=path),
        over_draws=over_draws(stands, visits),
        what_if=what_if(planned) if options.what_if else (),
        holdout=result_of(held, path=path.with_stem("holdout")),
        nominated=nominated,
        term=term,
        problem_records=visited_among(lasting, visits),
        equality=equality_of(workspace, planned, options, visits),
    )
    notices = (
        *_notices(planned, result),
        *_cover_notice(options),
        *place_notices(workspace, result),
        *draft_notices(result.holdout, plan_id=recipe.id),
    )
    if not options.dry_run:
        warnings = tuple({"code": n.code, "message": n.message} for n in notices)
        record = recipe.record(made_at, result=plain(result), warnings=warnings)
        tables = {"visits": visits, "demand": demand_table(planned)}
        tables |= place_tables(planned, result)
        tables |= kept_tables(planned.problem, planned.crews)
        keep(workspace, record, tables if held is None else tables | hold_out_tables(held, visits))
    return Answer(
        verb="plan",
        result=result,
        id=recipe.id,
        as_of=recipe.as_of,
        data_releases=tuple(_releases(outlook)),
        warnings=notices,
    )


def _releases(outlook: Outlook) -> list[str]:
    return sorted({i["release"] for i in outlook.record["inputs"] if i["release"] is not None})


def _recipe(
    planned: Planned, options: PlanOptions, held: HeldOut | None, *, places: dict[str, Any]
) -> RunRecipe:
    outlook = planned.outlook
    inputs = [
        RunInput(source=str(path), release=None, sha256=file_digest(path)) for path in options.files
    ]
    known_at = outlook.record["known_at"]
    return RunRecipe(
        kind="plan",
        settings=plain(planned.settings)
        | {"forecast": outlook.id, "days": outlook.days, "effect": plain(planned.effect)}
        | {"without_cover": options.limits.without_cover, "what_if": options.what_if}
        | {"holdout": recorded(held), "places": places},
        inputs=(
            *inputs,
            RunInput(source=outlook.id, release=None, sha256=outlook.record["settings_hash"]),
        ),
        as_of=date.fromisoformat(outlook.record["as_of"]),
        known_at=None if known_at is None else date.fromisoformat(known_at),
        seed=options.seed,
    )


def _interval(estimate: Estimate) -> Interval80:
    return Interval80(
        mean=estimate.mean,
        lo80=estimate.lo80,
        hi80=estimate.hi80,
        sources=dict(estimate.sources),
    )


def plan_result(
    planned: Planned, prospects: Prospect, *, plan_id: str, visits: pa.Table, path: Path
) -> PlanResult:
    """Return the figures of a plan; what concerns people and draws is filled in by others.

    Parameters
    ----------
    planned
        The plan.
    prospects
        What it may prevent.
    plan_id
        Its id.
    visits, path
        Its visits, and where they will lie.
    """
    from rightplace.deploy import constraint_costs, used_share

    solution, outlook = planned.solution, planned.outlook
    account = planned.account
    bound = solution.bound
    return PlanResult(
        plan_id=plan_id,
        forecast_id=outlook.id,
        status=solution.status,
        objective=solution.objective,
        objective_unit="incidents" if planned.settings.objective == "count" else "harm",
        bound=bound,
        gap=solution.gap,
        greedy_gap=max(0.0, (bound - planned.greedy.objective) / bound) if bound else 0.0,
        visits=visits.num_rows,
        places=len(set(visits["cell_id"].to_pylist())),
        visits_path=str(path),
        crew_minutes_used_share=used_share(account),
        prevented=_interval(prospects.prevented_count),
        prevented_harm=_interval(prospects.prevented_harm),
        expected_in_places=_interval(prospects.visited_count),
        expected_harm_in_places=_interval(prospects.visited_harm),
        label=prospects.label,
        shift_evidence=shift_evidence(outlook, planned.profile),
        constraint_costs=tuple(
            LimitCost(name=c.name, lo=c.lo, hi=c.hi)
            for c in constraint_costs(planned.problem, solution)
        ),
        conflicts=(),
        crew_minutes=tuple(
            CrewTime(borough=r.borough, minutes=r.minutes, reason=r.reason) for r in account
        ),
        effect=EffectUsed(
            **{n: getattr(planned.effect, n) for n in EffectUsed.__dataclass_fields__}
        ),
        first_day=outlook.first_day.isoformat(),
        days=outlook.days,
    )


def _cover_notice(options: PlanOptions) -> tuple[Notice, ...]:
    if options.limits.cover_file is not None:
        return ()
    why = options.limits.without_cover.strip()
    taken = "the minutes that crews offer are taken as free of response calls"
    message = f"No file states the response cover: {taken}{f' ({why})' if why else ''}."
    return (Notice(code="no-response-cover", message=message),)


def over_draws(stands: Robustness | None, visits: pa.Table) -> OverDraws | None:
    """Return how a plan stands over draws; None where none were made."""
    if stands is None:
        return None
    return OverDraws(
        draws=stands.draws,
        stays_share_mean=float(np.mean(visits["stays_share"].to_numpy())),
        plan_objective=stands.plan_by_draws,
        chosen_by_own_draw=stands.by_own_draw,
        chosen_by_other_draw=stands.by_other_draws,
    )


def _notices(planned: Planned, result: PlanResult) -> tuple[Notice, ...]:
    notices = [Notice(**each) for each in planned.outlook.record["warnings"]]
    notices.append(Notice(code="shift-evidence", message=f"By shift: {result.shift_evidence}."))
    idle = [row for row in result.crew_minutes if row.reason is not None]
    reasons = [(row.reason or "").replace(f" for {row.borough}", "") for row in idle]
    for reason in sorted(set(reasons)):
        rows = [row for row, why in zip(idle, reasons, strict=True) if why == reason]
        named = ", ".join(row.borough for row in rows[:NAMED])
        more = f" and {len(rows) - NAMED} more boroughs" if len(rows) > NAMED else ""
        minutes = sum(row.minutes for row in rows)
        message = f"{minutes:,.0f} crew minutes are left: {reason} ({named}{more})."
        notices.append(Notice(code="crew-minutes-left", message=message))
    return tuple(notices)
