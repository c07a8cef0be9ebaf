"""Ending whatever lets anybody in: after a restore, what was ended since would let in again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from rightplace.records.accounts.sessions import end_session
from rightplace.records.accounts.tables import Account, LogInSession
from rightplace.records.accounts.tokens import end_tokens

if TYPE_CHECKING:
    from rightplace.records.audit.transaction import Transaction


def end_all_access(tx: Transaction, *, because: str) -> None:
    """End every session and every token; everybody signs in anew.

    Parameters
    ----------
    tx
        The transaction of whoever ends them.
    because
        Why, in words.
    """
    for session in tx.unshown(select(LogInSession).where(LogInSession.ended_at.is_(None))):
        end_session(tx, session, because=because)
    for account in tx.unshown(select(Account).order_by(Account.id)):
        end_tokens(tx, account.id, because=because)
