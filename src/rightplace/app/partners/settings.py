"""Settings of what is shared with partners and the public."""

from __future__ import annotations

from dataclasses import dataclass

from rightplace.errors import UsageError
from rightplace.evaluate.small_counts.rule import SmallCountRule


@dataclass(frozen=True, slots=True, kw_only=True)
class SharingSettings:
    """What may leave the building in figures, and when.

    Parameters
    ----------
    threshold
        Counts from 1 up to, and without, this one are withheld (DOMAIN 8.4.27: cells under 5).
    width
        How far apart the least and the greatest value of a withheld small count must lie for
        whoever knows every figure ever released; a choice of ours: 4, so that at least five
        values are possible.
    delay_days
        Days after the end of a month before any figure of it goes out (NEEDS D: 28).
    fewest_visits
        Visits to a ward in a month below which they are not told (NEEDS D: 5).
    longest_days
        The longest that an approval lasts, so that each is reviewed every year (CAPABILITIES S16).

    Raises
    ------
    UsageError
        If figures would go out at once, for ever, or of a single visit.
    """

    threshold: int = 5
    width: int = 4
    delay_days: int = 28
    fewest_visits: int = 5
    longest_days: int = 366

    def __post_init__(self) -> None:
        """Check that it protects; a threshold or width that does not raises the same.

        Raises
        ------
        UsageError
            If figures would go out at once, for ever, or of a single visit.
        """
        if self.delay_days < 1 or self.longest_days < 1 or self.fewest_visits < 2:  # noqa: PLR2004 - else one crew's visit
            msg = (
                f"A delay of {self.delay_days} days, approvals of {self.longest_days} and "
                f"{self.fewest_visits} visits protect nobody."
            )
            raise UsageError(msg, remedy="Give 1 day, 1 day and 2 visits or more.")
        SmallCountRule(threshold=self.threshold, width=self.width)

    @property
    def rule(self) -> SmallCountRule:
        """The rule by which counts are withheld."""
        return SmallCountRule(threshold=self.threshold, width=self.width)
