"""The same comparison made anew for placebo groups (permutation) and for part samples (jackknife).

A placebo group is as many units drawn by lot from all units, the treated ones included; it gets
weights of its own. In the jackknife each replicate leaves out one of as many groups as there are
treated units, of treated and untreated units alike, and weighs anew.

References
----------
Robbins, Saunders and Kilmer (2017), Journal of the American Statistical Association 112, 109-126,
sections 5.2 and 5.3; Robbins and Davenport (2021), Journal of Statistical Software 97(2).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rightplace.errors import BadInputError
from rightplace.evaluate.designs.synthetic.calibrate import Match, calibrate
from rightplace.evaluate.designs.synthetic.linearised import effect

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from rightplace.evaluate.designs.synthetic.calibrate import Calibration
    from rightplace.evaluate.designs.synthetic.matching import Constraints


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Placebos:
    """What came out where nothing was done.

    Parameters
    ----------
    statistics
        By outcome, shape (n_draws,): effect over its standard error in each placebo group; 0
        where nothing was counted.
    relative
        By outcome, shape (n_draws,): relative change; NaN where nothing was expected.
    differences
        By outcome, shape (n_draws, n_periods): treated less control in each period.
    sizes
        By outcome, shape (n_draws,): counted in the group in all periods.
    unmatched
        How many groups could not be matched on everything.
    """

    statistics: Mapping[str, NDArray[np.float64]]
    relative: Mapping[str, NDArray[np.float64]]
    differences: Mapping[str, NDArray[np.float64]]
    sizes: Mapping[str, NDArray[np.float64]]
    unmatched: int


def placebos(
    wanted: Constraints,
    outcomes: Mapping[str, NDArray[np.float64]],
    *,
    after: slice,
    size: int,
    draws: int,
    rng: np.random.Generator,
) -> Placebos:
    """Return the effects of placebo groups, each with weights of its own.

    Parameters
    ----------
    wanted
        What the weights must match.
    outcomes
        By name, shape (n_units, n_periods): all periods.
    after
        The periods in which effects are looked for.
    size
        Units in a group.
    draws
        Groups.
    """
    units = wanted.features.shape[0]
    groups = []
    for _ in range(draws):
        group = np.zeros(units, dtype=np.bool_)
        group[rng.choice(units, size, replace=False)] = True
        groups.append((group, calibrate(wanted, group)))
    statistics, relative, differences, sizes = {}, {}, {}, {}
    for name, counts in outcomes.items():
        found = [effect(counts[:, after], one.weights, group) for group, one in groups]
        statistics[name] = np.nan_to_num([each.statistic for each in found])
        relative[name] = np.array([each.relative for each in found])
        signed = _stacked(groups, counts.shape[0])
        differences[name] = signed @ counts
        sizes[name] = np.array([counts[group].sum() for group, _ in groups])
    unmatched = sum(one.match is not Match.ALL for _, one in groups)
    return Placebos(
        statistics=statistics,
        relative=relative,
        differences=differences,
        sizes=sizes,
        unmatched=unmatched,
    )


def _stacked(
    groups: list[tuple[NDArray[np.bool_], Calibration]], units: int
) -> NDArray[np.float64]:
    """Return weights with a minus for the control, shape (n_draws, n_units)."""
    rows = [np.where(group, 1.0, -1.0) * one.weights for group, one in groups]
    return np.array(rows).reshape(len(rows), units)


def lower_chance(statistic: float, drawn: NDArray[np.float64]) -> float:
    """Return the chance of a statistic as low as this or lower, the real one among the draws."""
    return float((1 + (drawn <= statistic).sum()) / (1 + drawn.size))


def two_sided_chance(statistic: float, drawn: NDArray[np.float64]) -> float:
    """Return twice the smaller of the chances below and above, at most 1."""
    either = min(lower_chance(statistic, drawn), lower_chance(-statistic, -drawn))
    return min(1.0, 2 * either)


def jackknife(
    wanted: Constraints,
    counts: NDArray[np.float64],
    treated: NDArray[np.bool_],
    *,
    whole: Calibration,
    rng: np.random.Generator,
) -> tuple[float, int]:
    """Return the standard error of the difference per treated unit and period, and the replicates.

    Parameters
    ----------
    wanted
        What the weights must match.
    counts
        Shape (n_units, n_periods). After the start alone.
    treated
        Shape (n_units,).
    whole
        The weights of the whole sample.

    Raises
    ------
    BadInputError
        If a single unit is treated or untreated: leaving it out leaves nothing.
    """
    inside, outside = np.flatnonzero(treated), np.flatnonzero(~treated)
    groups = min(inside.size, outside.size)
    if groups < 2:  # noqa: PLR2004 - two are needed to leave one out
        msg = "A jackknife needs at least two treated and two untreated units."
        raise BadInputError(msg, value=groups, remedy="Use the placebos instead.")
    group = np.empty(treated.size, dtype=np.int64)
    for rows in (inside, outside):
        group[rng.permutation(rows)] = np.arange(rows.size) % groups
    apart = _difference(counts, whole.weights, treated)
    moved = []
    for left in range(groups):
        part = calibrate(
            wanted, treated, kept=group != left, begin=whole.match, warm=whole.multipliers
        )
        moved.append(_difference(counts, part.weights, treated) - apart)
    spread = (groups - 1) / groups * float((np.array(moved) ** 2).sum())
    return float(np.sqrt(spread)), groups


def _difference(
    counts: NDArray[np.float64], weights: NDArray[np.float64], treated: NDArray[np.bool_]
) -> float:
    """Return treated less control, per unit of weight and period."""
    means = [
        float(weights[rows] @ counts[rows].mean(axis=1) / weights[rows].sum())
        for rows in (treated, ~treated)
    ]
    return means[0] - means[1]
