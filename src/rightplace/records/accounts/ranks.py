"""Ranks that somebody holds, kept as dated facts."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from rightplace.errors import BadInputError, NotHeldError
from rightplace.powers.ranks import Rank, RankFact, RankKind
from rightplace.records.accounts.access_tables import RankHeld
from rightplace.records.accounts.tables import Account, parts_of
from rightplace.records.database.words import written

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.records.audit.transaction import Reading, Transaction


def record_rank(tx: Transaction, account_id: str, fact: RankFact) -> str:
    """Keep a rank that somebody holds; return its id.

    Raises
    ------
    NotHeldError
        If there is no such account, or its person left.
    """
    account = tx.unshown_one(Account, account_id)
    if account is None or account.left_at is not None:
        msg = f"Nobody in service has the account {account_id!r}."
        raise NotHeldError(msg, value=account_id, remedy="Check the id.")
    held = RankHeld(
        account_id=account_id,
        id=str(uuid.uuid4()),
        rank=fact.rank.value,
        kind=fact.kind.value,
        from_at=fact.from_at,
        until_at=fact.until_at,
        source=written(fact.source, what="The source of the rank"),
        recorded_by=tx.actor.id,
        recorded_at=tx.at,
    )
    return tx.add(held).id


def end_rank(tx: Transaction, account_id: str, rank_id: str, *, until: datetime) -> None:
    """Let a rank end, whether it had an end or not.

    Raises
    ------
    NotHeldError
        If it is not held.
    BadInputError
        If it would end before it started.
    """
    held = tx.unshown_one(RankHeld, account_id, rank_id)
    if held is None:
        msg = f"No rank has the id {rank_id!r}."
        raise NotHeldError(msg, value=rank_id, remedy="Check the id.")
    if until < held.from_at:
        msg = f"The rank is held from {held.from_at}, so it does not end on {until}."
        raise BadInputError(msg, value=until, remedy="Give a later end.")
    held.until_at = until
    tx.session.flush()


def ranks_of(quiet: Reading, account_id: str) -> tuple[RankFact, ...]:
    """Return every rank that somebody held, holds or will hold, for a check."""
    return tuple(
        RankFact(
            rank=Rank(row.rank),
            kind=RankKind(row.kind),
            from_at=row.from_at,
            until_at=row.until_at,
            source=row.source,
        )
        for row in parts_of(quiet, RankHeld, account_id)
    )
