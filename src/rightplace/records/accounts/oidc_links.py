"""Linking an account with somebody of an OpenID Connect provider; no account is made by it."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from sqlalchemy import select

from rightplace.errors import NotHeldError, RefusedError
from rightplace.records.accounts.oidc_tables import ProviderLink, identity_hash
from rightplace.records.accounts.people import held_account
from rightplace.records.accounts.sessions import end_sessions
from rightplace.records.accounts.tables import parts_of
from rightplace.records.database.words import written

if TYPE_CHECKING:
    from rightplace.records.audit.transaction import Reading, Transaction


def link_in_force(quiet: Reading, account_id: str) -> ProviderLink | None:
    """Return an account's link, or None where it has none."""
    found = [each for each in parts_of(quiet, ProviderLink, account_id) if each.ended_at is None]
    return found[0] if found else None


def link_of_identity(quiet: Reading, issuer: str, subject: str) -> ProviderLink | None:
    """Return the link of somebody of a provider, or None where they are nobody here."""
    wanted = select(ProviderLink).where(
        ProviderLink.identity_hash == identity_hash(issuer, subject)
    )
    found = quiet.unshown(wanted)
    return found[0] if found else None


def link(
    tx: Transaction, account_id: str, *, issuer: str, subject: str, keeps_password: bool
) -> ProviderLink:
    """Let somebody of a provider be the person of an account.

    Parameters
    ----------
    tx
        The transaction of whoever may manage accounts, or of the person at their first log-in.
    account_id
        The account.
    issuer, subject
        The provider's address, and what it calls the person; compared to the letter.
    keeps_password
        Whether the account's own password stays; else it is gone, and its sessions end.

    Raises
    ------
    RefusedError
        If the account was closed or is linked, or the person is linked with another account.
    """
    account = held_account(tx, account_id)
    issuer, subject = written(issuer, what="The provider"), written(subject, what="The subject")
    if account.left_at is not None or link_in_force(tx, account_id) is not None:
        msg = "The account was closed, or is linked with somebody of a provider already."
        raise RefusedError(msg, value=account_id, remedy="End the link that is in force first.")
    if link_of_identity(tx, issuer, subject) is not None:
        msg = "Another account is linked with this person of the provider."
        raise RefusedError(msg, value=subject, remedy="One person has one account: end that link.")
    if not keeps_password:
        account.password_hash, account.must_change = None, False
        end_sessions(tx, account_id, because="linked with a provider")
    return tx.add(
        ProviderLink(
            account_id=account_id,
            id=str(uuid.uuid4()),
            issuer=issuer,
            subject=subject,
            identity_hash=identity_hash(issuer, subject),
            keeps_password=keeps_password,
            linked_by=tx.pen.actor.id,
            linked_at=tx.at,
            ended_at=None,
        )
    )


def unlink(tx: Transaction, account_id: str) -> None:
    """End an account's link and its sessions; a password may then be given to it.

    Raises
    ------
    NotHeldError
        If it has none.
    """
    held = link_in_force(tx, account_id)
    if held is None:
        msg = "The account is linked with nobody of a provider."
        raise NotHeldError(msg, value=account_id, remedy="Nothing is left to do.")
    held.end(tx.at)
    end_sessions(tx, account_id, because="no longer linked with a provider")
    tx.session.flush()
