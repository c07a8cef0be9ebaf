"""Use case: change a plan within bounds and have it made anew; the new plan names its parent."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from rightplace.app.answer import Answer, Notice, untold
from rightplace.app.changed.changes import (
    Changes,
    changed_crews,
    check_wanted,
    with_less_cover,
    with_specialists,
    without_places,
)
from rightplace.app.changed.result import ChangedPlan, ShortenedCrew, WantedPlace
from rightplace.app.nominated.places import Nominated
from rightplace.app.plan.making import (
    Planned,
    PlanOptions,
    check_visits,
    demand_table,
    prospect_of,
    visits_of,
)
from rightplace.app.plan.places import (
    KeptPlaces,
    equality_of,
    nominated_of,
    place_notices,
    place_tables,
    settled,
    with_origins,
)
from rightplace.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    import pyarrow as pa

    from rightplace.app.plan.result import PlanResult
    from rightplace.app.replan.running import Running
    from rightplace.app.workspace import Workspace
    from rightplace.core.runs import RunRecipe
    from rightplace.deploy import PlanProblem
    from rightplace.deploy.nominated import Nomination


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeOptions:
    """Why a plan is changed, by whom, and whether the new one is kept.

    Parameters
    ----------
    reason, by
        Kept with the new plan.
    progress
        Told each step before it is begun.
    """

    reason: str
    by: str
    dry_run: bool = False
    progress: Callable[[str], None] = untold


def change_plan(
    workspace: Workspace,
    parent_id: str,
    changes: Changes,
    options: ChangeOptions,
    *,
    made_at: datetime,
) -> Answer[ChangedPlan]:
    """Make a plan anew with some changes, from what it kept: no file of then is needed.

    Everything else is as it was: demand, crews, limits, effect size, seed.

    Parameters
    ----------
    workspace
        Where the plan is.
    parent_id
        The plan.
    changes
        What is changed.
    options
        Why, by whom.
    made_at
        The time now, for the run's record alone.

    Raises
    ------
    RefusedError
        If a lot holds places out: who is left out is chance's choice, and nobody else's.
    """
    from rightplace.app.replan.kept import kept_tables
    from rightplace.app.replan.running import read_running
    from rightplace.app.runs import keep
    from rightplace.core.canonical import plain

    options.progress("Reading the plan that is changed")
    running = read_running(workspace, parent_id)
    if running.record["settings"].get("holdout") or running.rows_held_out:
        msg = f"{parent_id} holds places out by lot; changing places would undo the lot."
        raise RefusedError(msg, value=parent_id, remedy="Make a new plan without the hold-out.")
    options.progress("Looking for the best visits with the changes")
    planned = _planned(workspace, running, changes, by=options.by)
    check_visits(planned)
    recipe = _recipe(running, changes, options)
    path = workspace.runs / recipe.id / "visits.parquet"
    options.progress("Reckoning what it may prevent")
    visits, figures = _figures(workspace, planned, recipe, path=path)
    result = _result(running, figures, changes, options)
    notices = _notices(workspace, running, result)
    if not options.dry_run:
        warnings = tuple({"code": n.code, "message": n.message} for n in notices)
        record = recipe.record(made_at, result=plain(result), warnings=warnings)
        tables = {"visits": visits, "demand": demand_table(planned)}
        tables |= place_tables(planned, result) | kept_tables(planned.problem, planned.crews)
        keep(workspace, record, tables)
    return Answer(verb="change", result=result, id=recipe.id, as_of=recipe.as_of, warnings=notices)


def _planned(workspace: Workspace, running: Running, changes: Changes, *, by: str) -> Planned:
    from rightplace.app.plan.inputs import places_of
    from rightplace.app.replan.running import read_running
    from rightplace.deploy import greedy, solve

    crews = changed_crews(running.crews, changes)
    problem = read_running(workspace, running.id, crews=crews).problem
    problem = with_specialists(problem, crews, slots=running.outlook.slots)
    problem = with_less_cover(running, problem, crews)
    problem = without_places(problem, changes.left_out)
    check_wanted(problem, changes.wanted)
    kept = _kept(running, problem, changes, by=by)
    problem = problem if kept is None else kept.problem
    return Planned(
        outlook=running.outlook,
        crews=crews,
        places=places_of(running.outlook),
        problem=problem,
        solution=solve(problem),
        greedy=greedy(replace(problem, minimum=np.zeros_like(problem.minimum)))
        if problem.is_separable
        else greedy(problem),
        counts=running.counts,
        effect=running.effect,
        profile=None,
        settings=running.settings,
        kept=kept,
    )


def _kept(
    running: Running, problem: PlanProblem, changes: Changes, *, by: str
) -> KeptPlaces | None:
    """Return the problem with the places wanted, which share what nominations may have."""
    from rightplace.deploy.nominated import Nomination, with_nominated

    if not changes.wanted:
        return None
    last = running.outlook.first_day + timedelta(days=running.outlook.days - 1)
    wanted: tuple[Nomination, ...] = tuple(
        Nomination(
            row=row, cell_id=cell_id, visits=visits, reason="wanted by a change of the plan",
            author=by, expires=last,
        )
        for row, (cell_id, visits) in enumerate(changes.wanted, start=1)
    )  # fmt: skip
    share = running.settings.nominated_share_most
    with_wanted, shares = with_nominated(problem, wanted, share_most=share)
    found = Nominated(problem=with_wanted, without=problem, held=wanted, expired=(), shares=shares)
    return KeptPlaces(
        problem=with_wanted, without_term=problem, nominated=found, term=None, least={}
    )


def _figures(
    workspace: Workspace, planned: Planned, recipe: RunRecipe, *, path: Path
) -> tuple[pa.Table, PlanResult]:
    """Return the visits and the figures in which every plan is answered."""
    from rightplace.app.plan.draws import robustness_of, with_stays
    from rightplace.app.plan.use_case import over_draws, plan_result

    stands = robustness_of(planned, rng=np.random.default_rng([recipe.seed, 1]))
    visits = with_origins(with_stays(visits_of(planned), planned, stands), planned)
    prospects = prospect_of(planned, rng=np.random.default_rng(recipe.seed))
    plain_result = plan_result(planned, prospects, plan_id=recipe.id, visits=visits, path=path)
    options = settled(workspace, PlanOptions(crews_file=path))
    return visits, replace(
        plain_result,
        over_draws=over_draws(stands, visits),
        nominated=nominated_of(planned),
        equality=equality_of(workspace, planned, options, visits),
    )


def _recipe(running: Running, changes: Changes, options: ChangeOptions) -> RunRecipe:
    from rightplace.core.runs import RunInput, RunRecipe

    record = running.record
    known_at = record["known_at"]
    sources = ((running.id, record), (running.outlook.id, running.outlook.record))
    left_out = sorted({*record["settings"].get("left_out", ()), *changes.left_out})
    said = {"parent": running.id, "changes": changes.as_settings, "left_out": left_out}
    return RunRecipe(
        kind="plan",
        settings=record["settings"] | said | {"reason": options.reason, "by": options.by},
        inputs=tuple(
            RunInput(source=source, release=None, sha256=each["settings_hash"])
            for source, each in sources
        ),
        as_of=date.fromisoformat(record["as_of"]),
        known_at=None if known_at is None else date.fromisoformat(known_at),
        seed=int(record["seed"]),
    )


def _result(
    running: Running, figures: PlanResult, changes: Changes, options: ChangeOptions
) -> ChangedPlan:
    before: dict[str, Any] = running.record["result"]
    held = {f.name: getattr(figures, f.name) for f in fields(figures)}
    return ChangedPlan(
        **held | {"shift_evidence": before["shift_evidence"]},
        parent_id=running.id,
        reason=options.reason,
        by=options.by,
        left_out=changes.left_out,
        wanted=tuple(WantedPlace(cell_id=c, visits=v) for c, v in changes.wanted),
        without=changes.without,
        shortened=tuple(ShortenedCrew(crew_id=c, minutes=m) for c, m in changes.minutes),
        cost_lo=max(0.0, before["objective"] - figures.bound),
        cost_hi=max(0.0, before["bound"] - figures.objective),
    )


def _notices(workspace: Workspace, running: Running, result: ChangedPlan) -> tuple[Notice, ...]:
    """Return what was said of the plan before and still holds, and what must be said of this."""
    gone = {"crew-minutes-left", "nominations-expired", "problem-record-asked-for"}
    lasting = [Notice(**w) for w in running.record["warnings"] if w["code"] not in gone]
    message = f"Changed from {running.id}: {changes_words(result)}."
    changed = Notice(code="changed-plan", message=message)
    new = place_notices(workspace, result)
    said = {n.code for n in (changed, *new)}
    return (changed, *(n for n in lasting if n.code not in said), *new)


def changes_words(result: ChangedPlan) -> str:
    """Return what was changed, in words."""
    counts = (
        (len(result.left_out), "place left out", "places left out"),
        (len(result.wanted), "place wanted", "places wanted"),
        (len(result.without), "crew taken away", "crews taken away"),
        (len(result.shortened), "crew shortened", "crews shortened"),
    )
    return ", ".join(f"{n} {one if n == 1 else many}" for n, one, many in counts if n)
