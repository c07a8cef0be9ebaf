"""Use cases: locking a trial before it begins, giving one up, and listing them all."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from rightplace.app.answer import Answer
from rightplace.app.evaluation.trial_register import (
    END,
    LOCK,
    RUNNING,
    running_trials,
    trial_of,
    trials_of,
)
from rightplace.core.canonical import file_digest, plain
from rightplace.core.runs import RunInput, RunRecipe
from rightplace.errors import BadInputError, NotHeldError, RefusedError
from rightplace.evaluate.trial.looks import planned_looks
from rightplace.evaluate.trial.trial_plan import read_trial_plan

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from rightplace.app.evaluation.trial_register import KeptTrial
    from rightplace.app.workspace import Workspace
    from rightplace.evaluate.trial.trial_plan import TrialPlan
    from rightplace.places.study_area import StudyArea


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedLook:
    """A look that was planned, and what it takes to stop the trial there; null where nothing may.

    The boundary is the one given the looks made before it: one that nobody planned spends chance
    too, and one that was left out spends none.
    """

    plans: int
    fraction: float
    spent: float
    boundary: float | None
    nominal_p: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LookShown:
    """A look that was made."""

    run_id: str
    made_at: str
    plans: int
    fraction: float
    planned: bool
    crossed: bool
    last: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialShown:
    """A locked trial.

    Parameters
    ----------
    sha256
        Digest of what was locked.
    state
        ``running``, ``stopped`` at a boundary, ``finished`` after its last look, or ``ended``.
    results_held
        Records of its days that were held when it was locked; above 0, results could be seen.
    ended_because
        Why it was given up, and by whom.
    """

    trial_id: str
    sha256: str
    title: str
    question: str
    area_id: str
    starts: str
    ends: str
    plans: int
    spending: str
    alpha: float
    smallest_change: float
    stop_rule: str
    locked_by: str
    locked_at: str
    results_held: int
    state: str
    ended_because: str | None
    planned_looks: tuple[PlannedLook, ...]
    looks: tuple[LookShown, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialsResult:
    """Every locked trial, also those given up."""

    trials: tuple[TrialShown, ...]


def lock_trial(
    workspace: Workspace, path: Path, *, locked_by: str, made_at: datetime, dry_run: bool = False
) -> Answer[TrialShown]:
    """Write a trial down before it begins, so that it cannot be changed, and keep that.

    Parameters
    ----------
    workspace
        Where it is kept.
    path
        Its file.
    locked_by
        Who locks it.
    made_at
        The time now.
    dry_run
        Whether to keep nothing.

    Raises
    ------
    NotHeldError
        If there is no such file.
    RefusedError
        If another running trial has some of its days.
    """
    from rightplace.app.areas import find_area
    from rightplace.app.runs import keep

    one_line("--by", locked_by)
    if not path.is_file():
        msg = "There is no such file."
        raise NotHeldError(msg, file=path, remedy="Check the file of the trial.")
    plan = read_trial_plan(path)
    area = find_area(workspace, plan.area)
    for other in running_trials(workspace):
        same = other.plan.sha256 == plan.sha256
        if other.area_id == area.area_id and not same and _overlap(plan, other.plan):
            msg = f"The running trial {other.trial_id} ({other.plan.title}) has some of its days."
            raise RefusedError(msg, value=other.trial_id, remedy="End that first, or wait for it.")
    recipe = _locking(plan, path, area, by=locked_by, held=_held(workspace, area, plan))
    record = recipe.record(made_at, result={})
    if not dry_run and not (workspace.runs / recipe.id).is_dir():
        keep(workspace, record, {})
    shown = _new(plan, recipe, area_id=area.area_id, by=locked_by, at=record.made_at.isoformat())
    if (workspace.runs / recipe.id).is_dir():
        shown = shown_trial(trial_of(workspace, recipe.id))
    return Answer(verb="evaluate-trial-lock", result=shown, id=recipe.id, as_of=recipe.as_of)


def _locking(plan: TrialPlan, path: Path, area: StudyArea, *, by: str, held: int) -> RunRecipe:
    return RunRecipe(
        kind="trial",
        settings={
            "step": LOCK,
            "plan": plain(plan),
            "sha256": plan.sha256,
            "area": area.area_id,
            "locked_by": by,
            "results_held": held,
        },
        inputs=(
            RunInput(source=str(path), release=None, sha256=file_digest(path)),
            RunInput(source=area.area_id, release=None, sha256=area.source.sha256),
        ),
        as_of=plan.starts,
        known_at=None,
        seed=0,
    )


def _held(workspace: Workspace, area: StudyArea, plan: TrialPlan) -> int:
    """Return how many crime records are held that lie in the days of a trial."""
    from rightplace.crime.holdings import entries_of, holdings
    from rightplace.crime.standing import standing

    held = holdings(entries_of(workspace.store.manifest()), kind="crimes", known_at=None)
    rows = standing(workspace.engine, workspace.store, held)
    if rows is None:
        return 0
    after = area.clock.day_start(plan.ends + timedelta(days=1))
    inside = rows.filter(
        (rows.occurred_from >= area.clock.day_start(plan.starts)) & (rows.occurred_from < after)
    )
    return int(workspace.engine.run(inside.agg(n=inside.count()))["n"][0].as_py())


def _overlap(one: TrialPlan, other: TrialPlan) -> bool:
    return one.starts <= other.ends and other.starts <= one.ends


def end_trial(
    workspace: Workspace,
    trial_id: str,
    *,
    reason: str,
    by: str,
    made_at: datetime,
    dry_run: bool = False,
) -> Answer[TrialShown]:
    """Give a running trial up, and keep why; nothing flows back from it.

    Parameters
    ----------
    workspace
        Where it is kept.
    trial_id
        The trial.
    reason, by
        Why, and who says so.
    made_at
        The time now.
    dry_run
        Whether to keep nothing.

    Raises
    ------
    RefusedError
        If it is not running.
    """
    from rightplace.app.runs import keep

    one_line("--reason", reason)
    one_line("--by", by)
    trial = trial_of(workspace, trial_id)
    if trial.state != RUNNING:
        msg = f"{trial_id} is {trial.state} already."
        raise RefusedError(msg, value=trial_id, remedy="See all: rightplace evaluate trials.")
    recipe = RunRecipe(
        kind="trial",
        settings={"step": END, "trial": trial_id, "reason": reason, "by": by},
        inputs=(RunInput(source=trial_id, release=None, sha256=trial.plan.sha256),),
        as_of=trial.plan.starts,
        known_at=None,
        seed=0,
    )
    if not dry_run:
        keep(workspace, recipe.record(made_at, result={}), {})
        trial = trial_of(workspace, trial_id)
    return Answer(verb="evaluate-trial-end", result=shown_trial(trial), id=recipe.id)


def list_trials(workspace: Workspace) -> Answer[TrialsResult]:
    """Return every trial that was ever locked; none can be hidden."""
    trials = tuple(shown_trial(each) for each in trials_of(workspace))
    return Answer(verb="evaluate-trials", result=TrialsResult(trials=trials))


def one_line(name: str, text: str) -> None:
    """Check that a text says something on one line.

    Raises
    ------
    BadInputError
        If it does not.
    """
    if not text.strip() or not text.isprintable():
        msg = f"{name} {text!r} is empty, or not one line of text."
        raise BadInputError(msg, value=text, remedy="Write one line.")


def shown_trial(trial: KeptTrial) -> TrialShown:
    """Return a trial as it is printed."""
    looks = tuple(
        LookShown(**{name: getattr(look, name) for name in LookShown.__dataclass_fields__})
        for look in trial.looks
    )
    return _shown(
        trial.plan,
        kept={
            "trial_id": trial.trial_id,
            "area_id": trial.area_id,
            "locked_by": trial.locked_by,
            "locked_at": trial.locked_at,
            "state": trial.state,
            "ended_because": trial.ended_because,
        },
        results_held=trial.results_held,
        looks=looks,
    )


def _new(plan: TrialPlan, recipe: RunRecipe, *, area_id: str, by: str, at: str) -> TrialShown:
    kept = {
        "trial_id": recipe.id,
        "area_id": area_id,
        "locked_by": by,
        "locked_at": at,
        "state": RUNNING,
        "ended_because": None,
    }
    return _shown(plan, kept=kept, results_held=recipe.settings["results_held"], looks=())


def _shown(
    plan: TrialPlan,
    *,
    kept: dict[str, str | None],
    results_held: int,
    looks: tuple[LookShown, ...],
) -> TrialShown:
    said = {name: str(kept[name]) for name in ("trial_id", "area_id", "locked_by", "locked_at")}
    return TrialShown(
        **said,
        state=str(kept["state"]),
        ended_because=kept["ended_because"],
        sha256=plan.sha256,
        title=plan.title,
        question=plan.question,
        starts=plan.starts.isoformat(),
        ends=plan.ends.isoformat(),
        plans=plan.plans,
        spending=plan.spending.value,
        alpha=plan.alpha,
        smallest_change=plan.smallest_change,
        stop_rule=plan.stop_rule,
        results_held=results_held,
        planned_looks=tuple(_planned(plan, [look.plans for look in looks])),
        looks=looks,
    )


def _planned(plan: TrialPlan, made: Sequence[int]) -> list[PlannedLook]:
    """Return the planned looks, given how many plans the looks made so far were after."""
    seen = max(made, default=0)
    return [_edge(plan, look, [*made, *(n for n in plan.looks if n > seen)]) for look in plan.looks]


def _edge(plan: TrialPlan, look: int, looks: Sequence[int]) -> PlannedLook:
    after = [*sorted(n for n in looks if n < look), look]
    edge = planned_looks([n / plan.plans for n in after], alpha=plan.alpha, spending=plan.spending)[
        -1
    ]
    return PlannedLook(
        plans=look,
        fraction=edge.fraction,
        spent=edge.spent,
        boundary=edge.boundary if math.isfinite(edge.boundary) else None,
        nominal_p=edge.nominal_p,
    )
