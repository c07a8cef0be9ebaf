"""Changes of published plans: a named person asks for a plan made anew, within bounds, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from rightplace.core.canonical import canonical_json
from rightplace.errors import BadInputError
from rightplace.records.audit.once import keep_once
from rightplace.records.database.words import client_id, written
from rightplace.records.decided.change_table import PlanChange
from rightplace.records.published.publishing import check_published
from rightplace.records.stop.switch import check_running

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rightplace.records.audit.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeGiven:
    """A change as a person asked for it.

    Parameters
    ----------
    id
        UUID that the page made, so that a form sent twice is one change.
    plan_id
        The published plan that is changed.
    bcu
        For which BCU.
    items
        What is changed, by id; any JSON.
    reason
        In the person's own words.

    Raises
    ------
    UsageError
        If no reason is given.
    BadInputError
        If the id is no UUID, no BCU is named, or nothing is changed.
    """

    id: str
    plan_id: str
    bcu: str
    items: Mapping[str, Any]
    reason: str

    def __post_init__(self) -> None:
        """Check that it can be meant.

        Raises
        ------
        BadInputError
            If no BCU is named, or nothing is changed.
        """
        client_id(self.id)
        written(self.reason, what="The reason of the change")
        if not self.bcu.strip() or not any(self.items.values()):
            msg = f"Nothing is changed for BCU {self.bcu!r}."
            raise BadInputError(msg, value=self.bcu, remedy="Name a BCU and a change.")


def keep_change(tx: Transaction, given: ChangeGiven) -> bool:
    """Keep a change that the transaction's actor asks for; return whether it is new.

    A plan that is not published is not held, one that is suspended is refused; another change
    under the same id is refused.
    """
    check_published(tx, given.plan_id, kind="plan")
    check_running(tx, given.plan_id)
    change = PlanChange(
        id=client_id(given.id),
        plan_id=given.plan_id,
        bcu=given.bcu,
        items=canonical_json(dict(given.items)),
        reason=written(given.reason, what="The reason of the change"),
        asked_by=tx.actor.id,
        asked_at=tx.at,
    )
    return keep_once(tx, change, differing=("asked_at",))


def view_changes_of(tx: Transaction, plan_id: str, bcu: str) -> Sequence[PlanChange]:
    """Return the changes asked for of a plan for a BCU, the newest first, to be shown."""
    wanted = select(PlanChange).where(PlanChange.plan_id == plan_id, PlanChange.bcu == bcu)
    return tx.view(wanted.order_by(PlanChange.asked_at.desc(), PlanChange.id))
