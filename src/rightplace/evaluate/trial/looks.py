"""Looking at a trial while it runs: how much chance each look spends, and how far is far enough.

Whoever tests at 5 % after each of five weeks finds something by chance alone in 14 % of trials in
which there is nothing. A spending function says before the trial how much of the 5 % may be used
up by when; the boundary of each look follows from it and from the looks before, by integrating
the density of a statistic that has not crossed yet.

References
----------
Armitage, McPherson and Rowe (1969), Journal of the Royal Statistical Society A 132, 235-244 (the
recursion, and 14.2 % at five looks); Lan and DeMets (1983), Biometrika 70, 659-663; O'Brien and
Fleming (1979), Biometrics 35, 549-556; Pocock (1977), Biometrika 64, 191-199.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import numpy as np

from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

# Nodes of the integral over the statistics that have not crossed; 200 give six digits already.
_NODES: Final = 400
# A chance smaller than this is none: its boundary is infinite.
_NO_CHANCE: Final = 1e-15
# Standard deviations beyond which a statistic without a boundary is not followed.
_FAR: Final = 9.0
_HALVINGS: Final = 80


class Spending(StrEnum):
    """How the chance of a false alarm is spent as a trial goes on."""

    OBRIEN_FLEMING = "obrien-fleming"
    """Hardly any at first: only a huge difference stops a trial early."""
    POCOCK = "pocock"
    """Nearly alike at each look: easier to stop early, harder at the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look at a trial.

    Parameters
    ----------
    fraction
        Share of the whole trial's information that is in, above 0, at most 1.
    spent
        Two-sided chance of a false alarm spent up to and with this look, 0 to 1.
    boundary
        The trial stops where the standardised difference is this large or larger, either way;
        infinite where the look may not stop it.
    nominal_p
        The same as a two-sided chance of this look alone: it stops where p is this small.
    """

    fraction: float
    spent: float
    boundary: float
    nominal_p: float


def spent_by(fraction: float, *, alpha: float, spending: Spending) -> float:
    """Return the two-sided chance of a false alarm that may be spent by a fraction, 0 to alpha.

    Half of it on each side. O'Brien-Fleming type: 2 - 2 Phi(z / sqrt(t)) with the upper quarter
    of alpha's quantile z; Pocock type: alpha ln(1 + (e - 1) t).

    Parameters
    ----------
    fraction
        Above 0, at most 1.
    alpha
        Of the whole trial, above 0 and below 1.
    spending
        Which function.
    """
    from scipy.special import ndtr, ndtri  # noqa: PLC0415 - slow to import

    if spending is Spending.POCOCK:
        return alpha * math.log1p((math.e - 1) * fraction)
    z = ndtri(alpha / 4)
    return float(4 * ndtr(z / math.sqrt(fraction)))


def planned_looks(
    fractions: Sequence[float], *, alpha: float, spending: Spending
) -> tuple[Look, ...]:
    """Return the boundary of each look, given those before it.

    The statistic is taken for normal with increments that do not depend on each other: a sum over
    weeks with a lot of its own each is, where there are enough incidents.

    Parameters
    ----------
    fractions
        Of each look, increasing, above 0, at most 1. Only the looks made so far are needed.
    alpha
        Two-sided chance of any false alarm in the whole trial, above 0 and below 1.
    spending
        How it is spent.

    Raises
    ------
    BadInputError
        If the fractions do not increase from above 0 to 1 at most, or alpha is no chance.
    """
    steps = np.diff([0.0, *fractions])
    if not fractions or (steps <= 0).any() or fractions[-1] > 1 or not 0 < alpha < 1:
        msg = f"Looks at {list(fractions)} of a trial with alpha {alpha} cannot be."
        raise BadInputError(msg, value=alpha, remedy="Let fractions increase, from above 0 to 1.")
    walk = _Walk()
    made: list[Look] = []
    before = 0.0
    for fraction, step in zip(fractions, steps.tolist(), strict=True):
        spent = spent_by(fraction, alpha=alpha, spending=spending)
        edge = walk.edge(step, spent - before)
        made.append(_look(fraction, spent=spent, edge=edge))
        walk = walk.after(step, edge=edge, time=fraction)
        before = spent
    return tuple(made)


def _look(fraction: float, *, spent: float, edge: float) -> Look:
    from scipy.special import ndtr  # noqa: PLC0415 - slow to import

    boundary = edge / math.sqrt(fraction)
    return Look(
        fraction=fraction, spent=spent, boundary=boundary, nominal_p=float(2 * ndtr(-boundary))
    )


def false_alarms(boundaries: Sequence[float], fractions: Sequence[float]) -> float:
    """Return the chance that a trial without any effect crosses one of its boundaries.

    Parameters
    ----------
    boundaries
        Of the standardised difference at each look, above 0; both sides.
    fractions
        Of each look, increasing.
    """
    walk, total = _Walk(), 0.0
    steps = np.diff([0.0, *fractions]).tolist()
    for boundary, fraction, step in zip(boundaries, fractions, steps, strict=True):
        edge = boundary * math.sqrt(fraction)
        total += walk.chance(step, edge)
        walk = walk.after(step, edge=edge, time=fraction)
    return total


class _Walk:
    """Where a statistic that has not crossed yet may be: weights on nodes of its range."""

    def __init__(self, nodes: Floats | None = None, weights: Floats | None = None) -> None:
        """Start at 0 where no nodes are given."""
        self.nodes = np.zeros(1) if nodes is None else nodes
        self.weights = np.ones(1) if weights is None else weights

    def chance(self, step: float, edge: float) -> float:
        """Return the chance to cross an edge, either way, within a step of time."""
        from scipy.special import ndtr  # noqa: PLC0415 - slow to import

        spread = math.sqrt(step)
        over = ndtr((self.nodes - edge) / spread) + ndtr((-edge - self.nodes) / spread)
        return float(self.weights @ over)

    def edge(self, step: float, chance: float) -> float:
        """Return the edge that is crossed with a chance, infinite where there is none to spend."""
        if chance < _NO_CHANCE:
            return math.inf
        low, high = 0.0, float(np.abs(self.nodes).max()) + _FAR * math.sqrt(step)
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            low, high = (middle, high) if self.chance(step, middle) > chance else (low, middle)
        return high

    def after(self, step: float, *, edge: float, time: float) -> _Walk:
        """Return where the statistic may be a step later if it has not crossed the edge."""
        end = min(edge, _FAR * math.sqrt(time))
        points, shares = np.polynomial.legendre.leggauss(_NODES)
        nodes = points * end
        away = (nodes[:, None] - self.nodes[None, :]) / math.sqrt(step)
        density = np.exp(-(away**2) / 2) @ self.weights / math.sqrt(2 * math.pi * step)
        return _Walk(nodes, shares * end * density)
