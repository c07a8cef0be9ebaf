"""Trials that were written down before: locked, looked at, stopped or ended; nothing is hidden."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from rightplace.core.canonical import digest
from rightplace.core.runs import PREFIXES, read_run_of
from rightplace.errors import BadInputError, NotHeldError, RefusedError
from rightplace.evaluate.trial.trial_plan import kept_trial_plan

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from rightplace.app.evaluation.trial_weeks import PlanWeek
    from rightplace.app.workspace import Workspace
    from rightplace.evaluate.trial.trial_plan import TrialPlan

LOCK, LOOK, END = "lock", "look", "end"
RUNNING, STOPPED, FINISHED, ENDED = "running", "stopped", "finished", "ended"
STATES: Final = (RUNNING, STOPPED, FINISHED, ENDED)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptLook:
    """A look that was made.

    Parameters
    ----------
    fraction
        Share of the trial's information, above 0, at most 1.
    plans
        Plans judged.
    crossed, last
        Whether it stopped the trial, and whether the trial is over with it.
    """

    run_id: str
    fraction: float
    plans: int
    crossed: bool
    last: bool
    planned: bool
    made_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptTrial:
    """A locked trial and what became of it.

    Parameters
    ----------
    area_id
        Its study area.
    results_held
        Records of its days that were held when it was locked.
    looks
        Those made, by how many plans they looked at: one looks at more than the one before.
    ended_because
        Why it was given up, and by whom; None where it was not.
    """

    trial_id: str
    plan: TrialPlan
    area_id: str
    locked_by: str
    locked_at: str
    results_held: int
    looks: tuple[KeptLook, ...]
    ended_because: str | None

    @property
    def state(self) -> str:
        """One of ``STATES``."""
        if any(look.crossed for look in self.looks):
            return STOPPED
        if any(look.last for look in self.looks):
            return FINISHED
        return ENDED if self.ended_because is not None else RUNNING


def trials_of(workspace: Workspace) -> tuple[KeptTrial, ...]:
    """Return every locked trial, by when it was locked.

    Parameters
    ----------
    workspace
        Where runs are kept.
    """
    names = (p.name for p in workspace.runs.glob(f"{PREFIXES['trial']}-*") if p.is_dir())
    return trials_in([read_run_of(workspace.runs, name, kind="trial") for name in sorted(names)])


def trials_in(records: Sequence[dict[str, Any]]) -> tuple[KeptTrial, ...]:
    """Return every locked trial among records of runs, by when it was locked.

    Parameters
    ----------
    records
        Of every lock, look and end that is known.
    """
    known = sorted(records, key=lambda record: (record["made_at"], record["id"]))
    return tuple(_trial(record, known) for record in known if record["settings"]["step"] == LOCK)


def trial_of(workspace: Workspace, trial_id: str) -> KeptTrial:
    """Return a locked trial.

    Raises
    ------
    NotHeldError
        If the id is of none.
    """
    read_run_of(workspace.runs, trial_id, kind="trial")
    found = [each for each in trials_of(workspace) if each.trial_id == trial_id]
    if not found:
        msg = f"{trial_id} is a look at a trial, not the trial."
        raise NotHeldError(msg, value=trial_id, remedy="See all: rightplace evaluate trials.")
    return found[0]


def _trial(record: dict[str, Any], records: Sequence[dict[str, Any]]) -> KeptTrial:
    """Return a locked trial with its looks.

    Raises
    ------
    BadInputError
        If what was locked is not what its digest says.
    """
    settings = record["settings"]
    plan = kept_trial_plan(settings["plan"])
    if plan.sha256 != settings["sha256"]:
        msg = f"{record['id']} is not the trial that was locked."
        raise BadInputError(msg, value=record["id"], remedy="Lock it as a new trial.")
    mine = [each for each in records if each["settings"].get("trial") == record["id"]]
    ended = [each["settings"] for each in mine if each["settings"]["step"] == END]
    looks = [_look(each) for each in mine if each["settings"]["step"] == LOOK]
    return KeptTrial(
        trial_id=record["id"],
        plan=plan,
        area_id=settings["area"],
        locked_by=settings["locked_by"],
        locked_at=record["made_at"],
        results_held=settings["results_held"],
        looks=tuple(sorted(looks, key=lambda look: (look.plans, look.run_id))),
        ended_because=f"{ended[0]['reason']} ({ended[0]['by']})" if ended else None,
    )


def found_digest(result: dict[str, Any]) -> str:
    """Return the digest of what a look found, which its run's id rests on."""
    return digest({name: part for name, part in result.items() if name != "trial_run"})


def check_unchanged(record: dict[str, Any]) -> None:
    """Check that a look found what its record says.

    Raises
    ------
    BadInputError
        If what it found was changed since.
    """
    if found_digest(record["result"]) != record["settings"]["found"]:
        msg = f"What {record['id']} found was changed since it was made."
        raise BadInputError(msg, value=record["id"], remedy="Make the look again.")


def _look(record: dict[str, Any]) -> KeptLook:
    check_unchanged(record)
    look = record["result"]["look"]
    return KeptLook(
        run_id=record["id"],
        made_at=record["made_at"],
        **{name: look[name] for name in ("fraction", "plans", "crossed", "last", "planned")},
    )


def running_trials(workspace: Workspace) -> tuple[KeptTrial, ...]:
    """Return the trials that are neither over nor given up."""
    return running_among(trials_of(workspace))


def running_among(trials: Sequence[KeptTrial]) -> tuple[KeptTrial, ...]:
    """Return those of some trials that are neither over nor given up."""
    return tuple(each for each in trials if each.state == RUNNING)


def check_no_trial(workspace: Workspace, plans: Sequence[PlanWeek]) -> None:
    """Check that plans belong to no running trial, whose looks alone may judge them.

    Raises
    ------
    RefusedError
        If one does.
    """
    from rightplace.app.evaluation.trial_weeks import area_of

    area_id = area_of(workspace, plans[0].record).area_id
    for trial in running_trials(workspace):
        for week in plans:
            if trial.area_id == area_id and _within(week.arms.first, trial):
                msg = (
                    f"{week.arms.plan_id} belongs to the running trial {trial.trial_id} "
                    f"({trial.plan.title}): looking at it outside the planned looks finds things "
                    "by chance."
                )
                remedy = f"Look at the trial: rightplace evaluate trial --trial {trial.trial_id}."
                raise RefusedError(msg, value=week.arms.plan_id, remedy=remedy)


def _within(day: date, trial: KeptTrial) -> bool:
    return trial.plan.starts <= day <= trial.plan.ends
