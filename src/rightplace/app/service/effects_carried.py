"""Use case: carry an approval from the service into the workspace, where plans read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rightplace.errors import RefusedError

if TYPE_CHECKING:
    from datetime import date, datetime

    from rightplace.app.answer import Answer
    from rightplace.app.effects.result import ApprovedResult
    from rightplace.app.workspace import Workspace
    from rightplace.records.audit.actor import Actor
    from rightplace.records.database.front import Database
    from rightplace.records.decided.effect_table import EffectDecision


def carry(
    workspace: Workspace, database: Database, decision_id: str, *, actor: Actor, at: datetime
) -> Answer[ApprovedResult]:
    """Put an effect size into force that somebody approved in the service, and publish that.

    It is approved in the name, role and words of the decision, by the same rules as at the
    command line; what these refuse is refused here. Again it does no harm.

    Parameters
    ----------
    workspace
        Where plans read effect sizes.
    database
        Where it was decided.
    decision_id
        The decision.
    actor
        Who publishes.
    at
        The time now.
    """
    from rightplace.app.effects.approve import Approving, approve_effect
    from rightplace.app.service.publish import publish_run

    decided, start = _approved(database, decision_id)
    approving = Approving(
        by=decided.name, role=decided.role, reason=decided.reason, in_force_from=start
    )
    answer = approve_effect(workspace, decided.proposal_id, approving, made_at=decided.decided_at)
    publish_run(workspace, database, answer.result.approval_id, actor=actor, at=at)
    return answer


def _approved(database: Database, decision_id: str) -> tuple[EffectDecision, date]:
    """Return a decision that approves, with its first day.

    Raises
    ------
    RefusedError
        If it declines, or somebody else declined the same proposal.
    """
    from rightplace.records.audit.transaction import reading
    from rightplace.records.decided.effects import decisions_on, held_decision
    from rightplace.records.stop.switch import check_running

    with reading(database) as quiet:
        decided = held_decision(quiet, decision_id)
        against = [
            each for each in decisions_on(quiet, decided.proposal_id) if each.in_force_from is None
        ]
        check_running(quiet, decided.proposal_id)
    if against or decided.in_force_from is None:
        msg = f"{decided.proposal_id} was declined: {against[0].reason}"
        raise RefusedError(msg, value=decision_id, remedy="Propose an effect size anew.")
    return decided, decided.in_force_from
