"""Refreshment breaks: how long by the length of the duty, and whether on the round or beside it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from rightplace.errors import BadInputError


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakTable:
    """Minutes of refreshment by length of duty, and when it falls on the round.

    Parameters
    ----------
    rows
        Pairs of hours and minutes: from so many hours of duty on, so many minutes.
    on_round_minutes
        Rounds of so many minutes or more hold the break; shorter ones leave it before or after.
    earliest_share, latest_share
        On the round it begins between these shares of the duty, 0 to 1.
    """

    rows: tuple[tuple[float, int], ...]
    on_round_minutes: float
    earliest_share: float
    latest_share: float

    def __post_init__(self) -> None:
        """Check that the table covers every duty and the shares follow each other.

        Raises
        ------
        BadInputError
            If it does not begin at 0 hours or does not rise, or the shares are out of order.
        """
        hours = [hour for hour, _ in self.rows]
        rises = all(a < b for a, b in pairwise(hours))
        if not hours or hours[0] != 0 or not rises or min(m for _, m in self.rows) < 0:
            msg = f"The table of breaks {self.rows} does not rise from 0 hours."
            raise BadInputError(msg, remedy="Write it as 0:30, 6:35, 7:40, ...")
        if not 0 <= self.earliest_share <= self.latest_share <= 1:
            msg = f"Breaks begin from {self.earliest_share} to {self.latest_share} of the duty."
            raise BadInputError(msg, remedy="Give two shares from 0 to 1, in order.")

    @classmethod
    def read(
        cls, text: str, *, on_round_minutes: float, earliest_share: float, latest_share: float
    ) -> BreakTable:
        """Return the table written as ``0:30, 6:35`` (hours of duty: minutes of break).

        Raises
        ------
        BadInputError
            If the text is no such table.
        """
        try:
            parts = [part.split(":") for part in text.split(",")]
            rows = tuple((float(hours), int(minutes)) for hours, minutes in parts)
        except ValueError as error:
            msg = f"The table of breaks {text!r} cannot be read."
            remedy = "Write it as 0:30, 6:35, 7:40: hours of duty, minutes of break."
            raise BadInputError(msg, value=text, remedy=remedy) from error
        return cls(
            rows=rows,
            on_round_minutes=on_round_minutes,
            earliest_share=earliest_share,
            latest_share=latest_share,
        )

    def minutes(self, duty_minutes: float) -> int:
        """Return the minutes of refreshment that a duty of some length has."""
        return next(m for hours, m in reversed(self.rows) if duty_minutes >= hours * 60)

    def is_on_round(self, round_minutes: float) -> bool:
        """Return whether a round of some length holds the break."""
        return round_minutes >= self.on_round_minutes
