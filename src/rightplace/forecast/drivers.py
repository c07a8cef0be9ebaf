"""Why a cell ranks where it does: its forecast taken apart, and its rank without each part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rightplace.errors import BadInputError
from rightplace.forecast.model import Counterfactual, SharesUnavailableError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.forecast.history import History, Window
    from rightplace.forecast.model import Days, Forecaster

# Forecasts closer than this share of the highest one are the same number, rounded differently.
_RESOLUTION = 1e-12
_WINDOWS: tuple[Window, Window] = ("recent", "year")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Drivers:
    """The numbers behind each cell's forecast; without data a cell has rank 0 and NaN parts.

    Rank 1 is the highest forecast of the study area; cells that tie share the best rank of the
    tie. A rank "without" is the one the cell would have if that part were taken from this cell
    alone, all others unchanged.

    Parameters
    ----------
    last_12_months, last_28_days
        Shape (n_cells,). Incidents counted while the cell was observed. On monthly data the
        second counts the newest month.
    observed_12_months, observed_28_days
        Shape (n_cells,). Share of that time for which there is data, 0 to 1.
    recent_label
        What ``last_28_days`` really counts: "last 28 days", or a month by name.
    area_rate
        Expected count of an average cell over the coming days.
    expected
        Shape (n_cells,). Expected count over the coming days.
    from_recent, from_last_12_months, from_older, from_area
        Shape (n_cells,). Parts of ``expected``. The recent part lies within that of the last 12
        months; the last three add up to ``expected``. NaN where forecasts are no sum of parts.
    rank, rank_without_recent, rank_without_last_12_months, rank_without_area_rate
        Shape (n_cells,). Ranks from 1.
    shares_unavailable
        Why there are no parts; None where there are.
    """

    last_12_months: NDArray[np.int64]
    last_28_days: NDArray[np.int64]
    observed_12_months: NDArray[np.float64]
    observed_28_days: NDArray[np.float64]
    recent_label: str
    area_rate: float
    expected: NDArray[np.float64]
    from_recent: NDArray[np.float64]
    from_last_12_months: NDArray[np.float64]
    from_older: NDArray[np.float64]
    from_area: NDArray[np.float64]
    rank: NDArray[np.int64]
    rank_without_recent: NDArray[np.int64]
    rank_without_last_12_months: NDArray[np.int64]
    rank_without_area_rate: NDArray[np.int64]
    shares_unavailable: str | None = None

    def sentences(self, cell: int) -> tuple[str, str, str]:
        """Return three short reasons for a cell's rank, the one that moves it most first.

        Parameters
        ----------
        cell
            Position of the cell.

        Raises
        ------
        BadInputError
            If the cell has no data: it has no rank to explain.
        """
        rank = int(self.rank[cell])
        if rank == 0:
            msg = f"Cell number {cell} has no data, so there is no rank to explain."
            raise BadInputError(msg, value=cell)
        year = _count(
            self.last_12_months[cell], "the last 12 months", self.observed_12_months[cell]
        )
        recently = self.recent_label.replace("last", "the last", 1)
        recent = _count(self.last_28_days[cell], recently, self.observed_28_days[cell])
        parts = [
            (year, int(self.rank_without_last_12_months[cell])),
            (recent, int(self.rank_without_recent[cell])),
            (f"area rate {self.area_rate:.2g} a cell", int(self.rank_without_area_rate[cell])),
        ]
        parts.sort(key=lambda part: -abs(part[1] - rank))
        first, second, third = (_moved(fact, rank, without) for fact, without in parts)
        return first, second, third


def drivers_of(model: Forecaster, history: History, *, exposure_days: Days) -> Drivers:
    """Return the numbers behind the forecast of every cell.

    Parameters
    ----------
    model
        A forecaster fitted on ``history``.
    history
        What it was fitted on.
    exposure_days
        Days ahead that are forecast: one number, or shape (n_cells,).

    Raises
    ------
    SharesUnavailableError
        If a forecast is no sum of parts, and its method cannot be asked again without them.
    """
    recent, year = history.window("recent"), history.window("year")
    try:
        found = _by_parts(model, history, exposure_days=exposure_days)
    except SharesUnavailableError as why:
        if not isinstance(model, Counterfactual):
            raise
        found = _by_asking(model, history, exposure_days=exposure_days, why=why.fault.message)
    expected, without = found.expected, found.without
    return Drivers(
        last_12_months=_counted(history, year),
        last_28_days=_counted(history, recent),
        observed_12_months=_observed_share(history, year),
        observed_28_days=_observed_share(history, recent),
        recent_label=history.recent_label,
        area_rate=float(np.nanmean(expected)),
        expected=expected,
        from_recent=found.parts["recent"],
        from_last_12_months=found.parts["year"],
        from_older=found.parts["older"],
        from_area=found.parts["area"],
        rank=ranks_among(expected, expected),
        rank_without_recent=ranks_among(expected, without["recent"]),
        rank_without_last_12_months=ranks_among(expected, without["year"]),
        rank_without_area_rate=ranks_among(expected, without["area"]),
        shares_unavailable=found.why,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Taken:
    """A forecast, its parts, and what it would be without each: recent, year, (older,) area."""

    expected: NDArray[np.float64]
    parts: dict[str, NDArray[np.float64]]
    without: dict[str, NDArray[np.float64]]
    why: str | None = None


def _by_parts(model: Forecaster, history: History, *, exposure_days: Days) -> _Taken:
    """Return a forecast taken apart."""
    recent, year = history.window("recent"), history.window("year")
    windows = (recent, year & ~recent, ~year)
    last, earlier, older = (
        model.part(history, periods=periods, exposure_days=exposure_days) for periods in windows
    )
    area = model.area_part(exposure_days)
    # Always added in this order, so that a part of 0 changes nothing to the last bit.
    return _Taken(
        expected=area + older + earlier + last,
        parts={"recent": last, "year": earlier + last, "older": older, "area": area},
        without={
            "recent": area + older + earlier,
            "year": area + older,
            "area": older + earlier + last,
        },
    )


def _by_asking(model: Counterfactual, history: History, *, exposure_days: Days, why: str) -> _Taken:
    """Return a forecast that has no parts, asked again without some of each cell's past."""
    recent, year = (
        model.without(history, periods=history.window(window), exposure_days=exposure_days)
        for window in _WINDOWS
    )
    expected = model.predict(exposure_days)
    none = np.full(expected.shape, np.nan)
    return _Taken(
        expected=expected,
        parts=dict.fromkeys(("recent", "year", "older", "area"), none),
        without={"recent": recent, "year": year, "area": model.without_area(exposure_days)},
        why=why,
    )


def ranks_among(forecast: NDArray[np.float64], changed: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the rank of each cell if its own forecast alone were changed, shape (n_cells,).

    One more than the number of *other* cells with a higher forecast; 0 for cells without data.

    Parameters
    ----------
    forecast
        Shape (n_cells,). Forecasts, 0 or more; NaN without data.
    changed
        Shape (n_cells,). What each cell would have instead, NaN in the same places.
    """
    known = ~np.isnan(forecast)
    highest = max(forecast[known].max(initial=0.0), changed[known].max(initial=0.0))
    step = highest * _RESOLUTION or 1.0
    own, other = np.rint(forecast[known] / step), np.rint(changed[known] / step)
    higher = known.sum() - np.searchsorted(np.sort(own), other, side="right")
    ranks = np.zeros(forecast.shape, dtype=np.int64)
    ranks[known] = 1 + higher - (own > other)
    return ranks


def _counted(history: History, periods: NDArray[np.bool_]) -> NDArray[np.int64]:
    return np.asarray(history.events[:, periods].sum(axis=1, dtype=np.int64))


def _observed_share(history: History, periods: NDArray[np.bool_]) -> NDArray[np.float64]:
    lasted = np.broadcast_to(history.exposure, history.events.shape)[:, periods].sum(axis=1)
    return np.asarray(history.exposure_days[:, periods].sum(axis=1) / lasted)


def _count(events: np.int64, when: str, observed: np.float64) -> str:
    """Return "57 in the last 12 months", saying how much of them was observed if not all."""
    if observed == 0:
        return f"no data for {when}"
    seen = "" if observed > 1 - _RESOLUTION else f" ({observed:.0%} of it observed)"
    return f"{events:,} in {when}{seen}"


def _moved(fact: str, rank: int, without: int) -> str:
    if without == rank:
        return f"{fact}: rank {rank:,} with or without"
    return f"{fact}: rank {rank:,}, would be {without:,} without"
