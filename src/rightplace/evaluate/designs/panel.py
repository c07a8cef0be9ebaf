"""The table that designs read: incidents by unit and period, and which unit was treated when."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import numpy as np

from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

NEVER: Final = -1
"""First treated period of a unit that is never treated."""


class Part(StrEnum):
    """What a unit is to an operation."""

    TREATED = "treated"
    CONTROL = "control"
    RING = "ring"
    """Round the treated places, where displacement or diffusion would show."""
    RING_CONTROL = "ring-control"
    """A comparison for the ring."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Panel:
    """Counts by unit and period.

    Parameters
    ----------
    units
        Names of the units, shape (n_units,).
    parts
        What each is to the operation, shape (n_units,).
    starts, ends
        Shape (n_periods,). First day of each period and first day after it, ``datetime64[D]``;
        periods follow each other without a gap or overlap, but for gaps that were left out on
        purpose.
    counts
        Shape (n_units, n_periods). Incidents, 0 or more; float where harm was summed.
    known
        Shape (n_units, n_periods). Whether anything was published there and then: no data is not
        zero. A design uses no unknown count.
    treated_from
        Shape (n_units,). Index of the first period in which each unit was treated; ``NEVER``
        for the others.
    """

    units: tuple[str, ...]
    parts: tuple[Part, ...]
    starts: NDArray[np.datetime64]
    ends: NDArray[np.datetime64]
    counts: NDArray[np.float64]
    known: NDArray[np.bool_]
    treated_from: NDArray[np.int64]

    def __post_init__(self) -> None:
        """Check that the table is one, or refuse it as bad input.

        Shapes must agree, each unit stand once, known counts be numbers of 0 or more, periods
        follow each other, and the treated units, and no others, have a first treated period.
        """
        shape = (len(self.units), self.starts.size)
        treated = np.array([part is Part.TREATED for part in self.parts], dtype=np.bool_)
        facts = {
            f"tables of {shape[0]} units and {shape[1]} periods": self.counts.shape == shape
            and self.known.shape == shape
            and self.ends.shape == self.starts.shape
            and self.treated_from.shape == (shape[0],)
            and treated.shape == (shape[0],),
            "each unit once": len(set(self.units)) == len(self.units),
        }
        _hold(facts)
        order = bool((self.ends > self.starts).all()) and bool(
            (self.starts[1:] >= self.ends[:-1]).all()
        )
        within = (self.treated_from >= NEVER) & (self.treated_from < shape[1])
        counts = self.counts[self.known]
        _hold(
            {
                "known counts of 0 or more": bool((np.isfinite(counts) & (counts >= 0)).all()),
                "periods one after the other": order,
                "treated units, and no others, with a first treated period": bool(
                    (within & ((self.treated_from != NEVER) == treated)).all()
                ),
            }
        )

    @property
    def shape(self) -> tuple[int, int]:
        """Units and periods."""
        return self.counts.shape[0], self.counts.shape[1]

    def rows(self, *parts: Part) -> NDArray[np.int64]:
        """Return the rows of the units of these parts, in order."""
        return np.flatnonzero([part in parts for part in self.parts])

    def total(self, *parts: Part) -> NDArray[np.float64]:
        """Return the counts of these parts together, shape (n_periods,).

        NaN where any of them is unknown.
        """
        rows = self.rows(*parts)
        summed = self.counts[rows].sum(axis=0)
        return np.where(self.known[rows].all(axis=0), summed, np.nan)

    def first_treated(self) -> int:
        """Return the first period in which any unit was treated.

        Raises
        ------
        BadInputError
            If none is.
        """
        begun = self.treated_from[self.treated_from != NEVER]
        if begun.size == 0:
            msg = "No unit of the table is ever treated."
            raise BadInputError(msg, remedy="Name the treated units and when it began.")
        return int(begun.min())


def _hold(facts: dict[str, bool]) -> None:
    wrong = [fact for fact, holds in facts.items() if not holds]
    if wrong:
        msg = f"The table of counts should have {'; '.join(wrong)}."
        raise BadInputError(msg, remedy="Correct the table.")
