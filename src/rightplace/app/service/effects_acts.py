"""Use cases: approve a proposed effect size, or decline it, by name and with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from rightplace.app.effects.approve import Approving, check_approval
from rightplace.app.evaluation.trial_lock import one_line
from rightplace.app.service.effects_asked import ApproveEffectAsked
from rightplace.app.service.effects_page import proposal_line
from rightplace.app.service.effects_published import OPEN, approver_role, open_proposal, today
from rightplace.errors import BadInputError, NotHeldError, RefusedError
from rightplace.records.accounts.roles import Permission
from rightplace.records.decided.effects import EffectDecided, EffectVerdict

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from rightplace.app.service.effects_page import ProposalLine
    from rightplace.app.service.effects_published import Proposal
    from rightplace.app.service.person import Person
    from rightplace.app.service.shelf import Shelf
    from rightplace.records.audit.transaction import Reading

ACTS: Final = {
    "approve": ("Do you put this effect size into force?", "Put it into force"),
    "decline": ("Why is this effect size declined?", "Decline it"),
}
"""Question and button of each act, by the word of its address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActPage:
    """The page of an act: what follows from it.

    Parameters
    ----------
    role
        As what the reader decides.
    start
        First day that an approval of today may name, as YYYY-MM-DD.
    trial_id
        The trial that it rests on.
    moved
        Visits of the coming plan that would differ.
    barred
        Why the reader may not do it now; empty where they may.
    """

    act: str
    question: str
    button: str
    line: ProposalLine
    role: str
    start: str
    trial_id: str
    moved: int
    proposed_by: str
    barred: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActSent:
    """An act as it was sent: which, with what was typed, by which form."""

    proposal_id: str
    act: str
    fields: Mapping[str, str]
    form_id: str


def check_act(act: str) -> None:
    """Check that there is such an act.

    Raises
    ------
    NotHeldError
        If not.
    """
    if act not in ACTS:
        msg = f"Nothing called {act[:40]!a} is decided on an effect size."
        raise NotHeldError(msg, value=ascii(act[:40]), remedy="Start from its page.")


def read_act(shelf: Shelf, proposal_id: str, act: str, *, person: Person, at: datetime) -> ActPage:
    """Return the page of an act to somebody who may approve effect sizes.

    Parameters
    ----------
    shelf, proposal_id
        Where the proposal is published, and which.
    act
        A key of ``ACTS``.
    person
        Who asks.
    at
        The time now.
    """
    from rightplace.records.audit.transaction import transaction

    check_act(act)
    person.check(Permission.APPROVE_EFFECT)
    role = approver_role(person)
    purpose = "Read a proposed effect size before deciding on it."
    with transaction(shelf.database, person.actor, purpose=purpose, at=at) as tx:
        held = open_proposal(shelf, tx, proposal_id)
    barred = _closed(held)
    if act == "approve" and not barred:
        barred = held.why_not(by=person.actor.name, role=role, on=today(at))
    return ActPage(
        act=act,
        question=ACTS[act][0],
        button=ACTS[act][1],
        line=proposal_line(held),
        role=role,
        start=held.start(today(at)).isoformat(),
        trial_id=held.run.result.trial_id,
        moved=held.run.result.plans.moved,
        proposed_by=held.run.result.proposed_by,
        barred=barred,
    )


def _closed(held: Proposal) -> str:
    """Return why nothing can be decided any more; empty where it can."""
    return "" if held.status in OPEN else f"{held.id}: {held.status.value}. It stays so."


def do_act(shelf: Shelf, sent: ActSent, *, person: Person, at: datetime) -> None:
    """Keep a decision; of an approval the job that puts it into force too, or neither.

    What ``check_approval`` refuses is refused, as at the command line.

    Parameters
    ----------
    shelf
        Where the proposal is published.
    sent
        The act.
    person, at
        Who decides, and when.
    """
    from rightplace.app.service.jobs_asked import as_arguments
    from rightplace.records.audit.transaction import transaction
    from rightplace.records.decided.effects import keep_decision
    from rightplace.records.jobs.queue import JobAsked, ask

    check_act(sent.act)
    person.check(Permission.APPROVE_EFFECT)
    decided = _decided(sent, role=approver_role(person))
    purpose = f"Decide on the effect size {sent.proposal_id[:40]}."
    with transaction(shelf.database, person.actor, purpose=purpose, at=at) as tx:
        held = open_proposal(shelf, tx, sent.proposal_id)
        if _is_kept(tx, sent.form_id):
            return
        _check(held, decided, by=person.actor.name)
        keep_decision(tx, decided)
        if decided.verdict is EffectVerdict.APPROVED:
            asked = ApproveEffectAsked(decision_id=sent.form_id, proposal_id=sent.proposal_id)
            given = JobAsked(id=sent.form_id, verb=asked.verb, arguments=as_arguments(asked))
            ask(tx, given)


def _is_kept(tx: Reading, form_id: str) -> bool:
    """Whether a form was sent before: it decided then."""
    from rightplace.records.decided.effect_table import EffectDecision

    return tx.unshown_one(EffectDecision, form_id) is not None


def _check(held: Proposal, decided: EffectDecided, *, by: str) -> None:
    """Check that a decision may be taken now.

    Raises
    ------
    RefusedError
        If it is decided already, or an approval is barred.
    """
    closed = _closed(held)
    if closed:
        raise RefusedError(closed, value=held.id, remedy="See what was decided on its page.")
    if decided.in_force_from is None:
        return
    approving = Approving(
        by=by, role=decided.role, reason=decided.reason, in_force_from=decided.in_force_from
    )
    check_approval(held.run.record, approving, held.standing)


def _decided(sent: ActSent, *, role: str) -> EffectDecided:
    reason = " ".join(sent.fields.get("reason", "").split())
    one_line("The reason", reason)
    approves = sent.act == "approve"
    return EffectDecided(
        id=sent.form_id,
        proposal_id=sent.proposal_id,
        verdict=EffectVerdict.APPROVED if approves else EffectVerdict.DECLINED,
        in_force_from=_day(sent.fields.get("start", "")) if approves else None,
        reason=reason,
        role=role,
    )


def _day(text: str) -> date:
    """Return a day as it was typed.

    Raises
    ------
    BadInputError
        If it is none.
    """
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        msg = "That is no day."
        raise BadInputError(msg, value=text[:40], remedy="Give it as 2026-05-04.") from error
