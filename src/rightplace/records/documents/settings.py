"""Settings of the six documents."""

from __future__ import annotations

from dataclasses import dataclass

from rightplace.errors import BadInputError


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentSettings:
    """How long a document stands.

    Parameters
    ----------
    longest_review_days
        From its date to its review, at the most; a choice of ours: a year (DOMAIN 9.3.17: retest
        intervals by risk, without a figure).

    Raises
    ------
    BadInputError
        If it is shorter than a day.
    """

    longest_review_days: int = 366

    def __post_init__(self) -> None:
        """Check the range.

        Raises
        ------
        BadInputError
            If it is shorter than a day.
        """
        if self.longest_review_days < 1:
            msg = f"longest_review_days is {self.longest_review_days}; it is at least 1."
            raise BadInputError(msg, value=self.longest_review_days, remedy="Give whole days.")
