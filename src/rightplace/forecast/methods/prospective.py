"""Prospective hot spots: recent events raise the risk around them, less with distance and age."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

import numpy as np
from scipy.sparse import csr_array
from scipy.spatial import cKDTree

from rightplace.errors import NotFittedError, UnsupportedByDataError, UsageError
from rightplace.forecast.history import DAYS_PER_WEEK
from rightplace.forecast.methods.smoothing import typical_spacing_m
from rightplace.forecast.points import day_number, points_needed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from rightplace.forecast.history import History
    from rightplace.forecast.model import Days

_ROUNDING = 1e-9
# Pairs of cells grow with the square of the reach: 10,000 squares have 18 million within 25 of
# each other, which take 0.9 GB to find, and three times as many within twice that.
MOST_REACH_CELLS = 25


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Risk:
    """What was learned.

    Parameters
    ----------
    near
        Shape (n_cells, n_cells), sparse. 1 / (1 + distance in cells) within reach.
    weight
        Shape (n,). Weight of each event for its age, 1 / (1 + whole weeks).
    cell, period
        Shape (n,). Cell and period of each event.
    per_risk
        Incidents a day for each unit of risk.
    has_data
        Shape (n_cells,). Cells observed for some time in the window.
    """

    near: csr_array
    weight: NDArray[np.float64]
    cell: NDArray[np.int64]
    period: NDArray[np.int64]
    per_risk: float
    has_data: NDArray[np.bool_]

    def per_day(self, chosen: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Return the rate that rests on some events, shape (n_cells,); NaN without data."""
        risk = _risk(self.near, self.cell[chosen], self.weight[chosen])
        return np.where(self.has_data, self.per_risk * risk, np.nan)


@dataclass(kw_only=True)
class Prospective:
    """Expects more near recent events: less with each cell of distance and each week of age.

    risk of a cell = sum over the events of the last weeks of
    1 / ((1 + cells between) (1 + whole weeks ago)), within a reach in space and time (Bowers,
    Johnson and Pease 2004; the defaults are those of open_cp's ``prohotspot``: under 8 cells and
    under 8 weeks). Cells between are counted as a king walks on a board: the larger of the
    distances east and north, in units of the typical distance between neighbours; where cells
    are no grid it is a broken number. The published risk has no unit; here it is scaled so that
    all cells together expect what they had in those weeks.

    Made to catch bursts, it forgets everything older: on Toronto it ranks far worse than plain
    counts of a year. Needs points with day or hour. A cell without data in the window has no
    forecast.

    Parameters
    ----------
    window_weeks
        Age in whole weeks from which an event counts no more, above 0.
    reach_cells
        Distance in cells from which an event counts no more, above 0 and at most 25: pairs of
        cells, and the memory that they fill, grow with its square.

    Attributes
    ----------
    risk_
        Neighbours and events at the end of the history.

    References
    ----------
    Bowers, Johnson and Pease (2004), Prospective hot-spotting: the future of crime mapping?,
    British Journal of Criminology 44, 641-658. Johnson et al. (2007), Prospective crime mapping
    in operational context, Home Office Online Report 19/07.
    """

    window_weeks: float = 8.0
    reach_cells: float = 8.0
    risk_: Risk = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Check the settings.

        Raises
        ------
        UsageError
            If one is not a number above 0, or the reach is too long.
        """
        for name in ("window_weeks", "reach_cells"):
            value = getattr(self, name)
            if not (np.isfinite(value) and value > 0):
                msg = f"{name} must be above 0, got {value:g}."
                raise UsageError(msg, value=value)
        if self.reach_cells > MOST_REACH_CELLS:
            msg = f"reach_cells must be at most {MOST_REACH_CELLS}, got {self.reach_cells:g}."
            remedy = (
                "Pairs of cells grow with its square and fill the memory; choose a shorter one."
            )
            raise UsageError(msg, value=self.reach_cells, remedy=remedy)

    def fit(self, history: History) -> Self:
        """Learn from a history and return the forecaster; what was learned before is forgotten.

        A history without points, or without data in the window, is refused
        (`UnsupportedByDataError`).
        """
        points_needed(history, "prospective")
        self.risk_ = self._learned(history, neighbours(history.xy, reach_cells=self.reach_cells))
        return self

    def one_step_ahead(
        self, history: History, *, periods: Iterable[int]
    ) -> dict[int, NDArray[np.float64]]:
        """Return the forecast of each period from what came before it; neighbours are sought once.

        The same numbers as fitting anew before each period; periods without data before them are
        left out. A history without points is refused (`UnsupportedByDataError`).

        Parameters
        ----------
        history
            All periods.
        periods
            Positions of the periods to forecast.

        Returns
        -------
        dict
            Expected counts over the exposure of each period, shape (n_cells,); NaN without data.
        """
        points_needed(history, "prospective")
        near, found = neighbours(history.xy, reach_cells=self.reach_cells), {}
        for period in sorted(set(periods)):
            with suppress(UnsupportedByDataError):
                self.risk_ = self._learned(history.before(period), near)
                found[period] = self.predict(history.exposure[..., period])
        return found

    def _learned(self, history: History, near: csr_array) -> Risk:
        """Return what the newest weeks show.

        Raises
        ------
        UnsupportedByDataError
            If no cell has data in them.
        """
        window = history.ages_weeks < self.window_weeks
        days = history.exposure_days[:, window].sum(axis=1)
        if not days.any():
            msg = f"No cell has data in the last {self.window_weeks:g} weeks."
            raise UnsupportedByDataError(msg, remedy="Ingest a newer file.")
        points = points_needed(history, "prospective")
        end = day_number(history.period_ends[-1])
        weeks = np.floor((end - points.days) / DAYS_PER_WEEK)
        recent = points.where(weeks < self.window_weeks)
        weight = 1.0 / (1.0 + weeks[weeks < self.window_weeks])
        has_data = days > 0
        rate = np.divide(
            history.events[:, window].sum(axis=1), days, out=np.zeros(days.shape), where=has_data
        )
        total = float(_risk(near, recent.cell, weight)[has_data].sum())
        return Risk(
            near=near,
            weight=weight,
            cell=recent.cell,
            period=recent.period_of(history),
            per_risk=float(rate.sum()) / total if total > 0 else 0.0,
            has_data=has_data,
        )

    def predict(self, exposure_days: Days) -> NDArray[np.float64]:
        """Return expected counts over the coming days, shape (n_cells,); NaN without data.

        Refused (`NotFittedError`) before ``fit``.

        Parameters
        ----------
        exposure_days
            Days ahead: one number, or shape (n_cells,).
        """
        risk = self._fitted()
        return risk.per_day(np.ones(risk.weight.shape, dtype=np.bool_)) * exposure_days

    def part(
        self, history: History, *, periods: NDArray[np.bool_], exposure_days: Days
    ) -> NDArray[np.float64]:
        """Return how much of ``predict`` rests on the events of some periods, shape (n_cells,).

        Events of the cell and of its neighbours alike; the parts of disjoint periods add up to
        ``predict``. Refused (`NotFittedError`) before ``fit``.

        Parameters
        ----------
        history
            The history that the forecaster was fitted on.
        periods
            Shape (n_periods,). The periods in question.
        exposure_days
            As for ``predict``.
        """
        del history  # the events learned from know their periods
        risk = self._fitted()
        return risk.per_day(periods[risk.period]) * exposure_days

    def area_part(self, exposure_days: Days) -> NDArray[np.float64]:
        """Return 0 for every cell with data, shape (n_cells,): the area sets the level alone.

        The level is the same factor for all cells and moves no rank. Refused (`NotFittedError`)
        before ``fit``.
        """
        return np.where(self._fitted().has_data, 0.0, np.nan) * exposure_days

    def _fitted(self) -> Risk:
        """Return what was learned.

        Raises
        ------
        NotFittedError
            If nothing was yet.
        """
        risk = getattr(self, "risk_", None)
        if not isinstance(risk, Risk):
            msg = "Prospective has not been fitted; call fit() before predict()."
            raise NotFittedError(msg)
        return risk


def neighbours(xy: NDArray[np.float64], *, reach_cells: float) -> csr_array:
    """Return 1 / (1 + distance in cells) of all pairs within reach, shape (n_cells, n_cells).

    Parameters
    ----------
    xy
        Shape (n_cells, 2). Centroids in metres.
    reach_cells
        Distance in cells from which a pair counts no more.
    """
    n, spacing_m = len(xy), typical_spacing_m(xy)
    if spacing_m == 0:
        return csr_array((np.ones(n), np.arange(n), np.arange(n + 1)), shape=(n, n))
    tree = cKDTree(xy / spacing_m)
    within = reach_cells - _ROUNDING
    near = tree.sparse_distance_matrix(tree, within, p=np.inf, output_type="coo_matrix")
    near.data = 1.0 / (1.0 + near.data)
    weights: csr_array = csr_array(near)
    return weights


def _risk(
    near: csr_array, cell: NDArray[np.int64], weight: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the risk of each cell from some events, shape (n_cells,)."""
    return np.asarray(near @ np.bincount(cell, weights=weight, minlength=near.shape[0]))
