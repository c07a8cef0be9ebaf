"""Units change places: chance and interval where too few are treated for any clustered error.

Each arrangement hands the starts to other units. The statistic is the logarithm of the ratio over
the error that it would have under Poisson, so that a big area does not look exceptional because a
small one is unsteady. It holds where units would have scattered alike, size apart, had none been
treated; with one treated unit nothing in the data can show whether they would.

References: Conley and Taber (2011), Rev. Econ. Stat. 93, 113-125; MacKinnon and Webb (2020),
J. Econometrics 218, 435-450; Ferman and Pinto (2019), Rev. Econ. Stat. 101, 452-467, on sizes.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.evaluate.designs.difference.cohorts import Cohorts, Window

MOST_ARRANGEMENTS: Final = 5_000
"""Up to so many all are gone through; beyond, some are drawn. It costs time and settles nothing."""
_ROUNDING: Final = 1e-9
_HALF: Final = 0.5
"""Added to each count, so that none is 0 (Haldane 1956)."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Arrangements:
    """Which units stand where the treated ones stood.

    Parameters
    ----------
    places
        Shape (n_arrangements, n_treated). Rows of the units; the real arrangement is the first.
    words
        How many these are, of how many there can be.
    """

    places: NDArray[np.int64]
    words: str


def arrangements(of: Cohorts, *, draws: int, rng: np.random.Generator) -> Arrangements:
    """Return all arrangements if they are few, else the real one and ``draws`` others by lot."""
    n_units, n_treated = len(of.units), of.n_treated
    real = np.flatnonzero(of.treated)
    different = how_many(of)
    in_order = itertools.permutations if len(of.begins) > 1 else itertools.combinations
    # Orders within a cohort are the same arrangement; each then comes equally often.
    listed = math.perm(n_units, n_treated) if len(of.begins) > 1 else different
    if listed <= MOST_ARRANGEMENTS:
        others = np.array(list(in_order(range(n_units), n_treated)), dtype=np.int64)
        others = others[(others != real).any(axis=1)]
    else:
        others = rng.permuted(np.tile(np.arange(n_units), (draws, 1)), axis=1)[:, :n_treated]
    all_there = listed <= MOST_ARRANGEMENTS
    words = f"all {different:,} arrangements" if all_there else f"{draws:,} of {different:,} by lot"
    return Arrangements(places=np.vstack([real, others]), words=words)


def how_many(of: Cohorts) -> int:
    """Return how many different arrangements there are."""
    sizes = np.bincount(of.cohort[of.treated]).tolist()
    same = math.prod(math.factorial(size) for size in sizes)
    return math.perm(len(of.units), of.n_treated) // same


def smallest_chance(of: Cohorts, *, draws: int) -> float:
    """Return the smallest chance that can come out, whatever happened.

    Where as many are treated as not, from one day on, each arrangement has a mirror image in which
    the sides are exchanged, with the same effect the other way round; the two count together.

    Parameters
    ----------
    draws
        Arrangements drawn where not all are gone through.
    """
    different = how_many(of)
    mirrored = len(of.begins) == 1 and of.n_treated == of.n_controls
    listed = math.perm(len(of.units), of.n_treated) if len(of.begins) > 1 else different
    fewest = (2 if mirrored else 1) / different
    return fewest if listed <= MOST_ARRANGEMENTS else max(fewest, 1 / (1 + draws))


def too_few(of: Cohorts, *, draws: int, level: float) -> bool:
    """Return whether no result, however large, could be told from chance."""
    return smallest_chance(of, draws=draws) > 1 - level + _ROUNDING


def chance(of: Cohorts, windows: tuple[Window, ...], null: float, *, among: Arrangements) -> float:
    """Return the share of arrangements with an effect as large as the real one's under a null.

    Parameters
    ----------
    null
        Logarithm of a ratio; treated units' counts since their start are divided by it first.
    """
    found = np.abs(statistics(of, windows, null, among=among))
    return float((found >= found[0] * (1 - 1e-9)).mean())


def statistics(
    of: Cohorts, windows: tuple[Window, ...], null: float, *, among: Arrangements
) -> NDArray[np.float64]:
    """Return the logarithm of the ratio over its Poisson error, for each arrangement.

    Parameters
    ----------
    null
        As for ``chance``.
    """
    counts = _as_if_untreated(of, windows, null)
    own = of.cohort[of.treated]
    observed = np.zeros(among.places.shape[0])
    expected, squares = np.zeros_like(observed), np.zeros_like(observed)
    for cohort, window in enumerate(windows):
        before = counts[:, slice(*window.before)].sum(axis=1)
        after = counts[:, slice(*window.after)].sum(axis=1)
        mine = among.places[:, own == cohort]
        base = before[mine].sum(axis=1) + _HALF
        others_before = before.sum() - before[among.places].sum(axis=1) + _HALF
        others_after = after.sum() - after[among.places].sum(axis=1) + _HALF
        part = base * others_after / others_before
        observed += after[mine].sum(axis=1)
        expected += part
        squares += part**2 * (1 / base + 1 / others_before + 1 / others_after)
    observed += _HALF
    result: NDArray[np.float64] = np.log(observed / expected) / np.sqrt(
        1 / observed + squares / expected**2
    )
    return result


def _as_if_untreated(of: Cohorts, windows: tuple[Window, ...], null: float) -> NDArray[np.float64]:
    counts = of.counts.copy()
    for cohort, window in enumerate(windows):
        counts[of.cohort == cohort, slice(*window.after)] /= math.exp(null)
    return counts
