"""Granting roles for an area and a time, ending them, and what somebody's grants are."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from rightplace.errors import BadInputError, NotHeldError, RefusedError
from rightplace.records.accounts.access_tables import RoleGrant
from rightplace.records.accounts.allowed import Grant, Scope, Standing
from rightplace.records.accounts.roles import GRANTED_BY_TWO, Role
from rightplace.records.accounts.tables import Account, parts_of
from rightplace.records.database.words import written

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from rightplace.records.accounts.settings import GrantSettings
    from rightplace.records.audit.transaction import Reading, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantWanted:
    """A role that somebody shall have.

    Parameters
    ----------
    role
        The role.
    scope, area
        For how much, and the name of the BCU or borough; no name for everywhere.
    from_at, until_at
        Half-open, with their zone.
    reason
        Why, in words.

    Raises
    ------
    BadInputError
        If it does not last, a time carries no zone, or area and scope do not fit.
    """

    role: Role
    scope: Scope
    area: str = ""
    from_at: datetime
    until_at: datetime
    reason: str

    def __post_init__(self) -> None:
        """Check that it can be granted; a missing reason raises ``UsageError``.

        Raises
        ------
        BadInputError
            If it does not last, a time carries no zone, or area and scope do not fit.
        """
        written(self.reason, what="The reason of the grant")
        if self.from_at.tzinfo is None or self.until_at.tzinfo is None:
            msg = "A time of the grant carries no zone."
            raise BadInputError(msg, remedy="Give times with their offset.")
        if self.until_at <= self.from_at:
            msg = f"No role is granted from {self.from_at} until {self.until_at}."
            raise BadInputError(msg, remedy="Give an end after the start.")
        if (self.scope is Scope.EVERYWHERE) != (not self.area.strip()):
            msg = f"No role is granted for {self.scope} {self.area!r}."
            raise BadInputError(msg, value=self.area, remedy="Name the area, or none: everywhere.")


def grant_role(
    tx: Transaction, account_id: str, wanted: GrantWanted, *, settings: GrantSettings
) -> str:
    """Grant a role; return the grant's id. Some roles wait for a second person's approval.

    Raises
    ------
    NotHeldError
        If there is no such account.
    RefusedError
        If one would grant it to oneself, for longer than is set, or to somebody who left.
    """
    account = tx.unshown_one(Account, account_id)
    if account is None:
        msg = f"No account has the id {account_id!r}."
        raise NotHeldError(msg, value=account_id, remedy="Check the id.")
    if account_id == tx.actor.id or account.left_at is not None:
        msg = "Nobody grants a role to themselves, nor to somebody who left."
        raise RefusedError(msg, value=account_id, remedy="Ask another administrator.")
    if wanted.until_at - wanted.from_at > timedelta(days=settings.longest_days):
        msg = f"A role is granted for at most {settings.longest_days} days."
        raise RefusedError(msg, value=wanted.until_at, remedy="Grant it anew after its review.")
    grant = RoleGrant(
        account_id=account_id,
        id=str(uuid.uuid4()),
        role=wanted.role.value,
        scope=wanted.scope.value,
        area=wanted.area,
        from_at=wanted.from_at,
        until_at=wanted.until_at,
        reason=written(wanted.reason, what="The reason of the grant"),
        granted_by=tx.actor.id,
        granted_at=tx.at,
        approved_by=None,
        approved_at=None,
        ended_by=None,
        ended_at=None,
    )
    return tx.add(grant).id


def approve_grant(tx: Transaction, account_id: str, grant_id: str) -> None:
    """Approve, as a second person, a grant of a role that needs two.

    Raises
    ------
    RefusedError
        If one granted it, would have it, or it needs no approval.
    """
    grant = _held(tx, account_id, grant_id)
    if tx.actor.id in {grant.granted_by, grant.account_id}:
        msg = "A grant is approved by somebody who neither granted it nor has it."
        raise RefusedError(msg, value=grant_id, remedy="Ask a third person.")
    is_open = grant.approved_by is None and grant.ended_at is None
    if Role(grant.role) not in GRANTED_BY_TWO or not is_open:
        msg = "The grant does not wait for an approval."
        raise RefusedError(msg, value=grant_id, remedy="Nothing is left to do.")
    grant.approved_by, grant.approved_at = tx.actor.id, tx.at
    tx.session.flush()


def end_grant(tx: Transaction, account_id: str, grant_id: str) -> None:
    """End a grant now; one that ended stays as it is."""
    grant = _held(tx, account_id, grant_id)
    if grant.ended_at is None:
        grant.ended_by, grant.ended_at = tx.actor.id, tx.at
        tx.session.flush()


def standing(quiet: Reading, account: Account, *, by_break_glass: bool = False) -> Standing:
    """Return somebody as permission sees them."""
    return Standing(
        account_id=account.id,
        grants=tuple(_as_grant(each) for each in parts_of(quiet, RoleGrant, account.id)),
        left_at=account.left_at,
        by_break_glass=by_break_glass,
    )


def grants_to_review(tx: Transaction, *, until: datetime) -> Sequence[RoleGrant]:
    """Return the grants that end by a moment or wait for approval, soonest first, to be shown."""
    open_ = RoleGrant.ended_at.is_(None), RoleGrant.until_at > tx.at
    due = RoleGrant.until_at <= until
    waits = RoleGrant.approved_by.is_(None) & RoleGrant.role.in_([r.value for r in GRANTED_BY_TWO])
    return tx.view(select(RoleGrant).where(*open_, due | waits).order_by(RoleGrant.until_at))


def _as_grant(row: RoleGrant) -> Grant:
    until = row.until_at if row.ended_at is None else min(row.until_at, row.ended_at)
    return Grant(
        role=Role(row.role),
        scope=Scope(row.scope),
        area=row.area,
        from_at=row.from_at,
        until_at=until,
        approved=row.approved_by is not None,
    )


def _held(tx: Reading, account_id: str, grant_id: str) -> RoleGrant:
    """Return a grant.

    Raises
    ------
    NotHeldError
        If there is none.
    """
    grant = tx.unshown_one(RoleGrant, account_id, grant_id)
    if grant is None:
        msg = f"No grant has the id {grant_id!r}."
        raise NotHeldError(msg, value=grant_id, remedy="Check the id.")
    return grant
