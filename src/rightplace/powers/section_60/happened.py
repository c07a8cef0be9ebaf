"""What everything in the life of an authorisation has: who, when, and when it was entered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from rightplace.errors import BadInputError
from rightplace.powers.ranks import (  # noqa: TC001 - the codec reads the annotations
    Rank,
    RankKind,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Officer:
    """Who did something, as they stood at that moment.

    Parameters
    ----------
    id
        As the audit chain knows them; empty for somebody without an account.
    name, number
        As on the written authority.
    rank, kind
        Held at that moment, and how; None where no rank is recorded.
    """

    id: str
    name: str
    number: str = ""
    rank: Rank | None = None
    kind: RankKind | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """One thing that happened.

    Parameters
    ----------
    at
        When it happened, with its zone.
    entered_at
        When it was entered here; after ``at`` for what was given orally or on paper.
    by
        Who did it.

    Raises
    ------
    BadInputError
        If a time carries no zone, or it was entered before it happened.
    """

    kind: ClassVar[str]

    at: datetime
    entered_at: datetime
    by: Officer

    def __post_init__(self) -> None:
        """Check that it can have happened, and keep its times in UTC.

        Only there is a difference of two times what passed between them: two times of one zone
        differ by what its clock shows, which is an hour wrong where clocks change.

        Raises
        ------
        BadInputError
            If a time carries no zone, or it was entered before it happened.
        """
        for name in self.__dataclass_fields__:
            moment = getattr(self, name)
            if not isinstance(moment, datetime):
                continue
            if moment.tzinfo is None:
                msg = f"A time of the authorisation ({name}) carries no zone."
                raise BadInputError(msg, value=moment, remedy="Give times with their offset.")
            object.__setattr__(self, name, moment.astimezone(UTC))
        if self.entered_at < self.at:
            msg = f"It would happen at {self.at}, after it was entered at {self.entered_at}."
            raise BadInputError(msg, value=self.at, remedy="Enter what happened, once it did.")

    @property
    def entered_late_by(self) -> timedelta:
        """How long after it happened it was entered."""
        return self.entered_at - self.at
