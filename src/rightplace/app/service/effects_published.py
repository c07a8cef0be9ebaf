"""Published effect sizes: those in force, and proposals with what was decided on each."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from rightplace.app.effects.approve import (
    APPROVERS,
    Approving,
    Standing,
    check_approval,
)
from rightplace.app.effects.kept import approval_of, effects_from
from rightplace.app.effects.result import ProposalResult
from rightplace.app.service.published_lines import why_stopped
from rightplace.app.service.trials_published import published_trials, records_of
from rightplace.core.time import Clock
from rightplace.deploy.effect import effect_size_on
from rightplace.errors import BadInputError, NotHeldError, RefusedError
from rightplace.records.accounts.allowed import EVERYWHERE, allowed
from rightplace.records.accounts.roles import MAY, Permission
from rightplace.records.jobs.queue import State

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    import pyarrow as pa

    from rightplace.app.effects.kept import Approval
    from rightplace.app.service.opened import OpenedRun
    from rightplace.app.service.person import Person
    from rightplace.app.service.shelf import Shelf
    from rightplace.deploy.effect import EffectSize
    from rightplace.records.audit.transaction import Reading, Transaction
    from rightplace.records.decided.effect_table import EffectDecision

PROPOSAL: Final = "effect_proposal"
APPROVAL: Final = "effect_approval"


class Status(StrEnum):
    """How a proposal stands."""

    WAITING = "to be decided"
    CARRIED = "approved, and being put into force"
    FAILED = "approved, but not put into force"
    APPROVED = "approved"
    DECLINED = "declined"


OPEN: Final = frozenset({Status.WAITING, Status.FAILED})
"""Where somebody may still decide."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PublishedProposal:
    """A published proposal, parsed.

    Parameters
    ----------
    record
        Content of its ``run.json``.
    differ
        Every visit in which the two plans differ.
    """

    record: dict[str, Any]
    result: ProposalResult
    differ: pa.Table = field(repr=False)
    is_synthetic: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Proposal:
    """A proposal with how it stands.

    Parameters
    ----------
    told
        What came of a decision that was not put into force; empty otherwise.
    approval
        The one that plans read; None where there is none yet.
    standing
        What an approval of it is held against.
    """

    run: PublishedProposal
    status: Status
    told: str
    approval: Approval | None
    standing: Standing

    @property
    def id(self) -> str:
        """Its run."""
        return str(self.run.record["id"])

    def start(self, on: date) -> date:
        """Return the first day that an approval of today may name, tomorrow at the earliest."""
        last = date.fromisoformat(self.standing.look["result"]["last_day"])
        proposed = date.fromisoformat(self.run.result.effect.in_force_from)
        return max(on + timedelta(days=1), last + timedelta(days=1), proposed)

    def why_not(self, *, by: str, role: str, on: date) -> str:
        """Return why somebody may not approve it now; empty where they may."""
        try:
            approving = Approving(by=by, role=role, reason="-", in_force_from=self.start(on))
            check_approval(self.run.record, approving, self.standing)
        except (RefusedError, NotHeldError, BadInputError) as error:
            return f"{error.fault.message} {error.fault.remedy or ''}".strip()
        return ""


def approver_role(person: Person) -> str:
    """Return as what somebody may approve effect sizes; who may not everywhere is refused.

    An effect size is read by plans of every place.
    """
    person.check_everywhere(Permission.APPROVE_EFFECT)
    roles = [each.role for each in person.grants if Permission.APPROVE_EFFECT in MAY[each.role]]
    return next((each.value for each in roles if each.value in APPROVERS), roles[0].value)


def may_approve(person: Person) -> bool:
    """Whether somebody may approve effect sizes."""
    return allowed(person.standing, Permission.APPROVE_EFFECT, EVERYWHERE, at=person.at)


def published_approvals(quiet: Reading) -> tuple[Approval, ...]:
    """Return every published approval, by when it was made, for a check."""
    from rightplace.app.service.opened import behind

    found = sorted(records_of(quiet, APPROVAL), key=lambda each: (each["made_at"], each["id"]))
    return tuple(
        approval_of(each, _record(behind(quiet, each["settings"]["proposal"]).content))
        for each in found
    )


def in_force(approvals: Sequence[Approval], at: datetime) -> EffectSize:
    """Return the effect size that plans of today read, by what is published."""
    return effect_size_on(effects_from(approvals), today(at))


def today(at: datetime) -> date:
    """Return the day of a moment."""
    return at.astimezone(Clock().tzinfo).date()


def open_proposal(shelf: Shelf, tx: Transaction, proposal_id: str) -> Proposal:
    """Return a published proposal, which will be shown, with how it stands.

    One that is not published is not held; one suspended is refused.

    Parameters
    ----------
    shelf
        Where it is published.
    tx
        The transaction in which it is shown.
    proposal_id
        Which.
    """
    from rightplace.app.service.opened import behind

    run = shelf.opened(tx, proposal_id, kind=PROPOSAL, read=_read)
    approvals = published_approvals(tx)
    approval = next((each for each in approvals if each.proposal_id == proposal_id), None)
    look = _record(behind(tx, run.result.look_id).content)
    status, told = _status(tx, proposal_id, approval)
    return Proposal(
        run=run,
        status=status,
        told=told,
        approval=approval,
        standing=Standing(look=look, trials=published_trials(tx), approvals=approvals),
    )


def open_proposals(shelf: Shelf, tx: Transaction) -> list[Proposal]:
    """Return the published proposals that may be used, the one published last first."""
    ids = [str(each["id"]) for each in records_of(tx, PROPOSAL)]
    return [open_proposal(shelf, tx, each) for each in ids if not why_stopped(tx, each)]


def _record(content: str) -> dict[str, Any]:
    import json

    record: dict[str, Any] = json.loads(content)
    return record


def _read(run: OpenedRun) -> PublishedProposal:
    """Return a proposal from its published run; keys that a later version added are left.

    Raises
    ------
    BadInputError
        If it is none.
    """
    from pydantic import TypeAdapter, ValidationError

    try:
        result = TypeAdapter(ProposalResult).validate_python(run.record["result"])
    except ValidationError as error:
        run_id = str(run.record["id"])
        msg = f"{run_id} holds no proposal of an effect size: {error.errors()[0]['msg']}."
        raise BadInputError(msg, value=run_id, remedy="Propose it anew.") from error
    return PublishedProposal(
        record=run.record,
        result=result,
        differ=run.table("differ"),
        is_synthetic=run.is_synthetic,
    )


def _status(tx: Reading, proposal_id: str, approval: Approval | None) -> tuple[Status, str]:
    """Return how a proposal stands, and what came of a decision that was not put into force."""
    from rightplace.records.decided.effects import decisions_on
    from rightplace.records.jobs.tables import Job

    if approval is not None:
        return Status.APPROVED, ""
    decided = decisions_on(tx, proposal_id)
    if any(each.in_force_from is None for each in decided):
        return Status.DECLINED, ""
    if not decided:
        return Status.WAITING, ""
    jobs = [job for each in decided if (job := tx.unshown_one(Job, each.id)) is not None]
    ended = [job for job in jobs if State(job.state) in {State.FAILED, State.CANCELLED}]
    if len(jobs) > len(ended):
        return Status.CARRIED, ""
    newest = max(ended, key=lambda job: job.asked_at, default=None)
    return Status.FAILED, "" if newest is None else newest.outcome or ""


def decided_words(decision: EffectDecision) -> str:
    """Return what was decided, in words."""
    if decision.in_force_from is None:
        return "declined"
    return f"approved, for plans from {decision.in_force_from.isoformat()}"
