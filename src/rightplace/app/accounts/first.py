"""Use case: the first accounts of a service: two administrators."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from rightplace.app.accounts.settings import account_settings
from rightplace.app.answer import Answer
from rightplace.app.service.database import open_records
from rightplace.errors import RefusedError, UsageError
from rightplace.records.accounts.allowed import Scope
from rightplace.records.accounts.granting import GrantWanted, approve_grant, grant_role
from rightplace.records.accounts.passwords import hash_password
from rightplace.records.accounts.people import NewAccount, make_account, normal_name
from rightplace.records.accounts.roles import Role
from rightplace.records.accounts.second_factor import new_code
from rightplace.records.accounts.tables import Account
from rightplace.records.audit.actor import Actor
from rightplace.records.audit.transaction import reading, transaction

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.app.workspace import Workspace
    from rightplace.records.accounts.settings import AccountSettings
    from rightplace.records.audit.transaction import Transaction

INSTALLER = Actor(id="command-line", name="Whoever installed the service")
WITNESS = Actor(id="command-line-second", name="The second person at the installation")
PURPOSE = "The first administrators of the service."


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstAccount:
    """An administrator's account as it is shown once.

    Parameters
    ----------
    first_password
        For the first sign-in, to be changed there; it is kept nowhere.
    """

    user_name: str
    first_password: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountsResult:
    """The two administrators that the service began with."""

    accounts: tuple[FirstAccount, ...]


def begin_accounts(
    workspace: Workspace, names: tuple[str, str], *, at: datetime
) -> Answer[AccountsResult]:
    """Make two administrators where there is no account yet; two people see to it that they are.

    Parameters
    ----------
    workspace
        Whose service.
    names
        User names of two people.
    at
        The time now.

    Raises
    ------
    UsageError
        If both are one.
    """
    if normal_name(names[0]) == normal_name(names[1]):
        msg = "Two administrators are two people."
        raise UsageError(msg, value=names[0], remedy="Give the user names of two.")
    settings = account_settings(workspace)
    people = [FirstAccount(user_name=normal_name(n), first_password=new_code()) for n in names]
    hashes = [hash_password(each.first_password, settings.passwords) for each in people]
    database = open_records(workspace)
    try:
        with reading(database) as quiet:
            _check_none(quiet.unshown(select(Account).limit(1)))
        with transaction(database, INSTALLER, purpose=PURPOSE, at=at) as tx:
            _check_none(tx.unshown(select(Account).limit(1)))
            for person, password_hash in zip(people, hashes, strict=True):
                _grant(tx, _make(tx, person, password_hash), settings)
    finally:
        database.close()
    return Answer(verb="accounts", result=AccountsResult(accounts=tuple(people)))


def _check_none(accounts: object) -> None:
    """Check that there is no account.

    Raises
    ------
    RefusedError
        If there is one: accounts are then made by administrators, in the application.
    """
    if accounts:
        msg = "The service has accounts already."
        remedy = "Ask an administrator to make yours, in the application."
        raise RefusedError(msg, remedy=remedy)


def _make(tx: Transaction, person: FirstAccount, password_hash: bytes) -> Account:
    shown = person.user_name
    new = NewAccount(user_name=shown, display_name=shown, family_name=shown)
    return make_account(tx, new, password_hash=password_hash)


def _grant(tx: Transaction, account: Account, settings: AccountSettings) -> None:
    """Grant the role and approve it in one transaction: a kill leaves both or nothing."""
    wanted = GrantWanted(
        role=Role.ADMINISTRATOR,
        scope=Scope.EVERYWHERE,
        from_at=tx.at,
        until_at=tx.at + timedelta(days=settings.grants.longest_days),
        reason=PURPOSE,
    )
    grant_id = grant_role(tx, account.id, wanted, settings=settings.grants)
    tx.pen.actor = WITNESS
    approve_grant(replace(tx, actor=WITNESS), account.id, grant_id)
    tx.pen.actor = INSTALLER
