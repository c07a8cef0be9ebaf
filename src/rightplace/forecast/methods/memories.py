"""Memories: what each cell, its neighbours and the area saw, fading at several speeds.

Each memory is carried forward one period at a time, so a walk through the whole past costs no
more than one look at each count, however many origins are forecast on the way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from rightplace.forecast.methods.level import AreaLevel
from rightplace.forecast.methods.smoothing import Smoother, smoother, typical_spacing_m
from rightplace.forecast.methods.strata import belonging

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from rightplace.forecast.history import History
    from rightplace.forecast.methods.calendar import DatedDays
    from rightplace.forecast.methods.level import Outlook

# From a week to sixteen years, which is all history: finer steps cannot be told apart.
OWN_WEEKS = (1.0, 4.0, 13.0, 52.0, 208.0, 832.0)
NEAR_WEEKS = (13.0, 208.0)
AREA_WEEKS = (52.0,)
# Reach of a neighbour's memory, in distances between cells: no city's metres stand here.
NEAR_SPACINGS = (1.0, 3.0)
# Below this share of the kernel the neighbours are mere rounding of the cell's own weight.
_ALONE = 1e-6
# Below this share of the mean what neighbours lend is rounding.
_ROUNDING = 1e-9

# The memory by which cells are quiet or busy, and against which the area's level is told.
_LONG = OWN_WEEKS.index(208.0)
_NEAR = [OWN_WEEKS.index(weeks) for weeks in NEAR_WEEKS]
_AREA = [OWN_WEEKS.index(weeks) for weeks in AREA_WEEKS]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Faded:
    """Events and time of each cell when a period begins, the newest past period at age 0.

    Parameters
    ----------
    events
        Shape (n_half_lives, n_cells). Sums of counts weighted by 2^(-age / half-life).
    days
        Shape (n_half_lives, n_cells). Days observed, weighted likewise, each counting as so many
        as the area was busier than usual when it passed.
    outlook
        What the area's level is expected to be.
    """

    events: NDArray[np.float64]
    days: NDArray[np.float64]
    outlook: Outlook

    @property
    def has_data(self) -> NDArray[np.bool_]:
        """Shape (n_cells,). Cells observed for some time that every memory still holds."""
        return np.asarray((self.days > 0).all(axis=0))

    def rates(self, events: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return weighted events, shape (n_half_lives, n_cells), per day; 0 without data."""
        rates = np.zeros_like(events)
        return np.divide(events, self.days, out=rates, where=self.has_data)


def faded(history: History, *, dated: Sequence[DatedDays] = ()) -> Iterator[Faded]:
    """Yield what is remembered when each period begins, from the second to the one to come.

    The sums of one period follow from those of the period before: faded by the weeks between
    their ends, plus what the new period brought. A day on which the whole area was twice as busy
    counts as two, so that memories compare cells and not seasons.

    Parameters
    ----------
    history
        What is known.
    dated
        Kinds of days, given by date, that may change the area's level.
    """
    events = np.zeros((len(OWN_WEEKS), history.n_cells))
    days = np.zeros_like(events)
    level = AreaLevel.of(history, dated=dated)
    for period in range(history.n_periods):
        decay = np.exp2(-level.gaps_weeks[period] / np.array(OWN_WEEKS))[:, None]
        observed = np.where(history.observed[:, period], history.exposure[..., period], 0.0)
        came = history.events[:, period]
        factor = level.learn(period, **_against(events[_LONG], days[_LONG], came, observed))
        events = events * decay + came
        days = days * decay + observed * factor
        yield Faded(events=events, days=days, outlook=level.outlook(period))


def _against(
    events: NDArray[np.float64],
    days: NDArray[np.float64],
    came: NDArray[np.integer],
    observed: NDArray[np.float64],
) -> dict[str, float]:
    """Return what came in remembered cells, what the longest memory expected, and its events."""
    known = (days > 0) & (observed > 0)
    return {
        "total": float(came[known].sum()),
        "offset": float((events[known] / days[known] * observed[known]).sum()),
        "known_events": float(events[known].sum()),
    }


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Surroundings:
    """Who neighbours whom, and how far the memory of a neighbour reaches.

    Parameters
    ----------
    smoothers
        One for each reach; none in a study area of one cell.
    """

    smoothers: tuple[Smoother, ...]

    @classmethod
    def of(cls, history: History) -> Self:
        """Return the surroundings of the cells of a history.

        A cell lends its rate whatever its size: units such as LSOAs are drawn to hold about as
        many people each, so a large one is no busier for its ground.
        """
        spacing_m = typical_spacing_m(history.xy)
        reaches = NEAR_SPACINGS if spacing_m > 0 else ()
        alike = np.ones(history.n_cells)
        return cls(
            smoothers=tuple(
                smoother(history.xy, bandwidth_m=reach * spacing_m, area_km2=alike)
                for reach in reaches
            )
        )

    @property
    def n_near(self) -> int:
        """Memories of neighbours: reaches times half-lives."""
        return len(self.smoothers) * len(NEAR_WEEKS)

    def near(self, rates: NDArray[np.float64], *, known: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Return the mean rates around each cell without its own, shape (n_near, n_cells).

        0 where there is no neighbour within reach. On a lattice ground beyond the study area
        counts as free of incidents, as for `Kernel`.

        Parameters
        ----------
        rates
            Shape (n_half_lives, n_cells). Rates of the cells themselves.
        known
            Shape (n_cells,). Cells with data; others lend nothing.
        """
        around = [np.empty((0, rates.shape[1]))]
        for smooth in self.smoothers:
            own = smooth.own_share(known)
            rest = np.maximum(1.0 - own, 0.0)
            for half_life in _NEAR:
                whole = smooth.mean(rates[half_life], known=known)
                others = whole - own * rates[half_life]
                # What is left where no neighbour lends anything is rounding, and no memory: a
                # weight learned for it would be as large as it is small.
                lent = (rest > _ALONE) & (others > _ROUNDING * whole)
                mean = np.zeros_like(others)
                np.divide(others, rest, out=mean, where=lent)
                around.append(mean[None, :])
        return np.concatenate(around)

    def terms(self, past: Faded) -> NDArray[np.float64]:
        """Return all memories per day: own, then near, then area, shape (n_terms, n_cells)."""
        rates, known = past.rates(past.events), past.has_data
        area = past.events[_AREA][:, known].sum(axis=1) / past.days[_AREA][:, known].sum(axis=1)
        everywhere = np.broadcast_to(area[:, None], (len(_AREA), known.size))
        return np.concatenate([rates, self.near(rates, known=known), everywhere])

    @staticmethod
    def strata(terms: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return how far each cell belongs to each stratum, shape (n_strata, n_cells).

        Parameters
        ----------
        terms
            Shape (n_terms, n_cells). All memories, as ``terms`` gives them.
        """
        return belonging(terms[_LONG], area_rate=float(terms[-1, 0]))
