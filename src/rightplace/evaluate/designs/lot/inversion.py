"""Randomisation inference: the chance that a lot alone does this, and the effects it leaves open.

Under a supposed effect each draw's outcome without treatment is known, ``first + size * second``.
The lot is drawn again with these outcomes fixed. What the lot would more rarely than 1 - level
part as far as it did is left out of the interval: the test inverted.

The statistic is the stratified difference of the arms' means by its own standard error, so that
the test is exact for a supposed effect that is the same everywhere, and right in large trials
for the average of effects that differ.

References
----------
Fisher (1935), The Design of Experiments; Rosenbaum (2002), Observational Studies, chapter 2;
Wu and Ding (2021), JASA 116, 1898-1913 (studentised statistics).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from rightplace.evaluate.designs.lot.redraw import Redraws
    from rightplace.evaluate.designs.lot.rows import Drawn

    Floats = NDArray[np.float64]

_SAME: Final = 1e-9
_AT_ONCE: Final = 4_000_000
"""Cells of a table of redraws that are worked on together: some 32 MB."""
_DOUBLINGS: Final = 40
_HALVINGS: Final = 26


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Contrast:
    """Difference of the arms and its variance for each draw of the lot, for any supposed size.

    The difference is ``one + size * other``, the variance ``a + size * b + size**2 * c``; arrays
    of shape (n_redraws,).
    """

    one: Floats
    other: Floats
    a: Floats
    b: Floats
    c: Floats

    def at(self, size: float) -> Floats:
        """Return the statistic of each draw at a supposed size."""
        difference = self.one + size * self.other
        variance = self.a + size * self.b + size**2 * self.c
        scale = np.sqrt(np.maximum(variance, 0))
        # Where an arm does not vary at all the difference stands for itself, or for a certainty.
        sure = np.where(np.abs(difference) > _SAME, np.inf, 0.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(np.where(scale > _SAME, np.abs(difference) / scale, sure))


def contrast_of(
    drawn: Drawn, treated: NDArray[np.bool_], first: Floats, second: Floats
) -> Contrast:
    """Return the difference of the arms over draws of the lot, some draws at a time.

    Parameters
    ----------
    drawn
        Strata.
    treated
        Shape (n_redraws, n_draws).
    first, second
        Shape (n_draws,), in the order of ``drawn``.
    """
    parts = max(1, math.ceil(treated.size / _AT_ONCE))
    found = [_contrast(drawn, part, first, second) for part in np.array_split(treated, parts)]
    names = ("one", "other", "a", "b", "c")
    return Contrast(**{n: np.concatenate([getattr(each, n) for each in found]) for n in names})


def _contrast(drawn: Drawn, treated: NDArray[np.bool_], first: Floats, second: Floats) -> Contrast:
    """Return the difference of the arms over draws of the lot.

    The difference of a stratum's means counts as often as units are treated there, so that the
    sum is about incidents in treated places. Its variance is Neyman's; in a stratum with one
    draw of an arm the other arm's scatter stands for it, and that of pairs is the scatter of
    their differences. Where nothing says how much chance does, the difference is taken as it is.

    Parameters
    ----------
    drawn
        Strata.
    treated
        Shape (n_redraws, n_draws).
    first, second
        Shape (n_draws,), in the order of ``drawn``.
    """
    squares = {"uu": first**2, "uv": first * second, "vv": second**2}
    sums = {
        name: _both_arms(drawn, treated, values)
        for name, values in ({"u": first, "v": second} | squares).items()
    }
    numbers = drawn.numbers_treated.astype(np.float64)
    left = drawn.sizes - numbers
    means = {name: (sums[name][0] / numbers, sums[name][1] / left) for name in ("u", "v")}
    gaps = {name: (of_treated - of_left) for name, (of_treated, of_left) in means.items()}
    pairs = drawn.sizes == 2  # noqa: PLR2004 - a pair
    if pairs.sum() == pairs.size == 1:
        one = np.ones(treated.shape[0])
        variances = {"uu": one, "uv": 0 * one, "vv": 0 * one}
    else:
        variances = {
            name: _neyman(
                sums[name][0] - numbers * means[name[0]][0] * means[name[1]][0],
                sums[name][1] - left * means[name[0]][1] * means[name[1]][1],
                (numbers, left),
            )
            + _of_pairs(gaps[name[0]][:, pairs], gaps[name[1]][:, pairs])
            for name in squares
        }
    return Contrast(
        one=(gaps["u"] * numbers).sum(axis=1),
        other=(gaps["v"] * numbers).sum(axis=1),
        a=variances["uu"],
        b=2 * variances["uv"],
        c=variances["vv"],
    )


def _both_arms(drawn: Drawn, treated: NDArray[np.bool_], values: Floats) -> tuple[Floats, Floats]:
    """Return sums by draw of the lot and stratum, of the treated and of the others."""
    chosen = np.add.reduceat(treated * values, drawn.starts, axis=1)
    return chosen, np.add.reduceat(values, drawn.starts) - chosen


def _neyman(of_treated: Floats, of_left: Floats, numbers: tuple[Floats, Floats]) -> Floats:
    """Return the variance of the difference from squares within each arm of each stratum."""
    treated, left = numbers
    s_treated = of_treated / np.maximum(treated - 1, 1)
    s_left = of_left / np.maximum(left - 1, 1)
    s_one = np.where(treated > 1, s_treated, s_left)
    s_other = np.where(left > 1, s_left, s_treated)
    return np.asarray((treated**2 * (s_one / treated + s_other / left)).sum(axis=1))


def _of_pairs(one: Floats, other: Floats) -> Floats:
    """Return the variance of a sum of pairs' differences, shape (n_redraws, n_pairs) each.

    Source: Imai, King and Nall (2009), Statistical Science 24, 29-53.
    """
    pairs = one.shape[1]
    if pairs <= 1:
        return np.zeros(one.shape[0])
    moved = (one - one.mean(axis=1, keepdims=True)) * (other - other.mean(axis=1, keepdims=True))
    return np.asarray(moved.sum(axis=1) * pairs / (pairs - 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Inverted:
    """What a lot leaves open.

    Parameters
    ----------
    value
        The size at which the arms come out alike.
    lo, hi
        Ends of the sizes that the lot leaves open, infinite where it bounds none.
    p
        Two-sided chance, above 0, at most 1, of so large a difference where the size is ``none``.
    """

    value: float
    lo: float
    hi: float
    p: float


def inverted(
    drawn: Drawn,
    redraws: Redraws,
    outcomes: tuple[Floats, Floats],
    *,
    level: float,
    none: float = 0.0,
) -> Inverted | None:
    """Return the size that fits and those left open; None where no size makes the arms alike.

    Parameters
    ----------
    drawn
        What was drawn.
    redraws
        How else it could have fallen.
    outcomes
        Shape (n_draws,) each, in the order of ``drawn``: a draw's outcome without treatment,
        supposing a size, is the first and size times the second.
    level
        Of the interval, above 0 and below 1.
    none
        The size that stands for no effect: 0 of a difference, 1 of a factor.
    """
    asked = _question(drawn, redraws, outcomes)
    if asked is None:
        return None
    real, chance = asked
    per_size = abs(float(real.other[0]))
    value = -float(real.one[0] / real.other[0])
    step = math.sqrt(max(float(_variance(real, value)), 0.0)) / per_size or max(abs(value), 1.0)
    lo, hi = (_end(chance, value, way * step, 1 - level + _SAME) for way in (-1, 1))
    return Inverted(value=value, lo=lo, hi=hi, p=chance(none))


def told_apart(
    drawn: Drawn, redraws: Redraws, outcomes: tuple[Floats, Floats]
) -> tuple[float, float] | None:
    """Return the size that fits and the chance of its like without any effect, no interval.

    Parameters
    ----------
    drawn, redraws, outcomes
        As of ``inverted``.
    """
    asked = _question(drawn, redraws, outcomes)
    if asked is None:
        return None
    real, chance = asked
    return -float(real.one[0] / real.other[0]), chance(0.0)


def _question(
    drawn: Drawn, redraws: Redraws, outcomes: tuple[Floats, Floats]
) -> tuple[Contrast, Callable[[float], float]] | None:
    """Return the real draw's contrast, and the chance of its like by size; None if no size fits."""
    real = contrast_of(drawn, drawn.treated[np.newaxis], *outcomes)
    if abs(float(real.other[0])) <= _SAME:
        return None
    others = contrast_of(drawn, redraws.treated, *outcomes)

    def chance(size: float) -> float:
        reached = others.at(size) >= real.at(size)[0] - _SAME
        if redraws.exact:
            return float(reached.mean())
        return float((1 + reached.sum()) / (1 + reached.size))

    return real, chance


def _variance(real: Contrast, size: float) -> float:
    return float(real.a[0] + size * real.b[0] + size**2 * real.c[0])


def _end(chance: Callable[[float], float], value: float, step: float, alpha: float) -> float:
    """Return the last size left open on one side, infinite if none is shut out."""
    inside, reach = value, step
    for _ in range(_DOUBLINGS):
        if chance(value + reach) <= alpha:
            break
        inside, reach = value + reach, 2 * reach
    else:
        return math.copysign(math.inf, step)
    outside = value + reach
    for _ in range(_HALVINGS):
        middle = (inside + outside) / 2
        if chance(middle) <= alpha:
            outside = middle
        else:
            inside = middle
    return outside
