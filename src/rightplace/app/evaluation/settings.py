"""Settings of evaluations."""

from __future__ import annotations

from dataclasses import dataclass

from rightplace.errors import UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationSettings:
    """How the outcome of an operation is counted, and what is shown beside it.

    Parameters
    ----------
    street_only
        Whether records known to be indoor, domestic or of custody are left out, as trials of
        patrol did (DOMAIN 4.1.6); those whose setting is unknown are counted.
    published_cells_share
        Smallest share of a borough's cells with any record for its month to count as published,
        0 to 1; a choice of ours, the same as of forecasts.
    smallest_survey
        Fewest people asked, in an area and wave, for their answers to be shown. 30 is a choice of
        ours: below it an interval of 95 % is wider than 35 percentage points.
    """

    street_only: bool = True
    published_cells_share: float = 0.5
    smallest_survey: int = 30

    def __post_init__(self) -> None:
        """Check the numbers.

        Raises
        ------
        UsageError
            If the share lies outside 0 to 1, or the smallest survey has no one in it.
        """
        if not 0 <= self.published_cells_share <= 1 or self.smallest_survey < 1:
            msg = (
                f"evaluation.published_cells_share is {self.published_cells_share} and "
                f"evaluation.smallest_survey {self.smallest_survey}."
            )
            raise UsageError(msg, remedy="Give a share from 0 to 1, and 1 person or more.")
