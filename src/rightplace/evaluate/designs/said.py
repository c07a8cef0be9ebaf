"""A published percentage, recomputed from the figures that it is said of."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from typing import Final

from rightplace.errors import BadInputError

_FALLS: Final = frozenset({"down", "fell", "fall", "fewer", "less", "lower", "-", "\u2212"})
_RISES: Final = frozenset({"up", "rose", "rise", "more", "higher", "+"})
_BEFORE: Final = r"(?:(down|fell|fall|up|rose|rise)\s+(?:by\s+|of\s+)?)?"
_NUMBER: Final = r"([+\-\u2212])?(\d+(?:\.(\d+))?)\s*(?:%|per\s*cent|percent)?"
_AFTER: Final = r"(?:\s*(fewer|less|lower|down|more|higher|up|fall|rise))?"
_WRITTEN: Final = re.compile(f"{_BEFORE}{_NUMBER}{_AFTER}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A change as it was published, in per cent.

    Parameters
    ----------
    percent
        Negative is a fall; 0 or more where nobody says which way.
    decimals
        Digits behind the point that were printed: 38 stands for 37.5 to 38.5.
    way_said
        Whether it was said which way: 38 alone is a size, and goes the way of the figures.
    """

    percent: float
    decimals: int = 0
    way_said: bool = True

    @classmethod
    def read(cls, text: str) -> Said:
        """Return a change as somebody wrote it: ``-38``, ``38 % fewer``, ``down 38.2 %``, ``38``.

        Raises
        ------
        BadInputError
            If it is no percentage, or goes both ways.
        """
        written = _WRITTEN.fullmatch(text.strip().casefold())
        remedy = "Write -38 or 38 % fewer, +12 or 12 % more, or 38 where only the size was said."
        if written is None:
            msg = f"{text!r} is no percentage."
            raise BadInputError(msg, value=text, remedy=remedy)
        ways = {written[1], written[2], written[5]} - {None}
        falls, rises = bool(ways & _FALLS), bool(ways & _RISES)
        if falls and rises:
            msg = f"{text!r} goes both ways."
            raise BadInputError(msg, value=text, remedy=remedy)
        return cls(
            percent=(-1 if falls else 1) * float(written[3]),
            decimals=len(written[4] or ""),
            way_said=falls or rises,
        )

    def __str__(self) -> str:
        """Return it as it was printed, in words."""
        way = "fewer" if self.percent < 0 else "more"
        printed = f"{abs(self.percent):.{self.decimals}f} %"
        return f"{printed} {way}" if self.way_said else f"{printed}, taken as {way},"

    def of(self, before: int, after: int) -> Said:
        """Return it in the way that two counts went, where nobody said which way."""
        if self.way_said or after >= before:
            return self
        return replace(self, percent=-abs(self.percent))

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
        if self != self.of(before, after):
            return self.of(before, after).judged(before, after)
        percent = (after - before) / before * 100
        truth = f"{abs(percent):.1f} % {'fewer' if percent < 0 else 'more'}"
        sum_of = f"{before:,} to {after:,} is {truth} ({after - before:+,})"
        if self.follows(percent):
            return f"The published {self} follows: {sum_of}.", True
        if self.follows(-percent) and self.way_said:
            return f"The published {self} has the wrong direction: {sum_of}.", False
        why = ""
        if after and self.follows((after - before) / after * 100):
            why = " It is the change as a share of the later figure, which no fall is measured by."
        elif math.isclose(self.percent, math.trunc(percent)) and not self.decimals:
            why = " It was cut off, not rounded."
        return f"The published {self} does not follow: {sum_of}.{why}", False
