"""Bands of distance or of elapsed time, and on which side each is closed.

A band that is closed on the left holds its lower edge, ``[a, b)``; one that is closed on the
right holds its upper edge, ``(a, b]``. The lowest edge of all always belongs to the first band,
as with ``include.lowest`` in R's ``cut``; else events at one and the same place, 0 m apart,
would belong nowhere when bands are closed on the right.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import numpy as np

from rightplace.errors import UsageError

if TYPE_CHECKING:
    from numpy.typing import NDArray

Closed = Literal["left", "right"]
_SAME_PLACE_M = 1.0  # a first band up to this wide is one place, its coordinates rounded
_FOREVER = np.iinfo(np.int32).max


@dataclass(frozen=True, slots=True, kw_only=True)
class Bands:
    """Neighbouring bands between ascending edges.

    Parameters
    ----------
    edges
        Two or more, from 0 or above, each above the one before; the last may be infinite.
    closed
        ``left``: each band is [a, b). ``right``: each is (a, b], and the first [a, b].
    """

    edges: tuple[float, ...]
    closed: Closed

    def __post_init__(self) -> None:
        """Check that the edges part the line into bands.

        Raises
        ------
        UsageError
            If there are fewer than two, one is no number, negative or not above the one before,
            or another than the last is infinite.
        """
        shown = ",".join(f"{edge:g}" for edge in self.edges)
        remedy = "Write ascending edges separated by commas, e.g. 0,0.1,200; the last may be Inf."
        if len(self.edges) < 2:  # noqa: PLR2004 - a band has two ends
            msg = f"Edges {shown!r} make no band; two or more are needed."
            raise UsageError(msg, value=shown, remedy=remedy)
        if any(math.isnan(edge) or edge < 0 for edge in self.edges):
            msg = f"Edges {shown!r}: distances and elapsed times are numbers from 0."
            raise UsageError(msg, value=shown, remedy=remedy)
        for lower, upper in pairwise(self.edges):
            if not upper > lower:
                msg = f"Edges {shown!r} do not ascend: {upper:g} stands after {lower:g}."
                raise UsageError(msg, value=shown, remedy=remedy)

    def __len__(self) -> int:
        return len(self.edges) - 1

    @property
    def is_open_ended(self) -> bool:
        """Whether the last band has no end."""
        return math.isinf(self.edges[-1])

    def which(self, values: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return the band of each value, or -1 where it lies in none; shape as ``values``."""
        edges = np.asarray(self.edges)
        side: Literal["left", "right"] = "right" if self.closed == "left" else "left"
        found = np.searchsorted(edges, values, side=side) - 1
        found[values == edges[0]] = 0
        found[(found >= len(self)) | np.isnan(values)] = -1
        return np.asarray(found, dtype=np.int64)

    def last_units(self) -> NDArray[np.int64]:
        """Return the last whole unit before the first band, then that of each band.

        Whole days (or hours) apart, band ``t`` holds those after entry ``t`` up to entry
        ``t + 1``; an end that never comes is the highest 32-bit number.

        Raises
        ------
        UsageError
            If a band holds no whole unit, such as (0.2, 0.8].
        """
        before = math.ceil(self.edges[0]) - 1
        ends = [before, *(self._last_unit(edge) for edge in self.edges[1:])]
        for position, (lower, upper) in enumerate(pairwise(ends)):
            if upper <= lower:
                a, b = self.edges[position : position + 2]
                msg = f"No whole number of time units lies in the band from {a:g} to {b:g}."
                raise UsageError(msg, value=f"{a:g},{b:g}", remedy="Use whole days as edges.")
        return np.array(ends, dtype=np.int64)

    def _last_unit(self, edge: float) -> int:
        if math.isinf(edge) or edge >= _FOREVER:
            return int(_FOREVER)
        return math.ceil(edge) - 1 if self.closed == "left" else math.floor(edge)

    def interval(self, band: int) -> str:
        """Return a band in the notation of intervals, such as ``[0, 0.1)``."""
        lower, upper = (f"{edge:g}" for edge in self.edges[band : band + 2])
        if self.closed == "left":
            return f"[{lower}, {upper})"
        right = ")" if math.isinf(self.edges[band + 1]) else "]"
        return f"{'[' if band == 0 else '('}{lower}, {upper}{right}"

    def distance_words(self, band: int) -> str:
        """Return a band of distances in words, such as ``0.1 m to under 200 m``."""
        lower, upper = self.edges[band : band + 2]
        if lower == 0 and upper <= _SAME_PLACE_M:
            reach = "under" if self.closed == "left" else "up to"
            return f"same place ({reach} {upper:g} m)"
        holds_lower = self.closed == "left" or band == 0
        start = f"{lower:g} m" if holds_lower else f"over {lower:g} m"
        if math.isinf(upper):
            return f"{start} or more" if holds_lower else start
        return f"{start} to {'under ' if self.closed == 'left' else ''}{upper:g} m"

    def day_words(self, band: int) -> str:
        """Return a band of elapsed days in words, such as ``7 to 13 days``."""
        ends = self.last_units()
        first, last = int(ends[band]) + 1, int(ends[band + 1])
        if last >= _FOREVER:
            return f"{first} days or more"
        if first == last:
            return "same day" if first == 0 else f"{first} day{'s' if first > 1 else ''}"
        return f"{first} to {last} days"
