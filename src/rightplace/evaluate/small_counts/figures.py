"""Figures of one fixed family: recorded counts by area, span of months and kind, and their sums."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ALL = "all"
"""The kind of a figure that sums over every kind."""


class Figure(NamedTuple):
    """One sum that may be released: an area, a span of whole months, a kind.

    A named tuple and not a dataclass: tens of thousands are looked up in dictionaries.

    Parameters
    ----------
    area
        Key of a leaf or of a wider area.
    first
        Index of the first month (years x 12 + month).
    months
        How many months, 1 or more: 3 a quarter, 12 a year or a rolling window.
    kind
        One kind, or ``ALL`` of them.
    """

    area: str
    first: int
    months: int
    kind: str

    @property
    def last(self) -> int:
        """Index of the last month."""
        return self.first + self.months - 1


@dataclass(frozen=True, kw_only=True, eq=False)
class CountTable:
    """True counts by leaf area, month and kind, with the areas that leaves add up to.

    Parameters
    ----------
    parts
        Parts of each wider area, by its key; a part is a leaf or a wider area itself.
    kinds
        Every kind; a count is of one of them.
    counts
        Count by leaf, month and kind; None where there is no data. What is absent is no data.

    Raises
    ------
    BadInputError
        If a count is below 0, a kind is unknown, or an area is part of two or of itself.
    """

    parts: Mapping[str, tuple[str, ...]]
    kinds: tuple[str, ...]
    counts: Mapping[Figure, int | None]
    _values: dict[Figure, int | None] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        """Check that it is a table of counts.

        Raises
        ------
        BadInputError
            If a count is below 0, a kind is unknown, or an area is part of two or of itself.
        """
        inner = Counter(each for under in self.parts.values() for each in under)
        twice = sorted(each for each, n in inner.items() if n > 1)
        if twice:
            msg = "An area is part of two wider ones."
            raise BadInputError(msg, value=", ".join(twice), remedy="Let each have one.")
        for cell, n in self.counts.items():
            if (n is not None and n < 0) or cell.kind not in self.kinds or cell.months != 1:
                msg = f"{cell} is no cell of this table, or its count {n} is below 0."
                raise BadInputError(msg, value=cell, remedy="Give counts by month and kind.")

    def split(self, figure: Figure) -> list[Figure]:
        """Return the figures that one is the sum of; none for a cell."""
        area, first, months, kind = figure
        under = self.parts.get(area)
        if under is not None:
            return [Figure(each, first, months, kind) for each in under]
        if months > 1:
            return [Figure(area, first + n, 1, kind) for n in range(months)]
        return [Figure(area, first, 1, each) for each in self.kinds] if kind == ALL else []

    def cells(self, figure: Figure) -> Iterator[Figure]:
        """Yield the cells that a figure sums over."""
        below = self.split(figure)
        if not below:
            yield figure
        for each in below:
            yield from self.cells(each)

    def value(self, figure: Figure) -> int | None:
        """Return a figure's true value; None where a cell of it has no data."""
        if figure not in self._values:
            below = self.split(figure)
            if not below:
                self._values[figure] = self.counts.get(figure)
            else:
                found = [self.value(each) for each in below]
                known = [n for n in found if n is not None]
                self._values[figure] = sum(known) if len(known) == len(found) else None
        return self._values[figure]

    @cached_property
    def above(self) -> dict[str, str]:
        """The wider area that each area is a part of."""
        return {each: area for area, under in self.parts.items() for each in under}
