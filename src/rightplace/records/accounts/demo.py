"""Accounts of a demo: one or two for each role, SYNTHETIC, with random passwords shown once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from rightplace.errors import RefusedError
from rightplace.records.accounts.access_tables import RoleGrant
from rightplace.records.accounts.allowed import Scope
from rightplace.records.accounts.granting import GrantWanted, approve_grant, grant_role
from rightplace.records.accounts.passwords import hash_password
from rightplace.records.accounts.people import (
    NewAccount,
    find_account,
    make_account,
    reset_password,
)
from rightplace.records.accounts.roles import GRANTED_BY_TWO, MAY, SECOND_PERSON, Role
from rightplace.records.accounts.second_factor import new_code, remove_codes
from rightplace.records.accounts.tables import parts_of
from rightplace.records.audit.actor import Actor
from rightplace.records.audit.transaction import reading, transaction
from rightplace.records.published.creating import is_demo

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.records.accounts.settings import AccountSettings, PasswordSettings
    from rightplace.records.accounts.tables import Account
    from rightplace.records.audit.transaction import Transaction
    from rightplace.records.database.front import Database

MAKER = Actor(id="demo", name="SYNTHETIC demo")
SECOND = Actor(id="demo-second", name="SYNTHETIC demo, second person")
PURPOSE = "Accounts of a demo."
IN_A_BCU = frozenset({Role.AREA_COMMANDER, Role.SUPERINTENDENT, Role.DUTY_INSPECTOR})
IN_A_BOROUGH = frozenset({Role.SERGEANT, Role.OFFICER, Role.PARTNER})
IN_TWOS = frozenset(role for role in Role if role in GRANTED_BY_TWO or MAY[role] & SECOND_PERSON)
"""Roles that two people need to have, so that every journey of the demo can be walked to its end:
what one of them did or asked for, only the other may restart, erase, export or approve."""


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
    """Make the accounts of a demo, or give those that there are new passwords; return them.

    Made again, an account keeps its name and what it did; its second factor is taken away and its
    grant made anew, so that whoever runs the demo can log in. Who left stays gone.

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
        found = [(name, role, find_account(quiet, name)) for name, role in _names()]
    wanted = [
        DemoAccount(
            user_name=name,
            password=new_code(),
            role=role,
            area=bcu if role in IN_A_BCU else borough if role in IN_A_BOROUGH else "",
        )
        for name, role, held in found
        if held is None or held.left_at is None
    ]
    waiting: list[tuple[str, str]] = []
    with transaction(database, MAKER, purpose=PURPOSE, at=at) as tx:
        for each in wanted:
            hashed = hash_password(each.password, _quick(settings.passwords))
            account = _account(tx, each, hashed)
            waiting += _grant(tx, account, each, settings)
    with transaction(database, SECOND, purpose=PURPOSE, at=at) as tx:
        for account_id, grant_id in waiting:
            approve_grant(tx, account_id, grant_id)
    return tuple(wanted)


def _names() -> list[tuple[str, Role]]:
    """Return every user name with its role, the second of two after the first."""
    return [
        (f"demo.{role.value.replace(' ', '.')}{suffix}", role)
        for role in Role
        for suffix in (("", ".2") if role in IN_TWOS else ("",))
    ]


def _quick(settings: PasswordSettings) -> PasswordSettings:
    """Return settings that hash in no time.

    Slow hashing keeps a guessable password from being guessed; these have 80 random bits. The
    first log-in hashes anew as is set.
    """
    return replace(settings, memory_kib=8 * settings.lanes, passes=1)


def _account(tx: Transaction, demo: DemoAccount, password_hash: bytes) -> Account:
    """Return an account that can log in with the password, made if there is none."""
    held = find_account(tx, demo.user_name)
    if held is None:
        second = " 2" if demo.user_name.endswith(".2") else ""
        new = NewAccount(
            user_name=demo.user_name,
            display_name=f"SYNTHETIC {demo.role}{second}",
            family_name=demo.role,
            is_synthetic=True,
        )
        return make_account(tx, new, password_hash=password_hash)
    reset_password(tx, held.id, password_hash=password_hash)
    remove_codes(tx, held.id)
    held.must_change = False
    tx.session.flush()
    return held


def _grant(
    tx: Transaction, account: Account, demo: DemoAccount, settings: AccountSettings
) -> list[tuple[str, str]]:
    """Grant the role where no grant of it lasts; return the grant that waits for a second."""
    for held in parts_of(tx, RoleGrant, account.id):
        if held.role == demo.role and held.ended_at is None and held.until_at > tx.at:
            waits = demo.role in GRANTED_BY_TWO and held.approved_by is None
            return [(account.id, held.id)] if waits else []
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
