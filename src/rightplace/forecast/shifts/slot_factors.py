"""How busy an hour is by weekday and shift, and on days of a kind: fitted together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rightplace.forecast.shifts.days import WEEKDAYS, DayTable

if TYPE_CHECKING:
    from numpy.typing import NDArray

# The area's level runs in straight lines (of its logarithm) between points so many days apart:
# short enough to follow season and trend, long enough to leave weeks of a kind their own factor.
LEVEL_DAYS = 91
_LEVEL_PRIOR_EVENTS = 1.0
_MOST_STEPS = 100
_CONVERGED = 1e-10


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SlotFactors:
    """Factors of the whole area on the number expected in an hour.

    Parameters
    ----------
    weekday
        Shape (7, n_shifts). An hour of each weekday and shift, relative to each other.
    kind
        Shape (n_kinds, n_shifts). An hour of a day of a kind, relative to an ordinary day of the
        same weekday; 1 where no such day was seen.
    slot_swing, day_swing
        Variance, 0 or more, of the factor by which the area's count of one shift, or one day,
        strays from its part of the week beyond chance; learned on days of no kind.
    """

    weekday: NDArray[np.float64]
    kind: NDArray[np.float64]
    slot_swing: float = 0.0
    day_swing: float = 0.0

    def of(self, days: DayTable) -> NDArray[np.float64]:
        """Return the factor of an hour of each slot, shape (n_days, n_shifts)."""
        kinds = np.exp(days.kinds.astype(np.float64) @ np.log(self.kind))
        return np.asarray(self.weekday[days.weekdays] * kinds)


def fit_factors(
    counts: NDArray[np.float64],
    days: DayTable,
    *,
    weight: NDArray[np.float64],
    prior_events: float,
) -> SlotFactors:
    """Return the factors of greatest posterior likelihood.

    Counts of day d and shift s are Poisson with mean
    level(d) x hours x weekday factor(weekday of d, s) x product of factor(kind, s) over the kinds
    of d. Every factor has a gamma prior with its mode at 1 that weighs like ``prior_events``
    events. The level moves with season and trend (see ``LEVEL_DAYS``), so that a bank holiday in
    summer is compared with days about it, and cannot pass for a busy Monday. The posterior is
    strictly concave in the logarithms; Newton's steps, halved while they overshoot, find its top.

    Parameters
    ----------
    counts
        Shape (n_days, n_shifts). Events of the whole area.
    days
        The days they are of.
    weight
        Shape (n_days,). Weight of each day, 0 or more; 0 where nothing was published.
    prior_events
        More than 0.

    References
    ----------
    McCullagh and Nelder (1989), Generalized Linear Models, 2nd ed., sections 2.5 and 6.2.
    """
    shifts = days.n_shifts
    total = float((weight[:, None] * counts).sum())
    if total == 0:
        return SlotFactors(
            weekday=np.ones((WEEKDAYS, shifts)), kind=np.ones((len(days.kind_names), shifts))
        )
    exposure = weight[:, None] * days.hours
    model = _LogLinear(
        events=weight[:, None] * counts,
        exposure=exposure * (total / exposure.sum()),
        own=np.hstack([np.eye(WEEKDAYS)[days.weekdays], days.kinds.astype(np.float64)]),
        level=_level(days.n_days),
        prior=prior_events,
    )
    own = np.exp(model.fitted()[: model.own.shape[1] * shifts].reshape(shifts, -1).T)
    weekday, kind = own[:WEEKDAYS], own[WEEKDAYS:]
    found = SlotFactors(weekday=weekday, kind=kind)
    expected = days.hours * found.of(days)
    chosen = np.where(days.ordinary, weight, 0.0)
    return SlotFactors(
        weekday=weekday,
        kind=kind,
        slot_swing=_swing(counts, expected, weight=chosen),
        day_swing=_swing(
            counts.sum(axis=1, keepdims=True), expected.sum(axis=1, keepdims=True), weight=chosen
        ),
    )


def _level(n_days: int) -> NDArray[np.float64]:
    """Return how much of each day's level each point carries, shape (n_days, n_points)."""
    # Counted from the end, so that the newest day stands on a point of its own.
    place = np.arange(n_days)[::-1] / LEVEL_DAYS
    points = np.arange(int(np.ceil(place[0])) + 1)
    return np.maximum(0.0, 1.0 - np.abs(place[:, None] - points[None, :]))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _LogLinear:
    """A Poisson model whose log mean is linear, apart by shift but for a level they share.

    Parameters
    ----------
    events, exposure
        Shape (n_days, n_shifts). Weighted events, and what would be expected of them if all
        factors were 1.
    own
        Shape (n_days, n_own). Terms that each shift has a factor of its own for.
    level
        Shape (n_days, n_points). Terms shared by all shifts.
    prior
        Events that pull each own factor to 1.
    """

    events: NDArray[np.float64]
    exposure: NDArray[np.float64]
    own: NDArray[np.float64]
    level: NDArray[np.float64]
    prior: float

    def fitted(self) -> NDArray[np.float64]:
        """Return the logarithms of the factors: own ones shift by shift, then the level."""
        priors = np.concatenate(
            [
                np.full(self.own.shape[1] * self.events.shape[1], self.prior),
                np.full(self.level.shape[1], _LEVEL_PRIOR_EVENTS),
            ]
        )
        theta = np.zeros(priors.size)
        height = self._height(theta, priors)
        for _ in range(_MOST_STEPS):
            step = self._newton(theta, priors)
            size = 1.0
            while (
                higher := self._height(theta + size * step, priors)
            ) < height and size > _CONVERGED:
                size /= 2
            theta, height = theta + size * step, higher
            if np.abs(size * step).max() < _CONVERGED:
                break
        return theta

    def _log_factor(self, theta: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the log factor of each slot, shape (n_days, n_shifts)."""
        n_own = self.own.shape[1] * self.events.shape[1]
        own = theta[:n_own].reshape(self.events.shape[1], -1)
        return np.asarray(self.own @ own.T + (self.level @ theta[n_own:])[:, None])

    def _height(self, theta: NDArray[np.float64], priors: NDArray[np.float64]) -> float:
        """Return the log posterior, but for a constant."""
        log_factor = self._log_factor(theta)
        with np.errstate(over="ignore"):  # a step too long is halved
            likelihood = (self.events * log_factor - self.exposure * np.exp(log_factor)).sum()
            return float(likelihood + (priors * (theta - np.exp(theta))).sum())

    def _newton(
        self, theta: NDArray[np.float64], priors: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Return Newton's step."""
        mean = self.exposure * np.exp(self._log_factor(theta))
        residual = self.events - mean
        pull = priors * np.exp(theta)
        gradient = np.concatenate(
            [(residual.T @ self.own).ravel(), self.level.T @ residual.sum(axis=1)]
        )
        shifts, terms = mean.shape[1], self.own.shape[1]
        n_own = shifts * terms
        curve = np.zeros((theta.size, theta.size))
        for shift in range(shifts):
            rows = slice(shift * terms, (shift + 1) * terms)
            weighted = self.own * mean[:, shift, None]
            curve[rows, rows] = weighted.T @ self.own
            curve[rows, n_own:] = weighted.T @ self.level
            curve[n_own:, rows] = curve[rows, n_own:].T
        curve[n_own:, n_own:] = self.level.T @ (self.level * mean.sum(axis=1)[:, None])
        curve[np.diag_indices_from(curve)] += pull
        return np.asarray(np.linalg.solve(curve, gradient + priors - pull))


def _swing(
    counts: NDArray[np.float64], expected: NDArray[np.float64], *, weight: NDArray[np.float64]
) -> float:
    """Return the variance of the factor by which parts of a week stray from their share of it.

    Given the week's count Y, a part of share p has variance Y p (1 - p) by chance, and about
    swing x (Y p)^2 (1 - p) on top of it if each part has a factor of its own. Weeks are counted
    back from the last day; days before the first whole one are left out.

    Parameters
    ----------
    counts, expected
        Shape (n_days, n_parts).
    weight
        Shape (n_days,). 0 for days that are not looked at; they count in their week's total.
    """
    whole = len(counts) // WEEKDAYS * WEEKDAYS
    if whole == 0:
        return 0.0
    came, share = (a[-whole:].reshape(whole // WEEKDAYS, -1) for a in (counts, expected))
    share = share / share.sum(axis=1, keepdims=True)
    looked = np.repeat(weight[-whole:], counts.shape[1]).reshape(share.shape)
    mean = came.sum(axis=1, keepdims=True) * share
    base = (looked * mean**2 * (1 - share)).sum()
    extra = (looked * ((came - mean) ** 2 - mean * (1 - share))).sum()
    return max(0.0, float(extra / base)) if base > 0 else 0.0
