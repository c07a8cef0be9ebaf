"""Weights nearest to equal ones that meet given totals: a non-negative quadratic programme.

Minimise sum((w - d)^2 / d) / 2 subject to w >= 0 and A'w = b. Setting the derivative of the
Lagrangian to nought gives w = d max(0, 1 + A m) for multipliers m, one a constraint, so that the
whole problem is to minimise in m alone the convex, smooth and piecewise quadratic

    D(m) = sum(d max(0, 1 + A m)^2) / 2 - b'm + sum(s m^2) / 2

where s is 0 for a constraint to be met and 1/penalty for one to be met as nearly as can be. Newton
steps with the active rows' Gram matrix end after finitely many pieces. If D falls without end, the
direction in which it does proves that no weights meet the totals (Farkas).

References
----------
Deville and Sarndal (1992), Journal of the American Statistical Association 87, 376-382, for the
distance; Robbins, Saunders and Kilmer (2017), the same, 112, 109-126, for its use here; Qi and Sun
(1993), Mathematical Programming 58, 353-367, for Newton's method on a piecewise smooth equation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

MET: Final = 1e-7
"""A total is met when it is missed by no more than this share of its size."""
SOFTEST: Final = 1e-1
HARDEST: Final = 1e-4
"""Softness of totals met as nearly as can be: from the first, a tenth at a time, to the last."""
STEPS: Final = 200
_BLOCK: Final = 200_000
"""Products in a block: so few that the linear algebra library does not share the work out among
threads, which wait for each other far longer than they work when the machine is busy."""
_DONE: Final = 1e-11
_FAR: Final = 1e6
_RIDGE: Final = 1e-12
_ENOUGH_FALL: Final = 1e-4
_SMALLEST_STEP: Final = 2.0**-40


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Programme:
    """What weights are looked for.

    Parameters
    ----------
    features
        Shape (n_units, n_totals). What one unit of weight adds to each total.
    totals
        Shape (n_totals,). Totals to be met.
    start
        Shape (n_units,). Weights to stay near, above 0.
    """

    features: NDArray[np.float64]
    totals: NDArray[np.float64]
    start: NDArray[np.float64]

    def __post_init__(self) -> None:
        """Check that the shapes agree and the starting weights are above 0.

        Raises
        ------
        BadInputError
            If they do not.
        """
        units, totals = self.features.shape
        shapes = self.totals.shape == (totals,) and self.start.shape == (units,)
        finite = all(np.isfinite(each).all() for each in (self.features, self.totals, self.start))
        if not shapes or not finite or not totals or not (self.start > 0).all():
            msg = (
                f"Weights for {units} units and {totals} totals need numbers of those shapes and "
                "starting weights above 0."
            )
            raise BadInputError(msg, remedy="Correct the table of units.")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Weights:
    """The weights nearest to the starting ones.

    Parameters
    ----------
    weights
        Shape (n_units,), 0 or more.
    multipliers
        Shape (n_totals,). What one more of each total would change; the warm start of a like
        programme.
    missed
        Shape (n_totals,). Weighted totals less the totals asked for.
    met
        Shape (n_totals,). Which are met, to a share of ``MET`` of their size.
    steps
        Newton steps taken.
    """

    weights: NDArray[np.float64]
    multipliers: NDArray[np.float64]
    missed: NDArray[np.float64]
    met: NDArray[np.bool_]
    steps: int


def solve(programme: Programme, *, warm: NDArray[np.float64] | None = None) -> Weights:
    """Return the weights of 0 or more nearest to the starting ones that meet the totals.

    Totals that say the same twice do no harm: the weights are unique, only the multipliers are
    not. Where no weights meet the totals, some are left unmet and the weights mean nothing:
    ``nearest`` finds the next best and ``impossible`` the proof.

    Parameters
    ----------
    warm
        Shape (n_totals,). Multipliers of a like programme to begin from.
    """
    return _solve(programme, np.zeros(programme.totals.size), warm=warm)


def nearest(programme: Programme, exact: NDArray[np.bool_]) -> Weights:
    """Return weights that meet some totals and come as near as can be to the others.

    As near: by the sum of squared misses, each in its own unit. Among weights that do equally
    well those nearest to the starting ones are taken, to within the last softness.

    Parameters
    ----------
    exact
        Shape (n_totals,). Totals that must be met.
    """
    softness, warm = SOFTEST, None
    while True:
        found = _solve(programme, np.where(exact, 0.0, softness), warm=warm)
        if softness <= HARDEST or not found.met[exact].all():
            return found
        softness /= 10
        warm = np.where(exact, found.multipliers, -found.missed / softness)


def impossible(programme: Programme) -> NDArray[np.float64] | None:
    """Return a proof that no weights of 0 or more meet the totals, None where there is none.

    The proof is a combination of the totals, shape (n_totals,), in which no unit counts above 0
    while the total asked for does (Farkas): at the nearest point that weights reach, the miss is
    such a combination, but for what the softness leaves, which a constant column takes away.
    """
    found = nearest(programme, np.zeros(programme.totals.size, dtype=np.bool_))
    proof = -found.missed
    counted = programme.features @ proof
    level = np.flatnonzero(np.ptp(programme.features, axis=0) == 0)
    if level.size and counted.max() > 0:
        proof[level[0]] -= counted.max() / programme.features[0, level[0]]
    return proof if is_proof(programme, proof) else None


def is_proof(programme: Programme, proof: NDArray[np.float64]) -> bool:
    """Return whether a combination of totals shows that no weights can meet them."""
    size = np.abs(programme.features) @ np.abs(proof)
    none_above = (programme.features @ proof <= MET**2 * size).all()
    return bool(none_above and programme.totals @ proof > MET * np.abs(proof).sum())


def _solve(
    programme: Programme, softness: NDArray[np.float64], *, warm: NDArray[np.float64] | None
) -> Weights:
    scale = _scale(programme)
    search = _Search(
        programme.features / scale,
        programme.totals / scale,
        programme.start,
        softness * scale**-2.0,
    )
    first = np.zeros(scale.size) if warm is None else warm * scale
    multipliers, steps = search.run(first)
    weights = search.weights_at(multipliers)
    missed = _summed(weights, programme.features) - programme.totals
    size = np.maximum(np.abs(programme.totals), scale * MET)
    return Weights(
        weights=weights,
        multipliers=multipliers / scale,
        missed=missed,
        met=np.abs(missed) <= MET * np.maximum(size, 1.0),
        steps=steps,
    )


def _scale(programme: Programme) -> NDArray[np.float64]:
    """Return a size for each total, so that counts of people and of crimes weigh alike."""
    size = np.sqrt(_summed(programme.start, programme.features**2))
    return np.where(size > 0, size, 1.0)


class _Search:
    """Newton's method on the multipliers."""

    def __init__(
        self,
        features: NDArray[np.float64],
        totals: NDArray[np.float64],
        start: NDArray[np.float64],
        softness: NDArray[np.float64],
    ) -> None:
        self._features, self._totals = features, totals
        self._start, self._softness = start, softness
        self._strict = not softness.any()
        self._weighted = features * start[:, None]
        self._gram = np.zeros((totals.size, totals.size))
        self._active = np.zeros(start.size, dtype=np.bool_)

    def weights_at(self, multipliers: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return d max(0, 1 + A m)."""
        return np.asarray(self._start * np.maximum(0.0, 1.0 + _lifted(self._features, multipliers)))

    def run(self, multipliers: NDArray[np.float64]) -> tuple[NDArray[np.float64], int]:
        """Return the multipliers at which the search stopped, and its steps."""
        lifted = 1.0 + _lifted(self._features, multipliers)
        for step in range(STEPS):
            slope = self._slope(lifted, multipliers)
            if np.abs(slope).max() <= _DONE * max(1.0, float(np.abs(self._totals).max())):
                return multipliers, step
            direction = self._direction(lifted > 0, slope)
            rise = _lifted(self._features, direction)
            promised = float(slope @ direction)
            length = self._length((multipliers, lifted), (direction, rise), promised=promised)
            multipliers, lifted = multipliers + length * direction, lifted + length * rise
            if length == 0 or (self._strict and np.abs(multipliers).max() > _FAR):
                return multipliers, step + 1
        return multipliers, STEPS

    def _slope(
        self, lifted: NDArray[np.float64], multipliers: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        rows = np.flatnonzero(lifted > 0)
        weighted = _summed(lifted[rows], self._weighted[rows])
        return np.asarray(weighted - self._totals + self._softness * multipliers)

    def _direction(
        self, active: NDArray[np.bool_], slope: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Return the Newton step; the Gram matrix is renewed by the rows that came and went."""
        came, gone = active & ~self._active, self._active & ~active
        if came.sum() + gone.sum() < active.sum():
            self._gram = self._gram + self._crossed(came) - self._crossed(gone)
        else:
            self._gram = self._crossed(active)
        self._active = active
        size = self._totals.size
        curved = self._gram + np.diag(self._softness)
        ridge = _RIDGE * max(1.0, float(np.trace(curved)) / size)
        return np.asarray(-np.linalg.solve(curved + ridge * np.eye(size), slope))

    def _length(
        self,
        here: tuple[NDArray[np.float64], NDArray[np.float64]],
        step: tuple[NDArray[np.float64], NDArray[np.float64]],
        *,
        promised: float,
    ) -> float:
        """Return the longest of 1, 1/2, 1/4 ... by which D falls enough (Armijo), or 0.

        Both places and steps are of the multipliers and of 1 + A m; ``promised`` is the slope
        of D along the step.
        """
        now = self._height(*here)
        length = 1.0
        while length > _SMALLEST_STEP:
            there = self._height(here[0] + length * step[0], here[1] + length * step[1])
            if there <= now + _ENOUGH_FALL * length * promised:
                return length
            length /= 2
        return 0.0

    def _height(self, multipliers: NDArray[np.float64], lifted: NDArray[np.float64]) -> float:
        pushed = np.maximum(0.0, lifted)
        bent = float(self._start @ pushed**2) + float(self._softness @ multipliers**2)
        return bent / 2 - float(self._totals @ multipliers)

    def _crossed(self, rows: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Return A'DA of some rows, block by block."""
        weighted, features = self._weighted[rows], self._features[rows]
        block = max(1, _BLOCK // features.shape[1] ** 2)
        whole = features.shape[0] // block * block
        shape = (-1, block, features.shape[1])
        blocks = np.matmul(
            weighted[:whole].reshape(shape).transpose(0, 2, 1), features[:whole].reshape(shape)
        )
        return np.asarray(blocks.sum(axis=0) + weighted[whole:].T @ features[whole:])


def _lifted(features: NDArray[np.float64], multipliers: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return A m without the linear algebra library."""
    return np.asarray(np.einsum("ij,j->i", features, multipliers))


def _summed(weights: NDArray[np.float64], features: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return A'w without the linear algebra library."""
    return np.asarray(np.einsum("i,ij->j", weights, features))
