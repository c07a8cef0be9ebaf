"""Ranks as dated facts: substantive, temporary or acting, each with where it is written.

Which kinds count for a power is the force's policy, with its source (NEEDS B8); here they are
only told apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from rightplace.errors import BadInputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime


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
        """Check that it is held, and says where that is written.

        Raises
        ------
        UsageError
            If the source is missing.
        BadInputError
            If it ends before it starts, or a time carries no zone.
        """
        if not self.source.strip():
            msg = "The source of the rank is missing."
            raise UsageError(msg, remedy="Write it in your own words.")
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
