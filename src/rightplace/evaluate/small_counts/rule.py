"""What counts as small, and how uncertain a withheld count must stay."""

from __future__ import annotations

from dataclasses import dataclass

from rightplace.errors import UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallCountRule:
    """The rule by which counts are withheld.

    Parameters
    ----------
    threshold
        Counts from 1 up to, and without, this one are small and never shown (DOMAIN 8.4.27 and
        2.6.32: cells under 5).
    width
        How far apart the least and the greatest value of a withheld small count must lie for
        whoever knows every figure ever released; a choice of ours: 4, so that at least five
        values are possible, as many as the threshold.

    Raises
    ------
    UsageError
        If nothing would be small, or a withheld count could be told exactly.
    """

    threshold: int = 5
    width: int = 4

    def __post_init__(self) -> None:
        """Check that it protects.

        Raises
        ------
        UsageError
            If nothing would be small, or a withheld count could be told exactly.
        """
        if self.threshold < 2 or self.width < 1:  # noqa: PLR2004 - else no count is small
            msg = f"Threshold {self.threshold} and width {self.width} protect nothing."
            remedy = "Give a threshold of 2 or more and a width of 1 or more."
            raise UsageError(msg, value=self.threshold, remedy=remedy)

    def is_small(self, count: int) -> bool:
        """Whether a count is small: zero is not."""
        return 0 < count < self.threshold
