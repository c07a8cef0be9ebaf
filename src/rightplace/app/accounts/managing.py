"""Use cases of who manages accounts: each is a permission, a purpose and one change of records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightplace.records.accounts.break_glass import (
    approve_break_glass,
    codes,
    seal_code,
    withdraw_code,
)
from rightplace.records.accounts.granting import approve_grant, end_grant, grant_role
from rightplace.records.accounts.passwords import hash_password
from rightplace.records.accounts.people import leave, make_account, reset_password
from rightplace.records.accounts.ranks import end_rank, record_rank
from rightplace.records.accounts.roles import Permission
from rightplace.records.accounts.second_factor import new_code, remove_codes
from rightplace.records.audit.transaction import transaction

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from datetime import datetime

    from rightplace.app.service.person import Person
    from rightplace.powers.ranks import RankFact
    from rightplace.records.accounts.granting import GrantWanted
    from rightplace.records.accounts.people import NewAccount
    from rightplace.records.accounts.settings import AccountSettings
    from rightplace.records.audit.transaction import Transaction
    from rightplace.records.database.front import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Administration:
    """What somebody does to accounts at one moment; each act is refused without its permission.

    Parameters
    ----------
    database
        The records.
    person
        Who acts.
    at
        The time now.
    settings
        What passwords, sessions and grants keep to.
    """

    database: Database
    person: Person
    at: datetime
    settings: AccountSettings

    def make(self, new: NewAccount) -> tuple[str, str]:
        """Make an account; return its id and a password for the first sign-in, shown once."""
        password = new_code()
        hashed = hash_password(password, self.settings.passwords)
        with self._acting(Permission.MANAGE_ACCOUNTS, "Make an account.") as tx:
            return make_account(tx, new, password_hash=hashed).id, password

    def reset_password(self, account_id: str) -> str:
        """Give an account a new password for the next sign-in, shown once; its sessions end."""
        password = new_code()
        hashed = hash_password(password, self.settings.passwords)
        with self._acting(Permission.MANAGE_ACCOUNTS, "Reset a password.") as tx:
            reset_password(tx, account_id, password_hash=hashed)
        return password

    def remove_codes(self, account_id: str) -> None:
        """Take an account's second factor away, as when the device is lost."""
        with self._acting(Permission.MANAGE_ACCOUNTS, "Remove a second factor.") as tx:
            remove_codes(tx, account_id)

    def let_leave(self, account_id: str, *, reason: str) -> None:
        """Close an account at once, with its sessions, roles and devices."""
        with self._acting(Permission.MANAGE_ACCOUNTS, "Close an account.") as tx:
            leave(tx, account_id, reason=reason)

    def grant(self, account_id: str, wanted: GrantWanted) -> str:
        """Grant a role; return the grant's id."""
        with self._acting(Permission.MANAGE_ACCOUNTS, "Grant a role.") as tx:
            return grant_role(tx, account_id, wanted, settings=self.settings.grants)

    def approve(self, account_id: str, grant_id: str) -> None:
        """Approve a grant that needs a second person."""
        with self._acting(Permission.APPROVE_GRANTS, "Approve a grant.") as tx:
            approve_grant(tx, account_id, grant_id)

    def end_grant(self, account_id: str, grant_id: str) -> None:
        """End a grant now."""
        with self._acting(Permission.MANAGE_ACCOUNTS, "End a grant.") as tx:
            end_grant(tx, account_id, grant_id)

    def record_rank(self, account_id: str, fact: RankFact) -> str:
        """Keep a rank that somebody holds; return its id."""
        with self._acting(Permission.MANAGE_ACCOUNTS, "Record a rank.") as tx:
            return record_rank(tx, account_id, fact)

    def end_rank(self, account_id: str, rank_id: str) -> None:
        """Let a rank end now."""
        with self._acting(Permission.MANAGE_ACCOUNTS, "End a rank.") as tx:
            end_rank(tx, account_id, rank_id, until=self.at)

    def seal(self, label: str) -> str:
        """Make a code for an envelope; return it, shown once."""
        with self._acting(Permission.SEAL_CODES, "Seal a break-glass code.") as tx:
            return seal_code(tx, label=label, settings=self.settings.sessions)

    def approve_break_glass(self, user_name: str, *, reason: str) -> str:
        """Make a code that lets one person in for a moment; return it, shown once."""
        from rightplace.records.accounts.people import find_account

        with self._acting(Permission.APPROVE_BREAK_GLASS, "Approve break-glass.") as tx:
            account = find_account(tx, user_name)
            account_id = user_name if account is None else account.id
            return approve_break_glass(
                tx, account_id, reason=reason, settings=self.settings.sessions
            )

    def withdraw(self, code_id: str) -> None:
        """Let a code be of no more use."""
        with self._acting(Permission.SEAL_CODES, "Withdraw a break-glass code.") as tx:
            withdraw_code(tx, code_id)

    def usable_codes(self) -> tuple[tuple[str, str, str], ...]:
        """Return id, label and last moment of the codes that can still be used."""
        with self._acting(Permission.SEAL_CODES, "See break-glass codes.") as tx:
            return tuple(
                (each.id, each.label, f"{each.usable_until:%Y-%m-%d %H:%M} UTC")
                for each in codes(tx)
            )

    def _acting(self, permission: Permission, purpose: str) -> AbstractContextManager[Transaction]:
        """Return a transaction of who acts, once it is known that they may."""
        self.person.check(permission)
        return transaction(self.database, self.person.actor, purpose=purpose, at=self.at)
