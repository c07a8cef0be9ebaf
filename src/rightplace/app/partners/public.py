"""Use case: approving the public edition, without which nothing is exported to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rightplace.app.partners.products import PUBLIC
from rightplace.errors import RefusedError
from rightplace.records.accounts.roles import Permission

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.app.partners.settings import SharingSettings
    from rightplace.app.service.person import Person
    from rightplace.app.service.shelf import Shelf
    from rightplace.records.audit.transaction import Transaction
    from rightplace.records.released.sharing import Ruling

EVERYBODY = "The public"
SERVICE = "service"
"""Who asks for the public edition: the service itself, so that one person approves it."""
WHY = "Visible activity and violence by ward and month, for everybody."


def approve_public_edition(
    shelf: Shelf,
    sharing_id: str,
    ruling: Ruling,
    *,
    person: Person,
    at: datetime,
    settings: SharingSettings,
) -> None:
    """Approve that figures go into the public edition until a day; nothing goes out by it yet.

    Parameters
    ----------
    shelf
        Where records are.
    sharing_id
        UUID that the page made, so that a form sent twice is one approval.
    ruling
        Until when, and why.
    person
        Who approves, for the whole study area.
    at
        The time now.
    settings
        How long an approval lasts at most.
    """
    from rightplace.records.audit.transaction import transaction
    from rightplace.records.released.sharing import Basis, SharingAsked, ask, rule
    from rightplace.records.released.tables import Sharing

    person.check_everywhere(Permission.APPROVE_SHARING)
    month = at.year * 12 + at.month - 1
    asked = SharingAsked(
        id=sharing_id,
        item=PUBLIC,
        organisation=EVERYBODY,
        basis=Basis.PUBLIC_EDITION,
        purpose=WHY,
        borough="",
        from_month=month,
        to_month=month,
    )
    purpose = "Approve the public edition."
    with transaction(shelf.database, person.actor, purpose=purpose, at=at) as tx:
        if ask(tx, asked, by=SERVICE):
            sharing = tx.view_one(Sharing, asked.id)
            rule(tx, sharing, ruling, longest_days=settings.longest_days)


def check_public_approved(tx: Transaction, *, at: datetime) -> str:
    """Return the sharing under which the public edition goes out now.

    Raises
    ------
    RefusedError
        If nobody has approved it, or the time of the approval is over.
    """
    from sqlalchemy import select

    from rightplace.records.released.sharing import State, state_of
    from rightplace.records.released.tables import Sharing

    wanted = select(Sharing).where(Sharing.item == PUBLIC)
    for each in tx.unshown(wanted.order_by(Sharing.requested_at.desc(), Sharing.id)):
        if state_of(tx, each.id, at=at) is State.APPROVED:
            return each.id
    msg = "Nobody has approved the public edition, or the time of the approval is over."
    remedy = "Ask the data protection officer to approve it on the page of partner products."
    raise RefusedError(msg, remedy=remedy)
