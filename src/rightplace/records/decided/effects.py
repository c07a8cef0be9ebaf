"""Decisions on proposed effect sizes: a named person approves one from a day on, or declines it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import select

from rightplace.errors import BadInputError, NotHeldError
from rightplace.records.audit.once import keep_once
from rightplace.records.database.words import client_id, written
from rightplace.records.decided.effect_table import EffectDecision
from rightplace.records.published.publishing import check_published
from rightplace.records.stop.switch import check_running

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy import Select

    from rightplace.records.audit.transaction import Reading, Transaction

PROPOSAL = "effect_proposal"


class EffectVerdict(StrEnum):
    """What can be decided."""

    APPROVED = "approved"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectDecided:
    """A decision as a person sent it.

    Parameters
    ----------
    id
        UUID that the page made, so that a form sent twice is one decision.
    proposal_id
        The published proposal.
    in_force_from
        First day for which plans read it; None where it is declined.
    reason
        In the person's own words.
    role
        As what they decide.

    Raises
    ------
    UsageError
        If no reason is given.
    BadInputError
        If the id is no UUID, or a day is given where none can be meant.
    """

    id: str
    proposal_id: str
    verdict: EffectVerdict
    in_force_from: date | None
    reason: str
    role: str

    def __post_init__(self) -> None:
        """Check that it can be meant.

        Raises
        ------
        BadInputError
            If an approval names no day, or a refusal names one.
        """
        client_id(self.id)
        written(self.reason, what="The reason of the decision")
        if (self.verdict is EffectVerdict.APPROVED) != (self.in_force_from is not None):
            msg = f"{self.verdict.capitalize()} does not go with the day {self.in_force_from}."
            raise BadInputError(msg, value=self.verdict, remedy="An approval names its first day.")


def keep_decision(tx: Transaction, given: EffectDecided) -> bool:
    """Keep what the transaction's actor decides; return whether it is new.

    A proposal that is not published is not held, one that is suspended is refused; another
    decision under the same id is refused.

    Parameters
    ----------
    tx
        The transaction.
    given
        The decision.
    """
    check_published(tx, given.proposal_id, kind=PROPOSAL)
    check_running(tx, given.proposal_id)
    decision = EffectDecision(
        id=client_id(given.id),
        proposal_id=given.proposal_id,
        verdict=given.verdict.value,
        in_force_from=given.in_force_from,
        reason=written(given.reason, what="The reason of the decision"),
        role=given.role,
        name=tx.actor.name,
        decided_by=tx.actor.id,
        decided_at=tx.at,
    )
    return keep_once(tx, decision, differing=("decided_at",))


def decisions_on(tx: Reading, proposal_id: str) -> Sequence[EffectDecision]:
    """Return what was decided on a proposal, the newest first, for a check."""
    return tx.unshown(_of(proposal_id))


def view_decisions_on(tx: Transaction, proposal_id: str) -> Sequence[EffectDecision]:
    """Return what was decided on a proposal, the newest first, to be shown."""
    return tx.view(_of(proposal_id))


def _of(proposal_id: str) -> Select[EffectDecision]:
    wanted = select(EffectDecision).where(EffectDecision.proposal_id == proposal_id)
    return wanted.order_by(EffectDecision.decided_at.desc(), EffectDecision.id)


def held_decision(tx: Reading, decision_id: str) -> EffectDecision:
    """Return a decision, for a check.

    Raises
    ------
    NotHeldError
        If there is none of that id.
    """
    found = tx.unshown_one(EffectDecision, decision_id)
    if found is None:
        msg = "No decision on an effect size has this id."
        raise NotHeldError(msg, value=decision_id, remedy="Take it from the page of a proposal.")
    return found
