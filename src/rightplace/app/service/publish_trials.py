"""What a step of a trial, a proposed effect size, or its approval is published with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rightplace.app.effects.kept import PROPOSED, approvals_of
from rightplace.app.evaluation.trial_register import LOCK, LOOK
from rightplace.core.runs import PREFIXES, read_run_of

if TYPE_CHECKING:
    from rightplace.app.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A lock, look or end of a trial, with the runs that it rests on."""

    record: dict[str, Any]
    rests_on: tuple[str, ...]
    invented: bool


def steps(workspace: Workspace, record: dict[str, Any]) -> tuple[str, list[Step]]:
    """Return the study area of a trial, and its steps in order of time, the one asked for last.

    All of them are published together: a look cannot be published without those before it, and
    none can be kept back.

    Parameters
    ----------
    workspace
        Where runs are.
    record
        Of any step.
    """
    trial_id = record["id"] if _step(record) == LOCK else record["settings"]["trial"]
    names = (p.name for p in workspace.runs.glob(f"{PREFIXES['trial']}-*") if p.is_dir())
    held = (read_run_of(workspace.runs, name, kind="trial") for name in sorted(names))
    mine = [each for each in held if trial_id in {each["id"], each["settings"].get("trial")}]
    mine.sort(key=lambda each: (each["id"] == record["id"], _step(each) != LOCK, each["made_at"]))
    area_id = next(each["settings"]["area"] for each in mine if each["id"] == trial_id)
    return area_id, [
        Step(
            record=each,
            rests_on=(area_id,) if each["id"] == trial_id else (area_id, trial_id),
            invented=_is_invented(each),
        )
        for each in mine
    ]


def _step(record: dict[str, Any]) -> str:
    return str(record["settings"]["step"])


def _is_invented(record: dict[str, Any]) -> bool:
    """Whether the records that a look counted are invented; a lock and an end counted none."""
    if _step(record) != LOOK:
        return False
    return any(each["code"] == "synthetic" for each in record["result"]["evaluation"]["flags"])


def below(workspace: Workspace, record: dict[str, Any]) -> tuple[str, ...]:
    """Return the runs that a proposal of an effect size or its approval was made from.

    A proposal rests on its look, on the forecast of both plans, and on the approval of the record
    that it would follow; an approval on its proposal.

    Parameters
    ----------
    workspace
        Where runs are.
    record
        Of the one or the other.
    """
    settings = record["settings"]
    if record["kind"] == "effect_approval":
        return (str(settings["proposal"]),)
    version = PROPOSED.search(settings["before"]["version"])
    before = [
        each.approval_id
        for each in approvals_of(workspace)
        if version is not None and each.proposal_id == version[0]
    ]
    return (*before, str(record["result"]["plans"]["forecast_id"]), str(settings["look"]))
