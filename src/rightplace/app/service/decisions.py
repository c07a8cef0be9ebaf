"""Use case: accept or reject a published plan for a BCU, with a reason."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightplace.app.service.figures import moment_words
from rightplace.errors import NotHeldError
from rightplace.records.accounts.roles import Permission

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from rightplace.app.service.person import Person
    from rightplace.app.service.shelf import PublishedPlan, Shelf
    from rightplace.records.audit.transaction import Reading, Transaction
    from rightplace.records.decided.deciding import DecisionGiven
    from rightplace.records.decided.tables import Decision


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
        if not is_new or given.stands is None:
            return Decided(is_new=is_new, slots=0)
        _change_parent(tx, plan, given)
        times = plan.forecast.times
        slots = [SlotOf(bcu=given.bcu, start=start, end=end) for start, end in times]
        put_in_force(tx, slots, decision_id=given.id)
    return Decided(is_new=is_new, slots=len(slots))


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
    """Return the newest decision on a plan for a BCU, as a fact of the plan's page."""
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


def decision_words(decision: Decision, zone: tzinfo) -> str:
    """Return a decision in words: what, by whom, when."""
    when = moment_words(decision.decided_at, zone)
    to = f" to {decision.changed_to}" if decision.changed_to else ""
    return f"{decision.verdict}{to} by {decision.decided_by}, {when}"
