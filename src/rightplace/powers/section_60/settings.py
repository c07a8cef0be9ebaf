"""Settings of section 60: clocks and thresholds that are choices, not law."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import time

from rightplace.errors import BadInputError


@dataclass(frozen=True, slots=True, kw_only=True)
class Section60Settings:
    """Prompts and questions about section 60, each a choice that a force may change.

    Parameters
    ----------
    policy
        Path of the force's own policy (TOML), stricter than the law; empty for none.
    inform_minutes
        By when a superintendent should have been informed; the Act says as soon as practicable
        (DOMAIN 1.7.44). So long after the start, too, it should be written whether the public was
        told: the Code names no time, so that is our choice.
    write_minutes
        By when an oral authorisation should be written down; the Act says as soon as practicable.
        Our choice.
    necessity_hours
        Hours from the start between questions whether it is still needed (DOMAIN 1.7.45).
    answer_early_minutes
        How long before such a question is due an answer counts as one to it. Our choice.
    escalate_minutes
        How long such a question may stay unanswered before a superintendent is asked (NEEDS D 5).
    shift_changes
        When shifts change, local time, separated by blanks (DOMAIN 6.3, London: 07, 15 and 23).
    hand_over_minutes
        How long before a change of shift a hand-over counts as that of the change. Our choice.
    ending_minutes
        How long before the end its end is announced. Our choice.
    review_days
        Days from the end until the review is due (DOMAIN 1.8.54).
    sign_minutes
        How long before its signature a period may begin on paper, since it was drafted before it
        was signed; the powers run from the signature. Our choice.
    long_hours
        A first period longer than this asks for a reason (DOMAIN 1.7.44).
    large_share
        A locality larger than this share of past ones asks for a reason (DOMAIN 1.7.44).
    large_least
        Fewest past localities for that comparison. Our choice.
    evidence_hours
        How long after the newest thing learnt intelligence is taken to reach, where nobody said
        (DOMAIN 1.7.44 names the window and no length). Our choice.
    again_hours
        A new one at the same place within so many hours of the last asks for a superintendent's
        reason (NEEDS C3).
    same_place_share
        Share of the smaller locality that lies in the other from which on both are one place, so
        that a drifting edge does not make a new one. Our choice.
    likeness
        Share of word triples in common from which on grounds count as copied. Our choice.

    Raises
    ------
    BadInputError
        If a length or number is not above 0, a share not between 0 and 1, or a change of shift no
        time.
    """

    policy: str = ""
    inform_minutes: int = 60
    write_minutes: int = 60
    necessity_hours: int = 4
    answer_early_minutes: int = 60
    escalate_minutes: int = 30
    shift_changes: str = "07:00 15:00 23:00"
    hand_over_minutes: int = 120
    ending_minutes: int = 60
    review_days: int = 7
    sign_minutes: int = 15
    long_hours: int = 15
    large_share: float = 0.95
    large_least: int = 20
    evidence_hours: int = 72
    again_hours: int = 72
    same_place_share: float = 0.1
    likeness: float = 0.5

    def __post_init__(self) -> None:
        """Check that clocks run and shares are shares.

        Raises
        ------
        BadInputError
            If one is not.
        """
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, int) and value < 1:
                msg = f"{field.name} is {value}; it must be 1 or more."
                raise BadInputError(msg, value=value, remedy=f"Mend section_60.{field.name}.")
            if isinstance(value, float) and not 0 < value <= 1:
                msg = f"{field.name} is {value}; it must be above 0 and at most 1."
                raise BadInputError(msg, value=value, remedy=f"Mend section_60.{field.name}.")
        try:
            _ = self.shift_times
        except ValueError as error:
            msg = f"shift_changes is {self.shift_changes!r}, not times."
            raise BadInputError(
                msg, value=self.shift_changes, remedy="Write it as 07:00 15:00 23:00."
            ) from error

    @property
    def shift_times(self) -> tuple[time, ...]:
        """Times of day at which shifts change, on the local clock."""
        return tuple(time.fromisoformat(each) for each in self.shift_changes.split())
