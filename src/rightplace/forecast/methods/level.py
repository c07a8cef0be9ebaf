"""The level of the whole area: how busy a period is for its length, carried forward in time."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING, Self

import numpy as np
from scipy.special import gammaln, xlogy

from rightplace.forecast.methods.calendar import (
    calendar_terms,
    coming_ends,
    period_starts,
    periods_between,
    prior_sds,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rightplace.forecast.history import History, Kind
    from rightplace.forecast.methods.calendar import DatedDays, Dates
    from rightplace.forecast.model import Days

# What may be: variance of the log level per week, whether there are calendar factors, and how
# far single periods stray. Each is tried side by side and counts by how well it foretold.
DRIFTS = (0.0, 1e-4, 4e-4, 1.6e-3, 6.4e-3)
WITH_CALENDAR = (0.0, 1.0)
STRAYS = (0.0, 0.05, 0.1, 0.2)
# A level that drifts faster has half the credit of the next slower one before it is tried.
_CREDIT = np.log(0.5)
_WEEK = np.timedelta64(7, "D")
_SMALLEST = 1e-9
_HALVINGS = 40


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outlook:
    """Levels of coming periods, as seen when the newest one had ended.

    Parameters
    ----------
    credit
        Shape (n_settings,). How far each setting is believed; sums to 1.
    state
        Shape (n_settings, 1 + n_terms). Log level, then log calendar factors.
    drift
        Shape (n_settings,). Variance of the log level per week.
    newest
        First day after the newest period.
    kind
        How long periods are.
    usual_exposure
        Exposure of the median period, in the history's own unit, above 0.
    dated
        Kinds of days given by date.
    """

    credit: NDArray[np.float64]
    state: NDArray[np.float64]
    drift: NDArray[np.float64]
    newest: np.datetime64
    kind: Kind
    usual_exposure: float
    dated: tuple[DatedDays, ...] = ()

    def factor(self, *, periods: int = 1, skip: int = 0) -> float:
        """Return the mean level of so many coming periods, relative to what was remembered.

        Parameters
        ----------
        periods
            How many, 1 or more.
        skip
            Periods that lie between them and the newest one, 0 or more.
        """
        return self._mean(skip + np.arange(periods))

    def factor_of(self, exposure_days: Days, *, on: Dates | None = None) -> float:
        """Return the mean level of the days ahead, relative to what was remembered.

        Parameters
        ----------
        exposure_days
            How many mean days they are worth: one number, or shape (n_cells,). The median cell
            tells how many periods follow, where the days themselves are not given.
        on
            Shape (n_days,). The days ahead, if they are known; each counts by its own period.
        """
        if on is not None:
            return self._mean(periods_between(self.newest, self.kind, days=on))
        ahead = float(np.median(exposure_days)) / self.usual_exposure
        return self.factor(periods=max(1, round(ahead)))

    def _mean(self, between: NDArray[np.int64]) -> float:
        """Return the mean level of periods by how many lie between each and the newest one.

        Until the first of them begins the log level goes on as a random walk: its mean stays and
        its variance grows, and the mean of its exponential by half of that on the log scale.
        """
        steps, days = np.unique(between, return_counts=True)
        ends = coming_ends(self.newest, self.kind, periods=int(steps[-1]) + 1)[steps]
        x = _with_level(calendar_terms(ends, self.kind, dated=self.dated))
        weeks = (period_starts(ends, self.kind)[0] - self.newest) / _WEEK if steps[0] else 0.0
        levels = np.exp(self.state @ x.T + weeks * self.drift[:, None] / 2)
        each = np.einsum("n,nt->t", self.credit, levels)
        return float(each @ (days / days.sum()))


@dataclass(kw_only=True)
class AreaLevel:
    """Log level of the area as a random walk with calendar factors, by Poisson-like counts.

    The total N of a period is expected to be  offset x exp(level + x b)  with x the calendar
    terms: season, weekends, given days. The level takes a normal step each week, b has a normal
    prior around no effect, and counts stray from a Poisson by a gamma factor. Each total moves
    the state to the mode of its posterior (a dynamic generalised linear model). Settings of
    drift, calendar and stray run side by side; their levels are averaged by how likely each made
    the totals so far, so that a short history gets little season and a steady area a steady level.

    One pass: what a period taught is never looked at again.

    References
    ----------
    West, Harrison and Migon (1985), Journal of the American Statistical Association 80, 73-83;
    Fahrmeir (1992), the same 87, 501-509.
    """

    kind: Kind
    terms: NDArray[np.float64]
    ends: NDArray[np.datetime64]
    gaps_weeks: NDArray[np.float64]
    usual_exposure: float
    dated: tuple[DatedDays, ...] = ()
    _drift: NDArray[np.float64] = field(init=False, repr=False)
    _stray: NDArray[np.float64] = field(init=False, repr=False)
    _state: NDArray[np.float64] = field(init=False, repr=False)
    _spread: NDArray[np.float64] = field(init=False, repr=False)
    _likelihood: NDArray[np.float64] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Lay all settings side by side."""
        settings = np.array(list(product(DRIFTS, WITH_CALENDAR, STRAYS)))
        self._drift, self._stray = settings[:, 0], settings[:, 2] ** 2
        slower = np.array([DRIFTS.index(drift) for drift in self._drift])
        self._likelihood = slower * _CREDIT
        sds = prior_sds(self.kind, n_dated=len(self.dated))
        self._state = np.zeros((len(settings), 1 + len(sds)))
        own = np.concatenate([np.zeros((len(settings), 1)), settings[:, [1]] * sds], axis=1)
        self._spread = own[:, :, None] ** 2 * np.eye(1 + len(sds))

    @classmethod
    def of(cls, history: History, *, dated: Sequence[DatedDays] = ()) -> Self:
        """Return the level of a history's area before its first period."""
        ages = history.ages_weeks
        return cls(
            kind=history.kind,
            terms=_with_level(calendar_terms(history.period_ends, history.kind, dated=dated)),
            ends=history.period_ends,
            gaps_weeks=-np.diff(ages, prepend=ages[0]),
            usual_exposure=float(np.median(history.exposure)),
            dated=tuple(dated),
        )

    def learn(self, period: int, *, total: float, offset: float, known_events: float) -> float:
        """Take in the total of a period and return its level.

        Parameters
        ----------
        period
            Position of the period; each follows the last.
        total
            Incidents in the cells that were observed and are remembered.
        offset
            Incidents expected there if the level were that of the remembered past; 0 teaches
            nothing.
        known_events
            Incidents on which the offset rests: few of them, and the total says little.
        """
        x = self.terms[period]
        self._spread[:, 0, 0] += self._drift * self.gaps_weeks[period]
        before = self._state @ x
        if offset > _SMALLEST and known_events > _SMALLEST:
            along = self._spread @ x
            self._weigh(total, offset, before=before, along=along, x=x, unsure=1 / known_events)
        return float(self.credit @ np.exp(self._state @ x))

    def _weigh(
        self,
        total: float,
        offset: float,
        *,
        before: NDArray[np.float64],
        along: NDArray[np.float64],
        x: NDArray[np.float64],
        unsure: float,
    ) -> None:
        stray, spread = self._stray + unsure, along @ x
        self._likelihood += _log_chance(total, offset * np.exp(before), stray + spread)
        after = _mode(total, offset, before=before, spread=spread, stray=stray)
        expected = offset * np.exp(after)
        heard = expected / (1 + stray * expected)
        some = spread > 0
        step = np.where(some, (after - before) / np.where(some, spread, 1.0), 0.0)
        self._state = self._state + along * step[:, None]
        shrink = heard / (1 + spread * heard)
        self._spread -= shrink[:, None, None] * along[:, :, None] * along[:, None, :]

    @property
    def credit(self) -> NDArray[np.float64]:
        """Shape (n_settings,). How far each setting is believed; sums to 1."""
        credit = np.exp(self._likelihood - self._likelihood.max())
        return np.asarray(credit / credit.sum())

    def outlook(self, period: int) -> Outlook:
        """Return what is expected of the periods that follow one that was taken in."""
        return Outlook(
            credit=self.credit,
            state=self._state,
            drift=self._drift,
            newest=self.ends[period],
            kind=self.kind,
            usual_exposure=self.usual_exposure,
            dated=self.dated,
        )


def _with_level(terms: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.column_stack([np.ones(len(terms)), terms])


def _log_chance(
    total: float, expected: NDArray[np.float64], dispersion: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the log chance of a total under negative binomials, shape of ``expected``."""
    size = 1 / np.maximum(dispersion, _SMALLEST)
    likelihood = gammaln(total + size) - gammaln(size) - gammaln(total + 1)
    likelihood += xlogy(size, size / (size + expected))
    return np.asarray(likelihood + xlogy(total, expected / (size + expected)))


def _mode(
    total: float,
    offset: float,
    *,
    before: NDArray[np.float64],
    spread: NDArray[np.float64],
    stray: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the likeliest log level after a total, shape (n_settings,).

    The root of (e - before)/spread = (N - m)/(1 + stray m), m = offset exp(e). The right side
    falls with e, so the root lies between ``before`` and the step that its slope there promises.
    """

    def pull(level: NDArray[np.float64]) -> NDArray[np.float64]:
        expected = offset * np.exp(level)
        return np.asarray((total - expected) / (1 + stray * expected))

    furthest = before + spread * pull(before)
    low, high = np.minimum(before, furthest), np.maximum(before, furthest)
    # Beyond the total itself no level is likelier; this also keeps exp() from overflowing.
    high = np.minimum(high, np.maximum(before, np.log(max(total, _SMALLEST) / offset)))
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        above = middle - before > spread * pull(middle)
        high, low = np.where(above, middle, high), np.where(above, low, middle)
    return np.asarray((low + high) / 2)
