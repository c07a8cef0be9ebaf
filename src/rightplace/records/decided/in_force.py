"""Which plan is in force for a BCU and slot: at most one, and where none is, why."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from rightplace.errors import BadInputError, NotHeldError, RefusedError
from rightplace.records.database.words import written
from rightplace.records.decided.tables import Decision, InForce
from rightplace.records.stop.switch import check_running

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from rightplace.records.audit.transaction import Reading, Transaction

NEVER_DECIDED = "No plan was decided on for this slot."


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotOf:
    """One slot of one BCU.

    Parameters
    ----------
    bcu
        The BCU's name.
    start, end
        Half-open, with their zone.

    Raises
    ------
    BadInputError
        If it does not end after it starts, or a time carries no zone.
    """

    bcu: str
    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        """Check that time passes in it.

        Raises
        ------
        BadInputError
            If it does not end after it starts, or a time carries no zone.
        """
        if self.start.tzinfo is None or self.end.tzinfo is None or self.end <= self.start:
            msg = f"No slot lasts from {self.start} to {self.end}."
            raise BadInputError(msg, remedy="Give times with their offset, in order.")


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What is in force: a plan, or none with its reason."""

    plan_id: str | None
    reason: str


def put_in_force(tx: Transaction, slots: Sequence[SlotOf], *, decision_id: str) -> None:
    """Let the plan that a decision accepted, or changed to, be in force for slots of its BCU.

    What was in force there ends with it.

    Raises
    ------
    NotHeldError
        If there is no such decision.
    RefusedError
        If it rejected the plan, was for another BCU, or the plan is suspended.
    """
    decision = tx.unshown_one(Decision, decision_id)
    if decision is None:
        msg = f"No decision has the id {decision_id!r}."
        raise NotHeldError(msg, value=decision_id, remedy="Decide on the plan first.")
    plan_id = decision.changed_to or decision.plan_id
    others = [slot.bcu for slot in slots if slot.bcu != decision.bcu]
    if decision.verdict == "rejected" or others:
        msg = f"The decision on {plan_id} was {decision.verdict}, for {decision.bcu}."
        remedy = "Accept the plan for this BCU, or change it."
        raise RefusedError(msg, value=others[0] if others else decision.verdict, remedy=remedy)
    check_running(tx, plan_id)
    for slot in slots:
        _replace(tx, slot, plan_id=plan_id, decision_id=decision_id, reason="")


def put_none_in_force(tx: Transaction, slots: Sequence[SlotOf], *, reason: str) -> None:
    """Let no plan be in force for slots, with the reason; a missing reason raises UsageError."""
    reason = written(reason, what="The reason why no plan is in force")
    for slot in slots:
        _replace(tx, slot, plan_id=None, decision_id=None, reason=reason)


def in_force(tx: Reading, bcu: str, *, at: datetime) -> State:
    """Return what is in force for a BCU at a moment; a plan that is suspended is not."""
    return states_in_force(tx, [bcu], at=at)[bcu]


def states_in_force(tx: Reading, bcus: Sequence[str], *, at: datetime) -> dict[str, State]:
    """Return what is in force for each of some BCUs at a moment, as ``in_force`` does for one.

    Parameters
    ----------
    tx
        A transaction or a reading of the database.
    bcus
        Their names.
    at
        The moment.
    """
    wanted = select(InForce).where(
        InForce.bcu.in_(bcus),
        InForce.ended_at.is_(None),
        InForce.slot_start <= at,
        InForce.slot_end > at,
    )
    held = {each.bcu: each for each in tx.unshown(wanted)}
    stopped = {
        plan_id: _why_stopped(tx, plan_id)
        for plan_id in {each.plan_id for each in held.values() if each.plan_id is not None}
    }
    found = _before(tx, [bcu for bcu in bcus if bcu not in held], at=at)
    for bcu, each in held.items():
        reason = stopped.get(each.plan_id or "", "")
        plan_id = None if reason else each.plan_id
        found[bcu] = State(plan_id=plan_id, reason=reason or each.reason)
    return found


def _why_stopped(tx: Reading, plan_id: str) -> str:
    """Return why a plan is suspended; empty where it is not."""
    try:
        check_running(tx, plan_id)
    except RefusedError as stopped:
        return stopped.fault.message
    return ""


def _before(tx: Reading, bcus: Sequence[str], *, at: datetime) -> dict[str, State]:
    """Return why nothing is in force for some BCUs outside all slots that were decided on."""
    found = {bcu: State(plan_id=None, reason=NEVER_DECIDED) for bcu in bcus}
    if not bcus:
        return found
    ended = InForce.bcu.in_(bcus), InForce.slot_end <= at, InForce.plan_id.is_not(None)
    last = (
        select(InForce.bcu, func.max(InForce.slot_end).label("slot_end"))
        .where(*ended)
        .group_by(InForce.bcu)
        .subquery()
    )
    is_last = (InForce.bcu == last.c.bcu) & (InForce.slot_end == last.c.slot_end)
    wanted = select(InForce).join(last, is_last).where(InForce.plan_id.is_not(None))
    for each in tx.unshown(wanted.order_by(InForce.set_at, InForce.id)):
        until = f"{each.slot_end:%d %B %Y %H:%M} UTC"
        reason = f"{each.plan_id} was in force until {until}; it expired."
        found[each.bcu] = State(plan_id=None, reason=reason)
    return found


def _replace(
    tx: Transaction, slot: SlotOf, *, plan_id: str | None, decision_id: str | None, reason: str
) -> None:
    """End what is in force for a slot and let something else be.

    Raises
    ------
    BadInputError
        If something is in force for a time that this slot cuts into.
    """
    wanted = select(InForce).where(
        InForce.bcu == slot.bcu,
        InForce.ended_at.is_(None),
        InForce.slot_start < slot.end,
        InForce.slot_end > slot.start,
    )
    for held in tx.unshown(wanted):
        if (held.slot_start, held.slot_end) != (slot.start, slot.end):
            msg = (
                f"{slot.bcu} has a slot from {held.slot_start:%d %b %H:%M} to "
                f"{held.slot_end:%d %b %H:%M} UTC, and this one cuts into it."
            )
            raise BadInputError(msg, remedy="Use the shifts of the study area.")
        if (held.plan_id, held.decision_id, held.reason) == (plan_id, decision_id, reason):
            return
        held.ended_at = tx.at
    tx.session.flush()  # ended before the next begins, for the constraint
    tx.add(
        InForce(
            id=str(uuid.uuid4()),
            bcu=slot.bcu,
            slot_start=slot.start,
            slot_end=slot.end,
            plan_id=plan_id,
            decision_id=decision_id,
            reason=reason,
            set_by=tx.actor.id,
            set_at=tx.at,
            ended_at=None,
        )
    )
