"""Use case: how much patrol the places of a plan got; raw pings are read, summed and forgotten."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from rightplace.app.answer import Answer
from rightplace.app.areas import find_area
from rightplace.app.dosage.notices import notices_of
from rightplace.app.dosage.result import (
    ActivityCount,
    Background,
    DosageResult,
    LeftOut,
    PingAccount,
    VisitRule,
)
from rightplace.app.dosage.settings import DosageSettings
from rightplace.core.canonical import file_digest, plain
from rightplace.core.runs import RunInput, RunRecipe, read_run_of
from rightplace.errors import RefusedError, UsageError

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path
    from typing import Any

    import pyarrow as pa

    from rightplace.app.workspace import Workspace
    from rightplace.evaluate.dosage import Delivered, Sums
    from rightplace.evaluate.logs import Logged
    from rightplace.evaluate.pings import Pings
    from rightplace.evaluate.rules import DwellRules
    from rightplace.evaluate.tasks import Tasks
    from rightplace.places import StudyArea


@dataclass(frozen=True, slots=True, kw_only=True)
class DosageFiles:
    """What was given; pings or logs at least.

    Parameters
    ----------
    pings
        Pings of radios, CSV or Parquet.
    logs
        Visits written by hand, and what crews did.
    excused
        Planned visits that leave the reckoning, with the reason.
    """

    pings: Path | None = None
    logs: Path | None = None
    excused: Path | None = None

    def __post_init__(self) -> None:
        """Check that there is something to count.

        Raises
        ------
        UsageError
            If there is neither a ping file nor a log.
        """
        if self.pings is None and self.logs is None:
            msg = "Neither pings nor logs are given."
            raise UsageError(msg, remedy="Give --pings or --logs.")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Counted:
    """A plan, what was read, and what came of it."""

    tasks: Tasks
    area: StudyArea
    pings: Pings | None
    logged: tuple[Logged, ...]
    excuses: dict[str, str]
    done: Delivered
    whole: Sums
    rows: pa.Table


def dosage(
    workspace: Workspace,
    plan_id: str,
    *,
    files: DosageFiles,
    made_at: datetime,
    dry_run: bool = False,
) -> Answer[DosageResult]:
    """Count the patrol that the places of a plan got, and keep the sums; pings are not kept.

    Parameters
    ----------
    workspace
        Where the plan is and the sums go.
    plan_id
        The plan.
    files
        Pings, logs, excused visits.
    made_at
        The time now: pings after it come from a clock that is ahead.
    dry_run
        Whether to keep nothing.
    """
    from rightplace.app.runs import keep

    plan = read_run_of(workspace.runs, plan_id, kind="plan")
    settings = workspace.settings("dosage", DosageSettings)
    counted = _counted(workspace, plan, files, settings=settings, made_at=made_at)
    recipe = _recipe(plan, files, settings, counted=counted, made_at=made_at)
    path = workspace.runs / recipe.id / "rows.parquet"
    result = _result(counted, plan, settings, dosage_id=recipe.id, path=path)
    newest = None if counted.pings is None else counted.pings.newest
    notices = notices_of(result, counted.pings, newest=newest, made_at=made_at)
    if not dry_run:
        warnings = tuple({"code": n.code, "message": n.message} for n in notices)
        record = recipe.record(made_at, result=plain(result), warnings=warnings)
        keep(workspace, record, {"rows": counted.rows})
    return Answer(verb="dosage", result=result, id=recipe.id, as_of=recipe.as_of, warnings=notices)


def _counted(
    workspace: Workspace,
    plan: dict[str, Any],
    files: DosageFiles,
    *,
    settings: DosageSettings,
    made_at: datetime,
) -> _Counted:
    from rightplace.app.holdout.releases import released
    from rightplace.app.plan.visits import visits_with_arms
    from rightplace.evaluate.dosage import delivered, sums_by_place_and_slot, total
    from rightplace.evaluate.dosage_rows import dosage_rows
    from rightplace.evaluate.logs import read_excuses, read_logs
    from rightplace.evaluate.tasks import Tasks

    rules = _rules(settings)
    # With the lot: presence in places held out is told apart.
    visits = visits_with_arms(workspace, plan["id"])
    forecast = read_run_of(workspace.runs, plan["settings"]["forecast"], kind="forecast")
    area = find_area(workspace, forecast["settings"]["area"])
    first = date.fromisoformat(plan["as_of"]) + timedelta(days=1)
    slots = tuple(area.clock.slots(first, plan["settings"]["days"]))
    cell_ids = area.cells["cell_id"].to_pylist()
    ids = set(visits["visit_id"].to_pylist())
    excuses = {} if files.excused is None else read_excuses(files.excused, visits=ids)
    freed = {
        cell_id: _policing_day(area, each.at)
        for cell_id, each in released(workspace, plan["id"]).items()
    }
    tasks = Tasks.of(visits, cell_ids=cell_ids, slots=slots, excused=excuses, freed=freed)
    logged = () if files.logs is None else read_logs(files.logs, cells=set(cell_ids))
    pings = _pings(workspace, files.pings, area, tasks, settings=settings, made_at=made_at)
    done = delivered(
        workspace.engine, pings, logged=logged, tasks=tasks, cell_ids=cell_ids, rules=rules
    )
    sums = sums_by_place_and_slot(done.visits, tasks, rules)
    whole = total(sums.values())
    _check_enough(done, whole)
    bcus = area.cells["bcu"].to_pylist()
    return _Counted(
        tasks=tasks,
        area=area,
        pings=pings,
        logged=logged,
        excuses=excuses,
        done=done,
        whole=whole,
        rows=dosage_rows(sums, tasks, roll=done.roll, cell_ids=cell_ids, bcus=bcus),
    )


def _policing_day(area: StudyArea, at: datetime) -> date:
    """Return the policing day that a moment falls on."""
    local = at.astimezone(area.clock.tzinfo)
    return local.date() - timedelta(days=local.time() < area.clock.day_starts)


def _rules(settings: DosageSettings) -> DwellRules:
    from rightplace.evaluate.rules import DwellRules

    return DwellRules(**{name: getattr(settings, name) for name in DwellRules.__dataclass_fields__})


def _check_enough(done: Delivered, whole: Sums) -> None:
    """Check that the figures are of enough crews to be of no one's own work.

    Raises
    ------
    RefusedError
        If they are not.
    """
    if done.roll.is_enough(whole.crews):
        return
    msg = "The pings and logs are of fewer than five crews, or of fewer than five officers."
    remedy = "Dosage is of units, never of a person: count a longer or wider plan."
    raise RefusedError(msg, remedy=remedy)


def _pings(
    workspace: Workspace,
    path: Path | None,
    area: StudyArea,
    tasks: Tasks,
    *,
    settings: DosageSettings,
    made_at: datetime,
) -> Pings | None:
    from rightplace.evaluate.geofence import Geofence
    from rightplace.evaluate.pings import read_pings
    from rightplace.evaluate.rules import RETENTION_DAYS, Window

    if path is None:
        return None
    now = int(made_at.timestamp())
    reference = now if settings.prune_by_today else min(now, tasks.closes)
    return read_pings(
        workspace.engine,
        path,
        fence=Geofence.of(area),
        window=Window(
            opens=tasks.opens,
            closes=tasks.closes,
            now=now,
            oldest=reference - RETENTION_DAYS * 86_400,
        ),
        rules=_rules(settings),
        crews=tasks.crews,
    )


def _recipe(
    plan: dict[str, Any],
    files: DosageFiles,
    settings: DosageSettings,
    *,
    counted: _Counted,
    made_at: datetime,
) -> RunRecipe:
    named = [path for path in (files.pings, files.logs, files.excused) if path is not None]
    inputs = [RunInput(source=str(p), release=None, sha256=file_digest(p)) for p in named]
    # The moment matters only while the plan is under way, or where pings are pruned by today.
    over = made_at.timestamp() >= counted.tasks.closes and not settings.prune_by_today
    return RunRecipe(
        kind="dosage",
        settings=plain(settings)
        | {"plan": plan["id"], "counted_at": None if over else made_at.isoformat()},
        inputs=(
            *inputs,
            RunInput(source=plan["id"], release=None, sha256=plan["settings_hash"]),
        ),
        as_of=counted.tasks.slots[-1].policing_day,
        known_at=None,
        seed=0,
    )


def _result(
    counted: _Counted,
    plan: dict[str, Any],
    settings: DosageSettings,
    *,
    dosage_id: str,
    path: Path,
) -> DosageResult:
    whole, why = counted.whole, Counter(counted.excuses.values())
    return DosageResult(
        dosage_id=dosage_id,
        plan_id=plan["id"],
        officer_minutes=whole.officer_seconds / 60,
        patrol_minutes=whole.patrol_seconds / 60,
        visits=whole.visits,
        qualifying=whole.qualifying,
        compliance=whole.compliance,
        planned=whole.planned,
        excused=whole.excused,
        made=whole.made,
        excused_urgent_call=why["urgent_call"],
        excused_unsafe=why["unsafe"],
        rows_path=str(path),
        rows=counted.rows.num_rows,
        rows_withheld=sum(counted.rows["withheld"].to_pylist()),
        background=_background(counted),
        activities=_activities(counted),
        pings=_account(counted),
        rule=VisitRule(**{n: getattr(settings, n) for n in VisitRule.__dataclass_fields__}),
        first_day=counted.tasks.slots[0].policing_day.isoformat(),
        days=len(set(counted.tasks.days)),
    )


def _background(counted: _Counted) -> Background:
    from rightplace.evaluate.dosage import patrol_seconds

    tasks, days = counted.tasks, counted.tasks.days
    left = sum(tasks.place_days["holdout"].to_pylist())
    treated = len({(c, days[s]) for c, s in zip(tasks.cell, tasks.slot, strict=True)})
    there = patrol_seconds(counted.done.visits, "holdout") / 60
    return Background(
        holdout_place_days=left,
        holdout_patrol_minutes=there,
        holdout_minutes_per_place_day=there / left if left else None,
        treated_place_days=treated,
        treated_minutes_per_place_day=(
            counted.whole.patrol_seconds / 60 / treated if treated else None
        ),
        untasked_patrol_minutes=patrol_seconds(counted.done.visits, "untasked") / 60,
    )


def _activities(counted: _Counted) -> tuple[ActivityCount, ...]:
    """Return how often crews wrote what they did; what fewer than five crews wrote is withheld."""
    from rightplace.evaluate.rules import ACTIVITIES

    names = counted.tasks.crews if counted.pings is None else counted.pings.crews
    crew_of = {name: number for number, name in enumerate(names)}
    found = []
    for activity in ACTIVITIES:
        mine = [entry for entry in counted.logged if activity in entry.activities]
        crews = {crew_of[entry.crew_id] for entry in mine if entry.crew_id in crew_of}
        if mine:
            visits = len(mine) if counted.done.roll.is_enough(crews) else None
            found.append(ActivityCount(activity=activity, visits=visits))
    return tuple(found)


def _account(counted: _Counted) -> PingAccount | None:
    from rightplace.evaluate.pings import REASONS

    pings, done = counted.pings, counted.done
    if pings is None:
        return None
    left = [
        LeftOut(reason=reason, count=count, row=pings.examples[reason].row)
        for reason in REASONS
        if (count := pings.left_out[reason])
    ]
    later = {"duplicate": done.duplicates, "too_fast": done.too_fast}
    left += [LeftOut(reason=r, count=n, row=None) for r, n in later.items() if n]
    return PingAccount(
        read=pings.read,
        used=pings.read - sum(each.count for each in left),
        left_out=tuple(left),
        outside_area=pings.outside_area,
        unknown_crew=pings.unknown_crew,
    )
