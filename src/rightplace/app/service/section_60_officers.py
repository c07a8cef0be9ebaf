"""To whom an authorisation may be handed over: duty officers of its BCU, by their roles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rightplace.app.service.person import place_of
from rightplace.powers.section_60.happened import Officer
from rightplace.records.accounts.roles import MAY, Permission

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.app.service.section_60_held import Held
    from rightplace.records.audit.transaction import Transaction


def officers_for(tx: Transaction, held: Held, *, at: datetime) -> dict[str, Officer]:
    """Return who may authorise in the BCU now, by account; their names are looked at.

    Parameters
    ----------
    tx
        The transaction in which their names are shown.
    held
        The authorisation.
    at
        The time now.
    """
    from sqlalchemy import select

    from rightplace.records.accounts.access_tables import RoleGrant
    from rightplace.records.accounts.allowed import allowed
    from rightplace.records.accounts.granting import standing
    from rightplace.records.accounts.ranks import ranks_of
    from rightplace.records.accounts.tables import Account

    asked, place = Permission.AUTHORISE_SECTION_60, place_of(held.bcu, None)
    roles = [role.value for role, granted in MAY.items() if asked in granted]
    grants = select(RoleGrant).where(
        RoleGrant.role.in_(roles), RoleGrant.from_at <= at, RoleGrant.until_at > at
    )
    ids = {grant.account_id for grant in tx.unshown(grants)}
    people = tx.unshown(select(Account).where(Account.id.in_(ids), Account.left_at.is_(None)))
    mine = {each.id for each in people if allowed(standing(tx, each), asked, place, at=at)}
    found = {}
    shown = select(Account).where(Account.id.in_(mine)).order_by(Account.display_name, Account.id)
    for account in tx.view(shown):
        ranks = [
            each
            for each in ranks_of(tx, account.id)
            if each.from_at <= at and (each.until_at is None or at < each.until_at)
        ]
        best = max(ranks, key=lambda each: each.rank.height, default=None)
        found[account.id] = Officer(
            id=account.id,
            name=account.display_name,
            rank=None if best is None else best.rank,
            kind=None if best is None else best.kind,
        )
    return found
