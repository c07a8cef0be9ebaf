"""What strength may be from its own past alone: the net monthly change as a level that drifts.

A month's net change is a lasting part that fades towards no change, and chance of the month alone:

    change_t  = lasting_t + chance_t,            chance_t ~ N(0, (1 - share) v)
    lasting_t = persistence lasting_(t-1) + e_t, e_t      ~ N(0, share (1 - persistence^2) v)

so that ``v`` is the variance of a month's change and ``share`` the part of it that lasts. This is
a damped local trend (Gardner and McKenzie 1985, Management Science 31, 1237-1246) in state-space
form (Durbin and Koopman 2012, section 3.2). ``persistence`` and ``share`` have equal chances on a
grid before anything is seen, ``v`` an inverse gamma; a Kalman filter gives the likelihood of each
point with ``v`` integrated out. The forecast is the mixture over the grid of Student t, so its
interval holds what is not known of the parameters. It is reckoned, not drawn: no seed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import stdtr, stdtrit

from rightplace.errors import BadInputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

DAMPED, MEMORY, DRIFT = "damped_local_trend", "autoregressive", "random_walk_with_drift"
LEAST_CHANGES: Final = 3
_HALVINGS: Final = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendPrior:
    """What is held possible before the series is seen.

    Parameters
    ----------
    persistences
        How much of the lasting part remains after a month, each above 0 and below 1.
    shares
        Part of the variance of a month's change that lasts, each above 0 and at most 1.
    monthly_scale
        Likely size of a month's change as a share of strength, above 0.
    weight
        Shape of the inverse gamma, above 1: the months' worth of data it counts for is twice it.
    """

    persistences: tuple[float, ...]
    shares: tuple[float, ...]
    monthly_scale: float
    weight: float

    def __post_init__(self) -> None:
        """Check that the values can be.

        Raises
        ------
        BadInputError
            If one cannot.
        """
        persistent = self.persistences and all(0 < each < 1 for each in self.persistences)
        lasting = self.shares and all(0 < each <= 1 for each in self.shares)
        if not (persistent and lasting and self.monthly_scale > 0 and self.weight > 1):
            msg = (
                "A trend needs persistences above 0 and below 1, shares above 0 and at most 1, a "
                "monthly scale above 0 and a weight above 1."
            )
            raise BadInputError(msg, value=str(self), remedy="Correct [workforce_trend].")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outlook:
    """A distribution of strength: a mixture of Student t; point and interval come from it.

    Parameters
    ----------
    weights, centres, scales
        Shape (n_parts,). Weights add up to 1; scales are above 0.
    freedom
        Degrees of freedom of all parts.
    """

    weights: NDArray[np.float64]
    centres: NDArray[np.float64]
    scales: NDArray[np.float64]
    freedom: float

    def chance_below(self, strength: float) -> float:
        """Return the chance of at most so many officers, 0 to 1."""
        return float(self.weights @ stdtr(self.freedom, (strength - self.centres) / self.scales))

    def quantile(self, chance: float) -> float:
        """Return the strength that is not exceeded with a chance, found by halving.

        Parameters
        ----------
        chance
            Above 0 and below 1.
        """
        ends = self.centres + stdtrit(self.freedom, chance) * self.scales
        low, high = float(ends.min()), float(ends.max())
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            if self.chance_below(middle) < chance:
                low = middle
            else:
                high = middle
        return high

    def interval(self, level: float) -> tuple[float, float]:
        """Return the central interval that holds strength with a chance of ``level``."""
        tail = (1 - level) / 2
        return self.quantile(tail), self.quantile(1 - tail)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FittedTrend:
    """What was learned from a series' changes; every array has shape (n_points,) of the grid.

    Parameters
    ----------
    strength
        Officers at the last month seen.
    weights
        How likely each point is now.
    persistence, share
        The points.
    lasting, spread
        Mean and variance of the lasting part in the next month; ``spread`` in units of ``v``.
    variance
        Centre of what is known of ``v`` at each point.
    freedom
        Degrees of freedom of it.
    """

    strength: float
    weights: NDArray[np.float64]
    persistence: NDArray[np.float64]
    share: NDArray[np.float64]
    lasting: NDArray[np.float64]
    spread: NDArray[np.float64]
    variance: NDArray[np.float64]
    freedom: float

    @property
    def change_now(self) -> float:
        """Officers a month that the lasting part comes to next month, in the mean."""
        return float(self.weights @ self.lasting)

    def ahead(self, months: int) -> Outlook:
        """Return strength so many months ahead, 1 or more."""
        phi, n = self.persistence, months
        reach = (1 - phi**n) / (1 - phi)
        # Sum over months of the lasting part: its start fades, each later push fades in turn.
        left = np.arange(1, n)[:, None]
        pushes = (((1 - phi**left) / (1 - phi)) ** 2).sum(axis=0)
        variance = (
            self.spread * reach**2 + self.share * (1 - phi**2) * pushes + n * (1 - self.share)
        )
        return Outlook(
            weights=self.weights,
            centres=self.strength + self.lasting * reach,
            scales=np.sqrt(self.variance * variance),
            freedom=self.freedom,
        )


def fitted_trend(officers: NDArray[np.float64], prior: TrendPrior) -> FittedTrend:
    """Return what the months of a series teach of its trend.

    Parameters
    ----------
    officers
        Shape (n_months,). Strength month by month, without a gap, oldest first.
    prior
        What is held possible before; its scale is taken of the last strength.
    """
    _check(officers)
    grid = np.array([(phi, share) for phi in prior.persistences for share in prior.shares])
    phi, share = grid[:, 0], grid[:, 1]
    push = share * (1 - phi**2)
    mean, spread = np.zeros(len(grid)), share.copy()
    log_spreads, squares = np.zeros(len(grid)), np.zeros(len(grid))
    for change in np.diff(officers):
        whole = spread + 1 - share
        error = change - mean
        log_spreads += np.log(whole)
        squares += error**2 / whole
        gain = spread / whole
        mean = phi * (mean + gain * error)
        spread = phi**2 * spread * (1 - gain) + push
    shape = prior.weight + (officers.size - 1) / 2
    scale = (prior.weight - 1) * (prior.monthly_scale * officers[-1]) ** 2 + squares / 2
    log_weights = -log_spreads / 2 - shape * np.log(scale)
    weights = np.exp(log_weights - log_weights.max())
    return FittedTrend(
        strength=float(officers[-1]),
        weights=weights / weights.sum(),
        persistence=phi,
        share=share,
        lasting=mean,
        spread=spread,
        variance=scale / shape,
        freedom=2 * shape,
    )


def drift_ahead(officers: NDArray[np.float64], months: int) -> Outlook:
    """Return strength ahead by a random walk with drift, the baseline to be beaten.

    Monthly changes count as independent; the mean change is known as well as their number allows
    (Hyndman and Athanasopoulos 2021, section 5.2, with a Student t for the variance learned).

    Parameters
    ----------
    officers
        Shape (n_months,). Strength month by month, without a gap.
    months
        How far ahead, 1 or more.

    Raises
    ------
    BadInputError
        If no change differs from another.
    """
    _check(officers)
    changes = np.diff(officers)
    variance = float(changes.var(ddof=1))
    if variance == 0:
        msg = f"All {changes.size} monthly changes are {changes[0]:g}: no scatter to learn from."
        raise BadInputError(msg, remedy="Check the file: real strength is never so even.")
    return Outlook(
        weights=np.ones(1),
        centres=np.array([officers[-1] + months * changes.mean()]),
        scales=np.sqrt([variance * (months + months**2 / changes.size)]),
        freedom=float(changes.size - 1),
    )


def _check(officers: NDArray[np.float64]) -> None:
    """Check that there is a series to learn from.

    Raises
    ------
    BadInputError
        If there is not.
    """
    if officers.size <= LEAST_CHANGES:
        msg = f"{officers.size} months of strength are given; a trend needs {LEAST_CHANGES + 1}."
        raise BadInputError(msg, remedy="Take in more months.")
    if not (np.isfinite(officers) & (officers > 0)).all():
        msg = "A strength is not above 0."
        raise BadInputError(msg, value=str(officers.min()), remedy="Correct the file.")


def candidates(prior: TrendPrior) -> dict[str, Callable[[NDArray[np.float64], int], Outlook]]:
    """Return each way to look ahead by its name, a function of officers and months.

    ``autoregressive`` is the trend whose changes all last: no chance of the month alone.

    Parameters
    ----------
    prior
        Of the trend.
    """
    memory = TrendPrior(
        persistences=prior.persistences,
        shares=(1.0,),
        monthly_scale=prior.monthly_scale,
        weight=prior.weight,
    )
    return {
        DAMPED: lambda officers, months: fitted_trend(officers, prior).ahead(months),
        MEMORY: lambda officers, months: fitted_trend(officers, memory).ahead(months),
        DRIFT: drift_ahead,
    }


def candidate(name: str, prior: TrendPrior) -> Callable[[NDArray[np.float64], int], Outlook]:
    """Return one way to look ahead.

    Parameters
    ----------
    name
        One of ``candidates``.
    prior
        Of the trend.

    Raises
    ------
    UsageError
        If there is none of the name.
    """
    known = candidates(prior)
    if name not in known:
        msg = f"There is no method {name!r}."
        raise UsageError(msg, value=name, remedy=f"Choose of {', '.join(known)}.")
    return known[name]
