"""What boosted trees know of the cells when a period begins, and what the simple forecast is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

import numpy as np

from rightplace.forecast.methods.memories import AREA_WEEKS, OWN_WEEKS
from rightplace.forecast.methods.memory import weighted_events

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.forecast.history import History
    from rightplace.forecast.methods.memories import Faded, Surroundings

# The simple forecast: the mean of these two memories, a tenth of it the area's mean. Chosen, as
# the trees are, on Toronto's weeks of 2019 and 2020, before the benchmark's test year.
BASE_WEEKS = (52.0, 208.0)
AREA_SHARE = 0.1
_BASE = [OWN_WEEKS.index(weeks) for weeks in BASE_WEEKS]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Standpoint:
    """What is known of the cells when a period begins.

    Parameters
    ----------
    past
        What the cells saw.
    base
        Shape (n_cells,). The simple forecast, incidents per day, 0 or more; 0 without data.
    terms
        Shape (n_cells, n_features). Memories, own then neighbours', then what stands there.
    """

    past: Faded
    base: NDArray[np.float64]
    terms: NDArray[np.float32]

    @classmethod
    def of(cls, history: History, surroundings: Surroundings, past: Faded) -> Self:
        """Return what is known of the cells of a history.

        Parameters
        ----------
        history
            Whose cells and place features they are.
        surroundings
            Who neighbours whom.
        past
            What the cells saw before the period.
        """
        # The area's memories are the same for all cells and split none: they stand in the base.
        terms = surroundings.terms(past)[: -len(AREA_WEEKS)].T.astype(np.float32)
        if history.places is not None:
            terms = np.hstack([terms, history.places.values.astype(np.float32)])
        return cls(past=past, base=_base(past, past.events), terms=terms)

    @property
    def known(self) -> NDArray[np.bool_]:
        """Shape (n_cells,). Cells with data."""
        return self.past.has_data

    @property
    def usable(self) -> NDArray[np.bool_]:
        """Shape (n_cells,). Cells with data for which something is expected."""
        return self.known & (self.base > 0)

    def without(self, history: History, periods: NDArray[np.bool_]) -> Self:
        """Return the cells as they would stand if each alone had seen no event in some periods.

        Parameters
        ----------
        history
            All that is known.
        periods
            Shape (n_periods,). The periods in question.
        """
        ages = history.ages_weeks
        gone = [weighted_events(history, np.exp2(-ages / h) * periods) for h in OWN_WEEKS]
        left = np.maximum(self.past.events - np.array(gone), 0.0)
        terms = self.terms.copy()
        terms[:, : len(OWN_WEEKS)] = self.past.rates(left).T
        return replace(self, base=_base(self.past, left), terms=terms)

    def without_area(self) -> Self:
        """Return the cells as they would stand if they did not lean on the area."""
        return replace(self, base=_base(self.past, self.past.events, area_share=0.0))


def _base(
    past: Faded, events: NDArray[np.float64], *, area_share: float = AREA_SHARE
) -> NDArray[np.float64]:
    """Return the simple forecast, incidents per day, shape (n_cells,); 0 without data.

    With r the mean of two memories of a cell, m the area's of the same and l the level that the
    area is expected to have, it is l (0.9 r + 0.1 m).

    Parameters
    ----------
    past
        What the cells saw.
    events
        Shape (n_half_lives, n_cells). What each cell itself is taken to have seen.
    area_share
        How much of the forecast is the area's mean; without it the cell's own part stays.
    """
    known = past.has_data
    own = past.rates(events)[_BASE].mean(axis=0)
    area = past.rates(past.events)[_BASE][:, known].mean() if known.any() else 0.0
    shape = (1 - AREA_SHARE) * own + area_share * area
    return np.where(known, shape * past.outlook.factor(), 0.0)
