"""People with accounts, quick settings for hashing, and ways to log in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pyotp

from rightplace.records.accounts.allowed import Scope
from rightplace.records.accounts.granting import GrantWanted
from rightplace.records.accounts.log_in import LogInResult, Origin, give_code, log_in
from rightplace.records.accounts.passwords import hash_password
from rightplace.records.accounts.people import NewAccount, make_account
from rightplace.records.accounts.roles import Role
from rightplace.records.accounts.second_factor import begin_codes, confirm_codes
from rightplace.records.accounts.sessions import SignedIn, find_session
from rightplace.records.accounts.settings import (
    AccountSettings,
    LogInSettings,
    PasswordSettings,
)
from rightplace.records.audit.actor import Actor
from rightplace.records.audit.transaction import reading, transaction
from tests.records.acting import NOON

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.records.database.front import Database

ADMIN = Actor(id="u-admin", name="Ada Admin")
SECOND_ADMIN = Actor(id="u-admin-2", name="Abe Admin")
PHRASE = "purple canoe lantern"
QUICK = PasswordSettings(memory_kib=64, passes=1, lanes=1)
LOG_IN = LogInSettings(account_free=3, device_free=3, source_free=6)
SETTINGS = AccountSettings(passwords=QUICK, log_in=LOG_IN)
NO_CODES = replace(SETTINGS, log_in=replace(LOG_IN, needs_second_factor=False))
HERE = Origin(source="10.0.0.1")
SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Person:
    """An account of a test, with what its owner knows."""

    id: str
    name: str
    secret: str = ""
    recovery: tuple[str, ...] = ()


def join(database: Database, name: str = "pat.smith", *, with_codes: bool = False) -> Person:
    """Somebody new, their password chosen by themselves; with codes if wanted."""
    new = NewAccount(user_name=name, display_name="Pat Smith", family_name="Smith")
    with transaction(database, ADMIN, purpose="A new colleague.", at=NOON) as tx:
        account = make_account(tx, new, password_hash=hash_password(PHRASE, QUICK))
        account.must_change = False
    if not with_codes:
        return Person(id=account.id, name=name)
    owner = Actor(id=account.id, name="Pat Smith")
    before = NOON - timedelta(hours=1)
    with transaction(database, owner, purpose="Second factor.", at=before) as tx:
        secret = pyotp.parse_uri(begin_codes(tx, account.id)).secret
        now = pyotp.TOTP(secret).at(before)
        codes = confirm_codes(tx, account.id, now, settings=LOG_IN)
    return Person(id=account.id, name=name, secret=secret, recovery=codes)


def enter(
    database: Database,
    name: str = "pat.smith",
    typed: str = PHRASE,
    *,
    at: datetime = NOON,
    origin: Origin = HERE,
    settings: AccountSettings = SETTINGS,
) -> LogInResult:
    return log_in(database, name, typed, origin=origin, at=at, settings=settings)


def code(
    database: Database, person: Person, result: LogInResult, *, at: datetime = NOON, given: str = ""
) -> LogInResult:
    typed = given or pyotp.TOTP(person.secret).at(at)
    origin = replace(HERE, session_token=result.session_token)
    return give_code(database, typed, origin=origin, at=at, settings=SETTINGS)


def who(
    database: Database,
    token: str | None,
    *,
    at: datetime = NOON,
    settings: AccountSettings = SETTINGS,
) -> SignedIn | None:
    assert token is not None
    with reading(database) as quiet:
        return find_session(quiet, token, at=at, settings=settings)


def signed_in(database: Database, *, at: datetime = NOON) -> SignedIn:
    """Pat Smith, logged in."""
    found = who(database, enter(database, at=at).session_token, at=at)
    assert found is not None
    return found


def wanted(role: Role = Role.SERGEANT, *, days: float = 30, area: str = "Camden") -> GrantWanted:
    return GrantWanted(
        role=role,
        scope=Scope.BOROUGH if area else Scope.EVERYWHERE,
        area=area,
        from_at=NOON,
        until_at=NOON + timedelta(days=days),
        reason="Posted there.",
    )
