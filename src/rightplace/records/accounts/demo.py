"""Accounts of a demo: one for each role, SYNTHETIC, with random passwords shown once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from rightplace.errors import RefusedError
from rightplace.records.accounts.allowed import Scope
from rightplace.records.accounts.granting import GrantWanted, approve_grant, grant_role
from rightplace.records.accounts.passwords import hash_password
from rightplace.records.accounts.people import NewAccount, find_account, make_account
from rightplace.records.accounts.roles import GRANTED_BY_TWO, Role
from rightplace.records.accounts.second_factor import new_code
from rightplace.records.audit.actor import Actor
from rightplace.records.audit.transaction import reading, transaction
from rightplace.records.published.creating import is_demo

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.records.accounts.settings import AccountSettings
    from rightplace.records.audit.transaction import Transaction
    from rightplace.records.database.front import Database

MAKER = Actor(id="demo", name="SYNTHETIC demo")
SECOND = Actor(id="demo-second", name="SYNTHETIC demo, second person")
PURPOSE = "Accounts of a demo."
IN_A_BCU = frozenset({Role.AREA_COMMANDER, Role.SUPERINTENDENT, Role.DUTY_INSPECTOR})
IN_A_BOROUGH = frozenset({Role.SERGEANT, Role.OFFICER, Role.PARTNER})


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class DemoAccount:
    """An account of a demo as it is shown once, password included."""

    user_name: str
    password: str
    role: Role
    area: str


def make_demo_accounts(
    database: Database, *, bcu: str, borough: str, at: datetime, settings: AccountSettings
) -> tuple[DemoAccount, ...]:
    """Make one account for each role that has none; return them with their passwords.

    Parameters
    ----------
    database
        One that was created as a demo.
    bcu, borough
        Areas for the roles that are for one.
    at
        Now.
    settings
        How passwords are hashed, and how long grants last.

    Raises
    ------
    RefusedError
        If the database is no demo.
    """
    with reading(database) as quiet:
        if not is_demo(quiet):
            msg = "Accounts of a demo are made only in a demo."
            raise RefusedError(msg, remedy="Create a demo database for them.")
        missing = [role for role in Role if find_account(quiet, _name(role)) is None]
    wanted = [
        DemoAccount(
            user_name=_name(role),
            password=new_code(),
            role=role,
            area=bcu if role in IN_A_BCU else borough if role in IN_A_BOROUGH else "",
        )
        for role in missing
    ]
    hashes = {each.role: hash_password(each.password, settings.passwords) for each in wanted}
    waiting: list[tuple[str, str]] = []
    with transaction(database, MAKER, purpose=PURPOSE, at=at) as tx:
        for each in wanted:
            waiting += _make(tx, each, hashes[each.role], settings)
    with transaction(database, SECOND, purpose=PURPOSE, at=at) as tx:
        for account_id, grant_id in waiting:
            approve_grant(tx, account_id, grant_id)
    return tuple(wanted)


def _make(
    tx: Transaction, demo: DemoAccount, password_hash: bytes, settings: AccountSettings
) -> list[tuple[str, str]]:
    """Make an account with its grant; return the grant if it waits for a second person."""
    shown = f"SYNTHETIC {demo.role}"
    new = NewAccount(
        user_name=demo.user_name, display_name=shown, family_name=demo.role, is_synthetic=True
    )
    account = make_account(tx, new, password_hash=password_hash)
    scope = (
        Scope.BCU
        if demo.role in IN_A_BCU
        else Scope.BOROUGH
        if demo.role in IN_A_BOROUGH
        else Scope.EVERYWHERE
    )
    wanted = GrantWanted(
        role=demo.role,
        scope=scope,
        area=demo.area,
        from_at=tx.at,
        until_at=tx.at + timedelta(days=settings.grants.longest_days),
        reason="An account for each role of the demo.",
    )
    grant_id = grant_role(tx, account.id, wanted, settings=settings.grants)
    return [(account.id, grant_id)] if demo.role in GRANTED_BY_TWO else []


def _name(role: Role) -> str:
    return f"demo.{role.value.replace(' ', '.')}"
