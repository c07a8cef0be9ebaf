"""A published percentage, recomputed from the figures that it is said of."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from rightplace.errors import BadInputError

_WRITTEN = re.compile(r"([+\-\u2212])?(\d+(?:\.(\d+))?)\s*(?:%|per\s*cent|percent)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A change as it was published, in per cent.

    Parameters
    ----------
    percent
        Negative is a fall.
    decimals
        Digits behind the point that were printed: 38 stands for 37.5 to 38.5.
    """

    percent: float
    decimals: int = 0

    @classmethod
    def read(cls, text: str) -> Said:
        """Return a change as somebody wrote it: ``-38``, ``-38.2 %``, ``+12``.

        Raises
        ------
        BadInputError
            If it is no percentage, or says nobody knows which way.
        """
        written = _WRITTEN.fullmatch(text.strip())
        if written is None:
            msg = f"{text!r} is no percentage."
            raise BadInputError(msg, value=text, remedy="Write -38 for 38 % fewer, 12 for more.")
        sign = -1 if written[1] in ("-", "\u2212") else 1
        return cls(percent=sign * float(written[2]), decimals=len(written[3] or ""))

    def __str__(self) -> str:
        """Return it as it was printed, in words."""
        return f"{abs(self.percent):.{self.decimals}f} % {'fewer' if self.percent < 0 else 'more'}"

    def follows(self, percent: float) -> bool:
        """Return whether a percentage, rounded either way at a half, is the published one."""
        half = 0.5 * 10.0**-self.decimals
        return abs(percent - self.percent) <= half * (1 + 1e-9)

    def judged(self, before: int, after: int) -> tuple[str, bool]:
        """Return a sentence on whether it follows from two counts, and whether it does.

        Parameters
        ----------
        before
            Above 0.
        after
            0 or more.
        """
        percent = (after - before) / before * 100
        truth = f"{abs(percent):.1f} % {'fewer' if percent < 0 else 'more'}"
        sum_of = f"{before:,} to {after:,} is {truth} ({after - before:+,})"
        if self.follows(percent):
            return f"The published {self} follows: {sum_of}.", True
        if self.follows(-percent):
            return f"The published {self} has the wrong direction: {sum_of}.", False
        why = ""
        if after and self.follows((after - before) / after * 100):
            why = " It is the change as a share of the later figure, which no fall is measured by."
        elif math.isclose(self.percent, math.trunc(percent)) and not self.decimals:
            why = " It was cut off, not rounded."
        return f"The published {self} does not follow: {sum_of}.{why}", False
