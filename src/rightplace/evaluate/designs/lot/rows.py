"""What a trial counted, row by row, and what its lot drew together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from rightplace.errors import BadInputError, UnsupportedByDataError

if TYPE_CHECKING:
    from numpy.typing import NDArray

_CHANCE_EQUAL: Final = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TrialRows:
    """Counts of places and periods, and the lot; arrays of shape (n_rows,).

    Parameters
    ----------
    unit
        Number of what is drawn as one: a place, or neighbours together.
    period
        Number of the day or week, in order.
    block
        Number of the lot's own span of time: the day of a place-day, the block of weeks, 0 where
        places are drawn once.
    stratum
        Number of the stratum in which this unit and block was drawn.
    treated
        Whether the lot said to treat, whatever was done.
    count
        Incidents, or harm, 0 or more.
    probability
        Chance with which the lot treats it, above 0 and below 1; None where it was not kept.
    before
        Incidents of the unit's places in a time before the trial; None where not given.
    minutes
        Dosage given, in patrol-minutes, 0 or more; None where not measured.
    washed_out
        Rows left out because the effect of the other arm may last; none of them if not given.
    """

    unit: NDArray[np.int64]
    period: NDArray[np.int64]
    block: NDArray[np.int64]
    stratum: NDArray[np.int64]
    treated: NDArray[np.bool_]
    count: NDArray[np.float64]
    probability: NDArray[np.float64] | None = None
    before: NDArray[np.float64] | None = None
    minutes: NDArray[np.float64] | None = None
    washed_out: NDArray[np.bool_] | None = None

    def __post_init__(self) -> None:
        """Check that the rows belong together, or refuse them as bad input.

        Raises
        ------
        BadInputError
            If lengths differ, a number lies outside its range, or what is drawn together has two
            arms or two strata.
        """
        given = [self.unit, self.period, self.block, self.stratum, self.treated]
        numbers = [each for each in (self.count, self.before, self.minutes) if each is not None]
        also = [each for each in (self.probability, self.washed_out) if each is not None]
        size = self.count.size
        if size == 0 or any(each.shape != (size,) for each in [*given, *numbers, *also]):
            msg = "The columns of a trial must be equally long, and not empty."
            raise BadInputError(msg, remedy="Correct the table.")
        if any(not np.isfinite(each).all() or (each < 0).any() for each in numbers):
            msg = "Counts and minutes must be numbers of 0 or more."
            raise BadInputError(msg, remedy="Correct the table; leave out what was not counted.")
        if (
            self.probability is not None
            and not ((self.probability > 0) & (self.probability < 1)).all()
        ):
            msg = "A lot treats with a chance above 0 and below 1."
            raise BadInputError(msg, remedy="Leave out rows that no lot decided on.")
        _one_each(self.draw, self.treated, "arms: an arm is that of the lot, not of what was done")
        _one_each(self.draw, self.stratum, "strata")
        if self.washed_out is not None:
            spans = np.unique(np.stack([self.stratum, self.period]), axis=1, return_inverse=True)
            _one_each(spans[1].reshape(-1), self.washed_out, "wash-outs: it may not go by arm")
        if self.probability is not None:
            rounded = np.round(self.probability / _CHANCE_EQUAL).astype(np.int64)
            _one_each(self.stratum, rounded, "chances within a stratum")

    @property
    def draw(self) -> NDArray[np.int64]:
        """Number of the draw of each row, from 0: a unit and a block."""
        keys = np.stack([self.unit, self.block])
        return np.asarray(np.unique(keys, axis=1, return_inverse=True)[1].reshape(-1))

    @property
    def kept(self) -> NDArray[np.bool_]:
        """Rows that are counted."""
        if self.washed_out is None:
            return np.ones(self.count.size, dtype=np.bool_)
        return ~self.washed_out


def _one_each(of: NDArray[np.int64], what: NDArray[np.generic], words: str) -> None:
    """Check that rows give each thing one of another.

    Raises
    ------
    BadInputError
        If one has two.
    """
    values = np.unique(what, return_inverse=True)[1].reshape(-1)
    pairs = np.unique(np.stack([of, values]), axis=1)
    twice = pairs[0][1:] == pairs[0][:-1]
    if twice.any():
        msg = f"What the lot drew together stands with two {words}."
        raise BadInputError(msg, remedy="Correct the table, or number the draws apart.")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Drawn:
    """What a lot drew, sorted by stratum; arrays of shape (n_draws,).

    Parameters
    ----------
    stratum
        Number of the stratum, from 0, never falling.
    treated
        What the lot said.
    order
        Index of each draw among those given.
    """

    stratum: NDArray[np.int64]
    treated: NDArray[np.bool_]
    order: NDArray[np.int64]
    starts: NDArray[np.int64] = field(init=False)

    def __post_init__(self) -> None:
        """Note where each stratum starts."""
        starts = np.flatnonzero(np.r_[True, self.stratum[1:] != self.stratum[:-1]])
        object.__setattr__(self, "starts", starts.astype(np.int64))

    @property
    def sizes(self) -> NDArray[np.int64]:
        """Draws of each stratum."""
        return np.asarray(np.diff(np.r_[self.starts, self.stratum.size]))

    @property
    def numbers_treated(self) -> NDArray[np.int64]:
        """Treated draws of each stratum."""
        return np.asarray(np.add.reduceat(self.treated.astype(np.int64), self.starts))


def drawn_of(stratum: NDArray[np.int64], treated: NDArray[np.bool_]) -> tuple[Drawn, int]:
    """Return the draws of strata in which some were treated and some not, and how many others.

    A stratum in which the lot treated all or none compares nothing.

    Parameters
    ----------
    stratum, treated
        Shape (n_draws,).

    Raises
    ------
    UnsupportedByDataError
        If no stratum has both.
    """
    _, number = np.unique(stratum, return_inverse=True)
    sizes = np.bincount(number)
    chosen = np.bincount(number, weights=treated)
    both = ((chosen > 0) & (chosen < sizes))[number]
    if not both.any():
        msg = "In no stratum did the lot treat some and leave others: nothing can be compared."
        raise UnsupportedByDataError(
            msg, remedy="Give the rows of both arms, and strata that have both."
        )
    order = np.flatnonzero(both)
    order = order[np.argsort(number[order], kind="stable")]
    _, again = np.unique(number[order], return_inverse=True)
    made = Drawn(stratum=again.astype(np.int64), treated=treated[order], order=order)
    return made, int((~both).sum())
