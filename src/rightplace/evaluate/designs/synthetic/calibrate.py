"""Weights on untreated places that make them add up to the treated ones before the operation.

Where no weights match everything, less is asked for in two steps, as the published method does:
each outcome's sum over all its spans and the covariates exactly and the single spans as nearly as
can be; then the number of places alone exactly and everything else as nearly as can be.

References
----------
Robbins, Saunders and Kilmer (2017), Journal of the American Statistical Association 112, 109-126;
Robbins and Davenport (2021), Journal of Statistical Software 97(2), section 2.4.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import numpy as np

from rightplace.evaluate.designs.synthetic.matching import Kind
from rightplace.evaluate.designs.synthetic.programme import Programme, impossible, nearest, solve

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from rightplace.evaluate.designs.synthetic.matching import Constraints


class Match(StrEnum):
    """How much the weights match exactly."""

    ALL = "everything"
    SUMS = "sums"
    """Covariates and each outcome's sum; the single spans as nearly as can be."""
    SIZE = "size"
    """The number of places alone; everything else as nearly as can be."""


_ORDER: Final = (Match.ALL, Match.SUMS, Match.SIZE)
_ALONE: Final = frozenset({Kind.SIZE, Kind.COVARIATE, Kind.SPAN})
_USED: Final[Mapping[Match, frozenset[Kind]]] = {
    Match.ALL: _ALONE,  # a sum follows from its spans
    Match.SUMS: frozenset(Kind),
    Match.SIZE: _ALONE,
}
_EXACT: Final[Mapping[Match, frozenset[Kind]]] = {
    Match.ALL: _ALONE,
    Match.SUMS: frozenset({Kind.SIZE, Kind.COVARIATE, Kind.SUM}),
    Match.SIZE: frozenset({Kind.SIZE}),
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Calibration:
    """Weights of a comparison.

    Parameters
    ----------
    weights
        Shape (n_units,). 1 (or the factor of a part sample) for treated units, 0 or more for the
        others, 0 for units left out.
    match
        How much was matched exactly.
    missed
        Shape (n_columns,). Comparison less treated, for each column of the constraints.
    multipliers
        For a warm start; None where not everything was matched.
    """

    weights: NDArray[np.float64]
    match: Match
    missed: NDArray[np.float64]
    multipliers: NDArray[np.float64] | None


def calibrate(
    wanted: Constraints,
    treated: NDArray[np.bool_],
    *,
    kept: NDArray[np.bool_] | None = None,
    begin: Match = Match.ALL,
    warm: NDArray[np.float64] | None = None,
) -> Calibration:
    """Return weights with which the untreated units match the treated ones.

    Parameters
    ----------
    wanted
        The columns to match.
    treated
        Shape (n_units,).
    kept
        Shape (n_units,). Units in use; all where None. Treated units in use stand for all treated
        ones: their totals are scaled up.
    begin
        Where to begin asking; placebos begin where the weights of the operation stand.
    warm
        Multipliers of a like calibration in which everything was matched.
    """
    kept = np.ones(treated.size, dtype=np.bool_) if kept is None else kept
    inside, outside = treated & kept, ~treated & kept
    factor = treated.sum() / inside.sum()
    for match in _ORDER[_ORDER.index(begin) :]:
        used = np.isin(wanted.kind, list(_USED[match]))
        exact = np.isin(wanted.kind[used], list(_EXACT[match]))
        features = wanted.features[:, used]
        task = Programme(
            features=features[outside],
            totals=factor * features[inside].sum(axis=0),
            start=np.full(int(outside.sum()), treated.sum() / outside.sum()),
        )
        found = solve(task, warm=warm) if exact.all() else nearest(task, exact)
        if found.met[exact].all():
            break
    weights = np.where(inside, factor, 0.0)
    weights[outside] = found.weights
    compared = wanted.features * (weights * np.where(inside, -1.0, 1.0))[:, None]
    return Calibration(
        weights=weights,
        match=match,
        missed=compared.sum(axis=0),
        multipliers=found.multipliers if match is Match.ALL else None,
    )


def proof_against(wanted: Constraints, treated: NDArray[np.bool_]) -> NDArray[np.float64] | None:
    """Return the proof that no weights match everything; None where there is none.

    Returns
    -------
    NDArray or None
        Shape (n_columns,). In this combination of columns no untreated unit counts above 0, while
        the treated ones together do.
    """
    used = np.isin(wanted.kind, list(_USED[Match.ALL]))
    features = wanted.features[:, used]
    start = np.full(int((~treated).sum()), treated.sum() / (~treated).sum())
    task = Programme(features=features[~treated], totals=features[treated].sum(axis=0), start=start)
    found = impossible(task)
    if found is None:
        return None
    proof = np.zeros(wanted.kind.size)
    proof[used] = found
    return proof
