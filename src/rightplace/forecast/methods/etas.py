"""ETAS: a cell's own constant rate, and a burst after each event that dies away."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

import numpy as np

from rightplace.errors import NotFittedError, UnsupportedByDataError, UsageError
from rightplace.forecast.points import day_number, points_needed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.forecast.history import History
    from rightplace.forecast.methods.etas_kernels import Sums
    from rightplace.forecast.model import Days
    from rightplace.forecast.points import Points

THETA_MOST = 0.99
OMEGA_MOST = 24.0  # bursts of an hour: no source tells time more finely that can be relied on
START_THETA, START_OMEGA = 0.5, 1.0
_STILL = 1e-8  # change of theta, and of omega as far as theta lets it matter, that ends the passes


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Watched:
    """The events of a window, cell by cell, and the time for which each cell was watched.

    Parameters
    ----------
    times
        Shape (n,). Days since the window began, ascending within each cell.
    cell, period
        Shape (n,). Cell and period of each event.
    first_event, first_span
        Shape (n_cells + 1,). Where the events, and the spans, of each cell begin.
    spans
        Shape (n_spans, 2). Beginning and end of each stretch of observed periods, in days.
    days
        Shape (n_cells,). Days of exposure in them: fewer than observed where records are known to
        come late.
    end
        Days from the beginning of the window to the end of the history.
    """

    times: NDArray[np.float64]
    cell: NDArray[np.int64]
    period: NDArray[np.int64]
    first_event: NDArray[np.int64]
    spans: NDArray[np.float64]
    first_span: NDArray[np.int64]
    days: NDArray[np.float64]
    end: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Aftershocks:
    """What was learned: parameters, and what each event adds to its cell's rate.

    Parameters
    ----------
    theta
        Branching ratio: events that one event triggers directly, in the mean, 0 to 0.99.
    omega
        Speed at which a burst dies away, per day; its mean delay is 1 / omega days.
    passes
        Passes of EM that were made.
    log_likelihood
        Of the events under the parameters before the last pass, all observed time in full.
    background
        Shape (n,). Probability that each event was not triggered by one before it.
    watched
        The events that were learned from.
    records_per_event
        Records counted for each event that was left once duplicates were joined.
    """

    theta: float
    omega: float
    passes: int
    log_likelihood: float
    background: NDArray[np.float64]
    watched: Watched
    records_per_event: float

    @property
    def triggered_share(self) -> float:
        """Share of the events that were triggered by an earlier one; 0 if there are none."""
        return float(1.0 - self.background.mean()) if self.background.size else 0.0

    def expected(self, days: Days, *, chosen: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Return the records that some past events let expect, shape (n_cells,).

        Parameters
        ----------
        days
            Days ahead: one number, or shape (n_cells,).
        chosen
            Shape (n,). The events in question.
        """
        watched, shape = self.watched, self.watched.days.shape
        cell = watched.cell[chosen]
        background = np.bincount(cell, weights=self.background[chosen], minlength=shape[0])
        fades = np.exp(-self.omega * (watched.end - watched.times[chosen]))
        jump = self.theta * self.omega
        excited = jump * np.bincount(cell, weights=fades, minlength=shape[0]).astype(np.float64)
        mu = np.full(shape, np.nan)
        np.divide(background, watched.days, out=mu, where=watched.days > 0)
        return self.records_per_event * expected_events(
            mu, excited, days=days, theta=self.theta, omega=self.omega
        )


def expected_events(
    mu: NDArray[np.float64],
    excited: NDArray[np.float64],
    *,
    days: Days,
    theta: float,
    omega: float,
) -> NDArray[np.float64]:
    """Return the events that a self-exciting process lets expect, those it will trigger included.

    With rate(t) = mu + a(t), where a jumps by theta x omega at each event and dies away at the
    speed omega, the mean of a obeys a' = -omega a + theta omega (mu + a). Hence, with
    k = omega (1 - theta),

        E rate(t) = mu / (1 - theta) + (a(0) - mu theta / (1 - theta)) exp(-k t),

    which is integrated over the days ahead: events of all generations are counted.

    Parameters
    ----------
    mu
        Shape (n_cells,). Background rate per day.
    excited
        Shape (n_cells,). a(0), the rate per day that past events still add.
    days
        Days ahead: one number, or shape (n_cells,).
    theta, omega
        Branching ratio, below 1, and speed per day.

    References
    ----------
    Hawkes (1971), Biometrika 58, 83-90; Dassios and Zhao (2011), Advances in Applied Probability
    43, 814-846, for the mean of the exponential case.
    """
    speed = omega * (1.0 - theta)
    faded = -np.expm1(-speed * np.asarray(days, dtype=np.float64)) / speed
    settled = mu / (1.0 - theta)
    return np.asarray(settled * days + (excited - settled * theta) * faded, dtype=np.float64)


@dataclass(kw_only=True)
class Etas:
    """Expects each cell's constant background, and more for a while after each of its events.

    rate of a cell = mu of the cell + sum over its earlier events of
    theta omega exp(-omega x days since), with one theta and one omega for all cells, learned by
    EM from the last two years (Mohler et al. 2015; the same model as open_cp's ``seppexp``).
    Passes are made until nothing changes; open_cp makes 20, after which Toronto's are still far
    from the maximum (``passes=20`` shows them). What bursts add beyond the end of the history is
    allowed for (Lewis and Mohler 2011), and periods without data are time in which nobody looked.

    Rows at one place in one hour are joined first: several rows of one incident would otherwise
    be what is learned. The forecast counts records all the same, as many for each event as the
    window holds. A low share of triggered events says that bursts add little to knowing the place.

    Needs points with day or hour. A cell without data in the window has no forecast, one without
    events expects none.

    Parameters
    ----------
    window_weeks
        Weeks learned from, more than 0.
    join_duplicates
        Whether rows of one place and hour count as one event.
    passes
        Most passes of EM, 1 or more.

    Attributes
    ----------
    aftershocks_
        Parameters and events at the end of the history.

    References
    ----------
    Mohler et al. (2015), field trials of predictive policing, Journal of the American Statistical
    Association 110, 1399-1411. Lewis and Mohler (2011), A nonparametric EM algorithm for
    multiscale Hawkes processes. Ogata (1981), IEEE Transactions on Information Theory 27, 23-31,
    for the recursion.
    """

    window_weeks: float = 104.0
    join_duplicates: bool = True
    passes: float = 2000.0
    aftershocks_: Aftershocks = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Check the settings.

        Raises
        ------
        UsageError
            If one is out of its range.
        """
        if not (np.isfinite(self.window_weeks) and self.window_weeks > 0):
            msg = f"window_weeks must be above 0, got {self.window_weeks:g}."
            raise UsageError(msg, value=self.window_weeks)
        if not (np.isfinite(self.passes) and self.passes >= 1):
            msg = f"passes must be 1 or more, got {self.passes:g}."
            raise UsageError(msg, value=self.passes)

    def fit(self, history: History) -> Self:
        """Learn from a history and return the forecaster; what was learned before is forgotten.

        Raises
        ------
        UnsupportedByDataError
            If the history has no points, or no data in the window.
        """
        points = points_needed(history, "etas")
        window = history.ages_weeks < self.window_weeks
        if not history.observed[:, window].any():
            msg = f"No cell has data in the last {self.window_weeks:g} weeks."
            raise UnsupportedByDataError(msg, remedy="Ingest a newer file.")
        recent = points.where(window[points.period_of(history)])  # a history holds no others
        watched = _watched(history, recent.joined() if self.join_duplicates else recent, window)
        records = float(history.events[:, window].sum())
        self.aftershocks_ = _learned(watched, passes=int(self.passes), records=records)
        return self

    def predict(self, exposure_days: Days) -> NDArray[np.float64]:
        """Return expected counts over the coming days, shape (n_cells,); NaN without data.

        Events that coming events will trigger are counted too. Refused (`NotFittedError`) before
        ``fit``.

        Parameters
        ----------
        exposure_days
            Days ahead: one number, or shape (n_cells,).
        """
        learned = self._fitted()
        every = np.ones(learned.background.shape, dtype=np.bool_)
        return learned.expected(exposure_days, chosen=every)

    def part(
        self, history: History, *, periods: NDArray[np.bool_], exposure_days: Days
    ) -> NDArray[np.float64]:
        """Return how much of ``predict`` rests on the events of some periods, shape (n_cells,).

        Each event carries its share of the background and what it still excites, with all that
        is to follow from either; the parts of disjoint periods add up to ``predict``. Refused
        (`NotFittedError`) before ``fit``.

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
        learned = self._fitted()
        return learned.expected(exposure_days, chosen=periods[learned.watched.period])

    def area_part(self, exposure_days: Days) -> NDArray[np.float64]:
        """Return 0 for every cell with data, shape (n_cells,): nothing rests on the area rate.

        Refused (`NotFittedError`) before ``fit``.
        """
        days = self._fitted().watched.days
        return np.where(days > 0, 0.0, np.nan) * exposure_days

    def _fitted(self) -> Aftershocks:
        """Return what was learned.

        Raises
        ------
        NotFittedError
            If nothing was yet.
        """
        learned = getattr(self, "aftershocks_", None)
        if not isinstance(learned, Aftershocks):
            msg = "Etas has not been fitted; call fit() before predict()."
            raise NotFittedError(msg)
        return learned


def _watched(history: History, points: Points, window: NDArray[np.bool_]) -> Watched:
    """Return the events of a window, the newest periods, and the time observed in it."""
    first = int(np.argmax(window))
    ends = history.period_ends.astype(np.float64)
    starts = np.r_[day_number(history.starts_on), ends[:-1]]
    begin = starts[first]
    order = np.argsort(points.cell, kind="stable")  # times stay in their order
    seen = history.observed[:, first:]
    edge = np.diff(np.pad(seen, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    cell, opens = np.nonzero(edge == 1)
    closes = np.nonzero(edge == -1)[1]
    spans = np.column_stack([starts[first + opens], ends[first + closes - 1]]) - begin
    cells = np.arange(history.n_cells + 1)
    return Watched(
        times=points.days[order] - begin,
        cell=points.cell[order],
        period=points.period_of(history)[order],
        first_event=np.searchsorted(points.cell[order], cells),
        spans=spans,
        first_span=np.searchsorted(cell, cells),
        days=history.exposure_days[:, window].sum(axis=1),
        end=float(ends[-1] - begin),
    )


def _learned(watched: Watched, *, passes: int, records: float) -> Aftershocks:
    """Return the parameters after so many passes of EM, or once they stand still."""
    from rightplace.forecast.methods.etas_kernels import Sums, walk  # noqa: PLC0415 - loads the compiler

    n = watched.times.size
    background = np.full(n, 1.0 - START_THETA)
    firsts = watched.first_event, watched.first_span
    theta, omega, made = START_THETA, START_OMEGA, 0
    sums = Sums(0.0, 0.0, 0.0, 0.0, 0.0)
    while n and made < passes:
        made += 1
        mu, before = _background_rate(watched, background), (theta, omega)
        sums = Sums(*walk(watched.times, watched.spans, firsts, mu, before, background))
        theta, omega = _improved(sums, theta=theta, omega=omega, longest=watched.end)
        if abs(theta - before[0]) + theta * abs(omega - before[1]) / omega < _STILL:
            break
    return Aftershocks(
        theta=theta if n else 0.0,
        omega=omega,
        passes=made,
        log_likelihood=sums.log_likelihood,
        background=background,
        watched=watched,
        records_per_event=records / n if n else 0.0,
    )


def _background_rate(watched: Watched, background: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the background rate of each cell per day, shape (n_cells,); 0 without data."""
    events = np.bincount(watched.cell, weights=background, minlength=watched.days.size)
    rate = np.zeros(watched.days.shape)
    return np.divide(events, watched.days, out=rate, where=watched.days > 0)


def _improved(sums: Sums, *, theta: float, omega: float, longest: float) -> tuple[float, float]:
    """Return theta and omega under which what one walk found is likeliest.

    theta = triggered / heard; omega = triggered / (lag + theta x slope of heard), which is the
    stationary point with the slope at the omega before. Both are kept in their ranges.
    """
    if sums.triggered <= 0.0:
        return 0.0, omega
    speed = sums.triggered / max(sums.lag + theta * sums.heard_slope, 1e-300)
    ratio = sums.triggered / sums.heard
    return min(ratio, THETA_MOST), float(np.clip(speed, 1.0 / longest, OMEGA_MOST))
