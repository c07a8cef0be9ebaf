"""A force's strength as it was published month by month: what changed, what is missing, breaks.

The numbers are of a whole force. What came in and what went out in a month is not in them, only
what was left of both.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from rightplace.errors import BadInputError, UnsupportedByDataError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rightplace.core.time import Month

NOT_KNOWN: Final = (
    "Joiners and leavers apart cannot be known from this data: a strength by month tells only the "
    "net change. Nor can who is in training or tutored, and so how many can be deployed."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """A programme during which strength did not go on as it had: no such past foretells it.

    Parameters
    ----------
    name
        What it is called.
    first, last
        Its first and last month.
    """

    name: str
    first: Month
    last: Month

    def __post_init__(self) -> None:
        """Check that it ends after it begins.

        Raises
        ------
        BadInputError
            If it does not.
        """
        if self.last < self.first:
            msg = f"{self.name} ends in {self.last}, before it begins in {self.first}."
            raise BadInputError(msg, value=str(self.last), remedy="Correct the settings.")

    def crosses(self, first: Month, last: Month) -> bool:
        """Return whether any of its months lies from ``first`` to ``last``."""
        return self.first <= last and first <= self.last


@dataclass(frozen=True, slots=True, kw_only=True)
class StrengthMonth:
    """Strength of a force at the end of a month.

    Parameters
    ----------
    officers, staff, pcsos
        As published.
    file, row
        Where it stands; the first row of data is 1.
    """

    month: Month
    officers: int
    staff: int
    pcsos: int
    file: str
    row: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Months that the source does not have, between two that it has.

    Parameters
    ----------
    first, last
        The months missing.
    file, row
        The row after which they are missing.
    """

    first: Month
    last: Month
    file: str
    row: int

    @property
    def finding(self) -> str:
        """What is missing, and where, in words."""
        span = str(self.first) if self.first == self.last else f"{self.first} to {self.last}"
        return f"no strength for {span}, after row {self.row} of {self.file}"


@dataclass(frozen=True, slots=True, kw_only=True)
class StrengthHistory:
    """Months in order, each once, perhaps with gaps.

    Parameters
    ----------
    force
        Whose strength.
    months
        At least one.
    """

    force: str
    months: tuple[StrengthMonth, ...]

    def __post_init__(self) -> None:
        """Check that the months are in order and none is doubled.

        Raises
        ------
        BadInputError
            If a month stands twice or is out of order; the row is named.
        """
        for before, after in pairwise(self.months):
            if after.month == before.month:
                msg = f"{after.month} stands in row {before.row} of {before.file} and again."
                raise BadInputError(
                    msg,
                    file=after.file,
                    row=after.row,
                    value=str(after.month),
                    remedy="Keep one of the rows, or declare which file is the later release.",
                )
            if after.month < before.month:
                msg = f"{after.month} stands after {before.month}."
                raise BadInputError(msg, file=after.file, row=after.row, remedy="Sort the months.")

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """What is missing between the first and the last month."""
        return tuple(
            Gap(
                first=before.month.plus(1),
                last=after.month.plus(-1),
                file=before.file,
                row=before.row,
            )
            for before, after in pairwise(self.months)
            if after.month != before.month.plus(1)
        )

    @property
    def officers(self) -> NDArray[np.float64]:
        """Shape (n_months,). Officers at the end of each month held."""
        return np.array([each.officers for each in self.months], dtype=np.float64)

    @property
    def net_changes(self) -> NDArray[np.float64]:
        """Shape (n_months - 1,). Officers more than the month before; needs ``unbroken`` months."""
        return np.diff(self.officers)

    def up_to(self, month: Month) -> StrengthHistory:
        """Return the months up to one, that one included."""
        kept = tuple(each for each in self.months if each.month <= month)
        return StrengthHistory(force=self.force, months=kept)

    def unbroken(self, *, least_changes: int) -> StrengthHistory:
        """Return the newest months without a gap: a change over a gap is of no one month.

        Parameters
        ----------
        least_changes
            Monthly changes that are needed.

        Raises
        ------
        UnsupportedByDataError
            If there are fewer; the gap that cuts them short is named.
        """
        gaps = self.gaps
        start = gaps[-1].last if gaps else None
        kept = tuple(each for each in self.months if start is None or each.month > start)
        if len(kept) - 1 < least_changes:
            why = f" ({gaps[-1].finding})" if gaps else ""
            msg = (
                f"{max(0, len(kept) - 1)} monthly changes without a gap are known{why}; "
                f"{least_changes} are needed."
            )
            remedy = "Take in the months that are missing, or begin from a later month."
            raise UnsupportedByDataError(msg, remedy=remedy)
        return StrengthHistory(force=self.force, months=kept)


def crossed(breaks: Sequence[Break], first: Month, last: Month) -> tuple[Break, ...]:
    """Return the breaks that a span of months crosses.

    Parameters
    ----------
    breaks
        Those known.
    first, last
        The span, both months in it.
    """
    return tuple(each for each in breaks if each.crosses(first, last))
