"""Treated units by when they began, beside the units never treated, on periods that are known."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from rightplace.errors import BadInputError, UnsupportedByDataError
from rightplace.evaluate.designs.panel import NEVER, Part

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.evaluate.designs.panel import Panel


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Periods compared: from ``before[0]`` up to ``before[1]``, with the same of ``after``.

    Parameters
    ----------
    before, after
        First period and the one after the last, by index.
    """

    before: tuple[int, int]
    after: tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cohorts:
    """Counts of treated and compared units, all known.

    Parameters
    ----------
    units
        Names, shape (n_units,): treated first.
    counts
        Shape (n_units, n_periods).
    cohort
        Shape (n_units,). Index into ``begins`` of each treated unit; ``NEVER`` for controls.
    begins
        First treated period of each cohort, ascending.
    periods
        Shape (n_periods,). Which columns of the panel these are.
    """

    units: tuple[str, ...]
    counts: NDArray[np.float64]
    cohort: NDArray[np.int64]
    begins: tuple[int, ...]
    periods: NDArray[np.int64]

    @property
    def treated(self) -> NDArray[np.bool_]:
        """Whether each unit is treated, shape (n_units,)."""
        treated: NDArray[np.bool_] = self.cohort != NEVER
        return treated

    @property
    def n_treated(self) -> int:
        """Treated units."""
        return int(self.treated.sum())

    @property
    def n_controls(self) -> int:
        """Units never treated."""
        return len(self.units) - self.n_treated

    def windows(self) -> tuple[Window, ...]:
        """Return the whole time before and since the start of each cohort."""
        end = self.counts.shape[1]
        return tuple(Window(before=(0, begin), after=(begin, end)) for begin in self.begins)

    def without(self, row: int) -> Cohorts:
        """Return these without a unit; a cohort of that unit alone goes with it."""
        keep = np.arange(len(self.units)) != row
        held = sorted(set(self.cohort[keep].tolist()) - {NEVER})
        place = {old: new for new, old in enumerate(held)} | {NEVER: NEVER}
        return replace(
            self,
            units=tuple(unit for unit, kept in zip(self.units, keep, strict=True) if kept),
            counts=self.counts[keep],
            cohort=np.array([place[old] for old in self.cohort[keep].tolist()], dtype=np.int64),
            begins=tuple(self.begins[old] for old in held),
        )


def cohorts(panel: Panel, *, treated: Part, control: Part) -> Cohorts:
    """Return the treated and compared units on the periods known for all of them.

    Parameters
    ----------
    panel
        The table. Units of other parts are left out.
    treated
        ``TREATED``, or ``RING``: units of the ring count as treated from the first start of any.
    control
        What they are set beside.

    Raises
    ------
    BadInputError
        If a side has no unit.
    UnsupportedByDataError
        If no known period is left before a start, or from it on.
    """
    rows, others = panel.rows(treated), panel.rows(control)
    if not rows.size or not others.size:
        missing = treated if not rows.size else control
        msg = f"The table has no {missing.value} unit; a difference needs both sides."
        raise BadInputError(msg, value=missing.value, remedy="Name treated and control units.")
    both = np.concatenate([rows, others])
    periods = np.flatnonzero(panel.known[both].all(axis=0))
    first = np.where(panel.treated_from == NEVER, panel.first_treated(), panel.treated_from)
    starts = np.searchsorted(periods, first[rows])
    if not periods.size or starts.min() < 1 or starts.max() >= periods.size:
        msg = (
            f"{periods.size} of {panel.shape[1]} periods are known for all {both.size} units, and "
            "they leave a start without a period before it or without one since."
        )
        raise UnsupportedByDataError(msg, remedy="Leave out units with long gaps.")
    begins, cohort = np.unique(starts, return_inverse=True)
    return Cohorts(
        units=tuple(panel.units[row] for row in both),
        counts=panel.counts[np.ix_(both, periods)].astype(np.float64),
        cohort=np.concatenate([cohort, np.full(others.size, NEVER)]).astype(np.int64),
        begins=tuple(int(begin) for begin in begins),
        periods=periods,
    )
