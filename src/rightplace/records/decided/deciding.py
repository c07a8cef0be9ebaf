"""Decisions on published plans: a named person accepts, changes or rejects, with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from rightplace.errors import BadInputError, UsageError
from rightplace.records.audit.once import keep_once
from rightplace.records.database.words import client_id, written
from rightplace.records.decided.tables import Decision
from rightplace.records.published.publishing import check_published

if TYPE_CHECKING:
    from rightplace.records.audit.transaction import Transaction


class Verdict(StrEnum):
    """What somebody decides on a plan."""

    ACCEPTED = "accepted"
    CHANGED = "changed"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionGiven:
    """A decision as a person gave it.

    Parameters
    ----------
    id
        UUID that the page made, so that a form sent twice is one decision.
    plan_id
        The published plan decided on.
    bcu
        For which BCU.
    verdict
        What was decided.
    reason
        In the person's own words.
    seconds_reading
        How long the plan was open before; 0 or more.
    changed_to
        The published plan that stands instead; given where the plan is changed, and only there.

    Raises
    ------
    UsageError
        If no reason is given, or a change without what it changes to.
    BadInputError
        If the id is no UUID, no BCU is named, or the seconds are below 0.
    """

    id: str
    plan_id: str
    bcu: str
    verdict: Verdict
    reason: str
    seconds_reading: int
    changed_to: str | None = None

    def __post_init__(self) -> None:
        """Check that it can be meant.

        Raises
        ------
        UsageError
            If no reason is given, or a change without what it changes to.
        BadInputError
            If no BCU is named, or the seconds are below 0.
        """
        client_id(self.id)
        written(self.reason, what="The reason of the decision")
        if (self.verdict is Verdict.CHANGED) != (self.changed_to is not None):
            msg = f"A decision of {self.verdict} on {self.plan_id} names {self.changed_to}."
            remedy = "Name the plan that stands instead where it is changed, and only there."
            raise UsageError(msg, value=self.changed_to, remedy=remedy)
        if self.seconds_reading < 0 or not self.bcu.strip():
            msg = f"Nobody decides for BCU {self.bcu!r} after {self.seconds_reading} s of reading."
            raise BadInputError(msg, remedy="Name a BCU, and seconds of 0 or more.")

    @property
    def stands(self) -> str | None:
        """The plan that stands by this decision; None where it was rejected."""
        return {
            Verdict.ACCEPTED: self.plan_id,
            Verdict.CHANGED: self.changed_to,
            Verdict.REJECTED: None,
        }[self.verdict]


def decide(tx: Transaction, given: DecisionGiven) -> bool:
    """Keep a decision of the transaction's actor; return whether it is new.

    A plan that is not published, or named as what stands instead and not published, is not
    held; another decision under the same id is refused.
    """
    for plan_id in filter(None, (given.plan_id, given.changed_to)):
        check_published(tx, plan_id, kind="plan")
    decision = Decision(
        id=client_id(given.id),
        plan_id=given.plan_id,
        bcu=given.bcu,
        verdict=given.verdict.value,
        changed_to=given.changed_to,
        reason=written(given.reason, what="The reason of the decision"),
        seconds_reading=given.seconds_reading,
        decided_by=tx.actor.id,
        decided_at=tx.at,
    )
    return keep_once(tx, decision, differing=("decided_at",))
