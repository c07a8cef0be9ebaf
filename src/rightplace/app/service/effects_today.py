"""What of effect sizes stands on Today: proposals that wait for whoever may decide on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightplace.app.service.effects_published import (
    OPEN,
    approver_role,
    may_approve,
    open_proposal,
    today,
)
from rightplace.app.service.effects_tables import change_words
from rightplace.app.service.published_lines import newest_runs, why_stopped

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.app.service.person import Person
    from rightplace.app.service.shelf import Shelf
    from rightplace.records.audit.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectPrompt:
    """A proposed effect size that waits: the old and the new change, in words."""

    id: str
    old: str
    new: str
    proposed_by: str


def effects_today(
    tx: Transaction, shelf: Shelf, *, person: Person, at: datetime
) -> tuple[EffectPrompt, ...]:
    """Return the proposals on which somebody may decide now; a look at each.

    Parameters
    ----------
    tx
        The transaction in which they are shown.
    shelf
        Where they are published.
    person
        Who; nothing waits for who may not approve, nor one's own proposal.
    at
        The time now: while a trial is running nothing can be approved, so nothing waits.
    """
    if not may_approve(person):
        return ()
    name, role, found = person.actor.name, approver_role(person), []
    for run in newest_runs(tx, "effect_proposal"):
        if why_stopped(tx, run.id):
            continue
        held = open_proposal(shelf, tx, run.id)
        if held.status in OPEN and not held.why_not(by=name, role=role, on=today(at)):
            result = held.run.result
            found.append(
                EffectPrompt(
                    id=run.id,
                    old=change_words(result.effect_before),
                    new=change_words(result.effect),
                    proposed_by=result.proposed_by,
                )
            )
    return tuple(found)
