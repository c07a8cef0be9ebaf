"""People's accounts: made, found, and closed at once when somebody leaves."""

from __future__ import annotations

import re
import secrets
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from rightplace.errors import BadInputError, NotHeldError, RefusedError
from rightplace.records.accounts.access_tables import RankHeld, RoleGrant
from rightplace.records.accounts.oidc_tables import ProviderLink
from rightplace.records.accounts.sessions import end_sessions
from rightplace.records.accounts.tables import Account, KnownDevice, RecoveryCode, parts_of
from rightplace.records.accounts.tokens import end_tokens
from rightplace.records.audit.actor import Actor
from rightplace.records.database.words import written

if TYPE_CHECKING:
    from rightplace.records.audit.transaction import Reading, Transaction

NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{2,63}")


def normal_name(user_name: str) -> str:
    """Return a user name in the one form in which it is kept and compared."""
    return unicodedata.normalize("NFKC", user_name).strip().casefold()


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount:
    """A person who shall be able to log in.

    Parameters
    ----------
    user_name
        3 to 64 letters a to z, digits, dots, underscores, hyphens or @; case makes no difference.
    display_name, family_name
        As shown to others; and the family name alone.
    is_synthetic
        Whether it is an account of a demo.

    Raises
    ------
    BadInputError
        If the user name is of another form.
    """

    user_name: str
    display_name: str
    family_name: str
    is_synthetic: bool = False

    def __post_init__(self) -> None:
        """Check the names; a missing one raises ``UsageError``.

        Raises
        ------
        BadInputError
            If the user name is of another form.
        """
        if not NAME.fullmatch(normal_name(self.user_name)):
            msg = f"{self.user_name!r} cannot be a user name."
            remedy = "Use 3 to 64 letters a to z, digits, dots, underscores, hyphens or @."
            raise BadInputError(msg, value=self.user_name, remedy=remedy)
        written(self.display_name, what="The display name")
        written(self.family_name, what="The family name")


def make_account(tx: Transaction, new: NewAccount, *, password_hash: bytes | None) -> Account:
    """Keep a new account; its password, given by somebody else, must be changed at log-in.

    Parameters
    ----------
    tx
        The transaction of whoever may manage accounts.
    new
        Who.
    password_hash
        By ``hash_password``, made before the transaction; None for who logs in by other means.

    Raises
    ------
    RefusedError
        If the user name is taken, also by somebody who left.
    """
    name = normal_name(new.user_name)
    if find_account(tx, name) is not None:
        msg = f"The user name {name!r} is taken."
        raise RefusedError(msg, value=name, remedy="Choose another; names are not used twice.")
    return tx.add(
        Account(
            id=f"u-{secrets.token_hex(6)}",
            user_name=name,
            display_name=written(new.display_name, what="The display name"),
            family_name=written(new.family_name, what="The family name"),
            password_hash=password_hash,
            must_change=password_hash is not None and not new.is_synthetic,
            totp_secret=None,
            totp_since=None,
            totp_step=None,
            is_synthetic=new.is_synthetic,
            created_by=tx.actor.id,
            created_at=tx.at,
            left_at=None,
            left_reason=None,
        )
    )


def find_account(quiet: Reading, user_name: str) -> Account | None:
    """Return the account of a user name in whatever case, for a check; None where nobody has it."""
    found = quiet.unshown(select(Account).where(Account.user_name == normal_name(user_name)))
    return found[0] if found else None


def held_account(quiet: Reading, account_id: str) -> Account:
    """Return an account for a check.

    Raises
    ------
    NotHeldError
        If there is none.
    """
    account = quiet.unshown_one(Account, account_id)
    if account is None:
        msg = f"No account has the id {account_id!r}."
        raise NotHeldError(msg, value=account_id, remedy="Check the id.")
    return account


def actor_of(account: Account) -> Actor:
    """Return the person of an account as the audit chain names them."""
    return Actor(id=account.id, name=account.display_name)


def reset_password(tx: Transaction, account_id: str, *, password_hash: bytes) -> None:
    """Give somebody a password to choose their own by; their sessions end.

    Raises
    ------
    RefusedError
        If they log in by a provider alone.
    """
    account = held_account(tx, account_id)
    links = parts_of(tx, ProviderLink, account_id)
    if any(each.ended_at is None and not each.keeps_password for each in links):
        msg = "The account logs in by a provider alone."
        raise RefusedError(msg, value=account_id, remedy="End its link with the provider first.")
    account.password_hash, account.must_change = password_hash, True
    end_sessions(tx, account_id, because="password reset")
    tx.session.flush()


def leave(tx: Transaction, account_id: str, *, reason: str) -> None:
    """Let somebody be gone at once: sessions, roles, ranks, devices and codes end with it.

    Raises
    ------
    RefusedError
        If they left before.
    """
    account = held_account(tx, account_id)
    if account.left_at is not None:
        msg = "The account was closed before."
        raise RefusedError(msg, value=account_id, remedy="Nothing is left to do.")
    account.left_at, account.left_reason = tx.at, written(reason, what="The reason of leaving")
    account.password_hash = account.totp_secret = account.totp_since = None
    end_sessions(tx, account_id, because="left")
    end_tokens(tx, account_id, because="left")
    for each_link in parts_of(tx, ProviderLink, account_id):
        each_link.end(tx.at)
    for grant in parts_of(tx, RoleGrant, account_id):
        if grant.ended_at is None and grant.until_at > tx.at:
            grant.ended_by, grant.ended_at = tx.actor.id, tx.at
    for rank in parts_of(tx, RankHeld, account_id):
        if rank.until_at is None or rank.until_at > tx.at:
            rank.until_at = max(rank.from_at, tx.at)  # one still to come is never held
    for each in (*parts_of(tx, KnownDevice, account_id), *parts_of(tx, RecoveryCode, account_id)):
        tx.erase(each)
    tx.session.flush()
