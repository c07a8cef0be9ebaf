"""Use case: accept or reject a published plan for a BCU, with a reason."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from rightplace.app.service.figures import moment_words
from rightplace.errors import NotHeldError, RefusedError
from rightplace.records.accounts.roles import Permission

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, tzinfo

    from rightplace.app.service.person import Person
    from rightplace.app.service.shelf import PublishedPlan, Shelf
    from rightplace.records.audit.transaction import Reading, Transaction
    from rightplace.records.decided.deciding import DecisionGiven
    from rightplace.records.decided.tables import Decision


UNSEEN = "decided; its record is restricted: it is kept, unseen"
"""What is told of a decision that is restricted."""


class DecidedMeanwhileError(RefusedError):
    """Somebody else decided while a plan was read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What came of a decision.

    Parameters
    ----------
    is_new
        False where the same form was sent before.
    slots
        Slots in which the plan is in force by it; 0 where it was rejected.
    """

    is_new: bool
    slots: int


def decide_on_plan(shelf: Shelf, given: DecisionGiven, *, person: Person, at: datetime) -> Decided:
    """Keep a decision and let the plan be in force for all its slots in that BCU.

    Where a plan that was accepted is rejected, none is in force from the slot of now on. What
    somebody else decided since it was opened raises ``DecidedMeanwhileError``.

    Parameters
    ----------
    shelf
        Where it is published.
    given
        The decision as the person gave it.
    person
        Who decides: their role must let them, and the BCU be theirs.
    at
        The time now.

    Raises
    ------
    NotHeldError
        If the plan has no such BCU.
    """
    from rightplace.records.audit.transaction import transaction
    from rightplace.records.decided.deciding import decide
    from rightplace.records.decided.in_force import SlotOf, put_in_force

    person.check(Permission.DECIDE, bcu=given.bcu)
    with transaction(shelf.database, person.actor, purpose="Decide on a plan.", at=at) as tx:
        plan = shelf.plan(tx, given.plan_id)
        if given.bcu not in plan.forecast.area.commands:
            msg = f"The plan has no BCU {given.bcu!r}."
            raise NotHeldError(msg, value=given.bcu, remedy="Choose one of the plan's BCUs.")
        is_new = decide(tx, given)
        if is_new:
            _check_nobody_decided_since(tx, plan, given)
        if is_new and given.stands is None:
            _withdraw(tx, given)
        if not is_new or given.stands is None:
            return Decided(is_new=is_new, slots=0)
        _change_parent(tx, plan, given)
        times = plan.forecast.times
        slots = [SlotOf(bcu=given.bcu, start=start, end=end) for start, end in times]
        put_in_force(tx, slots, decision_id=given.id)
    return Decided(is_new=is_new, slots=len(slots))


def _check_nobody_decided_since(tx: Transaction, plan: PublishedPlan, given: DecisionGiven) -> None:
    """Check that what the person read still stands: another decided nothing while they read.

    Raises
    ------
    DecidedMeanwhileError
        If somebody decided on this plan, or put another in force for one of its slots.
    """
    from sqlalchemy import select

    from rightplace.records.decided.tables import Decision, InForce

    since = tx.at - timedelta(seconds=given.seconds_reading)
    starts, ends = plan.span
    on_this = select(Decision).where(
        Decision.bcu == given.bcu,
        Decision.plan_id == given.plan_id,
        Decision.decided_at > since,
        Decision.decided_by != tx.actor.id,
    )
    of_its_slots = select(InForce).where(
        InForce.bcu == given.bcu,
        InForce.set_at > since,
        InForce.set_by != tx.actor.id,
        InForce.slot_start < ends,
        InForce.slot_end > starts,
    )
    decided, put = tx.unshown(on_this.limit(1)), tx.unshown(of_its_slots.limit(1))
    if decided or put:
        msg = f"Somebody else decided for {given.bcu} while you read this plan."
        raise DecidedMeanwhileError(
            msg, value=given.bcu, remedy="Read what stands now, and decide."
        )


def _withdraw(tx: Transaction, given: DecisionGiven) -> None:
    """Let no plan be in force where one was that is rejected; slots that are over stay as told."""
    from sqlalchemy import select

    from rightplace.records.decided.in_force import SlotOf, put_none_in_force
    from rightplace.records.decided.tables import InForce

    wanted = select(InForce).where(
        InForce.bcu == given.bcu,
        InForce.plan_id == given.plan_id,
        InForce.ended_at.is_(None),
        InForce.slot_end > tx.at,
    )
    slots = [
        SlotOf(bcu=each.bcu, start=each.slot_start, end=each.slot_end)
        for each in tx.unshown(wanted)
    ]
    reason = f"{given.plan_id} was rejected after it had been accepted."
    put_none_in_force(tx, slots, reason=reason)


def _change_parent(tx: Transaction, plan: PublishedPlan, given: DecisionGiven) -> None:
    """Note on the plan that this one was changed from that it was changed; once for each BCU."""
    from rightplace.records.decided.deciding import DecisionGiven, Verdict, decide
    from rightplace.records.published.tables import PublishedRun

    parent = str(plan.result.get("parent_id") or "")
    published = parent and tx.unshown_one(PublishedRun, parent) is not None
    if not published or last_decision(tx, parent, given.bcu) is not None:
        return
    changed = DecisionGiven(
        id=str(uuid.uuid5(uuid.UUID(given.id), parent)),
        plan_id=parent,
        bcu=given.bcu,
        verdict=Verdict.CHANGED,
        reason=given.reason,
        seconds_reading=given.seconds_reading,
        changed_to=given.stands,
    )
    decide(tx, changed)


def last_decision(tx: Reading, plan_id: str, bcu: str) -> Decision | None:
    """Return the newest decision on a plan for a BCU, for a check."""
    return last_decisions(tx, plan_id).get(bcu)


def last_decisions(tx: Reading, plan_id: str) -> dict[str, Decision]:
    """Return the newest decision on a plan for each BCU that has one, as ``last_decision``."""
    from sqlalchemy import select

    from rightplace.records.decided.tables import Decision

    wanted = select(Decision).where(Decision.plan_id == plan_id)
    found: dict[str, Decision] = {}
    for each in tx.unshown(wanted.order_by(Decision.decided_at.desc(), Decision.id)):
        found.setdefault(each.bcu, each)
    return found


def said_of_decisions(
    tx: Transaction, plan_id: str, bcus: Sequence[str], zone: tzinfo
) -> dict[str, tuple[str, str]]:
    """Return what was decided last on a plan for each of some BCUs, and why; a look at each.

    Both are empty where nothing was decided; of a decision that is restricted only that there is
    one is told.

    Parameters
    ----------
    tx
        The transaction in which it is shown.
    plan_id, bcus
        Of which.
    zone
        In whose time.
    """
    from sqlalchemy import select

    from rightplace.records.decided.tables import Decision

    last = {bcu: each for bcu, each in last_decisions(tx, plan_id).items() if bcu in bcus}
    ids = [each.id for each in last.values()]
    seen = {each.id for each in tx.view(select(Decision).where(Decision.id.in_(ids)))}
    said = dict.fromkeys(bcus, ("", ""))
    for bcu, each in last.items():
        shown = each.id in seen
        said[bcu] = (decision_words(tx, each, zone), each.reason) if shown else (UNSEEN, "")
    return said


def decision_words(quiet: Reading, decision: Decision, zone: tzinfo) -> str:
    """Return a decision in words: what, by whom, when."""
    from rightplace.records.accounts.tables import known_as

    when = moment_words(decision.decided_at, zone)
    to = f" to {decision.changed_to}" if decision.changed_to else ""
    return f"{decision.verdict}{to} by {known_as(quiet, decision.decided_by)}, {when}"
