"""What was recorded, where, when, and for how long anybody looked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Self

import numpy as np

from rightplace.errors import BadInputError, UnsupportedByDataError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.forecast.features import PlaceFeatures
    from rightplace.forecast.points import Points


Kind = Literal["month", "week", "day"]
Window = Literal["recent", "year", "two_years"]

# How many periods each window of memory holds. On monthly data the nearest to 28 days is a month.
WINDOWS: dict[Kind, dict[Window, int]] = {
    "month": {"recent": 1, "year": 12, "two_years": 24},
    "week": {"recent": 4, "year": 52, "two_years": 104},
    "day": {"recent": 28, "year": 365, "two_years": 730},
}
DAYS_PER_WEEK = 7
WEEKS_PER_MONTH = 365.25 / 12 / 7


def _read_only(values: NDArray[np.generic]) -> NDArray[np.generic]:
    """Return a view that cannot be written to, leaving the caller's own array alone."""
    view = values.view()
    view.flags.writeable = False
    return view


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class History:
    """Counts of incidents by cell and period, with the time each cell was observed.

    A period that was not published for a cell is *no data*: neither zero nor counted. It carries
    no exposure in any method, and whatever count stands there is set to 0 so that it cannot leak
    into a sum.

    Parameters
    ----------
    events
        Shape (n_cells, n_periods), integers. Incidents, 0 or more.
    exposure
        Shape (n_periods,) or (n_cells, n_periods). Days that each period lasted, more than 0
        (a month 28 to 31, a week 7; the late shifts of one week 7 x 8 / 24).
    observed
        Shape (n_cells, n_periods). False where nothing was published.
    period_ends
        Shape (n_periods,), days, ascending. First day after each period, in local time.
    kind
        How far apart periods are: ``month``, ``week`` or ``day``. A history of one shift has a
        period a week (or day) with the hours of that shift as its exposure.
    area_km2
        Shape (n_cells,). Ground area of each cell in square kilometres, more than 0.
    xy
        Shape (n_cells, 2). Centroids in metres of the study area's projected system.
    points
        The same events one by one, where their exact places and times are known; None where they
        are not (monthly or snapped records). Those of cells and periods without data are left
        out.
    places
        What stands in each cell, for methods that look at it; None where nothing was given.
    """

    events: NDArray[np.integer]
    exposure: NDArray[np.float64]
    observed: NDArray[np.bool_]
    period_ends: NDArray[np.datetime64]
    kind: Kind
    area_km2: NDArray[np.float64]
    xy: NDArray[np.float64]
    points: Points | None = None
    places: PlaceFeatures | None = None

    def __post_init__(self) -> None:
        """Check shapes and ranges, blank what was not observed, and make all arrays read-only.

        Raises
        ------
        BadInputError
            If a shape does not fit, or a value is outside its range.
        """
        self._store(
            # A period is a column: contiguous, so that sums over periods run cell by cell alike.
            events=np.asfortranarray(self.events),
            exposure=np.asarray(self.exposure, dtype=np.float64),
            observed=np.asarray(self.observed),
            period_ends=np.asarray(self.period_ends, dtype="datetime64[D]"),
            area_km2=np.asarray(self.area_km2, dtype=np.float64),
            xy=np.asarray(self.xy, dtype=np.float64),
        )
        faults = [*self._shape_faults()] or [*self._value_faults()]
        if faults:
            raise BadInputError(" ".join(faults))
        if not self.observed.all():
            self._store(
                events=np.multiply(self.events, self.observed, order="F", dtype=self.events.dtype)
            )
        if self.points is not None:
            object.__setattr__(self, "points", self.points.observed_in(self))

    def _store(self, **arrays: NDArray[np.generic]) -> None:
        for name, values in arrays.items():
            object.__setattr__(self, name, _read_only(values))

    def _shape_faults(self) -> list[str]:
        """Return what is wrong with the shapes and types, in words."""
        if self.events.ndim != 2 or 0 in self.events.shape:  # noqa: PLR2004 - cells by periods
            return [f"events must be (n_cells, n_periods) with some of each: {self.events.shape}."]
        cells, periods = self.events.shape
        wanted = {
            "observed": (self.observed.shape, [(cells, periods)]),
            "exposure": (self.exposure.shape, [(periods,), (cells, periods)]),
            "period_ends": (self.period_ends.shape, [(periods,)]),
            "area_km2": (self.area_km2.shape, [(cells,)]),
            "xy": (self.xy.shape, [(cells, 2)]),
        }
        faults = [
            f"{name} has shape {shape}; events of shape {self.events.shape} need {fits[0]}."
            for name, (shape, fits) in wanted.items()
            if shape not in fits
        ]
        if not np.issubdtype(self.events.dtype, np.integer):
            faults.append(f"events must be whole numbers, not {self.events.dtype}.")
        if self.observed.dtype != np.bool_:
            faults.append(f"observed must be true or false, not {self.observed.dtype}.")
        if self.kind not in WINDOWS:
            faults.append(f"kind must be one of {', '.join(WINDOWS)}, not {self.kind!r}.")
        return faults

    def _value_faults(self) -> list[str]:
        """Return what is wrong with the values, in words."""
        checks = {
            "A count is below 0.": self.events.min() >= 0,
            "An exposure is not a number of days above 0.": bool(
                np.isfinite(self.exposure).all() and (self.exposure > 0).all()
            ),
            "An area is not a number of square kilometres above 0.": bool(
                np.isfinite(self.area_km2).all() and (self.area_km2 > 0).all()
            ),
            "A centroid is not a pair of metres.": bool(np.isfinite(self.xy).all()),
            "Periods do not follow each other.": bool(
                (np.diff(self.period_ends) > np.timedelta64(0, "D")).all()
            ),
            "Place features are of other cells.": self.places is None
            or self.places.n_cells == self.n_cells,
            "A point lies in no cell of the history.": self.points is None
            or bool((self.points.cell < self.n_cells).all()),
        }
        return [message for message, holds in checks.items() if not holds]

    @property
    def starts_on(self) -> np.datetime64:
        """First day of the first period."""
        first = self.period_ends[:1] - np.timedelta64(1, "D")
        if self.kind == "month":
            first = first.astype("datetime64[M]").astype("datetime64[D]")
        elif self.kind == "week":
            first = first - np.timedelta64(DAYS_PER_WEEK - 1, "D")
        day: np.datetime64 = first[0]
        return day

    @property
    def n_cells(self) -> int:
        """Cells, with or without data."""
        return int(self.events.shape[0])

    @property
    def n_periods(self) -> int:
        """Periods held."""
        return int(self.events.shape[1])

    @property
    def exposure_days(self) -> NDArray[np.float64]:
        """Shape (n_cells, n_periods). Days observed; 0 where there is no data."""
        return np.where(self.observed, self.exposure, 0.0)

    @property
    def ages_weeks(self) -> NDArray[np.float64]:
        """Shape (n_periods,). Weeks between the end of each period and that of the newest.

        Months count 365.25 / 12 / 7 weeks each, so that equal steps stay equal.
        """
        if self.kind == "month":
            # An exclusive end is the first of a month, or inside it when the newest month is short.
            months = (self.period_ends - np.timedelta64(1, "D")).astype("datetime64[M]")
            age_months = np.asarray(months[-1] - months, dtype=np.float64)
            return age_months * WEEKS_PER_MONTH
        age_days = np.asarray(self.period_ends[-1] - self.period_ends, dtype=np.float64)
        return age_days / DAYS_PER_WEEK

    def window(self, window: Window) -> NDArray[np.bool_]:
        """Return which periods are in a window of memory, shape (n_periods,).

        ``recent`` is the last 28 days (4 weeks; on monthly data the newest month), ``year`` the
        last 12 months (52 weeks, 365 days), ``two_years`` twice as long (104 weeks, 730 days).
        """
        per_week = {"month": 1 / WEEKS_PER_MONTH, "week": 1.0, "day": float(DAYS_PER_WEEK)}
        ages = np.rint(self.ages_weeks * per_week[self.kind])
        return np.asarray(ages < WINDOWS[self.kind][window])

    @property
    def recent_label(self) -> str:
        """What "recent" is in this history: "last 28 days", or the newest month by name."""
        if self.kind != "month":
            return "last 28 days"
        last_day = (self.period_ends[-1] - np.timedelta64(1, "D")).astype("datetime64[D]").item()
        return f"{last_day:%B %Y}"

    def before(self, period: int) -> Self:
        """Return what was known before a period began: periods 0 to ``period`` - 1.

        Raises
        ------
        UnsupportedByDataError
            If no period, or more than there are, would be left.
        """
        if not 1 <= period <= self.n_periods:
            msg = f"There is no history before period {period} of {self.n_periods}."
            raise UnsupportedByDataError(msg, remedy="Choose a later origin.")
        return self._with_periods(slice(0, period))

    def _with_periods(self, periods: slice) -> Self:
        ends = self.period_ends[periods]
        cut: dict[str, object] = {
            "events": self.events[:, periods],
            "exposure": self.exposure[..., periods],
            "observed": self.observed[:, periods],
            "period_ends": ends,
            "points": None if self.points is None else self.points.before(ends[-1]),
        }
        # Every array was checked when this history was made, so a cut of it is not checked again.
        copy = object.__new__(type(self))
        for name in self.__dataclass_fields__:
            object.__setattr__(copy, name, cut.get(name, getattr(self, name)))
        return copy
