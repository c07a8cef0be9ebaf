"""What the weighted comparison must share with the treated places: numbers, people, past crime."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Final

import numpy as np

from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

SIZE: Final = "number of places"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class UnitTable:
    """Counts of several outcomes by unit and period, and what is known of the units.

    Parameters
    ----------
    units
        Names, shape (n_units,).
    treated
        Shape (n_units,). Which got the operation.
    outcomes
        By name; each shape (n_units, n_periods): incidents, 0 or more.
    covariates
        By name; each shape (n_units,): people, households and the like, the same in all periods.
    periods
        Names of the periods, shape (n_periods,), in order.
    first_treated
        Index of the first period of the operation.
    """

    units: tuple[str, ...]
    treated: NDArray[np.bool_]
    outcomes: Mapping[str, NDArray[np.float64]]
    covariates: Mapping[str, NDArray[np.float64]]
    periods: tuple[str, ...]
    first_treated: int

    def __post_init__(self) -> None:
        """Check that the table can carry a comparison.

        Raises
        ------
        BadInputError
            If shapes differ, a number is missing or a count negative, a unit stands twice, all
            units or none are treated, or there is no period before the operation or none in it.
        """
        shape = (len(self.units), len(self.periods))
        faults = []
        for name, counts in self.outcomes.items():
            if counts.shape != shape or not (np.isfinite(counts) & (counts >= 0)).all():
                faults.append(f"outcome {name} needs {shape} counts of 0 or more")
        for name, values in self.covariates.items():
            if values.shape != shape[:1] or not np.isfinite(values).all():
                faults.append(f"covariate {name} needs {shape[0]} numbers")
        if not self.outcomes:
            faults.append("there is no outcome")
        if len(set(self.units)) != shape[0]:
            faults.append("a unit stands twice")
        if self.treated.shape != shape[:1] or not 0 < int(self.treated.sum()) < shape[0]:
            faults.append("some units must be treated and some not")
        if not 0 < self.first_treated < shape[1]:
            faults.append("the operation must begin after the first period and before the end")
        if faults:
            msg = f"The table cannot be compared: {'; '.join(faults)}."
            raise BadInputError(msg, remedy="Correct the table of units.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Matching:
    """What weights must match.

    Parameters
    ----------
    outcomes
        By outcome, spans of periods whose sums are matched, counted back from the last period
        before the operation: (2, 1) matches the sum of the last two, then the one before.
    covariates
        Names of the covariates to match.
    """

    outcomes: Mapping[str, tuple[int, ...]]
    covariates: tuple[str, ...] = ()

    @classmethod
    def each_period(
        cls, table: UnitTable, outcomes: tuple[str, ...], *, covariates: tuple[str, ...] = ()
    ) -> Matching:
        """Return the matching of outcomes in each single period before the operation."""
        spans = (1,) * table.first_treated
        return cls(outcomes=dict.fromkeys(outcomes, spans), covariates=covariates)


class Kind(IntEnum):
    """What a column to be matched is."""

    SIZE = 0
    """1 for each unit: the number of places."""
    COVARIATE = 1
    SUM = 2
    """An outcome over all its spans."""
    SPAN = 3
    """An outcome in one span of periods."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Constraints:
    """The matching as columns of a table.

    Parameters
    ----------
    names
        Of the columns, in words.
    features
        Shape (n_units, n_columns).
    kind
        Shape (n_columns,). What each is, by ``Kind``.
    """

    names: tuple[str, ...]
    features: NDArray[np.float64]
    kind: NDArray[np.int64]


def constraints(table: UnitTable, matching: Matching) -> Constraints:
    """Return the columns that the matching asks for.

    A name that the table does not hold and spans from before the first period are refused.
    """
    _check(table, matching)
    columns = [(SIZE, Kind.SIZE, np.ones(len(table.units)))]
    columns += [(name, Kind.COVARIATE, table.covariates[name]) for name in matching.covariates]
    for name, spans in matching.outcomes.items():
        counts, last = table.outcomes[name], table.first_treated
        whole = counts[:, last - sum(spans) : last].sum(axis=1)
        columns.append((f"{name}, all spans", Kind.SUM, whole))
        for span in spans:
            words = _span_words(table, last - span, last)
            part = counts[:, last - span : last].sum(axis=1)
            columns.append((f"{name}, {words}", Kind.SPAN, part))
            last -= span
    return Constraints(
        names=tuple(name for name, _, _ in columns),
        features=np.column_stack([values for _, _, values in columns]),
        kind=np.array([kind for _, kind, _ in columns]),
    )


def _span_words(table: UnitTable, first: int, after: int) -> str:
    start, end = table.periods[first], table.periods[after - 1]
    return start if start == end else f"{start} to {end}"


def _check(table: UnitTable, matching: Matching) -> None:
    unheld = [
        *(name for name in matching.outcomes if name not in table.outcomes),
        *(name for name in matching.covariates if name not in table.covariates),
    ]
    if unheld:
        msg = f"The table holds nothing called {', '.join(unheld)}."
        held = ", ".join([*table.outcomes, *table.covariates])
        raise BadInputError(msg, value=unheld[0], remedy=f"It holds {held}.")
    for name, spans in matching.outcomes.items():
        if not spans or min(spans) < 1 or sum(spans) > table.first_treated:
            msg = f"Spans {spans} of {name} do not fit the {table.first_treated} periods before."
            raise BadInputError(msg, value=spans, remedy="Match fewer or shorter spans.")
