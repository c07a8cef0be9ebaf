"""Ranks as dated facts: substantive, temporary or acting, each with where it is written.

Which kinds count for a power is the force's policy, with its source (NEEDS B8); here they are
only told apart.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from rightplace.errors import BadInputError, NotHeldError
from rightplace.records.accounts.access_tables import RankHeld
from rightplace.records.accounts.tables import Account, parts_of
from rightplace.records.database.words import written

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from rightplace.records.audit.transaction import Reading, Transaction


class Rank(StrEnum):
    """Ranks of the Metropolitan Police, lowest first."""

    CONSTABLE = "constable"
    SERGEANT = "sergeant"
    INSPECTOR = "inspector"
    CHIEF_INSPECTOR = "chief inspector"
    SUPERINTENDENT = "superintendent"
    CHIEF_SUPERINTENDENT = "chief superintendent"
    COMMANDER = "commander"
    DEPUTY_ASSISTANT_COMMISSIONER = "deputy assistant commissioner"
    ASSISTANT_COMMISSIONER = "assistant commissioner"
    DEPUTY_COMMISSIONER = "deputy commissioner"
    COMMISSIONER = "commissioner"

    @property
    def height(self) -> int:
        """Place in the order, 0 for the lowest."""
        return list(Rank).index(self)


class RankKind(StrEnum):
    """How a rank is held."""

    SUBSTANTIVE = "substantive"
    TEMPORARY = "temporary"
    ACTING = "acting"


@dataclass(frozen=True, slots=True, kw_only=True)
class RankFact:
    """A rank that somebody holds for a time.

    Parameters
    ----------
    rank, kind
        Which, and how it is held.
    from_at, until_at
        Half-open, with their zone; None: until further notice.
    source
        Where it is written: an order's number, or the personnel system.

    Raises
    ------
    BadInputError
        If it does not last, or a time carries no zone.
    """

    rank: Rank
    kind: RankKind
    from_at: datetime
    until_at: datetime | None = None
    source: str

    def __post_init__(self) -> None:
        """Check that it is held; a missing source raises ``UsageError``.

        Raises
        ------
        BadInputError
            If it ends before it starts, or a time carries no zone.
        """
        written(self.source, what="The source of the rank")
        times = [self.from_at] if self.until_at is None else [self.from_at, self.until_at]
        if any(each.tzinfo is None for each in times) or times != sorted(times):
            msg = f"No rank is held from {self.from_at} until {self.until_at}."
            raise BadInputError(msg, remedy="Give times with their offset, in order.")


def rank_at(
    facts: Iterable[RankFact], *, at: datetime, counting: Collection[RankKind]
) -> Rank | None:
    """Return the highest rank held at a moment by the kinds that count, or None."""
    held = [
        each.rank
        for each in facts
        if each.kind in counting
        and each.from_at <= at
        and (each.until_at is None or at < each.until_at)
    ]
    return max(held, key=lambda rank: rank.height, default=None)


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
