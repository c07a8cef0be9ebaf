"""Use cases: the accounts as who manages them sees them; each look is written in the chain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from rightplace.records.accounts.access_tables import RankHeld, RoleGrant
from rightplace.records.accounts.roles import GRANTED_BY_TWO, Permission, Role
from rightplace.records.accounts.tables import Account, LogInSession, parts_of
from rightplace.records.audit.transaction import transaction

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from rightplace.app.service.person import Person
    from rightplace.records.audit.transaction import Reading
    from rightplace.records.database.front import Database

SHOWN = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountLine:
    """One account in the list.

    Parameters
    ----------
    roles
        Roles in force, each with its area.
    state
        In words: in use, without a role, waiting for an approval, left.
    """

    id: str
    user_name: str
    display_name: str
    roles: tuple[str, ...]
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountList:
    """A page of the list of accounts.

    Parameters
    ----------
    found
        How many there are in all.
    page, pages
        From 1.
    """

    lines: tuple[AccountLine, ...]
    search: str
    found: int
    page: int
    pages: int


def list_accounts(
    database: Database, person: Person, *, search: str = "", page: int = 1, at: datetime
) -> AccountList:
    """Return the accounts whose name holds some text; those shown are looks at each.

    Parameters
    ----------
    database
        The records.
    person
        Who looks.
    search
        Part of a user name or display name, in whatever case; empty: all.
    page
        From 1.
    at
        The time now.
    """
    _check(person)
    text = search.strip().casefold()
    with transaction(database, person.actor, purpose="See the list of accounts.", at=at) as tx:
        every = tx.unshown(select(Account).order_by(Account.user_name))
        found = [a for a in every if text in a.user_name or text in a.display_name.casefold()]
        ids = [a.id for a in found[(page - 1) * SHOWN : page * SHOWN]]
        wanted = select(Account).where(Account.id.in_(ids)).order_by(Account.user_name)
        shown = tx.view(wanted) if ids else ()
        lines = tuple(_line(tx, each, at=at) for each in shown)
    pages = max(1, -(-len(found) // SHOWN))
    return AccountList(lines=lines, search=search, found=len(found), page=page, pages=pages)


def _check(person: Person) -> None:
    """Check that somebody may see accounts: who manages them, or approves grants."""
    if not person.may(Permission.APPROVE_GRANTS):
        person.check(Permission.MANAGE_ACCOUNTS)


def _line(quiet: Reading, account: Account, *, at: datetime) -> AccountLine:
    grants = parts_of(quiet, RoleGrant, account.id)
    return AccountLine(
        id=account.id,
        user_name=account.user_name,
        display_name=account.display_name,
        roles=tuple(f"{g.role}, {g.area or 'whole study area'}" for g in grants if _holds(g, at)),
        state=_state(account, grants, at=at),
    )


def _waits(grant: RoleGrant) -> bool:
    needs_two = Role(grant.role) in GRANTED_BY_TWO
    return needs_two and grant.approved_by is None and grant.ended_at is None


def _holds(grant: RoleGrant, at: datetime) -> bool:
    return not _waits(grant) and grant.ended_at is None and grant.from_at <= at < grant.until_at


def _state(account: Account, grants: Sequence[RoleGrant], *, at: datetime) -> str:
    if account.left_at is not None:
        return "left"
    if any(_waits(each) for each in grants):
        return "a role waits for approval"
    return "in use" if any(_holds(each, at) for each in grants) else "without a role"


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantLine:
    """A role of an account, as its page shows it.

    Parameters
    ----------
    state
        In force, waiting for approval, ended, to come.
    """

    id: str
    role: str
    area: str
    from_day: str
    until_day: str
    reason: str
    granted_by: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountPage:
    """One account, as who manages accounts sees it."""

    line: AccountLine
    family_name: str
    has_password: bool
    has_codes: bool
    left: str
    grants: tuple[GrantLine, ...]
    ranks: tuple[tuple[str, str, str, str, bool], ...]
    """Id, rank in words, from when until when, source, whether it holds now."""
    sessions: int
    """Sessions that are open."""


def read_account(
    database: Database, person: Person, account_id: str, *, at: datetime
) -> AccountPage:
    """Return one account with its roles and ranks; it is a look at the person.

    Parameters
    ----------
    database
        The records.
    person
        Who looks.
    account_id
        Whose account.
    at
        The time now.
    """
    _check(person)
    with transaction(database, person.actor, purpose="See an account.", at=at) as tx:
        account = tx.view_one(Account, account_id)
        grants = parts_of(tx, RoleGrant, account.id)
        ranks = parts_of(tx, RankHeld, account.id)
        sessions = parts_of(tx, LogInSession, account.id)
        return AccountPage(
            line=_line(tx, account, at=at),
            family_name=account.family_name,
            has_password=account.password_hash is not None,
            has_codes=account.totp_since is not None,
            left=""
            if account.left_at is None
            else f"{account.left_at:%Y-%m-%d %H:%M} UTC: {account.left_reason}",
            grants=tuple(_grant_line(each, at=at) for each in grants),
            ranks=tuple(_rank_line(each, at=at) for each in ranks),
            sessions=sum(s.ended_at is None and s.expires_at > at for s in sessions),
        )


def _grant_line(grant: RoleGrant, *, at: datetime) -> GrantLine:
    if grant.ended_at is not None or grant.until_at <= at:
        state = "ended"
    elif _waits(grant):
        state = "waits for approval"
    else:
        state = "in force" if grant.from_at <= at else "to come"
    return GrantLine(
        id=grant.id,
        role=grant.role,
        area=grant.area or "whole study area",
        from_day=grant.from_at.date().isoformat(),
        until_day=grant.until_at.date().isoformat(),
        reason=grant.reason,
        granted_by=grant.granted_by,
        state=state,
    )


def _rank_line(rank: RankHeld, *, at: datetime) -> tuple[str, str, str, str, bool]:
    until = "until further notice" if rank.until_at is None else f"to {rank.until_at:%Y-%m-%d}"
    holds = rank.from_at <= at and (rank.until_at is None or at < rank.until_at)
    dates = f"from {rank.from_at:%Y-%m-%d} {until}"
    return rank.id, f"{rank.rank} ({rank.kind})", dates, rank.source, holds
