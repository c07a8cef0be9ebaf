"""Which effect sizes a plan may read: the one that ships, and those approved in the workspace.

An approved record is read from the run of its approval, whose id is the digest of what it says,
and held against the proposal. No file can be edited to put a proposal into force.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from rightplace.core.runs import PREFIXES, read_run_of
from rightplace.deploy.effect_file import kept_effect, read_effect_sizes
from rightplace.errors import BadInputError, RefusedError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rightplace.app.plan.making import PlanOptions
    from rightplace.app.workspace import Workspace
    from rightplace.deploy.effect import EffectSize

PROPOSED: Final = re.compile(rf"{PREFIXES['effect_proposal']}-[0-9a-f]{{12}}")
"""Version of a record that came from a trial: the id of its proposal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """An effect size that somebody approved.

    Parameters
    ----------
    proposal_id, look_id
        The proposal, and the look at the trial that it rests on.
    by, role, reason
        Who approved it, as what, and why.
    made_at
        When, as text with its offset.
    """

    approval_id: str
    proposal_id: str
    look_id: str
    effect: EffectSize
    by: str
    role: str
    reason: str
    made_at: str


def approvals_of(workspace: Workspace) -> tuple[Approval, ...]:
    """Return every approval, by when it was made.

    Parameters
    ----------
    workspace
        Where runs are kept.
    """
    names = (p.name for p in workspace.runs.glob(f"{PREFIXES['effect_approval']}-*") if p.is_dir())
    records = [read_run_of(workspace.runs, name, kind="effect_approval") for name in names]
    records.sort(key=lambda record: (record["made_at"], record["id"]))
    return tuple(
        approval_of(
            record,
            read_run_of(workspace.runs, record["settings"]["proposal"], kind="effect_proposal"),
        )
        for record in records
    )


def approval_of(record: dict[str, Any], proposal: dict[str, Any]) -> Approval:
    """Return an approval whose record is the one that was proposed.

    Parameters
    ----------
    record
        Of the run of the approval.
    proposal
        Of the run that it names.

    Raises
    ------
    BadInputError
        If it is not.
    """
    settings = record["settings"]
    effect = kept_effect(settings["effect"])
    proposed = kept_effect(proposal["settings"]["effect"])
    if figures(effect) != figures(proposed) or effect.version != proposal["id"]:
        msg = f"{record['id']} approves other figures than {proposal['id']} proposed."
        raise BadInputError(msg, value=record["id"], remedy="Remove that run; approve it anew.")
    return Approval(
        approval_id=record["id"],
        proposal_id=proposal["id"],
        look_id=proposal["settings"]["look"],
        effect=effect,
        by=settings["by"],
        role=settings["role"],
        reason=settings["reason"],
        made_at=record["made_at"],
    )


def figures(effect: EffectSize) -> tuple[object, ...]:
    """Return what a record says, without its version, approver and days."""
    names = (
        *("name", "change_mean", "change_lo", "change_hi", "level", "source", "assumptions"),
        *("anchor_visits", "anchor_hours", "further_visit_ratio"),
    )
    return tuple(getattr(effect, name) for name in names)


def effects_of(workspace: Workspace) -> tuple[EffectSize, ...]:
    """Return the records that plans may read: those approved, the newest first, and the shipped.

    Parameters
    ----------
    workspace
        Where approvals are kept.
    """
    return effects_from(approvals_of(workspace))


def effects_from(approvals: Sequence[Approval]) -> tuple[EffectSize, ...]:
    """Return the records that approvals put into force, the newest first, and the shipped."""
    return (*(each.effect for each in reversed(approvals)), *read_effect_sizes())


def with_effects(workspace: Workspace, options: PlanOptions) -> PlanOptions:
    """Return options with the records that a plan may read.

    A file that is named is read as it stands, but a proposal that nobody approved is refused
    there too.

    Parameters
    ----------
    workspace
        Where approvals are kept.
    options
        Of a plan.
    """
    path = options.effects_file
    if path is None:
        return replace(options, effects=effects_of(workspace))
    if path.is_file():
        check_approved(workspace, path)
    return options


def check_approved(workspace: Workspace, path: Path) -> None:
    """Check that a file of records holds no proposal that nobody approved.

    By its version or by its figures, whatever it is called.

    Raises
    ------
    RefusedError
        If it does.
    """
    approved = {each.proposal_id for each in approvals_of(workspace)}
    waiting = {
        _changes(kept_effect(record["settings"]["effect"])): record["id"]
        for record in proposals_of(workspace)
        if record["id"] not in approved
    }
    for record in read_effect_sizes(path):
        named = PROPOSED.search(record.version)
        found = named[0] if named is not None else waiting.get(_changes(record))
        if found is not None and found not in approved:
            msg = f"The effect size {record.version} is the proposal {found}; nobody approved it."
            remedy = f"Have it approved: rightplace evaluate effect approve {found}."
            raise RefusedError(msg, file=path, value=record.version, remedy=remedy)


def _changes(effect: EffectSize) -> tuple[float, float, float]:
    return (effect.change_mean, effect.change_lo, effect.change_hi)


def proposals_of(workspace: Workspace) -> tuple[dict[str, Any], ...]:
    """Return the records of every proposal, by when it was made.

    Parameters
    ----------
    workspace
        Where runs are kept.
    """
    names = (p.name for p in workspace.runs.glob(f"{PREFIXES['effect_proposal']}-*") if p.is_dir())
    records = [read_run_of(workspace.runs, name, kind="effect_proposal") for name in names]
    return tuple(sorted(records, key=lambda record: (record["made_at"], record["id"])))
