"""Use cases: a named person puts a proposed effect size into force; all of them listed."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from rightplace.app.answer import Answer
from rightplace.app.effects.kept import (
    approvals_of,
    effects_from,
    effects_of,
    figures,
    proposals_of,
)
from rightplace.app.effects.propose import check_none_running, check_over
from rightplace.app.effects.result import (
    ApprovedResult,
    EffectShown,
    EffectsListed,
    ProposalListed,
)
from rightplace.app.evaluation.trial_lock import one_line
from rightplace.app.evaluation.trial_register import running_among, running_trials, trials_of
from rightplace.core.canonical import plain
from rightplace.core.runs import RunInput, RunRecipe, read_run_of
from rightplace.deploy.effect import effect_size_on
from rightplace.deploy.effect_file import kept_effect
from rightplace.errors import RefusedError

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.app.effects.kept import Approval
    from rightplace.app.evaluation.trial_register import KeptTrial
    from rightplace.app.workspace import Workspace
    from rightplace.deploy.effect import EffectSize

APPROVERS: Final = ("area commander", "tasking chair")
"""Who may approve an effect size; the service's roles of these names may too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approving:
    """Who approves, and from when plans read it.

    Parameters
    ----------
    by, role, reason
        Name, one of ``APPROVERS``, and why; one line each.
    in_force_from
        First day for which plans read it.
    """

    by: str
    role: str
    reason: str
    in_force_from: date

    def __post_init__(self) -> None:
        """Check that somebody who may says why.

        Raises
        ------
        RefusedError
            If the role may not approve.
        """
        one_line("--by", self.by)
        one_line("--reason", self.reason)
        if self.role not in APPROVERS:
            msg = f"A {self.role} cannot approve an effect size."
            raise RefusedError(msg, value=self.role, remedy=f"It takes: {', '.join(APPROVERS)}.")


def approve_effect(
    workspace: Workspace,
    proposal_id: str,
    approving: Approving,
    *,
    made_at: datetime,
    dry_run: bool = False,
) -> Answer[ApprovedResult]:
    """Put a proposed effect size into force from a day on, and keep who did; again does no harm.

    Parameters
    ----------
    workspace
        Where runs are.
    proposal_id
        The proposal.
    approving
        Who, as what, why, from when.
    made_at
        The time now, for the run's record alone.
    dry_run
        Whether to keep nothing.
    """
    from rightplace.app.runs import keep

    proposal = read_run_of(workspace.runs, proposal_id, kind="effect_proposal")
    approvals = approvals_of(workspace)
    before = [each for each in approvals if each.proposal_id == proposal_id]
    if before:
        return _answer(before[0], proposal, already=True)
    look = read_run_of(workspace.runs, proposal["settings"]["look"], kind="trial")
    standing = Standing(look=look, trials=trials_of(workspace), approvals=approvals)
    check_approval(proposal, approving, standing)
    effect = replace(
        kept_effect(proposal["settings"]["effect"]),
        version=proposal_id,
        approver=f"{approving.by} ({approving.role})",
        in_force_from=approving.in_force_from,
    )
    recipe = _recipe(proposal, approving, effect)
    if not dry_run:
        keep(workspace, recipe.record(made_at, result={}), {})
    made = _made(recipe, proposal, approving, effect=effect, made_at=made_at)
    return _answer(made, proposal, already=False)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Standing:
    """What an approval is held against, wherever its runs are kept.

    Parameters
    ----------
    look
        Record of the look that the proposal rests on.
    trials, approvals
        Every one that is known.
    """

    look: dict[str, Any]
    trials: tuple[KeptTrial, ...]
    approvals: tuple[Approval, ...]


def check_approval(proposal: dict[str, Any], approving: Approving, standing: Standing) -> None:
    """Check that a proposal may be approved now and by this person.

    Parameters
    ----------
    proposal
        Its record.
    approving
        Who, as what, why, from when.
    standing
        What it is held against.

    Raises
    ------
    RefusedError
        If the proposer approves, the day lies in the trial, or the record in force is no longer
        the one that the proposal was made from.
    """
    settings = proposal["settings"]
    if person(approving.by) == person(settings["by"]):
        msg = f"{approving.by} proposed {proposal['id']} and cannot approve it."
        raise RefusedError(msg, value=approving.by, remedy="Another named person must.")
    check_none_running(running_among(standing.trials))
    check_over(standing.look, standing.approvals)
    last = date.fromisoformat(standing.look["result"]["last_day"])
    if approving.in_force_from <= last:
        msg = f"It would be in force from {approving.in_force_from}; the trial ran until {last}."
        raise RefusedError(msg, value=approving.in_force_from, remedy="Choose a later day.")
    now = effect_size_on(effects_from(standing.approvals), approving.in_force_from)
    if figures(now) != figures(kept_effect(settings["before"])):
        msg = f"The record in force is version {now.version}, not the one that it was made from."
        raise RefusedError(msg, value=now.version, remedy="Propose it anew.")


def person(name: str) -> str:
    """Return a name as it is compared: however it is spaced, in small letters or large."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _recipe(proposal: dict[str, Any], approving: Approving, effect: EffectSize) -> RunRecipe:
    return RunRecipe(
        kind="effect_approval",
        settings={
            "proposal": proposal["id"],
            "effect": plain(effect),
            "by": approving.by,
            "role": approving.role,
            "reason": approving.reason,
        },
        inputs=(RunInput(source=proposal["id"], release=None, sha256=proposal["settings_hash"]),),
        as_of=approving.in_force_from,
        known_at=None,
        seed=0,
    )


def _made(
    recipe: RunRecipe,
    proposal: dict[str, Any],
    approving: Approving,
    *,
    effect: EffectSize,
    made_at: datetime,
) -> Approval:
    from rightplace.app.effects.kept import Approval

    return Approval(
        approval_id=recipe.id,
        proposal_id=proposal["id"],
        look_id=proposal["settings"]["look"],
        effect=effect,
        by=approving.by,
        role=approving.role,
        reason=approving.reason,
        made_at=made_at.isoformat(),
    )


def _answer(
    approval: Approval, proposal: dict[str, Any], *, already: bool
) -> Answer[ApprovedResult]:
    result = ApprovedResult(
        approval_id=approval.approval_id,
        proposal_id=approval.proposal_id,
        effect=EffectShown.of(approval.effect),
        approved_by=approval.by,
        role=approval.role,
        reason=approval.reason,
        proposed_by=proposal["settings"]["by"],
        already=already,
    )
    return Answer(
        verb="evaluate-effect-approve",
        result=result,
        id=approval.approval_id,
        as_of=approval.effect.in_force_from,
    )


def list_effects(workspace: Workspace) -> Answer[EffectsListed]:
    """Return the records that plans may read, and every proposal."""
    approved = {each.proposal_id: each for each in approvals_of(workspace)}
    listed = []
    for record in proposals_of(workspace):
        found = approved.get(record["id"])
        listed.append(
            ProposalListed(
                proposal_id=record["id"],
                look_id=record["settings"]["look"],
                proposed_by=record["settings"]["by"],
                change_mean=record["settings"]["effect"]["change_mean"],
                status="waiting" if found is None else "approved",
                approved_by=None if found is None else f"{found.by} ({found.role})",
            )
        )
    result = EffectsListed(
        effects=tuple(EffectShown.of(each) for each in effects_of(workspace)),
        proposals=tuple(listed),
        frozen_by=tuple(each.trial_id for each in running_trials(workspace)),
    )
    return Answer(verb="evaluate-effect-list", result=result)
