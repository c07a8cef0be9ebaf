"""Published totals by class, borough and month, which the demo's incidents add up to."""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from importlib import resources
from typing import TYPE_CHECKING

import numpy as np

from rightplace.core.time import Month
from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

ATTRIBUTION = (
    "Borough totals: Metropolitan Police Service, London Datastore, Open Government Licence v3.0. "
    "Outlines: Office for National Statistics, Open Government Licence v3.0; contains OS data "
    "\N{COPYRIGHT SIGN} Crown copyright and database right."
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BoroughTotals:
    """Recorded offences by class, borough and month.

    Parameters
    ----------
    classes
        Names of offence classes.
    boroughs
        Names of boroughs.
    months
        Months, without a gap.
    counts
        Shape (classes, boroughs, months). Offences, zero or more.
    """

    classes: tuple[str, ...]
    boroughs: tuple[str, ...]
    months: tuple[Month, ...]
    counts: NDArray[np.int64]

    def __post_init__(self) -> None:
        """Check that the counts fit the names.

        Raises
        ------
        BadInputError
            If they do not, a count is negative or all are zero, or a month is left out.
        """
        shape = (len(self.classes), len(self.boroughs), len(self.months))
        if self.counts.shape != shape or 0 in shape:
            msg = f"Totals of shape {self.counts.shape} do not fit names of {shape}."
            raise BadInputError(msg)
        if self.counts.min() < 0:
            msg = f"A total is negative: {self.counts.min()}."
            raise BadInputError(msg, value=int(self.counts.min()))
        if not self.counts.any():
            msg = "The totals are all zero: there is nothing to add up to."
            raise BadInputError(msg)
        if any(b.index != a.index + 1 for a, b in zip(self.months, self.months[1:], strict=False)):
            msg = f"The months leave a gap between {self.months[0]} and {self.months[-1]}."
            raise BadInputError(msg)

    def only(self, classes: Sequence[str]) -> BoroughTotals:
        """Return the totals of some classes, in the order given.

        Raises
        ------
        BadInputError
            If a class has no totals.
        """
        unknown = [name for name in classes if name not in self.classes]
        if unknown:
            msg = f"No totals for {', '.join(map(repr, unknown))}."
            remedy = f"Classes with totals: {', '.join(self.classes)}."
            raise BadInputError(msg, value=unknown[0], remedy=remedy)
        chosen = [self.classes.index(name) for name in classes]
        return replace(self, classes=tuple(classes), counts=self.counts[chosen])

    def last(self, months: int) -> BoroughTotals:
        """Return the totals of the last so many months.

        Raises
        ------
        BadInputError
            If there are not so many, or none is asked for.
        """
        if not 1 <= months <= len(self.months):
            msg = f"{months} months asked for; there are totals for {len(self.months)}."
            raise BadInputError(msg, value=months)
        return replace(self, months=self.months[-months:], counts=self.counts[..., -months:])

    def scaled(self, share: float) -> BoroughTotals:
        """Return each total times ``share`` (0 to 1), rounded half up: no longer published figures.

        Raises
        ------
        BadInputError
            If the share is not above 0 and at most 1.
        """
        if not 0 < share <= 1:
            msg = f"A share of the totals must be above 0 and at most 1, got {share}."
            raise BadInputError(msg, value=share)
        return replace(self, counts=np.floor(self.counts * share + 0.5).astype(np.int64))


def read_borough_totals() -> BoroughTotals:
    """Return the published totals that ship with the product: 5 classes, 32 boroughs, 24 months.

    See ``data/demo_origin.md`` for the publisher and for how the classes were cut. The City of
    London is not in the table: no data, which is not zero.

    Raises
    ------
    BadInputError
        If the table does not hold every class for every borough.
    """
    text = (resources.files("rightplace.crime") / "data/demo_borough_totals.csv").read_text("utf-8")
    header, *rows = csv.reader(text.splitlines())
    classes = tuple(dict.fromkeys(row[0] for row in rows))
    boroughs = tuple(dict.fromkeys(row[1] for row in rows))
    if [(row[0], row[1]) for row in rows] != [(c, b) for c in classes for b in boroughs]:
        msg = "The table of totals must hold each class for each borough, in one order."
        raise BadInputError(msg, file="demo_borough_totals.csv")
    counts = np.array([row[2:] for row in rows], dtype=np.int64)
    months = tuple(Month.parse(name) for name in header[2:])
    return BoroughTotals(
        classes=classes,
        boroughs=boroughs,
        months=months,
        counts=counts.reshape(len(classes), len(boroughs), len(months)),
    )


def apportion(total: int, weights: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return whole numbers that add up to ``total``, as near to the weights as they can be.

    Largest remainders; a tie goes to the earlier place.

    Parameters
    ----------
    total
        Zero or more.
    weights
        Shape (n,). Zero or more, not all zero.

    Raises
    ------
    BadInputError
        If the total is negative, or the weights are all zero or one is negative.
    """
    if total < 0 or weights.min(initial=0.0) < 0 or not weights.any():
        msg = f"Cannot share out {total} by weights that add up to {weights.sum():g}."
        raise BadInputError(msg, value=total)
    exact = total * weights / weights.sum()
    whole: NDArray[np.int64] = np.floor(exact).astype(np.int64)
    neediest = np.argsort(whole - exact, kind="stable")[: total - int(whole.sum())]
    whole[neediest] += 1
    return whole
